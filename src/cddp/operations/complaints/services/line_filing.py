"""ให้เรื่องตรงกับบทสนทนา: what one person confirmed by LINE becomes reports, once each, whatever came late.

A filing is taken in under the id of the event that confirmed it. What came late amends the report as long as no
officer has acted on it, and is added as the reporter's note afterwards.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_text import normalise, normalise_line
from cddp.operations.complaints.choices import Channel, Signature
from cddp.operations.complaints.models import LineContact, Photo, Report
from cddp.operations.complaints.queries.line import CategoryNames
from cddp.operations.complaints.rules.line_drafts import Place
from cddp.operations.complaints.rules.line_meaning import Conversation, Filing
from cddp.operations.complaints.rules.line_reports import Plan, Reported, late_words, match_filings
from cddp.operations.complaints.rules.points import read_point
from cddp.operations.complaints.services.amending import amend_report, is_untouched
from cddp.operations.complaints.services.line_contacts import own_reports
from cddp.operations.complaints.services.locking import lock_need
from cddp.operations.complaints.services.notes import take_answer
from cddp.operations.complaints.services.receiving import Incoming, Receipt, receive
from cddp.operations.complaints.services.voices import Contact

# Confirmed longer ago than this, nothing of it changes any more, and not all of its events may be at hand.
SETTLED_AFTER = dt.timedelta(days=30)
# LINE keeps photos for a while only; what it has not given by then is lost, and said to be.
PHOTOS_ASKED_FOR = dt.timedelta(days=3)
SETTLES_AFTER = dt.timedelta(minutes=10)
NAME_OF_FILING = "filing:"


@dataclass(frozen=True)
class WantedPhoto:
    """รูปที่ต้องไปรับ: which report it belongs to, and the message that holds it at LINE."""

    report_id: UUID
    message_id: str


@dataclass(frozen=True)
class Made:
    """เรื่องที่ทำไว้แล้ว: a report, and the numbers of the messages it was made of."""

    report: Report
    messages: frozenset[str]


@dataclass
class Filed:
    """ผลของการให้ตรงกัน: what is new, what was refused and why, which report each filing is."""

    new: list[Receipt] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    number_of: dict[str, str] = field(default_factory=dict)
    photos: list[WantedPhoto] = field(default_factory=list)
    is_unsettled: bool = False


def bring_in_line(
    contact: LineContact,
    user_id: str,
    talk: Conversation,
    names: CategoryNames,
    *,
    seen: Mapping[str, int],
    at: dt.datetime,
) -> Filed:
    """Make and amend the reports of one person. `seen`: {id: time} of the events that `talk` was folded from.

    Call with the contact locked. May be called again at any time: it finds nothing to do.
    """
    settled_ms = int((at - SETTLED_AFTER).timestamp() * 1000)
    filings = [filing for filing in talk.filings if filing.confirmed_at_ms > settled_ms]
    made = _reports_by_key(contact, seen)
    reports = {key: each.report for key, each in made.items()}
    plan = match_filings(
        filings, {key: Reported(each.messages, (seen[key], key)) for key, each in made.items()}
    )
    filed = Filed()
    for key, filing in plan.known.items():
        filed.number_of[filing.key] = reports[key].number
        _amend(reports[key], filing, names, at=at)
    for filing in plan.new:
        _take(filing, user_id, names, filed, at=at)
    filed.is_unsettled = _note_withdrawn(plan, reports, at=at)
    filed.photos = _wanted_photos(contact, plan, reports, filed, at=at)
    return filed


def _reports_by_key(contact: LineContact, seen: Mapping[str, int]) -> dict[str, Made]:
    """Return {id of the confirming event: report}, of those whose events are at hand."""
    rows = own_reports(contact).filter(intake__external_id__startswith=NAME_OF_FILING)
    told = rows.values_list("pk", "intake__external_id", "intake__payload__messages")
    keys = {pk: (name.removeprefix(NAME_OF_FILING), messages) for pk, name, messages in told}
    at_hand = [pk for pk, (key, _messages) in keys.items() if key in seen]
    if not at_hand:
        return {}
    reports = Report.objects.filter(pk__in=at_hand).defer("search_text", "shape")
    return {keys[row.pk][0]: Made(row, frozenset(keys[row.pk][1] or ())) for row in reports}


def _take(filing: Filing, user_id: str, names: CategoryNames, filed: Filed, *, at: dt.datetime) -> None:
    incoming = Incoming(
        channel=Channel.LINE,
        external_id=f"{NAME_OF_FILING}{filing.key}",
        # Whose words they are stands in their own envelopes, where they can be forgotten.
        payload={"confirmed_by": filing.key, "messages": sorted(filing.message_ids)},
        description=filing.text,
        requested_at=_moment(filing.asked_at_ms),
        received_at=at,
        category_id=names.id_of(filing.category_key),
        point=_point(filing.place),
        address=_address(filing),
        contact=Contact(line_user_id=user_id),
        joins_need_id=_uuid(filing.joins_need_id),
        signature=Signature.VALID,
    )
    try:
        with transaction.atomic():
            receipt = receive(incoming)
    except UnableTo as refusal:
        filed.refusals.append(refusal.message)
        return
    filed.new.append(receipt)
    filed.number_of[filing.key] = receipt.report.number


def _amend(report: Report, filing: Filing, names: CategoryNames, *, at: dt.datetime) -> None:
    category_id = names.id_of(filing.category_key)
    if filing.category_key and category_id is None:
        # No longer offered to new reports; what was chosen stays chosen.
        category_id = report.category_id
    told = (normalise(filing.text), category_id, _point(filing.place), _address(filing))
    if (
        told == (report.description, report.category_id, report.point, report.address)
        or report.need_id is None
    ):
        return
    if filing.is_emptied:
        # All of it was taken back; forgetting has seen to the words.
        return
    if is_untouched(lock_need(report.need_id, None), report):
        description, category_id, point, address = told
        amend_report(
            report, description=description, category_id=category_id, point=point, address=address, at=at
        )
        return
    late = late_words(report.description, filing)
    if filing.place is not None and report.point is None:
        late.append((filing.place.message_id, words_of_place(filing.place)))
    for message_id, words in late:
        take_answer(report, words, at=at, source_id=source_of(message_id))


def words_of_place(place: Place) -> str:
    """Return a place in words, for a note to the officers."""
    named = " ".join(part for part in (place.title, place.address) if part)
    return _("ตำแหน่ง: %(named)s (%(lat)s, %(lng)s)") % {"named": named, "lat": place.lat, "lng": place.lng}


def source_of(message_id: str) -> str:
    """Return by what a note made of a LINE message is found again."""
    return f"line:{message_id}"


def _note_withdrawn(plan: Plan, reports: Mapping[str, Report], *, at: dt.datetime) -> bool:
    """Tell the officers of a report that was cancelled before it was confirmed, as it turned out.

    Returns whether one is too young to say so: the words that were really confirmed may still be on their way.
    """
    young = [key for key in plan.gone if at - reports[key].created_at < SETTLES_AFTER]
    for key in set(plan.gone) - set(young):
        words = _("ผู้แจ้งกดยกเลิกก่อนส่งเรื่องนี้ (คำสั่งยกเลิกมาถึงภายหลัง) โปรดสอบถามก่อนดำเนินการ")
        take_answer(reports[key], words, at=at, source_id=f"line-cancel:{key}")
    return bool(young)


# ── photos ────────────────────────────────────────────────────────────────────────────────────────


def _wanted_photos(
    contact: LineContact, plan: Plan, reports: Mapping[str, Report], filed: Filed, *, at: dt.datetime
) -> list[WantedPhoto]:
    """Return the photos that are not kept yet; those that stand with another report of this person are moved."""
    fresh_ms = int((at - PHOTOS_ASKED_FOR).timestamp() * 1000)
    made = {receipt.report.number: receipt.report for receipt in filed.new} | {
        report.number: report for report in reports.values()
    }
    holders = {
        message_id: made[filed.number_of[filing.key]]
        for filing in [*plan.known.values(), *plan.new]
        if filing.confirmed_at_ms > fresh_ms and filing.key in filed.number_of
        for message_id in filing.photo_ids
    }
    return photos_to_fetch(contact, holders)


def photos_to_fetch(contact: LineContact, holders: Mapping[str, Report]) -> list[WantedPhoto]:
    """Return which of these photos ({message: report that should hold it}) still lie at LINE."""
    if not holders:
        return []
    sources = {source_of(message_id): message_id for message_id in holders}
    kept = Photo.objects.filter(
        source_id__in=sources, report__in=own_reports(contact).values("pk")
    ).select_for_update(of=("self",))
    found: set[str] = set()
    for photo in kept:
        message_id = sources[photo.source_id]
        found.add(message_id)
        _move(photo, holders[message_id])
    return [WantedPhoto(report.pk, each) for each, report in holders.items() if each not in found]


def _move(photo: Photo, report: Report) -> None:
    if photo.report_id == report.pk or report.need_id is None:
        return
    photo.report_id, photo.need_id = report.pk, report.need_id
    photo.save(update_fields=["report", "need"])


# ── parts of a filing ─────────────────────────────────────────────────────────────────────────────


def _moment(at_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)


def _point(place: Place | None) -> Point | None:
    reading = read_point([place.lng, place.lat]) if place is not None else None
    if reading is None or reading.longitude is None or reading.latitude is None:
        return None
    return Point(reading.longitude, reading.latitude, srid=4326)


def _address(filing: Filing) -> str:
    parts: Iterable[str] = (filing.place_words,)
    if filing.place is not None:
        parts = (filing.place.title, filing.place.address, filing.place_words)
    return normalise_line(" ".join(dict.fromkeys(part for part in parts if part)))[:500]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
