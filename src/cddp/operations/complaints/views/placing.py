"""ตำแหน่งของปัญหา: move the point, draw the stretch of road or the area."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints.errors import NeedChangedMeanwhile
from cddp.operations.complaints.forms.needs import PlaceForm
from cddp.operations.complaints.models import Need
from cddp.operations.complaints.queries.choices import Choices
from cddp.operations.complaints.queries.needs import get_need
from cddp.operations.complaints.queries.timeline import changes_since, list_timeline
from cddp.operations.complaints.services.assigning import set_place
from cddp.operations.complaints.views.crumbs import crumbs_of
from cddp.operations.complaints.views.need_page import place_of


@requires("complaints.triage")
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the map to draw on, and keep what was drawn."""
    user, at = user_of(request), timezone.now()
    found = get_need(user, pk)
    if request.method != "POST":
        return _show(request, found, PlaceForm(Choices(), initial=_initial(found)))
    form = PlaceForm(Choices(), request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    asked = form.cleaned_data
    try:
        with transaction.atomic():
            set_place(
                user, pk, version=asked["version"], shape=asked["shape"], address=asked["address"], at=at
            )
    except NeedChangedMeanwhile as refusal:
        typed = request.POST.copy()
        typed["version"] = str(refusal.version)
        form.data = typed
        return _show(request, get_need(user, pk), form, status=refusal.status)
    except UnableTo as refusal:
        form.add_error(None, refusal.message)
        return _show(request, found, form, status=422)
    messages.success(request, _("บันทึกตำแหน่งแล้ว"))
    return redirect("complaints:need", pk)


def _initial(found: Need) -> dict[str, object]:
    return {
        "version": found.version,
        "seen_at": found.updated_at.isoformat(),
        "shape": found.shape.geojson if found.shape is not None else "",
        "address": found.address,
    }


def _show(request: HttpRequest, found: Need, form: PlaceForm, status: int = 200) -> HttpResponse:
    town = user_of(request).membership
    boundary = town.municipality.boundary if town else None
    values = {
        "need": found,
        "form": form,
        "bounds": ",".join(f"{edge:.5f}" for edge in boundary.extent) if boundary else "",
        "place": place_of(found),
        "changes": changes_since(list_timeline(found), form.seen) if status == 409 else None,
        "breadcrumbs": crumbs_of(found, (_("ตำแหน่ง"), "")),
    }
    return render(request, "complaints/needs/place.html", values, status=status)
