"""รอบการตรวจนับ: which rounds there are, how far one is, what is left; opening and closing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
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
from cddp.foundation.ui.listing.export import XLSX_TYPE
from cddp.foundation.ui.paper import PDF_TYPE, render_pdf
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.choices import StockTakeResult
from cddp.registers.assets.forms.counting import RoundForm
from cddp.registers.assets.models import StockTake
from cddp.registers.assets.queries.choices import Choices
from cddp.registers.assets.queries.counting import (
    LEFT,
    Progress,
    get_stock_take,
    list_lines,
    list_stock_takes,
    progress_by_class,
    progress_of,
    search_lines,
)
from cddp.registers.assets.services.counting import close_round, open_round
from cddp.registers.assets.services.counting_report import write_report, write_report_book
from cddp.registers.assets.templatetags.counting_cells import progress_cell, result_badge, thing_cell
from cddp.registers.assets.views.crumbs import crumbs

FORMATS = {"pdf": PDF_TYPE, "xlsx": XLSX_TYPE}
LEFT_KEY = "left"

ROUNDS = ListPage(
    key="assets.stock_takes",
    title=gettext_lazy("การตรวจนับทรัพย์สิน"),
    noun=gettext_lazy("รอบ"),
    question=gettext_lazy("ของที่มีในทะเบียน อยู่จริงครบหรือไม่"),
    columns=[],
    filters=[],
    default_sort="-opened_at",
    page_size=20,
    empty_title=gettext_lazy("ยังไม่เคยเปิดรอบการตรวจนับ"),
    empty_text=gettext_lazy("ระเบียบพัสดุ 2560 ข้อ 213 ให้ตรวจทุกปี เริ่มวันทำการแรกของเดือนตุลาคม เสร็จใน 30 วันทำการ"),
)

LINES = ListPage(
    key="assets.stock_take_lines",
    title=gettext_lazy("รายการตรวจนับ"),
    noun=gettext_lazy("รายการ"),
    columns=[],
    filters=[],
    search=search_lines,
    search_hint=gettext_lazy("เลขครุภัณฑ์ ชื่อ สถานที่"),
    default_sort="number",
    template="assets/counting/round.html",
    empty_title=gettext_lazy("ไม่มีรายการในกลุ่มนี้"),
)


def round_crumbs(*last: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Return the links from the register over the rounds down."""
    return crumbs((_("การตรวจนับ"), reverse("assets:stock_takes") if last else ""), *last)


@requires("assets.view")
def stock_takes(request: HttpRequest) -> HttpResponse:
    """List the rounds, the newest first."""
    user = user_of(request)
    rows = list_stock_takes(user)
    progress = progress_of(rows.order_by("-opened_at", "-id").values_list("pk", flat=True)[:100])
    may_open = user.has_perm("assets.count")
    new = {"label": _("เปิดรอบใหม่"), "url": reverse("assets:stock_take_new"), "icon": "plus"}
    context = {
        "actions": [new] if may_open else [],
        "empty_action": (new["label"], new["url"]) if may_open else None,
        "breadcrumbs": round_crumbs(),
    }
    columns = [
        Column("name", _("รอบ"), value=lambda take: take.name),
        Column("scope", _("ขอบเขต"), value=scope_words),
        Column(
            "progress", _("ความคืบหน้า"), value=lambda take: progress_cell(progress.get(take.pk, Progress()))
        ),
        Column("opened_at", _("เริ่มเมื่อ"), sort="opened_at"),
        Column("closed_at", _("ปิดเมื่อ"), value=lambda take: take.closed_at or _("ยังไม่ปิด")),
    ]
    page = replace(ROUNDS, columns=columns, row_link=lambda take: take.get_absolute_url())
    return page.respond(request, rows, context)


def scope_words(take: StockTake) -> str:
    """Return what a round is about."""
    parts = [str(each) for each in (take.asset_class, take.division) if each]
    return " · ".join(parts) or _("ทั้งหมด")


@requires("assets.count")
@require_http_methods(["GET", "HEAD", "POST"])
def stock_take_new(request: HttpRequest) -> HttpResponse:
    """Open a round."""
    user, at = user_of(request), timezone.now()
    choices = Choices(user)
    form = RoundForm(
        request.POST or None,
        today=timezone.localdate(at),
        classes=choices.classes,
        divisions=choices.divisions,
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            take = open_round(
                user,
                name=said["name"],
                fiscal_year=said["fiscal_year"],
                asset_class_id=said["asset_class"],
                division_id=said["division"],
                committee=said["committee"],
                at=at,
            )
        except UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("เปิดรอบแล้ว เริ่มตรวจนับด้วยโทรศัพท์ได้เลย"))
            return redirect(take)
    values = {"form": form, "breadcrumbs": round_crumbs((_("เปิดรอบใหม่"), ""))}
    return render(request, "assets/counting/new.html", values, status=422 if form.errors else 200)


