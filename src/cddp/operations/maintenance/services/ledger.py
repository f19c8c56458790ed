"""บัญชีคุมอะไหล่: take hold of levels, write lines of the ledger, and tell when a part runs low.

Locks are always taken in one order: the work order, then levels by (part, store). Whoever moves several parts in one
transaction calls `hold_levels` with all of them first. A movement is the busiest act of the stock and many want the
same row: so what it locks and reads goes to the database in one breath, and what it writes in another.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import F, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.tenancy.current import required_municipality_id
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
    """การกระทำหนึ่งครั้ง: who moves what of which part, why and when; what is locked for it and what it writes."""

    by: User | None
    act: UUID
    at: dt.datetime
    part_id: UUID
    reason: str = ""
    reference: str = ""
    work: WorkOrder | None = None
    levels: dict[UUID, StockLevel] = field(default_factory=dict)
    lines: list[Movement] = field(default_factory=list)
    is_known: bool = False
    """The act was done before."""
    own: Decimal = rules.NOTHING
    """How many its work order has reserved of the part in the first of its stores."""
    out: Decimal = rules.NOTHING
    """How many its work order has taken of the part and not given back, from whatever store."""
    out_satang: int = 0
    free: Decimal = rules.NOTHING
    """How many are free in all stores before it."""
    fits: bool = True
    """The part fits the asset of the work order, or anything."""


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

# FOR NO KEY UPDATE: lines of the ledger that point to these rows need not wait.
HOLD_WORK = """SELECT id, number, state, asset_id, parts_satang FROM maintenance_workorder
 WHERE municipality_id = %(town)s AND id = %(work)s FOR NO KEY UPDATE;
"""
HOLD_LEVELS = """SELECT l.id, l.store_id, l.on_hand, l.reserved, l.value_satang, s.name, s.is_active,
   p.code, p.name, p.unit, p.reorder_point, p.ran_low_at
  FROM maintenance_stocklevel l
  JOIN maintenance_part p ON p.municipality_id = l.municipality_id AND p.id = l.part_id
  JOIN maintenance_store s ON s.municipality_id = l.municipality_id AND s.id = l.store_id
 WHERE l.municipality_id = %(town)s AND l.part_id = %(part)s AND l.store_id = ANY(%(stores)s)
 ORDER BY l.part_id, l.store_id FOR NO KEY UPDATE OF l;
