"""กระดานงานซ่อมเป็นตารางคำนวณ: the summary with how each number is counted, then a sheet for each table."""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from cddp.foundation.ui.listing.export import neutralise
from cddp.operations.maintenance.services.board_report import BoardReport, Table, Value

SHEET_NAME_SIGNS = 31
WIDEST, NARROWEST = 46, 12


def write_board_book(report: BoardReport, *, town: str) -> bytes:
    """Return the board as XLSX."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    looks = {
        "bold": book.add_format({"bold": True}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF0F4", "text_wrap": True}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "int": book.add_format({"num_format": "#,##0"}),
        "float": book.add_format({"num_format": "#,##0.00"}),
        "str": book.add_format({}),
    }
    _write_summary(book, looks, report, town)
    for table in report.tables:
        _write_table(book, looks, table, f"{town} · {report.scope}")
    book.close()
    return stream.getvalue()


def _write_summary(book: Any, looks: Mapping[str, Any], report: BoardReport, town: str) -> None:
    sheet = book.add_worksheet(_("สรุป"))
    sheet.write_string(0, 0, neutralise(town), looks["bold"])
    sheet.write_string(1, 0, report.title, looks["title"])
    sheet.write_string(2, 0, neutralise(report.scope))
    heads = [(_("ตัวเลข"), 24), (_("ค่า"), 14), (_("หน่วย"), 10), (_("นับอย่างไร"), 90)]
    for place, (head, width) in enumerate(heads):
        sheet.set_column(place, place, width)
        sheet.write_string(4, place, head, looks["head"])
    for line, each in enumerate(report.summary, start=5):
        sheet.write_string(line, 0, each.label, looks["bold"])
        _write_value(sheet, line, 1, each.value, looks)
        sheet.write_string(line, 2, each.unit)
        sheet.write_string(line, 3, each.how, looks["wrap"])
    _for_paper(sheet)


def _write_table(book: Any, looks: Mapping[str, Any], table: Table, source: str) -> None:
    sheet = book.add_worksheet(table.title.replace("/", " ")[:SHEET_NAME_SIGNS])
    sheet.write_string(0, 0, table.title, looks["title"])
    sheet.write_string(1, 0, neutralise(source))
    for place, head in enumerate(table.heads):
        longest = max((len(str(row.values[place] or "")) for row in table.rows), default=0)
        sheet.set_column(place, place, min(max(longest, len(head) * 0.8, NARROWEST), WIDEST))
        sheet.write_string(3, place, head, looks["head"])
    for line, row in enumerate(table.rows, start=4):
        for place, value in enumerate(row.values):
            _write_value(sheet, line, place, value, looks)
    if table.note:
        sheet.write_string(5 + len(table.rows), 0, table.note)
    sheet.freeze_panes(4, 0)
    _for_paper(sheet)


def _write_value(sheet: Any, line: int, place: int, value: Value, looks: Mapping[str, Any]) -> None:
    if value is None:
        sheet.write_string(line, place, "–")
    elif isinstance(value, str):
        sheet.write_string(line, place, neutralise(value))
    else:
        sheet.write_number(line, place, value, looks[type(value).__name__])


def _for_paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&R{_('หน้า')} &P/&N")
