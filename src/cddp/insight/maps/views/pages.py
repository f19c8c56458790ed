"""หน้าแผนที่ หน้าพิมพ์ และสิ่งที่แผนที่ขอระหว่างใช้งาน."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import requires
from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import MapLayer
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import Municipality
from cddp.insight.maps.policies.grants import give_grant
from cddp.insight.maps.queries.layers import find_layer, list_layers, read_query
from cddp.insight.maps.queries.legends import describe_layer, legend_with_counts, list_labels
from cddp.insight.maps.queries.people import Viewer, permission_class_of


@requires("maps.view")
@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """Show the map of the town; layers and place are in the address."""
    response = render(request, "maps/map.html", {"layers": list_layers(_user(request))})
    _let_see_tiles(request, response)
    return response


@requires("maps.view")
@require_safe
def print_page(request: HttpRequest) -> HttpResponse:
    """Show the same view laid out on A3, to be printed or kept as PDF by the browser."""
    town = Municipality.objects.get(pk=required_municipality_id())
    values = {"town": town, "today": timezone.localdate(), "title": request.GET.get("title", "")[:120]}
    return render(request, "maps/print.html", values)


@requires("maps.view")
@never_cache
@require_safe
def layers_json(request: HttpRequest) -> HttpResponse:
    """Answer the layers this person may see and the town's extent; renew the grant for tiles."""
    user, municipality_id = _user(request), required_municipality_id()
    town = Municipality.objects.get(pk=municipality_id)
    response = JsonResponse(
        {
            "town": {
                "id": town.pk,
                "name": town.display_name,
                "bounds": list(town.boundary.extent) if town.boundary else None,
                "attribution": town.attribution,
            },
            "baseMapStyle": settings.BASE_MAP_STYLE_URL,
            "layers": [describe_layer(layer, user, municipality_id) for layer in list_layers(user)],
        }
    )
    _let_see_tiles(request, response)
    return response


@requires("maps.view")
@never_cache
@require_safe
def legend_json(request: HttpRequest, layer: str) -> HttpResponse:
    """Answer the legend of a layer for the asked colour and filters, with counts."""
    return JsonResponse(legend_with_counts(_layer(request, layer), _user(request), read_query(request.GET)))


@requires("maps.view")
@never_cache
@require_safe
def labels_json(request: HttpRequest, layer: str) -> HttpResponse:
    """Answer the names to write on a layer's areas."""
    found = list_labels(_layer(request, layer), _user(request), read_query(request.GET))
    return JsonResponse({"labels": found})


@requires("maps.view")
@never_cache
@require_safe
def pick(request: HttpRequest, layer: str, row_id: UUID) -> HttpResponse:
    """Show the box of one picked row."""
    found = _layer(request, layer)
    details = found.details(_user(request), row_id)
    if details is None:
        raise Http404
    values: dict[str, Any] = {"layer": found, "row_id": row_id, "details": details}
    return render(request, "maps/_pick.html", {**details.get("context", {}), **values})


def _let_see_tiles(request: HttpRequest, response: HttpResponse) -> None:
    user = _user(request)
    give_grant(response, Viewer(user, required_municipality_id(), permission_class_of(user)))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (`requires` has seen to it)
    return request.user


def _layer(request: HttpRequest, key: str) -> MapLayer:
    layer = find_layer(_user(request), key)
    if layer is None:
        raise Http404
    return layer
