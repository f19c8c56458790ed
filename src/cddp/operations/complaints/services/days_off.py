"""วันหยุด: the days on which the town's offices are closed. Deadlines that run over a changed day move with it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.thai_dates import format_short
from cddp.foundation.values.thai_text import normalise_line
from cddp.operations.complaints.errors import UnableToConfigure
from cddp.operations.complaints.models import Holiday
from cddp.operations.complaints.policies import may_configure, refuse_unless
from cddp.operations.complaints.queries.terms import forget_holidays
from cddp.operations.complaints.rules.holidays import thai_public_holidays
from cddp.operations.complaints.services.deadlines import move_deadlines
from cddp.operations.complaints.services.settings_rows import remove_row, write_row

NAME_SIGNS = 120


@dataclass
class CalendarChange:
    """การเปลี่ยนปฏิทิน: how many days were added to the table, and how many deadlines moved with it."""

    added: int = 0
    moved: int = 0


def add_day_off(user: User, *, date: dt.date, name: str, at: dt.datetime) -> CalendarChange:
    """Close the offices on a day. Raises UnableToConfigure when the day is in the table."""
    if Holiday.objects.filter(date=date).exists():
        raise UnableToConfigure(
            _("วันที่ %(day)s มีในตารางแล้ว") % {"day": format_short(date)}, field="date", code="taken"
        )
    with _calendar_changes(at) as change:
        values = {"date": date, "name": normalise_line(name)[:NAME_SIGNS]}
        write_row(user, Holiday(), values, kind="holiday")
        change.added = 1
    return change


def set_observed(user: User, pk: UUID, *, is_observed: bool, at: dt.datetime) -> CalendarChange:
    """Say whether the offices are closed on a day of the table: some towns work where the state does not."""
    with _calendar_changes(at) as change:
        row = get_object_or_404(Holiday.objects.select_for_update(), pk=pk)
        write_row(user, row, {"is_observed": is_observed}, kind="holiday")
    return change


def remove_day_off(user: User, pk: UUID, *, at: dt.datetime) -> CalendarChange:
    """Take a day out of the table."""
    with _calendar_changes(at) as change:
        row = get_object_or_404(Holiday.objects.select_for_update(), pk=pk)
        remove_row(user, row, kind="holiday", names=("date", "name"))
    return change


def fill_year(user: User | None, year: int, *, at: dt.datetime) -> CalendarChange:
    """Add the days off of the state in a year (ค.ศ.) that the table lacks. `user` None: the program itself."""
    refuse_unless(user is None or may_configure(user))
    known = set(Holiday.objects.filter(date__year=year).values_list("date", flat=True))
    missing = {day: name for day, name in thai_public_holidays([year]).items() if day not in known}
    if not missing:
        return CalendarChange()
    with _calendar_changes(at) as change:
        rows = [Holiday(date=day, name=fitting_name(name)) for day, name in missing.items()]
        change.added = len(Holiday.objects.bulk_create(rows))
        audit.record(
            "complaints.holiday.filled", Holiday, changes={"year": [None, year], "days": [0, change.added]}
        )
    return change


def fitting_name(names: str) -> str:
    """Return as many whole names of a day ("ก; ข") as the table's column holds."""
    fitting, *others = names.split("; ")
    for name in others:
        if len(fitting) + len(name) + 2 <= NAME_SIGNS:
            fitting = f"{fitting}; {name}"
    return fitting[:NAME_SIGNS]


@contextmanager
def _calendar_changes(at: dt.datetime) -> Iterator[CalendarChange]:
    before, change = _observed_days(), CalendarChange()
    yield change
    forget_holidays()
    change.moved = move_deadlines(before, _observed_days(), at=at)


def _observed_days() -> frozenset[dt.date]:
    return frozenset(Holiday.objects.filter(is_observed=True).values_list("date", flat=True))
