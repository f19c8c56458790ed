"""Open311 GeoReport v2 เขียนออก: one plain structure, written as XML and as JSON.

Source: GeoReport v2 and Service Discovery of open311.org (both frozen), and the JSON Schemas published beside them:
ids and codes are texts, times are W3C datetimes with an offset, JSON is the "Spark" mapping of the XML (a container
of like elements is an array). The samples of the specification show bare numbers for ids; the schemas count.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.complaints.choices import GeoReportProblem as Problems

XML: Final = "xml"
JSON: Final = "json"
CONTENT_TYPES: Final = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
MIME_TYPES: Final = ("text/xml", "application/json")
SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
# Moves on when services or what they ask for are described anew, so that clients read them again.
CHANGESET: Final = "2026-10-01T00:00:00+07:00"

OPEN, CLOSED = "open", "closed"
LONGEST_DESCRIPTION: Final = 4_000
# The attributes that every service of ours takes; both may be left out.
TOLD_BEFORE, NEED_ID = "told_before", "need_id"
YES, NO = "yes", "no"

# What XML calls the items of each container. In JSON they are the items of an array, without a name.
ITEMS: Final = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
# Signs that XML 1.0 cannot hold, not even escaped. JSON could, but who reads both should read the same.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CARRIAGE_RETURN = {"\r": "&#13;"}


@dataclass(frozen=True)
class Document:
    """คำตอบหนึ่งฉบับ: a tree of plain values; `root` is the name of its outermost element in XML."""

    root: str
    body: Mapping[str, Any] | Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Problem:
    """สิ่งที่ผิดหนึ่งอย่าง: why a call cannot be answered, about which field, and what would be."""

    reason: Problems
    field: str = ""
    limit: int = 0

    @property
    def status(self) -> int:
        """Return the HTTP status that the specification gives to it."""
        return _STATUS.get(self.reason, 400)

    @property
    def words(self) -> str:
        return str(self.reason.label) % {"field": self.field, "limit": f"{self.limit:,}"}


_STATUS: Final = {
    Problems.NO_KEY: 403,
    Problems.KEY_IN_ADDRESS: 403,
    Problems.BAD_KEY: 403,
    Problems.TOO_MANY: 429,
    Problems.WRONG_METHOD: 405,
    Problems.UNKNOWN_FORMAT: 404,
    Problems.UNKNOWN_TOWN: 404,
    Problems.UNKNOWN_SERVICE: 404,
    Problems.UNKNOWN_REQUEST: 404,
    Problems.UNKNOWN_TOKEN: 404,
}


@dataclass(frozen=True, kw_only=True)
class Service:
    """บริการ: a category under which something may be reported. The order of the fields is the specification's."""

    service_code: str
    service_name: str
    description: str | None = None
    metadata: bool = True
    type: str = "realtime"
    keywords: str | None = None
    group: str | None = None


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """คำถามเพิ่มเติม: one more thing a service asks for."""

    variable: bool = True
    code: str
    datatype: str = "string"
    required: bool = False
    datatype_description: str | None = None
    order: int = 1
    description: str | None = None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ServiceRequest:
    """คำขอบริการ: one report as the whole world may see it. The order of the fields is the specification's."""

    service_request_id: str
    status: str
    status_notes: str | None = None
    service_name: str | None = None
    service_code: str
    description: str | None = None
    agency_responsible: str | None = None
    service_notice: str | None = None
    requested_datetime: dt.datetime | None
    updated_datetime: dt.datetime | None = None
    expected_datetime: dt.datetime | None = None
    address: str | None = None
    address_id: str | None = None
    zipcode: str | None = None
    lat: float | None = None
    long: float | None = None
    media_url: str | None = None
    extended_attributes: Mapping[str, Any] = field(default_factory=dict)


# ── documents ─────────────────────────────────────────────────────────────────────────────────────────


