"""ลืมข้อความที่ผู้แจ้งยกเลิก: LINE's "unsend" reaches every place where the message stands."""

import datetime as dt
from collections.abc import Collection

from cddp.operations.complaints.models import Intake, LineContact, Photo, Report
from cddp.operations.complaints.rules.line_events import EventKind, bare_part, event_of
from cddp.operations.complaints.rules.line_phrases import Phrase, read_phrase
from cddp.operations.complaints.services.amending import forget_notes, forget_words
from cddp.operations.complaints.services.line_contacts import intakes_of, own_reports
from cddp.operations.complaints.services.line_filing import source_of
from cddp.operations.complaints.services.photos import forget_photo


def forget_unsent(contact: LineContact, message_ids: Collection[str], *, at: dt.datetime) -> int:
    """Forget these messages of one person in envelopes, reports, notes and pictures; return how many envelopes.

    Does nothing for what is forgotten already.
    """
    if not message_ids:
        return 0
    envelopes = list(
        intakes_of(contact)
        .filter(forgotten_at=None, payload__message__id__in=list(message_ids))
        .select_for_update(of=("self",))
    )
    if not envelopes:
        return 0
    words = {text for envelope in envelopes if (text := _empty(envelope, at=at))}
    sources = [source_of(message_id) for message_id in message_ids]
    report_ids = list(own_reports(contact).values_list("pk", flat=True))
    if words:
        for report in _lock_reports_with(contact, words):
            forget_words(report, words)
    forget_notes(report_ids, sources)
    photos = Photo.objects.filter(report_id__in=report_ids, source_id__in=sources, forgotten_at=None)
    for photo in photos.select_for_update(of=("self",)):
        forget_photo(photo, at=at)
    return len(envelopes)


def _empty(envelope: Intake, *, at: dt.datetime) -> str:
    """Empty one envelope; return the words that stood in it. A word that stood for a button says nothing of anybody."""
    event = event_of(envelope.payload, event_id=envelope.external_id)
    envelope.forgotten_at = at
    if event.kind is EventKind.TEXT and read_phrase(event.text) is not Phrase.OTHER:
        envelope.save(update_fields=["forgotten_at"])
        return ""
    envelope.payload = bare_part(envelope.payload)
    envelope.save(update_fields=["payload", "forgotten_at"])
    return event.text


def _lock_reports_with(contact: LineContact, words: Collection[str]) -> list[Report]:
    rows = own_reports(contact).exclude(description="").select_for_update(of=("self",)).order_by("pk")
    return [
        row for row in rows if any(each.strip() and each.strip()[:40] in row.description for each in words)
    ]
