"""เดินใบสั่งงาน: approve, plan, start, wait, go on, finish, accept, send back, cancel.

Each: right, lock, version, rule, change, history, audit, event; one transaction. `by=None` is the town itself, and
`version=None` means "whatever it is now" (a phone, a listener): then a step that was already taken changes nothing.
"""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Membership, User
from cddp.foundation.events import publish
from cddp.foundation.files.models import StoredFile
from cddp.foundation.values.thai_text import normalise, normalise_line
from cddp.operations.maintenance.choices import PhotoKind, WorkState
from cddp.operations.maintenance.errors import UnableToChangeWork
from cddp.operations.maintenance.events import WorkAccepted, WorkCancelled, WorkDone, WorkSentBack
from cddp.operations.maintenance.models import WorkCrew, WorkOrder
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.queries.work import was_finished_by
from cddp.operations.maintenance.rules import work as rules
from cddp.operations.maintenance.rules.work import Step
from cddp.operations.maintenance.services import downtime, telling
from cddp.operations.maintenance.services.holding import hold_order, label_of, write_move, write_status
from cddp.operations.maintenance.services.opening import refuse_day

PLAN, WORK, ACCEPT, REQUEST = (
    "maintenance.plan",
    "maintenance.work",
    "maintenance.accept",
    "maintenance.request",
)
MOST_MINUTES = 14 * 24 * 60
CAUSE_SIGNS, LABEL_SIGNS = 200, 150
PLANNED_FIELDS = ("planned_on", "planned_from", "planned_minutes", "lead", "round_order")


@transaction.atomic
def approve(
    by: User | None, work_order_id: UUID, *, version: int | None, note: str = "", at: dt.datetime
) -> WorkOrder:
    """Agree that it is to be done."""
    require(by, PLAN)
    order = hold_order(by, work_order_id, version=version)
    if _already(order, Step.APPROVE, version):
        return order
    _refuse_step(order, Step.APPROVE)
    return _step(by, order, Step.APPROVE, note=note, at=at)


@transaction.atomic
def plan(
    by: User | None,
    work_order_id: UUID,
    *,
    version: int | None,
    planned_on: dt.date,
    planned_from: dt.time | None = None,
    planned_minutes: int | None = None,
    lead_id: UUID | None = None,
    crew_ids: Iterable[UUID] = (),
    note: str = "",
    at: dt.datetime,
) -> WorkOrder:
    """Give it a day and who does it; what was only asked for is approved by that. The people are told."""
    require(by, PLAN)
    order = hold_order(by, work_order_id, version=version)
    _refuse_step(order, Step.PLAN)
    crew = {each for each in crew_ids if each != lead_id}
    _refuse_plan(planned_minutes, crew | ({lead_id} if lead_id else set()))
    refuse_day(order, planned_on)
    if order.state == WorkState.REQUESTED:
        order.state, order.state_since = WorkState.APPROVED, at
        write_status(by, order, note="", at=at)
    before = telling.crew_ids_of(order)
    if order.planned_on != planned_on or order.lead_id != lead_id:
        order.round_order = None
    order.planned_on, order.planned_from, order.planned_minutes = planned_on, planned_from, planned_minutes
    order.lead_id = lead_id
    _set_crew(order, crew)
    _step(by, order, Step.PLAN, fields=PLANNED_FIELDS, note=note, at=at)
    telling.tell_crew(by, order)
    telling.tell_removed(by, order, before - telling.crew_ids_of(order))
    return order


@transaction.atomic
def start(
    by: User | None, work_order_id: UUID, *, version: int | None, asset_out: bool = False, at: dt.datetime
) -> WorkOrder:
    """Begin; with `asset_out` the asset does not do its work from now on, until this is finished."""
    require(by, WORK)
    order = hold_order(by, work_order_id, version=version)
    if _already(order, Step.START, version):
        return order
    _refuse_step(order, Step.START)
    order.started_at = order.started_at or at
    if asset_out:
        downtime.begin(by, order, at=at)
    return _step(by, order, Step.START, fields=("started_at", "down_from", "down_until"), at=at)


