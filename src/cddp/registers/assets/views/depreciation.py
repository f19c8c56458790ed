"""ทะเบียนคุมทรัพย์สิน: what all of it is worth in a fiscal year, by class and thing by thing; on paper and as a file."""

from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.audit import services as audit
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.ui.listing import ChoiceFilter, Column, ListPage
from cddp.foundation.ui.listing.bound import BoundList
from cddp.foundation.ui.listing.export import XLSX_TYPE
from cddp.foundation.ui.paper import PDF_TYPE, render_pdf
from cddp.foundation.values.money import format_amount
from cddp.foundation.values.thai_dates import fiscal_year
from cddp.registers.assets.choices import Funding, Keeping
from cddp.registers.assets.forms.depreciation import ThresholdForm
from cddp.registers.assets.models import Asset, DepreciationRate
from cddp.registers.assets.queries import depreciation as figures
from cddp.registers.assets.queries.choices import Choices
from cddp.registers.assets.queries.finding import get_asset
from cddp.registers.assets.queries.lists import list_assets, search_rows
from cddp.registers.assets.rules import depreciation as rule
from cddp.registers.assets.services.depreciation import (
    Register,
    card_rows,
    formula,
    heads,
    keeping_words,
    set_threshold,
    write_register,
    write_register_book,
)
from cddp.registers.assets.services.depreciation_paper import LINES_ON_PAPER, group_lines
from cddp.registers.assets.templatetags.asset_cells import name_cell
from cddp.registers.assets.views.crumbs import crumbs

FORMATS = {"pdf": PDF_TYPE, "xlsx": XLSX_TYPE}

LINES = ListPage(
    key="assets.depreciation",
    title=gettext_lazy("ทะเบียนคุมทรัพย์สินและค่าเสื่อมราคา"),
    noun=gettext_lazy("รายการ"),
    columns=[],
    filters=[],
    search=search_rows,
    search_hint=gettext_lazy("เลขครุภัณฑ์ ชื่อ สถานที่"),
    default_sort="number",
    template="assets/depreciation/register.html",
    empty_title=gettext_lazy("ไม่มีทรัพย์สินในทะเบียนของปีนี้"),
    empty_text=gettext_lazy("ทะเบียนคุมแสดงทรัพย์สินที่มีราคาทุนและวันที่ได้มา"),
)


@requires("assets.view")
def register(request: HttpRequest) -> HttpResponse:
    """Show the sums of a fiscal year by class, then its things."""
    user, today = user_of(request), timezone.localdate()
    year, page = _year(request), _page(request)
    rows = figures.in_register(list_assets(user), year)
    reckoned = _Reckoned(year)
    found = _register(request, page_filtered(page, request, rows), reckoned)
    context = {
        "register": found,
        "years": figures.list_years(today=today),
        "heads": heads(),
        "query": _query(request),
        "may_configure": user.has_perm("assets.configure"),
        "may_export": user.has_perm("assets.export"),
        "breadcrumbs": crumbs((_("ทะเบียนคุมและค่าเสื่อมราคา"), "")),
    }
    return replace(page, columns=_columns(reckoned)).respond(request, rows, context)


