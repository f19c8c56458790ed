"""ทะเบียน: เมนู การค้นหา งานที่รอ."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
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
from cddp.registers.assets.queries.finding import find_by_code, search
from cddp.registers.assets.queries.lists import HEAVY, list_broken, list_due

SHORTEST_SEARCH = 2


def _find(user: User, text: str, limit: int) -> Iterable[SearchResult]:
    if len(text.strip()) < SHORTEST_SEARCH:
        return []
    exact = find_by_code(user, text)
    rows = search(user, text).kept().defer(*HEAVY).select_related("asset_class").order_by("number", "pk")  # type: ignore[attr-defined]
    found = [exact] if exact is not None else []
    found += [each for each in rows[:limit] if exact is None or each.pk != exact.pk]
    return [
        SearchResult(
            title=each.name,
            subtitle=" · ".join(
                filter(None, [each.number, each.asset_class.name, each.place, str(each.get_state_display())])
            ),
            url=each.get_absolute_url(),
            icon=each.asset_class.icon,
        )
        for each in found[:limit]
    ]


menu_items.add(
    MenuItem("assets.assets", _("ทรัพย์สิน"), "assets:assets", "boxes", "assets.view", "registers", 100)
)
menu_items.add(
    MenuItem("assets.classes", _("ประเภททรัพย์สิน"), "assets:classes", "tag", "assets.configure", "settings", 40)
)
search_providers.add(SearchProvider("assets", _("ทรัพย์สิน"), "assets.view", _find, order=30))
waiting_items.add(
    WaitingItem(
        key="assets.broken",
        label=_("ทรัพย์สินที่ชำรุดอยู่"),
        unit=_("รายการ"),
        icon="triangle-alert",
        permission="assets.view",
        count=list_broken,
        url=lambda user: f"{reverse('assets:assets')}?out=1",
        explanation=_("ยังไม่มีใครบันทึกว่ากลับมาใช้ได้"),
        order=25,
    )
)
waiting_items.add(
    WaitingItem(
        key="assets.due",
        label=_("ทรัพย์สินที่ถึงรอบตรวจสภาพ"),
        unit=_("รายการ"),
        icon="list-checks",
        permission="assets.inspect",
        count=lambda user: list_due(user, today=timezone.localdate()),
        url=lambda user: f"{reverse('assets:assets')}?due=1",
        explanation=_("ยังไม่เคยตรวจ หรือตรวจครั้งล่าสุดนานเกินกำหนดของประเภท"),
        order=60,
    )
)
