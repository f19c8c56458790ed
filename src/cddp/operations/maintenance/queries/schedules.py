"""อ่านแผนบำรุงรักษา: what falls due and when, what is late, what was done in time."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Division, User
from cddp.foundation.accounts.queries import list_colleagues
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.foundation.values.thai_text import normalise_line, search_key
from cddp.operations.maintenance.choices import FINISHED_STATES, WorkState
from cddp.operations.maintenance.models import (
    Checklist,
    MeterReading,
    PreventiveSchedule,
    RoundSettings,
    WorkOrder,
)
from cddp.operations.maintenance.rules import schedules as rules
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.models import Asset

LONGEST_LEAD_DAYS = 90
READINGS_BACK = dt.timedelta(days=400)


@dataclass(frozen=True)
class Due:
    """กำหนด: when a schedule falls due, by the calendar or by what its meter will show."""

    schedule: PreventiveSchedule
    on: dt.date
    reaches: dt.date | None = None
    has_passed: bool = False

    @property
    def is_by_meter(self) -> bool:
        """Tell whether the meter is first."""
        return self.reaches is not None and self.on == self.reaches

    def is_late(self, today: dt.date) -> bool:
        """Tell whether the day is past, or the meter shows more than it should."""
        return self.has_passed or self.on < today


@dataclass(frozen=True)
class MeterState:
    """มาตรหนึ่งตัว: its readings in order of time."""

    meter: str
    readings: Sequence[MeterReading]

    @property
    def newest(self) -> MeterReading:
        return self.readings[-1]

    def reaches_on(self, target: Decimal | None) -> dt.date | None:
        """Return when it will show the target, at its pace."""
        if target is None:
            return None
        plain = [
            rules.Reading(each.at.astimezone(BANGKOK).date(), each.value, each.is_new_meter)
            for each in self.readings
        ]
        return rules.reaches_on(plain, target)


def list_due(on: dt.date) -> list[Due]:
    """Return the active schedules whose work is to be opened on that day, the earliest first."""
    near = Q(next_on__lte=on + dt.timedelta(days=LONGEST_LEAD_DAYS)) | Q(next_meter__isnull=False)
    rows = (
        PreventiveSchedule.objects.active()
        .filter(near)
        .exclude(asset__state=AssetState.DISPOSED)
        .select_related("asset")
    )
    found = [due for due in due_of(rows) if rules.is_to_open(on, due.on, due.schedule.lead_days)]
    return sorted(found, key=lambda due: (due.on, str(due.schedule.pk)))


def due_of(schedules: Iterable[PreventiveSchedule]) -> list[Due]:
    """Return when each of these falls due; those that nothing can be said of yet are left out."""
    rows = list(schedules)
    meters = read_meters({each.asset_id for each in rows if each.next_meter is not None})
    found = []
    for row in rows:
        state = meters.get((row.asset_id, row.meter))
        reaches = state.reaches_on(row.next_meter) if state else None
        on = rules.due_on(row.next_on, reaches)
        if on is not None:
            passed = state is not None and row.next_meter is not None and state.newest.value > row.next_meter
            found.append(Due(row, on, reaches, passed))
    return found


def read_meters(asset_ids: Iterable[UUID]) -> dict[tuple[UUID, str], MeterState]:
    """Return the meters of these assets with the readings of about the last year, by asset and name."""
    ids = list(asset_ids)
    if not ids:
        return {}
    grouped: dict[tuple[UUID, str], list[MeterReading]] = defaultdict(list)
    for each in MeterReading.objects.filter(asset_id__in=ids).order_by("at", "id"):
        grouped[each.asset_id, each.meter].append(each)
    return {
        key: MeterState(key[1], [each for each in rows if each.at >= rows[-1].at - READINGS_BACK])
        for key, rows in grouped.items()
    }


def list_schedules(user: User) -> QuerySet[PreventiveSchedule]:
    """Return the schedules with what a list shows of each; `meter_now` is what its meter last showed."""
    rows = PreventiveSchedule.objects.visible_to(user).annotate(meter_now=_meter_now())
    return rows.select_related("asset__asset_class", "division", "lead__user", "checklist")


def overdue(rows: QuerySet[PreventiveSchedule], on: dt.date) -> QuerySet[PreventiveSchedule]:
    """Return those whose day is past, or whose meter has passed its mark, and whose work is not done."""
    late = Q(next_on__lt=on) | Q(next_meter__lt=F("shown"))
    return rows.alias(shown=_meter_now()).filter(late, is_active=True)


def _meter_now() -> Subquery:
    readings = MeterReading.objects.filter(asset_id=OuterRef("asset_id"), meter=OuterRef("meter"))
    return Subquery(readings.order_by("-at", "-id").values("value")[:1])


def count_overdue(user: User, on: dt.date) -> int:
    """Return how many active schedules are past their day or their meter's mark."""
    return overdue(PreventiveSchedule.objects.visible_to(user), on).count()


