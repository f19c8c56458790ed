"""รุ่นของชั้นข้อมูล: a short text that changes with each committed change of the tables a layer draws.

Each process keeps the versions of a town for at most a second, so an unchanged tile costs no query. A version is
always read before the content it names: a tile may be newer than its tag, never older.
"""

from threading import Lock
from time import monotonic

from django.db import connection

from cddp.foundation.extension_points import MapLayer
from cddp.foundation.tenancy.models import Municipality
from cddp.insight.maps.gateways.triggers import watched_tables

FRESH_S = 1.0
TOWN_TABLE = Municipality._meta.db_table

_known: dict[int, tuple[float, dict[str, str]]] = {}
_lock = Lock()


def known_version(layer: MapLayer, municipality_id: int) -> str | None:
    """Return the layer's version if this process knows it well enough, without asking the database."""
    found = _known.get(municipality_id)
    if found is None or monotonic() - found[0] > FRESH_S:
        return None
    return _version_of(layer, found[1])


def read_version(layer: MapLayer, municipality_id: int) -> str:
    """Return the layer's version from the database; inside `town_context`."""
    asked_at = monotonic()
    versions = _read()
    with _lock:
        _known[municipality_id] = (asked_at, versions)
    return _version_of(layer, versions)


def forget_versions() -> None:
    """Let the next read ask the database (tests)."""
    _known.clear()


def _version_of(layer: MapLayer, versions: dict[str, str]) -> str:
    tables = watched_tables(layer) or [TOWN_TABLE]
    return ".".join(versions.get(table, "0") for table in tables)


def _read() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT "table", sum(n)::text FROM (
                    SELECT "table", version AS n FROM maps_tableversion
                    UNION ALL SELECT "table", 1 FROM maps_tablechange) AS counted GROUP BY "table"
                -- Towns are the operator's: no trigger, the row's own transaction number tells its version.
                UNION ALL SELECT '{TOWN_TABLE}', xmin::text FROM {TOWN_TABLE}
                WHERE id = NULLIF(current_setting('cddp.municipality', true), '')::int"""
        )
        return dict(cursor.fetchall())