"""
# A statement of its own, so that it sees what those who held the rows before have written.
# NOT (…) as the index of acts says it, else it could not be used.
READ = """SELECT EXISTS (SELECT 1 FROM maintenance_movement
     WHERE municipality_id = %(town)s AND act = %(act)s AND NOT (kind = 'transfer_in')),
   (SELECT coalesce(sum(on_hand - reserved), 0) FROM maintenance_stocklevel
    WHERE municipality_id = %(town)s AND part_id = %(part)s)"""
READ_WORK = """, m.own, m.out, m.out_satang,
   (SELECT count(*) = 0 OR bool_or(f.model_id = a.model_id OR f.asset_class_id = a.asset_class_id) IS TRUE
    FROM maintenance_partfit f
    LEFT JOIN maintenance_workorder w ON w.municipality_id = f.municipality_id AND w.id = %(work)s
    LEFT JOIN assets_asset a ON a.municipality_id = w.municipality_id AND a.id = w.asset_id
    WHERE f.municipality_id = %(town)s AND f.part_id = ANY(ARRAY(
      SELECT %(part)s::uuid UNION ALL SELECT part_id FROM maintenance_partalternative
      WHERE municipality_id = %(town)s AND other_id = %(part)s)))
  FROM (SELECT coalesce(sum(reserved_delta) FILTER (WHERE store_id = %(store)s), 0) AS own,
          coalesce(-sum(on_hand_delta) FILTER (WHERE kind = ANY(%(there_and_back)s)), 0) AS out,
          coalesce(-sum(value_delta_satang) FILTER (WHERE kind = ANY(%(there_and_back)s)), 0)::bigint AS out_satang
        FROM maintenance_movement
        WHERE municipality_id = %(town)s AND work_order_id = %(work)s AND part_id = %(part)s) m"""


def hold(act: Act, *store_ids: UUID, work_order_id: UUID | None = None) -> list[StockLevel]:
    """Lock the work order and the levels of the act's part in these stores, and read all that it hangs on.

    Raises Http404 for what there is not, and for a work order that this person may not see.
    """
    if work_order_id is not None:
        _refuse_unseen(act.by, work_order_id)
    if not _hold(act, store_ids, work_order_id):
        _make_levels([(act.part_id, store_id) for store_id in store_ids])
        _hold(act, store_ids, work_order_id)
    return [act.levels[store_id] for store_id in store_ids]


def _refuse_unseen(by: User | None, work_order_id: UUID) -> None:
    sees_all = by is None or by.has_perm("maintenance.view")
    if (
        by is not None
        and not sees_all
        and not WorkOrder.objects.visible_to(by).filter(pk=work_order_id).exists()
    ):
        raise Http404


def _hold(act: Act, store_ids: tuple[UUID, ...], work_order_id: UUID | None) -> bool:
    """Lock and read; tell whether a level of each store was there."""
    values = {
        "town": required_municipality_id(),
        "work": work_order_id,
        "part": act.part_id,
        "store": store_ids[0],
        "stores": list(store_ids),
        "act": act.act,
        "there_and_back": [MovementKind.ISSUE.value, MovementKind.RETURN.value],
    }
    for_work = work_order_id is not None
    with connection.cursor() as cursor:
        cursor.execute(
            (HOLD_WORK if for_work else "") + HOLD_LEVELS + READ + (READ_WORK if for_work else ""), values
        )
        if for_work:
            act.work = _work_of(cursor.fetchone())
            cursor.nextset()
        act.levels = {row[1]: _level_of(act.part_id, row) for row in cursor.fetchall()}
        cursor.nextset()
        act.is_known, act.free, *rest = cursor.fetchone()
    if for_work:
        act.own, act.out, act.out_satang, act.fits = rest
    return len(act.levels) == len(set(store_ids))


def _work_of(row: Any) -> WorkOrder:
    if row is None:
        raise Http404
    pk, number, state, asset_id, parts_satang = row
    return WorkOrder(pk=pk, number=number, state=state, asset_id=asset_id, parts_satang=parts_satang)


def _level_of(part_id: UUID, row: Any) -> StockLevel:
    (
        pk,
        store_id,
        on_hand,
        reserved,
        value,
        store_name,
        is_open,
        code,
        name,
        unit,
        reorder_point,
        ran_low_at,
    ) = row
    part = Part(
        pk=part_id, code=code, name=name, unit=unit, reorder_point=reorder_point, ran_low_at=ran_low_at
    )
    store = Store(pk=store_id, name=store_name, is_active=is_open)
    return StockLevel(pk=pk, part=part, store=store, on_hand=on_hand, reserved=reserved, value_satang=value)


def hold_work(work_order_id: UUID) -> WorkOrder:
    """Return a work order, locked. Raises Http404."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_WORK, {"town": required_municipality_id(), "work": work_order_id})
        return _work_of(cursor.fetchone())


def hold_levels(pairs: Collection[Pair]) -> dict[Pair, StockLevel]:
    """Lock the levels of these parts in these stores, in the one order; what was never kept there is 0."""
    wanted = sorted(set(pairs))
    _make_levels(wanted)
    parts, stores = {part for part, _store in wanted}, {store for _part, store in wanted}
    rows = (
        StockLevel.objects.filter(part_id__in=parts, store_id__in=stores)
        .select_related("part", "store")
        .select_for_update(of=("self",), no_key=True)
        .order_by("part_id", "store_id")
    )
    held = {(level.part_id, level.store_id): level for level in rows}
    return {pair: held[pair] for pair in wanted}


def _make_levels(wanted: list[Pair]) -> None:
    """Make the rows that are not there yet: before any is locked, and in the same order, so nobody waits in a ring."""
    parts, stores = {part for part, _store in wanted}, {store for _part, store in wanted}
    if Part.objects.filter(pk__in=parts).count() != len(parts):
        raise Http404
    if Store.objects.filter(pk__in=stores).count() != len(stores):
        raise Http404
    fresh = [StockLevel(part_id=part_id, store_id=store_id) for part_id, store_id in sorted(wanted)]
    StockLevel.objects.bulk_create(fresh, ignore_conflicts=True)


# ── acts that come twice ──────────────────────────────────────────────────────────────────────────────


def find_line(act: Act, kind: MovementKind, store_id: UUID, quantity: Decimal | None) -> Movement | None:
    """Return the line that this act wrote before.

    Raises UnableToMoveStock when the act wrote something else. `quantity=None`: the caller compares it.
    """
    if not act.is_known:
        return None
    known = (
        Movement.objects.select_related("store", "part")
        .exclude(kind=MovementKind.TRANSFER_IN)
        .get(act=act.act)
    )
    wanted = (kind.value, act.part_id, store_id, act.work.pk if act.work else None)
    is_same = (known.kind, known.part_id, known.store_id, known.work_order_id) == wanted
    if not is_same or quantity not in (None, known.quantity):
        raise act_used()
    return known


