"""คลังอะไหล่: the list of parts, and what the pages of the stock share."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.cells import badge
from cddp.foundation.ui.listing import BooleanFilter, ChoiceFilter, Column, ListPage
from cddp.foundation.values.money import format_amount
from cddp.operations.maintenance.models import Part, PartFit, StockLevel
from cddp.operations.maintenance.queries.parts import find_part, list_parts, search_parts
from cddp.operations.maintenance.queries.stock import list_stores
from cddp.operations.maintenance.rules.stock import format_quantity, runs_low
from cddp.registers.assets.models import AssetClass

LOOK, WORK, STOCK = "maintenance.view", "maintenance.work", "maintenance.stock"
Crumb = tuple[Any, str]
MOST_PRINTED = 500


# Open to those who see the work of all, and to technicians.
looks = requires(LOOK, WORK)


def finder(user: User) -> Callable[[str], Part | None]:
    """Return how a form finds a part by what was typed or scanned; each text is asked for once."""
    kept: dict[str, Part | None] = {}

    def find(text: str) -> Part | None:
        if text not in kept:
            kept[text] = find_part(user, text)
        return kept[text]

    return find


def store_options() -> list[tuple[Any, str]]:
    """Return the stores to choose from."""
    return [(store.pk, store.name) for store in list_stores()]


def part_codes(user: User) -> list[tuple[str, str]]:
    """Return the codes and names that a blank for a part offers while one types."""
    rows = Part.objects.visible_to(user).filter(is_active=True).order_by("code")
    return list(rows.values_list("code", "name")[:2_000])


def crumbs(*more: Crumb) -> list[Crumb]:
    """Return the links above a page of the stock."""
    return [(_("อะไหล่"), reverse("maintenance:parts")), *more]


# ── parts ─────────────────────────────────────────────────────────────────────────────────────────────


def free_badge(part: Any) -> SafeString:
    """Draw how many are free: red when none, amber when it is time to buy."""
    words = f"{format_quantity(part.free)} {part.unit}"
    if part.free <= 0:
        return badge("badge-bad", "circle-x", _("หมด"))
    if runs_low(part.free, part.reorder_point):
        return badge("badge-warn", "triangle-alert", words)
    return format_html("{}", words)


def name_cell(part: Part) -> SafeString:
    return format_html(
        '<a class="strong" href="{}">{}</a><span class="need-line">{}</span>',
        reverse("maintenance:part", args=[part.pk]),
        part.name,
        part.code,
    )


def _by_store(rows: QuerySet[Any], stores: list[str]) -> QuerySet[Any]:
    kept = StockLevel.objects.filter(part=OuterRef("pk"), store_id__in=stores, on_hand__gt=0)
    return rows.filter(Exists(kept))


def _by_class(rows: QuerySet[Any], classes: list[str]) -> QuerySet[Any]:
    fits = PartFit.objects.filter(part=OuterRef("pk"))
    return rows.filter(
        Exists(fits.filter(Q(asset_class_id__in=classes) | Q(model__asset_class_id__in=classes)))
    )


def _by_lack(rows: QuerySet[Any], answers: list[str]) -> QuerySet[Any]:
    low = Q(reorder_point__gt=0, free__lte=F("reorder_point"))
    lacks = {"low": low, "out": Q(free__lte=0), "enough": Q(free__gt=0) & ~low}
    wanted = Q()
    for answer in answers:
        wanted |= lacks[answer]
    return rows.filter(wanted)


# Which part, and how many of it are free: the first columns of each list of parts.
WHICH_PART = (
    Column("name", gettext_lazy("อะไหล่"), value=name_cell, sort="name", export=lambda part: part.name),
    Column("code", gettext_lazy("รหัส"), sort="code", default_visible=False),
    Column(
        "free",
        gettext_lazy("ใช้ได้"),
        value=free_badge,
        sort="free",
        export=lambda part: part.free,
        numeric=True,
    ),
)

PARTS = ListPage(
    key="maintenance.parts",
    title=gettext_lazy("อะไหล่"),
    noun=gettext_lazy("รายการ"),
    question=gettext_lazy("มีอะไรอยู่ที่ไหน อะไรใกล้หมด"),
    columns=[
        *WHICH_PART,
        Column("on_hand", gettext_lazy("คงเหลือ"), sort="on_hand", numeric=True),
        Column("reserved", gettext_lazy("จอง"), sort="reserved", numeric=True),
        Column("unit", gettext_lazy("หน่วย")),
        Column("reorder_point", gettext_lazy("จุดสั่งซื้อ"), sort="reorder_point", numeric=True),
        Column(
            "worth",
            gettext_lazy("มูลค่า (บาท)"),
            sort="worth",
            value=lambda part: format_amount(int(part.worth)),
            export=lambda part: Decimal(part.worth) / 100,
            numeric=True,
        ),
        Column("barcode", gettext_lazy("บาร์โค้ด"), default_visible=False),
        Column("supplier", gettext_lazy("ผู้ขายประจำ"), sort="supplier", default_visible=False),
        Column("is_active", gettext_lazy("ยังใช้อยู่"), default_visible=False),
    ],
    filters=[
        ChoiceFilter(
            "lack",
            gettext_lazy("ยอด"),
            choices=[
                ("low", gettext_lazy("ถึงจุดสั่งซื้อ")),
                ("out", gettext_lazy("หมด")),
                ("enough", gettext_lazy("เพียงพอ")),
            ],
            apply=_by_lack,
        ),
        ChoiceFilter(
            "store",
            gettext_lazy("คลัง"),
            choices=lambda request: [(store.pk, store.name) for store in list_stores()],
            apply=_by_store,
        ),
        ChoiceFilter(
            "class",
            gettext_lazy("ใช้กับประเภท"),
            choices=lambda request: list(AssetClass.objects.filter(is_active=True).values_list("pk", "name")),
            apply=_by_class,
        ),
        BooleanFilter(
            "active",
            gettext_lazy("การใช้งาน"),
            field="is_active",
            yes=gettext_lazy("ยังใช้อยู่"),
            no=gettext_lazy("เลิกใช้แล้ว"),
        ),
    ],
    search=search_parts,
    search_hint=gettext_lazy("ชื่อ รหัส บาร์โค้ด หรือผู้ขาย"),
    default_sort="name",
    export_name="parts",
    export_permission="maintenance.export",
    empty_title=gettext_lazy("ยังไม่มีอะไหล่"),
    empty_text=gettext_lazy("เพิ่มทีละรายการ หรือนำเข้าจากไฟล์ตารางที่มีอยู่"),
)


@looks
def parts(request: HttpRequest) -> HttpResponse:
    """List the parts with what is free of each."""
    user = user_of(request)
    rows = list_parts(user)
    if "active" not in request.GET:
        rows = rows.filter(is_active=True)
    keeps = user.has_perm(STOCK)
    return PARTS.respond(
        request,
        rows,
        {
            "actions": _part_actions(keeps),
            "empty_action": (_("นำเข้าจากไฟล์"), reverse("maintenance:parts_import")) if keeps else None,
            "breadcrumbs": [(PARTS.title, "")],
        },
    )


def _part_actions(keeps: bool) -> list[dict[str, Any]]:
    links = [
        (keeps, _("รับเข้า"), "maintenance:stock_receive", "arrow-down"),
        (keeps, _("โอน"), "maintenance:stock_transfer", "truck"),
        (keeps, _("เพิ่มอะไหล่"), "maintenance:part_new", "plus"),
        (True, _("สแกน"), "maintenance:stock_scan", "scan"),
        (keeps, _("นำเข้าจากไฟล์"), "maintenance:parts_import", "file-up"),
    ]
    return [
        {"label": label, "url": reverse(name), "icon": drawing}
        for allowed, label, name, drawing in links
        if allowed
    ]


def lines_words(many: int) -> str:
    """Return "3 รายการ"."""
    return ngettext("%(n)s รายการ", "%(n)s รายการ", many) % {"n": f"{many:,}"}


def signed(quantity: Decimal) -> str:
    """Return "+3", "−1.5", "" for nothing."""
    if not quantity:
        return ""
    return f"{'+' if quantity > 0 else '−'}{format_quantity(abs(quantity))}"