@transaction.atomic
def await_parts(
    by: User | None, work_order_id: UUID, *, version: int | None, note: str = "", at: dt.datetime
) -> WorkOrder:
    """Stop because parts are missing; `note` says which."""
    require(by, WORK)
    order = hold_order(by, work_order_id, version=version)
    if _already(order, Step.AWAIT_PARTS, version):
        return order
    _refuse_step(order, Step.AWAIT_PARTS)
    return _step(by, order, Step.AWAIT_PARTS, note=note, at=at)


@transaction.atomic
def resume(
    by: User | None, work_order_id: UUID, *, version: int | None, note: str = "", at: dt.datetime
) -> WorkOrder:
    """Go on: the parts are here."""
    require(by, WORK)
    order = hold_order(by, work_order_id, version=version)
    if _already(order, Step.RESUME, version):
        return order
    _refuse_step(order, Step.RESUME)
    order.started_at = order.started_at or at
    return _step(by, order, Step.RESUME, fields=("started_at",), note=note, at=at)


@transaction.atomic
def finish(
    by: User | None,
    work_order_id: UUID,
    *,
    version: int | None,
    result: str = "",
    cause: str = "",
    at: dt.datetime,
) -> WorkOrder:
    """Say that it is done, honestly: every required check answered, and words or a picture of what was done.

    What the asset did not do ends with it. Publishes WorkMoved and WorkDone.
    """
    require(by, WORK)
    order = hold_order(by, work_order_id, version=version)
    if _already(order, Step.FINISH, version):
        return order
    _refuse_step(order, Step.FINISH)
    result = normalise(result)
    _refuse_hollow_end(order, result)
    order.result, order.cause, order.done_at = result, normalise_line(cause)[:CAUSE_SIGNS], at
    downtime.end(by, order, at=at)
    fields = ("result", "cause", "done_at", "down_from", "down_until")
    _step(by, order, Step.FINISH, fields=fields, note=result, at=at)
    publish(WorkDone(work_order_id=order.pk))
    return order


@transaction.atomic
def accept(
    by: User | None,
    work_order_id: UUID,
    *,
    version: int | None,
    signature: StoredFile | None = None,
    words: str = "",
    signed_by: str = "",
    at: dt.datetime,
) -> WorkOrder:
    """Take the work over; `signature` was drawn on the screen by whoever accepts, or `signed_by` names them.

    Who said that it is done does not also say that it is good.
    """
    require(by, ACCEPT)
    order = hold_order(by, work_order_id, version=version)
    if _already(order, Step.ACCEPT, version):
        return order
    _refuse_step(order, Step.ACCEPT)
    _refuse_own_work(by, order)
    order.accepted_at, order.signature = at, signature
    order.accepted_by_label = (normalise_line(signed_by) or label_of(by))[:LABEL_SIGNS]
    fields = ("accepted_at", "signature", "accepted_by_label")
    _step(by, order, Step.ACCEPT, fields=fields, note=normalise(words), at=at)
    publish(WorkAccepted(work_order_id=order.pk))
    return order


@transaction.atomic
def send_back(
    by: User | None, work_order_id: UUID, *, version: int | None, reason: str, at: dt.datetime
) -> WorkOrder:
    """Not accept what was done: it goes on, its asset is out again since it first was, and the crew reads why.

    Publishes WorkMoved and WorkSentBack.
    """
    require(by, ACCEPT)
    order = hold_order(by, work_order_id, version=version)
    _refuse_step(order, Step.SEND_BACK)
    reason = _read_reason(reason, _("กรุณาเขียนว่าต้องแก้ไขอะไร อย่างน้อย 5 ตัวอักษร"))
    order.done_at = None
    downtime.go_on(order)
    _step(by, order, Step.SEND_BACK, fields=("done_at", "down_until"), note=reason, at=at)
    telling.tell_sent_back(by, order, reason)
    publish(WorkSentBack(work_order_id=order.pk, reason=reason))
    return order


