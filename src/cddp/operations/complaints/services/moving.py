"""เดินเรื่อง: move a problem on, close it with what the citizen reads, open it again.

Each move: right, lock, version, rule, change, history, voices told, audit, event; one transaction.
"""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.operations.complaints.choices import (
    CLOSED_STATES,
    STATE_OF_OUTCOME,
    Outcome,
    PhotoKind,
    ReportState,
)
from cddp.operations.complaints.errors import UnableToMoveNeed
from cddp.operations.complaints.events import NeedCameBack, NeedFinished, NeedMoved, NeedPromised
from cddp.operations.complaints.models import Need, NeedStatus, Report
from cddp.operations.complaints.policies import may_work, refuse_unless
from cddp.operations.complaints.rules.states import derive_state, lacks_for, may_step
from cddp.operations.complaints.services.coming_back import BACK_FIELDS, come_back, wake
from cddp.operations.complaints.services.counting import recount
from cddp.operations.complaints.services.locking import lock_need, lock_needs
from cddp.operations.complaints.services.pausing import stop_clock
from cddp.operations.complaints.services.telling import tell_reports

LACKING = {
    "result": gettext_lazy("กรุณาแนบรูปหลังดำเนินการ หรือเขียนว่าทำอะไรไปแล้วอย่างน้อย 10 ตัวอักษร"),
    "agency": gettext_lazy("กรุณาระบุว่าเป็นหน้าที่ของหน่วยงานใด"),
    "reason": gettext_lazy("กรุณาเขียนเหตุที่ดำเนินการไม่ได้อย่างน้อย 10 ตัวอักษร ผู้แจ้งจะได้อ่านข้อความนี้"),
    "plan_year": gettext_lazy("กรุณาระบุปี พ.ศ. ของแผนพัฒนาท้องถิ่น เช่น 2570"),
}


def change_state(
    user: User | None,
    need_id: UUID,
    *,
    version: int | None,
    state: str,
    note: str = "",
    reason: str = "",
    agency: str = "",
    by_label: str = "",
    at: dt.datetime,
) -> Need:
    """Move an open problem to another state; `note` is read by its reporters, `reason` stays inside.

    The first step out of RECEIVED promises the deadline to the reporters. `user` is None where the work that is done
    for the problem moved it; `by_label` names it then. Raises UnableToMoveNeed.
    """
    refuse_unless(user is None or may_work(user))
    need = lock_need(need_id, user, version=version)
    _refuse_absorbed(need)
    if not may_step(need.state, state):
        raise UnableToMoveNeed(
            _("เรื่องนี้อยู่ในสถานะ “%(state)s” จึงเปลี่ยนตามที่เลือกไม่ได้") % {"state": need.state_words},
            code="not_allowed",
        )
    if state == ReportState.FORWARDED and not agency.strip():
        raise UnableToMoveNeed(_("กรุณาระบุหน่วยงานที่ส่งต่อ"), code="agency")
    before = need.state
    need.state, need.state_since, need.outcome = state, at, ""
    need.agency = agency.strip() or need.agency
    promises = before == ReportState.RECEIVED and need.has_deadline and need.promised_at is None
    if promises:
        need.promised_at = need.due_at
    _write(user, need, before, note=note, reason=reason, by_label=by_label, at=at)
    if promises:
        publish(NeedPromised(need_id=need.pk, due_at=need.due_at))
    return need


def close_need(
    user: User | None,
    need_id: UUID,
    *,
    version: int | None,
    outcome: str,
    words: str,
    agency: str = "",
    plan_year: int | None = None,
    by_label: str = "",
    at: dt.datetime,
) -> Need:
    """End a problem honestly: done (photo or words), not ours (whose), cannot (why), in the plan (which year).

    `user` is None where the last work that was done for it ended it; `by_label` names that work.
    """
    refuse_unless(user is None or may_work(user))
    need = lock_need(need_id, user, version=version)
    _refuse_absorbed(need)
    ending = Outcome(outcome)
    if need.state in CLOSED_STATES:
        raise UnableToMoveNeed(_("เรื่องนี้ปิดไปแล้ว"), code="closed")
    lacking = lacks_for(
        ending,
        words=words,
        has_after_photo=need.photos.filter(kind=PhotoKind.AFTER, forgotten_at=None).exists(),
        agency=agency,
        plan_year=plan_year,
    )
    if lacking:
        raise UnableToMoveNeed(str(LACKING[lacking]), code=lacking)
    before = need.state
    need.state, need.state_since = STATE_OF_OUTCOME[ending].value, at
    need.outcome, need.outcome_words = ending.value, words.strip()
    need.agency, need.plan_year = agency.strip(), plan_year if ending is Outcome.IN_PLAN else None
    need.is_open = need.state not in CLOSED_STATES
    need.finished_at = None if need.is_open else at
    stop_clock(need, at=at)
    _write(user, need, before, note=words.strip(), reason="", by_label=by_label, at=at)
    publish(NeedFinished(need_id=need.pk, outcome=ending.value))
    return need


