"""ตำแหน่งของทรัพย์สิน: in which village it stands, and how long it is."""

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import Municipality

# The village in which most of a line lies; a point lies in one.
AREA = """
WITH place AS (SELECT ST_Transform(ST_GeomFromEWKB(%(shape)s), 3857) AS shape)
SELECT a.code FROM residents_area a, place
WHERE a.municipality_id = %(town)s AND a.boundary_3857 && place.shape
  AND ST_Intersects(a.boundary_3857, place.shape)
ORDER BY CASE WHEN ST_Dimension(place.shape) = 0 THEN 0
              ELSE ST_Length(ST_Intersection(a.boundary_3857, place.shape)) END DESC, a.code
LIMIT 1
"""


def find_area_code(shape: GEOSGeometry | None) -> str:
    """Return the code of the village in which a shape lies, "" outside of all."""
    if shape is None or shape.empty:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(AREA, {"shape": bytes(shape.ewkb), "town": required_municipality_id()})
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def measure_m(shape: GEOSGeometry | None) -> float | None:
    """Return the length of a line in metres, in the town's UTM zone; None for all else."""
    if shape is None or "Line" not in shape.geom_type:
        return None
    town = Municipality.objects.only("utm_srid").get(pk=required_municipality_id())
    return float(shape.transform(town.utm_srid, clone=True).length)
