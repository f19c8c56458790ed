"""อ่านปัญหา: the officer's queues, search, one problem with its voices, and what is near a place."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import Distance as Metres
from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.masking import mask_text
from cddp.foundation.values.thai_dates import BANGKOK, MONTHS_SHORT, format_short
from cddp.foundation.values.thai_text import search_key, to_arabic_digits
from cddp.operations.complaints.choices import Channel, ReportState
from cddp.operations.complaints.models import NEVER, Need, NeedLink, Photo, Report
from cddp.operations.complaints.models.needs import NeedQuerySet
from cddp.operations.complaints.queries.reports import frame_of
from cddp.operations.complaints.rules.dueness import Dueness, dueness

MINE, DIVISION, ALL = "mine", "division", "all"
COUNTED_AT_MOST = 1_000
NEAR_M = 50
VOICES_SHOWN = 30
# What a list never shows, and what makes its rows long.
HEAVY = ("search_text", "shape", "shape_3857", "mark_3857", "outcome_words")
LISTED = (
    "number",
    "title",
    "category_id",
    "area_code",
    "is_private",
    "priority",
    "state",
    "outcome",
    "is_open",
    "division_id",
    "assignee__user__full_name",
    "assignee__user__username",
    "opened_at",
    "due_at",
    "paused_at",
    "last_told_at",
    "finished_at",
    "reports_count",
    "voices",
    "unnamed",
    "came_back_count",
    "photos_waiting",
)
_NUMBER = re.compile(r"^(?:N-?)?[0-9A-Z]{4}-?[0-9A-Z]{4}$|^\d{4}-\w{4,}$")

# Each count stops at COUNTED_AT_MOST, so that the menu costs the same in a town of any size. In the order of
# their index the late ones come first: one look at a queue counts both.
QUEUES = """
SELECT mine.*, division.*, everything.*
FROM (SELECT count(*), count(*) FILTER (WHERE due_at < %(at)s)
      FROM (SELECT n.due_at {mine} ORDER BY n.due_at LIMIT %(most)s) q) mine,
     (SELECT count(*), count(*) FILTER (WHERE due_at < %(at)s)
      FROM (SELECT n.due_at {division} ORDER BY n.due_at LIMIT %(most)s) q) division,
     (SELECT count(*), count(*) FILTER (WHERE due_at < %(at)s)
      FROM (SELECT n.due_at {everything} ORDER BY n.due_at LIMIT %(most)s) q) everything
"""
OPEN = "FROM complaints_need n WHERE n.municipality_id = %(town)s AND n.is_open"
SEEN = " AND (NOT n.is_private OR n.assignee_id = %(me)s)"


@dataclass(frozen=True)
class Queue:
    """คิวงาน: how many open problems stand in it, and how many of those are late; COUNTED_AT_MOST is "or more"."""

    key: str
    open: int
    late: int


def count_queues(user: User, *, at: dt.datetime) -> dict[str, Queue]:
    """Return the person's queues by key, from one statement; asked once for a request."""
    kept: dict[str, Queue] | None = user.__dict__.get("_complaint_queues")
    if kept is None:
        kept = user.__dict__["_complaint_queues"] = _count_queues(user, at)
    return kept


