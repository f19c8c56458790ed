"""ขีดจำกัด: how much of a file is read before it counts as an attack or a mistake."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class TableLimits:
    """Limits on one file; sizes in bytes. The defaults fit the register of a city of 500,000 people."""

    max_bytes: int = 200 * MEGABYTE
    max_unpacked_bytes: int = 2048 * MEGABYTE
    """All parts of an XLSX together, as declared by the archive (reading stops at the declared size)."""
    max_shared_text_bytes: int = 400 * MEGABYTE
    """The one part of an XLSX that has to be held in memory."""
    max_ratio: int = 250
    """Unpacked : packed, for parts above 20 MB. Real rows pack 5–40 : 1, empty styled rows up to 150 : 1."""
    max_parts: int = 5_000
    max_empty_run: int = 50_000
    """So many empty rows in a row end the table: sheets "formatted to the bottom" hold a million of them."""
    max_record_lines: int = 500
    max_record_letters: int = 500_000
    """A CSV record beyond either has lost its closing quote."""
    max_columns: int = 2_000


DEFAULT_LIMITS = TableLimits()
