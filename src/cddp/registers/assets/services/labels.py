"""ป้าย QR: sheets of labels on A4, each with the address of its asset, its number and its name.

The QR code (ISO/IEC 18004, error correction M) says the whole address of the asset on this site, so that any phone
opens it; whoever is not signed in is asked to sign in first. Sizes of sheets are those of the common label papers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from cddp.registers.assets.models import Asset

LABELS_AT_MOST: Final = 1_000


@dataclass(frozen=True)
class Layout:
    """แบบกระดาษ: millimetres; `pitch` is from one label's edge to the next one's."""

    key: str
    words: object
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    @property
    def qr(self) -> float:
        """Return the side of the code: as large as the label's height allows."""
        return round(min(self.height - 3, self.width * 0.45), 1)

    @property
    def is_small(self) -> bool:
        return self.height < 30

    @property
    def lefts(self) -> list[float]:
        return [round(self.left + column * self.pitch_x, 2) for column in range(self.columns)]

    @property
    def tops(self) -> list[float]:
        return [round(self.top + row * self.pitch_y, 2) for row in range(self.rows)]


LAYOUTS: Final = {
    each.key: each
    for each in (
        Layout("3x8", _("3 × 8 = 24 ดวง (70 × 37 มม.)"), 3, 8, 70, 37, 0, 0.5, 70, 37),
        Layout("5x13", _("5 × 13 = 65 ดวง (38.1 × 21.2 มม.)"), 5, 13, 38.1, 21.2, 4.75, 10.7, 40.6, 21.2),
        Layout("3x7", _("3 × 7 = 21 ดวง (63.5 × 38.1 มม.)"), 3, 7, 63.5, 38.1, 7.2, 15.15, 66, 38.1),
        Layout("2x7", _("2 × 7 = 14 ดวง (99.1 × 38.1 มม.)"), 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1),
    )
}


@dataclass(frozen=True)
class Label:
    """ป้ายหนึ่งดวง: where it is on its sheet, and what it says."""

    column: int
    row: int
    number: str
    name: str
    drawing: SafeString


def draw_code(address: str) -> SafeString:
    """Return a QR code as a drawing of its modules with a quiet zone of two; the label's own white does the rest."""
    code = segno.make_qr(address, error="m")
    return mark_safe(code.svg_inline(border=2, omitsize=True))  # noqa: S308  (made of squares, not of the text)


def lay_out(
    assets: Sequence[Asset], addresses: Sequence[str], layout: Layout, *, start: int = 1
) -> list[list[Label]]:
    """Return the labels sheet by sheet; the first sheet begins at cell `start`, so that a used sheet is used up."""
    sheets: list[list[Label]] = []
    for place, (asset, address) in enumerate(zip(assets, addresses, strict=True), start - 1):
        sheet, cell = divmod(place, layout.cells)
        row, column = divmod(cell, layout.columns)
        while len(sheets) <= sheet:
            sheets.append([])
        sheets[sheet].append(Label(column, row, asset.number, asset.name, draw_code(address)))
    return sheets
