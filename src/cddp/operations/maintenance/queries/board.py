"""กระดานงานซ่อม: what is broken, how long repairs take, what fails again, what stops work, what it costs.

All that is counted of work orders comes from one statement, whatever the town. Each number opens to its rows by
`rows_behind`, which says again, for one group, what the statement counted.

- repair: corrective work done in the span, from when it was asked for (or the thing was out) until it was done.
- failure: corrective work asked for in the span and not cancelled.
- preventive: planned work whose last day lies in the span; on time when it was done by that day.
- wait: the part of a wait for parts that lies in the span. Which part it was for is read from the ledger: what was
  reserved or issued for the work after the wait began; until then, from the words of whoever waited.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.periods import Span
from cddp.operations.maintenance.choices import FINISHED_STATES, MovementKind, WorkKind, WorkState
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.models.work import WorkOrderQuerySet
from cddp.operations.maintenance.rules.board import FAILS_AGAIN, LISTED, mean_days, share_of
from cddp.registers.assets.models import Asset, Outage
from cddp.registers.assets.models.assets import AssetQuerySet

REPAIR, MODEL, PLACE, WAIT, COST_ASSET, COST_AREA, PREVENTIVE = (
    "repair",
    "model",
    "place",
    "wait",
    "cost_asset",
    "cost_area",
    "preventive",
)
ON_TIME, LATE, OVERDUE = "on_time", "late", "overdue"
NONE: Final = "none"
LONGEST_SHOWN: Final = 8

DONE = "w.state = ANY(%(finished)s) AND w.done_at >= %(start)s AND w.done_at < %(end)s"
FAILED = "w.kind = 'corrective' AND w.state <> 'cancelled' AND w.requested_at >= %(start)s AND w.requested_at < %(end)s"
TOOK = "extract(epoch FROM w.done_at - least(w.requested_at, coalesce(w.down_from, w.requested_at)))"
COST = "w.labour_satang + w.parts_satang + w.contract_satang"
DUE_ON = "coalesce(w.due_on, w.planned_on)"
PLANNED = (
    f"w.kind = 'preventive' AND w.state <> 'cancelled' AND {DUE_ON} >= %(first)s AND {DUE_ON} <= %(last)s"
)
DONE_DAY = "(w.done_at AT TIME ZONE 'Asia/Bangkok')::date"
IS_ON_TIME = f"w.state = ANY(%(finished)s) AND {DONE_DAY} <= {DUE_ON}"
IS_LATE = f"w.state = ANY(%(finished)s) AND {DONE_DAY} > {DUE_ON}"
IS_OVERDUE = f"w.state <> ALL(%(finished)s) AND {DUE_ON} < %(today)s"

# Each stay in AWAITING_PARTS ends with the next line of the history; only what lies in the span counts.
WAITS = """
waits AS (
  SELECT s.work_order_id, s.note, greatest(s.at, %(start)s) AS from_at,
         least(coalesce(s.until_at, %(now)s), %(end)s, %(now)s) AS until_at, s.at AS began_at, s.until_at AS ended_at
  FROM (SELECT x.work_order_id, x.state, x.note, x.at,
               lead(x.at) OVER (PARTITION BY x.work_order_id ORDER BY x.at, x.id) AS until_at
        FROM maintenance_workstatus x JOIN works ON works.id = x.work_order_id
        WHERE x.municipality_id = %(town)s) s
  WHERE s.state = 'awaiting_parts' AND s.at < %(end)s AND coalesce(s.until_at, %(now)s) > %(start)s
), waited AS (
  SELECT waits.*, coalesce(p.id::text, waits.note) AS key,
         CASE WHEN p.id IS NULL THEN waits.note ELSE p.code || ' ' || p.name END AS label
  FROM waits
  LEFT JOIN LATERAL (
    SELECT DISTINCT m.part_id FROM maintenance_movement m
    WHERE m.municipality_id = %(town)s AND m.work_order_id = waits.work_order_id
      AND m.kind = ANY(%(taken)s) AND m.at >= waits.began_at
  ) taken ON true
  LEFT JOIN maintenance_part p ON p.municipality_id = %(town)s AND p.id = taken.part_id
)
"""
# kind, key, label, more, count, and three numbers of which each kind says what they are
COUNTED = f"""
WITH works AS ({{works}}), {WAITS}
SELECT 'repair', coalesce(k.id::text, 'none'), k.name, '', count(*), sum({TOOK}), max({TOOK}), 0
FROM works w LEFT JOIN assets_asset a ON a.municipality_id = %(town)s AND a.id = w.asset_id
LEFT JOIN assets_assetclass k ON k.municipality_id = %(town)s AND k.id = a.asset_class_id
WHERE w.kind = 'corrective' AND {DONE} GROUP BY k.id, k.name
UNION ALL
(SELECT 'model', m.id::text, trim(m.maker || ' ' || m.name), k.name, count(*), count(DISTINCT w.asset_id),
        (SELECT count(*) FROM assets_asset x
         WHERE x.municipality_id = %(town)s AND x.model_id = m.id AND x.state <> 'disposed'), 0
 FROM works w JOIN assets_asset a ON a.municipality_id = %(town)s AND a.id = w.asset_id
 JOIN assets_assetmodel m ON m.municipality_id = %(town)s AND m.id = a.model_id
 JOIN assets_assetclass k ON k.municipality_id = %(town)s AND k.id = m.asset_class_id
 WHERE {FAILED} GROUP BY m.id, m.maker, m.name, k.name HAVING count(*) > count(DISTINCT w.asset_id)
 ORDER BY count(*) - count(DISTINCT w.asset_id) DESC, 3 LIMIT %(listed)s)
