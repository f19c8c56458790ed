"""เงื่อนไขของเรื่องใหม่: all that a town's own rules say about a new problem, from one statement."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.core.cache import caches
from django.db import connection

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.choices import CategoryFamily, Priority
from cddp.operations.complaints.models import Holiday

DEFAULT_RADIUS_M = 40
HOLIDAYS_REMEMBERED_S = 60

# One row always comes back: the category, the area and the first rule that holds are each looked up, or NULL.
TERMS = """
WITH place AS (
  SELECT ST_Transform(ST_GeomFromEWKB(%(shape)s), 3857) AS shape
), asked AS MATERIALIZED (
  SELECT (SELECT a.code FROM residents_area a, place
          WHERE a.municipality_id = %(town)s AND a.boundary_3857 && place.shape
            AND ST_Intersects(a.boundary_3857, place.shape)
          ORDER BY a.code LIMIT 1) AS area_code
)
SELECT c.family, c.radius_m, c.is_private, asked.area_code, rule.division_id, rule.assignee_id,
       coalesce(rule.priority, %(normal)s),
       (SELECT s.working_days FROM complaints_servicelevel s
        WHERE s.municipality_id = %(town)s AND s.priority = coalesce(rule.priority, %(normal)s)
          AND (s.category_id = %(category)s OR s.category_id IS NULL)
        ORDER BY s.category_id NULLS LAST LIMIT 1)
FROM asked
LEFT JOIN complaints_category c ON c.municipality_id = %(town)s AND c.id = %(category)s
LEFT JOIN LATERAL (
  SELECT r.division_id, r.assignee_id, r.priority FROM complaints_routingrule r
  WHERE r.municipality_id = %(town)s AND r.is_active
    AND (r.category_id IS NULL OR r.category_id = %(category)s)
    AND (r.family = '' OR r.family = c.family)
    AND (r.area_code = '' OR r.area_code = asked.area_code)
    AND (r.channel = '' OR r.channel = %(channel)s)
  ORDER BY r."order", r.id LIMIT 1
) rule ON true
"""
WORKING_DAYS = """
SELECT s.working_days FROM complaints_servicelevel s
WHERE s.municipality_id = %(town)s AND s.priority = %(priority)s
  AND (s.category_id = %(category)s OR s.category_id IS NULL)
ORDER BY s.category_id NULLS LAST LIMIT 1
"""


@dataclass(frozen=True)
class Terms:
    """เงื่อนไข: what holds for a report of this category, here, by this channel. No working days = no promise."""

    family: str
    radius_m: int
    is_private: bool
    area_code: str
    division_id: UUID | None
    assignee_id: UUID | None
    priority: str
    working_days: int | None


def find_terms(category_id: UUID | None, shape: GEOSGeometry | None, channel: str) -> Terms:
    """Return the terms for a report; one statement, whatever is known of it."""
    values = {
        "town": required_municipality_id(),
        "category": category_id,
        "shape": bytes(shape.ewkb) if shape is not None else None,
        "channel": channel,
        "normal": Priority.NORMAL.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(TERMS, values)
        family, radius_m, is_private, area_code, division_id, assignee_id, priority, days = cursor.fetchone()
    return Terms(
        family=family or CategoryFamily.OTHER.value,
        radius_m=radius_m or DEFAULT_RADIUS_M,
        is_private=bool(is_private),
        area_code=area_code or "",
        division_id=division_id,
        assignee_id=assignee_id,
        priority=priority,
        working_days=days,
    )


def find_working_days(category_id: UUID | None, priority: str) -> int | None:
    """Return in how many working days such a problem is promised, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            WORKING_DAYS,
            {"town": required_municipality_id(), "category": category_id, "priority": priority},
        )
        row = cursor.fetchone()
    return row[0] if row else None


def list_holidays() -> frozenset[dt.date]:
    """Return the days off of the current town; remembered for a minute, since every new report asks."""
    key = f"complaints.holidays:{required_municipality_id()}"
    kept: frozenset[dt.date] | None = caches["local"].get(key)
    if kept is None:
        kept = frozenset(Holiday.objects.filter(is_observed=True).values_list("date", flat=True))
        caches["local"].set(key, kept, HOLIDAYS_REMEMBERED_S)
    return kept


def forget_holidays() -> None:
    """Let the next report read the table of days off anew; other processes do so within a minute."""
    caches["local"].delete(f"complaints.holidays:{required_municipality_id()}")
