"""หน้าวันหยุด."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cddp.foundation.accounts.access import requires, user_of
from cddp.operations.complaints.errors import UnableToConfigure
from cddp.operations.complaints.forms.settings import DayOffForm
from cddp.operations.complaints.models import Holiday
from cddp.operations.complaints.queries.settings import list_days_off, list_years_of_days_off
from cddp.operations.complaints.rules.deadlines import SATURDAY, is_working_day
from cddp.operations.complaints.services.days_off import (
    CalendarChange,
    add_day_off,
    fill_year,
    remove_day_off,
    set_observed,
)
from cddp.operations.complaints.views.settings.hub import crumbs_under_settings

BUDDHIST = 543
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
YEARS_AROUND = 1


@requires("complaints.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    """Show the days off of a year, and add one."""
    form = DayOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change = add_day_off(user_of(request), **form.cleaned_data, at=timezone.now())
        except UnableToConfigure as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            _say(request, _("เพิ่มวันหยุดแล้ว"), change)
            return _to_year(form.cleaned_data["date"].year)
    year = _year_of(request)
    days = list_days_off(year)
    context = {
        "form": form,
        "year": year + BUDDHIST,
        "years": _years(year),
        "days": [
            {"row": day, "weekday": WEEKDAYS[day.date.weekday()], "counts": _counts(day)} for day in days
        ],
        "closed": sum(_counts(day) for day in days),
        "working_days": _working_days(year, days),
        "breadcrumbs": crumbs_under_settings(_("วันหยุด")),
    }
    return render(request, "complaints/settings/holidays.html", context, status=422 if form.errors else 200)


@requires("complaints.configure")
@require_POST
def holidays_fill(request: HttpRequest) -> HttpResponse:
    """Add the days off of the state that the year lacks."""
    year = _year_of(request)
    change = fill_year(user_of(request), year, at=timezone.now())
    words = _("เพิ่มวันหยุดราชการ %(count)s วัน") % {"count": change.added} if change.added else _("มีครบอยู่แล้ว")
    _say(request, words, change)
    return _to_year(year)


@requires("complaints.configure")
@require_POST
def holiday_observed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say whether the offices are closed on that day."""
    is_observed = request.POST.get("observed") == "1"
    change = set_observed(user_of(request), pk, is_observed=is_observed, at=timezone.now())
    _say(request, _("ตั้งเป็นวันหยุดแล้ว") if is_observed else _("ตั้งเป็นวันทำการแล้ว"), change)
    return _to_year(Holiday.objects.values_list("date", flat=True).get(pk=pk).year)


@requires("complaints.configure")
@require_POST
def holiday_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a day out of the table."""
    _say(request, _("ลบวันหยุดแล้ว"), remove_day_off(user_of(request), pk, at=timezone.now()))
    return _to_year(_year_of(request))


def _say(request: HttpRequest, words: str, change: CalendarChange) -> None:
    if change.moved:
        moved = ngettext("เลื่อนกำหนดเสร็จ %(count)s เรื่อง", "เลื่อนกำหนดเสร็จ %(count)s เรื่อง", change.moved)
        words = f"{words} · {moved % {'count': change.moved}}"
    messages.success(request, words)


def _to_year(year: int) -> HttpResponseRedirect:
    return redirect(f"{reverse('complaints:holidays')}?year={year + BUDDHIST}")


def _year_of(request: HttpRequest) -> int:
    asked: Any = request.POST.get("year") or request.GET.get("year") or ""
    this_year = timezone.localdate().year
    if not (asked.isascii() and asked.isdigit()):
        return this_year
    year = int(asked) - BUDDHIST
    return year if this_year - 10 <= year <= this_year + 10 else this_year


def _years(shown: int) -> list[int]:
    this_year = timezone.localdate().year
    around = range(this_year - YEARS_AROUND, this_year + YEARS_AROUND + 1)
    return [year + BUDDHIST for year in sorted({*list_years_of_days_off(), *around, shown})]


def _counts(day: Holiday) -> bool:
    return day.is_observed and day.date.weekday() < SATURDAY


def _working_days(year: int, days: list[Holiday]) -> int:
    closed = {day.date for day in days if day.is_observed}
    first = dt.date(year, 1, 1)
    whole = (first + dt.timedelta(days=each) for each in range((dt.date(year + 1, 1, 1) - first).days))
    return sum(is_working_day(day, closed) for day in whole)
