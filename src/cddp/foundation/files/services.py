"""เก็บและเปิดไฟล์: uploads kept under the hash of their content, below the town's own folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from cddp.foundation.files.models import StoredFile
from cddp.foundation.values.errors import UnableTo


class UnableToStoreFile(UnableTo):
    """เก็บไฟล์ไม่ได้."""

    code = "file"


def store_upload(
    upload: "File[Any]", *, permission: str, uploaded_by: UUID | None = None, name: str = ""
) -> StoredFile:
    """Keep an uploaded file; the same content is kept once in a town. Whoever holds `permission` may open it.

    Raises UnableToStoreFile when it is empty or larger than CDDP_UPLOAD_LIMIT_MB.
    """
    size = upload.size or 0
    if size == 0:
        raise UnableToStoreFile(_("ไฟล์ว่างเปล่า กรุณาเลือกไฟล์ใหม่"), code="empty")
    if size > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
        raise UnableToStoreFile(_("ไฟล์ใหญ่เกิน %(limit)s เมกะไบต์") % {"limit": limit}, code="too_large")
    digest = sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    stored = StoredFile(
        name=Path(name or upload.name or "file").name[:255],
        content_type=str(getattr(upload, "content_type", "") or "application/octet-stream")[:100],
        size_bytes=size,
        sha256=digest.hexdigest(),
        permission=permission,
        uploaded_by=uploaded_by,
    )
    if not default_storage.exists(stored.storage_name):
        upload.seek(0)
        default_storage.save(stored.storage_name, upload)
    stored.save(force_insert=True)
    return stored


@contextmanager
def local_copy(stored: StoredFile) -> Iterator[Path]:
    """Give a path to the file's content for the time of the block, wherever the storage keeps it."""
    try:
        yield Path(default_storage.path(stored.storage_name))
    except NotImplementedError:
        with NamedTemporaryFile() as copy, default_storage.open(stored.storage_name) as kept:
            copyfileobj(kept, copy)
            copy.flush()
            yield Path(copy.name)
