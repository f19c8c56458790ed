"""หน้าภาพรวมของเมือง: what needs a decision, then the figures; each opens to its rows and to the map."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.ui.listing.export import XLSX_TYPE
from cddp.foundation.values.thai_dates import format_short, format_with_time, to_buddhist_year
from cddp.insight.dashboards.forms import ScopeForm
from cddp.insight.dashboards.queries import Overview, measure_overview
from cddp.insight.dashboards.services import write_workbook
from cddp.registers.residents.queries.indicators import list_area_choices

GROUP_TITLES = {
    "people": gettext_lazy("ประชากรและครัวเรือน"),
    "data": gettext_lazy("ข้อเท็จจริงและความเป็นปัจจุบัน"),
    "complaints": gettext_lazy("เรื่องร้องเรียน"),
    "assets": gettext_lazy("ทรัพย์สินของเมือง"),
}


@dataclass(frozen=True)
class Scope:
    """ขอบเขตที่เลือก: the form as filled in, and what it means; wrong input means the whole town today."""

    form: ScopeForm
    area_code: str
    area_name: str
    on: dt.date

    @property
    def query(self) -> str:
        asked = {"area": self.area_code, "on": "" if self.on == timezone.localdate() else _typed(self.on)}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def words(self) -> str:
        return f"{self.area_name} · {_('ณ')} {format_short(self.on)}"


def _typed(day: dt.date) -> str:
    return f"{day.day}/{day.month}/{to_buddhist_year(day)}"


def _read_scope(request: HttpRequest, user: User) -> Scope:
    areas = list_area_choices(user)
    today = timezone.localdate()
    asked = {"area": request.GET.get("area", ""), "on": request.GET.get("on") or _typed(today)}
    form = ScopeForm(asked, areas=areas)
    read: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    area_code = read.get("area") or ""
    return Scope(
        form=form,
        area_code=area_code,
        area_name=dict(areas).get(area_code) or str(_("ทั้งเทศบาล")),
        on=read.get("on") or today,
    )


def _sections(overview: Overview) -> list[dict[str, Any]]:
    return [
        {
            "key": group,
            "title": GROUP_TITLES.get(group, group),
            "numbers": [each for each in overview.in_group(group) if each.is_number and each.rows],
            "pictures": [
                each for each in overview.in_group(group) if not each.is_number and each.says_something
            ],
        }
        for group in overview.groups
        if any(each.rows for each in overview.in_group(group))
    ]


def _context(request: HttpRequest) -> dict[str, Any]:
    user = user_of(request)
    scope = _read_scope(request, user)
    overview = measure_overview(user, scope.area_code, scope.on)
    return {
        "scope": scope,
        "overview": overview,
        "sections": _sections(overview),
        "hides_small": any(each.has_hidden for each in overview.measured),
        "breadcrumbs": [(_("ภาพรวมเมือง"), "")],
        "xlsx_url": f"{reverse('dashboards:figures')}?{scope.query}",
        "print_url": f"{reverse('dashboards:sheet')}?{scope.query}",
    }


@requires("dashboards.view")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the town at a glance."""
    return render(request, "dashboards/overview.html", _context(request))


@requires("dashboards.view")
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """Show the same figures for paper."""
    return render(request, "dashboards/sheet.html", _context(request))


@requires("dashboards.view")
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Give the figures as a spreadsheet: all of them, or the one that `only` names."""
    user = user_of(request)
    scope = _read_scope(request, user)
    found = measure_overview(user, scope.area_code, scope.on)
    only = request.GET.get("only", "")
    chosen = [each for each in found.measured if each.rows and only in ("", each.key)]
    title = f"{scope.words} · {_('วัดเมื่อ')} {format_with_time(found.measured_at)}"
    audit.record(
        "dashboards.figures.exported",
        Municipality,
        changes={"area": [None, scope.area_code], "only": [None, only[:60]]},
    )
    response = HttpResponse(write_workbook(chosen, title=title), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="overview-{scope.on:%Y%m%d}.xlsx"'
    return response