def open_orders_of(schedule_ids: Iterable[UUID]) -> dict[UUID, WorkOrder]:
    """Return the work order that is open for each of these schedules."""
    rows = WorkOrder.objects.open().filter(schedule_id__in=list(schedule_ids)).order_by("requested_at")
    return {each.schedule_id: each for each in rows if each.schedule_id}


# ── done in time ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class OnTime:
    """ทำตามแผนทันกำหนด: of the preventive work that was due in a stretch of time."""

    due: int
    on_time: int
    late: int

    @property
    def open(self) -> int:
        """Return how many are not done yet."""
        return self.due - self.on_time - self.late

    @property
    def share(self) -> float | None:
        """Return the part done in time (0–1); None when nothing was due."""
        return self.on_time / self.due if self.due else None


def done_on_time(user: User, first: dt.date, last: dt.date, *, division_id: UUID | None = None) -> OnTime:
    """Count scheduled work that was due between two days, both included: in time, late, and (the rest) not done."""
    rows = WorkOrder.objects.visible_to(user).filter(
        schedule__isnull=False, due_on__gte=first, due_on__lte=last
    )
    if division_id is not None:
        rows = rows.filter(division_id=division_id)
    times = rows.exclude(state=WorkState.CANCELLED).values_list("due_on", "done_at", "state")
    in_time = late = total = 0
    for due, done_at, state in times:
        total += 1
        if done_at is None or state not in FINISHED_STATES:
            continue
        if rules.was_on_time(done_at.astimezone(BANGKOK).date(), due):
            in_time += 1
        else:
            late += 1
    return OnTime(total, in_time, late)


def propose_from() -> int | None:
    """Return from which condition on an inspection asks for work by itself; None when the town does not want it."""
    return RoundSettings.objects.values_list("propose_from", flat=True).first()


# ── what forms offer ──────────────────────────────────────────────────────────────────────────────


def list_offered() -> dict[str, list[tuple[UUID, str]]]:
    """Return the choices of a schedule's form: checklists, divisions, crew."""
    crew = list_colleagues(permission="maintenance.work")
    return {
        "checklists": [(each.pk, each.name) for each in Checklist.objects.filter(is_active=True)],
        "divisions": list(Division.objects.values_list("pk", "name")),
        "crew": sorted(((each.pk, str(each.user)) for each in crew), key=lambda each: each[1]),
    }


def find_asset(user: User, text: str) -> Asset | None:
    """Return the asset of that number, former number or whole name; None when there is none, or more than one."""
    words = normalise_line(text)
    rows = Asset.objects.visible_to(user).kept()
    for name in ("number", "former_number", "name"):
        found = list(rows.filter(**{name: words})[:2]) if words else []
        if len(found) == 1:
            return found[0]
    return None


def list_class_assets(user: User, class_id: UUID, *, area_code: str = "", limit: int) -> list[Asset]:
    """Return the assets of a class to choose from, by number."""
    rows = Asset.objects.visible_to(user).kept().filter(asset_class_id=class_id)
    if area_code:
        rows = rows.filter(area_code=area_code)
    return list(rows.order_by("number", "name")[:limit])


def search_schedules(rows: QuerySet[PreventiveSchedule], text: str) -> QuerySet[PreventiveSchedule]:
    """Narrow to what the search box says: the work, or the asset's name or number."""
    key = search_key(text)
    return rows.filter(
        Q(title__icontains=text) | Q(asset__search_text__contains=key) | Q(asset__number__icontains=text)
    )


def rhythm_words(schedule: PreventiveSchedule) -> str:
    """Return "ทุก 3 เดือน หรือทุก 250 ชั่วโมงเครื่อง แล้วแต่อย่างใดถึงก่อน"."""
    parts = []
    if schedule.every:
        parts.append(_("ทุก %(n)s %(unit)s") % {"n": schedule.every, "unit": schedule.get_unit_display()})
    if schedule.every_meter:
        value = f"{schedule.every_meter:,.1f}".removesuffix(".0")
        parts.append(_("ทุก %(n)s %(unit)s") % {"n": value, "unit": schedule.meter})
    return _(" หรือ ").join(parts)
