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
from cddp.foundation.values.thai_dates import BANGKOK, PartialDate, to_buddhist_year

FORMATS = ("xlsx", "csv")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet runs text that begins so as a formula (OWASP, CSV injection); full-width forms too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX_ROWS = 1_048_575
CELL_LIMIT = 32_767
SHEET_NAME_SIGNS = 31
# Real dates, which sort and filter; Excel shows them in Thai and in พ.ศ. (digits 01, calendar 07, locale 041E).
DATE_LOOK, MOMENT_LOOK = "[$-107041E]d mmm yyyy", "[$-107041E]d mmm yyyy h:mm"
# A text runs over into the next cell; a date that is too wide shows as #####.
DATE_WIDTH, MOMENT_WIDTH = 14, 20
_FIRST_EXCEL_DAY = dt.date(1900, 1, 1)
_NOT_IN_A_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def neutralise(text: str) -> str:
    """Return text that no spreadsheet runs: an apostrophe goes before a formula's first sign."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def export_file(
    queryset: QuerySet[Any], columns: Sequence[Column], file_format: str, name: str, title: str = ""
) -> tuple[FileResponse, int]:
    """Return the download and the number of its rows; `title` names the sheet of an XLSX (default: `name`)."""
    stream = TemporaryFile()  # noqa: SIM115  (the response closes it)
    rows = _counted(_rows(queryset, columns))
    heads = [str(column.title) for column in columns]
    if file_format == "csv":
        _write_csv(stream, heads, rows)
    else:
        _write_xlsx(stream, sheet_name(title or name), heads, rows)
    stream.seek(0)
    filename = f"{name}-{timezone.localdate():%Y%m%d}.{file_format}"
    content_type = "text/csv; charset=utf-8" if file_format == "csv" else XLSX_TYPE
    return FileResponse(stream, as_attachment=True, filename=filename, content_type=content_type), rows.count


def sheet_name(title: str) -> str:
    """Return a title as Excel lets a sheet be called; "" leaves the name to the writer."""
    words = " ".join(title.translate(_NOT_IN_A_SHEET_NAME).split())
    return words[:SHEET_NAME_SIGNS].strip("' ")


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


def _write_xlsx(stream: IO[bytes], name: str, heads: list[str], rows: Iterable[list[Any]]) -> None:
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = _Sheet(book, name, heads)
    for number, row in enumerate(rows, 1):
        if number > XLSX_ROWS:
            break
        for place, value in enumerate(row):
            sheet.write(number, place, value)
    book.close()


class _Sheet:
    """แผ่นงาน: the one sheet of a list, under its heads."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, heads: Sequence[str]) -> None:
        self._sheet = book.add_worksheet(name)
        self._date = book.add_format({"num_format": DATE_LOOK, "align": "left"})
        self._moment = book.add_format({"num_format": MOMENT_LOOK, "align": "left"})
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF0F4"})
        self._sheet.freeze_panes(1, 0)
        self._widths = [min(40, max(12, len(each) * 1.4)) for each in heads]
        for place, each in enumerate(heads):
            self._sheet.set_column(place, place, self._widths[place])
            self._sheet.write_string(0, place, neutralise(each), head)

    def write(self, row: int, place: int, value: Any) -> None:
        """Write a number as a number, a day as a day, anything else as the words people read."""
        # A spreadsheet keeps 15 digits of a number.
        if (
            isinstance(value, int | float | Decimal)
            and not isinstance(value, bool)
            and abs(float(value)) < 1e15
        ):
            self._sheet.write_number(row, place, value)
        elif (day := _excel_day(value)) is not None:
            self._write_day(row, place, day)
        elif value is not None and value != "":
            self._sheet.write_string(row, place, neutralise(show(value))[:CELL_LIMIT])

    def _write_day(self, row: int, place: int, day: dt.date) -> None:
        has_time = isinstance(day, dt.datetime)
        self._sheet.write_datetime(row, place, day, self._moment if has_time else self._date)
        width = MOMENT_WIDTH if has_time else DATE_WIDTH
        if self._widths[place] < width:
            self._widths[place] = width
            self._sheet.set_column(place, place, width)


def _excel_day(value: Any) -> dt.date | None:
    """Return the day or the moment (in Thai time, without a zone) as a cell holds it, None where none can.

    Excel knows no day before 1900, and calls a January to March before 2484 by the wrong พ.ศ.: those stay words,
    as does a day known only by its month or year.
    """
    if isinstance(value, PartialDate):
        value = value.date if value.precision == "day" else None
    if not isinstance(value, dt.date):
        return None
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(BANGKOK).replace(tzinfo=None)
    day = dt.date(value.year, value.month, value.day)
    return value if day >= _FIRST_EXCEL_DAY and to_buddhist_year(day) == day.year + 543 else None
