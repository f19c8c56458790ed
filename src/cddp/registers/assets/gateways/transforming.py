"""แปลงพิกัด: shapes of a file into longitude and latitude of WGS 84, by the projection and the pinned datum operation.

Through GDAL, with the PROJ string written out. ST_Transform with a string builds the transformation anew for each
row (1.7 ms); here it is built once for a file.
"""

import math
import struct
from collections.abc import Sequence
from contextlib import suppress

from django.contrib.gis.gdal import AxisOrder, CoordTransform, GDALException, OGRGeometry, SpatialReference
from django.contrib.gis.geos import GEOSException, GEOSGeometry

from cddp.registers.assets.rules.importing.projections import PROJECTIONS, WGS84, bounds_of, proj_string

Place = tuple[float, float]


class UntransformableShape(ValueError):
    """แปลงไม่ได้: `code` is "unsound" (no shape can be built) or "outside_country"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Transformer:
    """ตัวแปลงพิกัด: from one projection of a file to EPSG:4326, longitude first."""

    def __init__(self, key: str, datum: str) -> None:
        swapped = PROJECTIONS[key].is_swapped
        # The authority's own order is latitude first: that is what "swapped" means.
        source = (
            SpatialReference("EPSG:4326", axis_order=AxisOrder.AUTHORITY)
            if swapped
            else SpatialReference(proj_string(key, datum))
        )
        self._transform = CoordTransform(source, SpatialReference(WGS84))
        self._west, self._south, self._east, self._north = bounds_of(key)

    def shape(self, wkb: bytes) -> GEOSGeometry:
        """Return a shape in EPSG:4326. Raises UntransformableShape."""
        try:
            geometry = OGRGeometry(memoryview(wkb))
            west, south, east, north = geometry.extent
        except (GDALException, ValueError) as fault:
            raise UntransformableShape("unsound") from fault
        # Far beyond its zone PROJ answers with infinity or not at all.
        if not (west >= self._west and east <= self._east and south >= self._south and north <= self._north):
            raise UntransformableShape("outside_country" if math.isfinite(west + south) else "unsound")
        try:
            geometry.transform(self._transform)
        except GDALException as fault:
            raise UntransformableShape("outside_country") from fault
        try:
            return GEOSGeometry(memoryview(geometry.wkb), srid=4326)
        except (GEOSException, ValueError) as fault:
            raise UntransformableShape("unsound") from fault

    def places(self, points: Sequence[Sequence[float]]) -> list[Place]:
        """Return (longitude, latitude) of those points that the projection can hold."""
        found: list[Place] = []
        for x, y in points:
            with suppress(UntransformableShape):
                west, south, _east, _north = self.shape(point_wkb(x, y)).extent
                found.append((float(west), float(south)))
        return found


def point_wkb(x: float, y: float) -> bytes:
    """Return a point as WKB."""
    return struct.pack("<BIdd", 1, 1, x, y)
