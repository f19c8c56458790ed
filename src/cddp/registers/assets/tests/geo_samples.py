"""ไฟล์แผนที่ตัวอย่าง: made with GDAL (ogr2ogr), places known by arithmetic of our own."""

import io
import json
import math
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection

from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.models import AssetClass, AssetImport
from cddp.registers.assets.services import importing

EAST, NORTH = 500_800.0, 2_054_100.0
"""A place in zone 47 of Indian 1975, near 99.004° E 18.58° N."""
EVEREST = (6377276.345, 1 / 300.8017)
WGS = (6378137.0, 1 / 298.257223563)


def boundary() -> MultiPolygon:
    """Return an outline some 5 km wide around the place."""
    ring = Polygon.from_bbox((98.98, 18.56, 99.03, 18.61))
    return MultiPolygon(ring, srid=4326)


def outline(town: Municipality) -> None:
    """Give the town its outline as the operator does: the program's own role may not."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET ROLE cddp_owner")
        Municipality.objects.filter(pk=town.pk).update(boundary=boundary())
        cursor.execute("SET ROLE cddp_app")


def lamp_features(count: int, *, name: str = "ไฟถนนหน้าวัด") -> list[dict[str, Any]]:
    """Return lamps 20 m apart in rows of a hundred, in EPSG:24047."""
    return [
        feature(
            "Point",
            [EAST + place % 100 * 20, NORTH + place // 100 * 20],
            {"รหัสครุภัณฑ์": f"420-69-{place:05d}", "ชื่อ": f"{name} {place}", "กำลังไฟ": 50 + place % 3},
        )
        for place in range(count)
    ]


def feature(kind: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    shape = None if coordinates is None else {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def geojson(features: Sequence[dict[str, Any]], srid: int | None = 24047) -> bytes:
    whole: dict[str, Any] = {"type": "FeatureCollection", "features": list(features)}
    if srid is not None:
        whole["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{srid}"}}
    return json.dumps(whole, ensure_ascii=False).encode()


def ogr(folder: Path, content: bytes, *arguments: str, name: str) -> Path:
    """Turn a GeoJSON into another format by ogr2ogr."""
    source, target = folder / "source.geojson", folder / name
    source.write_bytes(content)
    subprocess.run(["ogr2ogr", *arguments, str(target), str(source)], check=True, capture_output=True)
    return target


def geopackage(folder: Path, content: bytes) -> bytes:
    return ogr(folder, content, "-f", "GPKG", "-nln", "lamps", name="lamps.gpkg").read_bytes()


def shapefile(
    folder: Path,
    content: bytes,
    *,
    encoding: str = "CP874",
    leave_out: Sequence[str] = (".cpg",),
    inside: str = "ข้อมูล/",
) -> bytes:
    """Return a zip with a shapefile in a folder; without its .cpg unless told otherwise."""
    shp = ogr(folder, content, "-f", "ESRI Shapefile", "-lco", f"ENCODING={encoding}", name="ไฟถนน.shp")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob("ไฟถนน.*")):
            if part.suffix not in leave_out:
                archive.write(part, f"{inside}{part.name}")
    shp.unlink()
    return stream.getvalue()


# ── a transformation written out by hand, independent of PROJ ─────────────────────────────────────


def by_hand(east: float, north: float, shifts: Sequence[float], *, zone: int = 47) -> tuple[float, float]:
    """Return (longitude, latitude) in WGS 84 of a place in UTM on Everest 1830 (1937), by three shifts in metres.

    Krüger's series for the inverse transverse Mercator, then geocentric coordinates, the shifts, and back.
    """
    longitude, latitude = _inverse_utm(east, north, EVEREST, zone)
    x, y, z = _to_geocentric(longitude, latitude, EVEREST)
    return _to_geodetic(x + shifts[0], y + shifts[1], z + shifts[2], WGS)


def _inverse_utm(east: float, north: float, ellipsoid: tuple[float, float], zone: int) -> tuple[float, float]:
    a, f = ellipsoid
    n = f / (2 - f)
    radius = a / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    xi, eta = north / (0.9996 * radius), (east - 500_000) / (0.9996 * radius)
    beta = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96, n**2 / 48 + n**3 / 15, 17 * n**3 / 480)
    xi_, eta_ = xi, eta
    for step, value in enumerate(beta, 1):
        xi_ -= value * math.sin(2 * step * xi) * math.cosh(2 * step * eta)
        eta_ -= value * math.cos(2 * step * xi) * math.sinh(2 * step * eta)
    chi = math.asin(math.sin(xi_) / math.cosh(eta_))
    delta = (2 * n - 2 * n**2 / 3 - 2 * n**3, 7 * n**2 / 3 - 8 * n**3 / 5, 56 * n**3 / 15)
    latitude = chi + sum(value * math.sin(2 * step * chi) for step, value in enumerate(delta, 1))
    meridian = math.radians(zone * 6 - 183)
    return meridian + math.atan2(math.sinh(eta_), math.cos(xi_)), latitude


def _to_geocentric(
    longitude: float, latitude: float, ellipsoid: tuple[float, float]
) -> tuple[float, float, float]:
    a, f = ellipsoid
    e2 = f * (2 - f)
    n = a / math.sqrt(1 - e2 * math.sin(latitude) ** 2)
    return (
        n * math.cos(latitude) * math.cos(longitude),
        n * math.cos(latitude) * math.sin(longitude),
        n * (1 - e2) * math.sin(latitude),
    )


def _to_geodetic(x: float, y: float, z: float, ellipsoid: tuple[float, float]) -> tuple[float, float]:
    a, f = ellipsoid
    e2 = f * (2 - f)
    flat = math.hypot(x, y)
    latitude = math.atan2(z, flat * (1 - e2))
    for _step in range(6):
        n = a / math.sqrt(1 - e2 * math.sin(latitude) ** 2)
        latitude = math.atan2(z + e2 * n * math.sin(latitude), flat)
    return math.degrees(math.atan2(y, x)), math.degrees(latitude)


def metres_between(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the distance of two near places given in degrees."""
    east = (one[0] - other[0]) * 111_320 * math.cos(math.radians(one[1]))
    return math.hypot(east, (one[1] - other[1]) * 110_700)


# ── the steps in one go ───────────────────────────────────────────────────────────────────────────


def read(
    town: Municipality, content: bytes, name: str, asset_class: AssetClass, *, by: Any = None
) -> AssetImport:
    """Upload and read."""
    found = importing.open_import(
        by, stream=io.BytesIO(content), file_name=name, asset_class_id=asset_class.pk
    )
    importing.read_import(town.pk, found.pk)
    found.refresh_from_db()
    return found


def check(
    town: Municipality, content: bytes, name: str, asset_class: AssetClass, *, by: Any = None, **reading: Any
) -> AssetImport:
    """Upload, read, take the suggested columns and do the dry run."""
    found = read(town, content, name, asset_class, by=by)
    if reading:
        importing.change_reading(by, found.pk, asset_class_id=asset_class.pk, values=reading)
        importing.read_import(town.pk, found.pk)
    found.refresh_from_db()
    if found.state == "mapping":
        importing.choose_columns(by, found.pk, mapping=found.mapping)
        importing.check_import(town.pk, found.pk)
        found.refresh_from_db()
    return found


def take(town: Municipality, found: AssetImport, *, by: Any = None) -> AssetImport:
    """Confirm and import."""
    importing.confirm_import(by, found.pk)
    importing.apply_import(town.pk, found.pk)
    found.refresh_from_db()
    return found
