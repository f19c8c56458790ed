"""ปฏิทินทีมช่าง: who has what on which day, what nobody has planned yet, and how full each day is."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from cddp.foundation.accounts.models import Membership, User
from cddp.foundation.accounts.queries import list_colleagues
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.maintenance.choices import FINISHED_STATES, WorkState
from cddp.operations.maintenance.models import WorkCrew, WorkOrder
from cddp.operations.maintenance.rules.schedules import is_day_off, state_holidays

DAY_MINUTES = 7 * 60
"""Office hours are 8:30 to 16:30 with an hour's rest."""
USUAL_MINUTES = 60
"""What a work order counts for while nobody has said how long it takes."""
MOST_UNPLANNED = 60
UNPLANNED = (WorkState.REQUESTED, WorkState.APPROVED)


@dataclass(frozen=True)
class CalendarDay:
    """วันในปฏิทิน."""

    on: dt.date
    is_off: bool
    off_name: str = ""
    is_today: bool = False


@dataclass
class Cell:
    """ช่อง: what one person has on one day."""

    day: CalendarDay
    orders: list[WorkOrder] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """Return how long the work of the day takes, finished work included."""
        return sum(each.planned_minutes or USUAL_MINUTES for each in self.orders)

    @property
    def share(self) -> int:
        """Return how full the day is, in per cent of office hours."""
        return round(100 * self.minutes / DAY_MINUTES)

    @property
    def load(self) -> str:
        """Return the look of how full the day is."""
        if not self.orders:
            return "none"
        return "over" if self.share > 100 else "full" if self.share > 80 else "some"

    @property
    def hours(self) -> str:
        """Return "3.5"."""
        return f"{self.minutes / 60:.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Row:
    """แถว: one person (None: work that is planned for nobody yet)."""

    member: Membership | None
    cells: Sequence[Cell]

    @property
    def count(self) -> int:
        return sum(len(cell.orders) for cell in self.cells)


@dataclass(frozen=True)
class CrewCalendar:
    """ปฏิทิน: days, people, what lies at the side."""

    days: Sequence[CalendarDay]
    rows: Sequence[Row]
    unplanned: Sequence[WorkOrder]
    late: Sequence[WorkOrder]
    members: Sequence[Membership]


def week_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return Monday and Sunday of the week."""
    first = day - dt.timedelta(days=day.weekday())
    return first, first + dt.timedelta(days=6)


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the month."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def read_calendar(
    user: User, first: dt.date, last: dt.date, *, today: dt.date, member_id: UUID | None = None
) -> CrewCalendar:
    """Return the calendar between two days, both included; of one person when named."""
    days = [_day(first + dt.timedelta(days=each), today) for each in range((last - first).days + 1)]
    members = sorted(list_colleagues(permission="maintenance.work"), key=_name_of)
    crew = {each.pk: each for each in members}
    orders = list(_planned(user, first, last))
    of_whom = _people_of(orders)
    # Whoever has work stands in the calendar, also after leaving the crew.
    shown = _shown(crew, of_whom, orders, member_id)
    visible = WorkOrder.objects.visible_to(user).open().select_related("asset", "division", "lead__user")
    unplanned = visible.filter(state__in=UNPLANNED, planned_on=None).order_by(
        "-priority", "due_on", "requested_at"
    )
    late = visible.filter(planned_on__lt=min(first, today)).exclude(state__in=FINISHED_STATES)
    return CrewCalendar(
        days=days,
        rows=_rows(shown, days, orders, of_whom, with_nobody=member_id is None),
        unplanned=list(unplanned[:MOST_UNPLANNED]),
        late=list(late.order_by("planned_on")[:MOST_UNPLANNED]),
        members=members,
    )


def list_days(first: dt.date, count: int, today: dt.date) -> list[CalendarDay]:
    """Return so many days from the first on."""
    return [_day(first + dt.timedelta(days=each), today) for each in range(count)]


def _day(on: dt.date, today: dt.date) -> CalendarDay:
    return CalendarDay(on, is_day_off(on), state_holidays(on.year).get(on, ""), on == today)


def _planned(user: User, first: dt.date, last: dt.date) -> Sequence[WorkOrder]:
    """Return what is planned in these days, and what was done in them unplanned."""
    start = dt.datetime.combine(first, dt.time.min, BANGKOK)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, BANGKOK)
    within = Q(planned_on__gte=first, planned_on__lte=last)
    within |= Q(planned_on=None, done_at__gte=start, done_at__lt=end)
    rows = WorkOrder.objects.visible_to(user).filter(within).exclude(state=WorkState.CANCELLED)
    return list(
        rows.select_related("asset", "lead__user").order_by(
            "planned_on", "planned_from", "requested_at", "id"
        )
    )


def _people_of(orders: Sequence[WorkOrder]) -> dict[UUID, list[UUID]]:
    of_whom: dict[UUID, list[UUID]] = defaultdict(list)
    for order in orders:
        if order.lead_id:
            of_whom[order.pk].append(order.lead_id)
    crews = WorkCrew.objects.filter(work_order__in=[each.pk for each in orders])
    for order_id, member_id in crews.values_list("work_order_id", "member_id"):
        if member_id not in of_whom[order_id]:
            of_whom[order_id].append(member_id)
    return of_whom


def _shown(
    crew: dict[UUID, Membership],
    of_whom: dict[UUID, list[UUID]],
    orders: Sequence[WorkOrder],
    member_id: UUID | None,
) -> list[Membership]:
    if member_id is not None:
        return [crew[member_id]] if member_id in crew else []
    leads = {each.lead.pk: each.lead for each in orders if each.lead is not None}
    busy = {who for people in of_whom.values() for who in people}
    gone = [lead for pk, lead in leads.items() if pk not in crew and pk in busy]
    return [*crew.values(), *sorted(gone, key=_name_of)]


def _rows(
    members: Sequence[Membership],
    days: Sequence[CalendarDay],
    orders: Sequence[WorkOrder],
    of_whom: dict[UUID, list[UUID]],
    *,
    with_nobody: bool,
) -> list[Row]:
    known = {each.pk for each in members}
    laid: dict[tuple[UUID | None, dt.date], list[WorkOrder]] = defaultdict(list)
    for order in orders:
        on = order.planned_on or (order.done_at.astimezone(BANGKOK).date() if order.done_at else None)
        if on is None:
            continue
        people: list[UUID | None] = [each for each in of_whom[order.pk] if each in known]
        for who in people or [None]:
            laid[who, on].append(order)
    rows = [Row(member, [Cell(day, laid[member.pk, day.on]) for day in days]) for member in members]
    nobody = Row(None, [Cell(day, laid[None, day.on]) for day in days])
    return [*rows, nobody] if with_nobody and nobody.count else rows


def _name_of(member: Membership) -> str:
    return str(member.user)
