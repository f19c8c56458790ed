"""รายงานผลการตรวจนับ: what the committee hands to the head of the town (clause 213), on paper and as a spreadsheet."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cddp.foundation.ui.listing.export import CELL_LIMIT, neutralise
from cddp.foundation.values.thai_dates import format_short
from cddp.registers.assets.choices import StockTakeResult
from cddp.registers.assets.models import StockTake, StockTakeLine
from cddp.registers.assets.queries.counting import LEFT, Progress

LINES_ON_PAPER: Final = 1_000
RESULTS: Final = tuple(StockTakeResult)
# What the committee must tell of: all but what was found where it belongs and works.
TOLD: Final = tuple(each for each in RESULTS if each != StockTakeResult.FOUND)


@dataclass(frozen=True)
class Row:
    """บรรทัดสรุป: a class, and how many of each result."""

    name: str
    total: int
    counts: Sequence[int]
    left: int


@dataclass(frozen=True)
class Group:
    """กลุ่มที่ต้องรายงาน: the things of one result; `count` of them there are, of which `lines` stand on paper."""

    title: str
    count: int
    lines: Sequence[StockTakeLine]


@dataclass(frozen=True)
class CountingReport:
    """รายงานผลการตรวจนับ."""

    heads: Sequence[str]
    rows: Sequence[Row]
    whole: Row
    groups: Sequence[Group]


def write_report(
    take: StockTake, by_class: Sequence[tuple[str, Progress]], lines: QuerySet[StockTakeLine]
) -> CountingReport:
    """Return the report: a summary by class, then each thing that was not simply found."""
    rows = [_row(name, progress) for name, progress in by_class]
    whole = _whole(rows)
    groups = []
    ordered = lines.order_by("asset__number", "pk")
    for place, result in enumerate(RESULTS):
        if result in TOLD and whole.counts[place]:
            chosen = list(ordered.filter(result=result)[:LINES_ON_PAPER])
            groups.append(Group(str(result.label), whole.counts[place], chosen))
    return CountingReport([str(each.label) for each in RESULTS], rows, whole, groups)


def _row(name: str, progress: Progress) -> Row:
    counts = [progress.counts.get(each, 0) for each in RESULTS]
    return Row(name, progress.total, counts, progress.counts.get(LEFT, 0))


def _whole(rows: Sequence[Row]) -> Row:
    counts = [sum(row.counts[place] for row in rows) for place in range(len(RESULTS))]
    return Row(_("รวม"), sum(row.total for row in rows), counts, sum(row.left for row in rows))


def write_report_book(
    take: StockTake,
    by_class: Sequence[tuple[str, Progress]],
    lines: QuerySet[StockTakeLine],
    *,
    town: str,
    scope: str,
) -> bytes:
    """Return the report as XLSX: the summary, then every thing of the round."""
    stream = io.BytesIO()
    # Sheet by sheet from the top down, so that 100,000 things do not lie in memory as cells.
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF0F4", "text_wrap": True})
    bold = book.add_format({"bold": True})
    _write_summary(
        book,
        (head, bold),
        take,
        [_row(*each) for each in by_class],
        [town, take.name, _scope_line(take, scope)],
    )
    _write_lines(book, head, lines)
    book.close()
    return stream.getvalue()


def _scope_line(take: StockTake, scope: str) -> str:
    closed = format_short(take.closed_at) if take.closed_at else _("ยังไม่ปิด")
    return _("ปีงบประมาณ %(year)s · ขอบเขต %(scope)s · เริ่ม %(opened)s · ปิด %(closed)s") % {
        "year": take.fiscal_year,
        "scope": scope,
        "opened": format_short(take.opened_at),
        "closed": closed,
    }


def _write_summary(
    book: Any, looks: tuple[Any, Any], take: StockTake, rows: Sequence[Row], titles: Sequence[str]
) -> None:
    head, bold = looks
    sheet = book.add_worksheet(_("สรุป"))
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, len(RESULTS) + 2, 14)
    for line, words in enumerate(titles):
        sheet.write_string(line, 0, neutralise(words), bold)
    heads = [_("ประเภท"), _("ทั้งหมด"), *(str(each.label) for each in RESULTS), _("ยังไม่ตรวจ")]
    for place, words in enumerate(heads):
        sheet.write_string(4, place, words, head)
    for line, row in enumerate(rows, 5):
        _write_row(sheet, line, row, None)
    _write_row(sheet, 5 + len(rows), _whole(rows), bold)
    for line, member in enumerate([_("คณะกรรมการหรือผู้รับผิดชอบตรวจสอบพัสดุ"), *take.members], 7 + len(rows)):
        sheet.write_string(line, 0, neutralise(member))


def _write_row(sheet: Any, line: int, row: Row, look: Any) -> None:
    sheet.write_string(line, 0, neutralise(row.name), look)
    for place, number in enumerate([row.total, *row.counts, row.left], 1):
        sheet.write_number(line, place, number, look)


def _write_lines(book: Any, head: Any, lines: QuerySet[StockTakeLine]) -> None:
    sheet = book.add_worksheet(_("รายการ"))
    heads = [
        (_("เลขครุภัณฑ์"), 18), (_("ชื่อ"), 34), (_("ประเภท"), 20), (_("กองที่ดูแล"), 20), (_("สถานที่ตั้ง"), 30),
        (_("ผล"), 18), (_("สภาพ"), 14), (_("หมายเหตุ"), 34), (_("ผู้ตรวจ"), 22), (_("ตรวจเมื่อ"), 14),
    ]  # fmt: skip
    for place, (words, width) in enumerate(heads):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, words, head)
    sheet.freeze_panes(1, 0)
    for row, each in enumerate(lines.order_by("asset__number", "pk").iterator(chunk_size=2_000), 1):
        for place, text in enumerate(_cells(each)):
            if text:
                sheet.write_string(row, place, neutralise(text)[:CELL_LIMIT])


def _cells(line: StockTakeLine) -> list[str]:
    asset = line.asset
    return [
        asset.number,
        asset.name,
        asset.asset_class.name,
        str(asset.division or ""),
        asset.place,
        str(line.get_result_display() or _("ยังไม่ตรวจ")),
        str(line.get_condition_display()) if line.condition else "",
        line.note,
        line.by_label,
        format_short(line.seen_at) if line.seen_at else "",
    ]
