"""อ่านคำตอบและสัญญาณของ Traffy: what the exchange API answers and what its webhooks say, as plain values.

Source: the documentation that NECTEC publishes for the exchange API, and what it admits of its own server: failures
come with HTTP 200, success is "success" or 200, a PHP warning may stand before the JSON, times are those of
Bangkok without an offset, lists come as objects when PHP left a gap in them. A ticket of whatever answer becomes a
row that `rules.traffy.read_ticket` reads; there is no second reader.
"""

import datetime as dt
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cddp.foundation.values.masking import mask_text
from cddp.foundation.values.thai_text import normalise_line
from cddp.operations.complaints.choices import OddReason, ReportState, TraffyFault
from cddp.operations.complaints.rules.traffy import STATE_OF_LABEL, Oddity, key_of_label, read_moment

LIST_LIMIT = 5000
_BRACES_TRIED = 40
_SHOWN = 200
_MESSAGE_KEPT = 250
_ENVELOPE = frozenset({"status", "results", "message"})
_TICKET_NUMBER = re.compile(r"(?:\d{4}-)?[A-Z0-9]{6}")

# Their own words, from the documentation, with what they mean. The first that stands in the message counts.
_MEANING_OF_MESSAGE = (
    ("invalid user or pass", TraffyFault.WRONG_PASSWORD),
    ("token has expired", TraffyFault.TOKEN_REFUSED),
    ("หมดอายุ", TraffyFault.TOKEN_REFUSED),
    ("invalid token", TraffyFault.TOKEN_REFUSED),
    ("running out of api usage quota", TraffyFault.QUOTA_USED_UP),
    ("permission", TraffyFault.NOT_ALLOWED),
    ("ไม่มีสิทธิ์", TraffyFault.NOT_ALLOWED),
    ("file not found", TraffyFault.FILE_NOT_FOUND),
    ("not found", TraffyFault.NO_SUCH_TICKET),
    ("ไม่พบ", TraffyFault.NO_SUCH_TICKET),
)
_ALMOST_USED_UP = "almost running out"

# ── answers ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Answer:
    """คำตอบ: the envelope, opened. `fault` is None when Traffy did what was asked; `message` is masked."""

    fault: TraffyFault | None
    message: str = ""
    results: Any = None
    count: int | None = None
    credit_balance: int | None = None
    says_credit: bool = False
    quota_limit: int | None = None
    permissions: tuple[str, ...] = ()
    oddities: tuple[Oddity, ...] = ()


@dataclass(frozen=True)
class Token:
    """รหัสเข้าใช้: `words` never stands in a log; `until` is aware."""

    words: str
    until: dt.datetime

    def __repr__(self) -> str:
        return f"Token(until={self.until:%Y-%m-%d %H:%M})"


def read_answer(body: bytes) -> Answer:
    """Open the body of an answer; whatever stands there, an Answer comes out."""
    text = body.decode("utf-8-sig", "replace").strip()
    envelope, noise = _find_envelope(text)
    if envelope is None:
        return Answer(_fault_of_text(text))
    message = str(envelope.get("message") or "")
    odd = [Oddity(OddReason.NOISY_ANSWER, mask_text(_plain(noise))[:_SHOWN])] if noise else []
    if _ALMOST_USED_UP in message.lower():
        odd.append(Oddity(OddReason.QUOTA_LOW, mask_text(message)[:_SHOWN]))
    return Answer(
        fault=_fault_of(envelope, message),
        message=mask_text(message)[:_MESSAGE_KEPT],
        results=envelope.get("results"),
        count=_whole(envelope.get("count")),
        credit_balance=_credit(envelope.get("credit_balance")),
        says_credit="credit_balance" in envelope,
        quota_limit=_whole(envelope.get("quota_limit")),
        permissions=_words(envelope.get("permissions")),
        oddities=tuple(odd),
    )


def _find_envelope(text: str) -> tuple[dict[str, Any] | None, str]:
    """Return the object of the answer and what stands before it (PHP writes its warnings there)."""
    decoder = json.JSONDecoder()
    place = text.find("{")
    for _attempt in range(_BRACES_TRIED):
        if place < 0:
            break
        try:
            found, _end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and _ENVELOPE & found.keys():
            return found, text[:place].strip()
        place = text.find("{", place + 1)
    return None, ""


def _fault_of_text(text: str) -> TraffyFault:
    missing = "file not found" in text[:_SHOWN].lower()
    return TraffyFault.FILE_NOT_FOUND if missing else TraffyFault.NOT_JSON


