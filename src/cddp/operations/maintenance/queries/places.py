"""หมู่หรือชุมชนของตำแหน่ง: where a piece of work lies."""

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from cddp.foundation.tenancy.current import required_municipality_id

AREA = """
WITH place AS (SELECT ST_Transform(ST_PointOnSurface(ST_GeomFromEWKB(%(shape)s)), 3857) AS point)
SELECT a.code FROM residents_area a, place
WHERE a.municipality_id = %(town)s AND a.boundary_3857 && place.point
  AND ST_Intersects(a.boundary_3857, place.point)
ORDER BY a.code LIMIT 1
"""


def find_area_code(shape: GEOSGeometry | None) -> str:
    """Return the code of the village in which a geometry lies (a line: its middle), "" outside of all."""
    if shape is None or shape.empty:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(AREA, {"shape": bytes(shape.ewkb), "town": required_municipality_id()})
        row = cursor.fetchone()
    return str(row[0]) if row else ""
