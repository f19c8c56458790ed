"""ตัวเลขของเรื่องร้องเรียน: all figures of the dashboard from one statement."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from cddp.foundation.accounts.models import User
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.complaints.choices import ReportState

MONTHS_SHOWN = 24

# The state on an earlier day is the newest one told by then; today's is kept in the report itself.
STATE_THEN = """(SELECT s.state FROM complaints_reportstatus s WHERE s.municipality_id = r.municipality_id
                 AND s.report_id = r.id AND s.at < %(end)s ORDER BY s.at DESC, s.id DESC LIMIT 1)"""
IN_AREA = """AND EXISTS (SELECT 1 FROM residents_area a WHERE a.municipality_id = r.municipality_id
             AND a.code = %(area)s AND r.point_3857 && a.boundary_3857
             AND ST_Intersects(a.boundary_3857, r.point_3857))"""
FIGURES = """
WITH chosen AS MATERIALIZED (
  SELECT {state} AS state, r.category_id, c.name AS category, r.reopen_count,
         date_trunc('month', r.requested_at AT TIME ZONE 'Asia/Bangkok')::date AS month,
         CASE WHEN r.finished_at < %(end)s
              THEN extract(epoch FROM r.finished_at - r.requested_at) / 86400 END AS days
  FROM complaints_report r
  LEFT JOIN complaints_category c ON c.municipality_id = r.municipality_id AND c.id = r.category_id
  WHERE r.requested_at < %(end)s {area}
)
SELECT grouping(state, category_id, month), state, category_id, max(category), month, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY days), count(days), count(*) FILTER (WHERE reopen_count > 0)
FROM chosen GROUP BY GROUPING SETS ((state), (category_id), (month), ())
"""
# grouping() sets a bit for each column that a row is not grouped by: state, category, month from the left.
BY_STATE, BY_CATEGORY, BY_MONTH, ALL = 0b011, 0b101, 0b110, 0b111


@dataclass
class Figures:
    """ตัวเลขทั้งชุด: what the reports of a town, or of one area, come to by the end of a day."""

    total: int = 0
    by_state: dict[str, int] = field(default_factory=dict)
    by_category: list[tuple[UUID | None, str, int]] = field(default_factory=list)
    by_month: list[tuple[dt.date, int]] = field(default_factory=list)
    median_days: float | None = None
    finished: int = 0
    reopened: int = 0

    @property
    def open(self) -> int:
        closed = (ReportState.FINISHED, ReportState.IRRELEVANT)
        return sum(count for state, count in self.by_state.items() if state not in closed)


def end_of(day: dt.date) -> dt.datetime:
    """Return the first moment after a day, in Thai time."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), BANGKOK)


def figures_for(user: User, area_code: str, on: dt.date) -> Figures:
    """Return the figures the person may see; asked once for a request, however many pictures need them."""
    if not user.has_perm("complaints.view"):
        return Figures()
    kept: dict[Any, Figures] = user.__dict__.setdefault("_complaint_figures", {})
    if (area_code, on) not in kept:
        kept[area_code, on] = _measure(area_code, on)
    return kept[area_code, on]


def find_figures(user: User) -> Figures | None:
    """Return the figures of the whole town today if this request has asked for them, else None."""
    kept: dict[Any, Figures] = user.__dict__.get("_complaint_figures", {})
    return kept.get(("", dt.datetime.now(BANGKOK).date()))


def _measure(area_code: str, on: dt.date) -> Figures:
    is_past = on < dt.datetime.now(BANGKOK).date()
    statement = FIGURES.format(state=STATE_THEN if is_past else "r.state", area=IN_AREA if area_code else "")
    with connection.cursor() as cursor:
        cursor.execute(statement, {"end": end_of(on), "area": area_code})
        return _sorted_out(cursor.fetchall())


def _sorted_out(rows: Sequence[Sequence[Any]]) -> Figures:
    figures = Figures()
    for kind, state, category_id, category, month, count, median, finished, reopened in rows:
        if kind == BY_STATE and state:
            figures.by_state[state] = count
        elif kind == BY_CATEGORY:
            figures.by_category.append((category_id, category or "", count))
        elif kind == BY_MONTH and month:
            figures.by_month.append((month, count))
        elif kind == ALL:
            figures.total, figures.finished, figures.reopened = count, finished, reopened
            figures.median_days = None if median is None else float(median)
    figures.by_category.sort(key=lambda entry: -entry[2])
    figures.by_month.sort()
    return figures


def with_empty_months(months: Sequence[tuple[dt.date, int]], until: dt.date) -> Mapping[dt.date, int]:
    """Return the last MONTHS_SHOWN months up to the newest that has reports, those without any as 0."""
    counted = dict(months)
    last = max(counted, default=until.replace(day=1))
    found: dict[dt.date, int] = {}
    year, month = last.year, last.month
    first = min(counted, default=last)
    while len(found) < MONTHS_SHOWN and dt.date(year, month, 1) >= first:
        found[dt.date(year, month, 1)] = counted.get(dt.date(year, month, 1), 0)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return dict(sorted(found.items()))
