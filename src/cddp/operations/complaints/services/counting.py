"""นับเสียง: how many people, households, channels and months speak of a problem, counted anew from its reports."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.choices import CLOSED_STATES

# People, not rows: two reports of one telephone are one voice. What nobody signed is counted apart.
RECOUNT = """
UPDATE complaints_need n
SET reports_count = found.reports, voices = found.voices, unnamed = found.unnamed, households = found.households,
    channels = found.channels, months = found.months,
    opened_at = coalesce(found.first_at, n.opened_at), last_told_at = coalesce(found.last_at, n.last_told_at),
    rating_count = found.rated, rating_sum = found.stars,
    is_open = found.reports > 0 AND n.state <> ALL(%(closed)s)
FROM (
  SELECT wanted.id, count(r.id) AS reports, count(DISTINCT r.voice_hash) AS voices,
         count(r.id) FILTER (WHERE r.voice_hash IS NULL) AS unnamed, count(DISTINCT p.house_id) AS households,
         count(DISTINCT r.channel) AS channels,
         count(DISTINCT date_trunc('month', r.requested_at AT TIME ZONE 'Asia/Bangkok')) AS months,
         min(r.requested_at) AS first_at, max(r.requested_at) AS last_at,
         count(r.rating) AS rated, coalesce(sum(r.rating), 0) AS stars
  FROM unnest(%(needs)s::uuid[]) AS wanted(id)
  LEFT JOIN complaints_report r ON r.municipality_id = %(town)s AND r.need_id = wanted.id
  LEFT JOIN complaints_reporter p ON p.municipality_id = %(town)s AND p.report_id = r.id
  GROUP BY wanted.id
) found
WHERE n.municipality_id = %(town)s AND n.id = found.id
"""


def recount(need_ids: Iterable[UUID]) -> None:
    """Count the voices of these problems anew, in one statement. The caller holds their locks."""
    values: dict[str, Any] = {
        "town": required_municipality_id(),
        "needs": sorted(set(need_ids)),
        "closed": [state.value for state in CLOSED_STATES],
    }
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, values)
