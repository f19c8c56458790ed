"""กระดานผู้บริหาร: what is late and who has it, what came back, how long it takes; few statements, whatever the town.

Every count is of problems that the person may see, so that each number opens to exactly its rows.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Q

from cddp.foundation.accounts.models import User
from cddp.foundation.values.periods import Span, midnight
from cddp.operations.complaints.choices import ReportState
from cddp.operations.complaints.models import NEVER, Need, NeedStatus
from cddp.operations.complaints.models.needs import NeedQuerySet
from cddp.operations.complaints.rules.board import AGE_BANDS, opened_between, trend_months

LATEST_SHOWN = 8
GROUPED = (
    "category_id",
    "area_code",
    "division_id",
    "state",
    "opened_at",
    "finished_at",
    "rating_sum",
    "rating_count",
)
# grouping() sets a bit for each column that a row is not grouped by, from the left.
BY_CATEGORY, BY_AREA, BY_DIVISION, WHOLE = 0b011, 0b101, 0b110, 0b111
FLOWS = """
SELECT '{kind}', grouping(category_id, area_code, division_id), category_id, area_code, division_id, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - opened_at) / 86400)
         FILTER (WHERE state = '{done}'),
       coalesce(sum(rating_sum), 0), coalesce(sum(rating_count), 0)
FROM ({rows}) q GROUP BY GROUPING SETS ((category_id), (area_code), (division_id), ())
"""
MONTHS = """
SELECT '{kind}', date_trunc('month', {moment} AT TIME ZONE 'Asia/Bangkok')::date, count(*) FROM ({rows}) q GROUP BY 2
"""


@dataclass(frozen=True)
class BoardScope:
    """ขอบเขตของกระดาน: the days, and one division ("none": nobody's) or one area when they were chosen."""

    span: Span
    division: str = ""
    area_code: str = ""

    def rows(self, user: User) -> NeedQuerySet:
        """Return the problems within the scope, of whatever time."""
        rows = Need.objects.visible_to(user).filter(reports_count__gt=0)
        if self.division:
            is_theirs = Q(division=None) if self.division == "none" else Q(division_id=self.division)
            rows = rows.filter(is_theirs)
        return rows.filter(area_code=self.area_code) if self.area_code else rows


@dataclass
class Load:
    """งานในมือของกอง: how much is open, how much of it late and since when, how much paused."""

    division_id: UUID | None
    open: int
    late: int
    paused: int
    oldest_due: dt.datetime | None
    ages: list[int]


@dataclass
class Flow:
    """งานเข้าและออกของกลุ่มหนึ่ง: how many opened and ended in the span, and how the ends were."""

    opened: int = 0
    finished: int = 0
    median_days: float | None = None
    stars: int = 0
    raters: int = 0

    @property
    def rating(self) -> float | None:
        """Return the mean of the stars that people gave, or None."""
        return self.stars / self.raters if self.raters else None


@dataclass
class Flows:
    """งานเข้าและออก: of the whole, and by category, area and division."""

    whole: Flow = field(default_factory=Flow)
    by_category: dict[UUID | None, Flow] = field(default_factory=dict)
    by_area: dict[str, Flow] = field(default_factory=dict)
    by_division: dict[UUID | None, Flow] = field(default_factory=dict)


@dataclass(frozen=True)
class Trend:
    """แนวโน้มรายเดือน, and what came back in the span."""

    months: Sequence[dt.date]
    opened: Sequence[int]
    finished: Sequence[int]
    came_back: int


def list_loads(rows: NeedQuerySet, *, at: dt.datetime, today: dt.date) -> list[Load]:
    """Return what is open now by division, the one with the most late work first; one statement."""
    bands = {
        f"band_{place}": Count("pk", filter=_of_age(band, today)) for place, band in enumerate(AGE_BANDS)
    }
    found = (
        rows.open()
        .order_by()
        .values("division_id")
        .annotate(
            open=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=at)),
            paused=Count("pk", filter=Q(paused_at__isnull=False)),
            oldest_due=Min("due_at", filter=Q(due_at__lt=NEVER)),
            **bands,
        )
    )
    loads = [
        Load(
            division_id=row["division_id"],
            open=row["open"],
            late=row["late"],
            paused=row["paused"],
            oldest_due=row["oldest_due"] if row["late"] else None,
            ages=[int(str(dict(row)[name])) for name in bands],
        )
        for row in found
    ]
    return sorted(loads, key=lambda load: (-load.late, -load.open))


