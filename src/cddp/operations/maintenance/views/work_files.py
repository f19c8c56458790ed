"""รูป ลายเซ็น และใบสั่งงานบนกระดาษ: shown to those who may see the order."""

import base64
import io
from typing import Any
from uuid import UUID

import segno
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import user_of
from cddp.foundation.audit import services as audit
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.responses import respond_with_picture
from cddp.foundation.files.services import open_stored
from cddp.foundation.ui.paper import PDF_TYPE, render_pdf
from cddp.operations.maintenance.choices import MovementKind, PhotoKind
from cddp.operations.maintenance.models import Movement, WorkOrder, WorkPhoto
from cddp.operations.maintenance.queries.work import get_order
from cddp.operations.maintenance.queries.work_choices import list_choices
from cddp.operations.maintenance.queries.work_page import list_crew
from cddp.operations.maintenance.rules.work import labour_satang
from cddp.operations.maintenance.views.stock import looks
from cddp.operations.maintenance.views.work_page import place_of

PHOTOS_PRINTED = 4


@looks  # type: ignore[arg-type]  # a streamed answer is no HttpResponse to the stubs
@require_safe
def picture(request: HttpRequest, pk: UUID) -> FileResponse:
    """Hand out a picture."""
    return respond_with_picture(_photo(request, pk).file, public=False)


@looks  # type: ignore[arg-type]
@require_safe
def preview(request: HttpRequest, pk: UUID) -> FileResponse:
    """Hand out the small form of a picture."""
    return respond_with_picture(_photo(request, pk).preview, public=False)


@looks  # type: ignore[arg-type]
@require_safe
def signature(request: HttpRequest, pk: UUID) -> FileResponse:
    """Hand out the signature of who accepted the work."""
    order = get_order(user_of(request), pk)
    if order.signature is None:
        raise Http404
    return respond_with_picture(order.signature, public=False)


def _photo(request: HttpRequest, pk: UUID) -> WorkPhoto:
    seen = WorkOrder.objects.visible_to(user_of(request))
    rows = WorkPhoto.objects.filter(removed_at=None, work_order__in=seen)
    return get_object_or_404(rows.select_related("file", "preview"), pk=pk)


@looks
@require_safe
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Print the order on A4: what to do, boxes to fill in by hand, lines to sign, a code that leads back here."""
    order = get_order(user_of(request), pk)
    content = render_pdf("maintenance/work/paper.html", paper_values(request, order))
    audit.record("maintenance.work.printed", order)
    name = f"work-{order.number.replace('/', '-')}.pdf"
    return HttpResponse(
        content, content_type=PDF_TYPE, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def paper_values(request: HttpRequest, order: WorkOrder) -> dict[str, Any]:
    """Return what the paper says."""
    address = request.build_absolute_uri(order.get_absolute_url())
    times = list(order.times.all())
    for row in times:
        row.cost_satang = labour_satang(row.minutes, row.hour_satang)  # type: ignore[attr-defined]
    issued = Movement.objects.filter(work_order=order, kind__in=[MovementKind.ISSUE, MovementKind.RETURN])
    photos = order.photos.filter(removed_at=None).select_related("preview").order_by("-kind", "created_at")
    return {
        "order": order,
        "crew": list_crew(order),
        "area": list_choices().area_names().get(order.area_code, ""),
        "place": place_of(order),
        "checks": list(order.checks.all()),
        "times": times,
        "movements": list(issued.select_related("part", "store")),
        "photos": [
            {"label": PhotoKind(each.kind).label, "picture": _inline(each.preview)}
            for each in photos[:PHOTOS_PRINTED]
        ],
        "signature": _inline(order.signature) if order.signature else "",
        "qr": segno.make(address, error="m").png_data_uri(scale=6, border=0),
        "address": address,
        "printed_on": timezone.localdate(),
        "blank_lines": range(4),
    }


def _inline(file: StoredFile) -> str:
    """Return a stored picture as it stands inside a page."""
    stream: Any = open_stored(file)
    with stream:
        raw = io.BytesIO(stream.read()).getvalue()
    return f"data:{file.content_type};base64,{base64.b64encode(raw).decode()}"
