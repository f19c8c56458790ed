"""แถวที่ไม่รับเป็น XLSX: the columns as they came, and beside them place, reason and fix; it can be uploaded again."""

import io
from pathlib import Path
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

from cddp.foundation.audit import services as audit
from cddp.foundation.ui.listing.export import XLSX_TYPE
from cddp.registers.assets.models import AssetImport
from cddp.registers.assets.queries.importing import RefusedRow, has_points, list_refused
from cddp.registers.assets.rules.importing.columns import ADDED_COLUMNS, PLACE_COLUMNS


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
    is_placed = has_points(found)
    if is_placed:
        columns += [name for name in PLACE_COLUMNS if name not in columns]
    sheet.write_row(0, 0, [*columns, *ADDED_COLUMNS], book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    rows = 0
    for rows, refused in enumerate(list_refused(found), 1):
        marked = {problem.column for problem in refused.problems}
        texts = _texts(refused, is_placed=is_placed)
        for place, name in enumerate(columns):
            sheet.write_string(rows, place, texts.get(name, ""), wrong if name in marked else text)
        for place, note in enumerate(_notes(refused), len(columns)):
            sheet.write_string(rows, place, note)
    book.close()
    audit.record("assets.import.downloaded", found, changes={"rows": [None, rows]})
    response = HttpResponse(target.getvalue(), content_type=XLSX_TYPE)
    name = quote(_("แถวที่ไม่รับ-%(name)s.xlsx") % {"name": Path(found.file_name).stem})
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["Cache-Control"] = "no-store"
    return response


def _texts(refused: RefusedRow, *, is_placed: bool) -> dict[str, str]:
    """Return {column: text} as it stood in the file. The shape of a map says where it is, not a column beside it."""
    texts = {name: str(value) for name, value in refused.row.raw.items()}
    if is_placed and refused.place is not None:
        texts |= {name: f"{degrees:.7f}" for name, degrees in zip(PLACE_COLUMNS, refused.place, strict=True)}
    return texts


def _notes(refused: RefusedRow) -> tuple[str, str, str]:
    return (
        str(refused.row.row_number),
        " · ".join(f"{problem.column}: {problem.reason}" for problem in refused.problems),
        " · ".join(problem.fix for problem in refused.problems if problem.fix),
    )
