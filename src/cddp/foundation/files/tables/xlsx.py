"""อ่าน XLSX ทีละแถว: a sheet read as a stream, so that a million rows need no more memory than a thousand.

Calamine reads twice as fast but holds the whole rectangle in memory (a single stray cell in the last row of
a sheet costs hundreds of megabytes) and drops formula errors and the written form of numbers, which we must
show; so the sheet is streamed here, and calamine serves as the oracle of the tests. Source: ECMA-376 part 1
§18.3.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Final

from cddp.foundation.files.tables.cells import EMPTY, Cell, RawRow, number_cell, text_cell
from cddp.foundation.files.tables.errors import UnableToReadTable
from cddp.foundation.files.tables.limits import TableLimits
from cddp.foundation.files.tables.xml_parts import (
    SheetPart,
    feed,
    local_name,
    new_parser,
    read_date_styles,
    read_shared_texts,
    read_sheets,
)
from cddp.foundation.files.tables.zip_guard import open_workbook_archive

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAY_ZERO: Final = dt.datetime(1899, 12, 30)
_DAY_ZERO_1904: Final = dt.datetime(1904, 1, 1)


class Workbook:
    """สมุดงาน: an XLSX whose sheets can be streamed; close it, or use `with`."""

    def __init__(self, stream: IO[bytes], limits: TableLimits) -> None:
        self._limits = limits
        self._archive = open_workbook_archive(stream, limits)
        self.sheets, self._from_1904 = read_sheets(self._archive)
        if not self.sheets:
            raise UnableToReadTable("empty")
        self._date_styles = read_date_styles(self._archive)
        self._texts: list[Cell] | None = None

    def close(self) -> None:
        """Forget the texts and let go of the archive (the stream stays open)."""
        self._texts = None
        self._archive.close()

    def rows(self, sheet: SheetPart) -> Iterator[RawRow]:
        """Yield the rows of a sheet that hold anything, in order, with their numbers.

        A last row without cells says that reading stopped because of an endless run of empty rows.
        """
        if self._texts is None:
            self._texts = [text_cell(_unescaped(text)) for text in read_shared_texts(self._archive)]
        reader = _SheetReader(self._texts, self._date_styles, self._from_1904, self._limits)
        yield from reader.stream(self._archive, sheet.path)


class _SheetReader:
    """The state between two pieces of XML; expat calls its methods for every element, so they are short."""

    def __init__(
        self, texts: list[Cell], date_styles: frozenset[str], from_1904: bool, limits: TableLimits
    ) -> None:
        self.texts = texts
        self.date_styles = date_styles
        self.day_zero = _DAY_ZERO_1904 if from_1904 else _DAY_ZERO
        self.max_columns, self.max_empty_run = limits.max_columns, limits.max_empty_run
        self.done: list[RawRow] = []
        self.row_number = self.last_filled = 0
        self.cells: dict[int, Cell] = {}
        self.place = -1
        self.kind = self.style = ""
        self.has_formula = self.reading = self.hint = False
        self.pieces: list[str] = []
        self.places: dict[str, int] = {}

    def stream(self, archive: zipfile.ZipFile, path: str) -> Iterator[RawRow]:
        parser = new_parser()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.letters
        for _ in feed(archive, path, parser):
            yield from self.done
            self.done.clear()
            if self.row_number - self.last_filled > self.max_empty_run:
                yield RawRow(self.row_number, {})
                return

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = local_name(name)
        if name == "c":
            self.place = self.place_of(attributes.get("r", ""))
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.has_formula = False
            self.pieces.clear()
        elif name in ("v", "t"):
            self.reading = not self.hint
        elif name == "row":
            written = attributes.get("r", "")
            self.row_number = max(int(written) if written.isdigit() else 0, self.row_number + 1)
            self.cells, self.place = {}, -1
        elif name == "f":
            self.has_formula = True
        elif name == "rPh":
            self.hint = True

    def end(self, name: str) -> None:
        if ":" in name:
            name = local_name(name)
        if name in ("v", "t"):
            self.reading = False
        elif name == "c":
            if self.pieces or self.has_formula:
                self.keep_cell("".join(self.pieces))
        elif name == "row":
            if self.cells:
                self.done.append(RawRow(self.row_number, self.cells))
                self.last_filled = self.row_number
        elif name == "rPh":
            self.hint = False

    def letters(self, some: str) -> None:
        if self.reading:
            self.pieces.append(some)

    def place_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if not letters:
            return self.place + 1
        place = self.places.get(letters)
        if place is None:
            place = 0
            for letter in letters[:4].upper():
                place = place * 26 + ord(letter) - 64
            place -= 1
            self.places[letters] = place
        return place

    def keep_cell(self, written: str) -> None:
        cell = self.cell_of(written)
        if not cell.text.strip() and not cell.flag:
            return
        if not 0 <= self.place < self.max_columns:
            raise UnableToReadTable("too_many_columns", limit=self.max_columns)
        self.cells[self.place] = cell

    def cell_of(self, written: str) -> Cell:
        if self.kind == "s":
            place = int(written) if written.isdigit() else -1
            return self.texts[place] if 0 <= place < len(self.texts) else EMPTY
        if not written:
            return Cell("", None, "no_result" if self.has_formula else "")
        if self.kind == "n":
            return self.moment_cell(written) if self.style in self.date_styles else number_cell(written)
        if self.kind == "e":
            return Cell(written, None, "formula_error")
        if self.kind == "b":
            return Cell("TRUE" if written == "1" else "FALSE", written == "1")
        return text_cell(_unescaped(written))

    def moment_cell(self, written: str) -> Cell:
        plain = number_cell(written)
        if not isinstance(plain.value, int | float) or isinstance(plain.value, bool):
            return plain
        serial = float(plain.value)
        try:
            # Excel believes in 29 February 1900 (serial 60), so the days before it are one off.
            moment = self.day_zero + dt.timedelta(
                days=serial + (1 if serial < 60 and self.day_zero == _DAY_ZERO else 0)
            )
        except OverflowError:
            return plain
        moment = (moment + dt.timedelta(milliseconds=0.5)).replace(microsecond=0)
        if serial < 1:
            return Cell(moment.time().isoformat(), moment.time())
        if moment.time() == dt.time():
            return Cell(moment.date().isoformat(), moment.date())
        return Cell(moment.isoformat(sep=" "), moment)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text
