"""วัดภาพรวม: all indicators a person may see, measured together and kept for a minute."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils import timezone, translation

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import Indicator, indicators, waiting_items
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import Municipality
from cddp.insight.dashboards.rules import Measured, MeasuredRow, hide_small

KEPT_S = 60
PERSONAL = "residents."
SEES_SMALL_NUMBERS = "residents.view_person"


@dataclass(frozen=True)
class Waiting:
    """งานที่รออยู่: as the overview shows it."""

    label: str
    unit: str
    icon: str
    count: int
    url: str
    explanation: str


@dataclass(frozen=True)
class Overview:
    """ภาพรวม: what was measured, and when; the screen says so."""

    measured: Sequence[Measured]
    waiting: Sequence[Waiting]
    measured_at: dt.datetime

    def in_group(self, group: str) -> list[Measured]:
        return [each for each in self.measured if each.group == group]

    @property
    def groups(self) -> list[str]:
        return list(dict.fromkeys(each.group for each in self.measured))


def measure_overview(user: User, area_code: str, on: dt.date) -> Overview:
    """Return the overview of the town, or of one area, on a day; at most KEPT_S seconds old."""
    key = _cache_key(user, area_code, on)
    kept: Overview | None = caches["local"].get(key)
    if kept is None:
        kept = Overview(
            measured=[
                _measure(indicator, user, area_code, on)
                for indicator in indicators
                if user.has_perm(indicator.permission)
            ],
            waiting=list_waiting(user),
            measured_at=timezone.now(),
        )
        caches["local"].set(key, kept, KEPT_S)
    return kept


def list_waiting(user: User) -> list[Waiting]:
    """Return the kinds of work that wait and that the person may see; one query for all that give their rows."""
    items = [item for item in waiting_items if user.has_perm(item.permission)]
    counts = _count_together([item.count(user) for item in items])
    return [
        Waiting(str(item.label), str(item.unit), item.icon, count, item.url(user), str(item.explanation))
        for item, count in zip(items, counts, strict=True)
        if count is not None
    ]


class _RowCount(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def _count_together(answers: Sequence[QuerySet[Any] | int | None]) -> list[int | None]:
    rows = [answer for answer in answers if isinstance(answer, QuerySet)]
    asked = {f"n{place}": _RowCount(each.values("pk")) for place, each in enumerate(rows)}
    town = Municipality.objects.filter(pk=required_municipality_id())
    counted = iter(town.annotate(**asked).values_list(*asked).get() if asked else ())
    return [(next(counted) or None) if isinstance(answer, QuerySet) else answer for answer in answers]


def _measure(indicator: Indicator, user: User, area_code: str, on: dt.date) -> Measured:
    rows = indicator.measure(user, area_code, on)
    hides = (
        bool(area_code)
        and indicator.permission.startswith(PERSONAL)
        and indicator.kind != "share"
        and not user.has_perm(SEES_SMALL_NUMBERS)
    )
    return Measured(
        key=indicator.key,
        label=str(indicator.label),
        kind=indicator.kind,
        unit=str(indicator.unit),
        group=indicator.group,
        explanation=str(indicator.explanation),
        rows=tuple(
            MeasuredRow(
                label=str(row.label),
                value=hide_small(row.value) if hides else row.value,
                url=row.url,
                map_url=row.map_url,
                group=str(row.group),
            )
            for row in rows
        ),
    )


def _cache_key(user: User, area_code: str, on: dt.date) -> str:
    # Two people with the same rights in the same areas of the same town see the same numbers.
    membership = user.membership
    rights = sorted(membership.permissions) if membership else []
    areas = sorted(membership.area_limit or []) if membership else []
    seen_by = hash((tuple(rights), tuple(areas), membership is not None and membership.area_limit is None))
    language = translation.get_language()
    return f"overview:{required_municipality_id()}:{area_code}:{on}:{language}:{seen_by}"
