"""เปิดตาราง: one door to CSV and XLSX; what a file is, is judged by its first bytes, never by its name."""

import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Literal, Self

from cddp.foundation.files.tables.cells import Cell, Column, RawRow, Row, RowCounts, RowKind
from cddp.foundation.files.tables.csv_text import CsvText
from cddp.foundation.files.tables.errors import UnableToReadTable
from cddp.foundation.files.tables.header import SAMPLE_ROWS, Header, find_header
from cddp.foundation.files.tables.limits import DEFAULT_LIMITS, MEGABYTE, TableLimits
from cddp.foundation.files.tables.xlsx import Workbook
from cddp.foundation.files.tables.xml_parts import SheetPart
from cddp.foundation.values.thai_text import is_mojibake, repair_mojibake

_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_MARK: Final = "EncryptedPackage".encode("utf-16-le")
_PICTURES: Final = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"SQLite",
)
_MISREAD = re.compile("เธ|เน")
_FOOTER = re.compile(
    r"^\s*(?:รวม(?:ทั้งสิ้น|ทั้งหมด|จำนวน|ยอด)?|ยอดรวม|จำนวนรวม|ทั้งหมด|grand total|total|sum|หมายเหตุ|ที่มา|ข้อมูล ณ|"
    r"พิมพ์(?:เมื่อ|วันที่|โดย)|ผู้(?:พิมพ์|จัดทำ|รายงาน|ตรวจสอบ|รับรอง)|หน้าที่|หน้า \d|ลงชื่อ|--- ?จบ|จบรายงาน)",
    re.IGNORECASE,
)  # fmt: skip


def open_table(
    source: str | Path | IO[bytes],
    filename: str = "",
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    limits: TableLimits = DEFAULT_LIMITS,
) -> "TableSource":
    """Open a spreadsheet and find its table; UnableToReadTable says in Thai why not and what to do.

    source: a path, or a binary stream (one that cannot seek is copied to a temporary file first; it is not
    closed). filename: what the person called it; only shown, never trusted. sheet: a sheet's name; by
    default the first visible sheet with a header. header_row: its row number as the file shows it, when the
    automatic choice is wrong; 0 = the table has none (columns are then called "คอลัมน์ A" …).
    """
    stream, own = _seekable(source)
    try:
        _check_size(stream, limits)
        kind = _kind_of(stream)
        reader = Workbook(stream, limits) if kind == "xlsx" else CsvText(stream, limits)
        name = filename or (Path(source).name if isinstance(source, str | Path) else "")
        table = TableSource(stream, reader, name, limits, owned=own)
        table.choose(sheet, header_row)
    except BaseException:
        if own:
            stream.close()
        raise
    return table


