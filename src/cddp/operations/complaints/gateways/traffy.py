"""คุยกับ Traffy Fondue Exchange API: a thin client; each call gives what was asked or one fault of a closed set.

Nothing here retries but the sign-in, once, when the token is refused in the middle: jobs and polls try again by
themselves, later. The password, the token and the password of a new ticket stand in no log and in no error.
"""

import base64
import datetime as dt
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

import httpx
from django.conf import settings

from cddp.operations.complaints.choices import OddReason, TraffyFault
from cddp.operations.complaints.errors import UnableToTalkToTraffy
from cddp.operations.complaints.gateways.files import RawRow, as_rows
from cddp.operations.complaints.rules.traffy import Oddity
from cddp.operations.complaints.rules.traffy_exchange import (
    LIST_LIMIT,
    Answer,
    Token,
    list_in,
    one_in,
    read_answer,
    read_token,
)
from cddp.operations.complaints.rules.traffy_quota import Meter, resets_at
from cddp.operations.complaints.rules.traffy_writing import TraffyStatus, read_statuses

ANSWER_LIMIT_BYTES = 64 * 2**20
CONNECT_S = 5.0
# A token about to end is not begun with.
TOKEN_MARGIN = dt.timedelta(minutes=1)
INVITE, FORWARD = 1, 2
_FAULT_OF_CODE = {
    401: TraffyFault.TOKEN_REFUSED,
    403: TraffyFault.NOT_ALLOWED,
    404: TraffyFault.FILE_NOT_FOUND,
    413: TraffyFault.REFUSED,
    429: TraffyFault.TOO_MANY,
}
# What an answer without words of its own amounts to; the HTTP code then says more.
_INEXACT = (TraffyFault.NOT_JSON, TraffyFault.WRONG_SHAPE, TraffyFault.REFUSED)


@dataclass(frozen=True)
class Listing:
    """รายการเรื่องที่ได้: rows as they came, and what was odd about the answer as a whole."""

    rows: list[RawRow]
    oddities: tuple[Oddity, ...] = ()


