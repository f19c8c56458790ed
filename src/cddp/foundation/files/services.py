"""เก็บและเปิดไฟล์: uploads kept by content, encrypted at rest where they hold personal data.

A file is written beside its place (".part") and moved there only when it is whole; a broken upload or a full
disk leaves nothing behind.
"""

import errno
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _
from PIL import Image

from cddp.foundation.audit import services as audit
from cddp.foundation.files.content_types import content_type_of
from cddp.foundation.files.errors import UnableToStoreFile
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.pictures import LARGEST_SIDE_PX, as_jpeg, draw_anew, rewindable
from cddp.foundation.files.sealed import PIECE, SealedReader, sealed_pieces
from cddp.foundation.tenancy.current import required_municipality_id, town_context
from cddp.foundation.values.identifiers import uuid7

__all__ = ["Photo", "open_stored", "remove_stored", "store_image", "store_photo", "store_upload"]

PHOTO_LIMIT_BYTES: Final = 40 * 2**20
PREVIEW_SIDE_PX: Final = 480
PREVIEW_QUALITY: Final = 70
_ENDS: Final = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}


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
    reading = _Reading(stream, limit, _file_too_large)
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
        _hold(stored.storage_name)
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


def store_image(
    stream: IO[bytes],
    name: str,
    *,
    permission: str,
    by: UUID | None = None,
    limit_bytes: int = PHOTO_LIMIT_BYTES,
) -> StoredFile:
    """Keep a picture, drawn anew: place, time and device (EXIF) are gone, and so is whatever hid in the file.

    JPEG, PNG and WebP stay what they are, HEIC becomes JPEG. Raises UnableToStoreFile: "not_an_image" for all
    else, "broken_image", "too_many_pixels", "too_large", "empty".
    """
    picture, kind = _drawn(stream, limit_bytes)
    clean, end = io.BytesIO(), _ENDS.get(kind, ".jpg")
    if kind in _ENDS:
        picture.save(clean, kind, quality=85)
        clean.seek(0)
    else:
        clean = as_jpeg(picture, LARGEST_SIDE_PX)
    return store_upload(clean, Path(name).stem[:200] + end, permission=permission, encrypted=False, by=by)


class Photo(NamedTuple):
    """รูปถ่ายจากคน: the picture as it is kept, and a small one for lists on a bad signal."""

    file: StoredFile
    preview: StoredFile


def store_photo(
    stream: IO[bytes],
    name: str,
    *,
    permission: str,
    by: UUID | None = None,
    limit_bytes: int = PHOTO_LIMIT_BYTES,
) -> Photo:
    """Keep a photo that a person took, and its preview of 480 px: both JPEG, drawn anew, encrypted at rest.

    Whoever shows it keeps both ids. Refuses as `store_image` does.
    """
    picture, _kind = _drawn(stream, limit_bytes)
    bare = Path(name.replace("\\", "/")).stem[:200] or "photo"
    large = as_jpeg(picture, LARGEST_SIDE_PX)
    small = as_jpeg(picture, PREVIEW_SIDE_PX, quality=PREVIEW_QUALITY)
    return Photo(
        store_upload(large, f"{bare}.jpg", permission=permission, by=by),
        store_upload(small, f"{bare}-preview.jpg", permission=permission, by=by),
    )


def _drawn(stream: IO[bytes], limit_bytes: int) -> tuple[Image.Image, str]:
    with rewindable(iter(_Reading(stream, limit_bytes, _photo_too_large))) as kept:
        return draw_anew(kept)


def open_stored(file: StoredFile) -> IO[bytes]:
    """Return the content as a readable, seekable stream; decrypted on the fly where it is encrypted."""
    raw: IO[bytes] = default_storage.open(file.storage_name, "rb")
    if not file.is_encrypted:
        return raw
    return io.BufferedReader(SealedReader(raw, _context(file.municipality_id), file.size_bytes), PIECE)


def remove_stored(file: StoredFile) -> None:
    """Take a file away that nothing points to any more, for a retention rule.

    Its row goes at once; its content when that is certain, unless another upload of the town holds the same: one
    that is not yet certain either is waited for.
    """
    municipality_id, sha256 = file.municipality_id, file.sha256
    is_encrypted, name = file.is_encrypted, file.storage_name
    file.delete()

    def _remove_content() -> None:
        with town_context(municipality_id):
            _hold(name, alone=True)
            if not StoredFile.objects.filter(sha256=sha256, is_encrypted=is_encrypted).exists():
                _remove(name)

    transaction.on_commit(_remove_content)


def _context(municipality_id: int | None = None) -> str:
    return f"file:{municipality_id or required_municipality_id()}"


class _Reading:
    """An upload being read: counts, hashes and refuses to go on beyond the limit."""

    def __init__(self, stream: IO[bytes], limit: int, words: Callable[[int], str]) -> None:
        self._stream, self._limit, self._words = stream, limit, words
        self.size = 0
        self.head = b""
        self.hash = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._stream.read(PIECE):
            self.size += len(piece)
            if self.size > self._limit:
                raise UnableToStoreFile(self._words(self._limit // 2**20), code="too_large")
            self.head = self.head or piece[:8192]
            self.hash.update(piece)
            yield piece


def _file_too_large(limit_mb: int) -> str:
    return _("ไฟล์ใหญ่เกิน %(limit)s เมกะไบต์ โปรดแบ่งไฟล์แล้วส่งทีละส่วน") % {"limit": limit_mb}


def _photo_too_large(limit_mb: int) -> str:
    return _("รูปใหญ่เกิน %(limit)s เมกะไบต์ โปรดย่อรูป หรือถ่ายใหม่ด้วยขนาดเล็กลง") % {"limit": limit_mb}


class _Pieces(File):  # type: ignore[type-arg]
    """What a storage saves: pieces as they come, never the whole in memory."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__(io.BytesIO())
        self._pieces = pieces

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return self._pieces


def _write(name: str, pieces: Iterator[bytes]) -> None:
    default_storage.save(name, _Pieces(pieces))


def _hold(name: str, *, alone: bool = False) -> None:
    """Keep a content from being taken away until this transaction ends; `alone` waits for all who keep it so."""
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [name])


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