def _of_age(band: tuple[int, int | None], today: dt.date) -> Q:
    earliest, latest = opened_between(band, today)
    found = Q(opened_at__lt=midnight(latest + dt.timedelta(days=1)))
    return found if earliest is None else found & Q(opened_at__gte=midnight(earliest))


def list_latest(rows: NeedQuerySet, *, at: dt.datetime, limit: int = LATEST_SHOWN) -> list[Need]:
    """Return what has been late for longest, with whose work it is; the beginning of the index of deadlines."""
    found = rows.overdue(at).select_related("category", "division", "assignee__user").order_by("due_at", "id")
    return list(found.defer("search_text", "shape", "shape_3857", "outcome_words")[:limit])


def measure_flows(rows: NeedQuerySet, span: Span) -> Flows:
    """Return what opened and what ended in a span, in all and by category, area and division; one statement."""
    opened = rows.filter(opened_at__gte=span.start, opened_at__lt=span.end)
    finished = rows.filter(finished_at__gte=span.start, finished_at__lt=span.end)
    parts = [_flow_part("opened", opened), _flow_part("finished", finished)]
    flows = Flows()
    for kind, grouping, category_id, area_code, division_id, count, median, stars, raters in _ask(parts):
        flow = _flow_of(flows, grouping, category_id, area_code, division_id)
        if kind == "opened":
            flow.opened = count
        else:
            flow.finished, flow.stars, flow.raters = count, int(stars), int(raters)
            flow.median_days = None if median is None else float(median)
    return flows


def _flow_part(kind: str, rows: NeedQuerySet) -> tuple[str, tuple[Any, ...]]:
    sql, params = rows.order_by().values_list(*GROUPED).query.sql_with_params()
    return FLOWS.format(kind=kind, done=ReportState.FINISHED.value, rows=sql), params


def _flow_of(
    flows: Flows, grouping: int, category_id: UUID | None, area_code: str, division_id: UUID | None
) -> Flow:
    if grouping == BY_CATEGORY:
        return flows.by_category.setdefault(category_id, Flow())
    if grouping == BY_AREA:
        return flows.by_area.setdefault(area_code, Flow())
    if grouping == BY_DIVISION:
        return flows.by_division.setdefault(division_id, Flow())
    return flows.whole


def measure_trend(rows: NeedQuerySet, span: Span, *, today: dt.date) -> Trend:
    """Return what opened and ended month by month, and how many problems came back in the span; one statement."""
    months = trend_months(today)
    begin = midnight(months[0])
    back = NeedStatus.objects.filter(
        came_back=True, at__gte=span.start, at__lt=span.end, need__in=rows.order_by().values("pk")
    )
    back_sql, back_params = back.order_by().values_list("need_id").distinct().query.sql_with_params()
    parts = [
        _month_part("opened", "opened_at", rows.filter(opened_at__gte=begin)),
        _month_part("finished", "finished_at", rows.filter(finished_at__gte=begin)),
        (f"SELECT 'back', NULL::date, count(*) FROM ({back_sql}) q", back_params),
    ]
    counted: dict[tuple[str, dt.date | None], int] = {
        (kind, month): count for kind, month, count in _ask(parts)
    }
    return Trend(
        months=months,
        opened=[counted.get(("opened", month), 0) for month in months],
        finished=[counted.get(("finished", month), 0) for month in months],
        came_back=counted.get(("back", None), 0),
    )


def _month_part(kind: str, moment: str, rows: NeedQuerySet) -> tuple[str, tuple[Any, ...]]:
    sql, params = rows.order_by().values_list(moment).query.sql_with_params()
    return MONTHS.format(kind=kind, moment=moment, rows=sql), params


def _ask(parts: Iterable[tuple[str, tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    statements, params = zip(*parts, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), [each for some in params for each in some])
        return list(cursor.fetchall())