def _count_queues(user: User, at: dt.datetime) -> dict[str, Queue]:
    if not user.has_perm("complaints.view") or user.membership is None:
        return {key: Queue(key, 0, 0) for key in (MINE, DIVISION, ALL)}
    # Who may see private matters is spared the look at each row that would tell whether it is one.
    everything = OPEN if user.has_perm("complaints.view_private") else OPEN + SEEN
    statement = QUEUES.format(
        mine=f"{OPEN} AND n.assignee_id = %(me)s",
        division=f"{everything} AND n.division_id = %(division)s",
        everything=everything,
    )
    values: dict[str, Any] = {
        "town": required_municipality_id(),
        "me": user.membership.pk,
        "division": user.membership.division_id,
        "at": at,
        "most": COUNTED_AT_MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        numbers = cursor.fetchone()
    return {
        key: Queue(key, numbers[2 * place], numbers[2 * place + 1])
        for place, key in enumerate((MINE, DIVISION, ALL))
    }


def choose_queue(asked: str, queues: dict[str, Queue]) -> str:
    """Return the queue to show: the one asked for, else the narrowest that holds anything."""
    if asked in queues:
        return asked
    return next((key for key in (MINE, DIVISION) if queues[key].open), ALL)


def list_needs(user: User, queue: str) -> NeedQuerySet:
    """Return the problems of a queue, open and closed, with what a list shows of them and no more."""
    rows = Need.objects.visible_to(user).filter(reports_count__gt=0)
    if queue == MINE:
        rows = rows.mine(user)
    elif queue == DIVISION:
        rows = rows.of_division(user)
    return rows.select_related("category", "division", "assignee__user").defer(*HEAVY)


def as_listed(rows: QuerySet[Need], columns: set[str]) -> QuerySet[Need]:
    """Load only what these columns of the inbox show: fifty whole problems took a quarter of the page's time."""
    rows = rows.select_related(None).select_related("assignee__user")
    if "thing" in columns:
        return rows.select_related("asset").only(*LISTED, "asset__number", "asset__name")
    return rows.only(*LISTED)


def count_received(user: User) -> int:
    """Return how many problems nobody has taken up yet, at most COUNTED_AT_MOST."""
    rows = Need.objects.visible_to(user).filter(state=ReportState.RECEIVED, reports_count__gt=0)
    return rows.order_by()[:COUNTED_AT_MOST].count()


def search_needs(rows: QuerySet[Need], text: str) -> QuerySet[Need]:
    """Return the problems by their number or that of one of their reports, else by the words they were told in."""
    typed = to_arabic_digits(text).strip().upper()
    if _NUMBER.match(typed):
        found = _ids_by_number(typed)
        if found:
            return rows.filter(pk__in=found)
    for word in text.split():
        # LIKE on the prepared column: the one form that uses the trigram index under row-level security.
        if key := search_key(word, drop_title=False, drop_tones=True):
            rows = rows.filter(search_text__contains=key)
    return rows


def _ids_by_number(typed: str) -> list[UUID]:
    signs = typed.replace("-", "")
    own = f"N-{signs.removeprefix('N')}" if len(signs.removeprefix("N")) == 8 else f"N-{signs}"
    written = {typed, f"{signs[:4]}-{signs[4:]}"}
    needs = Need.objects.filter(number__in={own, f"N-{signs}"}).values_list("pk")
    reports = Report.objects.filter(channel__in=Channel.values, number__in=written, need__isnull=False)
    return [pk for (pk,) in needs.union(reports.values_list("need_id"))]


def get_need(user: User, pk: UUID) -> Need:
    """Return one problem with what its page names. Raises Http404."""
    rows = Need.objects.visible_to(user).select_related(
        "category", "division", "assignee__user", "asset__asset_class"
    )
    heavy = ("search_text", "shape_3857", "mark_3857", "asset__search_text", "asset__shape_3857")
    return get_object_or_404(rows.defer(*heavy), pk=pk)


def list_voices(need: Need, *, limit: int = VOICES_SHOWN) -> list[Report]:
    """Return who spoke of it, the newest first, each with the link that brought it here as `links_here`."""
    here = NeedLink.objects.filter(need=need, undone_at=None).order_by("-at")
    rows = need.reports.defer("search_text", "point_3857", "shape").order_by("-requested_at", "-pk")
    return list(rows.prefetch_related(Prefetch("links", queryset=here, to_attr="links_here"))[:limit])


def list_photos(need: Need) -> list[Photo]:
    """Return the pictures of a problem in the order in which they came."""
    return list(need.photos.filter(forgotten_at=None).order_by("created_at", "pk"))


def list_needs_near(rows: NeedQuerySet, place: Point, *, within_m: float = NEAR_M) -> QuerySet[Any]:
    """Return the problems within so many metres of a point (EPSG:4326), nearest first, with `distance`."""
    box = Polygon.from_bbox(frame_of(place, within_m))
    box.srid = 3857
    return (
        rows.filter(shape_3857__bboverlaps=box, shape__isnull=False, reports_count__gt=0)
        .annotate(distance=Distance("shape", place, spheroid=True))
        .filter(distance__lte=Metres(m=within_m))
        .order_by("distance", "-opened_at")
    )


# ── words ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Due:
    """กำหนดเสร็จเป็นคำ: how it stands (rules/dueness), the words for it, and the day itself."""

    kind: str
    words: str
    date: str = ""


DUE_WORDS = {
    "late": gettext_lazy("เกินกำหนดวันนี้"),
    "today": gettext_lazy("ครบกำหนดวันนี้"),
    "paused": gettext_lazy("พักเวลา"),
    "none": gettext_lazy("ไม่มีกำหนด"),
}


def due_of(need: Need, *, at: dt.datetime) -> Due:
    """Return the deadline of a problem as people read it."""
    has_deadline = need.due_at < NEVER
    stands = dueness(
        need.due_at if has_deadline else None,
        is_open=need.is_open,
        is_paused=need.paused_at is not None,
        at=at,
    )
    date = format_short(need.due_at) if has_deadline and stands.kind in ("late", "soon", "later") else ""
    return Due(stands.kind, _due_words(stands), date)


def _due_words(stands: Dueness) -> str:
    if stands.kind == "late" and stands.days:
        return _("เกินกำหนด %(days)s วัน") % {"days": stands.days}
    if stands.kind in ("soon", "later"):
        return _("อีก %(days)s วัน") % {"days": stands.days}
    return str(DUE_WORDS.get(stands.kind, ""))


def voices_words(need: Need) -> str:
    """Return how many told of it since when: "7 ราย ตั้งแต่ ก.พ. 68"."""
    day = need.opened_at.astimezone(BANGKOK).date()
    month = f"{MONTHS_SHORT[day.month - 1]} {(day.year + 543) % 100:02d}"
    return _("%(count)s ราย ตั้งแต่ %(month)s") % {"count": f"{need.voices + need.unnamed:,}", "month": month}


def safe_title(need: Need) -> str:
    """Return the heading without numbers of people, for files that leave the office."""
    return mask_text(need.title)
