"""กระดานผู้บริหาร: first what is late and who has it; then how the work flows, and where it lies."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.ui.fields import PERIOD_CHOICES
from cddp.foundation.values.periods import FISCAL_YEAR, months_back, span_of
from cddp.foundation.values.thai_dates import MONTHS_SHORT, to_buddhist_year
from cddp.operations.complaints.forms.board import BoardForm
from cddp.operations.complaints.queries.board import (
    BoardScope,
    Flow,
    Flows,
    Load,
    Trend,
    list_latest,
    list_loads,
    measure_flows,
    measure_trend,
)
from cddp.operations.complaints.queries.choices import Choices, list_choices
from cddp.operations.complaints.queries.heat import HeatMap, draw_heat
from cddp.operations.complaints.queries.terms import list_holidays
from cddp.operations.complaints.rules.board import AGE_BANDS, month_span, opened_between
from cddp.operations.complaints.rules.deadlines import working_days_between
from cddp.operations.complaints.views.board.links import Links, key_of
from cddp.operations.complaints.views.crumbs import HOME

GROUPS_SHOWN = 12
REPORTS_SHOWN = 6


@requires("complaints.board")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show how the whole work stands."""
    user, at = user_of(request), timezone.now()
    today, choices = timezone.localdate(at), list_choices(working=False)
    form, scope = _read_scope(request, choices, today)
    rows, links = scope.rows(user), Links(scope)
    loads = list_loads(rows, at=at, today=today)
    flows = measure_flows(rows, scope.span)
    trend = measure_trend(rows, scope.span, today=today)
    context = {
        "form": form,
        "scope": scope,
        "period": dict(PERIOD_CHOICES)[form["period"].value()],
        "loads": _loads(loads, choices, links),
        "total": _total(loads),
        "latest": _latest(list_latest(rows, at=at) if any(load.late for load in loads) else [], at),
        "ages": _ages(loads, links, today),
        "tiles": _tiles(flows.whole, trend, links, scope),
        "trend": _trend_figures(trend, links),
        "tables": _tables(flows, choices, links, scope),
        "heat": _heat(draw_heat(user, rows, scope.span)),
        "reports": _reports(today),
        "late_url": links.open(late="1"),
        "open_url": links.open(),
        "measured_at": at,
        "breadcrumbs": [HOME, (_("กระดานผู้บริหาร"), "")],
    }
    return render(request, "complaints/board/board.html", context)


def _read_scope(request: HttpRequest, choices: Choices, today: dt.date) -> tuple[BoardForm, BoardScope]:
    """Read the scope; what cannot be read means the whole town in this ปีงบประมาณ."""
    asked = {name: request.GET.get(name, "") for name in ("period", "division", "area")}
    offered: dict[str, Any] = {
        "divisions": [(str(each.id), each.name) for each in choices.divisions],
        "areas": [(each.more, each.name) for each in choices.areas],
    }
    form = BoardForm(asked | {"period": asked["period"] or FISCAL_YEAR}, **offered)
    if not form.is_valid():
        form = BoardForm({"period": FISCAL_YEAR}, **offered)
        form.full_clean()
    given = form.cleaned_data
    span = span_of(given["period"], today)
    return form, BoardScope(span, given["division"], given["area"])


# ── who has it ────────────────────────────────────────────────────────────────────────────────────


def _loads(loads: Sequence[Load], choices: Choices, links: Links) -> list[dict[str, Any]]:
    names = {each.id: each.name for each in choices.divisions}
    return [
        {
            "load": load,
            "name": names.get(load.division_id, "") if load.division_id else _("ยังไม่มอบหมาย"),
            "open_url": links.open(division=key_of(load.division_id)),
            "late_url": links.open(division=key_of(load.division_id), late="1"),
        }
        for load in loads
    ]


def _total(loads: Sequence[Load]) -> dict[str, int]:
    return {name: sum(getattr(load, name) for load in loads) for name in ("open", "late", "paused")}


def _latest(needs: Sequence[Any], at: dt.datetime) -> list[dict[str, Any]]:
    holidays = list_holidays()
    return [
        {"need": need, "days": working_days_between(need.due_at, at, holidays=holidays) or 1}
        for need in needs
    ]


def _ages(loads: Sequence[Load], links: Links, today: dt.date) -> dict[str, Any]:
    counts = [sum(load.ages[place] for load in loads) for place in range(len(AGE_BANDS))]
    return {
        "labels": [_band_words(band) for band in AGE_BANDS],
        "series": [{"name": str(_("เรื่องที่เปิดอยู่")), "values": counts}],
        "links": [links.of_age(*opened_between(band, today)) for band in AGE_BANDS],
    }


def _band_words(band: tuple[int, int | None]) -> str:
    youngest, oldest = band
    if oldest is None:
        return _("เกิน 1 ปี")
    return (
        _("ไม่เกิน %(days)s วัน") % {"days": oldest}
        if youngest == 0
        else _("%(from)s–%(to)s วัน") % {"from": youngest, "to": oldest}
    )


