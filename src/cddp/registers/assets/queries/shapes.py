"""รูปทรงใกล้ ๆ: what a drawn vertex may snap to."""

from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Polygon

from cddp.foundation.accounts.models import User
from cddp.registers.assets.models import Asset

MOST_SHAPES = 1_000


def list_shapes_near(user: User, box: Polygon, *, leave_out: UUID) -> dict[str, Any]:
    """Return the kept assets in a box as GeoJSON with their names, at most MOST_SHAPES."""
    flat = box.transform(3857, clone=True)
    rows = Asset.objects.visible_to(user).kept().filter(shape__isnull=False, shape_3857__bboverlaps=flat)
    found = rows.exclude(pk=leave_out).order_by("id").values_list("pk", "name", "shape")[:MOST_SHAPES]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": shape.geom_type, "coordinates": shape.coords},
                "properties": {"name": name},
            }
            for _key, name, shape in found
            if shape is not None and shape.geom_type in ("Point", "LineString")
        ],
    }
