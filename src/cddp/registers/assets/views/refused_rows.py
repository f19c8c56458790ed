"""แถวที่ไม่รับเป็น XLSX: the columns as they came, and beside them reason and fix; a table can be uploaded again."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

from cddp.foundation.audit import services as audit
from cddp.foundation.ui.listing.export import XLSX_TYPE
from cddp.registers.assets.models import AssetImport
from cddp.registers.assets.queries.importing import list_refused
from cddp.registers.assets.rules.importing.columns import ADDED_COLUMNS


def write_refused(found: AssetImport) -> HttpResponse:
    """Return the rows that stay out as a download; every cell is text, so that no digit is lost."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(_("แถวที่ไม่รับ"))
    text, wrong = (
        book.add_format({"num_format": "@"}),
        book.add_format({"num_format": "@", "bg_color": "#FFE2DD"}),
    )
    columns = [name for name in found.columns if name not in ADDED_COLUMNS]
    sheet.write_row(0, 0, [*columns, *ADDED_COLUMNS], book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    rows = 0
    for rows, (row, problems) in enumerate(list_refused(found), 1):
        marked = {problem.column for problem in problems}
        for place, name in enumerate(columns):
            sheet.write_string(rows, place, str(row.raw.get(name, "")), wrong if name in marked else text)
        notes: list[Any] = [
            str(row.row_number),
            " · ".join(f"{problem.column}: {problem.reason}" for problem in problems),
            " · ".join(problem.fix for problem in problems if problem.fix),
        ]
        for place, note in enumerate(notes, len(columns)):
            sheet.write_string(rows, place, note)
    book.close()
    audit.record("assets.import.downloaded", found, changes={"rows": [None, rows]})
    response = HttpResponse(target.getvalue(), content_type=XLSX_TYPE)
    name = quote(_("แถวที่ไม่รับ-%(name)s.xlsx") % {"name": Path(found.file_name).stem})
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["Cache-Control"] = "no-store"
    return response
