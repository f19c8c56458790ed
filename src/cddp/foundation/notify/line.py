"""LINE Messaging API: the few calls we need, over HTTP, each with an outcome out of a closed set.

Source: LINE's reference of the Messaging API (status codes, retry keys, error messages). LINE's own library is
left out: importing it costs seconds. `httpx` is imported by the first call only: 0.3 s, which no web process
and no command that never speaks to LINE should pay.

Tokens, user ids and texts go into requests and never into an outcome, an exception or a log.
"""

from __future__ import annotations

import base64
import hmac
import re
import time
from dataclasses import dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from cddp.foundation.notify.errors import UnableToAskLine
from cddp.foundation.values.masking import mask_text

if TYPE_CHECKING:
    import httpx

MESSAGES_PER_CALL: Final = 5
CONTENT_LIMIT_BYTES: Final = 30 * 1024 * 1024
CONNECT_S: Final = 3.0
ANSWER_S: Final = 8.0
CONTENT_S: Final = 40.0
_IN_MEMORY_BYTES: Final = 2 * 1024 * 1024
_LINE_ID = re.compile(r"\b[UCR][0-9a-f]{8,32}\b")
_REASON_CHARACTERS: Final = 160


class Outcome(Enum):
    """ผลการส่ง: what became of a request. Only RATE_LIMITED and UNREACHABLE are worth another attempt."""

    ACCEPTED = "accepted"
    ALREADY_ACCEPTED = "already_accepted"
    RATE_LIMITED = "rate_limited"
    MONTHLY_LIMIT = "monthly_limit"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Answer:
    """คำตอบของ LINE: `reason` is short, for staff and logs, and names no person."""

    outcome: Outcome
    status: int = 0
    reason: str = ""
    retry_after_s: int | None = None

    @property
    def is_accepted(self) -> bool:
        return self.outcome in (Outcome.ACCEPTED, Outcome.ALREADY_ACCEPTED)

    @property
    def may_try_again(self) -> bool:
        return self.outcome in (Outcome.RATE_LIMITED, Outcome.UNREACHABLE)


@dataclass(frozen=True)
class Content:
    """เนื้อหาที่ผู้ใช้ส่ง: a whole file, rewound; `content_type` is what LINE claims, to be judged by its bytes."""

    stream: IO[bytes]
    content_type: str
    size_bytes: int


def verify_signature(secret: str, raw_body: bytes, header: str | None) -> bool:
    """Tell whether LINE signed exactly these bytes with the channel's secret; takes the same time for any answer."""
    expected = base64.b64encode(hmac.new(secret.encode(), raw_body, sha256).digest())
    # An empty secret would let everybody sign.
    return hmac.compare_digest(expected, (header or "").encode("utf-8", "replace")) and bool(secret)