def act_used() -> UnableToMoveStock:
    """Return the refusal of an act that has already moved something else."""
    return UnableToMoveStock(_("รายการนี้บันทึกไปแล้วด้วยข้อมูลอื่น กรุณาเปิดหน้านี้ใหม่แล้วทำรายการอีกครั้ง"), code="act_used")


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────

WRITE_LINE = """INSERT INTO maintenance_movement (id, municipality_id, part_id, store_id, kind, quantity, on_hand_delta,
   reserved_delta, value_delta_satang, on_hand_after, reserved_after, work_order_id, act, reference, reason, at, by,
   by_label) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);
UPDATE maintenance_stocklevel SET on_hand = %s, reserved = %s, value_satang = %s, updated_at = %s
 WHERE municipality_id = %s AND id = %s;
"""
WRITE_WORK = """UPDATE maintenance_workorder SET parts_satang = parts_satang - %s
 WHERE municipality_id = %s AND id = %s;
"""


def state_of(level: StockLevel) -> rules.Level:
    """Return a row as the rules read it."""
    return rules.Level(on_hand=level.on_hand, reserved=level.reserved, value_satang=level.value_satang)


def add_line(
    act: Act, kind: MovementKind, level: StockLevel, change: rules.Change, quantity: Decimal
) -> Movement:
    """Add one line to the act, and what it does to its level; `book` writes them."""
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
    act.lines.append(line)
    return line


def book(act: Act) -> None:
    """Write the act: lines, levels, the work's cost of parts; then the audit, and who must know what runs low."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(*_writing(act))
    except IntegrityError as error:
        # The same act, sent for another part at the same moment; the caller's transaction rolls back.
        if "movement_act_once" not in str(error):
            raise
        raise act_used() from None
    for line in act.lines:
        line._state.adding, line._state.db = False, connection.alias
    first = act.lines[0]
    changes = {
        "quantity": [None, first.quantity],
        "on_hand": [None, first.on_hand_after],
        "store": [None, first.store_id],
    }
    audit.record(f"maintenance.stock.{first.kind}", first.part, changes=changes, purpose=act.reason)
    freed = sum((line.on_hand_delta - line.reserved_delta for line in act.lines), rules.NOTHING)
    watch(first.part, lambda: act.free + freed, at=act.at)


def _writing(act: Act) -> tuple[str, list[Any]]:
    """Return the statements of an act and their values."""
    town, statements = required_municipality_id(), ""
    values: list[Any] = []
    for line in act.lines:
        level = act.levels[line.store_id]
        statements += WRITE_LINE
        values += [line.pk, town, line.part_id, line.store_id, line.kind, line.quantity, line.on_hand_delta]
        values += [line.reserved_delta, line.value_delta_satang, line.on_hand_after, line.reserved_after]
        values += [line.work_order_id, line.act, line.reference, line.reason, line.at, line.by, line.by_label]
        values += [level.on_hand, level.reserved, level.value_satang, timezone.now(), town, level.pk]
    spent = sum(line.value_delta_satang for line in act.lines)
    if act.work is not None and spent:
        statements += WRITE_WORK
        values += [spent, town, act.work.pk]
    return statements, values


# ── what runs low ─────────────────────────────────────────────────────────────────────────────────────


def free_of(part_id: UUID) -> Decimal:
    """Return how many of a part are free in all stores."""
    total = StockLevel.objects.filter(part_id=part_id).aggregate(free=Sum(F("on_hand") - F("reserved")))
    return total["free"] or rules.NOTHING


def watch(part: Part, free: Callable[[], Decimal], *, at: dt.datetime) -> None:
    """Publish StockRanLow when a part falls to its reorder point, and be ready to do so again once it has risen.

    Two stores that give at the same moment may each see the other's part as still there; the nightly recount looks
    again, so that such a fall is told the next morning.
    """
    if part.reorder_point <= 0 and part.ran_low_at is None:
        return
    is_low = rules.runs_low(free(), part.reorder_point)
    if is_low == (part.ran_low_at is not None):
        return
    rows = Part.objects.filter(pk=part.pk, ran_low_at__isnull=is_low)
    if rows.update(ran_low_at=at if is_low else None) and is_low:
        publish(StockRanLow(part_id=part.pk))
    part.ran_low_at = at if is_low else None
