"""การเลือกพื้นที่: keep the shape that a person drew."""

from collections.abc import Mapping
from datetime import datetime
from math import cos, pi, radians, sin
from typing import Any

from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerQuery, MapLayer
from cddp.foundation.values.errors import UnableTo
from cddp.insight.maps.models import Selection
from cddp.insight.maps.queries.layers import filters_as_written

MOST_CORNERS = 2_000
LONGEST_RADIUS_M = 50_000
CIRCLE_CORNERS = 64
METRES_PER_DEGREE = 111_320.0


class UnableToSelect(UnableTo):
    """เลือกพื้นที่ไม่ได้: the shape is no area."""

    code = "shape"


def keep_selection(user: User, layer: MapLayer, query: LayerQuery, area: Polygon) -> Selection:
    """Keep a drawn area so that it can be listed and exported."""
    return Selection.objects.create(
        user_id=user.pk,
        layer=layer.key,
        area=area,
        colour_by=query.colour_by,
        filters=filters_as_written(query.filters),
        at_date=query.at,
    )


def forget_selections(*, before: datetime) -> int:
    """Delete the current town's selections older than this; return how many."""
    return Selection.objects.filter(created_at__lt=before).delete()[0]


def area_of(shape: Mapping[str, Any]) -> Polygon:
    """Return the area of a drawn shape: {"ring": [[lng, lat], …]} or {"centre": [lng, lat], "radius_m": …}.

    Raises UnableToSelect when it is none (crossing lines, too few or too many corners).
    """
    try:
        corners = _circle(shape) if "centre" in shape else [_corner(each) for each in shape["ring"]]
        if not 3 <= len(corners) <= MOST_CORNERS:
            raise ValueError(len(corners))
        area = Polygon([*corners, corners[0]], srid=4326)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UnableToSelect(_("วาดบริเวณไม่ครบ กรุณาแตะอย่างน้อยสามจุด")) from error
    if not area.valid or area.area == 0:
        raise UnableToSelect(_("เส้นของบริเวณตัดกันเอง กรุณาวาดใหม่"))
    return area


def _corner(pair: Any) -> tuple[float, float]:
    lng, lat = float(pair[0]), float(pair[1])
    if not (-180 <= lng <= 180 and -85 <= lat <= 85):
        raise ValueError(pair)
    return lng, lat


def _circle(shape: Mapping[str, Any]) -> list[tuple[float, float]]:
    lng, lat = _corner(shape["centre"])
    radius_m = float(shape["radius_m"])
    if not 0 < radius_m <= LONGEST_RADIUS_M:
        raise ValueError(radius_m)
    high = radius_m / METRES_PER_DEGREE
    wide = high / cos(radians(lat))
    steps = (2 * pi * step / CIRCLE_CORNERS for step in range(CIRCLE_CORNERS))
    return [(lng + wide * cos(turn), lat + high * sin(turn)) for turn in steps]
