"""คุยกับเซิร์ฟเวอร์ Open311 อื่น: a thin client of GeoReport v2, in XML or JSON.

Each call gives what was asked or raises UnableToTalkToGeoReport, and nothing else. Nothing is retried: a POST that
timed out may have been taken. An answer is read under a limit of size and of time as a whole, a redirect is not
followed, and neither the key nor what was sent stands in an error.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote, urlsplit

import httpx

from cddp.foundation.values.masking import mask_text
from cddp.operations.complaints.choices import GeoReportFault
from cddp.operations.complaints.errors import UnableToTalkToGeoReport
from cddp.operations.complaints.rules.open311 import XML, Attribute, Service, ServiceRequest
from cddp.operations.complaints.rules.open311_answers import (
    attributes_in,
    errors_in,
    read_answer,
    receipt_in,
    requests_in,
    services_in,
)

ANSWER_LIMIT_BYTES: Final = 16 * 2**20
CONNECT_S: Final = 5.0
WHOLE_CALL_S: Final = 30.0
_SAID_SIGNS: Final = 200
_FAULT_OF_CODE: Final = {
    401: GeoReportFault.NOT_ALLOWED,
    403: GeoReportFault.NOT_ALLOWED,
    404: GeoReportFault.NOT_FOUND,
}
Found = TypeVar("Found")


@dataclass(frozen=True)
class Taken:
    """ใบรับของเซิร์ฟเวอร์อื่น: its number, or a token that leads to the number later."""

    service_request_id: str
    token: str = ""


class Open311Client:
    """ผู้คุยกับ Open311: one server. `base_url` is what its discovery names, such as "https://city.example/v2"."""

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str = "",
        jurisdiction: str = "",
        form: str = XML,
        timeout_s: float = WHOLE_CALL_S,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if urlsplit(base_url).scheme not in ("http", "https"):
            raise UnableToTalkToGeoReport(GeoReportFault.UNREACHABLE)
        self._base_url = base_url.rstrip("/")
        self._api_key, self._jurisdiction, self._form, self._timeout_s = (
            api_key,
            jurisdiction,
            form,
            timeout_s,
        )
        limits = httpx.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
        self._http = httpx.Client(timeout=limits, follow_redirects=False, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    # ── what a server offers ──────────────────────────────────────────────────────────────────────────

    def discovery(self) -> Mapping[str, Any]:
        """Return what the server says of itself; "endpoints" is a list."""
        return self._get("discovery", _discovery_in)

    def services(self) -> list[Service]:
        """Return what may be reported."""
        return self._get("services", services_in)

    def attributes(self, service_code: str) -> list[Attribute]:
        """Return what one service asks for besides where and what."""
        return self._get(f"services/{quote(service_code, safe='')}", attributes_in)

    # ── requests ──────────────────────────────────────────────────────────────────────────────────────

    def post_request(
        self,
        service_code: str,
        *,
        lat: float | None = None,
        long: float | None = None,
        attributes: Mapping[str, str | Iterable[str]] | None = None,
        idempotency_key: str = "",
        **fields: str,
    ) -> Taken:
        """File a request. `fields` are those of the specification: address_string, description, phone …"""
        body: dict[str, Any] = {name: text for name, text in fields.items() if text}
        body |= {"service_code": service_code, "api_key": self._api_key} | self._where()
        if lat is not None and long is not None:
            body |= {"lat": f"{lat:.7f}", "long": f"{long:.7f}"}
        for code, said in (attributes or {}).items():
            if isinstance(said, str):
                body[f"attribute[{code}]"] = said
            else:
                body[f"attribute[{code}][]"] = list(said)
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        answer = self._call("POST", "requests", data=body, headers=headers)
        return Taken(*_found(receipt_in(answer), answer))

    def get_request(self, service_request_id: str, *, extensions: bool = False) -> ServiceRequest:
        """Return one request as the server shows it to everybody."""
        path = f"requests/{quote(service_request_id, safe='')}"
        found = self._get(path, requests_in, **({"extensions": "true"} if extensions else {}))
        if not found:
            raise UnableToTalkToGeoReport(GeoReportFault.NOT_FOUND)
        return found[0]

    def list_requests(self, **asked: str) -> list[ServiceRequest]:
        """Return requests; `asked` are the arguments of the specification: status, start_date, service_code …"""
        return self._get("requests", requests_in, **asked)

    def find_number(self, token: str) -> str:
        """Return the number that a token stands for by now, or "" while the server has none yet."""
        answer = self._call("GET", f"tokens/{quote(token, safe='')}", params=self._where())
        return _found(receipt_in(answer), answer)[0]

    # ── the wire ──────────────────────────────────────────────────────────────────────────────────────

    def _where(self) -> dict[str, str]:
        return {"jurisdiction_id": self._jurisdiction} if self._jurisdiction else {}

    def _get(self, path: str, read: Callable[[Any], Found | None], **asked: str) -> Found:
        answer = self._call("GET", path, params={**asked, **self._where()})
        return _found(read(answer), answer)

    def _call(self, method: str, path: str, **content: Any) -> Any:
        code, body = self._bytes(method, f"{self._base_url}/{path}.{self._form}", content)
        answer = read_answer(body, self._form)
        if 200 <= code < 300:
            return answer
        fault = (
            GeoReportFault.SERVER_ERROR if code >= 500 else _FAULT_OF_CODE.get(code, GeoReportFault.REFUSED)
        )
        raise UnableToTalkToGeoReport(fault, self._said(answer))

    def _bytes(self, method: str, url: str, content: Mapping[str, Any]) -> tuple[int, bytes]:
        until, body = time.monotonic() + self._timeout_s, bytearray()
        try:
            with self._http.stream(method, url, **content) as response:
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > ANSWER_LIMIT_BYTES:
                        raise UnableToTalkToGeoReport(GeoReportFault.TOO_LARGE)
                    if time.monotonic() > until:
                        raise UnableToTalkToGeoReport(GeoReportFault.TIMED_OUT)
                return response.status_code, bytes(body)
        # The causes are cut off: they hold the request, and with it the key and what was sent.
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise UnableToTalkToGeoReport(GeoReportFault.UNREACHABLE) from None
        except httpx.TimeoutException:
            raise UnableToTalkToGeoReport(GeoReportFault.TIMED_OUT) from None
        except httpx.HTTPError:
            raise UnableToTalkToGeoReport(GeoReportFault.SERVER_ERROR) from None

    def _said(self, answer: Any) -> str:
        words = errors_in(answer)
        if self._api_key:
            words = words.replace(self._api_key, "…")
        return mask_text(words)[:_SAID_SIGNS]


def _discovery_in(answer: Any) -> Mapping[str, Any] | None:
    if isinstance(answer, Mapping) and isinstance(answer.get("discovery"), Mapping):
        answer = answer["discovery"]
    has_endpoints = isinstance(answer, Mapping) and isinstance(answer.get("endpoints"), list)
    return answer if has_endpoints else None


def _found(read: Found | None, answer: Any) -> Found:
    """Return what was read. An answer of 200 may hold errors all the same."""
    if read is not None:
        return read
    fault = GeoReportFault.REFUSED if errors_in(answer) else GeoReportFault.UNREADABLE
    raise UnableToTalkToGeoReport(fault)
