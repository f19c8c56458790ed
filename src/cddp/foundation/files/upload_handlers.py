"""รับไฟล์อัปโหลด: an upload above the limit, or one for which the disk has no room, is dropped while it arrives.

The form then comes without its file; `refusal_of(request)` tells the view why.
"""

import errno
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cddp.foundation.files.errors import UnableToStoreFile

_MARK = "upload_refusal"


class CarefulUploadHandler(TemporaryFileUploadHandler):
    """ผู้รับไฟล์: to a temporary file, never beyond the limit."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.received = 0
        try:
            super().new_file(*args, **kwargs)
        except OSError as failure:
            self._refuse("no_space" if failure.errno in (errno.ENOSPC, errno.EDQUOT) else "not_stored")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_LIMIT_BYTES:
            self._refuse("too_large")
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as failure:
            self._refuse("no_space" if failure.errno in (errno.ENOSPC, errno.EDQUOT) else "not_stored")

    def _refuse(self, code: str) -> None:
        if self.request is not None:
            setattr(self.request, _MARK, code)
        # The rest is read and thrown away, so that the browser sees our answer and not a broken connection.
        raise StopUpload(connection_reset=False)


def refusal_of(request: HttpRequest) -> UnableToStoreFile | None:
    """Return why the upload of this request was dropped, or None."""
    code = getattr(request, _MARK, "")
    if not code:
        return None
    words = {
        "too_large": _("ไฟล์ใหญ่เกิน %(limit)s เมกะไบต์ โปรดแบ่งไฟล์แล้วส่งทีละส่วน")
        % {"limit": settings.UPLOAD_LIMIT_BYTES // 2**20},
        "no_space": _("เครื่องไม่มีเนื้อที่เหลือพอเก็บไฟล์ โปรดแจ้งผู้ดูแลระบบ"),
    }
    return UnableToStoreFile(words.get(code, _("เก็บไฟล์ไม่สำเร็จ โปรดลองอีกครั้ง")), code=code)
