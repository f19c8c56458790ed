"""วาดรูปใหม่: a picture from a person is drawn anew, so that nothing but what is to be seen is kept.

Place, time and device (EXIF, GPS, XMP), colour profiles, comments, further frames and whatever hides behind
the picture are gone, because only its points go over. Colour profiles are dropped unread: a photo from an iPhone
gets a shade paler, and no stranger's profile is ever parsed.

A picture is judged by its header before a point of it is decoded. Big ones are decoded one at a time in a process,
so that many at once cannot take all memory.
"""

import io
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import IO, Final

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from cddp.foundation.files.errors import UnableToStoreFile
from cddp.foundation.files.picture_names import HEAD_BYTES, begins_like_picture, is_heif, name_of_stranger

LARGEST_SIDE_PX: Final = 2560
# A JPEG in one pass is decoded line by line at a fraction of its size; all others stand in memory whole: an iPhone's
# HEIC of 48 million points takes 350 MB while it is read, a WebP three times as much for each point.
LARGEST_PIXELS_BY_LINES: Final = 110_000_000
LARGEST_PIXELS_WHOLE: Final = {"WEBP": 16_000_000}
LARGEST_PIXELS: Final = 52_000_000
# A usual progressive JPEG has ten passes. Thousands of empty ones over a large picture would take hours.
MOST_PASSES: Final = 40
JPEG_QUALITY: Final = 85
_FORMATS: Final = ("JPEG", "PNG", "WEBP")  # a JPEG of several frames comes out as "MPO"
_START_OF_SCAN: Final = 0xDA
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# What Pillow and its decoders raise over broken files.
_FAULTS: Final = (OSError, ValueError, SyntaxError, EOFError, RuntimeError, KeyError, TypeError, struct.error)
_one_at_a_time = Lock()
# Ours above is smaller; Pillow's own limit would otherwise warn in the log of each large photo.
Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS_BY_LINES


def draw_anew(stream: IO[bytes]) -> tuple[Image.Image, str]:
    """Return (bare picture in mode L, RGB or RGBA, upright, at most 2,560 px; the format it came in).

    `stream` must be seekable. Raises UnableToStoreFile "empty", "not_an_image", "broken_image",
    "too_many_pixels" or "too_many_passes", in words that name what the file is and what to do.
    """
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    try:
        with _one_at_a_time, _opened(stream, head) as picture:
            # WeasyPrint lets the whole process take half a picture for a whole one as soon as a page is printed.
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            _refuse_too_large(picture, stream)
            return _bare(picture), picture.format or ""
    except UnidentifiedImageError as failure:
        raise _refusal_of(head) from failure
    except Image.DecompressionBombError as failure:
        raise _too_many_pixels(LARGEST_PIXELS) from failure
    except _FAULTS as failure:
        raise _broken() from failure


@contextmanager
def rewindable(pieces: Iterator[bytes]) -> Iterator[IO[bytes]]:
    """Give the pieces as a stream that can be read twice: small ones from memory, large ones from the disk."""
    with tempfile.SpooledTemporaryFile(max_size=4 * 2**20) as kept:
        for piece in pieces:
            kept.write(piece)
        kept.seek(0)
        yield kept


def as_jpeg(picture: Image.Image, side_px: int, *, quality: int = JPEG_QUALITY) -> io.BytesIO:
    """Return the picture as JPEG, no side longer than this; what was transparent is white."""
    flat = _on_white(picture) if picture.mode == "RGBA" else picture.copy()
    flat.thumbnail((side_px, side_px))
    target = io.BytesIO()
    flat.save(target, "JPEG", quality=quality, optimize=True)
    target.seek(0)
    return target


def _opened(stream: IO[bytes], head: bytes) -> Image.Image:
    if not is_heif(head):
        return Image.open(stream, formats=_FORMATS)
    _learn_heif()
    return Image.open(stream, formats=("HEIF",))


@cache
def _learn_heif() -> None:
    # Loaded with the first such picture: 130 ms and 6 MB that most processes never need.
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)


def _refuse_too_large(picture: Image.Image, stream: IO[bytes]) -> None:
    by_lines = picture.format in ("JPEG", "MPO")
    if by_lines and not _is_in_one_pass(stream):
        by_lines = False
        if _count_passes(stream) > MOST_PASSES:
            raise _too_many_passes()
    limit = LARGEST_PIXELS_WHOLE.get(picture.format or "", LARGEST_PIXELS)
    if picture.width * picture.height > (LARGEST_PIXELS_BY_LINES if by_lines else limit):
        raise _too_many_pixels(limit)


