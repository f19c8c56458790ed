"""Open311 rules: what is written can be read again, whatever it holds; what is asked is read in one way."""

import datetime as dt
import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.operations.complaints.choices import GeoReportProblem as Reasons
from cddp.operations.complaints.rules.open311 import (
    Attribute,
    Document,
    Problem,
    Service,
    ServiceRequest,
    definition_document,
    errors_document,
    requests_document,
    services_document,
    shortened,
    status_notes,
    w3c,
    write,
    write_json,
    write_xml,
)
from cddp.operations.complaints.rules.open311_answers import (
    attributes_in,
    errors_in,
    read_answer,
    requests_in,
    services_in,
)
from cddp.operations.complaints.rules.open311_asking import read_list, read_post

NOW = dt.datetime(2026, 11, 26, 3, 0, tzinfo=dt.UTC)
FORMS = ["xml", "json"]
CONTROL = re.compile("[\x00-\x1f\ufffe\uffff\ud800-\udfff]")
# Blanks at the ends, and signs that XML cannot hold, do not come back.
WORDS = st.text(min_size=1, max_size=40).map(lambda text: CONTROL.sub("", text).strip()).filter(bool)
MAYBE = st.none() | WORDS
MOMENTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
REQUESTS = st.builds(
    ServiceRequest,
    service_request_id=WORDS,
    status=st.sampled_from(["open", "closed"]),
    status_notes=MAYBE,
    service_name=MAYBE,
    service_code=WORDS,
    description=MAYBE,
    agency_responsible=MAYBE,
    service_notice=MAYBE,
    requested_datetime=MOMENTS,
    updated_datetime=st.none() | MOMENTS,
    expected_datetime=st.none() | MOMENTS,
    address=MAYBE,
    address_id=MAYBE,
    zipcode=MAYBE,
    lat=st.none() | st.floats(-90, 90).map(lambda each: round(each, 6) + 0.0),
    long=st.none() | st.floats(-180, 180).map(lambda each: round(each, 6) + 0.0),
    media_url=MAYBE,
    extended_attributes=st.just({}),
)
SERVICES = st.builds(
    Service,
    service_code=WORDS,
    service_name=WORDS,
    description=MAYBE,
    metadata=st.booleans(),
    type=st.just("realtime"),
    keywords=MAYBE,
    group=MAYBE,
)
ATTRIBUTES = st.builds(
    Attribute,
    variable=st.booleans(),
    code=WORDS,
    datatype=st.sampled_from(["string", "singlevaluelist", "multivaluelist"]),
    required=st.booleans(),
    datatype_description=MAYBE,
    order=st.integers(1, 99),
    description=MAYBE,
    values=st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple),
)


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", FORMS)
@given(requests=st.lists(REQUESTS, max_size=4))
def test_requests_come_back_as_they_were_written(form, requests):
    assert requests_in(read_answer(write(requests_document(requests), form), form)) == requests


@pytest.mark.parametrize("form", FORMS)
@given(services=st.lists(SERVICES, max_size=4))
def test_services_come_back_as_they_were_written(form, services):
    assert services_in(read_answer(write(services_document(services), form), form)) == services


@pytest.mark.parametrize("form", FORMS)
@given(attributes=st.lists(ATTRIBUTES, max_size=4))
def test_definitions_come_back_as_they_were_written(form, attributes):
    assert attributes_in(read_answer(write(definition_document("a", attributes), form), form)) == attributes


@given(text=st.text())
def test_any_text_can_be_written_and_read_by_anybody(text):
    document = Document("services", [{"service_code": text + "\ud800\x00\x0b\uffff"}])
    inside_xml = ElementTree.fromstring(write_xml(document))[0][0].text or ""
    inside_json = json.loads(write_json(document))[0]["service_code"]
    assert inside_xml == inside_json
    kept = text.replace("\ufffe", "").replace("\uffff", "")
    assert inside_json == re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", kept)


def test_empty_lists_and_fields_have_their_elements():
    assert write_xml(services_document([])).endswith(b"<services/>")
    assert write_json(services_document([])) == b"[]"
    bare = ServiceRequest(service_request_id="1", status="open", service_code="a", requested_datetime=NOW)
    written = write_xml(requests_document([bare])).decode()
    assert "<status_notes/>" in written
    assert "<lat/>" in written
    assert "extended_attributes" not in written


def test_times_bear_the_offset_of_thailand():
    assert w3c(NOW) == "2026-11-26T10:00:00+07:00"


