"""บอก Traffy ว่าเกิดอะไรขึ้นที่นี่: what an officer did to a problem is written down for each of its tickets there.

Called by listeners, so it is stored with the change that it tells of; a job sends it. Told twice, it writes once.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.operations.complaints.choices import (
    Channel,
    DispatchState,
    NoteKind,
    Outcome,
    OutgoingKind,
    ReportState,
)
from cddp.operations.complaints.models import (
    Need,
    NeedNote,
    NeedStatus,
    Report,
    TraffyAccount,
    TraffyOutgoing,
)
from cddp.operations.complaints.queries.traffy import find_account
from cddp.operations.complaints.rules.traffy_signals import fingerprint_of_state, fingerprint_of_words
from cddp.operations.complaints.rules.traffy_writing import (
    USUAL_STATUSES,
    TraffyStatus,
    choose_status,
    is_to_be_told,
    own_states_of,
    read_statuses,
)
from cddp.operations.complaints.services.known_reports import recall_standings

SAME_WITHIN = dt.timedelta(hours=1)
NOTE_SIGNS = 2_000


def queue_state(
    need_id: UUID, *, state: str, outcome: str = "", note: str = "", agency: str = "", reopens: bool = False
) -> int:
    """Write down that a problem moved, for each of its tickets at Traffy that must hear of it; return how many."""
    account = _account()
    if account is None:
        return 0
    need = Need.objects.get(pk=need_id)
    wanted = ReportState(state)
    words = words_for(wanted, outcome=outcome, note=note, agency=agency, plan_year=need.plan_year)
    reports = _tickets_of(need)
    statuses = read_statuses(account.statuses) or USUAL_STATUSES
    standings = recall_standings(reports, own_states=own_states_of(statuses))
    told = [
        _write_state(report, choose_status(wanted, statuses), wanted, words)
        for report in reports
        if is_to_be_told(wanted, standings[report.pk], has_note=bool(note), reopens=reopens)
    ]
    return sum(told)


def queue_move(status_id: UUID) -> int:
    """Write down one line of a problem's history for its tickets at Traffy; return how many must hear of it."""
    status = NeedStatus.objects.get(pk=status_id)
    return queue_state(
        status.need_id,
        state=status.state,
        outcome=status.outcome,
        note=status.note,
        agency=status.agency,
    )


def queue_words(note_id: UUID) -> int:
    """Write down a message or question to the reporters, for each ticket that it concerns; return how many."""
    note = NeedNote.objects.select_related("need").filter(pk=note_id).first()
    if _account() is None or note is None or note.kind not in (NoteKind.PUBLIC, NoteKind.QUESTION):
        return 0
    reports = [each for each in _tickets_of(note.need) if note.report_id in (None, each.pk)]
    # Told twice after a crash, the listener finds the rows it wrote before.
    known = set(
        TraffyOutgoing.objects.filter(
            report__in=reports, kind=OutgoingKind.WORDS, body__note_id=str(note.pk)
        ).values_list("report_id", flat=True)
    )
    rows = [
        TraffyOutgoing(
            report=report,
            kind=OutgoingKind.WORDS,
            body={"note_id": str(note.pk)},
            fingerprint=fingerprint_of_words(report.number, note.body),
        )
        for report in reports
        if report.pk not in known
    ]
    return len(TraffyOutgoing.objects.bulk_create(rows))


def words_for(state: ReportState, *, outcome: str, note: str, agency: str, plan_year: int | None) -> str:
    """Return the words that go with a state at Traffy, which takes no change without."""
    parts = []
    if outcome == Outcome.IN_PLAN and plan_year:
        parts.append(_("บรรจุในแผนพัฒนาท้องถิ่น พ.ศ. %(year)s") % {"year": plan_year})
    elif outcome:
        parts.append(str(Outcome(outcome).label))
    if agency and (state in (ReportState.FORWARDED, ReportState.IRRELEVANT)):
        parts.append(_("หน่วยงานที่รับผิดชอบ: %(agency)s") % {"agency": agency})
    parts.append(note.strip())
    return "\n".join(part for part in parts if part)[:NOTE_SIGNS] or str(state.label)


def _account() -> TraffyAccount | None:
    account = find_account()
    return account if account is not None and account.is_active else None


def _tickets_of(need: Need) -> list[Report]:
    rows = need.reports.filter(channel=Channel.TRAFFY, follows_need=True)
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def _write_state(report: Report, status: TraffyStatus | None, state: ReportState, words: str) -> bool:
    label = status.name if status else str(state.label)
    mark = fingerprint_of_state(report.number, label)
    if _is_written(report, mark, words):
        return False
    body: dict[str, Any] = {"state": state.value, "label": label, "note": words}
    row = TraffyOutgoing(report=report, kind=OutgoingKind.STATE, body=body, fingerprint=mark)
    if status is None:
        row.state = DispatchState.FAILED
        row.last_problem = _("รายการสถานะของหน่วยงานใน Traffy ไม่มีสถานะนี้ ปรับสถานะที่ Traffy เอง หรือเพิ่มสถานะที่นั่น")
    row.save(force_insert=True)
    return True


def _is_written(report: Report, mark: str, words: str) -> bool:
    last = TraffyOutgoing.objects.filter(report=report, kind=OutgoingKind.STATE).order_by("-id").first()
    return (
        last is not None
        and last.fingerprint == mark
        and last.body.get("note") == words
        and last.created_at > timezone.now() - SAME_WITHIN
    )
