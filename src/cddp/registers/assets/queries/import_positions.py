"""ตำแหน่งในไฟล์นำเข้า: places of a file under one projection or another, and how many lie in the town."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib.gis.geos import GEOSGeometry, Point
from django.contrib.gis.geos.prepared import PreparedGeometry
from django.db import connection
from django.utils.translation import gettext as _

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.registers.assets.gateways.transforming import Place, Transformer
from cddp.registers.assets.rules.importing.projections import (
    CANDIDATES,
    DATUM_OPERATIONS,
    PROJECTIONS,
    bounds_of,
)

REACH_M: Final = 5_000
"""A place further outside the town than this is doubted."""
FAR_M: Final = 20_000
"""A place further outside than this is no asset of the town but a wrong projection: its row is refused."""
CHOSEN_COLOUR, DEFAULT_COLOUR = "#1b5fa8", "#c62828"


# Where the town has no outline, the frame of its villages stands for it.
_AROUND: Final = """
SELECT encode(ST_AsEWKB(ST_Buffer(coalesce(t.boundary, (
           SELECT ST_Transform(ST_SetSRID(ST_Extent(v.boundary_3857)::geometry, 3857), 4326)
           FROM residents_area v WHERE v.municipality_id = t.id))::geography, %(metres)s)::geometry), 'hex')
FROM tenancy_municipality t WHERE t.id = %(town)s
"""


def reach_of_town(metres: int = REACH_M) -> str | None:
    """Return the town with so much around it (5 km) as hexadecimal EWKB.

    None for a town that has neither an outline nor villages with one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, {"metres": metres, "town": required_municipality_id()})
        row = cursor.fetchone()
    return str(row[0]) if row and row[0] else None


def shares_in_town(points: Sequence[Sequence[float]], datum: str) -> dict[str, float]:
    """Return {projection: share of the places that lie in the town and 5 km around it}; {} without an outline."""
    reach = reach_of_town()
    if reach is None or not points:
        return {}
    area = GEOSGeometry(reach).prepared
    return {key: _inside(transformed(points, key, datum), area) / len(points) for key in CANDIDATES}


def _inside(places: Sequence[Place], area: PreparedGeometry) -> int:
    return sum(area.contains(Point(x, y, srid=4326)) for x, y in places)


def transformed(points: Sequence[Sequence[float]], key: str, datum: str) -> list[Place]:
    """Return (longitude, latitude) of the places under a projection with the pinned datum operation."""
    return Transformer(key, datum).places(points)


def transformed_by_default(points: Sequence[Sequence[float]], key: str) -> list[Place]:
    """Return the places as PROJ would put them if it chose the datum operation by itself: some 189 m off."""
    if not PROJECTIONS[key].is_indian:
        return []
    west, south, east, north = bounds_of(key)
    sound = [(x, y) for x, y in points if west <= x <= east and south <= y <= north]
    statement = (
        "SELECT ST_X(t.shape), ST_Y(t.shape) FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(p.x, p.y), %(srid)s), "
        "4326) AS shape FROM unnest(%(xs)s::float8[], %(ys)s::float8[]) AS p(x, y)) t"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"srid": int(key), "xs": [x for x, _y in sound], "ys": [y for _x, y in sound]}
        )
        return [(float(x), float(y)) for x, y in cursor.fetchall()]


def distance_to_default_m(points: Sequence[Sequence[float]], key: str, datum: str) -> float | None:
    """Return how far PROJ's own choice lies from the pinned operation, at the first place of the file."""
    first = points[:1]
    here, there = transformed(first, key, datum), transformed_by_default(first, key)
    if not here or not there:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_DistanceSphere(ST_Point(%s, %s, 4326), ST_Point(%s, %s, 4326))", [*here[0], *there[0]]
        )
        return float(cursor.fetchone()[0])


def as_features(reading: Mapping[str, Any]) -> dict[str, Any]:
    """Return the places of a file as GeoJSON: as they will be imported, and beside them PROJ's own choice."""
    key, datum = reading.get("projection") or "", reading.get("datum") or ""
    if key not in PROJECTIONS:
        return {"type": "FeatureCollection", "features": []}
    points = reading.get("points", [])
    projection = PROJECTIONS[key]
    words = DATUM_OPERATIONS[datum].label if projection.is_indian else projection.label
    features = [
        _dot(at, DEFAULT_COLOUR, _("ที่ PROJ เลือกเอง"), _("ไม่ใช้")) for at in transformed_by_default(points, key)
    ]
    features += [
        _dot(at, CHOSEN_COLOUR, _("ตำแหน่งที่จะนำเข้า"), str(words)) for at in transformed(points, key, datum)
    ]
    return {"type": "FeatureCollection", "features": features}


def _dot(at: Place, colour: str, title: str, text: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": at},
        "properties": {"colour": colour, "title": title, "text": text},
    }
