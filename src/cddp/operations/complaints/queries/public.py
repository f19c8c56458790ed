"""สิ่งที่ทุกคนเห็นได้: of each problem the few facts on this list, and nothing else.

A row is turned into one of the dataclasses here before it reaches a page; whatever is not named in them cannot get
out. Words of people stand only where an officer has looked at the problem, and masked; places are rounded; pictures
are those that were let out. Private and hidden problems are not there at all.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from cddp.operations.complaints.choices import (
    CLOSED_STATES,
    OPEN_STATES,
    STATE_COLOURS,
    CategoryFamily,
    Channel,
    Outcome,
    PhotoKind,
    ReportState,
)
from cddp.operations.complaints.models import Category, Need, NeedStatus, Photo, Report
from cddp.operations.complaints.rules.classifying import suggest_categories
from cddp.operations.complaints.rules.public_text import public_text, public_title
from cddp.registers.residents.models import Area

# About 55 metres: a stretch of street, not a door.
GRID_DEGREES = 0.0005
MOST_SPOTS = 2_000
PAGE_ROWS = 30
MOST_MERGES = 8
# About persons in need: that there is a problem may be known, not where nor in whose words.
QUIET_FAMILIES = frozenset({CategoryFamily.PEOPLE})
# Words that speak this much for a private category keep a problem back until an officer has said what it is.
PRIVATE_FROM = 0.15
TOLD_FROM = 0.5


@dataclass(frozen=True)
class PublicNeed:
    """ปัญหาที่เผยแพร่ได้หนึ่งเรื่อง: a line of a list."""

    number: str
    title: str
    category: str
    state: str
    state_words: str
    is_open: bool
    opened_at: dt.datetime
    last_told_at: dt.datetime
    voices: int
    area: str
    spot: tuple[float, float] | None
    photos: int

    @property
    def colour(self) -> str:
        return STATE_COLOURS[ReportState(self.state)]


@dataclass(frozen=True)
class PublicStep:
    """สิ่งที่เกิดขึ้น: one line of the public history."""

    at: dt.datetime
    words: str
    note: str
    came_back: bool


@dataclass(frozen=True)
class PublicPhoto:
    """รูปที่เผยแพร่แล้ว."""

    pk: UUID
    is_after: bool


@dataclass(frozen=True)
class PublicStory:
    """เรื่องทั้งหมดที่เผยแพร่ได้ของปัญหาหนึ่ง."""

    need: PublicNeed
    text: str
    channels: Sequence[tuple[str, int]]
    months: int
    promised_at: dt.datetime | None
    is_late: bool
    finished_at: dt.datetime | None
    outcome: str
    result: str
    agency: str
    plan_year: int | None
    came_back_count: int
    rating: float | None
    rating_count: int
    steps: Sequence[PublicStep]
    before: Sequence[PublicPhoto]
    after: Sequence[PublicPhoto]

    @property
    def newest_first(self) -> Sequence[PublicStep]:
        return list(reversed(self.steps))


@dataclass(frozen=True)
class PublicQuestion:
    """สิ่งที่ถามรายการสาธารณะ: "open" or "closed" or "", a category's key, an area's code, and where to go on."""

    state: str = ""
    category: str = ""
    area: str = ""
    before: tuple[dt.datetime, UUID] | None = None


STATE_GROUPS = {"open": OPEN_STATES, "closed": CLOSED_STATES}


def list_public(question: PublicQuestion) -> tuple[list[PublicNeed], tuple[dt.datetime, UUID] | None]:
    """Return one page of what was told, newest first, and where the next one begins."""
    rows = _asked(question).order_by("-opened_at", "-id")
    if question.before is not None:
        at, pk = question.before
        rows = rows.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=pk))
    found = list(_fields(rows)[: PAGE_ROWS + 1])
    further = (found[PAGE_ROWS - 1].opened_at, found[PAGE_ROWS - 1].pk) if len(found) > PAGE_ROWS else None
    return _public(found[:PAGE_ROWS]), further


def list_spots(question: PublicQuestion) -> dict[str, Any]:
    """Return the newest placed problems as GeoJSON of rounded points, the open ones before the others."""
    rows = _fields(_asked(question).filter(shape__isnull=False).order_by("-opened_at"))
    # Two walks along the index of time; sorting all by whether they are open would read the whole table.
    found = list(rows.filter(is_open=True)[:MOST_SPOTS])
    found += rows.filter(is_open=False)[: MOST_SPOTS - len(found)]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": need.spot},
            "properties": {"n": need.number, "t": need.title, "s": need.state, "v": need.voices},
        }
        for need in _public(found, with_photos=False)
        if need.spot
    ]
    return {"type": "FeatureCollection", "features": features}


def find_public(number: str) -> PublicNeed | None:
    """Return one problem by its number; one that was merged since is the one that took it in."""
    found = _find(number)
    return _public([found])[0] if found else None


def find_story(number: str, *, at: dt.datetime) -> PublicStory | None:
    """Return all that everybody may know of one problem."""
    need = _find(number)
    return _story(need, at=at) if need else None


def find_open_need(number: str) -> Need | None:
    """Return the row behind a public number, for services that take one more voice."""
    return _find(number)


def list_public_by_id(need_ids: Collection[UUID]) -> dict[UUID, PublicNeed]:
    """Return those of these problems that everybody may know of, also such as nobody has sorted yet."""
    found = _fields(Need.objects.open_to_the_public().filter(pk__in=need_ids))
    rows = [row for row in found if not _may_be_private(row)]
    return dict(zip((row.pk for row in rows), _public(rows), strict=True))


def find_published_photo(number: str, photo_id: UUID) -> Photo | None:
    """Return a picture that was let out, of a problem that everybody may know of."""
    rows = Photo.objects.published().filter(pk=photo_id, need__in=Need.objects.open_to_the_public())
    return rows.select_related("file", "preview").filter(need__number=number).first()


def _asked(question: PublicQuestion) -> QuerySet[Need]:
    # What nobody has sorted yet may be anything: it is listed when an officer has said what it is.
    rows = Need.objects.open_to_the_public().exclude(
        category=None, state=ReportState.RECEIVED, came_back_count=0
    )
    if question.state in STATE_GROUPS:
        rows = rows.filter(state__in=STATE_GROUPS[question.state])
    if question.category:
        # By its id, so that the index of categories is walked in the order of time.
        rows = rows.filter(
            category_id__in=list(Category.objects.filter(key=question.category).values_list("pk", flat=True))
        )
    if question.area:
        rows = rows.filter(area_code=question.area)
    return rows


def _find(number: str) -> Need | None:
    for _step in range(MOST_MERGES):
        into = Need.objects.filter(number=number).values_list("merged_into__number", flat=True).first()
        if not into:
            break
        number = into
    need = _fields(Need.objects.open_to_the_public().filter(number=number)).first()
    return None if need is None or _may_be_private(need) else need


def _fields(rows: QuerySet[Need]) -> QuerySet[Need]:
    return rows.select_related("category").defer("search_text", "shape_3857", "outcome_words")


def _public(needs: Sequence[Need], *, with_photos: bool = True) -> list[PublicNeed]:
    areas = _area_names({need.area_code for need in needs} - {""})
    photos = _count_photos([need.pk for need in needs]) if with_photos else {}
    return [_one(need, areas.get(need.area_code, ""), photos.get(need.pk, 0)) for need in needs]


def _count_photos(need_ids: Collection[UUID]) -> dict[UUID, int]:
    # After the page is cut: counted beside the rows, all of the town would be counted first.
    counted = Photo.objects.published().filter(need_id__in=need_ids).order_by().values_list("need_id")
    return dict(counted.annotate(count=Count("pk")))


def _one(need: Need, area: str, photos: int) -> PublicNeed:
    category = need.category.name if need.category else _guessed_category(need)
    return PublicNeed(
        number=need.number,
        title=_title(need, category, area),
        category=category,
        state=need.state,
        state_words=need.state_words,
        is_open=need.is_open,
        opened_at=need.opened_at,
        last_told_at=need.last_told_at,
        voices=need.voices + need.unnamed,
        area=area,
        spot=None if need.family in QUIET_FAMILIES else rounded_spot(need.shape),
        photos=photos,
    )


def _title(need: Need, category: str, area: str) -> str:
    """Return people's own heading, masked, where it may be read; else only what it is about."""
    written = public_title(need.title) if may_be_read(need) else ""
    return written or " · ".join(part for part in (category or _("เรื่องใหม่ รอคัดแยก"), area) if part)


