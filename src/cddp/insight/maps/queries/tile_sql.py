"""คำสั่ง SQL ของแผ่นแผนที่: one statement for one tile, which draws rows, or counts where there are too many.

The layer's queryset becomes a subquery that PostgreSQL pulls up, so the bounding box reaches its index. Numbers of
the tile are written into the text: they are checked integers, and the planner folds them into one constant box.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, TextField, Value
from django.db.models.expressions import Combinable

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerQuery, MapLayer
from cddp.insight.maps.rules import EXTENT, FINEST_CELL_ZOOM, HALF_WORLD_M, ROWS_LIMIT, Tile, cells_of

POLYGON_MARGIN = 64
"""Polygons reach a little over the edge of the tile, so that no outline is drawn along it."""


@dataclass(frozen=True)
class LayerRows:
    """แถวของชั้นข้อมูลสำหรับคนหนึ่ง: the compiled queryset of one layer for one person and one question."""

    layer: MapLayer
    sql: str
    values: tuple[Any, ...]
    columns: str
    uses_stored_counts: bool

    @property
    def is_points(self) -> bool:
        return self.layer.geometry == "point"

    def source(self, tile: Tile) -> str:
        """Return "FROM … WHERE" of the rows whose box meets the tile's."""
        margin = "" if self.is_points else f", margin => {POLYGON_MARGIN / EXTENT}"
        box = f"ST_TileEnvelope({tile.z}, {tile.x}, {tile.y}{margin})"
        return f"FROM ({self.sql}) AS l(id, geom, class{self.columns}) WHERE l.geom && {box}"


class PlainColumn(Func):
    """The column as it is: Django would read a geometry as bytes."""

    template = "%(expressions)s"
    arity = 1

    def __init__(self, field: str | Combinable) -> None:
        super().__init__(field, output_field=TextField())


def compile_rows(layer: MapLayer, user: User, query: LayerQuery) -> LayerRows:
    """Return the layer's rows for this person as SQL; may ask the database for fact types; in `town_context`."""
    rows = layer.rows(user, query).order_by()
    if "map_class" not in rows.query.annotations:
        rows = rows.annotate(map_class=Value(""))
    chosen = rows.annotate(tile_geometry=PlainColumn(F(layer.geometry_field)))
    chosen = chosen.values_list("pk", "tile_geometry", "map_class", *layer.properties)
    sql, values = chosen.query.sql_with_params()
    limited = user.membership is None or user.membership.area_limit is not None
    return LayerRows(
        layer=layer,
        sql=sql,
        values=tuple(values),
        columns="".join(f', "{name}"' for name in layer.properties),
        uses_stored_counts=layer.counted and not limited and not query.filters and query.at is None,
    )


def tile_statement(rows: LayerRows, tile: Tile) -> tuple[str, list[Any]]:
    """Return the statement and its values. It gives one row: number of rows (or NULL), shown as counts?, the tile."""
    if not rows.is_points or tile.always_rows:
        return f"SELECT NULL::bigint, false, ({_rows(rows, tile)})", list(rows.values)
    if rows.uses_stored_counts:
        total, cells, values = _stored_total(rows, tile), _stored_cells(rows, tile), list(rows.values)
    else:
        total, cells, values = _live_total(rows, tile), _live_cells(rows, tile), [*rows.values] * 3
    return (
        f"WITH sized AS MATERIALIZED (SELECT ({total}) AS total) "
        f"SELECT total, total > {ROWS_LIMIT}, CASE WHEN total = 0 THEN ''::bytea "
        f"WHEN total <= {ROWS_LIMIT} THEN ({_rows(rows, tile)}) "
        f"ELSE ({cells}) || (SELECT ST_AsMVT(m, 'meta', {EXTENT}, 'geom') FROM ("
        f"SELECT ST_Point({EXTENT // 2}, {EXTENT // 2}) AS geom, total, 'counts' AS shown) AS m) END FROM sized"
    ), values


def rows_statement(rows: LayerRows, tile: Tile) -> tuple[str, list[Any]]:
    """Return the statement that draws points without counting them first, and its values.

    It gives one row as `tile_statement` does; where there are too many, the tile is empty and the number too low.
    Planning a count and a drawing of cells that nobody needs takes as long as reading 700 rows.
    """
    return (
        f"SELECT count(*), count(*) > {ROWS_LIMIT}, CASE WHEN count(*) > {ROWS_LIMIT} THEN ''::bytea "
        f"ELSE {_drawn()} END FROM ({_features(rows, tile)} LIMIT {ROWS_LIMIT + 1}) AS f"
    ), list(rows.values)


