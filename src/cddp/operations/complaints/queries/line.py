"""อ่านเพื่อตอบทาง LINE: names of categories, somebody's own reports, what an officer asked them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db.models import QuerySet, Sum
from django.urls import reverse

from cddp.foundation.accounts.models import User
from cddp.foundation.notify.models import Channel as MessageChannel
from cddp.foundation.notify.models import Message
from cddp.foundation.notify.queries import list_undelivered
from cddp.operations.complaints.choices import CategoryFamily, NoteKind, ReportState
from cddp.operations.complaints.models import Category, NeedNote, RefusedDelivery, Report
from cddp.operations.complaints.queries.candidates import Candidate, find_candidates
from cddp.operations.complaints.queries.terms import find_terms
from cddp.operations.complaints.rules.line_words import Alike, Choice, Own
from cddp.operations.complaints.rules.public_text import public_title

MOST_OWN = 5
ALIKE_ENOUGH = 0.55
"""A question costs the person a tap: only what is likelier than not is asked about."""


class CategoryNames(Mapping[str, str]):
    """ประเภทเรื่องของเทศบาล: as a mapping {name as people type it: key}; read when it is first asked for anything."""

    @cached_property
    def rows(self) -> list[tuple[UUID, str, str]]:
        """Return (id, key, name) of what is in use, in the order in which people are offered them."""
        return list(Category.objects.filter(is_active=True).values_list("pk", "key", "name"))

    def __getitem__(self, name: str) -> str:
        for _pk, key, known in self.rows:
            if known == name:
                return key
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for _pk, _key, name in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def id_of(self, key: str) -> UUID | None:
        """Return the category of a key, None for none or one that is no longer offered."""
        return next((pk for pk, known, _name in self.rows if known == key), None) if key else None

    def name_of(self, key: str) -> str:
        """Return the name of a key's category, "" for none."""
        return next((name for _pk, known, name in self.rows if known == key), "") if key else ""

    def choices(self, likely: Iterable[str] = ()) -> list[Choice]:
        """Return all as choices, the likely ones (keys) first."""
        first = {key: place for place, key in enumerate(likely)}
        rows = sorted(self.rows, key=lambda row: first.get(row[1], len(first)))
        return [Choice(key, name) for _pk, key, name in rows]


def follow_link(report: Report, slug: str) -> str:
    """Return the address at which the holder follows a report, "" where the operator named no public address."""
    if not settings.PUBLIC_URL or not report.follow_code:
        return ""
    return settings.PUBLIC_URL + reverse("complaints:followed", args=[slug, report.follow_code])


def list_own(reports: QuerySet[Report], slug: str) -> list[Own]:
    """Return the latest of these reports in words for their reporter."""
    rows = reports.select_related("need").order_by("-requested_at", "-pk")[:MOST_OWN]
    return [
        Own(
            number=row.number,
            title=row.title,
            state_words=row.need.state_words if row.need is not None else row.state_words,
            asked_at=row.requested_at,
            promised_at=row.need.promised_at if row.need is not None and row.need.is_open else None,
            link=follow_link(row, slug),
        )
        for row in rows
    ]


def list_untold(user: User, *, at: dt.datetime) -> QuerySet[Message]:
    """Return what was promised to reporters by LINE and did not reach them, of the reports this person may see."""
    seen = Report.objects.visible_to(user).values("number")
    return list_undelivered(user, at=at).filter(channel=MessageChannel.LINE, reference__in=seen)


@dataclass(frozen=True)
class Slip:
    """ใบแจ้งผล: a message that did not arrive, and the report by which an officer finds the person."""

    message: Message
    report: Report


def list_slips(user: User, messages: Iterable[Message]) -> list[Slip]:
    """Return these messages with their reports, as far as this person may see them."""
    listed = list(messages)
    numbers = [message.reference for message in listed]
    rows = Report.objects.visible_to(user).filter(number__in=numbers).select_related("category", "need")
    reports = {row.number: row for row in rows.defer("search_text", "description")}
    return [Slip(each, reports[each.reference]) for each in listed if each.reference in reports]


def count_refusals(channel: str, *, since: dt.datetime) -> list[tuple[str, int]]:
    """Return how often a channel brought what could not be taken, by reason."""
    rows = RefusedDelivery.objects.filter(channel=channel, hour__gte=since)
    return list(
        rows.values("reason").annotate(times=Sum("count")).order_by("reason").values_list("reason", "times")
    )


def list_questions(reports: QuerySet[Report]) -> list[tuple[NeedNote, Report]]:
    """Return what officers lately asked about these reports, newest first; answered or not."""
    asked = NeedNote.objects.filter(kind=NoteKind.QUESTION, need__in=reports.values("need_id"))
    notes = list(asked.order_by("-at", "-pk")[:MOST_OWN])
    if not notes:
        return []
    latest: dict[UUID | None, Report] = {}
    for report in reports.filter(need__in=[note.need_id for note in notes]).order_by("requested_at", "pk"):
        latest[report.need_id] = latest[report.pk] = report
    found = ((note, latest.get(note.report_id or note.need_id)) for note in notes)
    return [(note, report) for note, report in found if report is not None]


def find_alike(
    place: tuple[float, float] | None, category_id: UUID | None, text: str, *, at: dt.datetime
) -> list[Alike]:
    """Return the one known problem that this may well be about, in words that anybody may read, or nothing."""
    if place is None or category_id is None:
        return []
    point = Point(*place, srid=4326)
    terms = find_terms(category_id, point, "line")
    if terms.is_private or terms.family == CategoryFamily.PEOPLE:
        return []
    found = find_candidates(
        point, terms.family, text, category_id=category_id, radius_m=terms.radius_m, at=at
    )
    return [_alike(each, at) for each in found[:1] if each.score >= ALIKE_ENOUGH]


def _alike(found: Candidate, at: dt.datetime) -> Alike:
    # Nobody in the office has read a problem that was only just received: its words stay with whoever wrote them.
    title = public_title(found.title) if found.state != ReportState.RECEIVED else ""
    told_at = at - dt.timedelta(days=found.likeness.days_apart)
    return Alike(str(found.need_id), title or f"ห่างจากจุดนี้ {found.distance_m} เมตร", found.voices, told_at)
