"""วาดตำแหน่งและแนวเส้น: edit a shape on the map or by typing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.choices import GeometryKind
from cddp.registers.assets.errors import AssetChangedMeanwhile
from cddp.registers.assets.forms.shapes import ShapeForm
from cddp.registers.assets.models import Asset
from cddp.registers.assets.rules.typed_shapes import write_points
from cddp.registers.assets.services import registering
from cddp.registers.assets.views.splitting import centre_of, crumbs_of_shape, find_asset, points_of


@requires("assets.change")
@require_http_methods(["GET", "HEAD", "POST"])
def asset_shape(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the map to draw on, and keep what was drawn or typed."""
    asset = find_asset(request, pk)
    if asset.asset_class.geometry == GeometryKind.NONE:
        raise Http404
    if request.method != "POST":
        return _show(request, asset, _form(asset))
    form = ShapeForm(request.POST, geometry=asset.asset_class.geometry)
    if not form.is_valid():
        return _show(request, asset, form, status=422)
    try:
        registering.set_shape(
            user_of(request),
            pk,
            version=form.cleaned_data["version"],
            shape=form.cleaned_data["points"],
            at=timezone.now(),
        )
    except AssetChangedMeanwhile as refusal:
        return _show_conflict(request, pk, form, refusal.status)
    except UnableTo as refusal:
        form.add_error(None, refusal.message)
        return _show(request, asset, form, status=refusal.status)
    messages.success(request, _("บันทึกตำแหน่งแล้ว"))
    return redirect(asset)


def _form(asset: Asset) -> ShapeForm:
    points = points_of(asset)
    return ShapeForm(
        initial={"version": asset.version, "points": write_points(points)},
        geometry=asset.asset_class.geometry,
    )


def _show_conflict(request: HttpRequest, pk: UUID, form: ShapeForm, status: int) -> HttpResponse:
    """Keep what was drawn, show what another has saved meanwhile, and let the person decide."""
    now = find_asset(request, pk)
    form.data = {**request.POST.dict(), "version": now.version}
    drawn = form.cleaned_data["points"]
    theirs = points_of(now)
    values = {
        "theirs": now.shape.geojson if now.shape is not None else "",
        "theirs_text": write_points(theirs),
        "theirs_count": len(theirs),
        "drawn_count": 1 if drawn.geom_type == "Point" else len(drawn.coords),
        "newest_event": now.events.order_by("-at", "-id").first(),
    }
    return _show(request, now, form, status=status, more={"conflict": values})


def _show(
    request: HttpRequest,
    asset: Asset,
    form: ShapeForm,
    *,
    status: int = 200,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    values = {
        "asset": asset,
        "form": form,
        "kind": asset.asset_class.geometry,
        "snap_url": reverse("assets:shape_near", args=[asset.pk]),
        "centre": centre_of(request, asset),
        "breadcrumbs": crumbs_of_shape(asset, _("ตำแหน่งบนแผนที่")),
    }
    return render(request, "assets/shapes/shape.html", values | (more or {}), status=status)
