"""ข้อความไทย: text made fit to keep, to match and to sort.

Sources: Unicode normalisation form C; the order of Thai marks of WTT 2.0 (consonant, upper or lower vowel,
tone mark, following vowel); the dictionary order of the Royal Institute (a leading vowel counts after its
consonant, tone marks only break ties). In the database the ICU collation `th-x-icu` sorts; `sort_key` here
is for lists in Python.
"""

import re
import unicodedata
from typing import Final

from cddp.foundation.values.titles import cut_title

_TO_ARABIC: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_THAI_DIGIT = re.compile("[๐-๙]")
_TO_THAI: Final = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

# Unseen, yet they make two equal names unequal: zero-width, direction marks, soft hyphen, objects.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffc]"
)
_BLANKS = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LINE_ENDS = re.compile("\r\n|\r|\u0085|\u2028|\u2029")
_MARKS = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{2,}")
_SARA_AM_IN_PARTS = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_TONE_AFTER_SARA_AM = re.compile("\u0e33([\u0e48-\u0e4b]+)")
_SPACE_BEFORE_MARK = re.compile("(?<=[ก-ฮ]) +(?=[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])")
_DOUBLED_VOWEL = re.compile("([\u0e30\u0e33\u0e41-\u0e44])\\1+")
_TONES = re.compile("[\u0e48-\u0e4b]")


def _mark_rank(mark: str) -> int:
    if mark == "\u0e3a":
        return 0
    if "\u0e48" <= mark <= "\u0e4b":
        return 2
    return 3 if mark >= "\u0e4c" else 1


def _marks_in_order(found: re.Match[str]) -> str:
    ordered = sorted(found.group(), key=_mark_rank)
    return "".join(mark for place, mark in enumerate(ordered) if place == 0 or mark != ordered[place - 1])


def _thai_in_order(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    text = text.replace("เเ", "แ")
    text = _SPACE_BEFORE_MARK.sub("", text)
    text = _MARKS.sub(_marks_in_order, text)
    text = _SARA_AM_IN_PARTS.sub("\\1\u0e33", text)
    text = _TONE_AFTER_SARA_AM.sub("\\1\u0e33", text)
    return _DOUBLED_VOWEL.sub("\\1", text)


def normalise(text: str) -> str:
    """Return the text as it is kept: one spelling for what looks the same, nothing invisible, single blanks.

    Line breaks stay (as "\\n"); digits stay as written. Applying it twice changes nothing.
    """
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    while (ordered := _thai_in_order(text)) != text:
        text = ordered
    text = _BLANKS.sub(" ", text)
    return re.sub(" ?\n ?", "\n", text).strip()


def normalise_line(text: str) -> str:
    """As `normalise`, with line breaks turned into blanks: for names, numbers, addresses."""
    return normalise(_LINE_ENDS.sub(" ", text).replace("\n", " "))


def to_arabic_digits(text: str) -> str:
    """Turn ๐–๙ into 0–9; all else stays."""
    # Most texts hold none, and looking costs a twentieth of turning.
    return text.translate(_TO_ARABIC) if _THAI_DIGIT.search(text) else text


def to_thai_digits(text: str) -> str:
    """Turn 0–9 into ๐–๙; all else stays."""
    return text.translate(_TO_THAI)


class _Compared(dict[int, int | None]):
    """Which signs count when texts are compared; each is judged once, since imports compare millions."""

    def __missing__(self, code: int) -> int | None:
        counts = chr(code) == "/" or unicodedata.category(chr(code))[0] in "LNM"
        self[code] = code if counts else None
        return self[code]


_COMPARED: Final = _Compared()


def search_key(text: str, *, drop_title: bool = True, drop_tones: bool = False) -> str:
    """Return the form under which texts are compared: lower case, Arabic digits, no title, no blanks or
    punctuation.

    "/" stays, since 12/3 and 123 are different houses. `drop_tones` forgives a wrong or missing tone mark.
    """
    text = to_arabic_digits(normalise_line(text)).lower()
    if drop_title:
        text = cut_title(text)[1]
    if drop_tones:
        text = _TONES.sub("", text)
    return text.translate(_COMPARED)


# ── mojibake ──────────────────────────────────────────────────────────────────────────────────────


def _bytes_as_misread(text: str, codec: str) -> bytes | None:
    """Return the bytes that gave this text when read as `codec`; C1 controls stand for undefined bytes."""
    out = bytearray()
    for sign in text:
        try:
            out += sign.encode(codec)
        except UnicodeEncodeError:
            if not "\x80" <= sign <= "\x9f":
                return None
            out.append(ord(sign))
    return bytes(out)


def _thai_letters(text: str) -> int:
    return sum(1 for sign in text if "\u0e01" <= sign <= "\u0e3a" or "\u0e3f" <= sign <= "\u0e5b")


def _as_utf8(text: str, codec: str) -> str | None:
    octets = _bytes_as_misread(text, codec)
    if octets is None:
        return None
    try:
        repaired = octets.decode("utf-8")
    except UnicodeDecodeError:
        return None
    signs = [sign for sign in repaired if sign > "\x7f"]
    if _thai_letters(repaired) < 2 or any(unicodedata.category(sign) == "Cn" for sign in signs):
        return None
    return repaired


def _latin_as_thai(text: str) -> str | None:
    foreign = sum(1 for sign in text if "\u00a1" <= sign <= "\u00fb")
    letters = sum(1 for sign in text if sign.isascii() and sign.isalpha())
    if foreign < 2 or foreign <= letters or any(sign > "\u2fff" or "ก" <= sign <= "๛" for sign in text):
        return None
    octets = _bytes_as_misread(text, "cp1252")
    if octets is None:
        return None
    try:
        return octets.decode("cp874")
    except UnicodeDecodeError:
        return None


def repair_mojibake(text: str) -> str:
    """Return the Thai text behind a wrong decoding, or the text itself where it is sound.

    Undone: UTF-8 read as Windows-874 ("เธšเน‰เธฒเธ™"), UTF-8 read as Latin-1 ("à¸šà¹‰à¸²à¸™"), Windows-874
    read as Latin-1 ("ºéÒ¹"). Only a text that decodes wholly and strictly is touched. Call it before
    `normalise`, which drops the control characters that the repair needs.
    """
    if text.isascii():
        return text
    for repaired in (_as_utf8(text, "cp874"), _as_utf8(text, "cp1252"), _latin_as_thai(text)):
        if repaired is not None:
            return repaired
    return text


def is_mojibake(text: str) -> bool:
    """Tell whether `repair_mojibake` would change the text."""
    return repair_mojibake(text) != text


# ── order ─────────────────────────────────────────────────────────────────────────────────────────

_LEADING_VOWEL = re.compile("([เ-ไ])([ก-ฮ])")
_LIGHT_MARKS: Final = "\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"


def sort_key(text: str) -> tuple[str, str]:
    """Return a key that puts a list in the order of a Thai dictionary: `sorted(names, key=sort_key)`."""
    swapped = _LEADING_VOWEL.sub(r"\2\1", to_arabic_digits(normalise_line(text)).lower())
    heavy: list[str] = []
    light: list[str] = []
    for sign in swapped:
        if sign in _LIGHT_MARKS:
            light[-1:] = [light[-1] + sign] if light else [sign]
        else:
            heavy.append(sign)
            light.append("\u0001")
    return "".join(heavy), "".join(light)
