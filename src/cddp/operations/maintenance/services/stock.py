"""อะไหล่เข้า อะไหล่ออก: receive, reserve, release, issue, give back, transfer, count and write off.

Each: right, shape of what was given, locks (services.ledger), was this act done before, rule, line of the ledger and
level, audit, event; one transaction. `act` is made by whoever asks; sent twice, it moves once. `by=None`: the town.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.operations.maintenance.choices import ENDED_STATES, FINISHED_STATES, MovementKind, WorkState
from cddp.operations.maintenance.errors import UnableToAct, UnableToMoveStock
from cddp.operations.maintenance.models import Movement, StockLevel, WorkOrder
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.queries.stock import last_price, list_elsewhere, list_promised
from cddp.operations.maintenance.rules import stock as rules
from cddp.operations.maintenance.services.ledger import (
    FAULTS,
    Act,
    act_used,
    add_line,
    book,
    find_line,
    hold,
    hold_levels,
    hold_work,
    read_quantity,
    state_of,
)

ChangeT = TypeVar("ChangeT", rules.Change, rules.Change | None)

STOCK, WORK = "maintenance.stock", "maintenance.work"
REASON_LETTERS = 5
OVER_STATES = FINISHED_STATES | {WorkState.CANCELLED}


@transaction.atomic
def receive(
    by: User | None,
    *,
    part_id: UUID,
    store_id: UUID,
    quantity: Decimal,
    act: UUID,
    unit_satang: int | None = None,
    reference: str = "",
    reason: str = "",
    at: dt.datetime,
) -> Movement:
    """Take new ones in at their price; without a price at the last one known, else at nothing."""
    require(by, STOCK)
    quantity = read_quantity(quantity)
    if unit_satang is not None and not 0 <= unit_satang <= rules.DEAREST_UNIT_SATANG:
        raise UnableToMoveStock(_("กรุณาตรวจราคาต่อหน่วย"), field="unit_price", code="price")
    doing = Act(by=by, act=act, at=at, part_id=part_id, reason=reason, reference=reference)
    (level,) = hold(doing, store_id)
    if known := find_line(doing, MovementKind.RECEIVE, store_id, quantity):
        if unit_satang is not None and known.value_delta_satang != rules.worth(quantity, unit_satang):
            raise act_used()
        return known
    _refuse_closed(level)
    price = last_price(level) if unit_satang is None else unit_satang
    change = _by_rule(level, lambda: rules.put_in(state_of(level), quantity, rules.worth(quantity, price)))
    return _book(doing, MovementKind.RECEIVE, level, change, quantity)


@transaction.atomic
def reserve(
    by: User | None,
    *,
    part_id: UUID,
    store_id: UUID,
    quantity: Decimal,
    act: UUID,
    work_order_id: UUID,
    reason: str = "",
    at: dt.datetime,
) -> Movement:
    """Promise free ones to a work order that is still to be done. A part that does not fit its asset needs a reason."""
    quantity = read_quantity(quantity)
    _refuse_onlooker(by)
    doing = Act(by=by, act=act, at=at, part_id=part_id, reason=reason)
    (level,) = hold(doing, store_id, work_order_id=work_order_id)
    if known := find_line(doing, MovementKind.RESERVE, store_id, quantity):
        return known
    _refuse_ended(doing.work)
    _refuse_done(doing.work)
    _refuse_misfit(doing, level)
    change = _by_rule(level, lambda: rules.reserve(state_of(level), quantity))
    return _book(doing, MovementKind.RESERVE, level, change, quantity)


@transaction.atomic
def release(
    by: User | None,
    *,
    part_id: UUID,
    store_id: UUID,
    quantity: Decimal,
    act: UUID,
    work_order_id: UUID,
    reason: str = "",
    at: dt.datetime,
) -> Movement:
    """Let go of what a work order has reserved."""
    quantity = read_quantity(quantity)
    _refuse_onlooker(by)
    doing = Act(by=by, act=act, at=at, part_id=part_id, reason=reason)
    (level,) = hold(doing, store_id, work_order_id=work_order_id)
    if known := find_line(doing, MovementKind.RELEASE, store_id, quantity):
        return known
    change = _by_rule(level, lambda: rules.release(quantity, own=doing.own))
    return _book(doing, MovementKind.RELEASE, level, change, quantity)


@transaction.atomic
def issue(
    by: User | None,
    *,
    part_id: UUID,
    store_id: UUID,
    quantity: Decimal,
    act: UUID,
    work_order_id: UUID | None = None,
    reason: str = "",
    reference: str = "",
    at: dt.datetime,
) -> Movement:
    """Hand out to a work order, first what it has reserved here, then what is free; without one only with a reason."""
    if work_order_id is None:
        require(by, STOCK)
        _refuse_without_reason(reason, _("กรุณาเขียนว่าเบิกไปใช้ทำอะไร หรือเลือกใบสั่งงาน"))
    quantity = read_quantity(quantity)
    _refuse_onlooker(by)
    doing = Act(by=by, act=act, at=at, part_id=part_id, reason=reason)
    (level,) = hold(doing, store_id, work_order_id=work_order_id)
    if known := find_line(doing, MovementKind.ISSUE, store_id, quantity):
        return known
    doing.reference = reference
    _refuse_ended(doing.work)
    if not doing.own:
        _refuse_misfit(doing, level)
    change = _by_rule(level, lambda: rules.take_out(state_of(level), quantity, own=doing.own))
    return _book(doing, MovementKind.ISSUE, level, change, quantity)


@transaction.atomic
def give_back(
    by: User | None,
    *,
    part_id: UUID,
    store_id: UUID,
    quantity: Decimal,
    act: UUID,
    work_order_id: UUID,
    reason: str = "",
    at: dt.datetime,
) -> Movement:
    """Take back, into any store, what was issued to a work order, at what it was issued for."""
    quantity = read_quantity(quantity)
    _refuse_onlooker(by)
    doing = Act(by=by, act=act, at=at, part_id=part_id, reason=reason)
    (level,) = hold(doing, store_id, work_order_id=work_order_id)
    if known := find_line(doing, MovementKind.RETURN, store_id, quantity):
        return known
    change = _by_rule(
        level,
        lambda: rules.give_back(state_of(level), quantity, out=doing.out, out_satang=doing.out_satang),
    )
    return _book(doing, MovementKind.RETURN, level, change, quantity)


@transaction.atomic
def transfer(
    by: User | None,
    *,
    part_id: UUID,
    store_id: UUID,
    to_store_id: UUID,
    quantity: Decimal,
    act: UUID,
    reason: str = "",
    reference: str = "",
    at: dt.datetime,
) -> tuple[Movement, Movement]:
    """Move free ones from a store to another, with their value. Return both lines."""
    require(by, STOCK)
    quantity = read_quantity(quantity)
    if store_id == to_store_id:
        raise UnableToMoveStock(_("กรุณาเลือกคลังปลายทางอื่น"), field="to_store", code="same_store")
    doing = Act(by=by, act=act, at=at, part_id=part_id, reason=reason, reference=reference)
    here, there = hold(doing, store_id, to_store_id)
    if known := find_line(doing, MovementKind.TRANSFER_OUT, store_id, quantity):
        arrived = Movement.objects.get(part_id=part_id, act=act, kind=MovementKind.TRANSFER_IN)
        if arrived.store_id != to_store_id:
            raise act_used()
        return known, arrived
    _refuse_closed(there, field="to_store")
    gone = _by_rule(here, lambda: rules.take_out(state_of(here), quantity))
    come = _by_rule(there, lambda: rules.put_in(state_of(there), quantity, -gone.value_satang))
    left = add_line(doing, MovementKind.TRANSFER_OUT, here, gone, quantity)
    arrived = add_line(doing, MovementKind.TRANSFER_IN, there, come, quantity)
    book(doing)
    return left, arrived


@transaction.atomic
def count(
    by: User | None,
    *,
    part_id: UUID,
    store_id: UUID,
    counted: Decimal,
    act: UUID,
    seen: Decimal | None = None,
    reason: str = "",
    reference: str = "",
    at: dt.datetime,
) -> Movement | None:
    """Set a level to what was counted; None when it is right already.

    `seen`: what the books said when it was counted; when something has moved since, nothing is booked.
    """
    require(by, STOCK)
    counted = read_quantity(counted, name="counted", may_be_zero=True)
    doing = Act(by=by, act=act, at=at, part_id=part_id, reason=reason, reference=reference)
    (level,) = hold(doing, store_id)
    if known := find_line(doing, MovementKind.COUNT, store_id, None):
        if known.on_hand_after != counted:
            raise act_used()
        return known
    if seen is not None and seen != level.on_hand:
        words = _("ยอดในคลังเปลี่ยนจาก %(seen)s เป็น %(now)s ระหว่างการนับ กรุณานับรายการนี้อีกครั้ง")
        raise _refusal(words, level, code="moved_meanwhile", seen=seen, now=level.on_hand)
    price = 0 if level.on_hand else last_price(level)
    change = _by_rule(level, lambda: rules.count(state_of(level), counted, unit_satang=price))
    if change is None:
        audit.record("maintenance.stock.count", level.part, changes={"on_hand": [counted, counted]})
        return None
    return _book(doing, MovementKind.COUNT, level, change, abs(change.on_hand))


@transaction.atomic
def write_off(
    by: User | None,
    *,
    part_id: UUID,
    store_id: UUID,
    quantity: Decimal,
    act: UUID,
    reason: str,
    reference: str = "",
    at: dt.datetime,
) -> Movement:
    """Take free ones off the books: broken, lost, out of date."""
    require(by, STOCK)
    quantity = read_quantity(quantity)
    _refuse_without_reason(reason, _("กรุณาเขียนเหตุผลที่ตัดจำหน่าย"))
    doing = Act(by=by, act=act, at=at, part_id=part_id, reason=reason, reference=reference)
    (level,) = hold(doing, store_id)
    if known := find_line(doing, MovementKind.WRITE_OFF, store_id, quantity):
        return known
    change = _by_rule(level, lambda: rules.take_out(state_of(level), quantity))
    return _book(doing, MovementKind.WRITE_OFF, level, change, quantity)


@transaction.atomic
def free_reservations(work_order_id: UUID, *, at: dt.datetime) -> int:
    """Let go of everything that a work order which is over still reserves; return how many lines that took.

    Late news of work that goes on again frees nothing.
    """
    if hold_work(work_order_id).state not in OVER_STATES:
        return 0
    rows = (
        Movement.objects.filter(work_order_id=work_order_id)
        .values("part_id", "store_id")
        .annotate(left=Sum("reserved_delta"))
        .filter(left__gt=0)
        .order_by("part_id", "store_id")
    )
    held = list(rows)
    if held:
        hold_levels([(row["part_id"], row["store_id"]) for row in held])
    for row in held:
        release(
            None,
            part_id=row["part_id"],
            store_id=row["store_id"],
            quantity=row["left"],
            act=uuid4(),
            work_order_id=work_order_id,
            at=at,
        )
    return len(held)


# ── what they share ───────────────────────────────────────────────────────────────────────────────────


def _refuse_onlooker(by: User | None) -> None:
    """Refuse who neither works nor keeps the stores."""
    if by is not None and not (by.has_perm(WORK) or by.has_perm(STOCK)):
        raise UnableToAct(_("บัญชีนี้ไม่มีสิทธิ์จองหรือเบิกอะไหล่ โปรดติดต่อผู้ดูแลระบบของเทศบาล"))


def _book(
    doing: Act, kind: MovementKind, level: StockLevel, change: rules.Change, quantity: Decimal
) -> Movement:
    line = add_line(doing, kind, level, change, quantity)
    book(doing)
    return line


def _refuse_closed(level: StockLevel, *, field: str = "store") -> None:
    if not level.store.is_active:
        raise UnableToMoveStock(_("คลังนี้ปิดแล้ว กรุณาเลือกคลังอื่น"), field=field, code="store_closed")


def _refuse_ended(work: WorkOrder | None) -> None:
    if work is not None and work.state in ENDED_STATES:
        raise UnableToMoveStock(
            _("ใบสั่งงาน %(number)s จบแล้ว จึงจองหรือเบิกอะไหล่ไม่ได้") % {"number": work.number}, code="work_ended"
        )


def _refuse_done(work: WorkOrder | None) -> None:
    """Refuse to promise to work that is done: the promise would be kept by nobody and freed by nothing."""
    if work is not None and work.state == WorkState.DONE:
        raise UnableToMoveStock(
            _("ใบสั่งงาน %(number)s ทำเสร็จแล้ว จึงจองอะไหล่ไม่ได้ ที่ใช้ไปแล้วให้กดเบิก") % {"number": work.number},
            code="work_done",
        )


def _refuse_without_reason(reason: str, words: str) -> None:
    if len(reason.strip()) < REASON_LETTERS:
        raise UnableToMoveStock(words, field="reason", code="reason")


def _refuse_misfit(doing: Act, level: StockLevel) -> None:
    """Refuse a part that fits other things, unless somebody says why it is right."""
    if doing.work is None or doing.work.asset_id is None or len(doing.reason.strip()) >= REASON_LETTERS:
        return
    if not doing.fits:
        words = _("%(part)s ไม่ได้ระบุว่าใช้กับทรัพย์สินของใบสั่งงานนี้ ถ้าใช้ได้จริง กรุณาเขียนเหตุผลเพื่อยืนยัน")
        raise UnableToMoveStock(words % {"part": level.part.name}, field="reason", code="not_fitting")


def _by_rule(level: StockLevel, rule: Callable[[], ChangeT]) -> ChangeT:
    """Return what the rule says, or refuse in words."""
    try:
        return rule()
    except rules.Fault as fault:
        raise _explain(level, fault) from None


def _explain(level: StockLevel, fault: rules.Fault) -> UnableToMoveStock:
    there = fault.available or rules.NOTHING
    if fault.code == "short":
        return _refusal(_short_words(level), level, code="short", available=there)
    if fault.code == "not_reserved":
        words = _("ใบสั่งงานนี้จอง %(part)s ไว้ที่%(store)s %(available)s %(unit)s")
        return _refusal(words, level, code=fault.code, available=there)
    if fault.code == "not_issued":
        words = _("ใบสั่งงานนี้เบิก %(part)s ไปและยังไม่คืน %(available)s %(unit)s")
        return _refusal(words, level, code=fault.code, available=there)
    if fault.code == "reserved":
        return _refusal(_promised_words(level), level, code=fault.code, available=there)
    return UnableToMoveStock(str(FAULTS[fault.code]), field="quantity", code=fault.code)


def _short_words(level: StockLevel) -> str:
    words = _("%(store)s มี %(part)s ให้ใช้ %(available)s %(unit)s")
    if level.reserved:
        words += " " + _("(จองไว้แล้ว %(reserved)s)")
    elsewhere = list_elsewhere(level.part_id, but=level.store_id)
    if not elsewhere:
        return words + " " + _("และคลังอื่นไม่มี")
    told = ", ".join(f"{name} {rules.format_quantity(free)}" for name, free in elsewhere)
    return words + " · " + _("ที่อื่นมี: ") + told.replace("%", "%%")


def _promised_words(level: StockLevel) -> str:
    numbers = ", ".join(list_promised(level.part_id, level.store_id)).replace("%", "%%")
    return _("%(part)s จองไว้ %(available)s %(unit)s ให้ใบสั่งงาน ") + numbers + _(" กรุณายกเลิกการจองก่อนปรับยอด")


def _refusal(words: str, level: StockLevel, *, code: str, **numbers: Decimal) -> UnableToMoveStock:
    told = {name: rules.format_quantity(number) for name, number in numbers.items()}
    facts = {
        "part": level.part.name,
        "unit": level.part.unit,
        "store": level.store.name,
        "reserved": rules.format_quantity(level.reserved),
    }
    return UnableToMoveStock(
        words % (facts | told), field="quantity", code=code, available=numbers.get("available")
    )
