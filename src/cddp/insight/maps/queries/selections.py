"""อ่านการเลือกพื้นที่: the rows of a layer inside a drawn area, for the person who drew it."""

from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import QuerySet

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerQuery, MapLayer
from cddp.insight.maps.models import Selection
from cddp.insight.maps.queries.layers import find_layer

INDEXED_BOX = "bboverlaps"


def rows_inside(layer: MapLayer, user: User, query: LayerQuery, area: GEOSGeometry) -> QuerySet[Any]:
    """Return the rows that meet the area (given in any SRID). The box goes first: only it may use the index."""
    drawn = area.transform(3857, clone=True)
    field = layer.geometry_field
    return layer.rows(user, query).filter(**{f"{field}__{INDEXED_BOX}": drawn, f"{field}__intersects": drawn})


def find_selected(user: User, selection: Selection) -> tuple[MapLayer, QuerySet[Any]] | None:
    """Return the selection's layer and rows as the person may see them now, None when they may no more."""
    layer = find_layer(user, selection.layer)
    if layer is None:
        return None
    query = LayerQuery(selection.colour_by, selection.filters, selection.at_date)
    return layer, rows_inside(layer, user, query, selection.area)
