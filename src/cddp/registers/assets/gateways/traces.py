"""อ่านไฟล์วัดความสั่นสะเทือน: CSV (or XLSX) and GPX as rows of texts by column, one after the other.

What a file is, is judged by its first bytes. Nothing is held in memory but the row in hand.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import IO, Final, Literal, NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _

from cddp.foundation.files.tables import TableSource, UnableToReadTable, open_table
from cddp.foundation.files.tables.csv_text import CsvText
from cddp.foundation.files.tables.limits import DEFAULT_LIMITS
from cddp.registers.assets.errors import UnableToReadTrace

Kind = Literal["csv", "gpx"]
SAMPLE_ROWS: Final = 5
_CHUNK: Final = 256 * 1024
_LOOKED_AT: Final = 50
_LONGEST_TEXT: Final = 200


class TraceRow(NamedTuple):
    """แถว: the number as the file counts it (of a GPX: the point), and the texts by column."""

    number: int
    texts: Mapping[str, str]


class TraceFile(NamedTuple):
    """ไฟล์ที่รู้จักแล้ว: its kind, its columns, and the first rows to show."""

    kind: Kind
    columns: list[str]
    samples: list[dict[str, str]]


def look_at(stream: IO[bytes], name: str) -> TraceFile:
    """Find kind and columns of a file. Raises UnableToReadTrace."""
    kind = _kind_of(stream)
    if kind == "csv":
        return _look_at_table(stream, name)
    columns: dict[str, None] = {}
    samples: list[dict[str, str]] = []
    for place, row in enumerate(read_rows(stream, kind, name)):
        if place >= _LOOKED_AT:
            break
        columns |= dict.fromkeys(row.texts)
        if place < SAMPLE_ROWS:
            samples.append(dict(row.texts))
    if not columns:
        raise UnableToReadTrace(_("ไฟล์ GPX นี้ไม่มีจุดของเส้นทาง (trkpt) โปรดส่งออกใหม่เป็น “track”"), code="empty")
    return TraceFile(kind, list(columns), samples)


def _look_at_table(stream: IO[bytes], name: str) -> TraceFile:
    try:
        with _open_table(stream, name) as table:
            rows = table.sample(SAMPLE_ROWS)
            columns = table.column_names
    except UnableToReadTable as refusal:
        raise _in_words(refusal) from None
    return TraceFile("csv", columns, [{column: row.text(column) for column in columns} for row in rows])


def _open_table(stream: IO[bytes], name: str) -> TableSource:
    """Open a table; one with decimal commas is cut by what its heading is cut by, and not at each decimal."""
    stream.seek(0)
    heading = stream.readline(_CHUNK)
    stream.seek(0)
    sign = next((sign for sign in (b";", b"\t") if heading.count(sign) >= 2), b"")
    if not sign or b"," in heading or heading.startswith(b"PK"):
        return open_table(stream, name)
    reader = CsvText(stream, DEFAULT_LIMITS)
    reader.delimiter = sign.decode()
    table = TableSource(stream, reader, name, DEFAULT_LIMITS, owned=False)
    table.choose()
    return table


def read_rows(stream: IO[bytes], kind: str, name: str) -> Iterator[TraceRow]:
    """Yield the rows of a file from its start. Raises UnableToReadTrace where it is broken."""
    if kind == "gpx":
        yield from _points(stream)
        return
    try:
        with _open_table(stream, name) as table:
            for row in table.data_rows():
                yield TraceRow(row.number, {column: cell.text for column, cell in row.cells.items()})
    except UnableToReadTable as refusal:
        raise _in_words(refusal) from None


def _in_words(refusal: UnableToReadTable) -> UnableToReadTrace:
    if refusal.code == "no_header":
        return UnableToReadTrace(
            _("หาแถวหัวตารางไม่พบ แถวแรกของไฟล์ต้องบอกชื่อคอลัมน์ เช่น time, lat, lon, az"), code="no_header"
        )
    return UnableToReadTrace(f"{refusal.message} {refusal.fix}".strip(), code=refusal.code)


def _kind_of(stream: IO[bytes]) -> Kind:
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    if not head.strip():
        raise UnableToReadTrace(_("ไฟล์ว่างเปล่า โปรดตรวจว่าส่งออกจากโทรศัพท์สำเร็จแล้วเลือกไฟล์ใหม่"), code="empty")
    is_markup = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return "gpx" if is_markup and (b"<gpx" in head or b":gpx" in head) else "csv"


class _Broken(Exception):
    pass


class _Points:
    """Collects the points of a GPX while expat reads: attributes, time, and every leaf of the extensions."""

    def __init__(self) -> None:
        self.ready: deque[dict[str, str]] = deque()
        self._row: dict[str, str] | None = None
        self._path: list[str] = []
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._path.append(local)
        self._text = []
        if local == "trkpt":
            self._row = {key: value[:_LONGEST_TEXT] for key, value in attributes.items()}
        elif self._row is not None:
            for key, value in attributes.items():
                self._row[f"{local}.{key.rpartition(':')[2]}"] = value[:_LONGEST_TEXT]

    def text(self, text: str) -> None:
        if self._row is not None and len(self._text) < _LONGEST_TEXT:
            self._text.append(text)

    def end(self, name: str) -> None:
        local = self._path.pop()
        if local == "trkpt" and self._row is not None:
            self.ready.append(self._row)
            self._row = None
        elif self._row is not None and (text := "".join(self._text).strip()):
            # <acc><x>: an axis alone does not say of which sensor.
            full = f"{self._path[-1]}.{local}" if len(local) <= 2 else local
            self._row[full] = text[:_LONGEST_TEXT]
        self._text = []


def _no_doctype(*_declaration: object) -> None:
    raise _Broken  # no GPX declares one; whoever does wants entities to be expanded


def _points(stream: IO[bytes]) -> Iterator[TraceRow]:
    points = _Points()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler, parser.EndElementHandler = points.start, points.end
    parser.CharacterDataHandler = points.text
    stream.seek(0)
    number = 0
    while True:
        piece = stream.read(_CHUNK)
        try:
            parser.Parse(piece, not piece)
        except (expat.ExpatError, _Broken):
            raise UnableToReadTrace(
                _("ไฟล์ GPX เสียหายหลังจุดที่ %(number)s โปรดส่งออกจากโทรศัพท์ใหม่")
                % {"number": number + len(points.ready)},
                code="broken_gpx",
            ) from None
        while points.ready:
            number += 1
            yield TraceRow(number, points.ready.popleft())
        if not piece:
            return
