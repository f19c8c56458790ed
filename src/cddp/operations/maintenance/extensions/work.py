"""ใบสั่งงาน: menu, what waits, search, the panel on an asset's page, the layer of open work on the map."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.access import user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import (
    LayerField,
    LayerQuery,
    LegendEntry,
    MapLayer,
    MenuItem,
    PagePanel,
    SearchProvider,
    SearchResult,
    WaitingItem,
    map_layers,
    menu_items,
    page_panels,
    search_providers,
    waiting_items,
)
from cddp.foundation.values.thai_dates import format_short
from cddp.operations.maintenance.choices import ENDED_STATES, Priority, WorkKind, WorkState
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries import work as queries
from cddp.registers.assets.choices import AssetState, Condition
from cddp.registers.assets.models import Asset, Inspection, Outage

SHOWN_ON_ASSET = 6
SHORTEST_SEARCH = 2
ON_THE_MAP = Q(shape__isnull=False, is_open=True)
STATE_COLOURS = {
    WorkState.REQUESTED: "#b3261e",
    WorkState.APPROVED: "#7a4fa3",
    WorkState.PLANNED: "#1f6f9f",
    WorkState.IN_PROGRESS: "#b26a00",
    WorkState.AWAITING_PARTS: "#8a6d3b",
    WorkState.DONE: "#2e7d4f",
}
LATENESS = [
    LegendEntry("late", _("เกินกำหนด"), "#b3261e", "clock-alert"),
    LegendEntry("running", _("ยังไม่เกินกำหนด"), "#1f6f9f"),
]


# ── counts ────────────────────────────────────────────────────────────────────────────────────────


def _queue(user: User, key: str) -> queries.Queue:
    return queries.count_queues(user, timezone.localdate())[key]


def _menu_count(user: User) -> int:
    """Return what waits for this person: to approve and to plan, else what is theirs."""
    if user.has_perm("maintenance.plan"):
        return _queue(user, queries.APPROVE).open + _queue(user, queries.PLAN).open
    return _queue(user, queries.MINE).open if user.has_perm("maintenance.work") else 0


def _late(user: User) -> int | None:
    key = queries.ALL if user.has_perm("maintenance.plan") else queries.MINE
    return _queue(user, key).late or None


def _late_url(user: User) -> str:
    key = queries.ALL if user.has_perm("maintenance.plan") else queries.MINE
    return _list_url(queue=key, late="1")


def _list_url(**asked: str) -> str:
    return f"{reverse('maintenance:work_orders')}?{urlencode(asked)}"


menu_items.add(
    MenuItem(
        key="maintenance.work",
        label=_("ใบสั่งงาน"),
        url_name="maintenance:work_orders",
        icon="wrench",
        permission=("maintenance.view", "maintenance.work"),
        group="work",
        order=50,
        count=_menu_count,
    )
)
waiting_items.add(
    WaitingItem(
        key="maintenance.to_approve",
        label=_("ใบสั่งงานรออนุมัติ"),
        unit=_("ใบ"),
        icon="clipboard-list",
        permission="maintenance.plan",
        count=lambda user: _queue(user, queries.APPROVE).open or None,
        url=lambda user: _list_url(queue=queries.APPROVE),
        explanation=_("ช่างยังไปทำไม่ได้จนกว่าจะอนุมัติและนัดวัน"),
        order=50,
    )
)
waiting_items.add(
    WaitingItem(
        key="maintenance.work_late",
        label=_("งานซ่อมเกินกำหนด"),
        unit=_("ใบ"),
        icon="triangle-alert",
        permission="maintenance.work",
        count=_late,
        url=_late_url,
        explanation=_("เลยวันที่ต้องเสร็จแล้วยังไม่เสร็จ"),
        order=35,
    )
)
waiting_items.add(
    WaitingItem(
        key="maintenance.to_accept",
        label=_("งานรอตรวจรับ"),
        unit=_("ใบ"),
        icon="badge-check",
        permission="maintenance.accept",
        count=lambda user: _queue(user, queries.ACCEPT).open or None,
        url=lambda user: _list_url(queue=queries.ACCEPT),
        explanation=_("ช่างบอกว่าเสร็จแล้ว รอดูว่าเรียบร้อยจริง"),
        order=52,
    )
)


# ── search ────────────────────────────────────────────────────────────────────────────────────────


def _find(user: User, text: str, limit: int) -> Iterable[SearchResult]:
    if len(text.strip()) < SHORTEST_SEARCH:
        return []
    rows = queries.search_orders(WorkOrder.objects.visible_to(user), text).defer(*queries.HEAVY)
    return [
        SearchResult(
            title=order.title,
            subtitle=f"{order.get_state_display()} · {order.number}",
            url=order.get_absolute_url(),
            icon="wrench",
        )
        for order in rows.order_by("-requested_at", "-pk")[:limit]
    ]


search_providers.add(
    SearchProvider(
        key="maintenance.work", label=_("ใบสั่งงาน"), permission="maintenance.view", find=_find, order=55
    )
)


# ── the panel on an asset's page ──────────────────────────────────────────────────────────────────


def _asset_panel(request: HttpRequest, asset: Asset) -> Mapping[str, Any] | None:
    """Return an asset's work orders, how often it was repaired, what it has cost, and the way to ask for repair."""
    user, at = user_of(request), timezone.now()
    figures = queries.count_for_asset(asset.pk, at)
    orders = queries.list_of_asset(user, asset.pk, limit=SHOWN_ON_ASSET + 1)
    return {
        "asset": asset,
        "figures": figures,
        "orders": orders[:SHOWN_ON_ASSET],
        "more": len(orders) > SHOWN_ON_ASSET and bool(asset.number),
        "new_url": new_work_url(user, asset),
    }


