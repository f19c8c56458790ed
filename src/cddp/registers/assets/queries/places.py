"""ตำแหน่งของทรัพย์สิน: in which village it stands, and how long it is."""

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import Municipality

# The village in which most of a line lies; a point lies in one. `{shape}` is an expression in EPSG:3857.
AREA_OF = """
SELECT village.code FROM residents_area village
WHERE village.municipality_id = %(town)s AND village.boundary_3857 && {shape}
  AND ST_Intersects(village.boundary_3857, {shape})
ORDER BY CASE WHEN ST_Dimension({shape}) = 0 THEN 0
              ELSE ST_Length(ST_Intersection(village.boundary_3857, {shape})) END DESC, village.code
LIMIT 1
"""
_PLACE = "WITH place AS (SELECT ST_Transform(ST_GeomFromEWKB(%(shape)s), 3857) AS shape)"
AREA = f"{_PLACE} {AREA_OF.format(shape='(SELECT shape FROM place)')}"
# The same two for many rows `a` at once, as an import writes them; `%(utm)s` is the town's zone.
MEASURE_OF = "CASE WHEN ST_Dimension({shape}) = 1 THEN ST_Length(ST_Transform({shape}, %(utm)s)) END"


def find_area_code(shape: GEOSGeometry | None) -> str:
    """Return the code of the village in which a shape lies, "" outside of all."""
    if shape is None or shape.empty:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(AREA, {"shape": bytes(shape.ewkb), "town": required_municipality_id()})
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def town_zone() -> int:
    """Return the EPSG code of the town's UTM zone."""
    return int(Municipality.objects.only("utm_srid").get(pk=required_municipality_id()).utm_srid)


def measure_m(shape: GEOSGeometry | None) -> float | None:
    """Return the length of a line in metres, in the town's UTM zone; None for all else."""
    if shape is None or "Line" not in shape.geom_type:
        return None
    return float(shape.transform(town_zone(), clone=True).length)