@pytest.mark.parametrize(
    ("number", "written"), [(99.0075, "99.0075"), (0.0, "0"), (-0.00001, "-0.00001"), (18.0, "18")]
)
def test_numbers_are_written_without_an_exponent(number, written):
    assert f"<lat>{written}</lat>".encode() in write_xml(Document("discovery", {"lat": number}))


@pytest.mark.parametrize("form", FORMS)
def test_errors_are_numbered_and_in_words(form):
    problems = [Problem(Reasons.MISSING, "service_code"), Problem(Reasons.TOO_LONG, "description", 4_000)]
    said = errors_in(read_answer(write(errors_document(problems), form), form))
    assert said == "400 ต้องส่ง service_code · 400 description ยาวเกินกำหนด รับได้ไม่เกิน 4,000 ตัวอักษร"


@pytest.mark.parametrize("reason", list(Reasons))
def test_each_problem_has_words_and_a_status(reason):
    problem = Problem(reason, "lat", 90)
    assert "%" not in problem.words
    assert problem.status in (400, 403, 404, 405, 429)


def test_a_description_is_cut_where_the_specification_ends_it():
    assert shortened("ก" * 4_000) == "ก" * 4_000
    assert len(shortened("ก" * 4_001)) == 4_000


def test_notes_leave_out_what_is_not_known():
    assert status_notes("เสร็จสิ้น") == "เสร็จสิ้น"
    assert status_notes("บรรจุในแผน", words="ปีหน้า", plan_year=2570) == "บรรจุในแผน · 2570 · ปีหน้า"


# ── asking ────────────────────────────────────────────────────────────────────────────────────────────


def asked(**fields):
    found, problems = read_list({name: [value] for name, value in fields.items()}, now=NOW)
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("fields", "since", "until"),
    [
        ({}, "2026-08-28T03:00:00+00:00", "2026-11-26T03:00:00+00:00"),
        ({"start_date": "2026-01-01T00:00:00Z"}, "2026-01-01T00:00:00+00:00", "2026-04-01T00:00:00+00:00"),
        ({"end_date": "2026-01-01T00:00:00Z"}, "2025-10-03T00:00:00+00:00", "2026-01-01T00:00:00+00:00"),
        ({"start_date": "2026-11-01"}, "2026-10-31T17:00:00+00:00", "2026-11-26T03:00:00+00:00"),
        (
            {"start_date": "2026-01-01", "end_date": "2026-01-01"},
            "2025-12-31T17:00:00+00:00",
            "2026-01-01T16:59:59.999999+00:00",
        ),
        (
            {"start_date": "2026-01-01T00:00:00 07:00", "end_date": "2026-01-02T00:00"},
            "2025-12-31T17:00:00+00:00",
            "2026-01-01T17:00:00+00:00",
        ),
    ],
)
def test_spans_of_time(fields, since, until):
    found = asked(**fields)
    assert found.since == dt.datetime.fromisoformat(since)
    assert found.until == dt.datetime.fromisoformat(until)


def test_numbers_make_dates_indifferent():
    assert asked(service_request_id="a,b, a,,", start_date="nonsense").numbers == ("a", "b")


def test_the_deepest_page():
    assert asked(page="100", page_size="1000").first_row == 99_000
    assert read_list({"page": ["101"], "page_size": ["1000"]}, now=NOW)[1] == [
        Problem(Reasons.TOO_DEEP, "", 100_000)
    ]


FIELDS = st.dictionaries(
    st.sampled_from(["start_date", "end_date", "status", "page", "page_size", "service_code", "lat", "long", "email",
                     "service_request_id", "media_url", "description", "attribute[need_id]", "attribute[x][]"])
    | st.text(max_size=9),
    st.lists(st.text(max_size=30) | st.sampled_from(["18.5", "99", "2026-01-01", "open", "1"]), max_size=3),
)  # fmt: skip


@given(fields=FIELDS)
def test_whatever_is_asked_there_is_an_answer_or_a_problem(fields):
    found, problems = read_list(fields, now=NOW)
    assert (found is None) == bool(problems)
    posted, problems = read_post(fields)
    assert (posted is None) == bool(problems)
    assert all(problem.words for problem in problems)


def test_what_a_client_is_known_by_is_not_in_the_envelope():
    fields = {
        "service_code": "road",
        "address_string": "ตลาด",
        "phone": "0812345678",
        "device_id": "d",
        "email": "a@b.c",
    }
    posted, _none = read_post({name: [value] for name, value in fields.items()})
    assert posted.names_its_sender
    assert posted.envelope == {"service_code": "road", "address_string": "ตลาด"}
    assert "0812345678" in posted.whole
