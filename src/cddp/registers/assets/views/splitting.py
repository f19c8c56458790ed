"""แบ่งและรวมเส้น: split a line in two, join it again; and what every page of a shape needs."""

from uuid import UUID

from django.contrib import messages
from django.contrib.gis.geos import Polygon
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.registers.assets.errors import AssetChangedMeanwhile, UnableToChangeAsset
from cddp.registers.assets.forms.roads import SplitForm
from cddp.registers.assets.models import Asset
from cddp.registers.assets.queries.shapes import list_shapes_near
from cddp.registers.assets.rules.typed_shapes import write_points
from cddp.registers.assets.services.splitting import join_roads, split_road

WIDEST_DEGREES = 0.05
"""Snapping serves what is in sight near by; a wider box would send the whole town to a phone."""


def find_asset(request: HttpRequest, pk: UUID) -> Asset:
    assets = Asset.objects.visible_to(user_of(request)).select_related("asset_class")
    return get_object_or_404(assets, pk=pk)


def points_of(asset: Asset) -> list[tuple[float, float]]:
    if asset.shape is None or asset.shape.geom_type not in ("Point", "LineString"):
        return []
    coordinates = [asset.shape.coords] if asset.shape.geom_type == "Point" else asset.shape.coords
    return [(point[0], point[1]) for point in coordinates]


def centre_of(request: HttpRequest, asset: Asset) -> tuple[str, str] | None:
    """Return where the map opens: the asset, else the middle of the town."""
    membership = user_of(request).membership
    boundary = membership.municipality.boundary if membership else None
    shape = asset.shape or boundary
    return (f"{shape.centroid.x:.6f}", f"{shape.centroid.y:.6f}") if shape is not None else None


def crumbs_of_shape(asset: Asset, last: str) -> list[tuple[str, str]]:
    return [
        (_("ทรัพย์สิน"), reverse("assets:assets")),
        (asset.number or asset.name, asset.get_absolute_url()),
        (last, ""),
    ]


@requires("assets.change")
@require_http_methods(["GET", "HEAD", "POST"])
def asset_split(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose the place on the line where a second asset begins."""
    asset = find_asset(request, pk)
    if asset.shape is None or asset.shape.geom_type != "LineString":
        raise Http404
    if request.method != "POST":
        return _show_split(request, asset, SplitForm(initial={"version": asset.version}))
    form = SplitForm(request.POST)
    if not form.is_valid():
        return _show_split(request, asset, form, status=422)
    try:
        _first, second = split_road(user_of(request), pk, at=timezone.now(), **form.cleaned_data)
    except UnableToChangeAsset as refusal:
        form.add_error(refusal.field, refusal.message)
        return _show_split(request, asset, form, status=refusal.status)
    except AssetChangedMeanwhile as refusal:
        now = find_asset(request, pk)
        form.add_error(None, refusal.message)
        form.data = {**request.POST.dict(), "version": now.version}
        return _show_split(request, now, form, status=refusal.status)
    messages.success(request, _("แบ่งแล้ว ช่วงหลังคือ %(second)s") % {"second": second})
    return redirect(asset)


def _show_split(request: HttpRequest, asset: Asset, form: SplitForm, status: int = 200) -> HttpResponse:
    values = {
        "asset": asset,
        "form": form,
        "points": write_points(points_of(asset)),
        "centre": centre_of(request, asset),
        "breadcrumbs": crumbs_of_shape(asset, _("แบ่งเป็นสองช่วง")),
    }
    return render(request, "assets/shapes/split.html", values, status=status)


@requires("assets.change")
@require_POST
def asset_join(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the newest split back."""
    asset = find_asset(request, pk)
    join_roads(user_of(request), pk, at=timezone.now())
    messages.success(request, _("รวมกลับเป็นเส้นเดียวแล้ว"))
    return redirect(asset)


@requires("assets.change")
@require_safe
def shape_near(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the shapes in a box (bbox=west,south,east,north) to snap to, as GeoJSON; never the asset itself."""
    asset = find_asset(request, pk)
    try:
        west, south, east, north = (float(edge) for edge in request.GET.get("bbox", "").split(","))
        is_sound = 0 < east - west <= WIDEST_DEGREES and 0 < north - south <= WIDEST_DEGREES
    except ValueError:
        is_sound = False
    if not is_sound:
        return JsonResponse({"error": "bbox"}, status=400)
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 4326
    response = JsonResponse(list_shapes_near(user_of(request), box, leave_out=asset.pk))
    response["Cache-Control"] = "private, max-age=60"
    return response