def reopen_need(
    user: User | None,
    need_id: UUID,
    *,
    note: str,
    by_label: str = "",
    report_id: UUID | None = None,
    at: dt.datetime,
) -> Need:
    """Open a closed problem again, as come back. `user` is None when one of its voices asked for it."""
    refuse_unless(user is None or may_work(user))
    need = lock_need(need_id, user)
    _refuse_absorbed(need)
    if need.state not in CLOSED_STATES:
        raise UnableToMoveNeed(_("เรื่องนี้ยังไม่ได้ปิด"), code="open")
    before = need.state
    days = come_back(need, at=at, recorded_at=at, note=note.strip(), by_label=str(user) if user else by_label)
    need.save(update_fields=BACK_FIELDS)
    tell_reports(need, note="", at=at)
    audit.record("complaints.need.reopened", need, changes={"state": [before, need.state]})
    publish(NeedCameBack(need_id=need.pk, report_id=report_id, days=days))
    return need


def take_external_state(report: Report, *, state: str, label: str, note: str, at: dt.datetime) -> Need | None:
    """Follow what another system did to one ticket; its problem takes the state that its tickets now tell together.

    The caller holds the report's lock and has written its row and history. Returns the problem if it moved.
    """
    if report.need_id is None:
        return None
    need = lock_needs([report.need_id], None)[report.need_id]
    told = derive_state(list(need.reports.values_list("state", flat=True)))
    if told == need.state or (need.reports_count > 1 and told not in CLOSED_STATES and need.is_open):
        # Several voices: our own work says where an open problem stands, not one of its tickets.
        return None
    before = need.state
    if before in CLOSED_STATES and told not in CLOSED_STATES:
        days = come_back(need, at=at, recorded_at=at, note=note, by_label=label)
        if told != ReportState.RECEIVED:
            wake(need, told, at=at)
        need.save(update_fields=BACK_FIELDS)
        publish(NeedCameBack(need_id=need.pk, report_id=report.pk, days=days))
    else:
        _follow(need, told, note=note, label=label, at=at)
    recount([need.pk])
    return need


# ── writing ───────────────────────────────────────────────────────────────────────────────────────


def _refuse_absorbed(need: Need) -> None:
    if need.merged_into_id is not None:
        raise UnableToMoveNeed(_("เรื่องนี้ถูกรวมไปกับเรื่องอื่นแล้ว กรุณาทำรายการที่เรื่องนั้น"), code="absorbed")


def _write(
    user: User | None, need: Need, before: str, *, note: str, reason: str, by_label: str, at: dt.datetime
) -> None:
    need.updated_at = at
    need.version += 1
    need.save(update_fields=[*BACK_FIELDS, "outcome_words"])
    status = NeedStatus(
        need=need,
        state=need.state,
        outcome=need.outcome,
        note=note.strip(),
        reason=reason.strip(),
        agency=need.agency,
        at=at,
        by=user.pk if user else None,
        by_label=str(user) if user else by_label,
    )
    status.save(force_insert=True)
    tell_reports(need, note=note.strip(), at=at)
    audit.record(
        "complaints.need.moved",
        need,
        changes={"state": [before, need.state], "outcome": ["", need.outcome]},
    )
    publish(NeedMoved(need_id=need.pk, status_id=status.pk, state=need.state, outcome=need.outcome))


def _follow(need: Need, state: str, *, note: str, label: str, at: dt.datetime) -> None:
    is_over = state in CLOSED_STATES
    need.state, need.state_since, need.updated_at = state, at, at
    need.is_open, need.finished_at = not is_over, at if is_over else None
    if is_over:
        stop_clock(need, at=at)
    need.version += 1
    need.save(update_fields=BACK_FIELDS)
    NeedStatus(need=need, state=state, note=note, at=at, by_label=label).save(force_insert=True)
    audit.record("complaints.need.followed", need, changes={"state": [None, state]})
    if state == ReportState.FINISHED:
        publish(NeedFinished(need_id=need.pk, outcome=Outcome.DONE))
