"""ส่งออกรายการ: all rows of a filter as XLSX or CSV, written to a file on disk before the answer begins.

The file is whole before the first byte leaves: the answer is sent after the request's transaction, where
row-level security would show no rows any more.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone

from cddp.foundation.ui.listing.columns import Column, show
from cddp.foundation.values.thai_dates import BANGKOK, PartialDate

FORMATS = ("xlsx", "csv")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet runs text that begins so as a formula (OWASP, CSV injection); full-width forms too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX_ROWS = 1_048_575
CELL_LIMIT = 32_767


def neutralise(text: str) -> str:
    """Return text that no spreadsheet runs: an apostrophe goes before a formula's first sign."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def export_file(
    queryset: QuerySet[Any], columns: Sequence[Column], file_format: str, name: str
) -> tuple[FileResponse, int]:
    """Return the download and the number of its rows."""
    stream = TemporaryFile()  # noqa: SIM115  (the response closes it)
    rows = _counted(_rows(queryset, columns))
    titles = [str(column.title) for column in columns]
    if file_format == "csv":
        _write_csv(stream, titles, rows)
    else:
        _write_xlsx(stream, titles, rows)
    stream.seek(0)
    filename = f"{name}-{timezone.localdate():%Y%m%d}.{file_format}"
    content_type = "text/csv; charset=utf-8" if file_format == "csv" else XLSX_TYPE
    return FileResponse(stream, as_attachment=True, filename=filename, content_type=content_type), rows.count


class _counted:  # noqa: N801  (reads as the verb it is)
    def __init__(self, rows: Iterable[list[Any]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[list[Any]]:
        for row in self.rows:
            self.count += 1
            yield row


def _rows(queryset: QuerySet[Any], columns: Sequence[Column]) -> Iterator[list[Any]]:
    for row in queryset.iterator(chunk_size=2000):
        yield [column.export_value_of(row) for column in columns]


def _write_csv(stream: IO[bytes], titles: list[str], rows: Iterable[list[Any]]) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([neutralise(title) for title in titles])
    for row in rows:
        writer.writerow([_csv_value(value) for value in row])
    text.flush()
    text.detach()


def _csv_value(value: Any) -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return neutralise(show(value))


def _write_xlsx(stream: IO[bytes], titles: list[str], rows: Iterable[list[Any]]) -> None:
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF0F4"})
    sheet.freeze_panes(1, 0)
    for place, title in enumerate(titles):
        sheet.set_column(place, place, min(40, max(12, len(title) * 1.4)))
        sheet.write_string(0, place, neutralise(title), head)
    for number, row in enumerate(rows, 1):
        if number > XLSX_ROWS:
            break
        for place, value in enumerate(row):
            _write_cell(sheet, number, place, value)
    book.close()


def _write_cell(sheet: Any, row: int, place: int, value: Any) -> None:
    # A spreadsheet keeps 15 digits of a number.
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and abs(float(value)) < 1e15:
        sheet.write_number(row, place, value)
    elif value is not None and value != "":
        sheet.write_string(row, place, neutralise(show(_local(value)))[:CELL_LIMIT])


def _local(value: Any) -> Any:
    # Dates go out as people write them in พ.ศ.; an Excel date cell would show ค.ศ. and be read as such.
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(BANGKOK)
    return value if not isinstance(value, PartialDate) else str(value)
