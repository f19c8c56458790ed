"""ส่งรูปให้ดู: one way of handing out a picture, for staff after a permission and for all after an approval."""

from typing import Final

from django.http import FileResponse, Http404

from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.services import open_stored

SHOWN_IN_PAGE: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
# A picture needs nothing; should a browser ever take one for a page, that page may do nothing.
_NOTHING_ALLOWED: Final = "default-src 'none'; style-src 'none'; frame-ancestors 'none'; sandbox"
# A file never changes, but an approval may be taken back: no copy outlives that by more than a day.
_KEPT_BY_ALL: Final = "public, max-age=86400, immutable"
_KEPT_BY_NOBODY: Final = "private, no-store"


def respond_with_picture(file: StoredFile, *, public: bool) -> FileResponse:
    """Stream a picture that the caller has checked this person may see. Raises Http404 for any other file.

    `public`: approved for all, so browsers may keep it; and its name, which a person typed, is not told.
    """
    if file.content_type not in SHOWN_IN_PAGE:
        raise Http404
    name = f"photo.{file.content_type.partition('/')[2]}" if public else file.name
    response = FileResponse(open_stored(file), filename=name, content_type=file.content_type)
    response["Content-Length"] = str(file.size_bytes)
    response["Cache-Control"] = _KEPT_BY_ALL if public else _KEPT_BY_NOBODY
    response["Content-Security-Policy"] = _NOTHING_ALLOWED
    response["X-Content-Type-Options"] = "nosniff"
    return response
