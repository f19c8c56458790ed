"""หัวตาราง: where the header stands, below titles, in one row or in two.

A header is the first row (or pair of rows) whose cells are words, not data, and which names most of the
columns that the rows below fill. In a pair, the upper row holds group names over several columns ("ที่อยู่"
over "บ้านเลขที่", "หมู่ที่"), the lower row the columns of the group; merged cells leave blanks on either side.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from cddp.foundation.files.tables.cells import Cell, Column, RawRow, column_letter
from cddp.foundation.files.tables.errors import UnableToReadTable
from cddp.foundation.values.thai_text import normalise_line, repair_mojibake

SAMPLE_ROWS: Final = 60
_SEARCHED_ROWS: Final = 30
_LOOKS_LIKE_DATA = re.compile(r"[0-9๐-๙]{3,}|^[0-9๐-๙/.,\-: ]+$|^#")
_COVERED: Final = 0.6
_WORDED: Final = 0.9
_LATER_MUST_GAIN: Final = 0.25
"""A row below an acceptable header must name many more columns: in a table of words any row could be one."""


@dataclass(frozen=True, slots=True)
class Header:
    """หัวตารางที่พบ: row numbers (0 = none), columns in order, and the labels as written, to know them again."""

    first_row: int
    last_row: int
    columns: tuple[Column, ...]
    labels: tuple[dict[int, str], ...]

    def is_repeated_in(self, row: RawRow) -> bool:
        """Tell whether a row is the header (or one of its rows) again, as reports repeat it per page."""
        for labels in self.labels:
            # The first filled cell settles nearly every row, which keeps a pass over a million rows cheap.
            first = next(iter(row.cells))
            if labels.get(first) != row.cells[first].text and len(row.cells) > len(labels) // 2:
                continue
            alike = sum(1 for place, cell in row.cells.items() if labels.get(place) == cell.text)
            if alike >= 2 and alike >= _COVERED * len(row.cells):
                return True
        return False


class _Choice(NamedTuple):
    score: float
    place: int
    paired: bool


def find_header(sample: Sequence[RawRow], wanted_row: int | None, *, mojibake: bool) -> Header:
    """Find the header among the first rows; `wanted_row` names its (first) row, 0 = there is none."""
    if wanted_row == 0:
        return Header(0, 0, _name_columns({}, {}, sample), ())
    best: _Choice | None = None
    for place, row in enumerate(sample[:_SEARCHED_ROWS]):
        if wanted_row is not None and row.number != wanted_row:
            continue
        if best is not None and place > best.place + 1:
            break
        for choice in _choices(sample, place, told=wanted_row is not None):
            if best is None or choice.score > best.score + (_LATER_MUST_GAIN if place > best.place else 0):
                best = choice
    if best is None:
        raise UnableToReadTable("no_header")
    return _header_at(sample, best.place, paired=best.paired, mojibake=mojibake)


def _choices(sample: Sequence[RawRow], place: int, *, told: bool) -> list[_Choice]:
    """Judge a row as a header of one row and as the upper of two; a person's word makes the first do."""
    single = _score(sample, place, paired=False)
    choices = [
        _Choice(max(single, _COVERED) if told else single, place, False),
        _Choice(_score(sample, place, paired=True), place, True),
    ]
    return [choice for choice in choices if choice.score >= _COVERED]


def _header_at(sample: Sequence[RawRow], place: int, *, paired: bool, mojibake: bool) -> Header:
    rows = sample[place : place + 1 + paired]
    upper, lower = _labels(rows[0]), _labels(rows[-1])
    names, labels = (_joined(upper, lower), upper | lower) if paired else (upper, upper)
    if mojibake:
        names, labels = _repaired(names), _repaired(labels)
    return Header(
        rows[0].number,
        rows[-1].number,
        _name_columns(names, labels, sample[place + 1 + paired :]),
        tuple({place: cell.text for place, cell in row.cells.items()} for row in rows),
    )


def _repaired(names: dict[int, str]) -> dict[int, str]:
    return {place: normalise_line(repair_mojibake(name)) for place, name in names.items()}


