"""เขียนไฟล์แผนที่: GeoPackage and GeoJSON, row by row.

A GeoPackage is an SQLite file with four tables of the standard (OGC 12-128r18), so Python's own sqlite3 writes it;
QGIS and GDAL read it. Both are in EPSG:4326.
"""

import json
import sqlite3
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from django.contrib.gis.geos import GEOSGeometry

APPLICATION_ID: Final = 0x47504B47  # "GPKG"
VERSION: Final = 10_300
_WGS84_WKT: Final = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
_TABLES: Final = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name));
"""
_OWN_COLUMNS: Final = ("fid", "geom")
_HEADER: Final = b"GP" + struct.pack("<BBi", 0, 1, 4326)  # version 0, little endian without an envelope


class FieldToWrite(NamedTuple):
    """คอลัมน์ที่เขียน: its name and its type in a GeoPackage (TEXT, INTEGER, REAL, DATE, BOOLEAN)."""

    name: str
    kind: str = "TEXT"


class RowToWrite(NamedTuple):
    """แถวที่เขียน: a shape or none, and values in the order of the fields."""

    shape: GEOSGeometry | None
    values: Sequence[Any]


def write_geopackage(
    path: Path, layer: str, title: str, fields: Sequence[FieldToWrite], rows: Iterable[RowToWrite]
) -> int:
    """Write one layer; return the number of its rows."""
    connection = sqlite3.connect(path)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.executescript(_TABLES)
        columns = distinct_names([each.name for each in fields], taken=_OWN_COLUMNS)
        _describe(connection, layer, title, list(zip(columns, fields, strict=True)))
        names = ", ".join(map(_quoted, columns))
        marks = ", ".join("?" for _each in fields)
        count, box = 0, [180.0, 90.0, -180.0, -90.0]
        for row in rows:
            blob = None if row.shape is None else _HEADER + bytes(row.shape.wkb)
            connection.execute(
                f"INSERT INTO {_quoted(layer)} (geom, {names}) VALUES (?, {marks})",
                [blob, *row.values],
            )
            count += 1
            _widen(box, row.shape)
        if box[0] <= box[2]:
            connection.execute("UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?", box)
        connection.commit()
    finally:
        connection.close()
    return count


def distinct_names(names: Sequence[str], *, taken: Iterable[str] = ()) -> list[str]:
    """Return the names so that none stands twice where case is ignored: the later one gets a number behind it.

    The number is in brackets, which the import leaves out when it looks for a heading.
    """
    used = {name.casefold() for name in taken}
    found = []
    for name in names:
        distinct, count = name, 1
        while distinct.casefold() in used:
            count += 1
            distinct = f"{name} ({count})"
        used.add(distinct.casefold())
        found.append(distinct)
    return found


def _describe(
    connection: sqlite3.Connection, layer: str, title: str, fields: Sequence[tuple[str, FieldToWrite]]
) -> None:
    systems = [
        ("WGS 84", 4326, "EPSG", 4326, _WGS84_WKT, ""),
        ("Undefined Cartesian", -1, "NONE", -1, "undefined", ""),
        ("Undefined geographic", 0, "NONE", 0, "undefined", ""),
    ]
    connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", systems)
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
        "VALUES (?, 'features', ?, ?, 4326)",
        [layer, layer, title],
    )
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', 4326, 0, 0)", [layer]
    )
    columns = ", ".join(f"{_quoted(name)} {field.kind}" for name, field in fields)
    connection.execute(
        f"CREATE TABLE {_quoted(layer)} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY, {columns})"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _widen(box: list[float], shape: GEOSGeometry | None) -> None:
    if shape is not None and not shape.empty:
        west, south, east, north = shape.extent
        box[:] = [min(box[0], west), min(box[1], south), max(box[2], east), max(box[3], north)]


def write_geojson(stream: IO[bytes], fields: Sequence[FieldToWrite], rows: Iterable[RowToWrite]) -> int:
    """Write a FeatureCollection, a feature on a line; return their number."""
    names = [each.name for each in fields]
    stream.write(b'{"type": "FeatureCollection", "features": [\n')
    count = 0
    for row in rows:
        feature = {
            "type": "Feature",
            "geometry": None if row.shape is None else json.loads(row.shape.geojson),
            "properties": dict(zip(names, row.values, strict=True)),
        }
        stream.write((",\n" if count else "").encode() + json.dumps(feature, ensure_ascii=False).encode())
        count += 1
    stream.write(b"\n]}\n")
    return count
