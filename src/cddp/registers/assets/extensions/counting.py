"""ค่าเสื่อมราคา ป้าย QR และการตรวจนับ: menus, the panel of values on the page of an asset, rounds that wait."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import (
    MenuItem,
    PagePanel,
    WaitingItem,
    menu_items,
    page_panels,
    waiting_items,
)
from cddp.registers.assets.models import Asset, StockTake
from cddp.registers.assets.services.depreciation import facts_of


def _value(request: HttpRequest, asset: Asset) -> Mapping[str, Any] | None:
    return facts_of(asset)


def _open_rounds(user: User) -> QuerySet[StockTake]:
    return StockTake.objects.visible_to(user).open()


menu_items.add(
    MenuItem(
        "assets.stock_takes",
        _("ตรวจนับทรัพย์สิน"),
        "assets:stock_takes",
        "scan",
        "assets.view",
        "registers",
        order=132,
    )
)
menu_items.add(
    MenuItem(
        "assets.depreciation",
        _("ทะเบียนคุมและค่าเสื่อม"),
        "assets:depreciation",
        "scale",
        "assets.view",
        "registers",
        order=134,
    )
)
page_panels.add(
    PagePanel(
        key="assets.value",
        page="assets.asset",
        title=_("มูลค่าและค่าเสื่อมราคา"),
        template="assets/depreciation/_panel.html",
        context=_value,
        permission="assets.view",
        order=40,
    )
)
waiting_items.add(
    WaitingItem(
        key="assets.stock_takes",
        label=_("รอบการตรวจนับที่ยังไม่ปิด"),
        unit=_("รอบ"),
        icon="scan",
        permission="assets.count",
        count=_open_rounds,
        url=lambda user: reverse("assets:stock_takes"),
        explanation=_("ระเบียบพัสดุ 2560 ข้อ 213 ให้รายงานผลภายใน 30 วันทำการ"),
        order=76,
    )
)
