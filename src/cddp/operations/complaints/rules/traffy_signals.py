"""อ่านสัญญาณจาก Traffy (webhook): what rings, told apart by the verb and by `event`; and the echo of our own words.

Traffy does not sign what it sends, gives it no number of its own and does not say how often it tries again: a
signal is a doorbell. It says which ticket to read again, never what the ticket holds. The one exception is the
chat, which no other call can read: its words are kept as what they are, words that came in by this door.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from cddp.foundation.values.thai_text import normalise, normalise_line
from cddp.operations.complaints.rules.traffy import key_of_label, read_moment
from cddp.operations.complaints.rules.traffy_exchange import is_ticket_number

WORDS_KEPT = 4000


class SignalKind(Enum):
    """ชนิดสัญญาณ."""

    NEW_ISSUE = "new_issue"
    STATUS = "status"
    CHAT = "chat"
    STAFF_CHAT = "chat_staff_only"
    RATING = "rating"
    COMMENT = "comment"
    STRANGE = "strange"


_TALK = {
    kind.value: kind
    for kind in (SignalKind.CHAT, SignalKind.STAFF_CHAT, SignalKind.RATING, SignalKind.COMMENT)
}


@dataclass(frozen=True)
class Signal:
    """สัญญาณ: `number` is empty when no ticket is named; `message_id` and `sender_org_id` only in talk."""

    kind: SignalKind
    number: str = ""
    label: str = ""
    words: str = ""
    at: dt.datetime | None = None
    message_id: str = ""
    sender_org_id: str = ""

    @property
    def is_from_reporter(self) -> bool:
        """Tell whether the citizen speaks: Traffy names no office then."""
        return self.kind is SignalKind.CHAT and not self.sender_org_id


def read_signal(method: str, body: bytes) -> Signal:
    """Read what came in by POST or PATCH; whatever stands there, a Signal comes out."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return Signal(SignalKind.STRANGE)
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, Mapping):
        return Signal(SignalKind.STRANGE)
    number = _line(found.get("ticket_id"))
    if not is_ticket_number(number):
        return Signal(SignalKind.STRANGE)
    return Signal(
        kind=_kind_of(method, found),
        number=number,
        label=_line(found.get("status"))[:80],
        words=_text(found.get("comment") or found.get("note"))[:WORDS_KEPT],
        at=read_moment(_line(found.get("timestamp"))),
        message_id=_line(found.get("message_comment_id"))[:60],
        sender_org_id=_line(found.get("sender_org_id"))[:20],
    )


def _kind_of(method: str, found: Mapping[str, Any]) -> SignalKind:
    if method.upper() == "PATCH":
        return SignalKind.STATUS
    if "event" in found:
        return _TALK.get(_line(found["event"]), SignalKind.STRANGE)
    return SignalKind.NEW_ISSUE


def _line(value: object) -> str:
    return normalise_line(_storable(value)) if value not in (None, "") else ""


def _text(value: object) -> str:
    return normalise(_storable(value)) if value not in (None, "") else ""


def _storable(value: object) -> str:
    # PostgreSQL holds neither NUL nor half of a surrogate pair.
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


# ── our own words, coming back ────────────────────────────────────────────────────────────────────────


def fingerprint_of_state(number: str, label: str) -> str:
    """Return the mark of "this ticket is now in this state": the same from a poll, a webhook and our own change."""
    return _mark("state", number, key_of_label(label))


def fingerprint_of_words(number: str, words: str) -> str:
    """Return the mark of words written to the reporter of a ticket."""
    return _mark("words", number, normalise_line(words))


def fingerprint_of_forward(number: str, destinations: list[str]) -> str:
    """Return the mark of handing a ticket on to other offices."""
    return _mark("forward", number, ",".join(sorted(destinations)))


def _mark(kind: str, number: str, words: str) -> str:
    return hashlib.sha256("\x00".join((kind, number.strip().upper(), words)).encode()).hexdigest()


def fingerprint_of_signal(signal: Signal) -> str | None:
    """Return the mark under which our own change would be known, or None for what we never send."""
    if signal.kind is SignalKind.STATUS:
        return fingerprint_of_state(signal.number, signal.label)
    if signal.kind in (SignalKind.CHAT, SignalKind.COMMENT) and not signal.is_from_reporter:
        return fingerprint_of_words(signal.number, signal.words)
    return None
