"""ค่าล่าสุดของช่วงถนน: which ride speaks for each stretch of road, decided anew from all rides in use.

A stretch is the newest unless a newer ride in use covers at least half of it; a ride that could not measure it (too
slow) never hides one that could. Off any road two rides meet where one passes within 20 m of the other's middle.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from cddp.foundation.tenancy.current import required_municipality_id

_BEATS = (
    """(n.roughness IS NOT NULL, nt.started_at, nt.id) > (s.roughness IS NOT NULL, st.started_at, st.id)"""
)
_ON_ROADS = f"""
    UPDATE assets_roadstretch AS target SET is_newest = found.newest
    FROM (
        SELECT s.id, st.state = 'in_use' AND NOT EXISTS (
            SELECT FROM assets_roadstretch n
            JOIN assets_roadtrace nt ON nt.municipality_id = n.municipality_id AND nt.id = n.trace_id
            WHERE n.municipality_id = s.municipality_id AND n.asset_id = s.asset_id AND n.trace_id <> s.trace_id
              AND nt.state = 'in_use' AND {_BEATS}
              AND least(n.until_m, s.until_m) - greatest(n.from_m, s.from_m) >= 0.5 * (s.until_m - s.from_m)
        ) AS newest
        FROM assets_roadstretch s
        JOIN assets_roadtrace st ON st.municipality_id = s.municipality_id AND st.id = s.trace_id
        WHERE s.municipality_id = %(town)s AND s.asset_id = ANY(%(assets)s)
    ) AS found
    WHERE target.municipality_id = %(town)s AND target.id = found.id AND target.is_newest <> found.newest"""
_OFF_ROADS = f"""
    UPDATE assets_roadstretch AS target SET is_newest = found.newest
    FROM (
        SELECT s.id, st.state = 'in_use' AND NOT EXISTS (
            SELECT FROM assets_roadstretch n
            JOIN assets_roadtrace nt ON nt.municipality_id = n.municipality_id AND nt.id = n.trace_id
            WHERE n.municipality_id = s.municipality_id AND n.asset_id IS NULL AND n.trace_id <> s.trace_id
              AND nt.state = 'in_use' AND {_BEATS}
              AND ST_DWithin(ST_LineInterpolatePoint(s.line_3857, 0.5), n.line_3857, 20.6)
        ) AS newest
        FROM assets_roadstretch s
        JOIN assets_roadtrace st ON st.municipality_id = s.municipality_id AND st.id = s.trace_id
        WHERE s.municipality_id = %(town)s AND s.asset_id IS NULL
    ) AS found
    WHERE target.municipality_id = %(town)s AND target.id = found.id AND target.is_newest <> found.newest"""


def refresh_newest(assets: Collection[UUID], *, off_roads: bool = False) -> None:
    """Decide anew for the stretches of these roads, and with `off_roads` for those of no road."""
    town = required_municipality_id()
    with connection.cursor() as cursor:
        if assets:
            cursor.execute(_ON_ROADS, {"town": town, "assets": list(assets)})
        if off_roads:
            cursor.execute(_OFF_ROADS, {"town": town})
