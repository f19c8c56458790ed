"""กติกาของภาพรวม: small numbers are hidden, and figures are put in the shape that pictures take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Fewer than five in an area may be recognised by a neighbour (k = 5, usual in open statistics).
SMALLEST_SHOWN = 5


@dataclass(frozen=True)
class MeasuredRow:
    """แถวที่วัดได้: `value` is None where it is hidden because it is small."""

    label: str
    value: float | None
    url: str = ""
    map_url: str = ""
    group: str = ""


@dataclass(frozen=True)
class Measured:
    """ตัวชี้วัดที่วัดแล้ว: plain values, ready to be kept, drawn or written to a file."""

    key: str
    label: str
    kind: str
    unit: str
    group: str
    explanation: str
    rows: tuple[MeasuredRow, ...]

    @property
    def slug(self) -> str:
        """Return the key as an id of the page."""
        return self.key.replace(".", "-").replace("_", "-")

    @property
    def first(self) -> MeasuredRow | None:
        return self.rows[0] if self.rows else None

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "share")

    @property
    def says_something(self) -> bool:
        """Tell whether there is anything but zeros to draw."""
        return any(row.value is None or row.value for row in self.rows)

    @property
    def has_hidden(self) -> bool:
        return any(row.value is None for row in self.rows)

    @property
    def has_groups(self) -> bool:
        return any(row.group for row in self.rows)

    @property
    def figures(self) -> dict[str, Any]:
        """Return {"labels", "series", "links"} as <city-chart> takes them."""
        return figures_of(self.label, self.rows)


def hide_small(value: float) -> float | None:
    """Return the number, or None for one to four. Nobody is nobody: 0 stays."""
    return None if 0 < value < SMALLEST_SHOWN else value


def figures_of(name: str, rows: Sequence[MeasuredRow]) -> dict[str, Any]:
    """Return one series for each group in the order they come; a label missing in a group is a gap."""
    labels = list(dict.fromkeys(row.label for row in rows))
    groups = list(dict.fromkeys(row.group for row in rows))
    values = {(row.group, row.label): row.value for row in rows}
    links = {row.label: row.url for row in rows if row.url}
    return {
        "labels": labels,
        "series": [
            {"name": group or name, "values": [values.get((group, label)) for label in labels]}
            for group in groups
        ],
        "links": [links.get(label) for label in labels],
    }
