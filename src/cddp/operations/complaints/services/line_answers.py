"""สิ่งที่ผู้แจ้งบอกเพิ่มทาง LINE: answers, afterthoughts, stars, and "it is not done", each taken once."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints.models import LineContact, Report
from cddp.operations.complaints.rules.line_meaning import Addition, Conversation
from cddp.operations.complaints.services.line_contacts import own_reports
from cddp.operations.complaints.services.line_filing import (
    WantedPhoto,
    photos_to_fetch,
    source_of,
    words_of_place,
)
from cddp.operations.complaints.services.notes import take_answer
from cddp.operations.complaints.services.rating import rate, reopen_by_voice


@dataclass
class Answered:
    """ผลของสิ่งที่บอกเพิ่ม: why something could not be done, by the id of the event, and photos to fetch."""

    refusals: dict[str, str] = field(default_factory=dict)
    photos: list[WantedPhoto] = field(default_factory=list)


def take_answers(
    contact: LineContact, talk: Conversation, *, new_ids: Collection[str], at: dt.datetime
) -> Answered:
    """Take what the person says about reports that exist, as far as they are their own.

    Words are known by their message and added once; taps count when they come in, `new_ids`, and never again.
    """
    answered = Answered()
    numbers = {each.number for each in talk.additions}
    numbers |= {each.number for each in talk.ratings} | {each.number for each in talk.reopenings}
    if not numbers:
        return answered
    own = {report.number: report for report in own_reports(contact).filter(number__in=numbers)}
    for rating in (each for each in talk.ratings if each.key in new_ids):
        with _refusing(answered, rating.key):
            rate(_of(own, rating.number).pk, rating.score, at=at)
    for reopening in (each for each in talk.reopenings if each.key in new_ids):
        with _refusing(answered, reopening.key):
            reopen_by_voice(_of(own, reopening.number).pk, "", at=at)
    for addition in talk.additions:
        with _refusing(answered, addition.key):
            _add(contact, _of(own, addition.number), addition, answered, at=at)
    return answered


def _add(
    contact: LineContact, report: Report, addition: Addition, answered: Answered, *, at: dt.datetime
) -> None:
    for message_id, words in _texts(addition):
        take_answer(report, words, at=at, source_id=source_of(message_id))
    answered.photos += photos_to_fetch(contact, dict.fromkeys(addition.photo_ids, report))


def _texts(addition: Addition) -> Iterable[tuple[str, str]]:
    yield from addition.texts
    if addition.place is not None:
        yield addition.place.message_id, words_of_place(addition.place)


def _of(own: dict[str, Report], number: str) -> Report:
    # Somebody else's number, or one that never was: the same answer to both.
    if number not in own:
        raise UnableTo(_("ไม่พบเรื่องเลขที่นี้ในเรื่องที่ท่านแจ้ง"), code="not_own")
    return own[number]


@contextmanager
def _refusing(answered: Answered, key: str) -> Iterator[None]:
    """Take one step whole or not at all, and keep its refusal for the reply."""
    try:
        with transaction.atomic():
            yield
    except UnableTo as refusal:
        answered.refusals[key] = refusal.message
