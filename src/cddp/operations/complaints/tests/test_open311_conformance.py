"""Open311: what we answer, against the schemas that open311.org publishes and the answers of real cities."""

import datetime as dt
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from cddp.operations.complaints.models import Need, Report
from cddp.operations.complaints.tests.needs import NOW, category, tell
from cddp.operations.complaints.tests.open311_calls import (
    API,
    ROOT,
    get,
    make_key,
    post,
    read,
    schema,
    spark,
    typed,
)
from tests.shared import shared_path

SCHEMAS = [
    ("services", "services"),
    ("services/lighting", "service-definition"),
    ("requests", "requests"),
]


@pytest.fixture(autouse=True)
def _town(town):
    category()
    at = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    tell("ไฟดับ <b>ทั้งซอย</b> & มืดมาก 081-234-5678", at=at, phone="0812345678")
    tell("ถนนทรุด", key="road", at=at, east_m=700)
    tell("ขอถามเรื่องภาษี", key="question", at=at, point=None)
    Need.objects.filter(title__startswith="ไฟดับ").update(state="triaged", promised_at=NOW)
    Report.objects.filter(description__startswith="ถนน").update(state="finished", finished_at=at)


def problems_with(value, rules):
    validator = jsonschema_rs.validator_for(rules, validate_formats=True)
    return [str(error) for error in validator.iter_errors(value)]


@pytest.mark.parametrize("fmt", ["json", "xml"])
@pytest.mark.parametrize(("path", "name"), SCHEMAS)
def test_answers_keep_the_published_schemas(client, path, name, fmt):
    rules = schema(name)
    answer = get(client, path, fmt)
    value = read(answer) if fmt == "json" else typed(read(answer), rules)
    assert answer.status_code == 200
    assert len(value) >= 2
    assert problems_with(value, rules) == []


@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_one_request_is_a_list_of_one(client, fmt):
    number = Report.objects.get(category__key="road").number
    rules = schema("requests")
    value = typed(read(get(client, f"requests/{number}", fmt)), rules)
    assert [each["service_request_id"] for each in value] == [number]
    assert problems_with(value, rules) == []


def test_the_schemas_would_notice_a_number_for_an_id_and_a_third_status():
    good = {"service_request_id": "1", "status": "open", "service_code": "a"}
    good |= {"requested_datetime": "2026-01-01T00:00:00+07:00"}
    assert problems_with([good], schema("requests")) == []
    for bad in ({"service_request_id": 1}, {"status": "waiting"}, {"requested_datetime": "2026-01-01"}):
        assert problems_with([good | bad], schema("requests"))


def test_the_schema_would_notice_a_missing_name():
    assert problems_with([{"service_code": "a", "metadata": True, "type": "realtime"}], schema("services"))


@pytest.mark.parametrize(("path", "_name"), SCHEMAS)
def test_xml_and_json_say_the_same(client, path, _name):
    in_json, in_xml = get(client, path, "json"), get(client, path, "xml")
    assert _as_texts(read(in_json)) == _as_texts(read(in_xml))


def _as_texts(value):
    if isinstance(value, list):
        return [_as_texts(each) for each in value]
    if isinstance(value, dict):
        return {name: _as_texts(each) for name, each in value.items()}
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value in (None, []) else str(value)


@pytest.mark.parametrize(
    ("path", "root", "item"),
    [
        ("services", "services", "service"),
        ("services/lighting", "service_definition", None),
        ("requests", "service_requests", "request"),
        ("requests/none", "errors", "error"),
        ("discovery", "discovery", None),
    ],
)
def test_xml_has_the_names_of_the_specification_and_nothing_else(client, path, root, item):
    answer = get(client, path, "xml")
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    tree = ElementTree.fromstring(answer.content)
    assert tree.tag == root
    assert all(not each.attrib and "}" not in each.tag for each in tree.iter())
    if item:
        assert {each.tag for each in tree} == {item}


def test_a_real_city_s_request_has_no_field_that_ours_lack(client):
    real = spark(ElementTree.fromstring(shared_path("data", "open311", "requests_many.xml").read_bytes()))
    assert set(real[0]) <= set(read(get(client, "requests", "xml"))[0])


def test_a_real_city_s_service_has_no_field_that_ours_lack(client):
    real = spark(ElementTree.fromstring(shared_path("data", "open311", "services_giessen.xml").read_bytes()))
    assert set(real[0]) <= set(read(get(client, "services", "xml"))[0])


@pytest.mark.parametrize("fmt", ["json", "xml"])
@pytest.mark.parametrize("root", [ROOT, API])
def test_discovery_names_the_endpoint_and_both_formats(client, root, fmt):
    answer = client.get(f"{root}/discovery.{fmt}")
    found = read(answer)
    assert set(found) == {"changeset", "contact", "key_service", "endpoints"}
    (endpoint,) = found["endpoints"]
    assert endpoint["url"] == f"http://testserver{API}"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["type"] == "test"
    assert client.get(f"{endpoint['url']}/services.{fmt}").status_code == 200


@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_a_post_answers_with_an_id_and_no_token(client, fmt):
    (receipt,) = read(post(client, make_key(), fmt))
    assert set(receipt) == {"service_request_id", "service_notice", "account_id"}
    assert receipt["service_request_id"] in receipt["service_notice"]
    assert receipt["account_id"] is None


@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_a_number_is_the_token_of_itself(client, fmt):
    number = Report.objects.get(category__key="road").number
    assert read(get(client, f"tokens/{number}", fmt)) == [{"service_request_id": number, "token": number}]
    assert get(client, "tokens/none", fmt).status_code == 404
