"""รับสัญญาณจาก Traffy: what a ring at the town's doorbell leads to; only what no other call tells is believed.

A ring names a ticket to read again. The echo of our own change leads to nothing but the knowledge that it arrived.
Words of the reporter (chat) cannot be read otherwise: they are kept as an envelope, once, and given to the problem
by a job, after the ticket itself was read.
"""

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.choices import Channel, DispatchState, OddReason
from cddp.operations.complaints.models import Intake, Report, TraffyOutgoing
from cddp.operations.complaints.queries.traffy import find_account
from cddp.operations.complaints.rules.traffy import Oddity
from cddp.operations.complaints.rules.traffy_signals import (
    Signal,
    SignalKind,
    fingerprint_of_signal,
    read_signal,
)
from cddp.operations.complaints.services.notes import take_answer
from cddp.operations.complaints.services.traffy_polling import list_odd, round_name

BODY_LIMIT_BYTES = 256 * 1024
ECHO_WITHIN = dt.timedelta(days=1)
_SAY_NOTHING_NEW = (SignalKind.STAFF_CHAT, SignalKind.CHAT)


@dataclass(frozen=True)
class Errand:
    """สิ่งที่ต้องทำต่อ: the ticket to read again, and the envelope whose words are to be given to its problem."""

    number: str = ""
    intake_id: UUID | None = None


def knows_key(key: str) -> bool:
    """Tell whether this is the key in the address at which the current town's Traffy rings."""
    account = find_account()
    known = account.webhook_key if account is not None and account.is_active else ""
    return hmac.compare_digest(known.encode(), key.encode()) and bool(known)


def receive_signal(method: str, body: bytes, *, at: dt.datetime) -> Errand:
    """Take one ring at the right door; return what is left to do, nothing for what teaches nothing."""
    signal = read_signal(method, body)
    if not signal.number:
        list_odd(round_name(at), [Oddity(OddReason.STRANGE_SIGNAL, f"{method} {len(body)}")], at=at)
        return Errand()
    if _is_echo(signal, at=at):
        return Errand()
    if signal.is_from_reporter and signal.words:
        intake_id = _keep_words(signal, at=at)
        return Errand(signal.number, intake_id) if intake_id else Errand()
    if signal.kind in _SAY_NOTHING_NEW:
        return Errand()
    return Errand(signal.number)


def _is_echo(signal: Signal, *, at: dt.datetime) -> bool:
    """Tell whether the ring is our own change coming back; it counts once and says that the change arrived.

    A change on whose end the job still waits counts too: the echo may be faster than the answer.
    """
    mark = fingerprint_of_signal(signal)
    if mark is None:
        return False
    ours = TraffyOutgoing.objects.filter(
        report__channel=Channel.TRAFFY,
        report__number=signal.number,
        fingerprint=mark,
        created_at__gte=at - ECHO_WITHIN,
        body__echoed_at__isnull=True,
    )
    row = (
        ours.exclude(state=DispatchState.QUEUED, attempts=0)
        .order_by("id")
        .select_for_update(of=("self",))
        .first()
    )
    if row is None:
        return False
    row.body |= {"echoed_at": at.isoformat(), "awaits_sight": False}
    if row.state != DispatchState.SENT:
        row.state, row.sent_at, row.last_problem = DispatchState.SENT, at, ""
    row.save(update_fields=["body", "state", "sent_at", "last_problem"])
    return True


# ── words of the reporter ─────────────────────────────────────────────────────────────────────────────


def _keep_words(signal: Signal, *, at: dt.datetime) -> UUID | None:
    """Keep the envelope of a chat, less who wrote it; None when it rang before."""
    plain = f"{signal.number}\x00{signal.at}\x00{signal.words}"
    source = signal.message_id or hashlib.sha256(plain.encode()).hexdigest()[:32]
    external_id = f"chat-{source}"
    intake = Intake(
        id=uuid7(),
        channel=Channel.TRAFFY,
        external_id=external_id,
        payload={"ticket_id": signal.number, "event": signal.kind.value, "comment": signal.words},
        received_at=at,
        occurred_at=signal.at,
    )
    Intake.objects.bulk_create([intake], ignore_conflicts=True)
    is_first = Intake.objects.filter(pk=intake.pk).exists()
    return intake.pk if is_first else None


def give_words(intake_id: UUID) -> bool:
    """Give kept words to the problem of their ticket; False when the ticket has no problem yet."""
    intake = Intake.objects.get(pk=intake_id)
    payload: dict[str, Any] = intake.payload
    report = Report.objects.filter(channel=Channel.TRAFFY, number=payload.get("ticket_id", "")).first()
    if report is None or report.need_id is None:
        return False
    if payload.get("comment"):
        at = intake.occurred_at or intake.received_at
        take_answer(report, payload["comment"], at=min(at, intake.received_at), source_id=intake.external_id)
    return True
