"""อ่าน CSV ทีละแถว: records out of real text files, with the line where a lost quote was opened.

Python's csv module splits the fields. A quote that nobody closed would let it swallow the rest of the file
as one field, or up to the next quote far below, so the lines of each record are watched while it is being
read.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import IO, Final

from cddp.foundation.files.tables.cells import Cell, RawRow, text_cell
from cddp.foundation.files.tables.encoding import Encoding, detect_encoding
from cddp.foundation.files.tables.errors import UnableToReadTable
from cddp.foundation.files.tables.limits import TableLimits

_DELIMITERS: Final = ",;\t|"
_SAMPLE_LINES: Final = 60

# The module's own limit holds for the whole process, too low for long texts; `_Lines` bounds the records.
csv.field_size_limit(max(csv.field_size_limit(), 2_000_000))


class CsvText:
    """ไฟล์ข้อความ: encoding and delimiter are found on opening; `rows` may be called again and again."""

    def __init__(self, stream: IO[bytes], limits: TableLimits) -> None:
        self._stream = stream
        self._limits = limits
        self.encoding: Encoding = detect_encoding(stream)
        self.delimiter = self._find_delimiter()

    def _lines(self) -> "_Lines":
        self._stream.seek(0)
        return _Lines(self._stream, self.encoding.codec, self._limits)

    def _find_delimiter(self) -> str:
        lines = self._lines()
        sample = [line for _, line in zip(range(_SAMPLE_LINES), lines, strict=False)]
        lines.release()
        first = sample[0].strip().lower() if sample else ""
        if first.startswith("sep=") and len(first) == 5:
            return first[4]
        return max(_DELIMITERS, key=lambda sign: _evenness(sample, sign))

    def rows(self) -> Iterator[RawRow]:
        """Yield the records that hold anything; UnableToReadTable at an unclosed quote, not sooner."""
        lines = self._lines()
        try:
            yield from self._records(lines)
        finally:
            lines.release()

    def _records(self, lines: "_Lines") -> Iterator[RawRow]:
        reader = csv.reader(lines, delimiter=self.delimiter, skipinitialspace=False)
        number, width = 0, 0
        while True:
            lines.begin_record()
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise UnableToReadTable("unclosed_quote", line=lines.first_line) from None
            if lines.in_record > 1:
                lines.judge_quotes(self.delimiter, fits=len(fields) <= max(width, 1) or number < 2)
            number += 1
            width = max(width, len(fields)) if number <= _SAMPLE_LINES else width
            if len(fields) > self._limits.max_columns:
                raise UnableToReadTable("too_many_columns", limit=self._limits.max_columns)
            cells = _cells(fields)
            if cells:
                yield RawRow(number, cells, lines.first_line, len(fields))


def _cells(fields: list[str]) -> dict[int, Cell]:
    return {place: text_cell(field) for place, field in enumerate(fields) if field and not field.isspace()}


def _evenness(sample: list[str], delimiter: str) -> float:
    """Judge how well a delimiter cuts the lines into one same number of fields (more than one)."""
    try:
        widths = Counter(len(fields) for fields in csv.reader(sample, delimiter=delimiter) if len(fields) > 1)
    except csv.Error:
        return 0
    if not widths:
        return 0
    width, times = max(widths.items(), key=lambda found: found[0] * found[1])
    return times * (width - 1)


class _Lines:
    """The lines of the file for csv.reader: counted, freed of NULs, and remembered for the record in hand."""

    def __init__(self, stream: IO[bytes], codec: str, limits: TableLimits) -> None:
        self._text = io.TextIOWrapper(stream, encoding=codec, errors="replace", newline="")
        self._limits = limits
        self._record: list[str] = []
        self._letters = 0
        self._ended = False
        self.line = 0
        self.first_line = 0

    def release(self) -> None:
        """Give the stream back unclosed."""
        if not self._text.closed:
            self._text.detach()

    def __iter__(self) -> "_Lines":
        return self

    @property
    def in_record(self) -> int:
        """How many lines the record has swallowed, the end of the file counted as one."""
        return len(self._record) + self._ended

    def begin_record(self) -> None:
        """Forget the lines of the record before."""
        self._record.clear()
        self._letters = 0
        self.first_line = self.line + 1

    def __next__(self) -> str:
        line = self._text.readline(self._limits.max_record_letters + 1)
        if not line:
            self._ended = True
            raise StopIteration
        self.line += 1
        if len(line) > self._limits.max_record_letters:
            raise UnableToReadTable("line_too_long", line=self.line)
        if "\x00" in line:
            line = line.replace("\x00", "")
        self._record.append(line)
        self._letters += len(line)
        too_long = len(self._record) > self._limits.max_record_lines
        if too_long or self._letters > self._limits.max_record_letters:
            raise UnableToReadTable("unclosed_quote", line=self.first_line)
        return line

    def judge_quotes(self, delimiter: str, *, fits: bool) -> None:
        """Refuse a record of several lines whose quote was never closed, or only by a later row's quote."""
        lost = _lost_quote(self._record, delimiter)
        if lost is None and not fits and len(self._record) > 2:
            lost = 0  # a whole field of whole rows: the number of fields gives it away
        if lost is not None:
            raise UnableToReadTable("unclosed_quote", line=self.first_line + lost)


def _lost_quote(lines: list[str], delimiter: str) -> int | None:
    """Return the place of the line whose quote stays open or is closed inside a text; None when sound.

    The quote that opens a field of a later row closes a lost one before it, and then a text follows at once,
    where only a delimiter or the end of the line may stand.
    """
    text = "".join(lines)
    place, inside, opened = 0, False, 0
    while (place := text.find('"', place)) >= 0:
        if not inside:
            if place == 0 or text[place - 1] in (delimiter, "\n", "\r"):
                inside, opened = True, place
        elif text.startswith('""', place):
            place += 1
        else:
            inside = False
            after = text[place + 1 : place + 2]
            if "\n" in text[opened:place] and after not in (delimiter, "\n", "\r", ""):
                return text.count("\n", 0, opened)
        place += 1
    return text.count("\n", 0, opened) if inside else None
