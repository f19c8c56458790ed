"""แถวที่ไม่ได้นำเข้าเป็น XLSX: the columns as they came, and beside them reason and fix; can be uploaded again."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

from cddp.foundation.audit import services as audit
from cddp.registers.residents.models import ImportBatch
from cddp.registers.residents.queries.importing import list_not_taken
from cddp.registers.residents.rules.importing.columns import ADDED_COLUMNS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_rejected(batch: ImportBatch) -> HttpResponse:
    """Return the rows that stayed out as a download; every cell is text, so that no digit is lost again."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("แถวที่ต้องแก้")
    text, wrong = (
        book.add_format({"num_format": "@"}),
        book.add_format({"num_format": "@", "bg_color": "#FFE2DD"}),
    )
    columns = [name for name in batch.reading.get("columns", []) if name not in ADDED_COLUMNS]
    places = [batch.reading["columns"].index(name) for name in columns]
    sheet.write_row(0, 0, [*columns, *ADDED_COLUMNS], book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    rows = 0
    for rows, (row, cells, problems) in enumerate(list_not_taken(batch), 1):
        marked = {problem.column for problem in problems}
        for place, (name, source) in enumerate(zip(columns, places, strict=True)):
            value = cells[source] if source < len(cells) else ""
            sheet.write_string(rows, place, value, wrong if name in marked else text)
        notes: list[Any] = [
            str(row.row_number),
            " · ".join(problem.reason for problem in problems),
            " · ".join(problem.fix for problem in problems),
        ]
        for place, note in enumerate(notes, len(columns)):
            sheet.write_string(rows, place, note)
    book.close()
    audit.record("residents.import.rejected_downloaded", batch, changes={"rows": [None, rows]})
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    name = quote(f"แถวที่ต้องแก้-{Path(batch.file_name).stem}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["Cache-Control"] = "no-store"
    return response