def _fault_of(envelope: Mapping[str, Any], message: str) -> TraffyFault | None:
    status = str(envelope.get("status", "")).strip().lower()
    if status in ("success", "200", "ok", "true", "warning"):
        return None
    if not status:
        # Some older answers have no status; a list is a list all the same.
        return None if envelope.get("results") else TraffyFault.WRONG_SHAPE
    lowered = message.lower()
    if _ALMOST_USED_UP in lowered:
        return None
    return next((fault for words, fault in _MEANING_OF_MESSAGE if words in lowered), TraffyFault.REFUSED)


def _plain(noise: str) -> str:
    return normalise_line(re.sub(r"<[^<>]{0,100}>", " ", noise))


def _whole(value: object) -> int | None:
    try:
        return int(float(str(value)))
    except (ValueError, OverflowError):
        return None


def _credit(value: object) -> int | None:
    """Return the calls left this month; None when they are not counted (null, or −1 in an older text)."""
    credit = _whole(value)
    return None if credit is None or credit < 0 else credit


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def list_in(answer: Answer) -> list[Any] | None:
    """Return the list of an answer, or None when it holds none. PHP makes an object of a list with a gap."""
    results = answer.results
    if isinstance(results, list):
        return results
    if isinstance(results, dict) and all(key.isdigit() for key in results):
        return list(results.values())
    return [] if results is None and answer.count == 0 else None


def one_in(answer: Answer) -> dict[str, Any] | None:
    """Return the one object of an answer, which may stand in a list of one; None when there is none."""
    results = answer.results
    if isinstance(results, list):
        results = results[0] if results else None
    return results if isinstance(results, dict) and results else None


def read_token(answer: Answer, *, now: dt.datetime) -> Token | None:
    """Read what get-auth answered. A token whose end cannot be read is good for an hour."""
    found = one_in(answer) or {}
    words = str(found.get("token") or "").strip()
    if not words:
        return None
    until = read_moment(str(found.get("expire_timestamp") or "").strip())
    return Token(words, until or now + dt.timedelta(hours=1))


# ── one ticket, with its timeline ─────────────────────────────────────────────────────────────────────

_OF_BOTH = (
    "ticket_id", "type", "organization", "description", "photo", "latitude", "longitude", "address",
    "subdistrict", "district", "province", "timestamp", "confirmed", "star", "count_reopen", "last_activity",
)  # fmt: skip


def row_of_issue(issue: Mapping[str, Any], *, org_ids: Collection[str]) -> dict[str, Any]:
    """Return a ticket as get-issue tells it (v1 or v2), as the row that get-issues would give.

    The list has one status, the single answer one for each office: the ticket's own counts, then that of our office.
    What only the timeline knows (pictures and words of the staff) is taken from there.
    """
    steps = [step for step in _objects(issue.get("timeline")) if step.get("org_id") not in (None, "")]
    row = {name: issue.get(name) for name in _OF_BOTH}
    row["status"] = _status_of(issue, steps, org_ids)
    row["photo_after"] = issue.get("photo_after") or _pictures_of(steps)
    row["note"] = next((step["note"] for step in reversed(steps) if step.get("note")), None)
    return row


def _objects(value: object) -> list[Mapping[str, Any]]:
    found = [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
    return sorted(found, key=lambda each: str(each.get("timestamp") or ""))


def _status_of(issue: Mapping[str, Any], steps: list[Mapping[str, Any]], org_ids: Collection[str]) -> object:
    own = [each for each in _objects(issue.get("orgs")) if str(each.get("org_id")) in org_ids]
    told = [issue.get("status_th_latest"), issue.get("status")]
    told += [each.get("status") for each in own]
    told += [each.get("status") for each in reversed(steps)]
    return next((words for words in (*told, issue.get("status_type")) if words), None)


def _pictures_of(steps: list[Mapping[str, Any]]) -> list[str]:
    """Return the pictures of the last step that closed the ticket, if one did."""
    for step in reversed(steps):
        if _meaning(step.get("status")) is ReportState.FINISHED and step.get("photo"):
            photo = step["photo"]
            return [str(each) for each in photo] if isinstance(photo, list) else [str(photo)]
    return []


def _meaning(label: object) -> ReportState | None:
    return STATE_OF_LABEL.get(key_of_label(str(label or "")))


def is_own_issue(issue: Mapping[str, Any], number: str, *, org_ids: Collection[str]) -> bool:
    """Tell whether a single answer is about this ticket, and one of our offices has a part in it.

    Whoever knows the address of our doorbell could ring for tickets of other towns.
    """
    if str(issue.get("ticket_id") or "") != number:
        return False
    offices = {str(each.get("org_id")) for each in _objects(issue.get("orgs"))}
    return not offices or not offices.isdisjoint(org_ids)


def is_ticket_number(text: str) -> bool:
    """Tell whether it has one of the two forms of a number, "2022-KLUE7M" or six letters."""
    return bool(_TICKET_NUMBER.fullmatch(text))
