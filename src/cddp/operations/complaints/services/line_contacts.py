"""ผู้ที่ทักทาง LINE: who they are, what they ever sent, and until when we have read it."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from cddp.foundation.files.cipher import decrypt
from cddp.foundation.notify.queries import line_context
from cddp.foundation.notify.services import give_up_on
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.choices import Channel
from cddp.operations.complaints.models import Intake, LineContact, Report
from cddp.operations.complaints.rules.line_events import ChatEvent, event_of
from cddp.operations.complaints.rules.line_meaning import Conversation

# LINE delivers late by hours at most; a draft may wait some weeks for its confirmation.
READ_BACK = dt.timedelta(days=60)
MOST_EVENTS = 2_000


@dataclass(frozen=True)
class Received:
    """เหตุการณ์ที่เก็บไว้: the envelope, the event in it, and whether nobody had read it yet."""

    intake_id: UUID
    event: ChatEvent
    received_at: dt.datetime
    is_new: bool


def lock_contact(contact_id: UUID) -> LineContact | None:
    """Return the contact, locked, or None when it was forgotten."""
    return LineContact.objects.select_for_update().filter(pk=contact_id).first()


def user_id_of(contact: LineContact) -> str:
    """Return the LINE user id in the clear."""
    return decrypt(bytes(contact.user_sealed), context=line_context()).decode()


def list_received(contact: LineContact, *, at: dt.datetime) -> list[Received]:
    """Return what the person sent in the last weeks, in LINE's order of time."""
    rows = (
        intakes_of(contact)
        .filter(occurred_at__gte=at - READ_BACK)
        .order_by("-occurred_at", "-external_id")
        .values_list("pk", "external_id", "payload", "received_at")[:MOST_EVENTS]
    )
    until = contact.last_seen_at
    found = [
        Received(
            pk, event_of(_payload(payload), event_id=name), received_at, until is None or received_at > until
        )
        for pk, name, payload, received_at in rows
    ]
    return sorted(found, key=lambda each: each.event.place_in_talk)


def intakes_of(contact: LineContact) -> QuerySet[Intake]:
    """Return the envelopes of one person."""
    return Intake.objects.filter(channel=Channel.LINE, sender_hash=bytes(contact.contact_hash))


def own_reports(contact: LineContact) -> QuerySet[Report]:
    """Return what the person told by LINE; somebody else's number leads to nothing."""
    return Report.objects.filter(channel=Channel.LINE, voice_hash=bytes(contact.contact_hash)).defer(
        "search_text"
    )


def note_read(contact: LineContact, talk: Conversation, received: Sequence[Received]) -> None:
    """Write down until when everything was read, and whether the person still follows the account."""
    was_blocked = contact.blocked_at is not None
    contact.last_seen_at = max((each.received_at for each in received), default=contact.last_seen_at)
    if contact.followed_at is None:
        contact.followed_at = contact.last_seen_at
    contact.blocked_at = None
    if not talk.is_following:
        contact.blocked_at = dt.datetime.fromtimestamp(talk.last_at_ms / 1000, dt.UTC)
    contact.save(update_fields=["last_seen_at", "followed_at", "blocked_at"])
    if contact.blocked_at is not None and not was_blocked:
        give_up_on(user_id_of(contact))


def blocked_among(contact_hashes: Collection[bytes]) -> set[bytes]:
    """Return those of these people who have blocked the account."""
    rows = LineContact.objects.filter(contact_hash__in=list(contact_hashes), blocked_at__isnull=False)
    return {bytes(each) for each in rows.values_list("contact_hash", flat=True)}


def _payload(stored: Any) -> dict[str, Any]:
    return stored if isinstance(stored, dict) else {}


UNREAD = """
SELECT c.id FROM complaints_linecontact c
WHERE c.municipality_id = %(town)s AND EXISTS (
  SELECT 1 FROM complaints_intake i
  WHERE i.municipality_id = c.municipality_id AND i.sender_hash = c.contact_hash AND i.occurred_at > %(since)s
    AND i.received_at > coalesce(c.last_seen_at, '-infinity')
)
"""


def list_unread(*, since: dt.datetime) -> list[UUID]:
    """Return those who wrote something that nobody has read: their job was lost."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, {"town": required_municipality_id(), "since": since})
        return [pk for (pk,) in cursor.fetchall()]
