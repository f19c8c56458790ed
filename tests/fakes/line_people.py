"""คนที่คุยกับเทศบาลทาง LINE: people who write events as LINE does, and the post that delivers them badly."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Any

from tests.fakes.line import FakeLine

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
START_MS = 1_795_680_000_000  # 26 November 2026
Event = dict[str, Any]


def ulid(at_ms: int, rnd: Random) -> str:
    """Return an id of the form LINE uses: ten signs of time, sixteen of chance."""
    number = (at_ms << 80) | rnd.getrandbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


@dataclass
class Person:
    """One friend of the official account. Every method returns the event(s) LINE would send."""

    rnd: Random
    line: FakeLine | None = None
    at_ms: int = START_MS
    mode: str = "active"
    user_id: str = ""
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.user_id = self.user_id or "U" + self.rnd.randbytes(16).hex()

    def text(self, words: str) -> Event:
        return self._message({"type": "text", "text": words, "quoteToken": "q"})

    def photo(self, content: bytes = b"", content_type: str = "image/jpeg", **image_set: Any) -> Event:
        message: dict[str, Any] = {"type": "image", "contentProvider": {"type": "line"}, "quoteToken": "q"}
        if image_set:
            message["imageSet"] = image_set
        event = self._message(message)
        if self.line is not None:
            self.line.contents[event["message"]["id"]] = (content or b"\xff\xd8\xff\xe0jpeg", content_type)
        return event

    def photos(self, contents: Sequence[bytes], *, with_index: bool = True) -> list[Event]:
        """Several at once: separate events of one moment, one set."""
        name, total, at_ms = self.rnd.randbytes(10).hex().upper(), len(contents), self.at_ms + 900
        made = []
        for number, content in enumerate(contents, start=1):
            self.at_ms = at_ms - 900
            index = {"index": number} if with_index else {}
            made.append(self.photo(content, id=name, total=total, **index))
        return made

    def location(
        self, lat: float, lng: float, address: str = "ถนนสันกลาง ต.บ้านกลาง", title: str = ""
    ) -> Event:
        where = {"type": "location", "address": address, "latitude": lat, "longitude": lng}
        return self._message(where | ({"title": title} if title else {}))

    def sticker(self) -> Event:
        return self._message(
            {
                "type": "sticker",
                "packageId": "1",
                "stickerId": "2",
                "stickerResourceType": "STATIC",
                "quoteToken": "q",
            }
        )

    def other(self, kind: str) -> Event:
        """Send a video, audio or file."""
        return self._message({"type": kind, "contentProvider": {"type": "line"}, "quoteToken": "q"})

    def tap(self, data: str) -> Event:
        return self._event("postback", postback={"data": data})

    def follow(self, *, again: bool = False) -> Event:
        return self._event("follow", follow={"isUnblocked": again})

    def unfollow(self) -> Event:
        return self._event("unfollow", has_token=False)

    def unsend(self, event: Event) -> Event:
        return self._event("unsend", has_token=False, unsend={"messageId": event["message"]["id"]})

    def edit(self, event: Event, words: str) -> Event:
        return self._event("messageEdited", message=event["message"] | {"text": words})

    def odd(self, kind: str, **content: Any) -> Event:
        return self._event(kind, **content)

    def _message(self, message: dict[str, Any]) -> Event:
        number = str(self.rnd.randrange(10**17, 10**18))
        return self._event("message", message={"id": number, **message})

    def _event(self, kind: str, *, has_token: bool = True, **content: Any) -> Event:
        self.at_ms += 900
        event = {
            "type": kind,
            "mode": self.mode,
            "timestamp": self.at_ms,
            "source": {"type": "user", "userId": self.user_id},
            "webhookEventId": ulid(self.at_ms, self.rnd),
            "deliveryContext": {"isRedelivery": False},
            **content,
        }
        if has_token:
            event["replyToken"] = self.rnd.randbytes(16).hex()
            if self.line is not None:
                self.line.give_token(event["replyToken"], self.user_id)
        self.events.append(event)
        return event


def again(event: Event) -> Event:
    """Return the event as LINE delivers it once more."""
    return event | {"deliveryContext": {"isRedelivery": True}}


def body_of(events: Iterable[Event], destination: str = "U" + "d" * 32) -> bytes:
    """Return one delivery; Thai as LINE writes it, not escaped."""
    return json.dumps({"destination": destination, "events": list(events)}, ensure_ascii=False).encode()


def sign(secret: str, raw: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), raw, sha256).digest()).decode()


def deliver(client: Any, url: str, line: FakeLine, events: Iterable[Event]) -> Any:
    """Post one signed delivery with Django's test client; return its answer."""
    raw = body_of(events, line.destination)
    return client.post(
        url,
        raw,
        content_type="application/json",
        headers={"x-line-signature": sign(line.channel_secret, raw)},
    )


def badly_delivered(
    conversations: Iterable[Sequence[Event]], rnd: Random, *, again_share: float = 0.1, most_at_once: int = 4
) -> list[list[Event]]:
    """Return deliveries as a bad day makes them: shuffled within and across talks, a share of events twice,
    one to four events together."""
    post = [event for talk in conversations for event in talk]
    post += [again(event) for event in rnd.sample(post, round(len(post) * again_share))]
    rnd.shuffle(post)
    deliveries = []
    while post:
        size = rnd.randint(1, most_at_once)
        deliveries.append(post[:size])
        post = post[size:]
    return deliveries
