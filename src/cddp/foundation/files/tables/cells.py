"""เซลล์และแถว: what a reader hands out."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

Value = str | int | float | bool | dt.date | dt.time | None
Flag = Literal["", "damaged", "formula_error", "no_result", "mojibake"]
RowKind = Literal["data", "repeated_header", "footer"]

_CUT_NUMBER = re.compile(r"\s*[0-9](?:[.,][0-9]+)?[eE]\s*\+?\s*[0-9]{1,2}\s*")
_EXACT: Final = 2**53
ERROR_VALUES: Final = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)


class Cell(NamedTuple):
    """เซลล์: `text` as a person reads it, `value` as the file types it, `flag` when the file itself harmed it.

    flag: "damaged" = digits lost to a number format (1.50991E+12) or to broken bytes (U+FFFD);
    "formula_error" = #N/A and its like; "no_result" = a formula without its computed value;
    "mojibake" = wrongly decoded text, already repaired in `text` and `value`.
    """

    text: str
    value: Value = None
    flag: Flag = ""


EMPTY: Final = Cell("")


class Row(NamedTuple):
    """แถว: `number` as a spreadsheet program shows it, `line` in a text file (0 in XLSX), non-empty cells
    by column.

    extra: texts of cells to the right of the last column of the header (a ragged row).
    missing: how many columns at the end the row does not reach (CSV only; a ragged row).
    """

    number: int
    cells: dict[str, Cell]
    kind: RowKind = "data"
    line: int = 0
    extra: tuple[str, ...] = ()
    missing: int = 0

    def text(self, column: str) -> str:
        """Return the text of a column, "" where nothing stands."""
        return self.cells.get(column, EMPTY).text


class Column(NamedTuple):
    """คอลัมน์: the name from the header (made unique) and its place from 0; `letter` as in a spreadsheet.

    label: the lowest words of the header alone, without the name of a group ("ชื่อ" where `name` is
    "ชื่อ - สกุล ชื่อ"): what a saved mapping should look at first.
    """

    name: str
    place: int
    letter: str
    label: str


class RawRow(NamedTuple):
    """A row before the header is known: cells by place, empty cells left out."""

    number: int
    cells: dict[int, Cell]
    line: int = 0
    width: int = 0


@dataclass(slots=True)
class RowCounts:
    """จำนวนแถว: every row of the file falls into exactly one count; `total` is their sum.

    Empty rows after the last filled row are not rows of the table and count nowhere.
    """

    title: int = 0
    header: int = 0
    data: int = 0
    repeated_header: int = 0
    footer: int = 0
    empty: int = 0
    complete: bool = field(default=False, compare=False)
    """True once the whole table has been read."""
    stopped_at_row: int = field(default=0, compare=False)
    """Where reading stopped because of an endless run of empty rows; 0 = read to the end."""

    @property
    def total(self) -> int:
        """Rows of the file, from row 1 to the last filled one."""
        return self.title + self.header + self.data + self.repeated_header + self.footer + self.empty


def text_cell(text: str) -> Cell:
    """Make a cell of what stands in a text: errors and damaged numbers are flagged."""
    flag: Flag = ""
    if "+" in text and _CUT_NUMBER.fullmatch(text):
        flag = "damaged"
    elif text.startswith("#") and text.strip() in ERROR_VALUES:
        flag = "formula_error"
    elif "\ufffd" in text:
        flag = "damaged"
    return Cell(text, text, flag)


def number_cell(written: str) -> Cell:
    """Make a cell of a number as XLSX stores it; whole numbers below 2**53 come out digit for digit."""
    if written.isascii() and written.isdigit() and len(written) < 16:
        return Cell(written, int(written))
    try:
        number = float(written)
    except ValueError:
        return text_cell(written)
    if not abs(number) < _EXACT:  # also NaN and infinity
        return Cell(written, number, "damaged")
    if number.is_integer():
        return Cell(str(int(number)), int(number))
    return Cell(repr(number), number)


def column_letter(place: int) -> str:
    """Return "A" for 0, "AA" for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
