"""กระดานงานซ่อม: first what is broken and what stops its repair; then what fails again, what it costs, the plan."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.audit import services as audit
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.ui.fields import PERIOD_CHOICES
from cddp.foundation.ui.listing.export import XLSX_TYPE
from cddp.foundation.ui.paper import PDF_TYPE, render_pdf
from cddp.foundation.values.periods import FISCAL_YEAR, span_of
from cddp.operations.maintenance.forms.board import BoardForm
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries import board as figures
from cddp.operations.maintenance.queries.board import BoardScope, list_broken, measure_work
from cddp.operations.maintenance.queries.work_choices import Choices, list_choices
from cddp.operations.maintenance.rules.board import SHOWN
from cddp.operations.maintenance.services.board_book import write_board_book
from cddp.operations.maintenance.services.board_report import BoardReport, Facts, Table, write_board
from cddp.registers.assets.models import AssetClass
from cddp.registers.assets.queries.figures import count_lamps, measure_roads

ICONS = {
    "broken": "triangle-alert",
    "repair": "timer",
    "preventive": "calendar",
    "lamps": "lightbulb",
    "cost": "scale",
}
FORMATS = {"pdf": PDF_TYPE, "xlsx": XLSX_TYPE}
ASKED = ("period", "area", "asset_class")


@requires("maintenance.board")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show how the town's things stand, and how they are kept working."""
    choices = list_choices()
    form, scope = read_scope(request, choices)
    facts = _measure(request, scope)
    report = write_board(facts, scope, areas=choices.area_names(), where=where_of(form))
    links = Links(scope, form.cleaned_data["period"])
    values = {
        "form": form,
        "report": report,
        "tiles": _tiles(report, links),
        "broken": facts.broken,
        "tables": {table.what: _shown(table, links) for table in report.tables},
        "has_roads": facts.roads is not None,
        "roads": _roads(report.table("roads"), links) if facts.roads is not None else None,
        "files": {fmt: links.file(fmt) for fmt in FORMATS},
        "broken_url": links.assets(out="1"),
        "measured_at": timezone.now(),
        "breadcrumbs": [(_("ใบสั่งงาน"), reverse("maintenance:work_orders")), (report.title, "")],
    }
    return render(request, "maintenance/board/board.html", values)


@requires("maintenance.board")
@require_safe
def board_file(request: HttpRequest, fmt: str) -> HttpResponse:
    """Give the board as a file for paper or for a spreadsheet."""
    if fmt not in FORMATS:
        raise Http404
    choices = list_choices()
    form, scope = read_scope(request, choices)
    report = write_board(_measure(request, scope), scope, areas=choices.area_names(), where=where_of(form))
    town = _town(request)
    if fmt == "pdf":
        content = render_pdf(
            "maintenance/board/paper.html",
            {"report": report, "town": town, "printed_at": timezone.now()},
        )
    else:
        content = write_board_book(report, town=str(town))
    asked = {name: form.cleaned_data[name] for name in ASKED}
    audit.record(
        "maintenance.board.exported", WorkOrder, changes={"scope": [None, asked], "format": [None, fmt]}
    )
    response = HttpResponse(content, content_type=FORMATS[fmt])
    shown = "inline" if fmt == "pdf" else "attachment"
    response["Content-Disposition"] = f'{shown}; filename="maintenance-{scope.span.last:%Y-%m-%d}.{fmt}"'
    return response


# ── scope ─────────────────────────────────────────────────────────────────────────────────────────


def read_scope(request: HttpRequest, choices: Choices) -> tuple[BoardForm, BoardScope]:
    """Read the scope; what cannot be read means the whole town in this ปีงบประมาณ."""
    offered: dict[str, Any] = {
        "areas": [(each.more, each.name) for each in choices.areas],
        "classes": [(str(each.id), each.name) for each in choices.asset_classes],
    }
    asked = {name: request.GET.get(name, "") for name in ASKED}
    form = BoardForm(asked | {"period": asked["period"] or FISCAL_YEAR}, **offered)
    if not form.is_valid():
        form = BoardForm({"period": FISCAL_YEAR}, **offered)
        form.full_clean()
    given = form.cleaned_data
    span = span_of(given["period"], timezone.localdate())
    return form, BoardScope(span, given["area"], given["asset_class"])


def where_of(form: BoardForm) -> str:
    """Return the area and the class that were chosen, in words."""
    fields: Any = form.fields
    chosen = [dict(fields[name].choices).get(form.cleaned_data[name], "") for name in ("area", "asset_class")]
    return " · ".join(str(words) for words in chosen)


