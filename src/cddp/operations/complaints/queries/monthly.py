"""ตัวเลขประจำเดือน: what a month came to, and what stood open at its end, read from the history that is only added to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cddp.foundation.accounts.models import User
from cddp.foundation.values.periods import Span, midnight, months_back
from cddp.operations.complaints.choices import CLOSED_STATES, ReportState
from cddp.operations.complaints.models import Escalation, NeedStatus, Report
from cddp.operations.complaints.models.needs import NeedQuerySet
from cddp.operations.complaints.queries.board import BoardScope, Flows, measure_flows
from cddp.operations.complaints.rules.board import FIRST_YEAR, month_span

MOST_LISTED = 300
LONG_AGO = midnight(dt.date(FIRST_YEAR, 1, 1))


@dataclass(frozen=True)
class Standing:
    """งานคงค้างของกอง ณ สิ้นเดือน."""

    division_id: UUID | None
    open: int
    late: int


@dataclass(frozen=True)
class MonthlyFigures:
    """ตัวเลขของเดือน: `at` is the end of the month, or now while the month runs. No row names a person."""

    span: Span
    at: dt.datetime
    flows: Flows
    before: Flows
    reports_by_channel: Sequence[tuple[str, int]]
    standing: Sequence[Standing]
    late: Sequence[dict[str, Any]]
    back: Sequence[dict[str, Any]]
    late_count: int
    back_count: int

    @property
    def open_count(self) -> int:
        return sum(each.open for each in self.standing)

    @property
    def reports_count(self) -> int:
        return sum(count for _channel, count in self.reports_by_channel)


def measure_month(user: User, span: Span, *, now: dt.datetime) -> MonthlyFigures:
    """Return the figures of a month as this person may see them; as many statements for any town."""
    rows = BoardScope(span).rows(user)
    at = min(span.end, now)
    then = open_at(rows, at)
    back = _came_back(rows, span)
    standing = _standing(then)
    earlier = months_back(span.first, 1)
    return MonthlyFigures(
        span=span,
        at=at,
        flows=measure_flows(rows, span),
        before=measure_flows(rows, month_span(earlier.year, earlier.month)),
        reports_by_channel=_reports_by_channel(user, span),
        standing=standing,
        late=_list_late(then),
        back=list(back[:MOST_LISTED]),
        late_count=sum(each.late for each in standing),
        back_count=back.values("need_id").distinct().order_by().count(),
    )


def open_at(rows: NeedQuerySet, at: dt.datetime) -> QuerySet[Any]:
    """Return the problems that were open at a moment, each with `was_late`: past its deadline by then.

    Their state is the last that was told before; what is closed now lost its deadline, so that it was late is known
    from those above having heard of it since it was last opened.
    """
    told = NeedStatus.objects.filter(need_id=OuterRef("pk"), at__lt=at).order_by("-at", "-id")
    heard = Escalation.objects.filter(need_id=OuterRef("pk"), at__lt=at, at__gte=OuterRef("closed_before"))
    possible = rows.filter(opened_at__lt=at).filter(Q(is_open=True) | Q(finished_at__gte=at))
    return (
        possible.annotate(
            state_then=Coalesce(Subquery(told.values("state")[:1]), Value(ReportState.RECEIVED.value)),
            closed_before=Coalesce(
                Subquery(told.filter(state__in=CLOSED_STATES).values("at")[:1]),
                Value(LONG_AGO, output_field=DateTimeField()),
            ),
        )
        .exclude(state_then__in=CLOSED_STATES)
        .annotate(was_late=Q(is_open=True, due_at__lt=at) | Exists(heard))
        .order_by()
    )


def _standing(then: QuerySet[Any]) -> list[Standing]:
    found = then.values("division_id").annotate(
        open_then=Count("pk"), late_then=Count("pk", filter=Q(was_late=True))
    )
    standing = [Standing(row["division_id"], row["open_then"], row["late_then"]) for row in found]
    return sorted(standing, key=lambda each: (-each.late, -each.open))


def _list_late(then: QuerySet[Any]) -> list[dict[str, Any]]:
    first_heard = Escalation.objects.filter(need_id=OuterRef("pk"), at__gte=OuterRef("closed_before"))
    found = (
        then.filter(was_late=True)
        .annotate(heard_at=Subquery(first_heard.order_by("at").values("at")[:1]))
        .order_by("due_at", "id")
        .values(
            "number",
            "category_id",
            "area_code",
            "division_id",
            "priority",
            "opened_at",
            "due_at",
            "is_open",
            "heard_at",
        )
    )
    return list(found[:MOST_LISTED])


def _came_back(rows: NeedQuerySet, span: Span) -> QuerySet[Any]:
    closed = NeedStatus.objects.filter(
        need_id=OuterRef("need_id"), at__lt=OuterRef("at"), state__in=CLOSED_STATES
    ).order_by("-at", "-id")
    return (
        NeedStatus.objects.filter(
            came_back=True, at__gte=span.start, at__lt=span.end, need__in=rows.order_by().values("pk")
        )
        .annotate(closed_at=Subquery(closed.values("at")[:1]))
        .order_by("at", "id")
        .values(
            "need_id",
            "at",
            "closed_at",
            number=F("need__number"),
            category_id=F("need__category_id"),
            area_code=F("need__area_code"),
            division_id=F("need__division_id"),
            times=F("need__came_back_count"),
        )
    )


def _reports_by_channel(user: User, span: Span) -> list[tuple[str, int]]:
    told = Report.objects.visible_to(user).filter(requested_at__gte=span.start, requested_at__lt=span.end)
    counted = (
        told.order_by().values("channel").annotate(reports=Count("pk")).values_list("channel", "reports")
    )
    return sorted(counted, key=lambda entry: -entry[1])