def services_document(services: Iterable[Service]) -> Document:
    """Return the list of services."""
    return Document("services", [vars(each) for each in services])


def definition_document(service_code: str, attributes: Iterable[Attribute]) -> Document:
    """Return what one service asks for besides where and what."""
    asked = [
        vars(each) | {"values": [{"key": key, "name": name} for key, name in each.values]}
        for each in attributes
    ]
    return Document("service_definition", {"service_code": service_code, "attributes": asked})


def requests_document(requests: Iterable[ServiceRequest]) -> Document:
    """Return service requests; a single one is a list of one. An empty extension is left out."""
    return Document("service_requests", [_without_empty_extension(vars(each)) for each in requests])


def receipt_document(number: str, notice: str) -> Document:
    """Return the answer to a POST: the id at once, so never a token."""
    receipt = {"service_request_id": number, "service_notice": notice, "account_id": None}
    return Document("service_requests", [receipt])


def token_document(number: str, token: str) -> Document:
    """Return the id that a token stands for."""
    return Document("service_requests", [{"service_request_id": number, "token": token}])


def discovery_document(*, contact: str, key_service: str, url: str, is_test: bool) -> Document:
    """Return where the service stands and in which formats it speaks."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": url,
        "changeset": CHANGESET,
        "type": "test" if is_test else "production",
        "formats": list(MIME_TYPES),
    }
    words = {"changeset": CHANGESET, "contact": contact, "key_service": key_service}
    return Document("discovery", words | {"endpoints": [endpoint]})


def errors_document(problems: Iterable[Problem]) -> Document:
    """Return one error for each problem."""
    return Document("errors", [{"code": each.status, "description": each.words} for each in problems])


def refusal_document(status: int, words: str) -> Document:
    """Return one error in words of another part of the program."""
    return Document("errors", [{"code": status, "description": words}])


def _without_empty_extension(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if fields["extended_attributes"]:
        return fields
    return {name: value for name, value in fields.items() if name != "extended_attributes"}


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────


def status_notes(state: str, *, words: str = "", agency: str = "", plan_year: int | None = None) -> str:
    """Return the honest end in one line: what became of it, whose it is, why, or in which year's plan."""
    parts = [state, agency, str(plan_year or ""), words]
    return " · ".join(part for part in parts if part)


def shortened(text: str) -> str:
    """Return a text no longer than the specification lets a description be."""
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1]}…"


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────


def write(document: Document, form: str) -> bytes:
    """Return the document as UTF-8 in one of the two formats."""
    return write_xml(document) if form == XML else write_json(document)


def write_json(document: Document) -> bytes:
    """Return the Spark mapping: the root has no name, containers are arrays, nothing is left out for being empty."""
    return json.dumps(_plain(document.body), ensure_ascii=False, separators=(",", ":")).encode()


def write_xml(document: Document) -> bytes:
    """Return XML without namespace, schema or attributes, as the specification asks."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _element(parts, document.root, document.body)
    return "".join(parts).encode()


def w3c(moment: dt.datetime) -> str:
    """Return a moment as "2026-11-26T10:00:00+07:00"."""
    return moment.astimezone(BANGKOK).isoformat(timespec="seconds")


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _FORBIDDEN.sub("", value)
    if isinstance(value, dt.datetime):
        return w3c(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _element(parts: list[str], name: str, value: Any) -> None:
    if value in (None, "", []):
        parts.append(f"<{name}/>")
        return
    parts.append(f"<{name}>")
    if isinstance(value, Mapping):
        for inner, each in value.items():
            _element(parts, inner, each)
    elif isinstance(value, list | tuple):
        for each in value:
            _element(parts, ITEMS[name], each)
    else:
        parts.append(_text(value))
    parts.append(f"</{name}>")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return w3c(value)
    if isinstance(value, float):
        return f"{value:.7f}".rstrip("0").rstrip(".")
    return escape(_FORBIDDEN.sub("", str(value)), _CARRIAGE_RETURN)