def new_work_url(user: User, asset: Asset) -> str:
    """Return where repair of an asset is asked for, with the reason that is known; "" for who may not ask."""
    if not user.has_perm("maintenance.request") or asset.state == AssetState.DISPOSED:
        return ""
    address = reverse("maintenance:work_new")
    if outage := Outage.objects.open().filter(asset=asset).first():
        return f"{address}?{urlencode({'outage': outage.pk})}"
    if asset.condition is not None and asset.condition >= Condition.POOR:
        seen = Inspection.objects.filter(asset=asset).order_by("-on", "-at", "-pk").first()
        if seen is not None:
            return f"{address}?{urlencode({'inspection': seen.pk})}"
    return f"{address}?{urlencode({'asset': asset.pk})}"


page_panels.add(
    PagePanel(
        key="maintenance.work",
        page="assets.asset",
        title=_("งานซ่อมบำรุง"),
        template="maintenance/work/_asset_panel.html",
        context=_asset_panel,
        permission="assets.view",
        order=30,
    )
)


# ── the layer ─────────────────────────────────────────────────────────────────────────────────────


def _rows(user: User, query: LayerQuery) -> QuerySet[Any]:
    rows = WorkOrder.objects.visible_to(user).filter(ON_THE_MAP)
    for name in ("state", "kind", "priority"):
        if query.filters.get(name):
            rows = rows.filter(**{f"{name}__in": query.filters[name]})
    if query.colour_by == "late":
        return rows.annotate(map_class=_late_class())
    return rows.annotate(map_class=F("state"))


def _late_class() -> Case:
    return Case(
        When(queries.late_on(timezone.localdate()), then=Value("late")),
        default=Value("running"),
        output_field=CharField(),
    )


def _legend(user: User, query: LayerQuery) -> Sequence[LegendEntry]:
    if query.colour_by == "late":
        return LATENESS
    return [LegendEntry(state.value, state.label, colour) for state, colour in STATE_COLOURS.items()]


def _fields(user: User) -> Sequence[LayerField]:
    return [
        LayerField("state", _("สถานะ"), _legend(user, LayerQuery())),
        LayerField("late", _("กำหนดเสร็จ"), LATENESS),
        LayerField("kind", _("ชนิดงาน"), [LegendEntry(each.value, each.label, "") for each in WorkKind]),
        LayerField(
            "priority", _("ความเร่งด่วน"), [LegendEntry(each.value, each.label, "") for each in Priority]
        ),
    ]


def _details(user: User, order_id: UUID) -> Mapping[str, Any] | None:
    rows = WorkOrder.objects.visible_to(user).select_related("asset", "lead__user")
    order = rows.filter(pk=order_id).exclude(state__in=ENDED_STATES).first()
    if order is None:
        return None
    due = queries.due_of(order, timezone.localdate())
    return {
        "title": order.title,
        "subtitle": f"{order.get_state_display()} · {order.number}",
        "url": order.get_absolute_url(),
        "rows": [
            (_("ทรัพย์สิน"), str(order.asset) if order.asset else "–"),
            (_("สถานที่"), order.place or "–"),
            (_("นัดทำ"), format_short(order.planned_on) if order.planned_on else "–"),
            (_("ผู้ทำ"), str(order.lead.user) if order.lead else "–"),
            (_("กำหนดเสร็จ"), due.words or "–"),
        ],
    }


map_layers.add(
    MapLayer(
        key="work_orders",
        label=_("ใบสั่งงานที่ยังไม่จบ"),
        permission="maintenance.view",
        export_permission="maintenance.export",
        geometry="point",
        model="maintenance.WorkOrder",
        rows=_rows,
        geometry_field="shape_3857",
        legend=_legend,
        fields=_fields,
        details=_details,
        row_url=lambda order: order.get_absolute_url(),
        list_url_name="maintenance:work_orders",
        counted=False,
        visible_at_start=False,
        order=58,
    )
)