# ── how it flows ──────────────────────────────────────────────────────────────────────────────────


def _tiles(whole: Flow, trend: Trend, links: Links, scope: BoardScope) -> list[dict[str, Any]]:
    days = (scope.span.first, scope.span.last)
    share = f"{trend.came_back / whole.finished:.0%}" if whole.finished else ""
    return [
        {
            "label": _("เปิดใหม่"),
            "number": whole.opened,
            "unit": _("เรื่อง"),
            "url": links.opened(*days),
            "icon": "inbox",
        },
        {
            "label": _("จบแล้ว"),
            "number": whole.finished,
            "unit": _("เรื่อง"),
            "url": links.finished(*days),
            "icon": "circle-check",
        },
        {
            "label": _("ปิดแล้วกลับมาอีก"),
            "number": trend.came_back,
            "unit": _("เรื่อง"),
            "url": links.came_back(*days),
            "icon": "rotate-ccw",
            "trend": _("เทียบกับที่จบ %(share)s") % {"share": share} if share else "",
        },
        {
            "label": _("ครึ่งหนึ่งเสร็จภายใน"),
            "number": _rounded(whole.median_days),
            "unit": _("วัน"),
            "url": links.finished(*days),
            "icon": "timer",
        },
        {
            "label": _("ความพอใจ"),
            "number": _rounded(whole.rating),
            "unit": _("จาก 5"),
            "url": links.finished(*days),
            "icon": "star",
            "trend": _("จาก %(count)s คน") % {"count": whole.raters} if whole.raters else _("ยังไม่มีผู้ให้คะแนน"),
        },
    ]


def _rounded(value: float | None) -> float | str | None:
    return None if value is None else f"{value:,.1f}"


def _trend_figures(trend: Trend, links: Links) -> dict[str, Any]:
    spans = [month_span(month.year, month.month) for month in trend.months]
    return {
        "labels": [_month_words(month) for month in trend.months],
        "series": [
            {"name": str(_("เปิดใหม่")), "values": list(trend.opened)},
            {"name": str(_("จบแล้ว")), "values": list(trend.finished)},
        ],
        "links": [links.opened(span.first, span.last) for span in spans],
    }


def _month_words(month: dt.date) -> str:
    return f"{MONTHS_SHORT[month.month - 1]} {to_buddhist_year(month) % 100:02d}"


def _tables(flows: Flows, choices: Choices, links: Links, scope: BoardScope) -> list[dict[str, Any]]:
    categories = {each.id: each.name for each in choices.categories}
    areas: Mapping[Any, str] = choices.area_names()
    return [
        {
            "title": _("ตามประเภทเรื่อง"),
            "head": _("ประเภท"),
            "rows": _lines(
                flows.by_category.items(),
                lambda key: categories.get(key) or _("ไม่ระบุประเภท"),
                links,
                scope,
                "category",
            ),
        },
        {
            "title": _("ตามหมู่/ชุมชน"),
            "head": _("หมู่/ชุมชน"),
            "rows": _lines(
                flows.by_area.items(), lambda key: areas.get(key) or _("ไม่ทราบพื้นที่"), links, scope, "area"
            ),
        },
    ]


def _lines(
    flows: Iterable[tuple[Any, Flow]],
    name_of: Callable[[Any], str],
    links: Links,
    scope: BoardScope,
    filter_name: str,
) -> list[dict[str, Any]]:
    ordered = sorted(flows, key=lambda entry: -entry[1].opened)[:GROUPS_SHOWN]
    first, last = scope.span.first, scope.span.last
    return [
        {
            "name": name_of(key),
            "flow": flow,
            "opened_url": links.opened(first, last, **{filter_name: key_of(key)}),
            "finished_url": links.finished(first, last, **{filter_name: key_of(key)}),
        }
        for key, flow in ordered
    ]


# ── where it lies ─────────────────────────────────────────────────────────────────────────────────


def _heat(heat: HeatMap | None) -> dict[str, Any] | None:
    if heat is None:
        return None
    at_map = reverse("maps:map")
    return {
        "map": heat,
        "squares": [
            {
                "square": square,
                "url": f"{at_map}?layers=areas,needs#16/{square.place[0]:.5f}/{square.place[1]:.5f}",
            }
            for square in heat.squares
        ],
    }


def _reports(today: dt.date) -> list[dict[str, str]]:
    months = [months_back(today, count) for count in range(REPORTS_SHOWN)]
    return [
        {
            "words": f"{MONTHS_SHORT[month.month - 1]} {to_buddhist_year(month)}",
            "pdf": reverse("complaints:monthly", args=[f"{month:%Y-%m}", "pdf"]),
            "xlsx": reverse("complaints:monthly", args=[f"{month:%Y-%m}", "xlsx"]),
        }
        for month in months
    ]
