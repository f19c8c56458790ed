"""ถนน: the map layer of how roads ride, its menu, and the panels on the page of an asset."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import (
    LayerField,
    LayerQuery,
    LegendEntry,
    MapLayer,
    MenuItem,
    PagePanel,
    WaitingItem,
    map_layers,
    menu_items,
    page_panels,
    waiting_items,
)
from cddp.foundation.values.thai_dates import format_short
from cddp.registers.assets.choices import ROUGHNESS_LOOKS, AssetState, GeometryKind, TraceState
from cddp.registers.assets.models import Asset, RoadStretch, RoadTrace
from cddp.registers.assets.queries.roads import newest_of_road, profile, summarise
from cddp.registers.assets.services.splitting import find_split


def _rows(user: User, query: LayerQuery) -> QuerySet[Any]:
    rows = RoadStretch.objects.visible_to(user).newest()
    if query.filters.get("grade"):
        rows = rows.filter(grade__in=query.filters["grade"])
    if query.at is not None:
        rows = rows.filter(on__lte=query.at)
    return rows.annotate(map_class=F("grade"))


def _legend(user: User, query: LayerQuery) -> Sequence[LegendEntry]:
    return [
        LegendEntry(grade.value, grade.label, look.colour, look.icon)
        for grade, look in ROUGHNESS_LOOKS.items()
    ]


def _fields(user: User) -> Sequence[LayerField]:
    return [LayerField("grade", _("ระดับ"), _legend(user, LayerQuery()))]


def _details(user: User, stretch_id: UUID) -> Mapping[str, Any] | None:
    rows = RoadStretch.objects.visible_to(user).select_related("asset", "trace")
    stretch = rows.filter(pk=stretch_id).first()
    if stretch is None:
        return None
    measured = "–" if stretch.roughness is None else f"{stretch.roughness:.2f} m/s²"
    return {
        "title": stretch.asset.name if stretch.asset else _("นอกถนนในทะเบียน"),
        "subtitle": f"{stretch.get_grade_display()} · {stretch.from_m:,.0f}–{stretch.until_m:,.0f} ม.",
        "url": stretch.asset.get_absolute_url() if stretch.asset else stretch.trace.get_absolute_url(),
        "rows": [
            (_("ความขรุขระ"), measured),
            (_("กระแทกแรงสุด"), "–" if stretch.worst is None else f"{stretch.worst:.1f} m/s²"),
            (_("ความเร็วเฉลี่ย"), "–" if stretch.speed_kmh is None else f"{stretch.speed_kmh:.0f} กม./ชม."),
            (_("วัดเมื่อ"), format_short(stretch.on)),
            (_("เที่ยววัด"), stretch.trace.name),
        ],
    }


def _roughness(request: HttpRequest, asset: Asset) -> Mapping[str, Any] | None:
    user = request.user
    if not isinstance(user, User) or not asset.asset_class.is_road:
        return None
    stretches = newest_of_road(user, asset.pk)
    if not stretches:
        return {"summary": None, "may_import": user.has_perm("assets.import")}
    last = max(stretches, key=lambda each: each.on)
    return {
        "summary": summarise(stretches)[0],
        "figures": profile(stretches),
        "on": last.on,
        "trace_url": f"{last.trace.get_absolute_url()}?road={asset.pk}",
    }


def _shape(request: HttpRequest, asset: Asset) -> Mapping[str, Any] | None:
    is_fixed = asset.asset_class.geometry == GeometryKind.NONE
    if is_fixed or asset.state == AssetState.DISPOSED:
        return None
    is_line = asset.shape is not None and asset.shape.geom_type == "LineString"
    return {"asset": asset, "is_line": is_line, "split": find_split(asset) if is_line else None}


def _traces_waiting(user: User) -> QuerySet[RoadTrace]:
    return RoadTrace.objects.visible_to(user).filter(state=TraceState.READY)


menu_items.add(
    MenuItem(
        "assets.roads", _("ความเรียบของถนน"), "assets:roads", "route", "assets.view", "registers", order=130
    )
)
map_layers.add(
    MapLayer(
        key="roughness",
        label=_("ความเรียบของถนน"),
        permission="assets.view",
        export_permission="assets.export",
        geometry="line",
        model="assets.RoadStretch",
        rows=_rows,
        geometry_field="line_3857",
        legend=_legend,
        fields=_fields,
        details=_details,
        row_url=lambda stretch: reverse("assets:road_stretch", args=[stretch.pk]),
        list_url_name="assets:roads",
        version_tables=("assets_roadstretch", "assets_asset"),
        counted_where=Q(is_newest=True),
        visible_at_start=False,
        order=66,
    )
)
page_panels.add(
    PagePanel(
        key="assets.roughness",
        page="assets.asset",
        title=_("ความเรียบของถนน"),
        template="assets/roads/_road_panel.html",
        context=_roughness,
        permission="assets.view",
        order=30,
    )
)
page_panels.add(
    PagePanel(
        key="assets.shape",
        page="assets.asset",
        title=_("ตำแหน่งบนแผนที่"),
        template="assets/shapes/_line_panel.html",
        context=_shape,
        permission="assets.change",
        order=20,
    )
)
waiting_items.add(
    WaitingItem(
        key="assets.traces",
        label=_("เที่ยววัดถนนที่รอยืนยัน"),
        unit=_("เที่ยว"),
        icon="route",
        permission="assets.import",
        count=_traces_waiting,
        url=lambda user: f"{reverse('assets:roads')}?state={TraceState.READY}",
        explanation=_("คำนวณเสร็จแล้ว ยังไม่แสดงบนแผนที่จนกว่าจะกดใช้"),
        order=75,
    )
)
