"""การตรวจนับ: rounds, how far they are, what is left, and what a phone must know to go on without a signal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from cddp.foundation.accounts.models import User
from cddp.registers.assets.choices import StockTakeResult
from cddp.registers.assets.models import Asset, StockTake, StockTakeLine
from cddp.registers.assets.queries.finding import keys_of
from cddp.registers.assets.queries.lists import HEAVY

ROWS_ON_PHONE: Final = 5_000
SEEN: Final = tuple(result.value for result in StockTakeResult if result != StockTakeResult.MISSING)
LEFT: Final = ""


@dataclass(frozen=True)
class Progress:
    """ความคืบหน้า: how many of a round have which result; "" are those nobody has looked for."""

    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def found(self) -> int:
        return sum(self.counts.get(each, 0) for each in SEEN)

    @property
    def missing(self) -> int:
        return self.counts.get(StockTakeResult.MISSING, 0)

    @property
    def left(self) -> int:
        return self.counts.get(LEFT, 0)

    @property
    def percent(self) -> int:
        """Return the share that was looked for, never 100 while something is left."""
        return (self.total - self.left) * 100 // self.total if self.total else 0


def list_stock_takes(user: User) -> QuerySet[StockTake]:
    """Return the rounds with what a list shows."""
    return StockTake.objects.visible_to(user).select_related("asset_class", "division")


def get_stock_take(user: User, pk: UUID) -> StockTake:
    """Return one round, or Http404."""
    return get_object_or_404(list_stock_takes(user), pk=pk)


def progress_of(takes: Iterable[UUID]) -> dict[UUID, Progress]:
    """Return how far each of these rounds is."""
    found: dict[UUID, dict[str, int]] = {take: {} for take in takes}
    rows = StockTakeLine.objects.filter(stock_take__in=list(found)).order_by()
    for take, result, count in rows.values_list("stock_take_id", "result").annotate(Count("pk")):
        found[take][result] = count
    return {take: Progress(counts) for take, counts in found.items()}


def progress_by_class(take: StockTake) -> list[tuple[str, Progress]]:
    """Return (class, progress) of a round, in the order of the classes."""
    rows = StockTakeLine.objects.filter(stock_take=take).order_by()
    names = ("asset__asset_class__order", "asset__asset_class__name")
    by_class: dict[tuple[Any, ...], dict[str, int]] = {}
    for *key, result, count in rows.values_list(*names, "result").annotate(Count("pk")):
        by_class.setdefault(tuple(key), {})[result] = count
    return [(name, Progress(counts)) for (_order, name), counts in sorted(by_class.items())]


def list_lines(take: StockTake) -> QuerySet[StockTakeLine]:
    """Return the lines of a round with their assets."""
    rows = StockTakeLine.objects.filter(stock_take=take)
    related = rows.select_related("asset__asset_class", "asset__division")
    return related.defer(*(f"asset__{name}" for name in HEAVY))


def search_lines(rows: QuerySet[StockTakeLine], text: str) -> QuerySet[StockTakeLine]:
    """Narrow to things whose number, name or place holds each of these words."""
    keys = keys_of(text)
    return rows.filter(*(Q(asset__search_text__contains=key) for key in keys)) if keys else rows.none()


def scope_of(take: StockTake) -> Q:
    """Return which assets belong to a round."""
    scope = Q()
    if take.asset_class_id is not None:
        scope &= Q(asset_class_id=take.asset_class_id)
    if take.division_id is not None:
        scope &= Q(division_id=take.division_id)
    return scope


def is_in_scope(take: StockTake, asset: Asset) -> bool:
    """Tell whether an asset belongs to a round."""
    in_class = take.asset_class_id is None or asset.asset_class_id == take.asset_class_id
    return in_class and (take.division_id is None or asset.division_id == take.division_id)


def find_line(take: StockTake, asset: Asset) -> StockTakeLine | None:
    """Return the line of an asset in a round."""
    return StockTakeLine.objects.filter(stock_take=take, asset=asset).first()


def rows_for_phone(take: StockTake) -> tuple[list[Sequence[Any]], bool]:
    """Return [id, number, former number, name, class, place, result] of a round, and whether these are all."""
    names = ("number", "former_number", "name", "asset_class__name", "place")
    rows = StockTakeLine.objects.filter(stock_take=take).order_by("result", "asset__number", "id")
    chosen = list(
        rows.values_list("asset_id", *(f"asset__{name}" for name in names), "result")[: ROWS_ON_PHONE + 1]
    )
    return [[str(row[0]), *row[1:]] for row in chosen[:ROWS_ON_PHONE]], len(chosen) <= ROWS_ON_PHONE
