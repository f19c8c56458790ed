"""อ่านไฟล์เรื่องร้องเรียน: NDJSON, a JSON array, an answer of an API, or CSV; packed with gzip or not.

Lines are read one by one. A line that cannot be read is handed on as it is, with the reason; only a file that
is no table of tickets at all is refused.
"""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from django.utils.translation import gettext as _

from cddp.operations.complaints.choices import OddReason
from cddp.operations.complaints.errors import UnableToReadTickets

MEGABYTE = 1024 * 1024
LINE_LIMIT = 2 * MEGABYTE
WHOLE_LIMIT = 50 * MEGABYTE
UNPACKED_LIMIT = 4096 * MEGABYTE
GZIP_MARK = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
RAW_KEPT = 20_000

OpenFile = Callable[[], IO[bytes]]
"""Opens the file anew each time; it is read once to count and once to take."""


@dataclass(frozen=True)
class RawRow:
    """แถวดิบ: one row of a file, numbered from 1; `row` is None when it could not be read, `text` then holds it."""

    number: int
    row: dict[str, Any] | None
    text: str = ""
    reason: OddReason | None = None


def as_rows(found: Iterable[object]) -> Iterator[RawRow]:
    """Yield what stands in a list as raw rows, numbered from 1; what is no object is handed on with the reason."""
    for number, row in enumerate(found, start=1):
        yield _as_row(number, row)


def read_rows(open_file: OpenFile) -> Iterator[RawRow]:
    """Yield the rows of a file. Raises UnableToReadTickets for a file that is no list of tickets."""
    try:
        with open_file() as packed:
            is_packed = packed.read(2) == GZIP_MARK
            packed.seek(0)
            yield from _rows(cast(IO[bytes], gzip.GzipFile(fileobj=packed)) if is_packed else packed)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise UnableToReadTickets(
            _("ไฟล์บีบอัด (.gz) เสียหายหรือดาวน์โหลดมาไม่ครบ กรุณาดาวน์โหลดใหม่"), code="broken_gzip"
        ) from None


def _rows(stream: IO[bytes]) -> Iterator[RawRow]:
    head = stream.read(64 * 1024)
    stream.seek(0)
    start = head.removeprefix(BOM).lstrip()
    if not start:
        raise UnableToReadTickets(_("ไฟล์ว่างเปล่า ไม่มีเรื่องร้องเรียน"), code="empty")
    if start.startswith(b"[") or _is_one_answer(start):
        return _whole(stream)
    if start.startswith(b"{"):
        return _lines(stream)
    if b"ticket_id" in start.split(b"\n", 1)[0]:
        return _table(stream)
    raise UnableToReadTickets(
        _("ไฟล์นี้ไม่ใช่รายการเรื่องร้องเรียนของ Traffy (ต้องเป็น JSON, NDJSON หรือ CSV ที่มีคอลัมน์ ticket_id)"),
        code="not_tickets",
    )


def _is_one_answer(start: bytes) -> bool:
    """Tell whether the file is one object (an answer of an API), not one object a line."""
    first_line = start.split(b"\n", 1)[0].strip()
    if not start.startswith(b"{"):
        return False
    try:
        row = json.loads(first_line)
    except ValueError:
        # A pretty-printed object begins with a brace and little else; a broken NDJSON line is longer.
        return len(first_line) < 3 or b'"results"' in first_line or b'"features"' in first_line
    return isinstance(row, dict) and ("results" in row or "features" in row)


def _bounded_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield lines of at most LINE_LIMIT bytes; a file that swells while it is unpacked is refused."""
    unpacked = 0
    while line := stream.readline(LINE_LIMIT):
        unpacked += len(line)
        if unpacked > UNPACKED_LIMIT:
            raise UnableToReadTickets(_("ไฟล์ขยายออกแล้วใหญ่ผิดปกติ จึงหยุดอ่าน"), code="too_large")
        yield line


def _lines(stream: IO[bytes]) -> Iterator[RawRow]:
    number = 0
    for line in _bounded_lines(stream):
        text = line.removeprefix(BOM).strip()
        if text:
            number += 1
            yield _read_line(number, text)


def _read_line(number: int, line: bytes) -> RawRow:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return RawRow(number, None, line[:RAW_KEPT].decode("utf-8", "replace"), OddReason.MALFORMED_LINE)
    return _as_row(number, row)


def _as_row(number: int, row: object) -> RawRow:
    if isinstance(row, dict):
        return RawRow(number, row)
    return RawRow(number, None, json.dumps(row, ensure_ascii=False)[:RAW_KEPT], OddReason.NOT_A_TICKET)


def _whole(stream: IO[bytes]) -> Iterator[RawRow]:
    content = stream.read(WHOLE_LIMIT + 1)
    if len(content) > WHOLE_LIMIT:
        raise UnableToReadTickets(
            _("ไฟล์ JSON ใหญ่เกิน 50 เมกะไบต์ กรุณาใช้แบบหนึ่งเรื่องต่อบรรทัด (NDJSON)"), code="too_large"
        )
    try:
        found = json.loads(content.removeprefix(BOM))
    except (ValueError, RecursionError) as problem:
        place = getattr(problem, "lineno", 0)
        raise UnableToReadTickets(
            _("ไฟล์ JSON ไม่สมบูรณ์ (บรรทัด %(line)s) กรุณาดาวน์โหลดใหม่") % {"line": place}, code="broken_json"
        ) from None
    yield from as_rows(_list_in(found))


def _list_in(found: Any) -> list[Any]:
    if isinstance(found, list):
        return found
    if str(found.get("status", "")).lower() in ("fail", "error"):
        raise UnableToReadTickets(
            _("ไฟล์นี้เป็นคำปฏิเสธของ Traffy ไม่ใช่รายการเรื่อง: %(message)s")
            % {"message": str(found.get("message", ""))[:200]},
            code="refused_answer",
        )
    results = found.get("results")
    if isinstance(results, dict):
        return [results]
    if isinstance(results, list):
        return results
    return [_from_feature(feature) for feature in found.get("features") or []]


def _from_feature(feature: Any) -> Any:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return feature
    geometry = feature.get("geometry") or {}
    return {**feature["properties"], "coords": geometry.get("coordinates")}


def _table(stream: IO[bytes]) -> Iterator[RawRow]:
    stream.seek(len(BOM) if stream.read(len(BOM)) == BOM else 0)
    reader = csv.DictReader(line.decode("utf-8", "replace") for line in _bounded_lines(stream))
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or []]
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            extra = cast(dict[str | None, Any], row).pop(None, None)
            if extra:
                shown = json.dumps({**row, "…": extra}, ensure_ascii=False)[:RAW_KEPT]
                yield RawRow(number, None, shown, OddReason.MALFORMED_LINE)
            else:
                yield RawRow(number, dict(row))
    except csv.Error:
        raise UnableToReadTickets(
            _("ไฟล์ CSV เสียหลังแถวที่ %(row)s (เครื่องหมายคำพูดไม่ครบ)") % {"row": number}, code="broken_csv"
        ) from None
