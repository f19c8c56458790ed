"""กติกาสีของแผนที่: how values of facts become classes with a colour and a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Light to dark of one hue, readable without colour vision by their lightness.
STEP_COLOURS: Final = ("#d7e5f2", "#a3c4e0", "#6a9fcb", "#3a76ab", "#1f4e79")
YES_COLOUR: Final = "#c0392b"
NO_COLOUR: Final = "#6c7a89"
UNKNOWN_COLOUR: Final = "#b4bbc4"
HOUSE_COLOUR: Final = "#3a5a98"
UNKNOWN: Final = ""
UNKNOWN_LABEL: Final = "ยังไม่มีข้อมูล"
SMALL_COUNT: Final = 9


@dataclass(frozen=True, slots=True)
class Step:
    """ช่วงของตัวเลข: from `low` (included) up to `high` (excluded; None = no end)."""

    low: float
    high: float | None

    @property
    def value(self) -> str:
        """The name of the class in a tile."""
        return f"{self.low:g}"

    def label(self, *, whole: bool) -> str:
        """Return "2", "3–4", "5 ขึ้นไป"; `whole` numbers are named by their last, others by the end of the step."""
        if self.high is None:
            return f"{self.low:,g} ขึ้นไป"
        if not whole:
            return f"{self.low:,g} – {self.high:,g}"
        return f"{self.low:,g}" if self.high - self.low == 1 else f"{self.low:,g}–{self.high - 1:,g}"


def steps_of(lowest: float | None, quarters: Sequence[float], *, whole: bool) -> list[Step]:
    """Cut numbers into at most five classes. `quarters` are the 25th, 50th, 75th percentile and the highest."""
    if lowest is None or not quarters:
        return []
    if whole and lowest >= 0 and quarters[-1] <= SMALL_COUNT:
        bounds = [0.0, 1.0, 2.0, 3.0, 5.0]
    else:
        bounds = sorted({float(f"{number:.3g}") for number in (lowest, *quarters[:-1])})
    return [Step(low, high) for low, high in zip(bounds, [*bounds[1:], None], strict=True)]
