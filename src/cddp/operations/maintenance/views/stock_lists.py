"""รายการของคลัง: what to buy, as a list and on paper, and the ledger of all that moved."""

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.audit import services as audit
from cddp.foundation.ui.listing import ChoiceFilter, Column, DateRangeFilter, ListPage
from cddp.foundation.ui.paper import PDF_TYPE, render_pdf
from cddp.foundation.values.money import format_amount, format_baht
from cddp.operations.maintenance.choices import MovementKind
from cddp.operations.maintenance.models import Movement, Part, Store
from cddp.operations.maintenance.queries.parts import list_to_buy, search_parts
from cddp.operations.maintenance.queries.stock import list_movements
from cddp.operations.maintenance.views.stock import (
    MOST_PRINTED,
    WHICH_PART,
    crumbs,
    looks,
    signed,
)

# ── what to buy ───────────────────────────────────────────────────────────────────────────────────────


def _baht(satang: Decimal | None) -> str:
    return "" if satang is None else format_amount(round(satang))


def _baht_number(satang: Decimal | None) -> Decimal | None:
    return None if satang is None else Decimal(round(satang)) / 100


PURCHASE = ListPage(
    key="maintenance.purchase",
    title=gettext_lazy("รายการที่ต้องซื้อ"),
    noun=gettext_lazy("รายการ"),
    question=gettext_lazy("อะไรถึงจุดสั่งซื้อแล้ว ต้องซื้อเท่าไร"),
    columns=[
        *WHICH_PART,
        Column("reorder_point", gettext_lazy("จุดสั่งซื้อ"), sort="reorder_point", numeric=True),
        Column("to_buy", gettext_lazy("ควรซื้อ"), sort="to_buy", numeric=True),
        Column("unit", gettext_lazy("หน่วย")),
        Column(
            "last_unit",
            gettext_lazy("ราคาล่าสุด (บาท)"),
            sort="last_unit",
            value=lambda part: _baht(part.last_unit),
            export=lambda part: _baht_number(part.last_unit),
            numeric=True,
        ),
        Column(
            "estimate",
            gettext_lazy("ประมาณการ (บาท)"),
            sort="estimate",
            value=lambda part: _baht(part.estimate),
            export=lambda part: _baht_number(part.estimate),
            numeric=True,
        ),
        Column("supplier", gettext_lazy("ผู้ขายประจำ"), sort="supplier"),
        Column("last_from", gettext_lazy("เอกสารล่าสุด"), default_visible=False),
        Column("ran_low_at", gettext_lazy("ใกล้หมดตั้งแต่"), sort="ran_low_at", default_visible=False),
    ],
    search=search_parts,
    search_hint=gettext_lazy("ชื่อ รหัส หรือผู้ขาย"),
    default_sort="supplier",
    export_name="purchase",
    export_permission="maintenance.export",
    empty_title=gettext_lazy("ไม่มีอะไหล่ที่ถึงจุดสั่งซื้อ"),
    empty_text=gettext_lazy("ตั้งจุดสั่งซื้อของอะไหล่แต่ละรายการ ระบบจะนำมาไว้ที่นี่เมื่อเหลือน้อย"),
)


@looks
def purchase(request: HttpRequest) -> HttpResponse:
    """List what has fallen to its reorder point, with what it would cost."""
    user = user_of(request)
    rows = list_to_buy(user)
    total = rows.order_by().aggregate(total=Sum("estimate"))["total"]
    actions = []
    if user.has_perm("maintenance.export"):
        actions.append(
            {"label": _("พิมพ์ PDF"), "url": reverse("maintenance:purchase_pdf"), "icon": "file-text"}
        )
    answer = _("รวมประมาณ %(sum)s") % {"sum": format_baht(round(total))} if total else ""
    return PURCHASE.respond(
        request, rows, {"actions": actions, "answer": answer, "breadcrumbs": crumbs((PURCHASE.title, ""))}
    )


