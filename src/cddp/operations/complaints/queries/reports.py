"""อ่านเรื่องร้องเรียน: search, what is near a place, what a page shows."""

from math import cos, radians
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import QuerySet

from cddp.foundation.values.thai_text import search_key
from cddp.operations.complaints.models import NeedLink, OddRow, Report, ReportStatus


def search_reports(rows: QuerySet[Report], text: str) -> QuerySet[Report]:
    """Return the reports whose number, text or address holds each word of `text`, tone marks forgiven."""
    for word in text.split():
        # LIKE on the prepared column: the one form that uses the trigram index under row-level security.
        if key := search_key(word, drop_title=False, drop_tones=True):
            rows = rows.filter(search_text__contains=key)
    return rows


def frame_of(place: Point, within_m: float) -> tuple[float, float, float, float]:
    """Return the box (EPSG:3857) that holds all within so many metres of a point."""
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


def list_links(report_id: UUID) -> QuerySet[NeedLink]:
    """Return which problems a report was moved to, newest first, with those it came from."""
    rows = NeedLink.objects.filter(report_id=report_id).select_related("need", "from_need")
    return rows.defer("need__search_text", "from_need__search_text", "restores").order_by("-at", "-pk")
