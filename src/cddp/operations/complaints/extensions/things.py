"""แผงเรื่องร้องเรียนในหน้าทรัพย์สินและใบสั่งงาน: who asked for it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import PagePanel, page_panels
from cddp.operations.complaints.queries.works import list_needs_of_asset, list_needs_of_work


def _of_asset(request: HttpRequest, asset: Any) -> Mapping[str, Any] | None:
    if not isinstance(request.user, User):
        return None
    return {"needs": list_needs_of_asset(request.user, asset.pk)}


def _of_work(request: HttpRequest, order: Any) -> Mapping[str, Any] | None:
    if not isinstance(request.user, User):
        return None
    needs = list_needs_of_work(request.user, order.pk)
    return {"needs": needs} if needs else None


page_panels.add(
    PagePanel(
        key="complaints.of_asset",
        page="assets.asset",
        title=_("เรื่องร้องเรียน"),
        template="complaints/_needs_panel.html",
        context=_of_asset,
        permission="complaints.view",
        order=30,
    )
)
page_panels.add(
    PagePanel(
        key="complaints.of_work",
        page="maintenance.work_order",
        title=_("เรื่องร้องเรียนที่มา"),
        template="complaints/_needs_panel.html",
        context=_of_work,
        permission="complaints.view",
        order=10,
    )
)