UNION ALL
(SELECT 'place', coalesce(a.id::text, w.place), coalesce(nullif(a.number, ''), a.name, w.place),
        coalesce(nullif(a.place, ''), max(w.place)), count(*), extract(epoch FROM max(w.requested_at)), 0, 0
 FROM works w LEFT JOIN assets_asset a ON a.municipality_id = %(town)s AND a.id = w.asset_id
 WHERE {FAILED} AND (w.asset_id IS NOT NULL OR w.place <> '')
 GROUP BY a.id, a.number, a.name, a.place, CASE WHEN a.id IS NULL THEN w.place END, coalesce(a.id::text, w.place),
          coalesce(nullif(a.number, ''), a.name, w.place)
 HAVING count(*) >= {FAILS_AGAIN} ORDER BY count(*) DESC, max(w.requested_at) DESC LIMIT %(listed)s)
UNION ALL
(SELECT 'wait', key, max(label), '', count(DISTINCT work_order_id), sum(extract(epoch FROM until_at - from_at)),
        count(DISTINCT work_order_id) FILTER (WHERE ended_at IS NULL), 0
 FROM waited GROUP BY key ORDER BY 6 DESC LIMIT %(listed)s)
UNION ALL
(SELECT 'cost_asset', a.id::text, coalesce(nullif(a.number, ''), a.name), a.name, count(*), sum(w.labour_satang),
        sum(w.parts_satang), sum(w.contract_satang)
 FROM works w JOIN assets_asset a ON a.municipality_id = %(town)s AND a.id = w.asset_id
 WHERE {DONE} GROUP BY a.id, a.number, a.name HAVING sum({COST}) > 0
 ORDER BY sum({COST}) DESC LIMIT %(listed)s)
UNION ALL
SELECT 'cost_area', coalesce(nullif(w.area_code, ''), 'none'), '', '', count(*), sum(w.labour_satang),
       sum(w.parts_satang), sum(w.contract_satang)
FROM works w WHERE {DONE} GROUP BY w.area_code
UNION ALL
SELECT 'preventive', '', '', '', count(*), count(*) FILTER (WHERE {IS_ON_TIME}),
       count(*) FILTER (WHERE {IS_LATE}), count(*) FILTER (WHERE {IS_OVERDUE})