@transaction.atomic
def cancel(
    by: User | None, work_order_id: UUID, *, version: int | None, reason: str, at: dt.datetime
) -> WorkOrder:
    """Not do it, and say why. Who asked for it may take it back until it is approved."""
    order = hold_order(by, work_order_id, version=version)
    _refuse_canceller(by, order)
    if _already(order, Step.CANCEL, version):
        return order
    _refuse_step(order, Step.CANCEL)
    reason = _read_reason(reason, _("กรุณาเขียนเหตุที่ยกเลิก อย่างน้อย 5 ตัวอักษร"))
    downtime.give_up(by, order, at=at)
    _step(by, order, Step.CANCEL, fields=("down_until",), note=reason, at=at)
    telling.tell_cancelled(by, order, reason)
    publish(WorkCancelled(work_order_id=order.pk, reason=reason))
    return order


# ── judging and writing ───────────────────────────────────────────────────────────────────────────


def _already(order: WorkOrder, step: Step, version: int | None) -> bool:
    return version is None and order.state == rules.TO[step]


def _refuse_step(order: WorkOrder, step: Step) -> None:
    if not rules.may_step(order.state, step):
        raise UnableToChangeWork(
            _("ใบสั่งงานนี้อยู่ในสถานะ “%(state)s” จึงทำขั้นตอนนี้ไม่ได้") % {"state": order.get_state_display()},
            code="wrong_state",
        )


def _refuse_own_work(by: User | None, order: WorkOrder) -> None:
    if by is not None and was_finished_by(order) == by.pk:
        raise UnableToChangeWork(
            _("ท่านเป็นผู้บันทึกว่างานนี้ทำเสร็จ จึงตรวจรับเองไม่ได้ กรุณาให้ผู้มีสิทธิ์ตรวจรับคนอื่นตรวจ"), code="own_work"
        )


def _refuse_canceller(by: User | None, order: WorkOrder) -> None:
    is_own = by is not None and order.by == by.pk and order.state == WorkState.REQUESTED
    require(by, REQUEST if is_own else PLAN)


def _refuse_plan(minutes: int | None, members: set[UUID]) -> None:
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        raise UnableToChangeWork(_("เวลาที่ใช้ต้องเป็น 1 นาที ถึง 14 วัน"), field="planned_minutes", code="minutes")
    if Membership.objects.filter(pk__in=members, is_active=True).count() != len(members):
        raise UnableToChangeWork(_("ไม่พบเจ้าหน้าที่บางคน หรือพ้นหน้าที่แล้ว"), field="lead", code="crew")


def _refuse_hollow_end(order: WorkOrder, result: str) -> None:
    unanswered = list(order.checks.filter(is_required=True, answer="").values_list("words", flat=True)[:3])
    has_photo = order.photos.filter(kind=PhotoKind.AFTER, removed_at=None).exists()
    lacking = rules.lacks_for_finish(result, has_after_photo=has_photo, unanswered=unanswered)
    if lacking == "checks":
        raise UnableToChangeWork(
            _("ยังตรวจไม่ครบ: %(checks)s") % {"checks": ", ".join(unanswered)}, field="checks", code="checks"
        )
    if lacking:
        raise UnableToChangeWork(
            _("กรุณาแนบรูปหลังทำ หรือเขียนว่าทำอะไรไปแล้วอย่างน้อย 10 ตัวอักษร"), field="result", code="result"
        )


def _read_reason(text: str, words: str) -> str:
    reason = normalise(text)
    if len(reason) < rules.SHORTEST_REASON:
        raise UnableToChangeWork(words, field="reason", code="reason")
    return reason


def _set_crew(order: WorkOrder, members: set[UUID]) -> None:
    order.crew.exclude(member_id__in=members).delete()
    there = set(order.crew.values_list("member_id", flat=True))
    WorkCrew.objects.bulk_create(
        WorkCrew(work_order=order, member_id=each) for each in members if each not in there
    )


def _step(
    by: User | None,
    order: WorkOrder,
    step: Step,
    *,
    fields: tuple[str, ...] = (),
    note: str = "",
    at: dt.datetime,
) -> WorkOrder:
    return write_move(by, order, rules.state_after(order.state, step), fields=fields, note=note, at=at)
