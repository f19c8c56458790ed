"""เมนู แผงในหน้าบ้าน และการค้นหา."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
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
from cddp.foundation.values.thai_dates import format_short
from cddp.operations.complaints.choices import ReportState
from cddp.operations.complaints.models import ImportBatch, Report
from cddp.operations.complaints.queries.figures import find_figures
from cddp.operations.complaints.queries.reports import count_waiting, list_reports_near, search_reports

SHOWN_ON_HOUSE = 8
SHORTEST_SEARCH = 2


def _waiting(user: User) -> int:
    # The menu and the desk ask on the same page; on the overview the figures know it already.
    kept: dict[str, int] = user.__dict__.setdefault("_complaints_waiting", {})
    if "count" not in kept:
        known = find_figures(user)
        received = known.by_state.get(ReportState.RECEIVED.value, 0) if known else None
        kept["count"] = count_waiting(Report.objects.visible_to(user)) if received is None else received
    return kept["count"]


def _imports_under_way(user: User) -> int:
    return ImportBatch.objects.visible_to(user).under_way().count()


def _near_house(request: HttpRequest, house: Any) -> Mapping[str, Any] | None:
    if house.point is None or not isinstance(request.user, User):
        return None
    found = list_reports_near(Report.objects.visible_to(request.user), house.point)
    reports = list(found.defer("search_text")[:SHOWN_ON_HOUSE])
    for report in reports:
        report.distance_m = round(report.distance.m)
    return {"reports": reports}


def _find(user: User, text: str, limit: int) -> Iterable[SearchResult]:
    if len(text.strip()) < SHORTEST_SEARCH:
        return []
    rows = search_reports(Report.objects.visible_to(user), text).order_by(F("requested_at").desc())[:limit]
    return [
        SearchResult(
            title=report.title,
            subtitle=f"{report.state_words} · {format_short(report.requested_at)} · {report.number}",
            url=report.get_absolute_url(),
            icon="message-square",
        )
        for report in rows
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
            f"{reverse('complaints:inbox')}?state={ReportState.RECEIVED.value}&sort=requested_at"
        ),
        explanation=_("ผู้แจ้งยังไม่ได้รับคำตอบ เรื่องที่รอนานที่สุดอยู่บนสุด"),
        order=10,
    )
)
waiting_items.add(
    WaitingItem(
        key="complaints.imports",
        label=_("การนำเข้าเรื่องที่กำลังทำอยู่"),
        unit=_("ไฟล์"),
        icon="loader",
        permission="complaints.import",
        count=lambda user: _imports_under_way(user) or None,
        url=lambda user: reverse("complaints:imports"),
        order=90,
    )
)
