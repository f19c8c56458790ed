"""ไฟล์นี้คืออะไร: names what people send instead of a picture, judged by its first bytes, in words they know."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

HEIF_BRANDS: Final = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
)
HEAD_BYTES: Final = 1024
_ARCHIVE: Final = gettext_lazy("ไฟล์บีบอัดหรือเอกสาร Office")
_VIDEO: Final = gettext_lazy("วิดีโอ")
_SOUND: Final = gettext_lazy("ไฟล์เสียง")
_PROGRAM: Final = gettext_lazy("โปรแกรม")
_TIFF: Final = gettext_lazy("รูป TIFF หรือไฟล์ดิบจากกล้อง")
_JPEG_XL: Final = gettext_lazy("รูป JPEG XL")
_BEGINNINGS: Final = (
    (b"GIF8", gettext_lazy("ภาพเคลื่อนไหว GIF")),
    (b"PK\x03\x04", _ARCHIVE),
    (b"PK\x05\x06", _ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"\x1aE\xdf\xa3", _VIDEO),
    (b"ID3", _SOUND),
    (b"OggS", _SOUND),
    (b"MZ", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"II*\x00", _TIFF),
    (b"MM\x00*", _TIFF),
    (b"\xff\x0a", _JPEG_XL),
    (b"\x00\x00\x00\x0cJXL ", _JPEG_XL),
    (b"BM", gettext_lazy("รูป BMP")),
)
_MARKUP: Final = (b"<svg", b"<!doctype", b"<html", b"<?xml", b"<script")


def is_heif(head: bytes) -> bool:
    """Tell whether the first bytes are those of a HEIC or HEIF picture, as iPhones take them."""
    return head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS


def begins_like_picture(head: bytes) -> bool:
    """Tell whether the file claims to be one of the pictures that are taken: then it is broken, not foreign."""
    is_webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or is_webp or is_heif(head)


def name_of_stranger(head: bytes) -> str:
    """Return what the file seems to be, for the sentence "ไฟล์นี้เป็น …"."""
    if b"%PDF-" in head[:HEAD_BYTES]:
        return "PDF"
    for beginning, words in _BEGINNINGS:
        if head.startswith(beginning):
            return str(words)
    if head[4:8] == b"ftyp":
        return _name_of_media(head[8:12])
    if head.startswith(b"RIFF"):
        return str(_VIDEO if head[8:12] == b"AVI " else _SOUND)
    if any(sign in head[:HEAD_BYTES].lower() for sign in _MARKUP):
        return _("หน้าเว็บหรือภาพเวกเตอร์ (SVG)")
    return _("ไฟล์ข้อความ") if _is_text(head) else _("ไฟล์ชนิดที่ระบบไม่รู้จัก")


def _name_of_media(brand: bytes) -> str:
    if brand in (b"avif", b"avis"):
        return _("รูป AVIF")
    return str(_SOUND if brand.startswith(b"M4A") else _VIDEO)


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8", errors="strict")
    except UnicodeDecodeError as fault:
        # The cut may fall inside a Thai letter, which has three bytes.
        text = head[: fault.start].decode("utf-8") if fault.start > len(head) - 4 else "\x00"
    return "\x00" not in text