@requires("maintenance.export")
@require_safe
def purchase_pdf(request: HttpRequest) -> HttpResponse:
    """Print what to buy, by supplier, for the request to purchase."""
    rows = list(list_to_buy(user_of(request)).order_by("supplier", "name")[:MOST_PRINTED])
    for row in rows:
        row.last_words, row.estimate_words = _baht(row.last_unit), _baht(row.estimate)
    priced = [row.estimate for row in rows if row.estimate is not None]
    context = {
        "rows": rows,
        "total": _baht(sum(priced, Decimal(0))),
        "unpriced": len(rows) - len(priced),
        "on": timezone.localdate(),
        "by": str(request.user),
    }
    content = render_pdf("maintenance/stock/purchase_pdf.html", context)
    audit.record("maintenance.purchase.printed", Part, changes={"rows": [None, len(rows)]})
    name = f"purchase-{timezone.localdate():%Y%m%d}.pdf"
    return HttpResponse(
        content, content_type=PDF_TYPE, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


# ── the ledger ────────────────────────────────────────────────────────────────────────────────────────


def _work_cell(line: Movement) -> SafeString | str:
    if line.work_order is None:
        return ""
    url = reverse("maintenance:work_order", args=[line.work_order_id])
    return format_html('<a href="{}">{}</a>', url, line.work_order.number)


def _part_cell(line: Movement) -> SafeString:
    return format_html(
        '<a href="{}">{}</a>', reverse("maintenance:part", args=[line.part_id]), line.part.name
    )


def _at_words(line: Movement) -> Any:
    return line.at


LEDGER_COLUMNS = [
    Column("at", gettext_lazy("เมื่อ"), sort="at", value=_at_words),
    Column("part", gettext_lazy("อะไหล่"), value=_part_cell, export=lambda line: str(line.part)),
    Column("kind", gettext_lazy("รายการ"), value=lambda line: line.get_kind_display()),
    Column("store", gettext_lazy("คลัง"), value=lambda line: line.store.name),
    Column(
        "on_hand_delta",
        gettext_lazy("เข้า/ออก"),
        value=lambda line: signed(line.on_hand_delta),
        export=lambda line: line.on_hand_delta,
        numeric=True,
    ),
    Column(
        "reserved_delta",
        gettext_lazy("จอง"),
        value=lambda line: signed(line.reserved_delta),
        export=lambda line: line.reserved_delta,
        numeric=True,
    ),
    Column("on_hand_after", gettext_lazy("คงเหลือ"), numeric=True),
    Column(
        "value_delta_satang",
        gettext_lazy("มูลค่า (บาท)"),
        value=lambda line: format_amount(line.value_delta_satang) if line.value_delta_satang else "",
        export=lambda line: Decimal(line.value_delta_satang) / 100,
        numeric=True,
        default_visible=False,
    ),
    Column(
        "work_order",
        gettext_lazy("ใบสั่งงาน"),
        value=_work_cell,
        export=lambda line: line.work_order.number if line.work_order else "",
    ),
    Column(
        "words",
        gettext_lazy("เอกสาร/เหตุผล"),
        value=lambda line: " · ".join(filter(None, (line.reference, line.reason))),
    ),
    Column("by_label", gettext_lazy("ผู้ทำ"), value=lambda line: line.by_label or _("ระบบ")),
]

LEDGER = ListPage(
    key="maintenance.movements",
    title=gettext_lazy("บัญชีความเคลื่อนไหว"),
    noun=gettext_lazy("รายการ"),
    question=gettext_lazy("ใครเอาอะไรเข้าออกเมื่อไร"),
    columns=LEDGER_COLUMNS,
    filters=[
        ChoiceFilter("kind", gettext_lazy("รายการ"), choices=MovementKind.choices),
        ChoiceFilter(
            "store",
            gettext_lazy("คลัง"),
            field="store_id",
            choices=lambda request: [(each.pk, each.name) for each in Store.objects.order_by("kind", "name")],
        ),
        DateRangeFilter("at", gettext_lazy("เมื่อ"), has_time=True),
    ],
    default_sort="-at",
    export_name="movements",
    export_permission="maintenance.export",
    empty_title=gettext_lazy("ยังไม่มีความเคลื่อนไหว"),
)


@looks
def movements(request: HttpRequest) -> HttpResponse:
    """List the ledger of all parts."""
    return LEDGER.respond(
        request, list_movements(user_of(request)), {"breadcrumbs": crumbs((LEDGER.title, ""))}
    )
