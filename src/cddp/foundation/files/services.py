"""เก็บและเปิดไฟล์: uploads kept by content, encrypted at rest where they hold personal data.

A file is written beside its place (".part") and moved there only when it is whole; a broken upload or a full
disk leaves nothing behind.
"""

import errno
import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from cddp.foundation.audit import services as audit
from cddp.foundation.files.content_types import content_type_of
from cddp.foundation.files.errors import UnableToStoreFile
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.sealed import PIECE, SealedReader, sealed_pieces
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.identifiers import uuid7

__all__ = ["open_stored", "store_image", "store_upload"]

LARGEST_SIDE_PX: Final = 2560
LARGEST_PIXELS: Final = 80_000_000
_KINDS: Final = {
    "JPEG": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
}


def store_upload(
    stream: IO[bytes],
    name: str,
    *,
    permission: str,
    encrypted: bool = True,
    limit_bytes: int | None = None,
    by: UUID | None = None,
) -> StoredFile:
    """Keep what the stream holds, read piece by piece; return its row in the current town.

    Raises UnableToStoreFile: "too_large" as soon as the limit is passed, "empty", "no_space".
    """
    limit = settings.UPLOAD_LIMIT_BYTES if limit_bytes is None else limit_bytes
    part = f"{required_municipality_id()}/incoming/{uuid7().hex}.part"
    reading = _Reading(stream, limit)
    try:
        pieces = sealed_pieces(reading, _context()) if encrypted else iter(reading)
        _write(part, pieces)
        if not reading.size:
            raise UnableToStoreFile(_("ไฟล์ว่างเปล่า โปรดเลือกไฟล์ใหม่"), code="empty")
        stored = StoredFile(
            name=_tidy_name(name),
            content_type=content_type_of(reading.head, name),
            size_bytes=reading.size,
            sha256=reading.hash.hexdigest(),
            is_encrypted=encrypted,
            permission=permission,
            uploaded_by=by,
        )
        _put_in_place(part, stored.storage_name)
    except OSError as failure:
        _remove(part)
        raise _in_words(failure) from failure
    except BaseException:
        _remove(part)
        raise
    stored.save(force_insert=True)
    audit.record("files.file.stored", stored, changes={"size_bytes": [None, stored.size_bytes]})
    return stored


def store_image(stream: IO[bytes], name: str, *, permission: str, by: UUID | None = None) -> StoredFile:
    """Keep a picture, drawn anew: place, time and device (EXIF) are gone, and so is whatever hid in the file.

    Raises UnableToStoreFile "not_an_image" for anything but a JPEG, PNG or WebP of sound size.
    """
    clean = io.BytesIO()
    try:
        with Image.open(_Reading(stream, settings.UPLOAD_LIMIT_BYTES).whole()) as picture:
            kind = picture.format or ""
            if kind not in _KINDS or picture.width * picture.height > LARGEST_PIXELS:
                raise UnableToStoreFile(
                    _("รับเฉพาะรูป JPEG, PNG หรือ WebP ขนาดไม่เกิน 80 ล้านจุด"), code="not_an_image"
                )
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LARGEST_SIDE_PX, LARGEST_SIDE_PX))
            bare = Image.new(upright.mode, upright.size)
            bare.paste(upright)
            if kind == "JPEG" and bare.mode not in ("RGB", "L"):
                bare = bare.convert("RGB")
            bare.save(clean, kind, quality=85)
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as failure:
        raise UnableToStoreFile(_("เปิดรูปนี้ไม่ได้ ไฟล์อาจเสียหายหรือไม่ใช่รูป"), code="not_an_image") from failure
    clean.seek(0)
    tidy = Path(name).stem[:200] + _KINDS[kind][1]
    return store_upload(clean, tidy, permission=permission, encrypted=False, by=by)


def open_stored(file: StoredFile) -> IO[bytes]:
    """Return the content as a readable, seekable stream; decrypted on the fly where it is encrypted."""
    raw: IO[bytes] = default_storage.open(file.storage_name, "rb")
    if not file.is_encrypted:
        return raw
    return io.BufferedReader(SealedReader(raw, _context(file.municipality_id), file.size_bytes), PIECE)


def _context(municipality_id: int | None = None) -> str:
    return f"file:{municipality_id or required_municipality_id()}"


class _Reading:
    """An upload being read: counts, hashes and refuses to go on beyond the limit."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream, self._limit = stream, limit
        self.size = 0
        self.head = b""
        self.hash = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._stream.read(PIECE):
            self.size += len(piece)
            if self.size > self._limit:
                raise UnableToStoreFile(
                    _("ไฟล์ใหญ่เกิน %(limit)s เมกะไบต์ โปรดแบ่งไฟล์แล้วส่งทีละส่วน") % {"limit": self._limit // 2**20},
                    code="too_large",
                )
            self.head = self.head or piece[:8192]
            self.hash.update(piece)
            yield piece

    def whole(self) -> io.BytesIO:
        return io.BytesIO(b"".join(self))


class _Pieces(File):  # type: ignore[type-arg]
    """What a storage saves: pieces as they come, never the whole in memory."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__(io.BytesIO())
        self._pieces = pieces

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return self._pieces


def _write(name: str, pieces: Iterator[bytes]) -> None:
    default_storage.save(name, _Pieces(pieces))


def _put_in_place(part: str, name: str) -> None:
    """Move the finished part to its place; the same content may lie there already."""
    if default_storage.exists(name):
        _remove(part)
    elif isinstance(default_storage, FileSystemStorage) or hasattr(default_storage, "path"):
        target = Path(default_storage.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(default_storage.path(part), target)
    else:
        with default_storage.open(part, "rb") as written:
            default_storage.save(name, written)
        _remove(part)


def _remove(name: str) -> None:
    if default_storage.exists(name):
        default_storage.delete(name)


def _in_words(failure: OSError) -> UnableToStoreFile:
    if failure.errno in (errno.ENOSPC, errno.EDQUOT):
        return UnableToStoreFile(_("เครื่องไม่มีเนื้อที่เหลือพอเก็บไฟล์ โปรดแจ้งผู้ดูแลระบบ"), code="no_space")
    return UnableToStoreFile(_("เก็บไฟล์ไม่สำเร็จ โปรดลองอีกครั้ง หรือแจ้งผู้ดูแลระบบ"), code="not_stored")


def _tidy_name(name: str) -> str:
    bare = name.replace("\\", "/").rpartition("/")[2].strip()
    return "".join(sign for sign in bare if sign.isprintable())[-255:] or "ไฟล์"
