"""กระดานและตัวเลข: the board in the menu, its numbers on the dashboards."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import IndicatorRow, MenuItem, add_indicators, menu_items
from cddp.foundation.values.periods import FISCAL_YEAR, midnight, span_of
from cddp.operations.maintenance.queries import board
from cddp.operations.maintenance.queries.board import BoardScope, WorkFigures, measure_work
from cddp.operations.maintenance.rules.board import days_of

WAITS_SHOWN = 8


def _figures(user: User, area_code: str, on: dt.date) -> WorkFigures:
    """Return the figures of the ปีงบประมาณ up to a day; asked once for a page, however many numbers read them."""
    kept: dict[tuple[str, dt.date], WorkFigures] = user.__dict__.setdefault("_work_figures", {})
    if (area_code, on) not in kept:
        scope = BoardScope(span_of(FISCAL_YEAR, on), area_code)
        now = min(timezone.now(), midnight(on + dt.timedelta(days=1)))
        kept[area_code, on] = measure_work(user, scope, now=now)
    return kept[area_code, on]


def _rows_url(user: User, area_code: str, on: dt.date, what: str, key: str = "") -> str:
    """Return the address of the rows; "" for who may not see the board, and for a day gone by."""
    if not user.has_perm("maintenance.board") or on < timezone.localdate():
        return ""
    asked = {"what": what, "key": key, "area": area_code, "period": FISCAL_YEAR}
    given = {name: value for name, value in asked.items() if value}
    return f"{reverse('maintenance:board_rows')}?{urlencode(given)}"


def _repair(user: User, area_code: str, on: dt.date) -> Sequence[IndicatorRow]:
    days = _figures(user, area_code, on).mean_days
    url = _rows_url(user, area_code, on, board.REPAIR)
    return [] if days is None else [IndicatorRow(_("เฉลี่ย"), days, url)]


def _on_time(user: User, area_code: str, on: dt.date) -> Sequence[IndicatorRow]:
    share = _figures(user, area_code, on).on_time_share
    url = _rows_url(user, area_code, on, board.PREVENTIVE)
    return [] if share is None else [IndicatorRow(_("เสร็จตรงเวลา"), share, url)]


def _waits(user: User, area_code: str, on: dt.date) -> Sequence[IndicatorRow]:
    return [
        IndicatorRow(
            line.label or _("ไม่ได้เขียนว่ารออะไร"),
            days_of(line.first) or 0,
            _rows_url(user, area_code, on, board.WAIT, line.key),
        )
        for line in _figures(user, area_code, on).of(board.WAIT)[:WAITS_SHOWN]
    ]


def _cost(user: User, area_code: str, on: dt.date) -> Sequence[IndicatorRow]:
    figures = _figures(user, area_code, on)
    if not figures.of(board.COST_AREA):
        return []
    url = _rows_url(user, area_code, on, board.COST_AREA)
    return [IndicatorRow(_("ค่าซ่อมบำรุง"), figures.cost_satang / 100, url)]


menu_items.add(
    MenuItem(
        key="maintenance.board",
        label=_("กระดานงานซ่อมบำรุง"),
        url_name="maintenance:board",
        icon="trending-up",
        permission="maintenance.board",
        group="insight",
        order=40,
    )
)
add_indicators(
    "maintenance",
    [
        (
            "repair_days",
            _("เวลาซ่อมเฉลี่ย"),
            _repair,
            "number",
            _("วัน"),
            _("ตั้งแต่ขอซ่อมหรือตั้งแต่ชำรุดจนช่างทำเสร็จ ในปีงบประมาณนี้"),
        ),
        (
            "on_time",
            _("งานบำรุงรักษาตรงเวลา"),
            _on_time,
            "share",
            "",
            _("งานตามแผนที่เสร็จภายในวันครบกำหนด ในปีงบประมาณนี้"),
        ),
        ("cost", _("ค่าซ่อมบำรุง"), _cost, "number", _("บาท"), _("ค่าแรง อะไหล่ และค่าจ้างของงานที่เสร็จในปีงบประมาณนี้")),
        ("waits", _("อะไหล่ที่ทำให้งานหยุด"), _waits, "bar", _("วัน"), _("เวลาที่งานหยุดรออะไหล่ ในปีงบประมาณนี้")),
    ],
    permission="maintenance.view",
    group="assets",
    order=80,
)
