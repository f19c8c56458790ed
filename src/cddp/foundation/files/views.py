"""ดาวน์โหลดไฟล์: only for those who hold the file's permission, and recorded."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404

from cddp.foundation.accounts.access import signed_in
from cddp.foundation.audit import services as audit
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.responses import SHOWN_IN_PAGE, respond_with_picture
from cddp.foundation.files.services import open_stored


@signed_in  # type: ignore[arg-type]  # a streamed answer is no HttpResponse to the stubs
def download(request: HttpRequest, pk: UUID) -> FileResponse:
    """Hand out a file; who may not have it learns nothing of it, not even that it is there."""
    user: Any = request.user
    file = get_object_or_404(StoredFile, pk=pk)
    if not user.has_perm(file.permission):
        raise Http404
    audit.record("files.file.downloaded", file)
    # Pictures were drawn anew by us; whatever else people sent is never opened inside our pages.
    if file.content_type in SHOWN_IN_PAGE:
        return respond_with_picture(file, public=False)
    response = FileResponse(
        open_stored(file), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response["Content-Length"] = str(file.size_bytes)
    response["Cache-Control"] = "private, no-store"
    return response
