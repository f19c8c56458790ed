"""รายการทรัพย์สิน: what the town owns, where, in what state; as page, file or paper."""

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.listing import (
    BooleanFilter,
    ChoiceFilter,
    Column,
    DateRangeFilter,
    ListPage,
    RangeFilter,
)
from cddp.foundation.ui.listing.without import NONE, by_code, by_key
from cddp.foundation.values.money import format_amount
from cddp.registers.assets.choices import AssetState, Condition
from cddp.registers.assets.models import Asset
from cddp.registers.assets.queries.choices import Choices
from cddp.registers.assets.queries.lists import (
    COUNTED_AT_MOST,
    due_for_inspection,
    list_assets,
    list_broken,
    search_rows,
    warranty,
)
from cddp.registers.assets.templatetags.asset_cells import (
    condition_badge,
    keeper_cell,
    name_cell,
    state_badge,
)
from cddp.registers.assets.views.labels import PRINT_LABELS

WARRANTIES = [
    ("ending", gettext_lazy("หมดประกันใน 90 วัน")),
    ("valid", gettext_lazy("ยังอยู่ในประกัน")),
    ("over", gettext_lazy("หมดประกันแล้ว")),
    ("unknown", gettext_lazy("ไม่ได้บันทึก")),
]


def _choices(request: HttpRequest) -> Choices:
    """Return what the filters offer; asked once, however many of them read it."""
    kept: Choices | None = request.__dict__.get("_asset_choices")
    if kept is None:
        kept = request.__dict__["_asset_choices"] = Choices(user_of(request))
    return kept


def _by_warranty(rows: QuerySet[Asset], kinds: list[str]) -> QuerySet[Asset]:
    found = Q()
    for kind in kinds:
        found |= warranty(kind, today=timezone.localdate())
    return rows.filter(found)


def _by_lapse(rows: QuerySet[Asset], lapsed: bool) -> QuerySet[Asset]:
    due = due_for_inspection(today=timezone.localdate())
    return rows.filter(due) if lapsed else rows.exclude(due)


ASSETS = ListPage(
    key="assets.assets",
    title=gettext_lazy("ทรัพย์สิน"),
    noun=gettext_lazy("รายการ"),
    question=gettext_lazy("เทศบาลมีอะไร อยู่ที่ไหน สภาพอย่างไร"),
    columns=[],
    filters=[
        ChoiceFilter(
            "class",
            gettext_lazy("ประเภท"),
            choices=lambda request: [(each.pk, each.name) for each in _choices(request).classes],
            field="asset_class_id",
        ),
        BooleanFilter(
            "out",
            gettext_lazy("ใช้การได้"),
            yes=gettext_lazy("ชำรุดอยู่ตอนนี้"),
            no=gettext_lazy("ไม่ชำรุด"),
            apply=lambda rows, yes: (
                rows.filter(state=AssetState.BROKEN) if yes else rows.exclude(state=AssetState.BROKEN)
            ),
        ),
        ChoiceFilter("state", gettext_lazy("สถานะ"), choices=AssetState.choices),
        ChoiceFilter(
            "condition",
            gettext_lazy("สภาพ"),
            choices=[*Condition.choices, (NONE, gettext_lazy("ยังไม่เคยตรวจ"))],
            apply=by_key("condition"),
        ),
        ChoiceFilter(
            "division",
            gettext_lazy("กองที่ดูแล"),
            choices=lambda request: [
                (NONE, _("ยังไม่มีกองดูแล")),
                *((each.pk, each.name) for each in _choices(request).divisions),
            ],
            apply=by_key("division_id"),
        ),
        ChoiceFilter(
            "area",
            gettext_lazy("หมู่/ชุมชน"),
            choices=lambda request: [(NONE, _("ไม่ทราบพื้นที่")), *_choices(request).areas],
            apply=by_code("area_code"),
        ),
        BooleanFilter(
            "due",
            gettext_lazy("การตรวจสภาพ"),
            yes=gettext_lazy("ถึงรอบตรวจแล้ว"),
            no=gettext_lazy("ยังไม่ถึงรอบ"),
            apply=_by_lapse,
        ),
        ChoiceFilter("warranty", gettext_lazy("การรับประกัน"), choices=WARRANTIES, apply=_by_warranty),
        BooleanFilter(
            "placed",
            gettext_lazy("ตำแหน่ง"),
            yes=gettext_lazy("มีตำแหน่งบนแผนที่"),
            no=gettext_lazy("ยังไม่มีตำแหน่ง"),
            apply=lambda rows, yes: rows.filter(shape__isnull=not yes),
        ),
        BooleanFilter(
            "numbered",
            gettext_lazy("เลขครุภัณฑ์"),
            yes=gettext_lazy("มีเลขแล้ว"),
            no=gettext_lazy("ยังไม่มีเลข"),
            apply=lambda rows, yes: rows.exclude(number="") if yes else rows.filter(number=""),
        ),
        DateRangeFilter("acquired", gettext_lazy("วันที่ได้มา"), field="acquired_on"),
        RangeFilter(
            "cost",
            gettext_lazy("ราคาทุน"),
            unit=gettext_lazy("บาท"),
            apply=lambda rows, ends: rows.filter(_cost_between(*ends)),
        ),
    ],
    search=search_rows,
    search_hint=gettext_lazy("เลขครุภัณฑ์ ชื่อ สถานที่ เลขเสา ทะเบียนรถ"),
    default_sort="number",
    export_name="assets",
    export_permission="assets.export",
    more_exports=[(gettext_lazy("ทุกช่อง และไฟล์แผนที่"), "assets:export", "map")],
    bulk_actions=[PRINT_LABELS],
    template="assets/assets.html",
    empty_title=gettext_lazy("ยังไม่มีทรัพย์สินในทะเบียน"),
    empty_text=gettext_lazy("นำเข้าจากไฟล์แผนที่หรือไฟล์ตาราง หรือเพิ่มทีละรายการ"),
)


