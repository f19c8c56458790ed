"""เมนู แผงในหน้าบ้าน และการค้นหา."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import (
    MenuItem,
    PagePanel,
    SearchProvider,
    SearchResult,
    WaitingItem,
    menu_items,
    page_panels,
    search_providers,
    waiting_items,
)
from cddp.operations.complaints.choices import ReportState
from cddp.operations.complaints.models import Need
from cddp.operations.complaints.queries.needs import (
    ALL,
    HEAVY,
    choose_queue,
    count_queues,
    count_received,
    list_needs,
    list_needs_near,
    search_needs,
    voices_words,
)
from cddp.operations.complaints.queries.waiting import count_waiting_beside

SHOWN_ON_HOUSE = 8
SHORTEST_SEARCH = 2


def _waiting(user: User) -> int:
    # The menu and the desk ask on the same page.
    kept: dict[str, int] = user.__dict__.setdefault("_complaints_waiting", {})
    if "count" not in kept:
        kept["count"] = count_received(user)
    return kept["count"]


def _late(user: User) -> int | None:
    """Return how many of the person's own queue are past their day: theirs, else their division's; None for none."""
    queues = count_queues(user, at=timezone.now())
    queue = queues[choose_queue("", queues)]
    return queue.late if queue.key != ALL and queue.late else None


def _late_url(user: User) -> str:
    queues = count_queues(user, at=timezone.now())
    return f"{reverse('complaints:inbox')}?queue={choose_queue('', queues)}&late=1"


def _photos_waiting(user: User) -> int | None:
    return count_waiting_beside(user).photos or None


def _near_house(request: HttpRequest, house: Any) -> Mapping[str, Any] | None:
    if house.point is None or not isinstance(request.user, User):
        return None
    found = list_needs_near(Need.objects.visible_to(request.user), house.point)
    needs = list(found.defer(*HEAVY)[:SHOWN_ON_HOUSE])
    for need in needs:
        need.distance_m = round(need.distance.m)
    return {"needs": needs}


def _find(user: User, text: str, limit: int) -> Iterable[SearchResult]:
    if len(text.strip()) < SHORTEST_SEARCH:
        return []
    rows = search_needs(list_needs(user, ALL), text).order_by(F("opened_at").desc())[:limit]
    return [
        SearchResult(
            title=need.title or need.number,
            subtitle=f"{need.state_words} · {voices_words(need)} · {need.number}",
            url=need.get_absolute_url(),
            icon="message-square",
        )
        for need in rows
    ]


menu_items.add(
    MenuItem(
        key="complaints",
        label=_("เรื่องร้องเรียน"),
        url_name="complaints:inbox",
        icon="message-square",
        permission="complaints.view",
        group="work",
        order=20,
        on_phone_bar=True,
        count=_waiting,
    )
)
page_panels.add(
    PagePanel(
        key="complaints.near_house",
        page="residents.house",
        title=_("เรื่องร้องเรียนใกล้บ้าน"),
        template="complaints/_house_panel.html",
        context=_near_house,
        permission="complaints.view",
        order=40,
    )
)
search_providers.add(
    SearchProvider(
        key="complaints", label=_("เรื่องร้องเรียน"), permission="complaints.view", find=_find, order=40
    )
)
waiting_items.add(
    WaitingItem(
        key="complaints.received",
        label=_("เรื่องร้องเรียนที่รอรับเรื่อง"),
        unit=_("เรื่อง"),
        icon="message-square",
        permission="complaints.view",
        count=_waiting,
        url=lambda user: (
            f"{reverse('complaints:inbox')}?queue=all&state={ReportState.RECEIVED.value}&sort=opened_at"
        ),
        explanation=_("ผู้แจ้งยังไม่ได้รับคำตอบ เรื่องที่รอนานที่สุดอยู่บนสุด"),
        order=10,
    )
)
waiting_items.add(
    WaitingItem(
        key="complaints.late",
        label=_("เรื่องของฉันที่เกินกำหนด"),
        unit=_("เรื่อง"),
        icon="triangle-alert",
        permission="complaints.work",
        count=_late,
        url=_late_url,
        explanation=_("เลยวันที่แจ้งผู้ร้องไว้แล้ว"),
        order=5,
    )
)
waiting_items.add(
    WaitingItem(
        key="complaints.photos",
        label=_("รูปที่รอตรวจก่อนเผยแพร่"),
        unit=_("รูป"),
        icon="image",
        permission="complaints.triage",
        count=_photos_waiting,
        url=lambda user: reverse("complaints:photos"),
        order=40,
    )
)
waiting_items.add(
    WaitingItem(
        key="complaints.imports",
        label=_("การนำเข้าเรื่องที่กำลังทำอยู่"),
        unit=_("ไฟล์"),
        icon="loader",
        permission="complaints.import",
        count=lambda user: count_waiting_beside(user).imports or None,
        url=lambda user: reverse("complaints:imports"),
        order=90,
    )
)
