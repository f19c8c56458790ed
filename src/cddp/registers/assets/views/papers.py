"""รูปและเอกสารของทรัพย์สิน: added, shown, taken out of sight."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.files.responses import respond_with_picture
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.forms.acts import DocumentForm
from cddp.registers.assets.models import Asset, AssetPhoto
from cddp.registers.assets.queries.finding import get_asset
from cddp.registers.assets.services.documents import add_document, remove_document
from cddp.registers.assets.services.photos import add_photo, remove_photo
from cddp.registers.assets.views.asset_page import show


@requires("assets.inspect")
@require_POST
def photos_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the pictures that were chosen, all or none."""
    found = get_asset(user_of(request), pk)
    uploads = request.FILES.getlist("photos")
    if not uploads:
        messages.error(request, _("ยังไม่ได้เลือกรูป"))
        return redirect(f"{found.get_absolute_url()}#photos")
    try:
        with transaction.atomic():
            for upload in uploads:
                add_photo(user_of(request), pk, upload=upload, at=timezone.now())
    except UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        told = ngettext("แนบรูปแล้ว %(n)s รูป", "แนบรูปแล้ว %(n)s รูป", len(uploads)) % {"n": len(uploads)}
        messages.success(request, told)
    return redirect(f"{found.get_absolute_url()}#photos")


@requires("assets.inspect")
@require_POST
def photo_remove(request: HttpRequest, pk: UUID, photo_id: UUID) -> HttpResponse:
    """Put a picture out of sight."""
    found = get_asset(user_of(request), pk)
    remove_photo(user_of(request), pk, photo_id, at=timezone.now())
    messages.success(request, _("นำรูปออกแล้ว"))
    return redirect(f"{found.get_absolute_url()}#photos")


@requires("assets.view")  # type: ignore[arg-type]  # a streamed answer is no HttpResponse to the stubs
@require_safe
def photo(request: HttpRequest, pk: UUID) -> FileResponse:
    """Hand out a picture."""
    return respond_with_picture(_seen(user_of(request), pk).file, public=False)


@requires("assets.view")  # type: ignore[arg-type]
@require_safe
def photo_preview(request: HttpRequest, pk: UUID) -> FileResponse:
    """Hand out the small form of a picture."""
    return respond_with_picture(_seen(user_of(request), pk).preview, public=False)


def _seen(user: User, pk: UUID) -> AssetPhoto:
    rows = AssetPhoto.objects.filter(removed_at=None, asset__in=Asset.objects.visible_to(user))
    return get_object_or_404(rows.select_related("file", "preview"), pk=pk)


@requires("assets.change")
@require_POST
def document_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a paper."""
    found = get_asset(user_of(request), pk)
    form = DocumentForm(request.POST, request.FILES, auto_id="document_%s")
    if form.is_valid():
        try:
            add_document(
                user_of(request),
                pk,
                upload=form.cleaned_data["file"],
                title=form.cleaned_data["title"],
                at=timezone.now(),
            )
        except UnableTo as refusal:
            form.add_error("file", refusal.message)
        else:
            messages.success(request, _("แนบเอกสารแล้ว"))
            return redirect(f"{found.get_absolute_url()}#papers")
    return show(request, found, bound="document", forms_by_key={"document": form}, status=422)


@requires("assets.change")
@require_POST
def document_remove(request: HttpRequest, pk: UUID, document_id: UUID) -> HttpResponse:
    """Put a paper out of sight."""
    found = get_asset(user_of(request), pk)
    remove_document(user_of(request), pk, document_id, at=timezone.now())
    messages.success(request, _("นำเอกสารออกแล้ว"))
    return redirect(f"{found.get_absolute_url()}#papers")
