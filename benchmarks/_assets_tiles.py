"""วัดแผ่นแผนที่ทรัพย์สิน: tiles over HTTP, of the whole town, a quarter and a street, against the SQL of the same rows."""

from dataclasses import dataclass

import mapbox_vector_tile
from _assets_rows import DATABASE
from _city import Site
from _measure import Report, alternate, median, say
from _tiles import LOW_ZOOM_MS, RATIO_LIMIT, RawSql, fullest, get_tile

from cddp.insight.maps.rules import ROWS_LIMIT, Tile

ROUNDS = 40
# A street's tile holds so few rows that the request itself is most of it.
STREET_MS = 5
# What the two layers send, said as shortly as PostGIS allows: no query builder, no count, no version.
RAW_POINTS = """
SELECT ST_AsMVT(f, 'rows', 4096, 'geom') FROM (
    SELECT ST_AsMVTGeom(shape_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 0) AS geom,
           id::text AS id, asset_class_id::text AS class
    FROM assets_asset
    WHERE municipality_id = %(town)s AND state <> 'disposed' AND length_m IS NULL AND shape IS NOT NULL
      AND shape_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s)) AS f"""
RAW_LINES = """
SELECT ST_AsMVT(f, 'rows', 4096, 'geom') FROM (
    SELECT ST_AsMVTGeom(shape_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64) AS geom,
           id::text AS id, asset_class_id::text AS class
    FROM assets_asset
    WHERE municipality_id = %(town)s AND state <> 'disposed' AND length_m IS NOT NULL AND shape IS NOT NULL
      AND shape_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.015625)) AS f"""


@dataclass(frozen=True)
class View:
    """มุมมอง: one zoom of the map, its fullest tile, and how often it is asked for."""

    name: str
    tile: Tile
    rounds: int = ROUNDS


def measure(report: Report, site: Site) -> None:
    """Both layers, from the whole town down to a street."""
    points = RawSql(RAW_POINTS, DATABASE, as_program=True)
    lines = RawSql(RAW_LINES, DATABASE, as_program=True)
    town = View("town", fullest(10, layer="assets"), rounds=12)
    street = View("street", fullest(17, layer="assets"), rounds=ROUNDS * 3)
    # Points of a wider tile come as counts; lines always come one by one.
    quarters = (fullest(15, at_most=ROWS_LIMIT, layer="assets"), fullest(14, layer="assets"))
    for layer, raw, quarter in (("assets", points, quarters[0]), ("asset_lines", lines, quarters[1])):
        for view in (town, View("quarter", quarter), street):
            _measure_view(report, site, view, layer, raw)


def _measure_view(report: Report, site: Site, view: View, layer: str, raw: RawSql) -> None:
    name = f"{'points' if layer == 'assets' else 'lines'}_{view.name}"
    shown, rows = _compare(site, view.tile, layer, raw)
    report.told(f"{name}_rows", rows, "rows")
    taken = alternate(
        {"http": lambda: get_tile(site, view.tile, layer), "raw": lambda: raw.tile(view.tile)},
        rounds=view.rounds,
    )
    http, floor = median(taken["http"]), median(taken["raw"])
    report.told(f"{name}_raw", floor, "ms")
    report.told(f"{name}_raw_best", min(taken["raw"]), "ms")
    report.told(f"{name}_http_best", min(taken["http"]), "ms")
    if shown == "counts":
        report.at_most(f"{name}_http", http, "ms", LOW_ZOOM_MS)
    elif view.name == "street":
        report.at_most(f"{name}_http", http, "ms", STREET_MS, taken)
        report.told(f"{name}_ratio", http / floor, "x")
        return
    else:
        report.told(f"{name}_http", http, "ms")
    report.at_most(f"{name}_ratio", http / floor, "x", RATIO_LIMIT, taken)


def _compare(site: Site, tile: Tile, layer: str, raw: RawSql) -> tuple[str, int]:
    """Hold the tile against the bare statement's; return what it shows, and how many rows there are."""
    _, headers, body = get_tile(site, tile, layer)
    wanted = _features(raw.tile(tile))
    shown = "counts" if headers["x-cddp-simplified"] == "counts" else "rows"
    say(f"{layer} {tile.z}/{tile.x}/{tile.y}: {len(wanted):,} rows, sent as {shown}, {len(body):,} bytes")
    if shown == "counts":
        cells = mapbox_vector_tile.decode(body)["counts"]["features"]
        sent = sum(each["properties"]["count"] for each in cells)
        if sent != len(wanted):
            raise SystemExit(f"{layer}: the counts tell {sent} rows, the raw statement {len(wanted)}")
    elif _features(body) != wanted:
        raise SystemExit(f"{layer}: the tile and the raw statement differ at {tile}")
    return shown, len(wanted)


def _features(body: bytes) -> list[tuple[str, str, str]]:
    rows = mapbox_vector_tile.decode(body).get("rows", {"features": []})["features"]
    return sorted(
        (each["properties"]["id"], each["properties"]["class"], str(each["geometry"]["coordinates"]))
        for each in rows
    )