class TraffyClient:
    """ผู้คุยกับ Traffy: one account, for the length of one job. `token` and `meter` are to be kept afterwards.

    `now` is the moment of the job. Raises UnableToTalkToTraffy from each call, and nothing else.
    """

    def __init__(
        self,
        *,
        user: str,
        password: str,
        org_ids: Sequence[str],
        now: dt.datetime,
        token: Token | None = None,
        meter: Meter | None = None,
        timeout_s: float | None = None,
    ) -> None:
        self._user, self._password, self._now = user, password, now
        self._timeout_s = timeout_s or settings.TRAFFY_TIMEOUT_S
        self._http = httpx.Client(timeout=httpx.Timeout(self._timeout_s, connect=CONNECT_S))
        self.org_ids = tuple(org_ids)
        self.token = token
        self.meter = meter or Meter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────

    def sign_in(self) -> None:
        """Get a token. Answers of get-auth hold it as an object or, in older servers, in a list of one."""
        answer = self._once("POST", "get-auth/v1", json={"user": self._user, "pass": self._password})
        token = read_token(answer, now=self._now)
        if token is None:
            raise UnableToTalkToTraffy(TraffyFault.WRONG_SHAPE)
        self.token = token

    def list_issues(self, duration: str = "today") -> Listing:
        """Return the tickets of the account's offices that moved in "today" (one day), "3days" or "all"."""
        answer = self._signed("GET", "get-issues/v2", params={**self._offices(), "duration": duration})
        rows = self._list(answer)
        odd = list(answer.oddities)
        if len(rows) >= LIST_LIMIT or (answer.count or 0) > len(rows):
            odd.append(Oddity(OddReason.CUT_ANSWER, f"{len(rows)} / {answer.count or LIST_LIMIT}"))
        return Listing(list(as_rows(rows)), tuple(odd))

    def get_issue(self, number: str) -> tuple[dict[str, Any], tuple[Oddity, ...]]:
        """Return one ticket with its offices and its timeline, and what was odd about the answer."""
        answer = self._signed("GET", "get-issue/v2", params={"ticket_id": number})
        issue = one_in(answer)
        if issue is None:
            raise UnableToTalkToTraffy(TraffyFault.NO_SUCH_TICKET)
        return issue, answer.oddities

    def list_statuses(self, org_id: str) -> tuple[TraffyStatus, ...]:
        """Return the statuses that one office uses."""
        return read_statuses(self._list(self._signed("GET", "get-status-list/v2", params={"org_id": org_id})))

    def list_types(self, org_id: str) -> list[dict[str, Any]]:
        """Return the kinds of tickets that one office takes, as they came."""
        rows = self._list(self._signed("GET", "get-type-list/v2", params={"org_id": org_id}))
        return [row for row in rows if isinstance(row, dict) and row.get("type")]

    # ── writing ───────────────────────────────────────────────────────────────────────────────────────

    def update_issue(
        self,
        number: str,
        *,
        issue_status_id: int | None = None,
        org_status_id: int | None = None,
        state_name: str = "",
        note: str,
        photos: Iterable[bytes] = (),
    ) -> None:
        """Move a ticket, with the words that go with it and pictures as JPEG. The answer does not say the state.

        The office's own status is named by `org_status_id`, a central one by `issue_status_id`, or either by name.
        """
        body: dict[str, Any] = {"ticket_id": number, "note": note}
        if org_status_id is not None:
            body["org_status_id"] = org_status_id
        elif issue_status_id is not None:
            body["issue_status_id"] = issue_status_id
        else:
            body["state_name"] = state_name
        pictures = [base64.b64encode(photo).decode() for photo in photos]
        if pictures:
            body["photo_base64"] = pictures
        self._signed("PATCH", "update-issue/v1", json=body)

    def comment(self, number: str, words: str, *, kind: str = "chat") -> None:
        """Write to the reporter ("chat") or among staff ("chat_staff_only")."""
        self._signed("POST", "comment/v1", json={"ticket_id": number, "comment": words, "comment_type": kind})

    def join_forward(
        self, number: str, destinations: Sequence[str], *, scenario: int = FORWARD, note: str = ""
    ) -> None:
        """Invite other offices (1), or hand the ticket on to them (2)."""
        body = {
            "ticket_id": number,
            "origin_group": int(self.org_ids[0]),
            "destination_group": [int(each) for each in destinations],
            "scenario": scenario,
            "note": note,
        }
        self._signed("POST", "join-forward/v1", json=body)

    def new_issue(self, *, description: str, latitude: float, longitude: float, **more: Any) -> str:
        """File a ticket; return its number. The password that Traffy makes for it is not read."""
        body = {"description": description, "latitude": latitude, "longitude": longitude, **more}
        answer = self._signed("POST", "new-issue/v1", json={**self._offices(), **body})
        number = str((one_in(answer) or {}).get("ticket_id") or "")
        if not number:
            raise UnableToTalkToTraffy(TraffyFault.WRONG_SHAPE)
        return number

    # ── the wire ──────────────────────────────────────────────────────────────────────────────────────

    def _offices(self) -> dict[str, str]:
        # Without it a PHP warning stands before the JSON.
        return {"org_id": ",".join(self.org_ids)}

    def _list(self, answer: Answer) -> list[Any]:
        rows = list_in(answer)
        if rows is None:
            raise UnableToTalkToTraffy(TraffyFault.WRONG_SHAPE)
        return rows

    def _signed(self, method: str, path: str, **content: Any) -> Answer:
        """Call with the token; when it is refused, sign in once more and try once more."""
        if self.token is None or self.token.until <= self._now + TOKEN_MARGIN:
            self.sign_in()
        try:
            return self._with_token(method, path, content)
        except UnableToTalkToTraffy as refusal:
            if refusal.fault is not TraffyFault.TOKEN_REFUSED:
                raise
        self.sign_in()
        return self._with_token(method, path, content)

    def _with_token(self, method: str, path: str, content: Mapping[str, Any]) -> Answer:
        words = self.token.words if self.token else ""
        return self._once(method, path, headers={"Authorization": f"Bearer {words}"}, **content)

    def _once(self, method: str, path: str, **content: Any) -> Answer:
        if self.meter.is_exhausted(self._now):
            raise UnableToTalkToTraffy(TraffyFault.QUOTA_USED_UP)
        self.meter = replace(self.meter, calls=self.meter.calls + 1)
        code, body = self._bytes(method, path, content)
        if code >= 500:
            raise UnableToTalkToTraffy(TraffyFault.SERVER_ERROR)
        answer = read_answer(body)
        self._count(answer)
        fault = _fault_of(answer.fault, code)
        if fault is not None:
            raise UnableToTalkToTraffy(fault, self._without_secrets(answer.message))
        return answer

    def _bytes(self, method: str, path: str, content: Mapping[str, Any]) -> tuple[int, bytes]:
        """Return the code and the body, read under a limit of size and of time as a whole."""
        until = time.monotonic() + self._timeout_s
        body = bytearray()
        try:
            with self._http.stream(method, f"{settings.TRAFFY_API_URL}/{path}", **content) as response:
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > ANSWER_LIMIT_BYTES:
                        raise UnableToTalkToTraffy(TraffyFault.TOO_LARGE)
                    if time.monotonic() > until:
                        raise UnableToTalkToTraffy(TraffyFault.TIMED_OUT)
                return response.status_code, bytes(body)
        # The causes are cut off: they hold the request, and with it what was sent.
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
            raise UnableToTalkToTraffy(TraffyFault.UNREACHABLE) from None
        except httpx.TimeoutException:
            raise UnableToTalkToTraffy(TraffyFault.TIMED_OUT) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise UnableToTalkToTraffy(TraffyFault.SERVER_ERROR) from None

    def _count(self, answer: Answer) -> None:
        """Keep what the answer says about the quota; an exhausted one stands until the 1st."""
        if answer.says_credit:
            self.meter = replace(self.meter, credit=answer.credit_balance)
        if answer.quota_limit is not None:
            self.meter = replace(self.meter, limit=answer.quota_limit)
        if answer.fault is TraffyFault.QUOTA_USED_UP:
            self.meter = replace(self.meter, credit=0, exhausted_until=resets_at(self._now))
        elif answer.fault is None and self.meter.exhausted_until is not None:
            self.meter = replace(self.meter, exhausted_until=None)

    def _without_secrets(self, words: str) -> str:
        for secret in (self._password, self.token.words if self.token else ""):
            if secret:
                words = words.replace(secret, "…")
        return words


def _fault_of(said: TraffyFault | None, code: int) -> TraffyFault | None:
    """Return what went wrong: what the words say exactly, else what the HTTP code says."""
    if code < 300 or said not in (None, *_INEXACT):
        return said
    return _FAULT_OF_CODE.get(code, said or TraffyFault.NOT_JSON)
