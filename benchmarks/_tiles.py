"""วัดแผ่นแผนที่: tiles over HTTP against the leanest SQL that gives the same content, and counts after edits."""

from typing import Any

import mapbox_vector_tile
import psycopg
from _city import DATABASE, Site
from _measure import Report, alternate, median, say
from _people import TOWN_ID, worker
from django.db import connection
from django.utils import timezone

from cddp.foundation.tenancy.current import town_context
from cddp.insight.maps.rules import ROWS_LIMIT, Tile, cell_at
from cddp.insight.maps.services.counts import fold_changes
from cddp.registers.residents.models import House

HOUSES = "houses"
ROUNDS = 60
EDITS = 1_000
RATIO_LIMIT = 1.3
LOW_ZOOM_MS = 5
UNCHANGED_MS = 3

# What the houses layer sends, said as shortly as PostGIS allows: no query builder, no count, no version.
RAW_ROWS = """
SELECT ST_AsMVT(f, 'rows', 4096, 'geom') FROM (
    SELECT ST_AsMVTGeom(point_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 0) AS geom,
           id::text AS id, 'house' AS class, number
    FROM residents_house
    WHERE municipality_id = %(town)s AND state = 'active' AND point IS NOT NULL
      AND point_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s)) AS f"""


class RawSql:
    """SQL ตรง ๆ: the program's role on one open connection, row-level security on, a transaction a tile."""

    def __init__(
        self, statement: str = RAW_ROWS, database: str = DATABASE, *, as_program: bool = False
    ) -> None:
        self._statement, self._as_program = statement, as_program
        self._connection = psycopg.connect(
            host=connection.settings_dict["HOST"], user="cddp_app", dbname=database, autocommit=True
        )
        self._connection.execute("SELECT set_config('cddp.municipality', %s, false)", [str(TOWN_ID)])
        if as_program:
            # No parallel workers, planned for this very tile, bytes as they are: else the floor is not the lowest.
            self._connection.execute("SET max_parallel_workers_per_gather = 0")
            self._connection.prepare_threshold = None

    def tile(self, tile: Tile) -> bytes:
        """Return the tile's bytes."""
        numbers = {"z": tile.z, "x": tile.x, "y": tile.y, "town": TOWN_ID}
        row = self._connection.execute(self._statement, numbers, binary=self._as_program).fetchone()
        return bytes(row[0]) if row else b""

    def explain(self, tile: Tile) -> str:
        """Return the plan."""
        numbers = {"z": tile.z, "x": tile.x, "y": tile.y, "town": TOWN_ID}
        rows = self._connection.execute(f"EXPLAIN (ANALYZE, BUFFERS) {self._statement}", numbers).fetchall()
        return "\n".join(str(row[0]) for row in rows)


def measure(report: Report, site: Site) -> None:
    """Tiles at z14, z10 and z6, and an unchanged one."""
    raw = RawSql()
    _measure_rows(report, site, raw)
    for zoom in (6, 10):
        tile = fullest(zoom)
        taken = alternate({"http": lambda t=tile: get_tile(site, t)}, rounds=ROUNDS * 3)["http"]
        report.at_most(f"tile_z{zoom}", median(taken), "ms", LOW_ZOOM_MS, {"http": taken})
        # What the same request takes when nothing else wants the processor just then.
        report.told(f"tile_z{zoom}_best", min(taken), "ms")
    _measure_unchanged(report, site)


def _measure_rows(report: Report, site: Site, raw: RawSql) -> None:
    tile = fullest(14, at_most=ROWS_LIMIT)
    _, headers, body = get_tile(site, tile)
    sent, wanted = _features(body), _features(raw.tile(tile))
    if sent != wanted:
        raise SystemExit(f"z14: the tile holds {len(sent)} features, the raw statement {len(wanted)}")
    if headers["x-cddp-simplified"] != "no":
        raise SystemExit("z14: the tile shows counts")
    say(f"z14 tile {tile.x}/{tile.y}: {len(sent):,} houses, {len(body):,} bytes")
    taken = alternate({"http": lambda: get_tile(site, tile), "raw": lambda: raw.tile(tile)}, rounds=ROUNDS)
    report.told("tile_z14_raw", median(taken["raw"]), "ms")
    report.told("tile_z14_http", median(taken["http"]), "ms")
    report.told("tile_z14_raw_best", min(taken["raw"]), "ms")
    report.told("tile_z14_http_best", min(taken["http"]), "ms")
    report.at_most("tile_z14_ratio", median(taken["http"]) / median(taken["raw"]), "x", RATIO_LIMIT, taken)


