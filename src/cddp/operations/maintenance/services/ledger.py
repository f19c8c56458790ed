"""บัญชีคุมอะไหล่: take hold of levels, write lines of the ledger, and tell when a part runs low.

Locks are always taken in one order: the work order, then levels by (part, store). Whoever moves several parts in one
transaction calls `hold_levels` with all of them first.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.operations.maintenance.choices import MovementKind
from cddp.operations.maintenance.errors import UnableToMoveStock
from cddp.operations.maintenance.events import StockRanLow
from cddp.operations.maintenance.models import Movement, Part, StockLevel, Store, WorkOrder
from cddp.operations.maintenance.rules import stock as rules

Pair = tuple[UUID, UUID]

FAULTS = {
    "not_a_number": gettext_lazy("กรุณากรอกจำนวนเป็นตัวเลข เช่น 2 หรือ 1.5"),
    "not_above_zero": gettext_lazy("จำนวนต้องมากกว่า 0"),
    "too_many_decimals": gettext_lazy("จำนวนมีทศนิยมได้ไม่เกินสองตำแหน่ง"),
    "too_many": gettext_lazy("จำนวนมากเกินกว่าที่บันทึกได้ในรายการเดียว กรุณาตรวจอีกครั้ง"),
}


@dataclass
class Act:
    """การกระทำหนึ่งครั้ง: who moves what, why and when; shared by the lines it writes."""

    by: User | None
    act: UUID
    at: dt.datetime
    work: WorkOrder | None = None
    reason: str = ""
    reference: str = ""
    lines: list[Movement] = field(default_factory=list)


def read_quantity(value: object, *, name: str = "quantity", may_be_zero: bool = False) -> Decimal:
    """Return a quantity as the ledger keeps it. Raises UnableToMoveStock that names the blank."""
    try:
        return rules.read_quantity(value, may_be_zero=may_be_zero)
    except rules.Fault as fault:
        words = (
            _("จำนวนต้องไม่น้อยกว่า 0") if may_be_zero and fault.code == "not_above_zero" else FAULTS[fault.code]
        )
        raise UnableToMoveStock(str(words), field=name, code=fault.code) from None


# ── locks ─────────────────────────────────────────────────────────────────────────────────────────────


def hold_work(by: User | None, work_order_id: UUID) -> WorkOrder:
    """Return the work order, locked. Raises Http404 for one that this person may not see."""
    rows = WorkOrder.objects.all() if by is None else WorkOrder.objects.visible_to(by)
    # FOR NO KEY UPDATE: lines of the ledger that point here need not wait.
    work = rows.filter(pk=work_order_id).select_for_update(of=("self",), no_key=True).first()
    if work is None:
        raise Http404
    return work


def hold_levels(pairs: Collection[Pair]) -> dict[Pair, StockLevel]:
    """Return the levels of these parts in these stores with both at hand, locked; what was never kept there is 0."""
    wanted = sorted(set(pairs))
    held = _lock(wanted) if len(wanted) == 1 else {}
    if len(held) == len(wanted):
        return held
    # Rows are made before any is locked, and both in the same order: so nobody waits in a ring.
    _refuse_unknown(wanted)
    fresh = [StockLevel(part_id=part_id, store_id=store_id) for part_id, store_id in wanted]
    StockLevel.objects.bulk_create(fresh, ignore_conflicts=True)
    return _lock(wanted)


def hold_level(part_id: UUID, store_id: UUID) -> StockLevel:
    """Return the level of one part in one store, locked."""
    return hold_levels([(part_id, store_id)])[part_id, store_id]


def _lock(pairs: list[Pair]) -> dict[Pair, StockLevel]:
    wanted = set(pairs)
    parts, stores = {part for part, _store in wanted}, {store for _part, store in wanted}
    rows = (
        StockLevel.objects.filter(part_id__in=parts, store_id__in=stores)
        .select_related("part", "store")
        .select_for_update(of=("self",), no_key=True)
        .order_by("part_id", "store_id")
    )
    return {
        (level.part_id, level.store_id): level for level in rows if (level.part_id, level.store_id) in wanted
    }


def _refuse_unknown(pairs: list[Pair]) -> None:
    parts, stores = {part for part, _store in pairs}, {store for _part, store in pairs}
    if Part.objects.filter(pk__in=parts).count() != len(parts):
        raise Http404
    if Store.objects.filter(pk__in=stores).count() != len(stores):
        raise Http404


# ── acts that come twice ──────────────────────────────────────────────────────────────────────────────


def find_line(
    act: Act, kind: MovementKind, part_id: UUID, store_id: UUID, quantity: Decimal | None
) -> Movement | None:
    """Return the line that this act wrote before, to be asked while its level is locked.

    Raises UnableToMoveStock when the act wrote something else. `quantity=None`: the caller compares it.
    """
    known = Movement.objects.filter(act=act.act).exclude(kind=MovementKind.TRANSFER_IN).first()
    if known is None:
        return None
    wanted = (kind.value, part_id, store_id, act.work.pk if act.work else None)
    is_same = (known.kind, known.part_id, known.store_id, known.work_order_id) == wanted
    if not is_same or quantity not in (None, known.quantity):
        raise act_used()
    return known


def act_used() -> UnableToMoveStock:
    """Return the refusal of an act that has already moved something else."""
    return UnableToMoveStock(_("รายการนี้บันทึกไปแล้วด้วยข้อมูลอื่น กรุณาเปิดหน้านี้ใหม่แล้วทำรายการอีกครั้ง"), code="act_used")


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────


def state_of(level: StockLevel) -> rules.Level:
    """Return a row as the rules read it."""
    return rules.Level(on_hand=level.on_hand, reserved=level.reserved, value_satang=level.value_satang)


def write(
    act: Act, kind: MovementKind, level: StockLevel, change: rules.Change, quantity: Decimal
) -> Movement:
    """Write one line of the ledger and what it does to its level, which the caller has locked."""
    level.on_hand += change.on_hand
    level.reserved += change.reserved
    level.value_satang += change.value_satang
    line = Movement(
        part=level.part,
        store=level.store,
        kind=kind.value,
        quantity=quantity,
        on_hand_delta=change.on_hand,
        reserved_delta=change.reserved,
        value_delta_satang=change.value_satang,
        on_hand_after=level.on_hand,
        reserved_after=level.reserved,
        work_order=act.work,
        act=act.act,
        reference=act.reference.strip(),
        reason=act.reason.strip(),
        at=act.at,
        by=act.by.pk if act.by else None,
        by_label=str(act.by) if act.by else "",
    )
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except IntegrityError as error:
        # The same act, sent for another part at the same moment.
        if "movement_act_once" not in str(error):
            raise
        raise act_used() from None
    level.save(update_fields=["on_hand", "reserved", "value_satang", "updated_at"])
    act.lines.append(line)
    return line


def finish(act: Act, part: Part) -> None:
    """Close an act: the work's cost of parts, the audit, and who must know that the part runs low."""
    spent = sum(line.value_delta_satang for line in act.lines)
    if act.work is not None and spent:
        WorkOrder.objects.filter(pk=act.work.pk).update(parts_satang=F("parts_satang") - spent)
        act.work.parts_satang -= spent
    first = act.lines[0]
    changes = {
        "quantity": [None, first.quantity],
        "on_hand": [None, first.on_hand_after],
        "store": [None, first.store_id],
    }
    audit.record(f"maintenance.stock.{first.kind}", part, changes=changes, purpose=act.reason)
    watch(part, at=act.at)


def free_of(part_id: UUID) -> Decimal:
    """Return how many of a part are free in all stores."""
    total = StockLevel.objects.filter(part_id=part_id).aggregate(free=Sum(F("on_hand") - F("reserved")))
    return total["free"] or rules.NOTHING


def watch(part: Part, *, at: dt.datetime) -> None:
    """Publish StockRanLow when a part falls to its reorder point, and be ready to do so again once it has risen.

    Two stores that give at the same moment may each see the other's part as still there; the nightly recount looks
    again, so that such a fall is told the next morning.
    """
    if part.reorder_point <= 0 and part.ran_low_at is None:
        return
    is_low = rules.runs_low(free_of(part.pk), part.reorder_point)
    if is_low == (part.ran_low_at is not None):
        return
    rows = Part.objects.filter(pk=part.pk, ran_low_at__isnull=is_low)
    if rows.update(ran_low_at=at if is_low else None) and is_low:
        publish(StockRanLow(part_id=part.pk))
    part.ran_low_at = at if is_low else None