def may_be_read(need: Need) -> bool:
    """Tell whether an officer has had this problem in hand, who would have hidden what must not be read."""
    looked_at = need.state != ReportState.RECEIVED or need.came_back_count > 0
    return looked_at and need.family not in QUIET_FAMILIES


def _is_unsorted(need: Need) -> bool:
    return need.category_id is None and need.state == ReportState.RECEIVED and not need.came_back_count


def _may_be_private(need: Need) -> bool:
    """Tell whether a problem that nobody has sorted yet speaks of what only few may know."""
    if not _is_unsorted(need):
        return False
    keys = [each.category for each in suggest_categories(need.title) if each.confidence >= PRIVATE_FROM]
    return Category.objects.filter(key__in=keys, is_private=True).exists()


def _guessed_category(need: Need) -> str:
    best = next(iter(suggest_categories(need.title)), None)
    if best is None or best.confidence < TOLD_FROM:
        return ""
    return Category.objects.filter(key=best.category).values_list("name", flat=True).first() or ""


def rounded_spot(shape: GEOSGeometry | None) -> tuple[float, float] | None:
    """Return about where it is: the middle of the square of a grid in which it lies."""
    if shape is None or shape.empty:
        return None
    middle = shape.centroid
    return _on_grid(middle.x), _on_grid(middle.y)