class LineClient:
    """ผู้ติดต่อ LINE ในนามของบัญชีหนึ่ง: made for each use; connections are shared and kept open."""

    def __init__(self, access_token: str) -> None:
        self._authorization = {"Authorization": f"Bearer {access_token}"}

    def reply(self, reply_token: str, messages: list[dict[str, Any]]) -> Answer:
        """Answer an event within its minute; free of charge, good for one time."""
        body = {"replyToken": reply_token, "messages": messages[:MESSAGES_PER_CALL]}
        return self._send("/v2/bot/message/reply", body)

    def push(self, to: str, messages: list[dict[str, Any]], retry_key: UUID) -> Answer:
        """Send of our own accord; counts against the month. The same key again (for 24 hours) sends nothing twice."""
        body = {"to": to, "messages": messages[:MESSAGES_PER_CALL]}
        return self._send("/v2/bot/message/push", body, {"X-Line-Retry-Key": str(retry_key)})

    def start_loading(self, user_id: str, seconds: int = 10) -> Answer:
        """Show the dots of somebody who is writing, until the next message or for so many seconds."""
        whole = min(max(seconds // 5 * 5, 5), 60)
        return self._send("/v2/bot/chat/loading/start", {"chatId": user_id, "loadingSeconds": whole})

    def get_quota(self) -> int | None:
        """Return how many pushes this month allows, None for no limit. Raises UnableToAskLine."""
        told = self._ask("/v2/bot/message/quota")
        return _count(told.get("value")) if told.get("type") == "limited" else None

    def get_consumption(self) -> int:
        """Return how many pushes this month has used by LINE's own count. Raises UnableToAskLine."""
        return _count(self._ask("/v2/bot/message/quota/consumption").get("totalUsage"))

    def get_bot_user_id(self) -> str:
        """Return the id by which LINE calls the account itself (`destination`). Raises UnableToAskLine."""
        return str(self._ask("/v2/bot/info").get("userId", ""))

    def fetch_content(self, message_id: str, *, limit_bytes: int = CONTENT_LIMIT_BYTES) -> Content:
        """Fetch what a person sent. Raises UnableToAskLine: "too_large", "gone" (unsent, or kept no longer), …"""
        import httpx

        address = f"{settings.LINE_DATA_URL}/v2/bot/message/{quote(message_id, safe='')}/content"
        try:
            with _connections().stream("GET", address, headers=self._authorization) as response:
                if response.status_code != HTTPStatus.OK:
                    response.read()
                    raise _refusal(_judge(response))
                stream, size = _read_within(response, limit_bytes)
                return Content(stream, response.headers.get("content-type", ""), size)
        except httpx.HTTPError as failure:
            raise _refusal(_unreachable(failure)) from None

    def _send(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
        import httpx

        try:
            response = _connections().post(
                settings.LINE_API_URL + path, json=body, headers=self._authorization | (headers or {})
            )
        except httpx.HTTPError as failure:
            return _unreachable(failure)
        return _judge(response)

    def _ask(self, path: str) -> dict[str, Any]:
        import httpx

        try:
            response = _connections().get(settings.LINE_API_URL + path, headers=self._authorization)
        except httpx.HTTPError as failure:
            raise _refusal(_unreachable(failure)) from None
        answer = _judge(response)
        if not answer.is_accepted:
            raise _refusal(answer)
        return _object_in(response)


@cache
def _connections() -> httpx.Client:
    import httpx

    return httpx.Client(timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S), follow_redirects=False)


def _judge(response: httpx.Response) -> Answer:
    """Read LINE's answer. Beware: one 409 is a success, and 429 means two things."""
    status = response.status_code
    if response.is_success:
        return Answer(Outcome.ACCEPTED, status)
    if status == HTTPStatus.CONFLICT and "x-line-accepted-request-id" in response.headers:
        return Answer(Outcome.ALREADY_ACCEPTED, status)
    reason = _reason_in(response)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        if "monthly limit" in reason.lower():
            return Answer(Outcome.MONTHLY_LIMIT, status, reason)
        return Answer(Outcome.RATE_LIMITED, status, reason, _retry_after(response))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return Answer(Outcome.UNREACHABLE, status, reason, _retry_after(response))
    return Answer(Outcome.REFUSED, status, reason)


def _unreachable(failure: Exception) -> Answer:
    # The kind of failure only: its text may quote the address, and with it a message's number.
    return Answer(Outcome.UNREACHABLE, 0, type(failure).__name__)


def _reason_in(response: httpx.Response) -> str:
    told = _object_in(response)
    message = str(told.get("message", ""))
    details = told.get("details")
    where = (
        [str(each.get("property", "")) for each in details if isinstance(each, dict)]
        if isinstance(details, list)
        else []
    )
    words = " ".join([str(response.status_code), message, *where]).strip()
    return mask_text(_LINE_ID.sub("…", words))[:_REASON_CHARACTERS]


def _object_in(response: httpx.Response) -> dict[str, Any]:
    try:
        told = response.json()
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _retry_after(response: httpx.Response) -> int | None:
    written = response.headers.get("retry-after", "")
    return min(int(written), 3600) if written.isascii() and written.isdigit() else None


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _read_within(response: httpx.Response, limit_bytes: int) -> tuple[IO[bytes], int]:
    """Read piece by piece; refuse as soon as the limit, or the time a file may take, is passed."""
    # The caller closes it.
    stream = cast(IO[bytes], SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))  # noqa: SIM115
    until = time.monotonic() + CONTENT_S
    size = 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > limit_bytes:
            stream.close()
            raise UnableToAskLine(
                _("ไฟล์ใหญ่เกิน %(limit)s เมกะไบต์") % {"limit": limit_bytes // 2**20}, code="too_large"
            )
        if time.monotonic() > until:
            stream.close()
            raise _refusal(Answer(Outcome.UNREACHABLE, 0, "ContentTimeout"))
        stream.write(piece)
    stream.seek(0)
    return stream, size


def _refusal(answer: Answer) -> UnableToAskLine:
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return UnableToAskLine(_("LINE ไม่มีข้อมูลนี้แล้ว"), code="gone", answer=answer)
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return UnableToAskLine(
            _("LINE ไม่ยอมรับรหัสของบัญชีนี้ ตรวจ Channel access token แล้วบันทึกใหม่"), code="refused", answer=answer
        )
    if answer.outcome in (Outcome.RATE_LIMITED, Outcome.MONTHLY_LIMIT):
        return UnableToAskLine(_("LINE ขอให้รอสักครู่ แล้วลองอีกครั้ง"), code="rate_limited", answer=answer)
    if answer.outcome is Outcome.REFUSED:
        return UnableToAskLine(_("LINE ไม่รับคำขอนี้"), code="refused", answer=answer)
    return UnableToAskLine(_("ติดต่อ LINE ไม่ได้ในขณะนี้ โปรดลองอีกครั้ง"), code="unreachable", answer=answer)