def _rows(rows: LayerRows, tile: Tile) -> str:
    return f"SELECT {_drawn()} FROM ({_features(rows, tile)}) AS f"


def _drawn() -> str:
    return f"coalesce(ST_AsMVT(f, 'rows', {EXTENT}, 'geom'), ''::bytea)"


def _features(rows: LayerRows, tile: Tile) -> str:
    # `&&` compares boxes of single precision, a metre wide of the mark here: clipping keeps points inside the tile.
    buffer = 0 if rows.is_points else POLYGON_MARGIN
    return (
        f"SELECT ST_AsMVTGeom(l.geom, ST_TileEnvelope({tile.z}, {tile.x}, {tile.y}), {EXTENT}, {buffer}) "
        f"AS geom, l.id::text AS id, l.class{rows.columns} {rows.source(tile)}"
    )


def _stored_total(rows: LayerRows, tile: Tile) -> str:
    first_x, last_x, first_y, last_y = cells_of(tile, FINEST_CELL_ZOOM)
    layer = f"layer = '{rows.layer.key}'"
    return (
        f"SELECT coalesce((SELECT count FROM maps_tilecount WHERE {layer} AND z = {tile.z} AND x = {tile.x} "
        f"AND y = {tile.y}), 0) + coalesce((SELECT sum(change) FROM maps_tilecountdelta WHERE {layer} "
        f"AND x BETWEEN {first_x} AND {last_x} AND y BETWEEN {first_y} AND {last_y}), 0)"
    )


def _stored_cells(rows: LayerRows, tile: Tile) -> str:
    zoom = tile.cell_zoom()
    up = FINEST_CELL_ZOOM - zoom
    first_x, last_x, first_y, last_y = cells_of(tile, zoom)
    low_x, high_x, low_y, high_y = cells_of(tile, FINEST_CELL_ZOOM)
    layer = f"layer = '{rows.layer.key}'"
    return _cells_drawn(
        tile,
        zoom,
        f"SELECT x, y, count AS n FROM maps_tilecount WHERE {layer} AND z = {zoom} "
        f"AND x BETWEEN {first_x} AND {last_x} AND y BETWEEN {first_y} AND {last_y} "
        f"UNION ALL SELECT x >> {up}, y >> {up}, change FROM maps_tilecountdelta WHERE {layer} "
        f"AND x BETWEEN {low_x} AND {high_x} AND y BETWEEN {low_y} AND {high_y}",
    )


def _live_total(rows: LayerRows, tile: Tile) -> str:
    return f"SELECT count(*) FROM (SELECT 1 {rows.source(tile)} LIMIT {ROWS_LIMIT + 1}) AS enough"


def _live_cells(rows: LayerRows, tile: Tile) -> str:
    zoom = tile.cell_zoom()
    side = 2 * HALF_WORLD_M / (1 << zoom)
    return _cells_drawn(
        tile,
        zoom,
        f"SELECT floor((ST_X(l.geom) + {HALF_WORLD_M!r}) / {side!r})::int AS x, "
        f"floor(({HALF_WORLD_M!r} - ST_Y(l.geom)) / {side!r})::int AS y, 1 AS n {rows.source(tile)}",
    )


def _cells_drawn(tile: Tile, zoom: int, numbers: str) -> str:
    """Return the SQL that draws cells from rows (x, y, n): a point in the middle of each cell with its count."""
    first_x, _, first_y, _ = cells_of(tile, zoom)
    side = EXTENT >> (zoom - tile.z)
    return (
        f"SELECT coalesce(ST_AsMVT(f, 'counts', {EXTENT}, 'geom'), ''::bytea) FROM ("
        f"SELECT ST_Point((x - {first_x}) * {side} + {side // 2}, (y - {first_y}) * {side} + {side // 2}) AS geom, "
        f"sum(n)::bigint AS count FROM ({numbers}) AS numbers GROUP BY x, y HAVING sum(n) > 0) AS f"
    )
