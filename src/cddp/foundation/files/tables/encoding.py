"""รหัสอักขระ: which encoding a Thai text file really has.

A byte-order mark decides; then strict UTF-8 over the whole file (Thai in TIS-620 practically never is valid
UTF-8); then TIS-620/Windows-874. A UTF-8 file with a few broken bytes is still UTF-8: reading it as
Windows-874 would turn every name into "เธ…".
"""

import codecs
from typing import IO, Final, NamedTuple

from cddp.foundation.files.tables.errors import UnableToReadTable

_PIECE: Final = 256 * 1024
_UNUSED_IN_CP874: Final = bytes(
    [*range(0x81, 0x85), *range(0x86, 0x91), *range(0x98, 0xA0), *range(0xDB, 0xDF), *range(0xFC, 0x100)]
)
_BROKEN_SHARE: Final = 0.05


class Encoding(NamedTuple):
    """รหัสอักขระที่พบ: the codec's name in Python, and how many bytes of the file do not fit it."""

    codec: str
    broken: int = 0


def detect_encoding(stream: IO[bytes]) -> Encoding:
    """Read the stream from its start to its end and name its encoding; UnableToReadTable when none fits."""
    stream.seek(0)
    head = stream.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig", _broken_in_utf8(stream).broken)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16")
    if wide := _wide_without_mark(head):
        return Encoding(wide)
    found = _broken_in_utf8(stream)
    if not found.broken or found.broken < _BROKEN_SHARE * found.beyond_ascii:
        return Encoding("utf-8", found.broken)
    if found.unused_in_cp874 > _BROKEN_SHARE * found.beyond_ascii:
        raise UnableToReadTable("unknown_encoding")
    return Encoding("cp874", found.unused_in_cp874)


def _wide_without_mark(head: bytes) -> str:
    # UTF-16 of Thai and ASCII: every second byte is 0x0E or 0x00.
    pairs = len(head) // 2
    if pairs < 8:
        return ""
    for start, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = head[start : pairs * 2 : 2]
        if high.count(0x00) + high.count(0x0E) > 0.95 * pairs and b"\x00" in high:
            return codec
    return ""


class _Survey(NamedTuple):
    broken: int
    beyond_ascii: int
    unused_in_cp874: int


def _broken_in_utf8(stream: IO[bytes]) -> _Survey:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = beyond_ascii = unused = 0
    while piece := stream.read(_PIECE):
        if piece.isascii():
            broken += decoder.decode(piece).count("\ufffd")
            continue
        beyond_ascii += len(piece) - len(piece.translate(None, bytes(range(0x80, 0x100))))
        unused += len(piece) - len(piece.translate(None, _UNUSED_IN_CP874))
        broken += decoder.decode(piece).count("\ufffd") - piece.count(b"\xef\xbf\xbd")
    broken += decoder.decode(b"", True).count("\ufffd")
    return _Survey(max(broken, 0), beyond_ascii, unused)