class TableSource:
    """ตาราง: one sheet of one file, its columns known, its rows not yet read.

    `rows()` may be called several times, one pass at a time. `counts` belong to the latest pass.
    """

    def __init__(
        self,
        stream: IO[bytes],
        reader: Workbook | CsvText,
        filename: str,
        limits: TableLimits,
        *,
        owned: bool,
    ) -> None:
        self._stream, self._reader, self._limits, self._owned = stream, reader, limits, owned
        self._part: SheetPart | None = None
        self._header = Header(0, 0, (), ())
        self._names: dict[int, str] = {}
        self._width = 0
        self.filename = filename
        self.titles: tuple[str, ...] = ()
        self.is_mojibake = False
        self.counts = RowCounts()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; a stream that was handed in stays open."""
        if isinstance(self._reader, Workbook):
            self._reader.close()
        if self._owned:
            self._stream.close()

    @property
    def kind(self) -> Literal["csv", "xlsx"]:
        """What the file is by its content."""
        return "xlsx" if isinstance(self._reader, Workbook) else "csv"

    @property
    def sheets(self) -> list[str]:
        """The visible sheets; a text file has one without a name."""
        if isinstance(self._reader, CsvText):
            return [""]
        return [part.name for part in self._reader.sheets if part.visible] or [self._reader.sheets[0].name]

    @property
    def sheet(self) -> str:
        """The sheet being read."""
        return self._part.name if self._part else ""

    @property
    def encoding(self) -> str:
        """The codec of a text file ("utf-8", "utf-8-sig", "utf-16", "cp874"), "" for XLSX."""
        return self._reader.encoding.codec if isinstance(self._reader, CsvText) else ""

    @property
    def broken_bytes(self) -> int:
        """How many bytes of a text file do not fit its encoding; their cells are flagged "damaged"."""
        return self._reader.encoding.broken if isinstance(self._reader, CsvText) else 0

    @property
    def delimiter(self) -> str:
        """The sign between the fields of a text file, "" for XLSX."""
        return self._reader.delimiter if isinstance(self._reader, CsvText) else ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, named by the header; unnamed ones that hold something are called by their letter."""
        return self._header.columns

    @property
    def column_names(self) -> list[str]:
        """The names of the columns in order."""
        return [column.name for column in self._header.columns]

    @property
    def header_rows(self) -> tuple[int, int]:
        """The first and the last row of the header as the file numbers them; (0, 0) = none."""
        return self._header.first_row, self._header.last_row

    def choose(self, sheet: str | None = None, header_row: int | None = None) -> None:
        """Turn to a sheet and find its header anew; UnableToReadTable when there is none."""
        if isinstance(self._reader, CsvText):
            self._find_table(None, header_row)
            return
        parts = self._reader.sheets
        if sheet is not None:
            parts = [part for part in parts if part.name == sheet]
            if not parts:
                raise UnableToReadTable("no_such_sheet", sheet=sheet)
        else:
            parts = [part for part in parts if part.visible] or parts[:1]
        refusals: list[UnableToReadTable] = []
        for part in parts:
            try:
                self._find_table(part, header_row)
            except UnableToReadTable as refusal:
                refusals.append(refusal)
            else:
                return
        raise next((refusal for refusal in refusals if refusal.code != "empty"), refusals[0])

    def _find_table(self, part: SheetPart | None, header_row: int | None) -> None:
        sample: list[RawRow] = []
        # The rows before a fault are still readable, so a fault further down does not hide the header.
        fault: UnableToReadTable | None = None
        rows = self._raw_rows(part)
        try:
            sample.extend(row for _, row in zip(range(SAMPLE_ROWS), rows, strict=False) if row.cells)
        except UnableToReadTable as refusal:
            fault = refusal
        if not sample:
            raise fault or UnableToReadTable("empty")
        mojibake = _mostly_mojibake(sample)
        self._header = find_header(sample, header_row, mojibake=mojibake)
        self._part, self.is_mojibake = part, mojibake
        self._names = {column.place: column.name for column in self._header.columns}
        self._width = max(self._names, default=-1) + 1
        above = [row for row in sample if row.number < self._header.first_row]
        self.titles = tuple(_title(row, mojibake=mojibake) for row in above)
        self.counts = RowCounts()

    def _raw_rows(self, part: SheetPart | None) -> Iterator[RawRow]:
        if isinstance(self._reader, CsvText):
            return self._reader.rows()
        if part is None:
            raise ValueError("a workbook is read sheet by sheet")
        return self._reader.rows(part)

    def rows(self) -> Iterator[Row]:
        """Yield every filled row below the header, in order; `kind` tells data from repeated headers and
        footers.

        `counts` grow with the rows and are complete when the iterator is exhausted. UnableToReadTable may
        come in the middle (unclosed quote, broken file): the rows before it are sound.
        """
        self.counts = counts = RowCounts()
        last = 0
        for raw in self._raw_rows(self._part):
            gap = raw.number - last - 1
            if not raw.cells or (last and gap > self._limits.max_empty_run):
                counts.stopped_at_row = last
                break
            counts.empty += gap
            last = raw.number
            if raw.number <= self._header.last_row:
                self._count_above(raw, counts)
                continue
            row = self._row(raw)
            _count(counts, row.kind)
            yield row
        counts.complete = True

    def data_rows(self) -> Iterator[Row]:
        """As `rows`, only the rows of data; the others are still counted."""
        return (row for row in self.rows() if row.kind == "data")

    def count_rows(self) -> RowCounts:
        """Read the whole table once and return a copy of the counts."""
        for _ in self.rows():
            pass
        return replace(self.counts)

    def sample(self, size: int = 20) -> list[Row]:
        """Return the first rows of data, for a preview; a fault further down does not matter here."""
        found: list[Row] = []
        with suppress(UnableToReadTable):
            for row in self.data_rows():
                found.append(row)
                if len(found) >= size:
                    break
        self.counts = RowCounts()
        return found

    def _count_above(self, raw: RawRow, counts: RowCounts) -> None:
        if raw.number >= self._header.first_row:
            counts.header += 1
        else:
            counts.title += 1

    def _row(self, raw: RawRow) -> Row:
        kind: RowKind = "data"
        if self._header.is_repeated_in(raw):
            kind = "repeated_header"
        elif self._is_footer(raw):
            kind = "footer"
        names = self._names
        cells = {names[place]: cell for place, cell in raw.cells.items() if place in names}
        extra: tuple[str, ...] = ()
        if len(cells) < len(raw.cells):
            extra = tuple(cell.text for place, cell in raw.cells.items() if place not in names)
        if self.is_mojibake:
            cells = {name: _repaired(cell) for name, cell in cells.items()}
        missing = max(self._width - raw.width, 0) if raw.width else 0
        return Row(raw.number, cells, kind, raw.line, extra, missing)

    def _is_footer(self, raw: RawRow) -> bool:
        if len(raw.cells) > max(2, len(self._header.columns) // 3):
            return False
        first = raw.cells[min(raw.cells)].text
        return bool(_FOOTER.match(repair_mojibake(first) if self.is_mojibake else first))


def _count(counts: RowCounts, kind: RowKind) -> None:
    if kind == "data":
        counts.data += 1
    elif kind == "repeated_header":
        counts.repeated_header += 1
    else:
        counts.footer += 1


def _repaired(cell: Cell) -> Cell:
    if cell.text.isascii() or (text := repair_mojibake(cell.text)) == cell.text:
        return cell
    return Cell(text, text, cell.flag or "mojibake")


def _title(row: RawRow, *, mojibake: bool) -> str:
    text = " ".join(cell.text.strip() for cell in row.cells.values())
    return repair_mojibake(text) if mojibake else text


def _mostly_mojibake(sample: list[RawRow]) -> bool:
    texts = [cell.text for row in sample for cell in row.cells.values() if not cell.text.isascii()]
    if sum(map(is_mojibake, texts)) > len(texts) / 2:
        return True
    letters = "".join(texts)
    # Every Thai letter in UTF-8 begins with the bytes that Windows-874 shows as "เธ" or "เน".
    if 2 * len(_MISREAD.findall(letters)) > 0.6 * len(letters):
        raise UnableToReadTable("lost_text")
    return False


# ── what the file is ────────────────────────────────────────────────────────────────────────────


def _seekable(source: str | Path | IO[bytes]) -> tuple[IO[bytes], bool]:
    if isinstance(source, str | Path):
        return Path(source).open("rb"), True
    if source.seekable():
        return source, False
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the table
    shutil.copyfileobj(source, copy)
    return copy, True


def _check_size(stream: IO[bytes], limits: TableLimits) -> None:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if not size:
        raise UnableToReadTable("empty")
    if size > limits.max_bytes:
        raise UnableToReadTable("too_large", limit_mb=limits.max_bytes // MEGABYTE)


def _kind_of(stream: IO[bytes]) -> Literal["csv", "xlsx"]:
    stream.seek(0)
    head = stream.read(io.DEFAULT_BUFFER_SIZE)
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(_OLD_OFFICE):
        raise UnableToReadTable("encrypted" if _holds(stream, _ENCRYPTED_MARK) else "old_xls")
    if b"%PDF-" in head[:1024]:
        raise UnableToReadTable("pdf")
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml", b"<head", b"<style")):
        raise UnableToReadTable("html")
    if head.startswith((b"PK\x05\x06", *_PICTURES)):
        raise UnableToReadTable("not_a_table")
    return "csv"


def _holds(stream: IO[bytes], mark: bytes) -> bool:
    """Look for a mark in the first and the last megabyte, where the directory of an old Office file lies."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if mark in stream.read(MEGABYTE):
        return True
    stream.seek(max(size - MEGABYTE, 0))
    return mark in stream.read(MEGABYTE)
