"""แผ่นแผนที่ทาง HTTP: /tiles/<layer>/<z>/<x>/<y>."""

from csp.decorators import csp_exempt
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import public
from cddp.insight.maps.policies.grants import find_viewer_of
from cddp.insight.maps.queries.layers import find_layer, read_query
from cddp.insight.maps.queries.tiles import current_tag, draw_tile
from cddp.insight.maps.rules import Tile

MVT = "application/vnd.mapbox-vector-tile"


# Marked public since it looks after itself: no grant and no session is 404, which tells a stranger nothing.
# A tile is no document: a policy of what it may load says nothing.
@public  # type: ignore[arg-type]
@csp_exempt()  # type: ignore[arg-type]  # its types know views of nothing but the request
@transaction.non_atomic_requests
@require_safe
def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """Answer one tile; 304 without a query while the layer is unchanged."""
    viewer = find_viewer_of(request)
    wanted = Tile(z, x, y)
    if viewer is None or not wanted.exists or _is_of_another_town(request, viewer.municipality_id):
        raise Http404
    found = find_layer(viewer.user, layer)
    if found is None:
        raise Http404
    query = read_query(request.GET)
    tag = current_tag(found, viewer, query)
    if request.headers.get("If-None-Match") == tag:
        return _kept(HttpResponseNotModified(), tag)
    drawn = draw_tile(found, viewer, query, wanted)
    response = HttpResponse(drawn.body, content_type=MVT)
    response["X-CDDP-Simplified"] = "counts" if drawn.simplified else "no"
    if drawn.total is not None:
        response["X-CDDP-Total"] = str(drawn.total)
    return _kept(response, tag)


def _is_of_another_town(request: HttpRequest, municipality_id: int) -> bool:
    # A map left open in another window must not mix two towns after the person has switched.
    asked = request.GET.get("town")
    return asked is not None and asked != str(municipality_id)


def _kept(response: HttpResponse, tag: str) -> HttpResponse:
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response