FROM works w WHERE {PLANNED}
"""
WAITED_FOR = (
    f"WITH works AS ({{works}}), {WAITS} SELECT DISTINCT work_order_id FROM waited WHERE key = %(key)s"
)
COLUMNS = (
    "id",
    "asset_id",
    "area_code",
    "place",
    "kind",
    "state",
    "requested_at",
    "done_at",
    "due_on",
    "planned_on",
    "down_from",
    "labour_satang",
    "parts_satang",
    "contract_satang",
)


@dataclass(frozen=True)
class BoardScope:
    """ขอบเขตของกระดาน: the days, and one area or one class of assets when they were chosen."""

    span: Span
    area_code: str = ""
    class_id: str = ""

    def works(self, user: User) -> WorkOrderQuerySet:
        """Return the work orders within the scope, of whatever time."""
        rows = WorkOrder.objects.visible_to(user)
        if self.class_id:
            rows = rows.filter(asset__asset_class_id=UUID(self.class_id))
        return rows.filter(area_code=self.area_code) if self.area_code else rows

    def assets(self, user: User) -> AssetQuerySet:
        """Return the things the town still owns within the scope."""
        rows = Asset.objects.visible_to(user).kept()
        if self.class_id:
            rows = rows.filter(asset_class_id=UUID(self.class_id))
        return rows.filter(area_code=self.area_code) if self.area_code else rows


@dataclass(frozen=True)
class Line:
    """หนึ่งกลุ่ม: its key and name, how many, and what was measured of it."""

    key: str
    label: str
    more: str
    count: int
    first: float
    second: float
    third: float


@dataclass
class WorkFigures:
    """ตัวเลขของใบสั่งงาน: the groups of each kind, the most telling first."""

    groups: dict[str, list[Line]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Line]:
        """Return the groups of a kind."""
        return self.groups.get(kind, [])

    @property
    def repaired(self) -> int:
        return sum(line.count for line in self.of(REPAIR))

    @property
    def mean_days(self) -> float | None:
        """Return the mean time to repair over all classes, in days."""
        return mean_days(sum(line.first for line in self.of(REPAIR)), self.repaired)

    @property
    def cost_satang(self) -> int:
        """Return what all work that was done in the span cost."""
        return round(sum(line.first + line.second + line.third for line in self.of(COST_AREA)))

    @property
    def planned(self) -> Line:
        """Return the planned work: count due, and on time, late, overdue."""
        return next(iter(self.of(PREVENTIVE)), Line("", "", "", 0, 0, 0, 0))

    @property
    def on_time_share(self) -> float | None:
        """Return the share of planned work done by its day, of all that is decided: done, or past its day."""
        line = self.planned
        return share_of(round(line.first), round(line.first + line.second + line.third))


@dataclass(frozen=True)
class Broken:
    """ของที่ชำรุดอยู่: how many of each class, and those that have been so for longest."""

    by_class: Sequence[tuple[UUID, str, int]]
    longest: Sequence[Outage]

    @property
    def count(self) -> int:
        return sum(count for _key, _name, count in self.by_class)


def measure_work(user: User, scope: BoardScope, *, now: dt.datetime) -> WorkFigures:
    """Return what is counted of work orders; one statement."""
    figures = WorkFigures()
    try:
        sql, values = _statement(COUNTED, scope.works(user), scope, now=now)
    except EmptyResultSet:
        # Whoever may see no work order counts none.
        return figures
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for kind, key, label, more, count, *numbers in cursor.fetchall():
            line = Line(key, label or "", more or "", count, *(float(number or 0) for number in numbers))
            figures.groups.setdefault(kind, []).append(line)
    for kind, order in ((REPAIR, _by_count), (COST_AREA, _by_cost)):
        figures.of(kind).sort(key=order)
    return figures


def list_broken(user: User, scope: BoardScope) -> Broken:
    """Return what does not work now; two statements."""
    broken = scope.assets(user).out()
    counted = (
        broken.order_by()
        .values_list("asset_class_id", "asset_class__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "asset_class__name")
    )
    longest = Outage.objects.open().filter(asset__in=broken.order_by().values("pk"))
    rows = longest.select_related("asset__asset_class").order_by("from_at", "pk")
    heavy = ("asset__search_text", "asset__shape", "asset__shape_3857", "asset__attributes")
    return Broken(list(counted), list(rows.defer(*heavy)[:LONGEST_SHOWN]))


def rows_behind(
    user: User, scope: BoardScope, what: str, key: str, *, now: dt.datetime
) -> QuerySet[WorkOrder] | None:
    """Return the work orders that a number of the board counted; None for what is no number of it."""
    rows = scope.works(user)
    if what == WAIT:
        return rows.filter(pk__in=_waited_for(user, scope, key, now=now))
    if what == PREVENTIVE:
        return _planned(rows, scope, key, now=now)
    condition = GROUPS.get(what)
    return None if condition is None else rows.filter(condition(scope.span, key))


def _done(span: Span) -> Q:
    return Q(state__in=FINISHED_STATES, done_at__gte=span.start, done_at__lt=span.end)


def _failed(span: Span) -> Q:
    asked = Q(kind=WorkKind.CORRECTIVE, requested_at__gte=span.start, requested_at__lt=span.end)
    return asked & ~Q(state=WorkState.CANCELLED)


GROUPS: Mapping[str, Callable[[Span, str], Q]] = {
    REPAIR: lambda span, key: (
        _done(span) & Q(kind=WorkKind.CORRECTIVE) & (_is(key, "asset__asset_class_id") if key else Q())
    ),
    MODEL: lambda span, key: _failed(span) & _is(key, "asset__model_id"),
    PLACE: lambda span, key: (
        _failed(span) & (_is(key, "asset_id") if _uuid(key) else Q(asset=None, place=key))
    ),
    COST_ASSET: lambda span, key: _done(span) & _is(key, "asset_id"),
    COST_AREA: lambda span, key: _done(span) & (Q(area_code="" if key == NONE else key) if key else Q()),
}


# ── parts ─────────────────────────────────────────────────────────────────────────────────────────


def _statement(
    template: str, works: WorkOrderQuerySet, scope: BoardScope, *, now: dt.datetime
) -> tuple[str, dict[str, Any]]:
    """Return the statement over the works that the span can concern at all, with its values by name."""
    span = scope.span
    concerned = (
        Q(is_open=True) | Q(state_since__gte=span.start) | Q(due_on__gte=span.first, due_on__lte=span.last)
    )
    sql, params = works.filter(concerned).order_by().values_list(*COLUMNS).query.sql_with_params()
    names = [f"w{place}" for place in range(len(params))]
    values: dict[str, Any] = dict(zip(names, params, strict=True)) | {
        "town": required_municipality_id(),
        "start": span.start,
        "end": span.end,
        "first": span.first,
        "last": span.last,
        "today": min(span.last + dt.timedelta(days=1), now.astimezone(span.start.tzinfo).date()),
        "now": now,
        "finished": [state.value for state in FINISHED_STATES],
        "taken": [MovementKind.RESERVE.value, MovementKind.ISSUE.value],
        "listed": LISTED,
    }
    return template.format(works=sql % tuple(f"%({name})s" for name in names)), values


def _waited_for(user: User, scope: BoardScope, key: str, *, now: dt.datetime) -> list[UUID]:
    sql, values = _statement(WAITED_FOR, scope.works(user), scope, now=now)
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"key": key})
        return [row[0] for row in cursor.fetchall()]


def _planned(
    rows: WorkOrderQuerySet, scope: BoardScope, key: str, *, now: dt.datetime
) -> QuerySet[WorkOrder] | None:
    span = scope.span
    today = min(span.last + dt.timedelta(days=1), now.astimezone(span.start.tzinfo).date())
    due = rows.annotate(wanted_on=Coalesce("due_on", "planned_on")).filter(
        kind=WorkKind.PREVENTIVE, wanted_on__gte=span.first, wanted_on__lte=span.last
    )
    is_done = Q(state__in=FINISHED_STATES)
    parts = {
        "": Q(),
        ON_TIME: is_done & Q(done_at__date__lte=F("wanted_on")),
        LATE: is_done & Q(done_at__date__gt=F("wanted_on")),
        OVERDUE: ~is_done & Q(wanted_on__lt=today),
    }
    return due.exclude(state=WorkState.CANCELLED).filter(parts[key]) if key in parts else None


def _is(key: str, path: str) -> Q:
    found = _uuid(key)
    if key == NONE:
        return Q(**{path: None})
    return Q(**{path: found}) if found else Q(pk=None)


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def _by_count(line: Line) -> tuple[float, str]:
    return -line.count, line.label


def _by_cost(line: Line) -> tuple[float, str]:
    return -(line.first + line.second + line.third), line.key
