"""ทดสอบ Open311 ไปกลับ: file reports at a running town as another program would, and read them again.

    OPEN311_KEY=cddp-… python3 docs/how-to/open311_round_trip.py http://localhost:8000/open311/ban-klang/v2

Needs nothing but Python. Asks everything in XML and in JSON, compares the two field by field, files one report in
each format (twice, as a client does that got no answer), reads them by number and in the list, and tries what must
be refused. Prints a line for each step and ends with 1 when one is wrong. The reports it files stay.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import datetime
from xml.etree import ElementTree

FORMATS = ("xml", "json")
CONTENT_TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
TIMEOUT_S = 20
# What is shown to all is rounded to about 55 metres.
NEAR_DEGREES = 0.0005


class Wrong(Exception):
    """A step that did not give what it should."""


def main() -> int:
    """Run all steps; return the exit code."""
    key = os.environ.get("OPEN311_KEY", "")
    if len(sys.argv) != 2 or not key:
        print(__doc__)
        return 2
    town = Town(sys.argv[1].rstrip("/"), key)
    try:
        for step in (town.discover, town.list_services, town.file_and_read, town.be_refused):
            step()
    except Wrong as wrong:
        print(f"✗ {wrong}")
        return 1
    print("ไปกลับครบทุกขั้น · the round trip is complete")
    return 0


class Town:
    """เทศบาลที่ทดสอบด้วย: its address, our key, and what we learned of it so far."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key
        self.service_code = ""

    def discover(self) -> None:
        """Find the endpoint in the discovery document, in both formats."""
        found = self.in_both("discovery")
        endpoints = [each for each in found["endpoints"] if "GeoReport_v2" in each["specification"]]
        check(bool(endpoints), "discovery names no GeoReport v2 endpoint")
        check(
            set(endpoints[0]["formats"]) == {"text/xml", "application/json"}, "discovery names both formats"
        )
        say(f"discovery: {endpoints[0]['url']} ({endpoints[0]['type']})")

    def list_services(self) -> None:
        """Read the services and what the first of them asks for."""
        services = self.in_both("services")
        check(bool(services), "the town offers no service")
        check(all(isinstance(each["service_code"], str) for each in services), "codes are texts")
        self.service_code = services[0]["service_code"]
        definition = self.in_both(f"services/{self.service_code}")
        check(definition["service_code"] == self.service_code, "the definition is of the service")
        say(f"services: {len(services)}, {self.service_code} asks for {len(definition['attributes'])} more")

    def file_and_read(self) -> None:
        """File in each format, twice; read by number, by list and by status."""
        for form in FORMATS:
            name, sent = uuid.uuid4().hex, self.report()
            number = self.file(form, sent, name)
            check(self.file(form, sent, name) == number, "the same call again is the same report")
            (shown,) = self.in_both(f"requests/{number}")
            check(shown["service_request_id"] == number, "the number leads to the report")
            check(shown["status"] == "open", "a new report is open")
            check(shown["service_code"] == self.service_code, "the service is the one we named")
            for axis in ("lat", "long"):
                far = abs(float(shown[axis]) - float(sent[axis]))
                check(far <= NEAR_DEGREES, f"{axis} is near where we said")
            check(
                datetime.fromisoformat(shown["requested_datetime"]).tzinfo is not None, "times bear an offset"
            )
            listed = self.in_both("requests", service_code=self.service_code, status="open", page_size="50")
            check(number in [each["service_request_id"] for each in listed], "the list holds it")
            check(
                self.in_both(f"tokens/{number}")[0]["service_request_id"] == number, "its token leads to it"
            )
            say(f"requests.{form}: {number} filed once, found in both formats")

    def be_refused(self) -> None:
        """Try what must not work: no key, no place, no such number, no such format."""
        for form in FORMATS:
            for code, fields in ((403, {"api_key": "wrong"}), (400, {"lat": "", "long": ""})):
                status, errors = self.post(form, self.report() | fields)
                check(status == code, f"{code} expected, {status} came")
                check(
                    all(int(each["code"]) == code and each["description"] for each in errors),
                    "errors are told",
                )
            status, errors = self.get(form, "requests/no-such-number")
            check((status, int(errors[0]["code"])) == (404, 404), "an unknown number is 404")
        check(self.get("xml", "services", ending="csv")[0] == 404, "an unknown format is 404")
        say("refusals: 403, 400 and 404, in both formats")

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────

    def report(self) -> dict[str, str]:
        words = f"ทดสอบการเชื่อมต่อ Open311 <{uuid.uuid4().hex[:6]}> & ขอให้ปิดเรื่องนี้ได้เลย"
        place = {"lat": "18.580300", "long": "99.007500"}
        return {"api_key": self.key, "service_code": self.service_code, "description": words, **place}

    def file(self, form: str, fields: dict[str, str], name: str) -> str:
        status, receipts = self.post(form, fields, name)
        check(status == 200, f"filing gave {status}: {receipts}")
        return str(receipts[0]["service_request_id"])

    def post(self, form: str, fields: dict[str, str], name: str = ""):
        body = urllib.parse.urlencode(fields).encode()
        return self.call(f"{self.url}/requests.{form}", form, body, name)

    def get(self, form: str, path: str, *, ending: str = "", **asked: str):
        query = f"?{urllib.parse.urlencode(asked)}" if asked else ""
        return self.call(f"{self.url}/{path}.{ending or form}{query}", form)

    def call(self, url: str, form: str, body: bytes | None = None, name: str = ""):
        headers = {"Idempotency-Key": name} if name else {}
        try:
            with urllib.request.urlopen(  # noqa: S310 - the operator names the address
                urllib.request.Request(url, body, headers),  # noqa: S310
                timeout=TIMEOUT_S,
            ) as answer:
                status, kind, content = answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as refusal:
            status, kind, content = refusal.code, refusal.headers["Content-Type"], refusal.read()
        except OSError as trouble:
            raise Wrong(f"{url}: {trouble}") from None
        check(kind == CONTENT_TYPES[form], f"{url} answers as {kind}")
        return status, read(content, form)

    def in_both(self, path: str, **asked: str):
        """Return the answer in JSON after seeing that the XML says the same."""
        found = {form: self.get(form, path, **asked) for form in FORMATS}
        for status, _value in found.values():
            check(status == 200, f"{path} gave {status}")
        check(as_texts(found["xml"][1]) == as_texts(found["json"][1]), f"{path}: XML and JSON differ")
        return found["json"][1]


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────


def read(content: bytes, form: str):
    """Return the JSON mapping of an answer in either format."""
    if form == "json":
        return json.loads(content.decode("utf-8"))
    check(content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>'), "XML begins with its declaration")
    check(b"<!DOCTYPE" not in content, "XML brings no document type")
    return spark(ElementTree.fromstring(content))  # noqa: S314 - without a document type there are no entities


def spark(element: ElementTree.Element):
    """Turn XML into the JSON mapping: containers of like elements are arrays."""
    if element.tag in ITEMS:
        check({each.tag for each in element} <= {ITEMS[element.tag]}, f"strange items in {element.tag}")
        return [spark(each) for each in element]
    return {each.tag: spark(each) for each in element} if len(element) else element.text


def as_texts(value):
    """Return a value as XML knows it: texts only, and nothing for what is empty."""
    if isinstance(value, list):
        return [as_texts(each) for each in value]
    if isinstance(value, dict):
        return {name: as_texts(each) for name, each in value.items()}
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def check(good: bool, words: str) -> None:
    """Stop unless it is so."""
    if not good:
        raise Wrong(words)


def say(words: str) -> None:
    print(f"✓ {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
