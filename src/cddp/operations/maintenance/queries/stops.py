"""อ่านหน้างานหนึ่งจุด: all that stands on the phone page of one work order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cddp.operations.maintenance.choices import PhotoKind
from cddp.operations.maintenance.models import (
    MeterReading,
    PreventiveSchedule,
    WorkCheck,
    WorkOrder,
    WorkPhoto,
    WorkTime,
)
from cddp.operations.maintenance.queries.rounds import place_words, where
from cddp.operations.maintenance.queries.schedules import read_meters
from cddp.operations.maintenance.rules import rounds


@dataclass(frozen=True)
class StopMeter:
    """มาตรของทรัพย์สิน: its name, what it showed last, and at what value the work comes round."""

    name: str
    last: MeterReading | None
    target: Decimal | None = None


@dataclass(frozen=True)
class StopPage:
    """หน้างาน."""

    order: WorkOrder
    place: rounds.Place | None
    checks: Sequence[WorkCheck]
    photos: Mapping[str, Sequence[WorkPhoto]]
    times: Sequence[WorkTime]
    meters: Sequence[StopMeter]

    @property
    def place_words(self) -> str:
        """Return where it is, in words."""
        return place_words(self.order)

    @property
    def minutes(self) -> int:
        """Return how long was worked on it so far."""
        return sum(each.minutes for each in self.times)

    @property
    def unanswered(self) -> int:
        """Return how many lines must still be done before the work can be closed."""
        return sum(1 for each in self.checks if each.is_required and not each.answer)


def stop_of(order: WorkOrder) -> StopPage:
    """Return what the page of one work order shows."""
    photos = list(order.photos.filter(removed_at=None).select_related("preview"))
    return StopPage(
        order=order,
        place=where(order),
        checks=list(order.checks.all()),
        photos={kind.value: [each for each in photos if each.kind == kind] for kind in PhotoKind},
        times=list(order.times.all()),
        meters=meters_of(order),
    )


def meters_of(order: WorkOrder) -> list[StopMeter]:
    """Return the meters of the asset: those that were read before, and those that a schedule waits for."""
    if order.asset_id is None:
        return []
    schedules = PreventiveSchedule.objects.active().filter(asset_id=order.asset_id).exclude(meter="")
    targets: dict[str, Decimal | None] = {}
    for name, target in schedules.order_by("next_meter").values_list("meter", "next_meter"):
        targets.setdefault(name, target)
    known = {meter: state.newest for (_asset, meter), state in read_meters([order.asset_id]).items()}
    names = sorted({*targets, *known})
    return [StopMeter(name, known.get(name), targets.get(name)) for name in names]
