"""รับซองจาก LINE: keep every event of a signed delivery once, before LINE is told that we have it.

Whoever wrote is locked while their events are written, and again while they are read: so a reader never misses an
envelope that is about to be written, and one waiting job a person is enough.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from cddp.foundation.files.cipher import encrypt
from cddp.foundation.notify.queries import line_context
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.choices import Channel, Signature
from cddp.operations.complaints.models import LineContact
from cddp.operations.complaints.rules.line_events import ChatEvent, Delivery, EventKind, kept_part
from cddp.operations.complaints.services.voices import line_hash_of

AT_ONCE = 500
# The database's clock: the hosts that write and those that read need not agree on the time.
ENVELOPES = """
INSERT INTO complaints_intake
  (id, municipality_id, channel, external_id, payload, received_at, occurred_at, signature, sender_hash)
SELECT id, %(town)s, %(channel)s, external_id, payload, clock_timestamp(), occurred_at, %(signature)s, sender_hash
FROM unnest(%(ids)s::uuid[], %(external_ids)s::text[], %(payloads)s::jsonb[], %(times)s::timestamptz[],
            %(senders)s::bytea[]) AS came(id, external_id, payload, occurred_at, sender_hash)
ON CONFLICT (municipality_id, channel, external_id) DO NOTHING RETURNING external_id
"""


@dataclass(frozen=True)
class Kept:
    """สิ่งที่เก็บไว้: who wrote something that was not known yet, and the invitations to groups."""

    contact_ids: tuple[UUID, ...] = ()
    reply_tokens_of_groups: tuple[str, ...] = ()


def keep_delivery(delivery: Delivery) -> Kept:
    """Write the envelopes of a delivery; those that came before change nothing."""
    contacts = _lock_contacts({event.user_id for event in delivery.events if event.is_private})
    new_ids: set[str] = set()
    for start in range(0, len(delivery.events), AT_ONCE):
        new_ids |= _write(delivery.events[start : start + AT_ONCE], contacts)
    news = [event for event in delivery.events if event.event_id in new_ids]
    writers = {contacts[event.user_id].pk for event in news if event.is_private}
    invitations = {
        event.reply_token
        for event in news
        if event.kind is EventKind.INVITED and event.reply_token and not event.is_standby
    }
    return Kept(tuple(sorted(writers)), tuple(sorted(invitations)))


def _lock_contacts(user_ids: Collection[str]) -> dict[str, LineContact]:
    """Return {LINE user id: contact}, locked, made where somebody writes for the first time."""
    if not user_ids:
        return {}
    by_hash = {line_hash_of(user_id): user_id for user_id in user_ids}
    found = _locked(by_hash)
    # In one order, so that two deliveries about the same people never wait for each other in a ring.
    missing = sorted(set(by_hash) - set(found))
    if missing:
        LineContact.objects.bulk_create(
            [
                LineContact(
                    contact_hash=each, user_sealed=encrypt(by_hash[each].encode(), context=line_context())
                )
                for each in missing
            ],
            ignore_conflicts=True,
        )
        found |= _locked(missing)
    return {by_hash[each]: contact for each, contact in found.items()}


def _locked(hashes: Iterable[bytes]) -> dict[bytes, LineContact]:
    rows = LineContact.objects.filter(contact_hash__in=list(hashes)).select_for_update().order_by("pk")
    return {bytes(row.contact_hash): row for row in rows}


def _write(events: Sequence[ChatEvent], contacts: dict[str, LineContact]) -> set[str]:
    # One row an id; two deliveries write the ids they share in the same order.
    once = {event.event_id: event for event in sorted(events, key=lambda each: each.event_id)}
    rows = list(once.values())
    values: dict[str, Any] = {
        "town": required_municipality_id(),
        "channel": Channel.LINE.value,
        "signature": Signature.VALID.value,
        "ids": [uuid7() for _event in rows],
        "external_ids": [event.event_id for event in rows],
        "payloads": [Jsonb(kept_part(event)) for event in rows],
        "times": [dt.datetime.fromtimestamp(event.at_ms / 1000, dt.UTC) for event in rows],
        "senders": [
            bytes(contacts[event.user_id].contact_hash) if event.is_private else None for event in rows
        ],
    }
    with connection.cursor() as cursor:
        cursor.execute(ENVELOPES, values)
        return {external_id for (external_id,) in cursor.fetchall()}
