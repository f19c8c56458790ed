"""อ่านเรื่องร้องเรียน: search, what is near a place, what a page shows."""

from math import cos, radians
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import Distance as Metres
from django.db.models import QuerySet

from cddp.foundation.values.thai_text import search_key
from cddp.operations.complaints.choices import ReportState
from cddp.operations.complaints.models import OddRow, Report, ReportStatus
from cddp.operations.complaints.models.reports import ReportQuerySet

NEAR_M = 50
COUNTED_AT_MOST = 1000


def search_reports(rows: QuerySet[Report], text: str) -> QuerySet[Report]:
    """Return the reports whose number, text or address holds each word of `text`, tone marks forgiven."""
    for word in text.split():
        # LIKE on the prepared column: the one form that uses the trigram index under row-level security.
        if key := search_key(word, drop_title=False, drop_tones=True):
            rows = rows.filter(search_text__contains=key)
    return rows


def list_reports_near(rows: ReportQuerySet, place: Point, *, within_m: float = NEAR_M) -> QuerySet[Any]:
    """Return the reports within so many metres of a point (EPSG:4326), nearest first, with `distance`."""
    box = Polygon.from_bbox(_frame(place, within_m))
    box.srid = 3857
    return (
        rows.filter(point_3857__bboverlaps=box, point__isnull=False)
        .annotate(distance=Distance("point", place, spheroid=True))
        .filter(distance__lte=Metres(m=within_m))
        .order_by("distance", "-requested_at")
    )


def _frame(place: Point, within_m: float) -> tuple[float, float, float, float]:
    # In EPSG:3857 a metre on the ground is 1 / cos(latitude) units long.
    centre: Any = place.transform(3857, clone=True)
    reach = within_m / cos(radians(place.y)) * 1.01
    return (centre.x - reach, centre.y - reach, centre.x + reach, centre.y + reach)


def list_history(report_id: UUID) -> QuerySet[ReportStatus]:
    """Return what happened to a report, newest first."""
    return ReportStatus.objects.filter(report_id=report_id).order_by("-at", "-id")


def list_oddities(report_id: UUID) -> QuerySet[OddRow]:
    """Return what was odd about a report when it came in."""
    return OddRow.objects.filter(report_id=report_id).order_by("id")


def count_waiting(rows: ReportQuerySet) -> int:
    """Return how many reports nobody has taken up yet, at most COUNTED_AT_MOST."""
    return rows.filter(state=ReportState.RECEIVED).order_by()[:COUNTED_AT_MOST].count()
