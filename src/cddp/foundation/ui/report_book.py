"""รายงานเป็นตารางคำนวณ: the summary with how each number is counted, then a sheet for each table.

Texts are written as texts: what begins like a formula is neutralised, as in every file that leaves the house.
"""

import io
from collections.abc import Sequence
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _

from cddp.foundation.ui.listing.export import neutralise

SHEET_NAME_SIGNS: Final = 31
WIDEST, NARROWEST = 46, 12
A4: Final = 9

Value = str | int | float | None


class ReportBook:
    """สมุดรายงาน: `decimals` are those of numbers that are not whole."""

    def __init__(self, *, decimals: int) -> None:
        self._stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(self._stream, options)
        add = self._book.add_format
        self._bold = add({"bold": True})
        self._title = add({"bold": True, "font_size": 14})
        self._head = add({"bold": True, "bottom": 1, "bg_color": "#EEF0F4", "text_wrap": True})
        self._wrap = add({"text_wrap": True, "valign": "top"})
        self._whole = add({"num_format": "#,##0"})
        self._fraction = add({"num_format": f"#,##0.{'0' * decimals}"})
        self._total = add({"bold": True, "top": 1, "num_format": "#,##0.#"})

    def add_summary(
        self,
        opening: tuple[str, str, str],
        heads: Sequence[tuple[str, int]],
        lines: Sequence[Sequence[Value]],
    ) -> None:
        """Write the first sheet: the town, the title and what is covered; then lines of (label, numbers …, how)."""
        sheet = self._book.add_worksheet(_("สรุป"))
        for line, (text, look) in enumerate(zip(opening, (self._bold, self._title, None), strict=True)):
            sheet.write_string(line, 0, neutralise(text), look)
        for place, (head, width) in enumerate(heads):
            sheet.set_column(place, place, width)
            sheet.write_string(4, place, head, self._head)
        for line, (label, *numbers, how) in enumerate(lines, start=5):
            sheet.write_string(line, 0, str(label), self._bold)
            for place, value in enumerate(numbers, start=1):
                self._write(sheet, line, place, value)
            sheet.write_string(line, len(heads) - 1, str(how), self._wrap)
        _for_paper(sheet)

    def add_table(
        self,
        title: str,
        source: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[Value]],
        *,
        total: Sequence[Value] = (),
        note: str = "",
    ) -> None:
        """Write a sheet: the title, where it is from, the rows, their total and a note."""
        sheet = self._book.add_worksheet(title.replace("/", " ")[:SHEET_NAME_SIGNS])
        sheet.write_string(0, 0, title, self._title)
        sheet.write_string(1, 0, neutralise(source))
        for place, head in enumerate(heads):
            longest = max((len(str(row[place] or "")) for row in rows), default=0)
            sheet.set_column(place, place, min(max(longest, len(head) * 0.8, NARROWEST), WIDEST))
            sheet.write_string(3, place, head, self._head)
        for line, row in enumerate(rows, start=4):
            for place, value in enumerate(row):
                self._write(sheet, line, place, value)
        end = 4 + len(rows)
        for place, value in enumerate(total):
            self._write(sheet, end, place, value, self._total)
        if note:
            sheet.write_string(end + 2, 0, note)
        sheet.freeze_panes(4, 0)
        _for_paper(sheet)

    def close(self) -> bytes:
        """Return the book as XLSX."""
        self._book.close()
        return self._stream.getvalue()

    def _write(self, sheet: Any, line: int, place: int, value: Value, look: Any = None) -> None:
        if value is None:
            sheet.write_string(line, place, "–", look)
        elif isinstance(value, str):
            sheet.write_string(line, place, neutralise(value), look)
        else:
            number_look = self._fraction if isinstance(value, float) else self._whole
            sheet.write_number(line, place, value, look or number_look)


def _for_paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&R{_('หน้า')} &P/&N")
