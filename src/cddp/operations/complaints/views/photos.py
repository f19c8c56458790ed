"""รูปของเรื่อง: shown to those who may see the problem; let out or kept in by who has looked."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.responses import respond_with_picture
from cddp.operations.complaints.choices import PhotoVisibility
from cddp.operations.complaints.models import Photo
from cddp.operations.complaints.models.people import PhotoQuerySet
from cddp.operations.complaints.services.photos import publish_photo, withhold_photo
from cddp.operations.complaints.views.crumbs import HOME

COUNTED_AT_MOST = 1_000
DECISIONS = {"publish": publish_photo, "withhold": withhold_photo}


@requires("complaints.view")  # type: ignore[arg-type]  # a streamed answer is no HttpResponse to the stubs
@require_safe
def picture(request: HttpRequest, pk: UUID) -> FileResponse:
    """Hand out a picture."""
    photo = get_object_or_404(_seen(user_of(request)).select_related("file"), pk=pk)
    return _hand_out(photo.file)


@requires("complaints.view")  # type: ignore[arg-type]
@require_safe
def preview(request: HttpRequest, pk: UUID) -> FileResponse:
    """Hand out the small form of a picture."""
    photo = get_object_or_404(_seen(user_of(request)).select_related("file", "preview"), pk=pk)
    return _hand_out(photo.preview or photo.file)


def _hand_out(file: StoredFile | None) -> FileResponse:
    if file is None:
        raise Http404
    return respond_with_picture(file, public=False)


@requires("complaints.triage")
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """Show the pictures that wait, one at a time, the longest waiting first; j and k go on and back."""
    waiting = _waiting(user_of(request))
    photo, before, after = _with_neighbours(waiting, request.GET.get("photo", ""))
    values = {
        "photo": photo,
        "before": before,
        "after": after,
        "count": waiting.order_by()[:COUNTED_AT_MOST].count(),
        "breadcrumbs": [HOME, (_("รูปที่รอตรวจ"), "")],
    }
    return render(request, "complaints/needs/photos.html", values)


@requires("complaints.triage")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a picture out, or keep it in; then the next one."""
    user = user_of(request)
    photo = get_object_or_404(_seen(user), pk=pk)
    act = DECISIONS.get(request.POST.get("decision", ""))
    if act is None:
        messages.error(request, _("กรุณาเลือกว่าจะเผยแพร่หรือไม่เผยแพร่"))
        return redirect(_way_on(request, user, photo))
    way_on = _way_on(request, user, photo)
    act(user, photo.pk, at=timezone.now())
    messages.success(request, _("เผยแพร่รูปแล้ว") if act is publish_photo else _("เก็บรูปไว้ภายในแล้ว"))
    return redirect(way_on)


def _way_on(request: HttpRequest, user: User, photo: Photo) -> str:
    """Return where the person came from, else the picture after this one."""
    back = request.POST.get("next", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return back
    _here, _before, after = _with_neighbours(_waiting(user), str(photo.pk))
    address = reverse("complaints:photos")
    return f"{address}?photo={after.pk}" if after else address


def _seen(user: User) -> PhotoQuerySet:
    return Photo.objects.visible_to(user)


def _waiting(user: User) -> PhotoQuerySet:
    return _seen(user).filter(visibility=PhotoVisibility.WAITING).order_by("created_at", "pk")


def _with_neighbours(waiting: PhotoQuerySet, asked: str) -> tuple[Photo | None, Photo | None, Photo | None]:
    """Return the picture asked for (else the first), and those before and after it in the queue."""
    rows = waiting.select_related("need__category", "report", "file", "preview")
    try:
        photo = rows.filter(pk=UUID(asked)).first()
    except ValueError:
        photo = None
    photo = photo or rows.first()
    if photo is None:
        return None, None, None
    earlier = Q(created_at__lt=photo.created_at) | Q(created_at=photo.created_at, pk__lt=photo.pk)
    later = Q(created_at__gt=photo.created_at) | Q(created_at=photo.created_at, pk__gt=photo.pk)
    return (
        photo,
        waiting.filter(earlier).order_by("-created_at", "-pk").first(),
        waiting.filter(later).first(),
    )
