"""ตรวจไฟล์บีบอัด: look at an archive's table of contents before anything in it is unpacked.

Python's zipfile never hands out more than the declared size of a part, so the declared sizes are what is
judged.
"""

import struct
import zipfile
from typing import IO, Final

from cddp.foundation.files.tables.errors import UnableToReadTable
from cddp.foundation.files.tables.limits import MEGABYTE, TableLimits

_SMALL_PART: Final = 20 * MEGABYTE


def open_workbook_archive(stream: IO[bytes], limits: TableLimits) -> zipfile.ZipFile:
    """Return the archive of an XLSX that is safe to read; UnableToReadTable otherwise."""
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, struct.error):
        raise UnableToReadTable("broken_xlsx") from None
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnableToReadTable("encrypted")
    _refuse_bombs(parts, limits)
    if "xl/workbook.bin" in names:
        raise UnableToReadTable("xlsb")
    if "content.xml" in names and "mimetype" in names:
        raise UnableToReadTable("ods")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise UnableToReadTable("not_a_table")
    return archive


def _refuse_bombs(parts: list[zipfile.ZipInfo], limits: TableLimits) -> None:
    unpacked = sum(part.file_size for part in parts)
    shared = sum(part.file_size for part in parts if part.filename == "xl/sharedStrings.xml")
    swollen = any(
        part.file_size > _SMALL_PART and part.file_size > limits.max_ratio * max(part.compress_size, 1)
        for part in parts
    )
    if (
        swollen
        or unpacked > limits.max_unpacked_bytes
        or shared > limits.max_shared_text_bytes
        or len(parts) > limits.max_parts
        or len({part.filename for part in parts}) < len(parts)
    ):
        raise UnableToReadTable("zip_bomb")