def _labels(row: RawRow) -> dict[int, str]:
    return {place: normalise_line(cell.text) for place, cell in row.cells.items()}


def _joined(upper: dict[int, str], lower: dict[int, str]) -> dict[int, str]:
    """Join group and column names; a group reaches right over blank upper cells that have a lower name."""
    names, group = {}, ""
    for place in range(max([*upper, *lower]) + 1):
        above, below = upper.get(place, ""), lower.get(place, "")
        if above:
            group = above if below else ""
        elif not below:
            group = ""
        if name := " ".join(part for part in (above or group, below) if part):
            names[place] = name
    return names


def _name_columns(
    names: dict[int, str], labels: dict[int, str], rows_below: Sequence[RawRow]
) -> tuple[Column, ...]:
    filled = {place for row in rows_below for place in row.cells}
    columns: list[Column] = []
    taken: set[str] = set()
    for place in sorted({*names, *filled}):
        base = name = names.get(place) or f"คอลัมน์ {column_letter(place)}"
        times = 1
        while name in taken:
            times += 1
            name = f"{base} ({times})"
        taken.add(name)
        columns.append(Column(name, place, column_letter(place), labels.get(place, base)))
    return tuple(columns)


def _score(sample: Sequence[RawRow], place: int, *, paired: bool) -> float:
    """Judge a row (and the next) as a header: the share of filled columns it names, 0 if it holds data."""
    rows = sample[place : place + 1 + paired]
    below = sample[place + len(rows) : place + len(rows) + 20]
    if len(rows) <= paired or not all(_is_worded(row) for row in rows):
        return 0
    if paired and not _fit_together(rows[0], rows[1], below):
        return 0
    named = set().union(*(row.cells for row in rows))
    filled = _well_filled(below) or named
    if len(named) < min(2, len(filled)) or _repeats_below(rows[-1], below):
        return 0
    return len(named & filled) / len(filled)


def _well_filled(rows: Sequence[RawRow]) -> set[int]:
    """Return the columns that more than a stray cell fills."""
    places = [place for row in rows for place in row.cells]
    return {place for place in set(places) if places.count(place) > max(1, len(rows) // 10)} or set(places)


def _is_worded(row: RawRow) -> bool:
    words = sum(1 for cell in row.cells.values() if _is_word(cell))
    return words >= _WORDED * len(row.cells)


def _is_word(cell: Cell) -> bool:
    text = cell.text.strip()
    return (
        isinstance(cell.value, str)
        and not cell.flag
        and len(text) <= 80
        and not _LOOKS_LIKE_DATA.search(text)
    )


def _fit_together(upper: RawRow, lower: RawRow, below: Sequence[RawRow]) -> bool:
    """Two rows are one header when the lower fills blanks of the upper and is not the first row of data."""
    if lower.number != upper.number + 1 or not set(lower.cells) - set(upper.cells):
        return False
    names = [cell.text for cell in lower.cells.values()]
    if len(upper.cells) < 2 or (set(upper.cells) <= set(lower.cells) and len(set(names)) == len(names)):
        return False  # the lower row needs no help: what stands above it is a title
    # Each name below must stand under a group: under it, or right of it over blanks.
    groups = _joined(dict.fromkeys(upper.cells, "x"), dict.fromkeys(lower.cells, "y"))
    if any(groups[place] == "y" for place in lower.cells):
        return False
    shared = sum(1 for row in below for place, cell in lower.cells.items() if _same_text(row, place, cell))
    return shared <= len(below) * len(lower.cells) * 0.2


def _repeats_below(row: RawRow, below: Sequence[RawRow]) -> bool:
    """A row of data shares words with the next ones ("บ้านกลาง", "ผู้อาศัย"); a header does not."""
    alike = sum(1 for place, cell in row.cells.items() if below and _same_text(below[0], place, cell))
    return alike > 0.3 * len(row.cells)


def _same_text(row: RawRow, place: int, cell: Cell) -> bool:
    other = row.cells.get(place)
    return other is not None and other.text == cell.text