def period_words(form: BoardForm) -> str:
    """Return the period that was chosen, in words."""
    return str(dict(PERIOD_CHOICES)[form.cleaned_data["period"]])


def _measure(request: HttpRequest, scope: BoardScope) -> Facts:
    """Measure what was asked for; of one class, neither the town's lamps nor its roads have anything to say."""
    user, now = user_of(request), timezone.now()
    today = timezone.localdate(now)
    return Facts(
        work=measure_work(user, scope, now=now),
        broken=list_broken(user, scope),
        lamps=None if scope.class_id else count_lamps(user, scope.area_code, today),
        roads=None if scope.class_id else measure_roads(user, scope.area_code, today).kilometres,
    )


def _town(request: HttpRequest) -> Municipality:
    membership = user_of(request).membership
    if membership is None:
        raise Http404
    town: Municipality = membership.municipality
    return town


# ── ways to the rows ──────────────────────────────────────────────────────────────────────────────


class Links:
    """ทางไปยังแถว: each number of the board opens exactly what it counted."""

    def __init__(self, scope: BoardScope, period: str) -> None:
        self.scope = scope
        self.asked = {"period": period, "area": scope.area_code, "asset_class": scope.class_id}
        self._kinds: dict[str, list[str]] | None = None

    def rows(self, what: str, key: str) -> str:
        """Return the address of the work orders behind a number."""
        return self._address(reverse("maintenance:board_rows"), what=what, key=key)

    def file(self, fmt: str) -> str:
        """Return the address of the board as a file."""
        return self._address(reverse("maintenance:board_file", args=[fmt]))

    def assets(self, **chosen: Any) -> str:
        """Return the address of assets in the register, within the area and class of the board."""
        here = {"class": self.scope.class_id, "area": self.scope.area_code} | chosen
        given = {name: value for name, value in here.items() if value}
        return f"{reverse('assets:assets')}?{urlencode(given, doseq=True)}"

    def of_kind(self, kind: str, **chosen: str) -> str:
        """Return the address of the lamps or roads of the area."""
        if self._kinds is None:
            rows = AssetClass.objects.values_list("pk", "is_lamp", "is_road")
            found = list(rows)
            self._kinds = {
                "lamps": [str(pk) for pk, is_lamp, _road in found if is_lamp],
                "roads": [str(pk) for pk, _lamp, is_road in found if is_road],
            }
        return self.assets(**{"class": self._kinds[kind]}, **chosen)

    def _address(self, path: str, **more: str) -> str:
        given = {name: value for name, value in (self.asked | more).items() if value}
        return f"{path}?{urlencode(given)}"


def _tiles(report: BoardReport, links: Links) -> list[dict[str, Any]]:
    urls = {
        "broken": links.assets(out="1"),
        "repair": links.rows(figures.REPAIR, ""),
        "preventive": links.rows(figures.PREVENTIVE, ""),
        "lamps": links.of_kind("lamps", out="0"),
        "cost": links.rows(figures.COST_AREA, ""),
    }
    return [
        {"tile": each, "url": urls[each.name], "icon": ICONS[each.name], "value": _tile(each.value)}
        for each in report.summary
    ]


def _tile(value: Any) -> Any:
    return f"{value:,.1f}" if isinstance(value, float) else value


def _shown(table: Table, links: Links) -> dict[str, Any]:
    """Return the first lines of a table, each with the address of its rows."""
    cells = [
        {"cells": _cells(table, line, _url_of(table, row.key, links)), "key": row.key}
        for row, line in zip(table.rows[:SHOWN], table.lines, strict=False)
    ]
    return {"table": table, "rows": cells, "left": max(0, len(table.rows) - SHOWN)}


def _url_of(table: Table, key: str, links: Links) -> str:
    if table.what == "broken":
        return links.assets(out="1", **{"class": key})
    if table.what == "roads":
        return links.of_kind("roads", condition=key)
    return links.rows(table.what, key)


def _cells(table: Table, line: list[str], url: str) -> list[dict[str, Any]]:
    return [
        {
            "text": text,
            "url": url if place == table.counted and text not in ("0", "–") else "",
            "is_number": place > 0 and place not in table.words,
        }
        for place, text in enumerate(line)
        if place not in table.in_files
    ]


def _roads(table: Table, links: Links) -> Mapping[str, Any] | None:
    if not table.rows:
        return None
    return {
        "labels": [str(row.values[0]) for row in table.rows],
        "series": [{"name": str(_("ระยะทาง (กม.)")), "values": [row.values[1] for row in table.rows]}],
        "links": [links.of_kind("roads", condition=row.key) for row in table.rows],
    }
