"""รหัสอักขระของตารางแนบ: which encoding the attributes of a shapefile have.

A shapefile's .dbf seldom says it, and read wrongly it gives mojibake without any error. In order: what the .cpg or
.cst says, if the bytes bear it out; strict UTF-8; TIS-620/Windows-874; else a person is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cddp.foundation.values.thai_text import is_mojibake

THAI: Final = "cp874"
CODECS: Final = {"utf-8": "UTF-8", THAI: "TIS-620 / Windows-874", "cp1252": "Windows-1252 / Latin-1"}
_UNUSED_IN_CP874: Final = bytes(
    [*range(0x81, 0x85), *range(0x86, 0x91), *range(0x98, 0xA0), *range(0xDB, 0xDF), *range(0xFC, 0x100)]
)
_THAI_BYTES: Final = bytes([*range(0xA1, 0xDB), *range(0xDF, 0xFC)])
_BROKEN_SHARE: Final = 0.02
_LDID_THAI: Final = 0x50


@dataclass(frozen=True)
class Encoding:
    """รหัสอักขระที่พบ: `codec` is "" when a person must say; `found` tells how it was found."""

    codec: str
    found: str
    is_mojibake: bool = False


def codec_named(text: str) -> str:
    """Return the codec that a .cpg or .cst names: "874", "ANSI 874", "TIS-620", "65001", "UTF8" …; "" if unknown."""
    name = re.sub(r"[^a-z0-9]", "", text.lower())
    if "utf8" in name or name == "65001":
        return "utf-8"
    if "874" in name or "tis620" in name or "885911" in name:
        return THAI
    return "cp1252" if "1252" in name or "88591" in name or "latin1" in name else ""


def decide(samples: Sequence[bytes], named: str = "", language: int = 0) -> Encoding:
    """Judge by texts as they stand in the file. `named` is the text of the .cpg, `language` the .dbf's own mark."""
    texts = [text for text in samples if not text.isascii()]
    said = codec_named(named)
    if not texts:
        return Encoding(said or "utf-8", "cpg" if said else "ascii")
    if said in ("", "utf-8") and all(is_utf8(text) for text in texts):
        return _judged("utf-8", "cpg" if said else "utf-8", texts)
    whole = b"".join(texts)
    if fits_thai(whole):
        # Programs set to a Western language write 1252 beside bytes that are Thai all through.
        found = "cpg" if said == THAI or (language == _LDID_THAI and not said) else "cp874"
        return _judged(THAI, found, texts)
    if said == "cp1252":
        return _judged(said, "cpg", texts)
    return Encoding("", "unknown")


def is_utf8(text: bytes) -> bool:
    """Tell whether bytes are UTF-8; a last letter cut off by the width of its field is forgiven."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as fault:
        return fault.reason == "unexpected end of data" and fault.start > 0
    return True


def fits_thai(whole: bytes) -> bool:
    """Tell whether the bytes beyond ASCII are letters of TIS-620."""
    beyond = len(whole) - len(whole.translate(None, bytes(range(0x80, 0x100))))
    unused = len(whole) - len(whole.translate(None, _UNUSED_IN_CP874))
    thai = len(whole) - len(whole.translate(None, _THAI_BYTES))
    return unused <= _BROKEN_SHARE * beyond and thai >= (1 - 3 * _BROKEN_SHARE) * beyond


def _judged(codec: str, found: str, texts: Sequence[bytes]) -> Encoding:
    read = [decode(text, codec) for text in texts[:500]]
    broken = sum(map(is_mojibake, read)) > len(read) / 2
    return Encoding(codec, found, broken)


def decode(text: bytes, codec: str) -> str:
    """Return the text; a letter cut off at the end falls away, other broken bytes become U+FFFD."""
    if codec == "utf-8":
        # Continuation bytes before the cut: at most three belong to the letter that was cut.
        for cut in range(4):
            try:
                return text[: len(text) - cut].decode("utf-8")
            except UnicodeDecodeError:
                continue
    return text.decode(codec, "replace")


def unique_names(names: Sequence[str]) -> list[str]:
    """Return the names so that none stands twice: a .dbf cuts them at 10 bytes and makes two alike."""
    seen: dict[str, int] = {}
    found = []
    for place, name in enumerate(names, 1):
        tidy = name.replace("\x00", "").strip() or f"คอลัมน์ {place}"
        seen[tidy] = seen.get(tidy, 0) + 1
        found.append(tidy if seen[tidy] == 1 else f"{tidy} ({seen[tidy]})")
    return found
