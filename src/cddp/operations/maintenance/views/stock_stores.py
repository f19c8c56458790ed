"""คลังและรถช่าง: where parts lie, and the count of what lies there."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import Division
from cddp.foundation.accounts.queries import list_colleagues
from cddp.foundation.ui.listing import ChoiceFilter, Column, ListPage
from cddp.foundation.values.money import format_amount
from cddp.operations.maintenance.errors import UnableToConfigure
from cddp.operations.maintenance.forms.stock import QuantityField, StoreForm
from cddp.operations.maintenance.models import Part, StockLevel, Store
from cddp.operations.maintenance.queries.parts import search_levels
from cddp.operations.maintenance.queries.stock import count_stores, find_differences, list_in_store
from cddp.operations.maintenance.rules.stock import share_of
from cddp.operations.maintenance.services import parts as services
from cddp.operations.maintenance.services.documents import Counted, count_lines
from cddp.operations.maintenance.services.recounting import compare
from cddp.operations.maintenance.views.stock import STOCK, crumbs, lines_words, looks, signed

STORES_CRUMB = gettext_lazy("คลังและรถช่าง")
COUNTED_AT_ONCE = 400


def _crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return crumbs((STORES_CRUMB, reverse("maintenance:stores")), *more)


@looks
@require_safe
def stores(request: HttpRequest) -> HttpResponse:
    """Show where parts lie."""
    context = {
        "stores": count_stores(),
        "keeps": user_of(request).has_perm(STOCK),
        "breadcrumbs": crumbs((STORES_CRUMB, "")),
    }
    return render(request, "maintenance/stock/stores.html", context)


IN_STORE = ListPage(
    key="maintenance.store",
    title=gettext_lazy("อะไหล่ในคลัง"),
    noun=gettext_lazy("รายการ"),
    columns=[
        Column(
            "name",
            gettext_lazy("อะไหล่"),
            value=lambda level: str(level.part),
            sort="part__name",
            link=lambda level: reverse("maintenance:part", args=[level.part_id]),
        ),
        Column("shelf", gettext_lazy("ชั้นวาง"), sort="shelf"),
        Column("free", gettext_lazy("ใช้ได้"), sort="free", numeric=True),
        Column("on_hand", gettext_lazy("คงเหลือ"), sort="on_hand", numeric=True),
        Column("reserved", gettext_lazy("จอง"), sort="reserved", numeric=True),
        Column("unit", gettext_lazy("หน่วย"), value=lambda level: level.part.unit),
        Column(
            "value_satang",
            gettext_lazy("มูลค่า (บาท)"),
            sort="value_satang",
            value=lambda level: format_amount(level.value_satang),
            export=lambda level: Decimal(level.value_satang) / 100,
            numeric=True,
        ),
    ],
    filters=[
        ChoiceFilter(
            "kept",
            gettext_lazy("ยอด"),
            choices=[("some", gettext_lazy("มีของ")), ("none", gettext_lazy("หมดแล้ว"))],
            apply=lambda rows, values: (
                rows
                if len(values) > 1
                else rows.filter(on_hand__gt=0)
                if "some" in values
                else rows.filter(on_hand=0)
            ),
        )
    ],
    search=search_levels,
    search_hint=gettext_lazy("ชื่อ รหัส หรือบาร์โค้ด"),
    default_sort="name",
    export_name="store",
    export_permission="maintenance.export",
    empty_title=gettext_lazy("คลังนี้ยังไม่มีอะไหล่"),
    empty_text=gettext_lazy("รับเข้าจากผู้ขาย หรือโอนจากคลังอื่น"),
)


@looks
def store(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one store with what lies there."""
    found = get_object_or_404(Store, pk=pk)
    keeps = user_of(request).has_perm(STOCK)
    links = [
        (keeps, _("รับเข้า"), f"{reverse('maintenance:stock_receive')}?store={pk}", "arrow-down"),
        (keeps, _("โอนออก"), f"{reverse('maintenance:stock_transfer')}?store={pk}", "truck"),
        (keeps, _("ตรวจนับ"), reverse("maintenance:store_count", args=[pk]), "list-checks"),
        (True, _("ใบตรวจนับ"), f"{reverse('maintenance:store_sheet', args=[pk])}", "printer"),
        (keeps, _("แก้ไข"), reverse("maintenance:store_edit", args=[pk]), "pencil"),
    ]
    actions = [{"label": label, "url": url, "icon": icon} for may, label, url, icon in links if may]
    page = replace(IN_STORE, title=found.name)
    answer = f"{found.get_kind_display()}{'' if found.is_active else ' · ' + _('ปิดแล้ว')}"
    context = {"actions": actions, "answer": answer, "breadcrumbs": _crumbs((found.name, ""))}
    return page.respond(request, list_in_store(found), context)


