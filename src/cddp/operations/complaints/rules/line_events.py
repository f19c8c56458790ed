"""อ่านเหตุการณ์จาก LINE: one delivery of the webhook as plain values; whatever comes, nothing breaks.

Source: LINE's webhook definition, version 3. Read only what was signed. Unknown types, missing sources, people
without an id, no events at all (the console's "verify" button) are all in order.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LATEST_MS: Final = 4_102_444_800_000  # the year 2100
_ID_CHARACTERS: Final = 100


class EventKind(Enum):
    """ชนิดของเหตุการณ์: what a person did, as far as a complaint is concerned."""

    TEXT = "text"
    PHOTO = "photo"
    PLACE = "place"
    OTHER_MEDIA = "other_media"
    TAP = "tap"
    EDIT = "edit"
    UNSEND = "unsend"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    INVITED = "invited"
    UNKNOWN = "unknown"


@dataclass(frozen=True, repr=False)
class ChatEvent:
    """เหตุการณ์หนึ่ง: `payload` is the event as it came, made fit for the database; its text is in no `repr`."""

    event_id: str
    kind: EventKind
    at_ms: int
    source: str = ""
    user_id: str = ""
    is_standby: bool = False
    is_redelivery: bool = False
    reply_token: str = ""
    message_id: str = ""
    text: str = ""
    tap: str = ""
    lat: float | None = None
    lng: float | None = None
    address: str = ""
    title: str = ""
    set_id: str = ""
    set_index: int | None = None
    set_total: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        return f"<{self.kind.value} {self.event_id} at {self.at_ms}>"

    @property
    def is_private(self) -> bool:
        """Tell whether one known person wrote to the account alone; groups and rooms are none of our business."""
        return self.source == "user" and bool(self.user_id)

    @property
    def place_in_talk(self) -> tuple[int, str]:
        """Return what events are sorted by; the id decides between two of the same millisecond."""
        return (self.at_ms, self.event_id)


@dataclass(frozen=True)
class Delivery:
    """การส่งหนึ่งครั้งของ LINE: `is_readable` is False when the body is no delivery at all."""

    destination: str = ""
    events: tuple[ChatEvent, ...] = ()
    is_readable: bool = True


def read_events(raw_body: bytes) -> Delivery:
    """Read one signed body. Never raises."""
    try:
        told = json.loads(raw_body, parse_constant=lambda _name: None)
        if not isinstance(told, dict) or not isinstance(told.get("events", []), list):
            return Delivery(is_readable=False)
        listed = [each for each in told.get("events", []) if isinstance(each, dict)]
        events = tuple(_read_event(_storable(each)) for each in listed)
    except (ValueError, RecursionError):
        return Delivery(is_readable=False)
    return Delivery(_text(told.get("destination"))[:_ID_CHARACTERS], events)


def event_of(stored: Mapping[str, Any], *, event_id: str) -> ChatEvent:
    """Read an event again that was kept, under the id it was kept by."""
    return replace(_read_event(stored), event_id=event_id)


def kept_part(event: ChatEvent) -> dict[str, Any]:
    """Return what is kept of an event: not who sent it, and nothing of what is said in groups and rooms."""
    kept = {name: value for name, value in event.payload.items() if name != "source"}
    if not event.is_private:
        kept = {name: kept[name] for name in ("type", "timestamp", "mode", "replyToken") if name in kept}
    return kept | {"source": {"type": event.source}}


def bare_part(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stays of a message that was taken back: that it was there and of what kind, none of its content."""
    message = _object(stored.get("message"))
    bare = {name: message[name] for name in ("id", "type", "imageSet", "contentProvider") if name in message}
    return {name: value for name, value in stored.items() if name != "message"} | {"message": bare}


def _read_event(event: Mapping[str, Any]) -> ChatEvent:
    source, context = _object(event.get("source")), _object(event.get("deliveryContext"))
    message = _object(event.get("message"))
    image_set = _object(message.get("imageSet"))
    unsent = _object(event.get("unsend"))
    lat, lng = _number(message.get("latitude")), _number(message.get("longitude"))
    return ChatEvent(
        event_id=_event_id(event),
        kind=_kind(event, message),
        at_ms=_moment(event.get("timestamp")),
        source=_text(source.get("type")),
        user_id=_text(source.get("userId"))[:_ID_CHARACTERS],
        is_standby=event.get("mode") == "standby",
        is_redelivery=context.get("isRedelivery") is True,
        reply_token=_text(event.get("replyToken")),
        message_id=_text(message.get("id") or unsent.get("messageId"))[:_ID_CHARACTERS],
        text=_text(message.get("text")),
        tap=_text(_object(event.get("postback")).get("data")),
        lat=lat if lng is not None else None,
        lng=lng if lat is not None else None,
        address=_text(message.get("address")),
        title=_text(message.get("title")),
        set_id=_text(image_set.get("id")),
        set_index=_whole(image_set.get("index")),
        set_total=_whole(image_set.get("total")),
        payload=event,
    )


_KINDS: Final = {
    "postback": EventKind.TAP,
    "unsend": EventKind.UNSEND,
    "follow": EventKind.FOLLOW,
    "unfollow": EventKind.UNFOLLOW,
    "join": EventKind.INVITED,
}
_MESSAGE_KINDS: Final = {
    "text": EventKind.TEXT,
    "image": EventKind.PHOTO,
    "location": EventKind.PLACE,
    "sticker": EventKind.OTHER_MEDIA,
    "video": EventKind.OTHER_MEDIA,
    "audio": EventKind.OTHER_MEDIA,
    "file": EventKind.OTHER_MEDIA,
}


def _kind(event: Mapping[str, Any], message: Mapping[str, Any]) -> EventKind:
    kind = _text(event.get("type"))
    if kind == "messageEdited":
        return EventKind.EDIT if message.get("type") == "text" else EventKind.UNKNOWN
    if kind != "message":
        return _KINDS.get(kind, EventKind.UNKNOWN)
    found = _MESSAGE_KINDS.get(_text(message.get("type")), EventKind.UNKNOWN)
    if found is EventKind.PHOTO and _object(message.get("contentProvider")).get("type", "line") != "line":
        # It lies on somebody else's server, and we fetch nothing from addresses that people hand us.
        return EventKind.OTHER_MEDIA
    return found


def _event_id(event: Mapping[str, Any]) -> str:
    """Return LINE's id; where there is none, one made of the content, so that a repetition is recognised."""
    given = _text(event.get("webhookEventId"))
    if given and len(given) <= _ID_CHARACTERS:
        return given
    lasting = {name: value for name, value in event.items() if name not in ("deliveryContext", "replyToken")}
    plain = json.dumps(lasting, sort_keys=True, ensure_ascii=False)
    return f"hash-{hashlib.sha256(plain.encode()).hexdigest()[:40]}"


def _storable(value: Any) -> Any:
    """Return the value without what PostgreSQL cannot hold: NUL, halves of surrogate pairs, endless numbers."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {_UNSTORABLE.sub("", name): _storable(each) for name, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list) else value


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1000 < value < 1000:
        return None
    return float(value)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000 else None


def _moment(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(min(max(value, 0), _LATEST_MS))
