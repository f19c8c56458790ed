"""งานของช่าง: menu of the day and of the crew calendar, and what waits for today."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import MenuItem, WaitingItem, menu_items, waiting_items
from cddp.operations.maintenance.queries.rounds import orders_of


def _count_today(user: User) -> int:
    return orders_of(user, timezone.localdate()).count()


menu_items.add(
    MenuItem(
        key="maintenance.today",
        label=_("งานวันนี้"),
        url_name="maintenance:today",
        icon="route",
        permission="maintenance.work",
        group="work",
        order=40,
        on_phone_bar=True,
        count=_count_today,
    )
)
menu_items.add(
    MenuItem(
        key="maintenance.calendar",
        label=_("ปฏิทินทีมช่าง"),
        url_name="maintenance:calendar",
        icon="calendar-days",
        permission="maintenance.view",
        group="work",
        order=55,
    )
)
waiting_items.add(
    WaitingItem(
        key="maintenance.today",
        label=_("งานช่างของฉันวันนี้"),
        unit=_("จุด"),
        icon="route",
        permission="maintenance.work",
        count=lambda user: orders_of(user, timezone.localdate()),
        url=lambda user: reverse("maintenance:today"),
        explanation=_("งานที่นัดวันนี้ เลยกำหนด หรือทำค้างไว้"),
        order=40,
    )
)