def _on_grid(degrees: float) -> float:
    return round((degrees // GRID_DEGREES + 0.5) * GRID_DEGREES, 5)


def _area_names(codes: Collection[str]) -> dict[str, str]:
    if not codes:
        return {}
    return {
        area.code: str(area) for area in Area.objects.filter(code__in=codes).only("code", "number", "name")
    }


def _story(need: Need, *, at: dt.datetime) -> PublicStory:
    photos = list(need.photos.published().only("pk", "kind"))
    pictures = [PublicPhoto(photo.pk, photo.kind == PhotoKind.AFTER) for photo in photos]
    return PublicStory(
        need=_public([need])[0],
        text=_words_of(need),
        channels=_channels_of(need),
        months=need.months,
        promised_at=need.promised_at,
        is_late=need.is_open and need.promised_at is not None and need.promised_at < at,
        finished_at=need.finished_at,
        outcome=need.outcome,
        result=public_text(need.outcome_words),
        agency=need.agency if need.outcome == Outcome.NOT_OURS or need.state == ReportState.FORWARDED else "",
        plan_year=need.plan_year,
        came_back_count=need.came_back_count,
        rating=need.rating,
        rating_count=need.rating_count,
        steps=_steps_of(need),
        before=[each for each in pictures if not each.is_after],
        after=[each for each in pictures if each.is_after],
    )


def _words_of(need: Need) -> str:
    if not may_be_read(need):
        return ""
    first = need.reports.filter(is_private=False).order_by("requested_at", "id")
    return public_text(first.values_list("description", flat=True).first() or "")


def _channels_of(need: Need) -> list[tuple[str, int]]:
    counted = Report.objects.filter(need=need).values_list("channel").annotate(count=Count("pk"))
    return [(str(Channel(channel).label), count) for channel, count in counted.order_by("-count", "channel")]


def _steps_of(need: Need) -> list[PublicStep]:
    rows = NeedStatus.objects.filter(need=need).order_by("at", "id")
    return [PublicStep(row.at, row.state_words, public_text(row.note), row.came_back) for row in rows]