def _measure_unchanged(report: Report, site: Site) -> None:
    tile = fullest(14, at_most=ROWS_LIMIT)
    tag = get_tile(site, tile)[1]["etag"]
    path = _path(tile, HOUSES)

    def ask() -> None:
        status = site.get(path, **{"If-None-Match": tag})[0]
        if status != 304:
            raise SystemExit(f"an unchanged tile answered {status}")

    taken = alternate({"http": ask}, rounds=ROUNDS * 3)["http"]
    report.at_most("tile_unchanged", median(taken), "ms", UNCHANGED_MS, {"http": taken})


def _path(tile: Tile, layer: str) -> str:
    return f"/tiles/{layer}/{tile.z}/{tile.x}/{tile.y}"


def get_tile(site: Site, tile: Tile, layer: str = HOUSES) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a tile over HTTP."""
    answer = site.get(_path(tile, layer))
    if answer[0] != 200:
        raise SystemExit(f"{_path(tile, layer)} answered {answer[0]}")
    return answer


def _features(body: bytes) -> list[tuple[str, str]]:
    rows = mapbox_vector_tile.decode(body).get("rows", {"features": []})
    return sorted((each["properties"]["id"], each["properties"]["number"]) for each in rows["features"])


def fullest(zoom: int, *, at_most: int | None = None, layer: str = HOUSES) -> Tile:
    """Return the tile of the town with the most rows, or with the most that are still drawn one by one."""
    with town_context(TOWN_ID), connection.cursor() as cursor:
        cursor.execute(
            """SELECT x, y FROM maps_tilecount WHERE layer = %s AND z = %s AND count <= %s
               ORDER BY count DESC LIMIT 1""",
            [layer, zoom, at_most or 10**9],
        )
        x, y = cursor.fetchone()
    return Tile(zoom, x, y)


def check_counts(report: Report) -> None:
    """Move, take off and put back houses one by one; every cell must then hold what there is, before and after
    folding."""
    from cddp.foundation.extension_points import LayerQuery
    from cddp.insight.maps.queries.layers import find_layer
    from cddp.insight.maps.queries.people import Viewer, permission_class_of
    from cddp.insight.maps.queries.tiles import draw_tile

    user = worker()
    viewer = Viewer(user, TOWN_ID, permission_class_of(user))
    layer = find_layer(user, "houses")
    tile = fullest(10)
    _edit()
    wrong = 0
    for step in ("pending", "folded"):
        drawn = draw_tile(layer, viewer, LayerQuery(), tile)
        wrong += _wrong_cells(drawn.body, tile)
        if step == "pending":
            with town_context(TOWN_ID):
                fold_changes()
    report.at_most(f"wrong_cells_after_{EDITS}_edits", wrong, "cells", 0)


def _edit() -> None:
    with town_context(TOWN_ID):
        chosen = list(
            House.objects.exclude(point=None).order_by("id").values_list("pk", "point")[: EDITS // 2]
        )
    for place, (house_id, point) in enumerate(chosen):
        moved = point.clone()
        moved.coords = (point.x + 0.004, point.y - 0.003)
        for new in (moved, None if place % 10 == 0 else point):
            with town_context(TOWN_ID):
                House.objects.filter(pk=house_id).update(point=new, updated_at=timezone.now())
    with town_context(TOWN_ID):
        for house_id, point in chosen[::10]:
            House.objects.filter(pk=house_id).update(point=point)
        # Some stay moved, so that the counts really differ from before; the next run moves them on.
        for house_id, point in chosen[1::25]:
            moved = point.clone()
            moved.coords = (point.x + 0.0006, point.y)
            House.objects.filter(pk=house_id).update(point=moved)


def _wrong_cells(body: bytes, tile: Tile) -> int:
    """Compare the drawn cells with a count of the rows themselves."""
    zoom = tile.cell_zoom()
    side = 4096 >> (zoom - tile.z)
    drawn: dict[tuple[int, int], int] = {}
    for feature in mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})["counts"][
        "features"
    ]:
        x, y = feature["geometry"]["coordinates"]
        drawn[int(x) // side, int(y) // side] = feature["properties"]["count"]
    return len(set(drawn.items()) ^ set(_true_cells(tile, zoom).items()))


def _true_cells(tile: Tile, zoom: int) -> dict[tuple[int, int], int]:
    first_x, first_y = tile.x << (zoom - tile.z), tile.y << (zoom - tile.z)
    found: dict[tuple[int, int], int] = {}
    with town_context(TOWN_ID), connection.cursor() as cursor:
        cursor.execute(
            """SELECT ST_X(point_3857), ST_Y(point_3857) FROM residents_house
               WHERE state = 'active' AND point IS NOT NULL"""
        )
        points: list[Any] = cursor.fetchall()
    for x_m, y_m in points:
        x, y = cell_at(x_m, y_m, zoom)
        if first_x <= x < first_x + 64 and first_y <= y < first_y + 64:
            key = x - first_x, y - first_y
            found[key] = found.get(key, 0) + 1
    return found
