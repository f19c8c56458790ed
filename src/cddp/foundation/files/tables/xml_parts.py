"""ส่วนต่าง ๆ ของไฟล์ XLSX: the small parts of a workbook that give its cells a meaning.

Source: ECMA-376 part 1 (SpreadsheetML): workbook §18.2, styles §18.8, shared strings §18.4.
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple
from xml.parsers import expat

from cddp.foundation.files.tables.errors import UnableToReadTable

CHUNK: Final = 256 * 1024
_MAX_SMALL_PART: Final = 64 * 1024 * 1024
# Built-in number formats that show days or times, among them those of Thai Excel (71–81).
_DATE_FORMATS: Final = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), *range(71, 82)}
_NOT_THE_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_OF_DATES = re.compile(r"[dyhs]|mm|[วดปช]", re.IGNORECASE)

# All that the standard library has been seen to raise on archives with flipped bytes.
_DAMAGE: Final = (
    expat.ExpatError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    ValueError, KeyError, EOFError, OSError, RuntimeError,
)  # fmt: skip


class SheetPart(NamedTuple):
    """แผ่นงาน: its name, the part of the archive that holds it, and whether a person sees it."""

    name: str
    path: str
    visible: bool


def _no_doctype(*_declaration: object) -> None:
    # No workbook declares a document type; one that does wants entities to be expanded.
    raise UnableToReadTable("zip_bomb")


def new_parser() -> "expat.XMLParserType":
    """Return a parser that knows namespaces only by their last part and refuses entity declarations."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def local_name(name: str) -> str:
    """Return "row" for "x:row": some programs write every element with a prefix."""
    return name.rpartition(":")[2]


def feed(archive: zipfile.ZipFile, path: str, parser: "expat.XMLParserType") -> Iterator[None]:
    """Push a part through a parser piece by piece, pausing after each; UnableToReadTable if it is broken."""
    try:
        with archive.open(path) as part:
            while piece := part.read(CHUNK):
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
            yield
    except UnableToReadTable:
        raise
    except _DAMAGE:
        raise UnableToReadTable("broken_xlsx") from None


def _elements(archive: zipfile.ZipFile, path: str, seen: Callable[[str, dict[str, str]], Any]) -> None:
    if path in archive.NameToInfo and archive.getinfo(path).file_size > _MAX_SMALL_PART:
        raise UnableToReadTable("zip_bomb")
    parser = new_parser()
    parser.StartElementHandler = lambda name, attributes: seen(local_name(name), attributes)
    for _ in feed(archive, path, parser):
        pass


def read_sheets(archive: zipfile.ZipFile) -> tuple[list[SheetPart], bool]:
    """Return the worksheets in their order, and whether day 0 is 1904 (old Macintosh workbooks)."""
    targets: dict[str, str] = {}
    found: list[tuple[str, str, bool]] = []
    epoch: list[bool] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            key = next((value for key, value in attributes.items() if local_name(key) == "id"), "")
            found.append((attributes.get("name", ""), key, attributes.get("state", "visible") == "visible"))
        elif name == "workbookPr":
            epoch.append(attributes.get("date1904", "0") in ("1", "true"))

    _elements(archive, "xl/_rels/workbook.xml.rels", relation)
    _elements(archive, "xl/workbook.xml", sheet)
    parts = [SheetPart(name, targets[key], visible) for name, key, visible in found if key in targets]
    return [part for part in parts if part.path in archive.NameToInfo], any(epoch)


def read_date_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the numbers of the cell styles (as text) under which a number is a day or a time."""
    custom: dict[str, str] = {}
    styles: list[str] = []
    in_cell_formats: list[bool] = [False]

    def element(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            in_cell_formats[0] = name == "cellXfs"
        elif name == "xf" and in_cell_formats[0]:
            styles.append(attributes.get("numFmtId", "0"))

    if "xl/styles.xml" in archive.NameToInfo:
        _elements(archive, "xl/styles.xml", element)
    return frozenset(str(place) for place, number in enumerate(styles) if _is_of_dates(number, custom))


def _is_of_dates(number: str, custom: dict[str, str]) -> bool:
    if number in custom:
        bare = _NOT_THE_FORMAT.sub("", custom[number].split(";")[0])
        return "general" not in bare.lower() and bool(_OF_DATES.search(bare))
    return number.isdigit() and int(number) in _DATE_FORMATS


class _TextCollector:
    """Gathers the letters of <t> inside <si>; <rPh> (pronunciation) is skipped."""

    def __init__(self, parser: "expat.XMLParserType") -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._reading = self._hint = False
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._letters

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        name = local_name(name)
        self._hint = self._hint or name == "rPh"
        self._reading = name == "t" and not self._hint

    def _end(self, name: str) -> None:
        name = local_name(name)
        self._reading = False
        if name == "si":
            self.texts.append("".join(self._pieces))
            self._pieces.clear()
        elif name == "rPh":
            self._hint = False

    def _letters(self, some: str) -> None:
        if self._reading:
            self._pieces.append(some)


def read_shared_texts(archive: zipfile.ZipFile) -> list[str]:
    """Return the texts that cells refer to by number; pronunciation hints are left out."""
    if "xl/sharedStrings.xml" not in archive.NameToInfo:
        return []
    parser = new_parser()
    collector = _TextCollector(parser)
    for _ in feed(archive, "xl/sharedStrings.xml", parser):
        pass
    return collector.texts
