"""รายงานประจำเดือน: the figures of a month as words and tables, from which paper and spreadsheet are made."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cddp.foundation.values.thai_dates import MONTHS, format_short, to_buddhist_year
from cddp.operations.complaints.choices import Channel, Priority
from cddp.operations.complaints.queries.board import Flow
from cddp.operations.complaints.queries.choices import Choices
from cddp.operations.complaints.queries.monthly import MOST_LISTED, MonthlyFigures
from cddp.operations.complaints.queries.terms import list_holidays
from cddp.operations.complaints.rules.deadlines import working_days_between


@dataclass(frozen=True)
class Summary:
    """ตัวเลขหลัก: one number of the month, that of the month before, and how it is counted."""

    label: str
    value: str
    unit: str
    how: str
    before: str = ""


@dataclass(frozen=True)
class Table:
    """ตารางหนึ่งของรายงาน: `numeric` are columns of numbers, `whole` those that never break; `note`: what is left out."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str | int | float | None]]
    numeric: frozenset[int] = field(default_factory=frozenset)
    whole: frozenset[int] = field(default_factory=frozenset)
    total: Sequence[str | int | float | None] = ()
    note: str = ""

    @property
    def lines(self) -> list[list[str]]:
        """Return the rows as they are read on paper."""
        return [[_shown(value) for value in row] for row in self.rows]

    @property
    def total_line(self) -> list[str]:
        """Return the last line as it is read on paper."""
        return [_shown(value) for value in self.total]


@dataclass(frozen=True)
class MonthlyReport:
    """รายงานประจำเดือน."""

    title: str
    as_of: str
    summary: Sequence[Summary]
    tables: Sequence[Table]


@dataclass(frozen=True)
class Names:
    """ชื่อของสิ่งที่นับ: categories, areas and divisions by their keys, with words for none."""

    choices: Choices

    def category(self, key: UUID | None) -> str:
        found = next((each.name for each in self.choices.categories if each.id == key), "")
        return found or _("ไม่ระบุประเภท")

    def area(self, code: str) -> str:
        return self.choices.area_names().get(code) or _("ไม่ทราบพื้นที่")

    def division(self, key: UUID | None) -> str:
        found = next((each.name for each in self.choices.divisions if each.id == key), "")
        return found or _("ยังไม่มอบหมาย")


def write_report(figures: MonthlyFigures, choices: Choices, *, is_running: bool) -> MonthlyReport:
    """Return the report of a month in words and tables."""
    names = Names(choices)
    first = figures.span.first
    month = f"{MONTHS[first.month - 1]} {to_buddhist_year(first)}"
    as_of = _("เดือนนี้ยังไม่จบ ตัวเลขถึง %(day)s") if is_running else _("ยอดคงค้าง ณ สิ้นวันที่ %(day)s")
    return MonthlyReport(
        title=_("รายงานเรื่องร้องเรียน เดือน%(month)s") % {"month": month},
        as_of=as_of % {"day": format_short(figures.at if is_running else figures.span.last)},
        summary=_summary(figures),
        tables=[
            _flow_table(
                _("ตามประเภทเรื่อง"),
                _("ประเภท"),
                figures.flows.by_category,
                names.category,
                figures.flows.whole,
            ),
            _flow_table(
                _("ตามหมู่/ชุมชน"), _("หมู่/ชุมชน"), figures.flows.by_area, names.area, figures.flows.whole
            ),
            _division_table(figures, names),
            _channel_table(figures),
            _late_table(figures, names),
            _back_table(figures, names),
        ],
    )


def _summary(figures: MonthlyFigures) -> list[Summary]:
    whole, before = figures.flows.whole, figures.before.whole
    topics = _("เรื่อง")
    return [
        Summary(
            _("เปิดใหม่"),
            f"{whole.opened:,}",
            topics,
            _("ปัญหาที่มีผู้แจ้งครั้งแรกในเดือนนี้ หลายคนแจ้งปัญหาเดียวกันนับครั้งเดียว"),
            f"{before.opened:,}",
        ),
        Summary(
            _("การแจ้ง"),
            f"{figures.reports_count:,}",
            _("ครั้ง"),
            _("ทุกครั้งที่มีผู้แจ้งในเดือนนี้ ทุกช่องทาง รวมที่แจ้งปัญหาเดิม"),
        ),
        Summary(
            _("จบแล้ว"),
            f"{whole.finished:,}",
            topics,
            _("นับตามวันที่จบครั้งล่าสุด รวมที่ไม่ใช่หน้าที่และที่ทำไม่ได้ เรื่องที่เปิดอีกแล้วไม่นับ"),
            f"{before.finished:,}",
        ),
        Summary(
            _("ครึ่งหนึ่งเสร็จภายใน"),
            _decimal(whole.median_days),
            _("วัน"),
            _("ค่ากลางจากวันแจ้งครั้งแรกถึงวันเสร็จสิ้น นับทุกวันรวมวันหยุด เฉพาะเรื่องที่เสร็จสิ้นในเดือนนี้"),
            _decimal(before.median_days),
        ),
        Summary(_("กลับมาอีก"), f"{figures.back_count:,}", topics, _("ปิดไปแล้วมีผู้แจ้งซ้ำหรือขอให้ทำใหม่ในเดือนนี้")),
        Summary(
            _("คงค้าง"),
            f"{figures.open_count:,}",
            topics,
            _("เรื่องที่ยังไม่จบ ณ สิ้นเดือน อ่านจากประวัติสถานะ ไม่ใช่สถานะวันนี้"),
        ),
        Summary(
            _("เกินกำหนด"),
            f"{figures.late_count:,}",
            topics,
            _("คงค้างที่เลยกำหนดวันทำการ ณ สิ้นเดือน เวลาที่พักโดยมีเหตุผลไม่นับ"),
        ),
        Summary(
            _("ความพอใจ"),
            _decimal(whole.rating),
            _("จาก 5"),
            _("ค่าเฉลี่ยจากผู้แจ้ง %(count)s คน ของเรื่องที่จบในเดือนนี้") % {"count": f"{whole.raters:,}"},
            _decimal(before.rating),
        ),
    ]


