"""ส่งออกภาพรวม: the figures as a spreadsheet, one sheet for each indicator."""

import io
import re
from collections.abc import Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from cddp.foundation.ui.listing.export import neutralise
from cddp.insight.dashboards.rules import SMALLEST_SHOWN, Measured

SHEET_NAME_LIMIT = 31


def write_workbook(measured: Sequence[Measured], *, title: str) -> bytes:
    """Return an XLSX with a sheet of all single numbers and one sheet for each picture."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True})
    numbers = [each for each in measured if each.is_number]
    used: set[str] = set()
    if numbers:
        rows = [(each.label, row.label, row.value, each.unit) for each in numbers for row in each.rows]
        sheet = book.add_worksheet(_sheet_name(_("ตัวเลข"), used))
        _fill(sheet, bold, title, [_("ตัวชี้วัด"), _("รายการ"), _("ค่า"), _("หน่วย")], rows)
    for each in measured:
        if not each.is_number:
            rows = [(row.label, row.group, row.value, each.unit) for row in each.rows]
            sheet = book.add_worksheet(_sheet_name(each.label, used))
            _fill(sheet, bold, f"{each.label} · {title}", [_("รายการ"), _("กลุ่ม"), _("ค่า"), _("หน่วย")], rows)
    book.close()
    return stream.getvalue()


def _fill(
    sheet: "xlsxwriter.worksheet.Worksheet",
    bold: object,
    title: str,
    heads: Sequence[str],
    rows: Sequence[tuple[str, str, float | None, str]],
) -> None:
    sheet.write_string(0, 0, title, bold)
    for column, head in enumerate(heads):
        sheet.write_string(2, column, head, bold)
        sheet.set_column(column, column, 32 if column < 2 else 14)
    for place, (first, second, value, unit) in enumerate(rows, start=3):
        sheet.write_string(place, 0, neutralise(first))
        sheet.write_string(place, 1, neutralise(second))
        if value is None:
            sheet.write_string(place, 2, _("น้อยกว่า %(number)s") % {"number": SMALLEST_SHOWN})
        else:
            sheet.write_number(place, 2, value)
        sheet.write_string(place, 3, unit)
    sheet.freeze_panes(3, 0)


def _sheet_name(label: str, used: set[str]) -> str:
    # Excel refuses these signs, more than 31 letters, and two sheets of one name.
    name = re.sub(r"[\[\]:*?/\\']", " ", label).strip()[:SHEET_NAME_LIMIT] or "-"
    while name.lower() in used:
        name = f"{name[: SHEET_NAME_LIMIT - 3]} {len(used)}"
    used.add(name.lower())
    return name