def page_filtered(page: ListPage, request: HttpRequest, rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """Return these rows narrowed by the filters and the search of the request."""
    return BoundList(page, request, rows).matching


def _year(request: HttpRequest) -> int:
    """Return the fiscal year asked for; this one where none is."""
    text, now = request.GET.get("year", ""), fiscal_year(timezone.localdate())
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else now
    return min(max(year, figures.EARLIEST_YEAR), now + 1)


def _query(request: HttpRequest) -> str:
    chosen = [
        (name, value) for name in ("class", "division", "funding", "q") for value in request.GET.getlist(name)
    ]
    return urlencode([(name, value) for name, value in chosen if value])


def _choices(request: HttpRequest) -> Choices:
    """Return what the filters offer; asked once, however many of them read it."""
    kept: Choices | None = request.__dict__.get("_register_choices")
    if kept is None:
        kept = request.__dict__["_register_choices"] = Choices(user_of(request))
    return kept


def _page(request: HttpRequest) -> ListPage:
    choices = _choices(request)
    filters = [
        ChoiceFilter(
            "class",
            _("ประเภท"),
            choices=lambda _request: [(each.pk, each.name) for each in choices.classes],
            field="asset_class_id",
        ),
        ChoiceFilter(
            "division",
            _("กองที่ดูแล"),
            choices=lambda _request: [(each.pk, each.name) for each in choices.divisions],
            field="division_id",
        ),
        ChoiceFilter("funding", _("ประเภทเงิน"), choices=Funding.choices),
    ]
    return replace(LINES, filters=filters, columns=_columns(_Reckoned(_year(request))))


def _register(request: HttpRequest, in_year: QuerySet[Asset], reckoned: "_Reckoned") -> Register:
    year, threshold = reckoned.year, reckoned.threshold
    lacking = page_filtered(_page(request), request, list_assets(user_of(request)))
    return write_register(
        year,
        figures.sum_by_class(in_year, year, threshold=threshold),
        _choices(request).classes,
        incomplete=figures.incomplete(lacking, year).order_by().count(),
        threshold=threshold,
        today=timezone.localdate(),
    )


class _Reckoned:
    """The values of a year of the rows that a page shows; rates and threshold are read once, when first asked for."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.known: dict[UUID, figures.Valuation] = {}

    @cached_property
    def threshold(self) -> int:
        return figures.read_threshold()

    @cached_property
    def rates(self) -> dict[UUID, list[DepreciationRate]]:
        by_class: dict[UUID, list[DepreciationRate]] = {}
        for rate in DepreciationRate.objects.all():
            by_class.setdefault(rate.asset_class_id, []).append(rate)
        return by_class

    def valuation_of(self, asset: Asset) -> figures.Valuation:
        if asset.pk not in self.known:
            rates = self.rates.get(asset.asset_class_id, [])
            self.known[asset.pk] = figures.value_of(asset, threshold=self.threshold, rates=rates)
        return self.known[asset.pk]

    def of(self, asset: Asset) -> rule.FiscalYear | None:
        valuation = self.valuation_of(asset)
        if valuation.terms is None or valuation.keeping == Keeping.LOW_VALUE:
            return None
        return rule.fiscal_year_of(valuation.terms, self.year)

    def life_of(self, asset: Asset) -> str:
        valuation = self.valuation_of(asset)
        if valuation.keeping != Keeping.WRITTEN_OFF or valuation.terms is None:
            return str(valuation.keeping.label)
        return _("%(years)s ปี") % {"years": valuation.terms.life_years}


def _columns(reckoned: _Reckoned) -> list[Column]:
    def money(name: str) -> Any:
        def show(asset: Asset) -> str:
            line = reckoned.of(asset)
            return "" if line is None else format_amount(getattr(line, name))

        return show

    return [
        Column("number", _("ทรัพย์สิน"), sort="number", value=name_cell),
        Column("acquired_on", _("ได้มา"), sort="acquired_on"),
        Column(
            "cost",
            _("ราคาทุน"),
            sort="cost_satang",
            numeric=True,
            value=lambda asset: format_amount(asset.cost_satang),
        ),
        Column("life", _("อายุ"), value=reckoned.life_of),
        Column("opening", _("ต้นปี"), numeric=True, value=money("opening")),
        Column("additions", _("เพิ่ม"), numeric=True, value=money("additions"), default_visible=False),
        Column("charge", _("ค่าเสื่อมปีนี้"), numeric=True, value=money("charge")),
        Column("disposals", _("จำหน่าย"), numeric=True, value=money("disposals"), default_visible=False),
        Column("accumulated", _("สะสม"), numeric=True, value=money("accumulated"), default_visible=False),
        Column("closing", _("ปลายปี"), numeric=True, value=money("closing")),
        Column("disposed_on", _("จำหน่ายเมื่อ"), default_visible=False),
    ]


@requires("assets.view")
@require_safe
def register_file(request: HttpRequest, year: int, fmt: str) -> HttpResponse:
    """Give the register of a fiscal year as a file for paper or for a spreadsheet, narrowed as the screen is."""
    user = user_of(request)
    if fmt not in FORMATS or not figures.EARLIEST_YEAR <= year <= fiscal_year(timezone.localdate()) + 1:
        raise Http404
    if fmt == "xlsx" and not user.has_perm("assets.export"):
        raise Http404
    page = _page(request)
    all_rows = page_filtered(page, request, list_assets(user))
    found = _register(request, figures.in_register(all_rows, year), _Reckoned(year))
    town = Municipality.objects.get(pk=required_municipality_id())
    scope = _scope(page, request)
    if fmt == "xlsx":
        lines = figures.iterate_lines(all_rows, year)
        content = write_register_book(found, lines, town=str(town), scope=scope)
    else:
        content = _register_pdf(found, all_rows, year, town, scope)
    audit.record("assets.depreciation.exported", Asset, changes={"year": [None, year], "format": [None, fmt]})
    response = HttpResponse(content, content_type=FORMATS[fmt])
    shown = "inline" if fmt == "pdf" else "attachment"
    response["Content-Disposition"] = f'{shown}; filename="asset-register-{year}.{fmt}"'
    return response


def _scope(page: ListPage, request: HttpRequest) -> str:
    """Return in words what the register was narrowed to."""
    bound = BoundList(page, request, Asset.objects.none())
    words = [words for _title, words in bound.narrowed_by]
    if request.GET.get("q"):
        words.append(f"“{request.GET['q'][:60]}”")
    return " · ".join(words) or _("ทรัพย์สินทั้งหมด")


def _register_pdf(found: Register, rows: QuerySet[Asset], year: int, town: Municipality, scope: str) -> bytes:
    lines = list(figures.iterate_lines(rows, year, limit=LINES_ON_PAPER + 1))
    is_whole = len(lines) <= LINES_ON_PAPER
    context = {
        "register": found,
        "heads": heads(),
        "groups": group_lines(lines, found) if is_whole else [],
        "is_whole": is_whole,
        "most": LINES_ON_PAPER,
        "scope": scope,
        "town": town,
    }
    return render_pdf("assets/depreciation/register_paper.html", context)


@requires("assets.view")
@require_safe
def card(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give one asset's own card on paper: what it is, and its value year by year with the working of each."""
    asset = get_asset(user_of(request), pk)
    valuation = figures.value_of(asset)
    now = fiscal_year(timezone.localdate())
    context = {
        "asset": asset,
        "valuation": valuation,
        "rows": card_rows(valuation, now=now),
        "words": keeping_words(valuation),
        "is_own_life": valuation.source == "own",
        "rate": _rate(valuation),
        "notes": formula(now, figures.read_threshold()),
    }
    response = HttpResponse(render_pdf("assets/depreciation/card.html", context), content_type=PDF_TYPE)
    response["Content-Disposition"] = f'inline; filename="asset-{pk.hex[:12]}.pdf"'
    return response


def _rate(valuation: figures.Valuation) -> str:
    life = valuation.terms.life_years if valuation.terms else None
    return f"{100 / life:.2f}" if life else ""


@requires("assets.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def threshold(request: HttpRequest) -> HttpResponse:
    """Show and change below which cost a thing is not written off."""
    form = ThresholdForm(request.POST or None, initial={"threshold": figures.read_threshold()})
    if request.method == "POST" and form.is_valid():
        set_threshold(user_of(request), form.cleaned_data["threshold"])
        messages.success(request, _("บันทึกเกณฑ์แล้ว"))
        return redirect("assets:depreciation")
    above = (_("ทะเบียนคุมและค่าเสื่อมราคา"), reverse("assets:depreciation"))
    values = {"form": form, "breadcrumbs": crumbs(above, (_("เกณฑ์มูลค่า"), ""))}
    return render(request, "assets/depreciation/threshold.html", values, status=422 if form.errors else 200)
