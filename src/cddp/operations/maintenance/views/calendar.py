"""ปฏิทินทีมช่าง: a week or a month by person, unplanned work at the side, moved by hand or by form."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_dates import MONTHS, format_short, to_buddhist_year
from cddp.operations.maintenance.forms.rounds import PlanForm, first_error
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries.calendar import month_of, read_calendar, week_of
from cddp.operations.maintenance.rules.schedules import add_months
from cddp.operations.maintenance.services import moving

LOOK, PLAN = "maintenance.view", "maintenance.plan"
TITLE = gettext_lazy("ปฏิทินทีมช่าง")
WEEKDAYS = ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา.")
WEEK, MONTH = "week", "month"


@requires(LOOK)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Show who has what on which day, and how full each day is."""
    user, today = user_of(request), timezone.localdate()
    view = MONTH if request.GET.get("view") == MONTH else WEEK
    on = _day_of(request.GET.get("on", ""), today)
    first, last = month_of(on) if view == MONTH else week_of(on)
    member = _uuid_of(request.GET.get("member", ""))
    found = read_calendar(user, first, last, today=today, member_id=member)
    values = {
        "calendar": found,
        "view": view,
        "days": [(day, WEEKDAYS[day.on.weekday()]) for day in found.days],
        "title": _title(view, first, last),
        "links": _links(view, on, today, member),
        "member": member,
        "may_plan": user.has_perm(PLAN),
        "here": request.get_full_path(),
        "breadcrumbs": [(TITLE, "")],
    }
    return render(request, "maintenance/rounds/calendar.html", values)


@requires(PLAN)
@require_POST
def calendar_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give work a day and who does it; its hour, length and crew stay as they were."""
    user = user_of(request)
    order = get_object_or_404(WorkOrder.objects.visible_to(user), pk=pk)
    form = PlanForm(request.POST)
    if not form.is_valid() or form.cleaned_data["planned_on"] is None:
        messages.error(request, first_error(form) or _("กรุณาเลือกวันที่"))
        return redirect(_back(request))
    said = form.cleaned_data
    crew = set(order.crew.values_list("member_id", flat=True))
    try:
        moving.plan(
            user,
            pk,
            version=said["version"],
            planned_on=said["planned_on"],
            planned_from=order.planned_from,
            planned_minutes=order.planned_minutes,
            lead_id=said["lead"],
            crew_ids=crew - {said["lead"]},
            at=timezone.now(),
        )
    except UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        words = _("นัด %(number)s วันที่ %(day)s แล้ว")
        messages.success(request, words % {"number": order.number, "day": format_short(said["planned_on"])})
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    back = request.POST.get("next", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return back
    return reverse("maintenance:calendar")


def _day_of(text: str, today: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return today
    return day if abs((day - today).days) < 366 * 10 else today


def _uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _title(view: str, first: dt.date, last: dt.date) -> str:
    if view == MONTH:
        return f"{MONTHS[first.month - 1]} {to_buddhist_year(first)}"
    return f"{format_short(first)} – {format_short(last)}"


def _links(view: str, on: dt.date, today: dt.date, member: UUID | None) -> dict[str, str]:
    back, on_ = (
        (add_months(on.replace(day=1), -1), add_months(on.replace(day=1), 1))
        if view == MONTH
        else (on - dt.timedelta(days=7), on + dt.timedelta(days=7))
    )
    return {
        "back": _link(view, back, member),
        "forward": _link(view, on_, member),
        "today": _link(view, today, member),
        WEEK: _link(WEEK, on, member),
        MONTH: _link(MONTH, on, member),
    }


def _link(view: str, on: dt.date, member: UUID | None) -> str:
    query: dict[str, Any] = {"view": view, "on": on.isoformat()}
    if member:
        query["member"] = member
    return f"?{urlencode(query)}"