def _bare(picture: Image.Image) -> Image.Image:
    # The decoder itself leaves out points that would be thrown away, where it can: a quarter of the memory.
    picture.draft(None, (LARGEST_SIDE_PX, LARGEST_SIDE_PX))
    picture.load()
    plain = _plain(picture)
    plain.thumbnail((LARGEST_SIDE_PX, LARGEST_SIDE_PX))
    upright = _upright(plain)
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    return bare


def _plain(picture: Image.Image) -> Image.Image:
    """Return it with 8 bits a colour; palettes, CMYK and 16 bits are understood, transparency is kept."""
    if picture.mode.startswith("I"):
        # 16 bits of grey: the upper half is what is to be seen.
        return picture.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    wanted = ("RGBA",) if picture.has_transparency_data else ("RGB", "L")
    return picture if picture.mode in wanted else picture.convert(wanted[0])


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except _FAULTS:
        return picture  # a photo whose notes are garbled is a photo still


def _on_white(picture: Image.Image) -> Image.Image:
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A"))
    return flat


def _is_in_one_pass(stream: IO[bytes]) -> bool:
    """Tell whether the first scan of a JPEG holds all its colours; if not, all of it must stand in memory."""
    stream.seek(2)
    colours = 0
    while (marker := _next_marker(stream)) is not None:
        kind, length = marker
        body = stream.read(length)
        if kind in _FRAMES:
            colours = body[5] if len(body) > 5 else 0
            if kind not in (0xC0, 0xC1, 0xC9):
                return False
        if kind == _START_OF_SCAN:
            return bool(body) and body[0] == colours
    return False


def _next_marker(stream: IO[bytes]) -> tuple[int, int] | None:
    sign = stream.read(1)
    while sign == b"\xff":
        kind = stream.read(1)
        if kind in (b"\xff", b"\x00", b"\x01"):
            sign = kind if kind == b"\xff" else stream.read(1)
            continue
        length = stream.read(2)
        return (kind[0], max(0, int.from_bytes(length, "big") - 2)) if len(length) == 2 else None
    return None


def _count_passes(stream: IO[bytes]) -> int:
    stream.seek(0)
    count, before = 0, b""
    for piece in iter(lambda: stream.read(2**20), b""):
        count += (before + piece).count(b"\xff\xda")
        before = piece[-1:]
    return count


def _refusal_of(head: bytes) -> UnableToStoreFile:
    if not head:
        return UnableToStoreFile(_("ไฟล์รูปว่างเปล่า โปรดเลือกรูปใหม่"), code="empty")
    if begins_like_picture(head):
        return _broken()
    words = _("ไฟล์นี้เป็น%(what)s ไม่ใช่รูปถ่าย โปรดถ่ายรูป หรือเลือกรูป JPEG, PNG, WebP หรือ HEIC แล้วส่งอีกครั้ง")
    name = name_of_stranger(head)
    # Thai joins its words; a foreign one stands apart.
    return UnableToStoreFile(words % {"what": f" {name}" if name.isascii() else name}, code="not_an_image")


def _broken() -> UnableToStoreFile:
    return UnableToStoreFile(
        _("รูปนี้เปิดไม่ได้ ไฟล์มาไม่ครบหรือเสียหาย โปรดส่งรูปนี้ใหม่ หรือถ่ายใหม่แล้วส่งอีกครั้ง"), code="broken_image"
    )


def _too_many_pixels(limit: int) -> UnableToStoreFile:
    words = _("รูปนี้ใหญ่เกินไป (เกิน %(limit)s ล้านจุด) โปรดถ่ายใหม่ด้วยขนาดปกติของกล้อง หรือย่อรูปก่อนส่ง")
    return UnableToStoreFile(words % {"limit": limit // 1_000_000}, code="too_many_pixels")


def _too_many_passes() -> UnableToStoreFile:
    return UnableToStoreFile(
        _("ไฟล์รูปนี้ซับซ้อนผิดปกติ ระบบไม่เปิดเพื่อความปลอดภัย โปรดถ่ายใหม่แล้วส่งอีกครั้ง"), code="too_many_passes"
    )
