"""คลังอะไหล่: menu, search, and what waits for the keepers of the stores."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import (
    MenuItem,
    SearchProvider,
    SearchResult,
    WaitingItem,
    menu_items,
    search_providers,
    waiting_items,
)
from cddp.operations.maintenance.queries.parts import list_low, list_parts, search_parts
from cddp.operations.maintenance.queries.stock import find_differences
from cddp.operations.maintenance.rules.stock import format_quantity

STOCK = "maintenance.stock"


def _find(user: User, text: str, limit: int) -> Iterable[SearchResult]:
    rows: Any = search_parts(list_parts(user).filter(is_active=True), text).order_by("name")[:limit]
    return [
        SearchResult(
            title=part.name,
            subtitle=f"{part.code} · {format_quantity(part.free)} {part.unit}",
            url=reverse("maintenance:part", args=[part.pk]),
            icon="package",
        )
        for part in rows
    ]


def _count_differences(user: User) -> int | None:
    return len(find_differences().get("differences", [])) or None


menu_items.add(
    MenuItem(
        key="maintenance.parts",
        label=_("อะไหล่"),
        url_name="maintenance:parts",
        icon="package",
        permission=("maintenance.view", "maintenance.work"),
        group="work",
        order=60,
    )
)
menu_items.add(
    MenuItem(
        key="maintenance.stores",
        label=_("คลังและรถช่าง"),
        url_name="maintenance:stores",
        icon="truck",
        permission=(STOCK, "maintenance.work"),
        group="work",
        order=61,
    )
)
menu_items.add(
    MenuItem(
        key="maintenance.purchase",
        label=_("รายการที่ต้องซื้อ"),
        url_name="maintenance:purchase",
        icon="list-checks",
        permission=STOCK,
        group="work",
        order=62,
    )
)
search_providers.add(
    SearchProvider(
        key="maintenance.parts", label=_("อะไหล่"), permission="maintenance.view", find=_find, order=60
    )
)
waiting_items.add(
    WaitingItem(
        key="maintenance.low",
        label=_("อะไหล่ถึงจุดสั่งซื้อ"),
        unit=_("รายการ"),
        icon="package",
        permission=STOCK,
        count=list_low,
        url=lambda user: reverse("maintenance:purchase"),
        explanation=_("ถ้าไม่ซื้อทันที งานซ่อมจะต้องรออะไหล่"),
        order=60,
    )
)
waiting_items.add(
    WaitingItem(
        key="maintenance.stock_differs",
        label=_("ยอดอะไหล่ไม่ตรงบัญชี"),
        unit=_("รายการ"),
        icon="scale",
        permission=STOCK,
        count=_count_differences,
        url=lambda user: reverse("maintenance:stock_differences"),
        explanation=_("ยอดคงเหลือต่างจากผลรวมของบัญชี ต้องแจ้งผู้ดูแลระบบ"),
        order=61,
    )
)
