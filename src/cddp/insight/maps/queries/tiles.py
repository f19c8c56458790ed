"""แผ่นแผนที่: the bytes of one tile for one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Any

from django.core.exceptions import EmptyResultSet

from cddp.foundation.extension_points import LayerQuery, MapLayer
from cddp.foundation.tenancy.current import town_context
from cddp.insight.maps.gateways.one_trip import fetch_in_town
from cddp.insight.maps.queries.layers import query_key
from cddp.insight.maps.queries.people import Viewer
from cddp.insight.maps.queries.tile_sql import LayerRows, compile_rows, rows_statement, tile_statement
from cddp.insight.maps.queries.versions import known_version, read_version
from cddp.insight.maps.rules import Tile

COMPILED_S = 30.0
MOST_COMPILED = 1_000

_compiled: dict[tuple[object, ...], tuple[float, LayerRows]] = {}
_lock = Lock()


@dataclass(frozen=True)
class DrawnTile:
    """แผ่นแผนที่ที่วาดแล้ว: `simplified` says that it holds counts in place of its `total` rows."""

    body: bytes
    simplified: bool
    total: int | None


def known_tag(layer: MapLayer, viewer: Viewer, query: LayerQuery) -> str | None:
    """Return the tag of a tile of this layer if the process knows the version; asks no database."""
    version = known_version(layer, viewer.municipality_id)
    return None if version is None else _tag(layer, viewer, query, version)


def current_tag(layer: MapLayer, viewer: Viewer, query: LayerQuery) -> str:
    """Return the tag of a tile of this layer; asks the database when a second has passed."""
    known = known_tag(layer, viewer, query)
    if known is not None:
        return known
    with town_context(viewer.municipality_id, user_id=viewer.user.pk):
        return _tag(layer, viewer, query, read_version(layer, viewer.municipality_id))


def draw_tile(layer: MapLayer, viewer: Viewer, query: LayerQuery, tile: Tile) -> DrawnTile:
    """Draw one tile under row-level security of the viewer's town. Its tag is to be read before it is drawn."""
    if tile.z < layer.min_zoom:
        return DrawnTile(b"", simplified=True, total=None)
    try:
        rows = rows_for(layer, viewer, query)
    except EmptyResultSet:
        # Django knows without asking that there are no rows: a volunteer without areas, a filter that is gone.
        return DrawnTile(b"", simplified=False, total=0)
    first = rows_statement if rows.is_points and tile.seldom_counts else tile_statement
    total, simplified, body = _fetch(viewer, *first(rows, tile))
    if simplified and first is rows_statement:
        total, simplified, body = _fetch(viewer, *tile_statement(rows, tile))
    return DrawnTile(bytes(body), simplified, total)


def _fetch(viewer: Viewer, statement: str, values: Sequence[Any]) -> tuple[Any, ...]:
    return fetch_in_town(viewer.municipality_id, viewer.user.pk, statement, values)


def rows_for(layer: MapLayer, viewer: Viewer, query: LayerQuery) -> LayerRows:
    """Return the compiled rows; compiling costs as much as drawing a small tile, so it is kept for half a minute."""
    key = (layer.key, viewer.municipality_id, viewer.user.pk, viewer.permission_class, query_key(query))
    found = _compiled.get(key)
    if found is not None and monotonic() - found[0] <= COMPILED_S:
        return found[1]
    with town_context(viewer.municipality_id, user_id=viewer.user.pk):
        rows = compile_rows(layer, viewer.user, query)
    with _lock:
        if len(_compiled) >= MOST_COMPILED:
            _compiled.clear()
        _compiled[key] = (monotonic(), rows)
    return rows


def forget_compiled() -> None:
    """Let the next tile compile its layer again (tests)."""
    _compiled.clear()


def _tag(layer: MapLayer, viewer: Viewer, query: LayerQuery, version: str) -> str:
    facts: tuple[Any, ...] = (
        layer.key,
        version,
        viewer.municipality_id,
        viewer.permission_class,
        query_key(query),
    )
    return f'"{sha256(repr(facts).encode()).hexdigest()[:20]}"'
