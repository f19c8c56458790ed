"""Open311 GeoReport v2 อ่านคำตอบ: what other servers answer, XML or JSON, as the structures of `rules.open311`.

Real servers differ: numbers where the schemas want texts, "true" in quotes, a list wrapped in an object, attributes
and blanks in the XML. What cannot be read in a field is taken as not said; what is no answer at all is None.
XML may not bring a document type: with it come entities that grow without end or read other files.
"""

import datetime as dt
import json
import math
from collections.abc import Mapping
from typing import Any, Final
from xml.parsers import expat

from cddp.foundation.values.thai_text import normalise_line
from cddp.operations.complaints.rules.open311 import (
    CLOSED,
    ITEMS,
    OPEN,
    XML,
    Attribute,
    Service,
    ServiceRequest,
)

DEEPEST: Final = 12
MOST_ELEMENTS: Final = 500_000
_TEXTS: Final = (
    "status_notes", "service_name", "description", "agency_responsible", "service_notice", "address", "address_id",
    "zipcode", "media_url",
)  # fmt: skip


def read_answer(body: bytes, form: str) -> Any:
    """Return the body as lists, objects and texts, as the JSON mapping has them; None when it cannot be read."""
    return _read_xml(body) if form == XML else _read_json(body)


def services_in(answer: Any) -> list[Service] | None:
    """Return the services of an answer, or None when it is none."""
    rows = _rows(answer, "services")
    return None if rows is None else [_service(row) for row in rows if _said(row, "service_code")]


def requests_in(answer: Any) -> list[ServiceRequest] | None:
    """Return the service requests of an answer, or None when it is none."""
    rows = _rows(answer, "service_requests")
    return None if rows is None else [_request(row) for row in rows if _said(row, "service_request_id")]


def attributes_in(answer: Any) -> list[Attribute] | None:
    """Return what a service asks for, or None when the answer is no definition."""
    if isinstance(answer, Mapping) and isinstance(answer.get("service_definition"), Mapping):
        answer = answer["service_definition"]
    if not isinstance(answer, Mapping) or not _said(answer, "service_code"):
        return None
    rows = _rows(answer.get("attributes") or [], "attributes") or []
    return [_attribute(row) for row in rows if _said(row, "code")]


def receipt_in(answer: Any) -> tuple[str, str] | None:
    """Return (service_request_id, token) of the answer to a POST: one of them is ""; None when both are."""
    rows = _rows(answer, "service_requests") or []
    for row in rows:
        number, token = _said(row, "service_request_id"), _said(row, "token")
        if number or token:
            return number, token
    return None


def errors_in(answer: Any) -> str:
    """Return what a server says is wrong, in one line, or ""."""
    rows = _rows(answer, "errors") or []
    words = (f"{_said(row, 'code')} {_said(row, 'description')}".strip() for row in rows)
    return normalise_line(" · ".join(word for word in words if word))


# ── forms ─────────────────────────────────────────────────────────────────────────────────────────────


def _read_json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


class _Refused(Exception):
    """The XML brings what we do not read."""


class _Reading:
    """การอ่าน XML: builds the JSON mapping while the parser runs; stops at a document type, at depth and at size."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self._open: list[tuple[str, list[tuple[str, Any]], list[str]]] = []
        self._count = 0
        self.found: Any = None

    def read(self, body: bytes) -> Any:
        self.parser.Parse(body, True)
        return self.found

    def _refuse(self, *_declared: object) -> None:
        raise _Refused

    def _start(self, name: str, _attributes: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEEPEST or self._count > MOST_ELEMENTS:
            raise _Refused
        self._open.append((name.rpartition(":")[2], [], []))

    def _words(self, words: str) -> None:
        self._open[-1][2].append(words)

    def _end(self, _name: str) -> None:
        name, inner, words = self._open.pop()
        value = _value_of(name, inner, "".join(words).strip())
        if self._open:
            self._open[-1][1].append((name, value))
        else:
            self.found = value


def _value_of(name: str, inner: list[tuple[str, Any]], words: str) -> Any:
    if name in ITEMS:
        return [value for _item, value in inner]
    return dict(inner) if inner else words or None


def _read_xml(body: bytes) -> Any:
    try:
        return _Reading().read(body)
    except (expat.ExpatError, _Refused, ValueError, LookupError):
        return None


# ── fields ────────────────────────────────────────────────────────────────────────────────────────────


def _rows(answer: Any, root: str) -> list[Mapping[str, Any]] | None:
    """Return the objects of a list, also of one that lies in an object under its own name or its item's."""
    if isinstance(answer, Mapping):
        answer = answer.get(root, answer.get(ITEMS[root]))
        answer = [answer] if isinstance(answer, Mapping) else answer
    return [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list) else None


def _said(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _number(row: Mapping[str, Any], name: str) -> float | None:
    try:
        number = float(_said(row, name))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _moment(row: Mapping[str, Any], name: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(_said(row, name))
    except ValueError:
        return None
    # Without an offset nobody knows when that was.
    return moment if moment.tzinfo is not None else None


def _service(row: Mapping[str, Any]) -> Service:
    return Service(
        service_code=_said(row, "service_code"),
        service_name=_said(row, "service_name"),
        description=_said(row, "description") or None,
        metadata=_said(row, "metadata").lower() == "true",
        type=_said(row, "type") or "realtime",
        keywords=_said(row, "keywords") or None,
        group=_said(row, "group") or None,
    )


def _attribute(row: Mapping[str, Any]) -> Attribute:
    values = _rows(row.get("values") or [], "values") or []
    return Attribute(
        variable=_said(row, "variable").lower() != "false",
        code=_said(row, "code"),
        datatype=_said(row, "datatype") or "string",
        required=_said(row, "required").lower() == "true",
        datatype_description=_said(row, "datatype_description") or None,
        order=int(_number(row, "order") or 1),
        description=_said(row, "description") or None,
        values=tuple((_said(each, "key"), _said(each, "name")) for each in values),
    )


def _request(row: Mapping[str, Any]) -> ServiceRequest:
    extended = row.get("extended_attributes")
    return ServiceRequest(
        service_request_id=_said(row, "service_request_id"),
        status=CLOSED if _said(row, "status").lower() == CLOSED else OPEN,
        service_code=_said(row, "service_code"),
        requested_datetime=_moment(row, "requested_datetime"),
        updated_datetime=_moment(row, "updated_datetime"),
        expected_datetime=_moment(row, "expected_datetime"),
        lat=_number(row, "lat"),
        long=_number(row, "long"),
        extended_attributes=dict(extended) if isinstance(extended, Mapping) else {},
        **{name: _said(row, name) or None for name in _TEXTS},
    )
