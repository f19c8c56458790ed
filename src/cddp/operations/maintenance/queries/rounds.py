"""อ่านงานของช่างวันนี้: the work orders of my crew that wait for me, in the order of a short way."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from cddp.foundation.accounts.models import User
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.maintenance.choices import Priority, StoreKind, WorkState
from cddp.operations.maintenance.models import Store, WorkOrder
from cddp.operations.maintenance.rules import rounds as rules

# What a technician can go and do; what is only asked for has not been agreed to.
TO_DO = (WorkState.APPROVED, WorkState.PLANNED, WorkState.IN_PROGRESS)
PLACES_SHOWN = 60


@dataclass(frozen=True)
class Visit:
    """จุดแวะ: one work order of the day with its number in the round."""

    number: int
    order: WorkOrder
    place: rules.Place | None
    is_late: bool
    metres_before: float | None = None

    @property
    def place_words(self) -> str:
        """Return where it is, in words."""
        return place_words(self.order)

    @property
    def kilometres(self) -> str:
        """Return how far from the stop before, "1.2"."""
        return "" if self.metres_before is None else f"{self.metres_before / 1000:.1f}"


@dataclass(frozen=True)
class Day:
    """วันของช่าง: where to go, what waits for parts, what is done already."""

    on: dt.date
    visits: Sequence[Visit]
    waiting: Sequence[WorkOrder]
    done: Sequence[WorkOrder]
    depot: rules.Place | None
    depot_name: str = ""
    has_own_order: bool = False
    metres: float = 0.0
    ids: list[UUID] = field(default_factory=list)

    @property
    def kilometres(self) -> str:
        """Return the length of the whole way, "7.4"."""
        return f"{self.metres / 1000:.1f}"


def day_of(user: User, on: dt.date) -> Day:
    """Return the day of a technician: planned for that day or before, past its last day, or begun."""
    rows = list(orders_of(user, on))
    to_do = [each for each in rows if each.state in TO_DO]
    depot = find_depot(user)
    visits = _visits(to_do, depot.place if depot else None, on)
    way = [visit.place for visit in visits if visit.place is not None]
    if depot is not None:
        way.insert(0, depot.place)
    return Day(
        on=on,
        visits=visits,
        waiting=[each for each in rows if each.state == WorkState.AWAITING_PARTS],
        done=list(done_on(user, on)),
        depot=depot.place if depot else None,
        depot_name=depot.name if depot else "",
        has_own_order=any(each.round_order is not None for each in to_do),
        metres=rules.length_of(way),
        ids=[each.pk for each in rows],
    )


def orders_of(user: User, on: dt.date) -> QuerySet[WorkOrder]:
    """Return the work orders of the person's crew that belong to this day."""
    mine = WorkOrder.objects.visible_to(user).of_crew(user).open()
    due = Q(planned_on__lte=on) | Q(due_on__lt=on)
    begun = Q(state__in=[WorkState.IN_PROGRESS, WorkState.AWAITING_PARTS])
    rows = mine.filter(begun | (Q(state__in=TO_DO) & due))
    return rows.select_related("asset__asset_class", "asset__model").order_by(
        "planned_on", "requested_at", "id"
    )


def done_on(user: User, on: dt.date) -> QuerySet[WorkOrder]:
    """Return what the person's crew finished on that day."""
    first = dt.datetime.combine(on, dt.time.min, BANGKOK)
    rows = WorkOrder.objects.visible_to(user).of_crew(user)
    return rows.filter(done_at__gte=first, done_at__lt=first + dt.timedelta(days=1)).order_by("done_at")


@dataclass(frozen=True)
class Depot:
    """จุดเริ่ม: where the round begins."""

    name: str
    place: rules.Place


def find_depot(user: User) -> Depot | None:
    """Return the depot of the person's division that has a place, else the town's first."""
    stores = Store.objects.filter(kind=StoreKind.DEPOT, is_active=True, point__isnull=False).order_by("name")
    division = user.membership.division_id if user.membership else None
    found = sorted(stores, key=lambda store: store.division_id != division)
    if not found or found[0].point is None:
        return None
    return Depot(found[0].name, (found[0].point.x, found[0].point.y))


def place_of(shape: Any) -> rules.Place | None:
    """Return where to go: the point, or a point on the line or the area."""
    if shape is None or shape.empty:
        return None
    point = shape if shape.geom_type == "Point" else shape.point_on_surface
    return (point.x, point.y)


def place_words(order: WorkOrder) -> str:
    """Return where a work order is, as people say it."""
    return order.place or (order.asset.place or order.asset.name if order.asset else "")


def where(order: WorkOrder) -> rules.Place | None:
    """Return where a work order is: its own place, else its asset's."""
    return place_of(order.shape) or place_of(order.asset.shape if order.asset else None)


def _visits(orders: Sequence[WorkOrder], depot: rules.Place | None, on: dt.date) -> list[Visit]:
    by_id = {each.pk: each for each in orders}
    stops = [
        rules.Stop(
            each.pk,
            where(each),
            each.round_order,
            is_started=each.state == WorkState.IN_PROGRESS,
            is_emergency=each.priority == Priority.EMERGENCY,
        )
        for each in orders
    ]
    visits, here = [], depot
    for number, stop in enumerate(rules.arrange(stops, depot), 1):
        order = by_id[stop.id]
        ahead = rules.metres(here, stop.place) if here and stop.place else None
        visits.append(Visit(number, order, stop.place, is_late(order, on), ahead))
        here = stop.place or here
    return visits


def is_late(order: WorkOrder, on: dt.date) -> bool:
    """Tell whether the day it was planned for, or its last day, is past."""
    return order.is_overdue(on) or (order.planned_on is not None and order.planned_on < on)