@requires(STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def store_new(request: HttpRequest) -> HttpResponse:
    """Add a store."""
    return _edit(request, None)


@requires(STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def store_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a store."""
    return _edit(request, get_object_or_404(Store, pk=pk))


def _edit(request: HttpRequest, found: Store | None) -> HttpResponse:
    initial = {name: getattr(found, name) for name in services.STORE_FIELDS} if found else {}
    if found and found.point:
        initial |= {"lat": found.point.y, "lng": found.point.x}
    form = StoreForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        people=[(each.pk, str(each.user)) for each in list_colleagues()],
        divisions=Division.objects.values_list("pk", "name"),
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.keep_store(
                user_of(request), found.pk if found else None, values=form.cleaned_data
            )
        except UnableToConfigure as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("บันทึกแล้ว"))
            return redirect("maintenance:store", kept.pk)
    title = _("แก้ไขคลัง") if found else _("เพิ่มคลัง")
    back = reverse("maintenance:store", args=[found.pk]) if found else reverse("maintenance:stores")
    context = {"form": form, "title": title, "back": back, "breadcrumbs": _crumbs((title, ""))}
    return render(request, "maintenance/stock/store_form.html", context, status=422 if form.errors else 200)


# ── counting ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class SheetLine:
    """บรรทัดของใบตรวจนับ: what the books say, what was written down, and what that means."""

    level: StockLevel
    seen: Decimal
    text: str = ""
    counted: Decimal | None = None
    error: str = ""

    @property
    def part(self) -> Part:
        found: Part = self.level.part
        return found

    @property
    def difference(self) -> Decimal:
        """Return by how many it differs."""
        return (self.counted or Decimal(0)) - self.seen

    @property
    def difference_words(self) -> str:
        return signed(self.difference)

    @property
    def satang(self) -> int:
        """Return what the difference is worth at the average cost here."""
        if not self.seen:
            return 0
        value = share_of(self.level.value_satang, abs(self.difference), self.level.on_hand or self.seen)
        return value if self.difference > 0 else -value


@looks
@require_safe
def store_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Print a sheet to count on, by shelf, without what the books say."""
    found = get_object_or_404(Store, pk=pk)
    levels = list_in_store(found).filter(part__is_active=True).order_by("shelf", "part__name", "pk")
    return render(request, "maintenance/stock/count_sheet.html", {"store": found, "levels": levels})


@requires(STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def store_count(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take what was counted, show what differs, and book it when that is confirmed."""
    found = get_object_or_404(Store, pk=pk)
    levels = list(
        list_in_store(found)
        .filter(part__is_active=True)
        .order_by("shelf", "part__name", "pk")[:COUNTED_AT_ONCE]
    )
    lines = [_line(request, level) for level in levels]
    step = request.POST.get("step", "") if request.method == "POST" else ""
    counted = [line for line in lines if line.counted is not None]
    errors = any(line.error for line in lines)
    if step == "book" and counted and not errors:
        return _book(request, found, counted)
    context = {
        "store": found,
        "lines": lines,
        "act": request.POST.get("act") or uuid4(),
        "reason": request.POST.get("reason", "")[:300],
        "errors": errors,
        "nothing": bool(step) and not counted and not errors,
        "counted": len(counted),
        "differing": [line for line in counted if line.difference],
        "sum_satang": sum(line.satang for line in counted),
        "is_shown": step == "show" and bool(counted) and not errors,
        "breadcrumbs": _crumbs((found.name, reverse("maintenance:store", args=[pk])), (_("ตรวจนับ"), "")),
    }
    status = 422 if errors or context["nothing"] else 200
    return render(request, "maintenance/stock/count.html", context, status=status)


def _line(request: HttpRequest, level: StockLevel) -> SheetLine:
    """Return a line with what was typed; what the books said when the page was made comes back with it."""
    line = SheetLine(level, level.on_hand)
    if request.method != "POST":
        return line
    field = QuantityField(may_be_zero=True, required=False)
    line.text = request.POST.get(f"counted-{level.pk}", "").strip()[:20]
    try:
        line.seen = field.clean(request.POST.get(f"seen-{level.pk}", "")[:20]) or Decimal(0)
        line.counted = field.clean(line.text)
    except ValidationError as problem:
        line.error = " ".join(problem.messages)
    return line


def _book(request: HttpRequest, found: Store, counted: list[SheetLine]) -> HttpResponse:
    try:
        act = UUID(request.POST.get("act", ""))
    except ValueError:
        act = uuid4()
    booked, refused = count_lines(
        user_of(request),
        store_id=found.pk,
        lines=[Counted(line.level.part_id, line.counted or Decimal(0), line.seen) for line in counted],
        act=act,
        reason=request.POST.get("reason", "")[:300],
        at=timezone.now(),
    )
    names = {line.level.part_id: line.part.name for line in counted}
    for part_id, refusal in refused:
        messages.error(request, f"{names[part_id]}: {refusal.message}")
    right = len(counted) - len(booked) - len(refused)
    messages.success(
        request,
        _("บันทึกการตรวจนับแล้ว ปรับยอด %(booked)s ตรงอยู่แล้ว %(right)s")
        % {"booked": lines_words(len(booked)), "right": lines_words(right)},
    )
    return redirect("maintenance:store", found.pk)


# ── the nightly recount ───────────────────────────────────────────────────────────────────────────────


@requires(STOCK)
@require_safe
def stock_differences(request: HttpRequest) -> HttpResponse:
    """Show where level and ledger differ now, and when the nightly recount looked."""
    found = compare()
    parts = Part.objects.in_bulk({each.part_id for each in found})
    places = Store.objects.in_bulk({each.store_id for each in found})
    context = {
        "rows": [(each, parts[UUID(each.part_id)], places[UUID(each.store_id)]) for each in found],
        "looked_at": find_differences().get("at", ""),
        "breadcrumbs": crumbs((_("ยอดที่ไม่ตรงบัญชี"), "")),
    }
    return render(request, "maintenance/stock/differences.html", context)
