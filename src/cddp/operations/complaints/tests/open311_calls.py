"""ผู้เรียก Open311 ของการทดสอบ: keys, calls, and a reader of our XML that knows only the published schemas."""

import datetime as dt
import json
from typing import Any
from xml.etree import ElementTree

from django.utils import timezone

from cddp.foundation.accounts.tokens import make_token
from cddp.foundation.tenancy.current import required_municipality_id, town_context
from cddp.operations.complaints.rules.open311 import ITEMS
from tests.shared import shared_path
from tests.towns import make_user

ROOT = "/open311/test-town"
API = f"{ROOT}/v2"
PLACE = {"lat": "18.580300", "long": "99.007500"}
POST = {"service_code": "lighting", "description": "ไฟทางดับหน้าวัดป่าสัก มืดมาก", **PLACE}
FORM = "application/x-www-form-urlencoded"


def make_key(*roles: str, permissions: tuple[str, ...] = ("complaints.file",), days: int = 30) -> str:
    """Return a key of a member of the current town."""
    member = make_user("partner", *(roles or ("officer",))).membership
    _token, written = make_token(
        member, name="แอปพันธมิตร", permissions=permissions, at=timezone.now(), life=dt.timedelta(days=days)
    )
    return written


def post(client, key: str = "", fmt: str = "json", *, headers: dict[str, str] | None = None, **fields: Any):
    """File a request as a program does; a field of None is left out."""
    sent = {name: value for name, value in (POST | fields).items() if value is not None}
    return client.post(f"{API}/requests.{fmt}", {"api_key": key} | sent, headers=headers or {})


def get(client, path: str, fmt: str = "json", **asked: str):
    return client.get(f"{API}/{path}.{fmt}", asked)


def read(answer) -> Any:
    """Return an answer as the JSON mapping, of whichever format it is."""
    if answer["Content-Type"].startswith("application/json"):
        return json.loads(answer.content)
    return spark(ElementTree.fromstring(answer.content))


def codes(answer) -> list[int]:
    """Return the codes of an answer of errors."""
    return [int(each["code"]) for each in read(answer)]


def in_town(run):
    """Run in the name of the test's town again: a request ends in no town's name."""
    with town_context(required_municipality_id()):
        return run()


# ── the published schemas ─────────────────────────────────────────────────────────────────────────────


def schema(name: str) -> dict[str, Any]:
    """Return a published schema with what it refers to put in place."""
    found = json.loads(shared_path("data", "open311", f"schema_{name}.json").read_text(encoding="utf-8"))
    reference = found.get("items", {}).get("$ref", "").removesuffix(".json")
    return {**found, "items": schema(reference)} if reference else found


def spark(element: ElementTree.Element) -> Any:
    """Turn XML into the JSON mapping by its structure alone: containers of like elements are arrays."""
    if element.tag in ITEMS:
        assert {each.tag for each in element} <= {ITEMS[element.tag]}, element.tag
        return [spark(each) for each in element]
    if len(element):
        names = [each.tag for each in element]
        assert len(names) == len(set(names)), element.tag
        return {each.tag: spark(each) for each in element}
    return element.text


def typed(value: Any, rules: dict[str, Any]) -> Any:
    """Read the texts of XML as the types that the schema names: XML itself knows none."""
    if isinstance(value, list):
        return [typed(each, rules.get("items", {})) for each in value]
    if isinstance(value, dict):
        return {name: typed(each, rules.get("properties", {}).get(name, {})) for name, each in value.items()}
    kinds = {each.get("type") for each in rules.get("anyOf", [rules])}
    if value is None:
        return None if "null" in kinds or not kinds & {"string"} else ""
    if "boolean" in kinds:
        return {"true": True, "false": False}[value]
    if "integer" in kinds:
        return int(value)
    return float(value) if "number" in kinds else value
