"""แผนบำรุงรักษา: menu, the panel on an asset's page, and what is past its day."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.access import user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import (
    MenuItem,
    PagePanel,
    WaitingItem,
    menu_items,
    page_panels,
    waiting_items,
)
from cddp.operations.maintenance.models import PreventiveSchedule
from cddp.operations.maintenance.queries import schedules as queries
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.models import Asset


def _panel(request: HttpRequest, asset: Asset) -> Mapping[str, Any] | None:
    """Return the schedules of an asset with when each falls due, and its meters; None where there is nothing to do."""
    user = user_of(request)
    may_plan = user.has_perm("maintenance.plan") and asset.state != AssetState.DISPOSED
    rows = list(queries.list_schedules(user).filter(asset=asset, is_active=True).order_by("next_on", "title"))
    states = queries.read_meters([asset.pk])
    if not rows and not states and not may_plan:
        return None
    due = {each.schedule.pk: each for each in queries.due_of(rows)}
    late = {key for key, each in due.items() if each.is_late(timezone.localdate())}
    orders = queries.open_orders_of([each.pk for each in rows])
    return {
        "asset": asset,
        "lines": [
            {
                "row": row,
                "rhythm": queries.rhythm_words(row),
                "due": due.get(row.pk),
                "is_late": row.pk in late,
                "order": orders.get(row.pk),
            }
            for row in rows
        ],
        "meters": list(states.values()),
        "may_plan": may_plan,
        "may_read": user.has_perm("maintenance.work") and asset.state != AssetState.DISPOSED,
    }


def _late(user: User) -> QuerySet[PreventiveSchedule]:
    return queries.overdue(PreventiveSchedule.objects.visible_to(user), timezone.localdate())


menu_items.add(
    MenuItem(
        key="maintenance.schedules",
        label=_("แผนบำรุงรักษา"),
        url_name="maintenance:schedules",
        icon="repeat",
        permission="maintenance.view",
        group="work",
        order=58,
    )
)
menu_items.add(
    MenuItem(
        key="maintenance.checklists",
        label=_("แบบรายการตรวจ"),
        url_name="maintenance:checklists",
        icon="list-checks",
        permission="maintenance.configure",
        group="settings",
        order=62,
    )
)
page_panels.add(
    PagePanel(
        key="maintenance.schedules",
        page="assets.asset",
        title=_("แผนบำรุงรักษาและมาตร"),
        template="maintenance/schedules/_asset_panel.html",
        context=_panel,
        permission="assets.view",
        order=40,
    )
)
waiting_items.add(
    WaitingItem(
        key="maintenance.schedules_late",
        label=_("แผนบำรุงรักษาเลยกำหนด"),
        unit=_("แผน"),
        icon="repeat",
        permission="maintenance.plan",
        count=_late,
        url=lambda user: f"{reverse('maintenance:schedules')}?late=1&active=1",
        explanation=_("เลยวันที่ต้องดูแลแล้วยังไม่ได้ทำ"),
        order=58,
    )
)
