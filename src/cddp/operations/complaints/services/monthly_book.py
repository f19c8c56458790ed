"""รายงานประจำเดือนเป็นตารางคำนวณ: the summary with how each number is counted, then a sheet for each table."""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from cddp.foundation.ui.listing.export import neutralise
from cddp.operations.complaints.services.monthly_report import MonthlyReport, Table

SHEET_NAME_SIGNS = 31
WIDEST, NARROWEST = 46, 12


def write_monthly_book(report: MonthlyReport, *, town: str) -> bytes:
    """Return the report as XLSX: the summary with how each number is counted, then a sheet for each table."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    looks = {
        "bold": book.add_format({"bold": True}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF0F4", "text_wrap": True}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0"}),
        "decimal": book.add_format({"num_format": "#,##0.0"}),
        "total": book.add_format({"bold": True, "top": 1, "num_format": "#,##0.#"}),
    }
    _write_summary(book, looks, report, town)
    for table in report.tables:
        _write_table(book, looks, table, f"{town} · {report.title} · {report.as_of}")
    book.close()
    return stream.getvalue()


def _write_summary(book: Any, looks: Mapping[str, Any], report: MonthlyReport, town: str) -> None:
    sheet = book.add_worksheet(_("สรุป"))
    sheet.write_string(0, 0, neutralise(town), looks["bold"])
    sheet.write_string(1, 0, report.title, looks["title"])
    sheet.write_string(2, 0, report.as_of)
    for place, (head, width) in enumerate(
        [(_("ตัวเลข"), 24), (_("ค่า"), 12), (_("หน่วย"), 10), (_("เดือนก่อน"), 12), (_("นับอย่างไร"), 90)]
    ):
        sheet.set_column(place, place, width)
        sheet.write_string(4, place, head, looks["head"])
    for line, each in enumerate(report.summary, start=5):
        sheet.write_string(line, 0, each.label, looks["bold"])
        for place, text in ((1, each.value), (3, each.before)):
            _write_text_or_number(sheet, line, place, text, looks)
        sheet.write_string(line, 2, each.unit)
        sheet.write_string(line, 4, each.how, looks["wrap"])
    _for_paper(sheet)


def _write_text_or_number(sheet: Any, line: int, place: int, text: str, looks: Mapping[str, Any]) -> None:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        sheet.write_string(line, place, text)
    else:
        sheet.write_number(line, place, number, looks["decimal" if "." in text else "number"])


def _write_table(book: Any, looks: Mapping[str, Any], table: Table, source: str) -> None:
    sheet = book.add_worksheet(table.title.replace("/", " ")[:SHEET_NAME_SIGNS])
    sheet.write_string(0, 0, table.title, looks["title"])
    sheet.write_string(1, 0, neutralise(source))
    for place, head in enumerate(table.heads):
        longest = max((len(str(row[place] or "")) for row in table.rows), default=0)
        sheet.set_column(place, place, min(max(longest, len(head) * 0.8, NARROWEST), WIDEST))
        sheet.write_string(3, place, head, looks["head"])
    for line, row in enumerate(table.rows, start=4):
        for place, value in enumerate(row):
            _write_value(
                sheet, line, place, value, looks["decimal" if isinstance(value, float) else "number"]
            )
    end = 4 + len(table.rows)
    for place, value in enumerate(table.total):
        _write_value(sheet, end, place, value, looks["total"])
    if table.note:
        sheet.write_string(end + 2, 0, table.note)
    sheet.freeze_panes(4, 0)
    _for_paper(sheet)


def _write_value(sheet: Any, line: int, place: int, value: str | int | float | None, look: Any) -> None:
    if value is None:
        sheet.write_string(line, place, "–", look)
    elif isinstance(value, str):
        sheet.write_string(line, place, neutralise(value), look)
    else:
        sheet.write_number(line, place, value, look)


def _for_paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&R{_('หน้า')} &P/&N")