def _flow_table(
    title: str, head: str, flows: Mapping[Any, Flow], name_of: Callable[[Any], str], whole: Flow
) -> Table:
    ordered = sorted(flows.items(), key=lambda entry: (-entry[1].opened, -entry[1].finished))
    return Table(
        title,
        [head, _("เปิดใหม่"), _("จบแล้ว"), _("ครึ่งหนึ่งเสร็จใน (วัน)"), _("ความพอใจ (1–5)")],
        [[name_of(key), *_numbers(flow)] for key, flow in ordered],
        numeric=frozenset({1, 2, 3, 4}),
        total=[_("รวม"), *_numbers(whole)],
    )


def _numbers(flow: Flow) -> list[int | float | None]:
    return [flow.opened, flow.finished, _rounded(flow.median_days), _rounded(flow.rating)]


def _division_table(figures: MonthlyFigures, names: Names) -> Table:
    standing = {each.division_id: each for each in figures.standing}
    flows = figures.flows.by_division
    keys = sorted({*standing, *flows}, key=names.division)
    rows: list[list[str | int | float | None]] = [
        [
            names.division(key),
            flows[key].opened if key in flows else 0,
            flows[key].finished if key in flows else 0,
            standing[key].open if key in standing else 0,
            standing[key].late if key in standing else 0,
        ]
        for key in keys
    ]
    whole = figures.flows.whole
    return Table(
        _("ตามกอง"),
        [_("กอง"), _("เปิดใหม่"), _("จบแล้ว"), _("คงค้าง"), _("เกินกำหนด")],
        rows,
        numeric=frozenset({1, 2, 3, 4}),
        total=[_("รวม"), whole.opened, whole.finished, figures.open_count, figures.late_count],
        note=_("นับตามกองที่รับผิดชอบตอนนี้ เรื่องที่ส่งต่อระหว่างกองอยู่กับกองล่าสุด"),
    )


def _channel_table(figures: MonthlyFigures) -> Table:
    return Table(
        _("ตามช่องทาง"),
        [_("ช่องทาง"), _("การแจ้ง (ครั้ง)")],
        [[str(Channel(channel).label), count] for channel, count in figures.reports_by_channel],
        numeric=frozenset({1}),
        total=[_("รวม"), figures.reports_count],
    )


def _late_table(figures: MonthlyFigures, names: Names) -> Table:
    holidays = list_holidays()

    def since(row: Mapping[str, Any]) -> dt.datetime | None:
        moment: dt.datetime | None = row["due_at"] if row["is_open"] else row["heard_at"]
        return moment

    def late_by(row: Mapping[str, Any]) -> int | None:
        due = since(row)
        return None if due is None else max(working_days_between(due, figures.at, holidays=holidays), 1)

    return Table(
        _("เรื่องเกินกำหนด"),
        [_("เลขที่"), _("ประเภท"), _("หมู่/ชุมชน"), _("กอง"), _("แจ้งเมื่อ"), _("กำหนดเสร็จ"), _("เลย (วันทำการ)")],
        [
            [
                _marked(row),
                names.category(row["category_id"]),
                names.area(row["area_code"]),
                names.division(row["division_id"]),
                format_short(row["opened_at"]),
                _day(since(row)),
                late_by(row),
            ]
            for row in figures.late
        ],
        numeric=frozenset({6}),
        whole=frozenset({0, 4, 5}),
        note=_cut(figures.late_count, len(figures.late)),
    )


def _back_table(figures: MonthlyFigures, names: Names) -> Table:
    return Table(
        _("เรื่องที่กลับมาอีก"),
        [_("เลขที่"), _("ประเภท"), _("หมู่/ชุมชน"), _("กอง"), _("ปิดเมื่อ"), _("กลับมาเมื่อ"), _("รวม (ครั้ง)")],
        [
            [
                row["number"],
                names.category(row["category_id"]),
                names.area(row["area_code"]),
                names.division(row["division_id"]),
                _day(row["closed_at"]),
                format_short(row["at"]),
                row["times"],
            ]
            for row in figures.back
        ],
        numeric=frozenset({6}),
        whole=frozenset({0, 4, 5}),
        note=_cut(figures.back_count, len(figures.back)),
    )


def _marked(row: Mapping[str, Any]) -> str:
    urgent = row["priority"] != Priority.NORMAL
    return f"{row['number']} ({Priority(row['priority']).label})" if urgent else str(row["number"])


def _day(moment: dt.datetime | None) -> str:
    return format_short(moment) if moment else "–"


def _cut(count: int, listed: int) -> str:
    if count <= listed or listed < MOST_LISTED:
        return ""
    return _("แสดง %(listed)s เรื่องแรกจาก %(count)s เรื่อง") % {"listed": listed, "count": f"{count:,}"}


def _shown(value: str | int | float | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"
