"""อ่านอะไหล่: the list with what is free, what must be bought, and the parts that fit the asset of a work order."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    DecimalField,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.values.thai_text import search_key
from cddp.operations.maintenance.choices import MovementKind, StoreKind
from cddp.operations.maintenance.models import (
    Movement,
    Part,
    PartAlternative,
    PartFit,
    StockLevel,
    Store,
    WorkOrder,
)
from cddp.operations.maintenance.rules.stock import NOTHING, format_quantity
from cddp.registers.assets.models import Asset

QUANTITY: Any = DecimalField(max_digits=14, decimal_places=2)
OTHERS_SHOWN = 10
FOUND_SHOWN = 8


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────────


def list_parts(user: User) -> QuerySet[Part]:
    """Return the parts with `on_hand`, `reserved`, `free` and `worth` (satang) of all stores together."""
    levels = StockLevel.objects.filter(part=OuterRef("pk")).order_by().values("part")

    def total(what: Any, output: Any) -> Coalesce:
        found = Subquery(levels.annotate(total=Sum(what)).values("total"), output_field=output)
        return Coalesce(found, Value(0, output_field=output), output_field=output)

    rows = Part.objects.visible_to(user).defer("search_text")
    rows = rows.annotate(
        on_hand=total("on_hand", QUANTITY),
        reserved=total("reserved", QUANTITY),
        worth=total("value_satang", DecimalField(max_digits=22, decimal_places=0)),
    )
    return rows.annotate(free=ExpressionWrapper(F("on_hand") - F("reserved"), output_field=QUANTITY))


def list_to_buy(user: User) -> QuerySet[Any]:
    """Return the parts to buy: at or below their reorder point, with `to_buy`, `last_unit` and `estimate` (satang)."""
    bought = Movement.objects.filter(part=OuterRef("pk"), kind=MovementKind.RECEIVE, value_delta_satang__gt=0)
    newest = bought.order_by("-at", "-id")
    price: Any = DecimalField(max_digits=22, decimal_places=2)
    unit = ExpressionWrapper(F("value_delta_satang") / F("quantity"), output_field=price)
    rows: QuerySet[Any] = list_parts(user)
    rows = rows.filter(is_active=True, reorder_point__gt=0, free__lte=F("reorder_point"))
    # What is put on the list by habit, else so many that the stock stands above its point again.
    rows = rows.annotate(
        to_buy=ExpressionWrapper(
            Greatest(F("reorder_quantity"), F("reorder_point") - F("free")), output_field=QUANTITY
        ),
        last_unit=Subquery(newest.annotate(unit=unit).values("unit")[:1], output_field=price),
        last_from=Subquery(newest.values("reference")[:1]),
    )
    priced: QuerySet[Any] = rows.annotate(
        estimate=ExpressionWrapper(F("to_buy") * F("last_unit"), output_field=price)
    )
    return priced


def list_low(user: User) -> QuerySet[Part]:
    """Return the parts that have fallen to their reorder point."""
    free = Coalesce(Sum(F("levels__on_hand") - F("levels__reserved")), Value(0, output_field=QUANTITY))
    rows = Part.objects.visible_to(user).filter(is_active=True, reorder_point__gt=0)
    return rows.annotate(all_free=free).filter(all_free__lte=F("reorder_point"))


def search_levels(rows: QuerySet[StockLevel], text: str) -> QuerySet[StockLevel]:
    """Return the levels of the parts that a search finds."""
    found = search_parts(Part.objects.all(), text)
    return rows.filter(part_id__in=found.values("pk"))


def search_parts(rows: QuerySet[Part], text: str) -> QuerySet[Part]:
    """Return the parts whose code, name, barcode or supplier holds each word."""
    for word in text.split():
        # LIKE on the prepared column: the one form that uses the trigram index under row-level security.
        if key := search_key(word, drop_title=False, drop_tones=True):
            rows = rows.filter(search_text__contains=key)
    return rows


def find_part(user: User, text: str) -> Part | None:
    """Return the part with this barcode or code, as scanned or typed ("LED-50 หลอด…" as a list offers it)."""
    wanted = text.strip()
    if not wanted or len(wanted) > 200 or "\x00" in wanted:
        return None
    names = {wanted, wanted.split(" ", maxsplit=1)[0]}
    rows = Part.objects.visible_to(user).filter(Q(code__in=names) | Q(barcode__in=names - {""}))
    found = sorted(rows[:3], key=lambda part: (part.barcode != wanted, part.code != wanted))
    if found:
        return found[0]
    return Part.objects.visible_to(user).filter(code__iexact=wanted).first()


# ── what fits a work order ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class InStore:
    """อะไหล่ในคลังหนึ่ง: what lies there, what is free, and how many of it this work order has reserved."""

    store: Store
    on_hand: Decimal
    free: Decimal
    mine: Decimal = NOTHING
    is_own_van: bool = False
    shelf: str = ""

    @property
    def takeable(self) -> Decimal:
        """Return how many the work order may take from here."""
        return self.free + self.mine


@dataclass
class FittingPart:
    """อะไหล่ที่ใช้ได้: a part for the asset of a work order, where it lies, and what this work has had of it."""

    part: Part
    how: str  # "model", "class", "alternative" or "other"
    position: str = ""
    per_asset: Decimal = Decimal(1)
    stores: list[InStore] = field(default_factory=list)
    reserved: Decimal = NOTHING
    taken: Decimal = NOTHING
    taken_from: Store | None = None
    last_used_on: dt.datetime | None = None
    stands_in_for: str = ""
    alternatives: "list[FittingPart]" = field(default_factory=list)

    @property
    def free(self) -> Decimal:
        """Return how many are free in all stores."""
        return sum((each.free for each in self.stores), NOTHING)

    @property
    def promised(self) -> Decimal:
        """Return how many are reserved, for whatever work."""
        return sum((each.on_hand - each.free for each in self.stores), NOTHING)

    @property
    def best(self) -> InStore | None:
        """Return where to take it first: where it is reserved for this work, own van, else where most are."""
        able = [each for each in self.stores if each.takeable > 0]
        return able[0] if able else None

    @property
    def summary(self) -> str:
        """Return "ในคลัง 4 · จอง 1 · คลัง ก": what one reads of a part before taking it."""
        if not self.stores:
            return _("ไม่มีในคลังใด")
        words = [_("ในคลัง %(n)s") % {"n": format_quantity(self.free + self.promised)}]
        if self.promised:
            words.append(_("จอง %(n)s") % {"n": format_quantity(self.promised)})
        if self.best is not None:
            words.append(self._words_of(self.best))
        return " · ".join(words)

    def _words_of(self, place: InStore) -> str:
        """Return where it lies, and how many of them where it lies in several stores."""
        many = {"n": format_quantity(place.takeable), "store": place.store.name}
        if place.is_own_van:
            return _("รถของท่านมี %(n)s") % many
        return _("%(store)s มี %(n)s") % many if len(self.stores) > 1 else place.store.name

    @property
    def wanted(self) -> Decimal:
        """Return how many a tap takes: what one asset needs and this work has not yet taken, at least one."""
        left = self.per_asset - self.taken
        return left if left > 0 else Decimal(1)

    @property
    def held(self) -> list[InStore]:
        """Return where this work has reserved it."""
        return [each for each in self.stores if each.mine > 0]

    @property
    def is_touched(self) -> bool:
        """Tell whether this work order has reserved or taken any."""
        return bool(self.reserved or self.taken)


def list_fitting(user: User, work_order: WorkOrder, *, search: str = "") -> list[FittingPart]:
    """Return the parts for a work order: by the asset's model, by its class, then others it has had or that are sought.

    Five statements whatever the number of parts; one more when something is sought.
    """
    fits = _list_fits(work_order)
    pairs = _list_alternatives([fit.part_id for fit in fits])
    mine = _list_own_lines(work_order)
    sought = _list_sought(user, search)
    ids = {fit.part_id for fit in fits} | {pair.other_id for pair in pairs}
    ids |= {line["part_id"] for line in mine} | {part.pk for part in sought}
    levels = _list_levels(ids)
    used = _list_last_used(work_order, ids)
    book = _Book(user, levels, mine, used)
    found = _fitting(book, fits, pairs)
    found += _others(book, found, sought)
    return found


def _list_fits(work_order: WorkOrder) -> list[PartFit]:
    if work_order.asset_id is None:
        return []
    asset = Asset.objects.filter(pk=work_order.asset_id)
    by_model = Q(model_id=Subquery(asset.values("model_id")[:1]))
    by_class = Q(asset_class_id=Subquery(asset.values("asset_class_id")[:1]))
    rows = (
        PartFit.objects.filter(by_model | by_class, part__is_active=True)
        .select_related("part")
        .defer("part__search_text")
    )
    # By model first; a part said both ways is shown by its model.
    return sorted(rows, key=lambda fit: (fit.model_id is None, fit.position, fit.part.name))


def _list_alternatives(part_ids: Sequence[UUID]) -> list[PartAlternative]:
    rows = PartAlternative.objects.filter(part_id__in=part_ids, other__is_active=True)
    return list(rows.select_related("other").order_by("other__name"))


def _list_own_lines(work_order: WorkOrder) -> list[Mapping[str, Any]]:
    rows = Movement.objects.filter(work_order_id=work_order.pk)
    named = rows.values("part_id", "store_id", "part__code", "part__name", "part__unit")
    return list(
        named.annotate(reserved=Sum("reserved_delta"), out=Sum("on_hand_delta"), last=Max("at")).order_by(
            "last"
        )
    )


def _list_sought(user: User, search: str) -> list[Part]:
    if not search.strip():
        return []
    rows = search_parts(Part.objects.visible_to(user).filter(is_active=True), search)
    exact = find_part(user, search) if len(search.split()) == 1 else None
    found = [part for part in rows.order_by("name")[:FOUND_SHOWN] if exact is None or part.pk != exact.pk]
    return [exact, *found] if exact is not None else found


def _list_levels(part_ids: Iterable[UUID]) -> list["_LevelRow"]:
    """Return plain rows: a hundred parts in ten stores would be a thousand objects."""
    rows = StockLevel.objects.filter(part_id__in=part_ids).order_by("store__kind", "store__name")
    stores: dict[UUID, Store] = {}
    found = []
    columns = (
        "part_id",
        "on_hand",
        "reserved",
        "shelf",
        "store_id",
        "store__name",
        "store__kind",
        "store__keeper_id",
    )
    plain: Any = rows.values_list(*columns)
    for part_id, on_hand, reserved, shelf, store_id, name, kind, keeper_id in plain:
        store = stores.get(store_id)
        if store is None:
            store = stores[store_id] = Store(pk=store_id, name=name, kind=kind, keeper_id=keeper_id)
        found.append(_LevelRow(part_id, store, on_hand, reserved, shelf))
    return found


def _list_last_used(work_order: WorkOrder, part_ids: Iterable[UUID]) -> dict[UUID, dt.datetime]:
    if work_order.asset_id is None:
        return {}
    rows = Movement.objects.filter(
        kind=MovementKind.ISSUE, work_order__asset_id=work_order.asset_id, part_id__in=part_ids
    ).exclude(work_order_id=work_order.pk)
    return dict(rows.order_by().values_list("part_id").annotate(last=Max("at")))


class _LevelRow(NamedTuple):
    part_id: UUID
    store: Store
    on_hand: Decimal
    reserved: Decimal
    shelf: str


class _Book:
    """What was read, by part: so that a hundred parts cost no more statements than one."""

    def __init__(
        self,
        user: User,
        levels: Sequence[_LevelRow],
        mine: Sequence[Mapping[str, Any]],
        used: Mapping[UUID, dt.datetime],
    ) -> None:
        self.member_id = user.membership.pk if user.membership else None
        self.used = used
        self.own: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
        for line in mine:
            self.own[line["part_id"]].append(line)
        self.levels: dict[UUID, list[_LevelRow]] = defaultdict(list)
        for level in levels:
            self.levels[level.part_id].append(level)

    def describe(self, part: Part, how: str, **more: Any) -> FittingPart:
        """Return a part with where it lies and what this work has had of it."""
        lines = self.own.get(part.pk, [])
        reserved = {line["store_id"]: line["reserved"] for line in lines}
        stores = [
            self._in_store(level, reserved.get(level.store.pk, NOTHING)) for level in self.levels[part.pk]
        ]
        stores = [each for each in stores if each.on_hand > 0 or each.mine]
        stores.sort(key=lambda each: (each.mine <= 0, each.takeable <= 0, not each.is_own_van, -each.free))
        return FittingPart(
            part=part,
            how=how,
            stores=stores,
            reserved=sum(reserved.values(), NOTHING),
            taken=-sum((line["out"] for line in lines), NOTHING),
            taken_from=self._taken_from(part.pk, lines),
            last_used_on=self.used.get(part.pk),
            **more,
        )

    def _in_store(self, level: _LevelRow, mine: Decimal) -> InStore:
        store = level.store
        is_own = (
            store.kind == StoreKind.VAN and self.member_id is not None and store.keeper_id == self.member_id
        )
        free = level.on_hand - level.reserved
        return InStore(store, level.on_hand, free, mine, is_own_van=is_own, shelf=level.shelf)

    def _taken_from(self, part_id: UUID, lines: Sequence[Mapping[str, Any]]) -> Store | None:
        """Return the store from which it was taken last: there it goes back."""
        stores = {level.store.pk: level.store for level in self.levels[part_id]}
        taken = [line["store_id"] for line in lines if line["out"] < 0]
        return stores.get(taken[-1]) if taken else None


def _fitting(book: _Book, fits: Sequence[PartFit], pairs: Sequence[PartAlternative]) -> list[FittingPart]:
    others: dict[UUID, list[Part]] = defaultdict(list)
    for pair in pairs:
        others[pair.part_id].append(pair.other)
    found: dict[UUID, FittingPart] = {}
    for fit in fits:
        if fit.part_id in found:
            continue
        how = "model" if fit.model_id else "class"
        found[fit.part_id] = book.describe(fit.part, how, position=fit.position, per_asset=fit.per_asset)
    for part_id, each in found.items():
        each.alternatives = [
            book.describe(other, "alternative", per_asset=each.per_asset, stands_in_for=each.part.name)
            for other in others[part_id]
            if other.pk not in found
        ]
    return list(found.values())


def _others(book: _Book, fitting: Sequence[FittingPart], sought: Sequence[Part]) -> list[FittingPart]:
    """Return what fits nothing here, but was taken for this work already, or is sought."""
    shown = {each.part.pk for each in fitting} | {
        other.part.pk for each in fitting for other in each.alternatives
    }
    parts = {part.pk: part for part in sought if part.pk not in shown}
    for part_id, (line, *_more) in book.own.items():
        if part_id not in shown and part_id not in parts:
            named = {key: line[f"part__{key}"] for key in ("code", "name", "unit")}
            parts[part_id] = Part(pk=part_id, **named)
    return [book.describe(part, "other") for part in list(parts.values())[: OTHERS_SHOWN + len(book.own)]]