def _cost_between(low: Any, high: Any) -> Q:
    found = Q()
    if low is not None:
        found &= Q(cost_satang__gte=int(low * 100))
    if high is not None:
        found &= Q(cost_satang__lte=int(high * 100))
    return found


def _columns(areas: dict[str, str]) -> list[Column]:
    return [
        Column("number", _("ทรัพย์สิน"), sort="number", value=name_cell, export=lambda asset: asset.number),
        Column("name", _("ชื่อ"), default_visible=False),
        Column("class", _("ประเภท"), value=lambda asset: asset.asset_class.name, default_visible=False),
        Column("state", _("สถานะ"), value=state_badge, export=lambda asset: asset.get_state_display()),
        Column(
            "condition",
            _("สภาพ"),
            sort="condition",
            value=lambda asset: condition_badge(asset.condition),
            export=lambda asset: asset.get_condition_display() if asset.condition else "",
        ),
        Column("place", _("สถานที่ตั้ง")),
        Column("area", _("หมู่/ชุมชน"), value=lambda asset: areas.get(asset.area_code, "")),
        Column(
            "division",
            _("ผู้ดูแล"),
            value=keeper_cell,
            export=lambda asset: asset.division.name if asset.division else "",
        ),
        Column("inspected_on", _("ตรวจล่าสุด"), sort="inspected_on"),
        Column(
            "cost",
            _("ราคาทุน (บาท)"),
            sort="cost_satang",
            numeric=True,
            value=lambda asset: "" if asset.cost_satang is None else format_amount(asset.cost_satang),
            export=lambda asset: None if asset.cost_satang is None else asset.cost_satang / 100,
            default_visible=False,
        ),
        Column("acquired_on", _("วันที่ได้มา"), sort="acquired_on", default_visible=False),
        Column(
            "acquisition", _("วิธีการได้มา"), value=lambda a: a.get_acquisition_display(), default_visible=False
        ),
        Column("funding", _("ประเภทเงิน"), value=lambda a: a.get_funding_display(), default_visible=False),
        Column("warranty_until", _("รับประกันถึง"), sort="warranty_until", default_visible=False),
        Column("model", _("รุ่น"), value=lambda a: str(a.model or ""), default_visible=False),
        Column("serial", _("หมายเลขเครื่อง"), default_visible=False),
        Column("former_number", _("เลขเดิม"), default_visible=False),
        Column(
            "length_m",
            _("ความยาว (เมตร)"),
            sort="length_m",
            numeric=True,
            value=lambda a: None if a.length_m is None else round(a.length_m),
            default_visible=False,
        ),
        Column("updated_at", _("แก้ไขเมื่อ"), default_visible=False),
    ]


def rows_of(request: HttpRequest) -> QuerySet[Asset]:
    """Return the rows of the list; what was disposed of is among them when its state or a search asks for it."""
    rows = list_assets(user_of(request))
    if request.GET.getlist("state") or request.GET.get("q"):
        return rows
    return rows.kept()  # type: ignore[attr-defined, no-any-return]


@requires("assets.view")
def assets(request: HttpRequest) -> HttpResponse:
    """List what the town owns; what was disposed of shows when its state or a search asks for it."""
    user = user_of(request)
    rows = rows_of(request)
    page = replace(ASSETS, columns=_columns(dict(_choices(request).areas)))
    context = {
        "answer": _answer(list_broken(user).count()),
        "actions": _actions(user, request.GET.getlist("class")),
        "breadcrumbs": [(ASSETS.title, "")],
        "empty_action": (_("เพิ่มทรัพย์สิน"), reverse("assets:asset_new"))
        if user.has_perm("assets.change")
        else None,
    }
    return page.respond(request, rows, context)


def _answer(broken: int) -> str:
    if not broken:
        return _("ไม่มีทรัพย์สินที่ชำรุดอยู่ตอนนี้")
    return ngettext("ชำรุดอยู่ตอนนี้ %(n)s รายการ", "ชำรุดอยู่ตอนนี้ %(n)s รายการ", broken) % {
        "n": f"{broken:,}{'+' if broken >= COUNTED_AT_MOST else ''}"
    }


def _actions(user: User, classes: list[str]) -> list[dict[str, Any]]:
    links = [
        ("assets.change", _("เพิ่มทรัพย์สิน"), "assets:asset_new", "plus"),
        ("assets.import", _("นำเข้าไฟล์"), "assets:imports", "file-up"),
        ("assets.view", _("พิมพ์ป้าย QR"), "assets:labels", "qr-code"),
        ("assets.configure", _("ประเภททรัพย์สิน"), "assets:classes", "settings"),
    ]
    # One class that is shown is the one whose labels are wanted.
    queries = {"assets:labels": {"class": classes[0]}} if len(classes) == 1 else {}
    return [
        {"label": label, "url": reverse(name, query=queries.get(name)), "icon": icon}
        for permission, label, name, icon in links
        if user.has_perm(permission)
    ]
