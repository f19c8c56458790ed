"""ทะเบียนคุมบนกระดาษ: the lines of a year under the heads of their classes, each with its total."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from cddp.foundation.values.money import format_amount
from cddp.foundation.values.thai_dates import format_short
from cddp.registers.assets.choices import Keeping
from cddp.registers.assets.queries.depreciation import RegisterLine
from cddp.registers.assets.services.depreciation import VALUED, ClassRow, Register, amounts

# More would be some hundred sheets, and minutes of setting type: those take the spreadsheet, or narrow the register.
LINES_ON_PAPER: Final = 1_500


@dataclass(frozen=True)
class PaperLine:
    """บรรทัดบนกระดาษ."""

    number: str
    name: str
    acquired: str
    cost: str
    life: str
    money: Sequence[str]
    note: str


@dataclass(frozen=True)
class PaperGroup:
    """ประเภทหนึ่งบนกระดาษ."""

    row: ClassRow
    lines: Sequence[PaperLine]


def group_lines(lines: Iterable[RegisterLine], register: Register) -> list[PaperGroup]:
    """Return the lines class by class; they come in that order."""
    rows = {row.class_id: row for row in register.rows}
    return [
        PaperGroup(rows[class_id], [_line(each) for each in group])
        for class_id, group in groupby(lines, key=lambda line: line.class_id)
    ]


def _line(line: RegisterLine) -> PaperLine:
    is_valued = line.keeping in VALUED
    note = "" if line.keeping == Keeping.WRITTEN_OFF else str(line.keeping.label)
    if line.disposed_on:
        note = f"{note} × {format_short(line.disposed_on)}".strip()
    return PaperLine(
        number=line.number,
        name=line.name,
        acquired=format_short(line.acquired_on),
        cost=format_amount(line.cost_satang),
        life=str(line.life_years or "–"),
        money=amounts(line.sums)[1:] if is_valued else [""] * 6,
        note=note,
    )