@requires("assets.view")
def stock_take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far a round is, and its things by what was found of them."""
    user = user_of(request)
    take = get_stock_take(user, pk)
    progress = progress_of([take.pk])[take.pk]
    tab = request.GET.get("result", "")
    rows = list_lines(take)
    if tab:
        rows = rows.filter(result=LEFT if tab == LEFT_KEY else tab)
    context = {
        "take": take,
        "scope": scope_words(take),
        "progress": progress,
        "tabs": _tabs(request, progress, tab),
        "tab": tab,
        "may_count": user.has_perm("assets.inspect"),
        "may_close": user.has_perm("assets.count"),
        "breadcrumbs": round_crumbs((take.name, "")),
    }
    return _lines_page(request).respond(request, rows, context)


def _lines_page(request: HttpRequest) -> ListPage:
    choices = Choices(user_of(request))
    filters = [
        ChoiceFilter(
            "class",
            _("ประเภท"),
            choices=lambda _request: [(each.pk, each.name) for each in choices.classes],
            field="asset__asset_class_id",
        ),
        ChoiceFilter(
            "division",
            _("กองที่ดูแล"),
            choices=lambda _request: [(each.pk, each.name) for each in choices.divisions],
            field="asset__division_id",
        ),
    ]
    columns = [
        Column("number", _("ทรัพย์สิน"), sort="asset__number", value=thing_cell),
        Column("result", _("ผล"), value=result_badge),
        Column("note", _("หมายเหตุ")),
        Column("place", _("สถานที่ตั้งตามทะเบียน"), value=lambda line: line.asset.place),
        Column("division", _("กองที่ดูแล"), value=lambda line: str(line.asset.division or "")),
        Column("by_label", _("ผู้ตรวจ"), default_visible=False),
        Column("seen_at", _("ตรวจเมื่อ"), sort="seen_at", default_visible=False),
    ]
    return replace(LINES, filters=filters, columns=columns)


def _tabs(request: HttpRequest, progress: Progress, current: str) -> list[dict[str, Any]]:
    counts: Mapping[str, int] = progress.counts
    tabs = [("", _("ทั้งหมด"), progress.total), (LEFT_KEY, _("ยังไม่ตรวจ"), progress.left)]
    tabs += [(each.value, str(each.label), counts.get(each, 0)) for each in StockTakeResult]
    return [
        {
            "label": label,
            "url": f"{request.path}?result={key}" if key else request.path,
            "count": f"{count:,}",
            "is_current": key == current,
        }
        for key, label, count in tabs
    ]


@requires("assets.count")
@require_http_methods(["GET", "HEAD", "POST"])
def stock_take_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what closing does, then close."""
    user = user_of(request)
    take = get_stock_take(user, pk)
    if request.method == "POST":
        close_round(user, pk, mark_missing=request.POST.get("mark_missing") == "1", at=timezone.now())
        messages.success(request, _("ปิดรอบแล้ว พิมพ์รายงานเสนอได้"))
        return redirect(take)
    if not take.is_open:
        return redirect(take)
    values = {
        "take": take,
        "progress": progress_of([take.pk])[take.pk],
        "breadcrumbs": round_crumbs((take.name, take.get_absolute_url()), (_("ปิดรอบ"), "")),
    }
    return render(request, "assets/counting/close.html", values)


@requires("assets.view")
@require_safe
def stock_take_report(request: HttpRequest, pk: UUID, fmt: str) -> HttpResponse:
    """Give the report to the head of the town as a file for paper or for a spreadsheet."""
    if fmt not in FORMATS:
        raise Http404
    take = get_stock_take(user_of(request), pk)
    if fmt == "xlsx" and not user_of(request).has_perm("assets.export"):
        raise Http404
    by_class, scope = progress_by_class(take), scope_words(take)
    if fmt == "pdf":
        report = write_report(take, by_class, list_lines(take))
        content = render_pdf("assets/counting/report.html", {"report": report, "take": take, "scope": scope})
    else:
        town = str(Municipality.objects.get(pk=required_municipality_id()))
        content = write_report_book(take, by_class, list_lines(take), town=town, scope=scope)
    audit.record("assets.stock_take.exported", take, changes={"format": [None, fmt]})
    response = HttpResponse(content, content_type=FORMATS[fmt])
    shown = "inline" if fmt == "pdf" else "attachment"
    response["Content-Disposition"] = f'{shown}; filename="stock-take-{take.fiscal_year}.{fmt}"'
    return response
