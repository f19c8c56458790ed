"""ถนนที่วัดแล้ว: what a ride says of each road, the newest of each stretch, and kilometres by grade."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Case, F, Q, Sum, When
from django.urls import reverse
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.registers.assets.choices import ROUGHNESS_LOOKS, Look, RoughnessGrade
from cddp.registers.assets.models import Asset, RoadStretch, RoadTrace
from cddp.registers.assets.rules.roughness import suggest_condition

BAD = (RoughnessGrade.ROUGH, RoughnessGrade.BROKEN)


@dataclass(slots=True)
class RoadSummary:
    """สรุปต่อสาย: metres by grade, roughness over all of them (by length), the hardest knock."""

    asset: Asset | None
    metres: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    squares: float = 0.0
    worst: float | None = None

    def add(self, stretch: RoadStretch) -> None:
        """Count one stretch in."""
        self.metres[stretch.grade] += stretch.length_m
        if stretch.roughness is not None:
            self.squares += stretch.roughness**2 * stretch.length_m
            self.worst = max(self.worst or 0.0, stretch.worst or 0.0)

    @property
    def measured_m(self) -> float:
        return sum(length for grade, length in self.metres.items() if grade != RoughnessGrade.UNKNOWN)

    @property
    def bad_m(self) -> float:
        return sum(self.metres.get(grade, 0.0) for grade in BAD)

    @property
    def roughness(self) -> float | None:
        return math.sqrt(self.squares / self.measured_m) if self.measured_m else None

    @property
    def covered_share(self) -> float | None:
        """Return how much of the road was measured, 0–1."""
        length = self.asset.length_m if self.asset else None
        return min(1.0, self.measured_m / length) if length else None

    @property
    def condition(self) -> int | None:
        return suggest_condition(self.metres)

    @property
    def covered_percent(self) -> int | None:
        """Return `covered_share` as a person reads it."""
        share = self.covered_share
        return None if share is None else round(100 * share)

    @property
    def parts(self) -> list[tuple[str, Any, Look, float]]:
        """Return (grade, label, look, metres) in their order, those that occur."""
        return [
            (grade.value, grade.label, ROUGHNESS_LOOKS[grade], self.metres[grade])
            for grade in RoughnessGrade
            if self.metres.get(grade)
        ]


def get_trace(user: User, trace_id: UUID) -> RoadTrace:
    """Return a ride that the user may see, or raise RoadTrace.DoesNotExist."""
    return RoadTrace.objects.visible_to(user).select_related("file").get(pk=trace_id)


def summarise(stretches: Iterable[RoadStretch]) -> list[RoadSummary]:
    """Return a summary for each road, those with most bad metres first; what is off any road comes last."""
    found: dict[UUID | None, RoadSummary] = {}
    for stretch in stretches:
        found.setdefault(stretch.asset_id, RoadSummary(stretch.asset)).add(stretch)
    return sorted(found.values(), key=lambda each: (each.asset is None, -each.bad_m, -each.measured_m))


def stretches_of(trace: RoadTrace) -> list[RoadStretch]:
    """Return the stretches of a ride with their roads, along each road."""
    return list(trace.stretches.select_related("asset__asset_class").order_by("asset_id", "from_m", "id"))


def summarise_road(trace: RoadTrace, asset_id: UUID) -> RoadSummary | None:
    """Return what a ride says of one road; None when it was not there."""
    rows = trace.stretches.filter(asset_id=asset_id).select_related("asset__asset_class")
    return next(iter(summarise(rows)), None)


def condition_id(trace_id: UUID, asset_id: UUID) -> UUID:
    """Return the id of the one inspection that a ride may become for a road."""
    return uuid5(trace_id, str(asset_id))


def worst_first(stretches: Iterable[RoadStretch], limit: int = 10) -> list[RoadStretch]:
    """Return the stretches that need looking at, the worst first."""
    order = {RoughnessGrade.BROKEN: 0, RoughnessGrade.ROUGH: 1}
    bad = [each for each in stretches if each.grade in order]
    bad.sort(key=lambda each: (order[RoughnessGrade(each.grade)], -(each.roughness or 0.0)))
    return bad[:limit]


def newest_of_road(user: User, asset_id: UUID) -> list[RoadStretch]:
    """Return what is known newest of each stretch of a road, along it."""
    rows = RoadStretch.objects.visible_to(user).newest().filter(asset_id=asset_id)
    return list(rows.select_related("trace", "asset").order_by("from_m", "id"))


def profile(stretches: Sequence[RoadStretch]) -> dict[str, Any]:
    """Return the chart's figures along a road: shaking and hardest knock by chainage."""
    return {
        "labels": [f"{each.from_m:.0f}–{each.until_m:.0f}" for each in stretches],
        "series": [
            {"name": _("ความขรุขระ"), "values": [_rounded(each.roughness) for each in stretches]},
            {"name": _("แรงกระแทกสูงสุด"), "values": [_rounded(each.worst) for each in stretches]},
        ],
        "links": [map_link(each) for each in stretches],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def map_link(stretch: RoadStretch) -> str:
    """Return the address of the large map at the middle of a stretch."""
    middle = stretch.line.interpolate_normalized(0.5)
    return f"{reverse('maps:map')}?layers=town,roughness#18/{middle.y:.5f}/{middle.x:.5f}"


def as_features(stretches: Iterable[RoadStretch]) -> dict[str, Any]:
    """Return the stretches as GeoJSON for a small map: colour, and what to say of each."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": str(each.pk),
                "geometry": {"type": "LineString", "coordinates": each.line.coords},
                "properties": {"colour": each.look.colour, "title": _title(each), "text": _text(each)},
            }
            for each in stretches
        ],
    }


def _title(stretch: RoadStretch) -> str:
    label = str(RoughnessGrade(stretch.grade).label)
    return f"{label} · {stretch.asset.name}" if stretch.asset else label


def _text(stretch: RoadStretch) -> str:
    facts = {
        "along": f"{stretch.from_m:,.0f}–{stretch.until_m:,.0f}",
        "roughness": f"{stretch.roughness or 0:.2f}",
        "speed": f"{stretch.speed_kmh or 0:.0f}",
    }
    if stretch.roughness is None:
        return _("เมตรที่ %(along)s ขับช้าเกินไป วัดไม่ได้") % facts
    return _("เมตรที่ %(along)s ความขรุขระ %(roughness)s m/s² ที่ %(speed)s กม./ชม.") % facts


def metres_by_grade(user: User, *, where: Q | None = None) -> Mapping[str, float]:
    """Return the metres of road by their newest grade; what lies off any road of the register is not counted."""
    rows = RoadStretch.objects.visible_to(user).newest().filter(asset__isnull=False)
    found = rows.filter(where or Q()).values("grade").annotate(metres=Sum(F("until_m") - F("from_m")))
    return {row["grade"]: float(row["metres"]) for row in found.order_by()}


def roads_length(user: User) -> float:
    """Return the metres of all roads that the town keeps and the user may see."""
    roads = Asset.objects.visible_to(user).kept().filter(asset_class__is_road=True)
    return float(roads.aggregate(metres=Sum("length_m"))["metres"] or 0.0)


def list_worst(user: User, *, limit: int) -> list[tuple[RoadStretch, str]]:
    """Return the worst newest stretches of the town with their addresses on the map."""
    order = Case(When(grade=RoughnessGrade.BROKEN, then=0), default=1)
    rows = RoadStretch.objects.visible_to(user).newest().filter(grade__in=BAD).select_related("asset")
    return [(row, map_link(row)) for row in rows.order_by(order, "-roughness", "id")[:limit]]
