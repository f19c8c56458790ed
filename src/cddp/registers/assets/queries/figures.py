"""ตัวเลขของทรัพย์สิน: lamps lit, conditions, kilometres of road, what is broken; of the town or of one village."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from cddp.foundation.accounts.models import User
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.models import Asset, Inspection, Outage


@dataclass(frozen=True)
class Lamps:
    """ดวงไฟสาธารณะ: how many there are, how many of them are dark, and of which classes they are."""

    total: int
    dark: int
    classes: Sequence[str] = ()

    @property
    def lit_share(self) -> float:
        return (self.total - self.dark) / self.total if self.total else 0.0


def count_lamps(user: User, area_code: str, on: dt.date) -> Lamps:
    """Return the lamps in use at the end of a day; one query."""
    lamps = _there(user, area_code, on).filter(asset_class__is_lamp=True)
    is_dark = Q(pk__in=_out_at(on))
    if _is_now(on):
        lamps = lamps.filter(state__in=[AssetState.IN_USE, AssetState.BROKEN])
        is_dark = Q(state=AssetState.BROKEN)
    by_class = (
        lamps.order_by()
        .values_list("asset_class_id")
        .annotate(total=Count("pk"), dark=Count("pk", filter=is_dark))
    )
    rows = list(by_class)
    return Lamps(
        sum(total for _key, total, _dark in rows),
        sum(dark for _key, _total, dark in rows),
        [str(key) for key, _total, _dark in rows],
    )


def count_by_condition(user: User, area_code: str, on: dt.date) -> dict[int | None, int]:
    """Return {condition or None for never seen: assets} at the end of a day."""
    rows = _there(user, area_code, on).annotate(grade=_condition_on(on)).order_by()
    return {row["grade"]: row["n"] for row in rows.values("grade").annotate(n=Count("pk"))}


@dataclass(frozen=True)
class Roads:
    """ถนน: {condition or None: km}, and of which classes they are."""

    kilometres: Mapping[int | None, float]
    classes: Sequence[str]


def measure_roads(user: User, area_code: str, on: dt.date) -> Roads:
    """Return the roads by condition at the end of a day; one query."""
    roads = _there(user, area_code, on).filter(asset_class__is_road=True, length_m__isnull=False)
    rows = roads.annotate(grade=_condition_on(on)).order_by().values_list("asset_class_id", "grade")
    kilometres: dict[int | None, float] = {}
    classes = {}
    for key, grade, metres in rows.annotate(metres=Sum("length_m")):
        kilometres[grade] = kilometres.get(grade, 0) + metres / 1000
        classes[str(key)] = True
    return Roads(kilometres, list(classes))


def count_broken_by_class(user: User, area_code: str, on: dt.date) -> list[tuple[UUID, str, int]]:
    """Return (class id, name, broken) at the end of a day, the most first."""
    rows = _there(user, area_code, on)
    broken = rows.filter(state=AssetState.BROKEN) if _is_now(on) else rows.filter(pk__in=_out_at(on))
    counted = broken.order_by().values("asset_class_id", "asset_class__name").annotate(n=Count("pk"))
    return [(row["asset_class_id"], row["asset_class__name"], row["n"]) for row in counted.order_by("-n")]


def count_kept(user: User, area_code: str, on: dt.date) -> tuple[int, int]:
    """Return (assets, their cost in satang) in the register at the end of a day."""
    found = _there(user, area_code, on).aggregate(n=Count("pk"), cost=Sum("cost_satang"))
    return found["n"], int(found["cost"] or 0)


def _is_now(on: dt.date) -> bool:
    return on >= timezone.localdate()


def _end_of(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on + dt.timedelta(days=1), dt.time.min, BANGKOK)


def _there(user: User, area_code: str, on: dt.date) -> QuerySet[Asset, Any]:
    """Return what the town owned at the end of a day; what nobody dated counts as always there."""
    rows = Asset.objects.visible_to(user)
    if area_code:
        rows = rows.filter(area_code=area_code)
    if _is_now(on):
        return rows.exclude(state=AssetState.DISPOSED)
    return rows.filter(
        Q(acquired_on=None) | Q(acquired_on__lte=on), Q(disposed_on=None) | Q(disposed_on__gt=on)
    )


def _out_at(on: dt.date) -> QuerySet[Outage, Any]:
    end = _end_of(on)
    rows = Outage.objects.filter(Q(until_at=None) | Q(until_at__gte=end), from_at__lt=end)
    return rows.values("asset_id")


def _condition_on(on: dt.date) -> F | Subquery:
    """Return the condition as the newest look of that day says; today's stands on the asset."""
    if _is_now(on):
        return F("condition")
    newest = Inspection.objects.filter(asset=OuterRef("pk"), on__lte=on).order_by("-on", "-at", "-id")
    return Subquery(newest.values("condition")[:1])
