"""ตัวชี้วัดเรื่องร้องเรียน."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import IndicatorRow, add_indicators
from cddp.foundation.values.thai_dates import MONTHS_SHORT
from cddp.operations.complaints.choices import CLOSED_STATES, ReportState
from cddp.operations.complaints.queries.figures import figures_for, with_empty_months

CATEGORIES_SHOWN = 10


def _list_url(area_code: str, on: dt.date, **chosen: str | Sequence[str]) -> str:
    asked: dict[str, str | Sequence[str]] = dict(chosen)
    if area_code:
        asked["area"] = area_code
    if on < timezone.localdate() and "requested_to" not in asked:
        asked["requested_to"] = _typed(on)
    return (
        f"{reverse('complaints:reports')}?{urlencode(asked, doseq=True)}"
        if asked
        else reverse("complaints:reports")
    )


def _map_url(**chosen: str) -> str:
    filters = {f"f.complaints.{name}": value for name, value in chosen.items()}
    return f"{reverse('maps:map')}?{urlencode({'layers': 'complaints', **filters})}"


def _typed(day: dt.date) -> str:
    return f"{day.day}/{day.month}/{day.year + 543}"


def _open(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    states = [state.value for state in ReportState if state not in CLOSED_STATES]
    found = figures_for(user, area_code, on)
    url = _list_url(area_code, on, state=states)
    return [IndicatorRow(_("ยังไม่เสร็จ"), found.open, url, _map_url(state=",".join(states)))]


def _by_state(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    counts = figures_for(user, area_code, on).by_state
    return [
        IndicatorRow(
            state.label,
            counts[state.value],
            _list_url(area_code, on, state=state.value),
            _map_url(state=state.value),
        )
        for state in ReportState
        if counts.get(state.value)
    ]


def _by_category(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    found = figures_for(user, area_code, on).by_category[:CATEGORIES_SHOWN]
    return [
        IndicatorRow(
            name or _("ไม่ระบุประเภท"), count, _list_url(area_code, on, category=str(category_id or "none"))
        )
        for category_id, name, count in found
    ]


def _by_month(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    rows = []
    for first, count in with_empty_months(figures_for(user, area_code, on).by_month, on).items():
        last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        url = _list_url(area_code, on, requested_from=_typed(first), requested_to=_typed(last))
        rows.append(IndicatorRow(f"{MONTHS_SHORT[first.month - 1]} {(first.year + 543) % 100}", count, url))
    return rows


def _median_days(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    found = figures_for(user, area_code, on)
    if found.median_days is None:
        return []
    return [
        IndicatorRow(
            _("ครึ่งหนึ่งเสร็จภายใน"),
            round(found.median_days, 1),
            _list_url(area_code, on, state=ReportState.FINISHED.value),
        )
    ]


def _reopened(user: User, area_code: str, on: dt.date) -> list[IndicatorRow]:
    found = figures_for(user, area_code, on)
    return [IndicatorRow(_("เปิดซ้ำ"), found.reopened, _list_url(area_code, on, reopened_min="1"))]


add_indicators(
    "complaints",
    [
        ("open", _("เรื่องที่ยังไม่เสร็จ"), _open, "number", _("เรื่อง"), _("ทุกสถานะ ยกเว้นเสร็จสิ้นและไม่เกี่ยวข้อง")),
        (
            "median_days",
            _("เวลาจนเสร็จ (ค่ากลาง)"),
            _median_days,
            "number",
            _("วัน"),
            _("จากวันแจ้งถึงวันที่เสร็จสิ้น เฉพาะเรื่องที่เสร็จแล้ว"),
        ),
        ("reopened", _("เรื่องที่เปิดซ้ำ"), _reopened, "number", _("เรื่อง"), _("เสร็จแล้วแต่ผู้แจ้งขอให้ทำใหม่")),
        ("by_state", _("เรื่องร้องเรียนตามสถานะ"), _by_state, "bar", _("เรื่อง"), ""),
        ("by_category", _("เรื่องร้องเรียนตามประเภท"), _by_category, "bar", _("เรื่อง"), _("สิบประเภทที่มากที่สุด")),
        ("by_month", _("เรื่องที่แจ้งรายเดือน"), _by_month, "line", _("เรื่อง"), ""),
    ],
    permission="complaints.view",
    group="complaints",
    order=60,
)
