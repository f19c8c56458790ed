"""Open311 ไปกลับ: our client and a stranger's script against the whole program, and our client against bad servers."""

import datetime as dt
import os
import subprocess
import sys
import traceback

import httpx
import pytest

from cddp.operations.complaints.choices import GeoReportFault
from cddp.operations.complaints.errors import UnableToTalkToGeoReport
from cddp.operations.complaints.gateways import open311 as wire
from cddp.operations.complaints.gateways.open311 import Open311Client, Taken
from cddp.operations.complaints.models import Report
from cddp.operations.complaints.tests.needs import category
from cddp.operations.complaints.tests.open311_calls import API, in_town, make_key
from cddp.operations.complaints.tests.open311_serving import serving
from tests.shared import REPOSITORY

SCRIPT = REPOSITORY / "docs" / "how-to" / "open311_round_trip.py"
FORMS = ["xml", "json"]
KEY = "cddp-5183-secret-secret-secret-secret-secret"


@pytest.fixture
def key(town):
    category()
    return make_key()


def reach(url: str, form: str = "xml", **more) -> Open311Client:
    return Open311Client(f"{url}{API}", form=form, jurisdiction="test-town", **more)


# ── there and back ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", FORMS)
def test_our_client_files_at_our_server_and_reads_it_again(key, form):
    with serving() as url, reach(url, form, api_key=key) as town:
        endpoint = town.discovery()["endpoints"][0]
        services = {each.service_code: each for each in town.services()}
        asked = town.attributes("lighting")
        taken = town.post_request(
            "lighting",
            lat=18.5803,
            long=99.0075,
            description="ไฟดับ <ทั้งซอย> & มืด",
            phone="0812345678",
            attributes={"told_before": "yes", "SIDES": ["left", "right"]},
            idempotency_key="one",
        )
        again = town.post_request(
            "lighting", lat=18.5803, long=99.0075, description="ไฟดับ", idempotency_key="one"
        )
        shown = town.get_request(taken.service_request_id, extensions=True)
        listed = town.list_requests(status="open", service_code="lighting")
        number = town.find_number(taken.service_request_id)
    assert endpoint["url"].endswith(API)
    assert services["lighting"].metadata is True
    assert services["lighting"].group
    assert [each.code for each in asked] == ["told_before", "need_id"]
    assert asked[0].values == (("yes", "เคย"), ("no", "ไม่เคย"))
    assert again == taken == Taken(number)
    assert [each.service_request_id for each in listed] == [taken.service_request_id]
    assert shown.requested_datetime.tzinfo is not None
    assert dict(shown.extended_attributes)["need_id"].startswith("N-")
    report = in_town(Report.objects.get)
    assert (report.told_before, report.description) == (True, "ไฟดับ <ทั้งซอย> & มืด")


@pytest.mark.parametrize("form", FORMS)
def test_our_client_understands_our_refusals(key, form):
    with serving() as url, reach(url, form, api_key="wrong") as town:
        refusals = [
            _fault(lambda: town.post_request("lighting", lat=18.5803, long=99.0075)),
            _fault(lambda: town.get_request("none")),
            _fault(lambda: town.attributes("integrity")),
            _fault(lambda: town.list_requests(status="waiting")),
        ]
    assert [each.fault for each in refusals] == ["not_allowed", "not_found", "not_found", "refused"]
    assert refusals[0].said.startswith("403 ")


def test_a_stranger_s_script_goes_there_and_back(key):
    with serving() as url:
        done = subprocess.run(
            [sys.executable, str(SCRIPT), f"{url}{API}"],
            env={**os.environ, "OPEN311_KEY": key},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓") == 5
    assert in_town(Report.objects.count) == 2


@pytest.mark.parametrize(
    ("path", "key", "words"),
    [
        ("/open311/nowhere/v2", "x", "gave 404"),
        (API, "wrong", "filing gave 403"),
        ("/", "x", "answers as text/html"),
    ],
)
def test_the_script_notices_what_is_wrong(town, path, key, words):
    category()
    with serving() as url:
        done = subprocess.run(
            [sys.executable, str(SCRIPT), f"{url}{path}"],
            env={**os.environ, "OPEN311_KEY": key},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1
    assert words in done.stdout


# ── other servers ─────────────────────────────────────────────────────────────────────────────────────


def answering(body: bytes | str, status: int = 200, form: str = "xml", **more) -> Open311Client:
    content = body.encode() if isinstance(body, str) else body
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, content=content))
    return Open311Client("https://city.example/v2", form=form, transport=transport, **more)


def _fault(call) -> UnableToTalkToGeoReport:
    with pytest.raises(UnableToTalkToGeoReport) as refusal:
        call()
    return refusal.value


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><services><service>&b;</service></services>'
READS_A_FILE = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><services><service>&a;</service></services>'
)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not xml",
        "<html><body>Sign in</body></html>",
        "<services><service>",
        LAUGHS,
        READS_A_FILE,
        "<!DOCTYPE services><services/>",
        "<services>" + "<service>" * 40 + "</service>" * 40 + "</services>",
        b'<?xml version="1.0" encoding="klingon"?><services/>',
        b"<services>\xff\xfe</services>",
        "<services>&undefined;</services>",
    ],
)
def test_bad_xml_is_a_fault_and_nothing_is_opened(body):
    assert _fault(answering(body).services).fault is GeoReportFault.UNREADABLE


@pytest.mark.parametrize(
    "body", ["", "{", "3", '"text"', "[" * 100_000, "null", "{}", '{"x": ' * 3_000, "1" * 9_000]
)
def test_bad_json_is_a_fault(body):
    assert _fault(answering(body, form="json").services).fault is GeoReportFault.UNREADABLE


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (400, "refused"),
        (401, "not_allowed"),
        (403, "not_allowed"),
        (404, "not_found"),
        (302, "refused"),
        (429, "refused"),
        (500, "server_error"),
        (503, "server_error"),
    ],
)
@pytest.mark.parametrize("body", ["<errors/>", "", "<html>no</html>"])
def test_each_status_is_one_fault(status, fault, body):
    assert _fault(answering(body, status).services).fault == fault


def test_what_a_server_says_is_kept_short_and_masked_and_without_the_key():
    words = f"bad key {KEY} call 081-234-5678 {'x' * 999}"
    body = f"<errors><error><code>403</code><description>{words}</description></error></errors>"
    refusal = _fault(lambda: answering(body, 403, api_key=KEY).post_request("1", lat=1.0, long=2.0))
    assert KEY not in refusal.said
    assert "234" not in refusal.said
    assert len(refusal.said) <= 200


def test_errors_that_come_with_200_are_refusals():
    body = '[{"code": 400, "description": "no"}]'
    wrapped = '{"errors": [{"code": 400, "description": "no"}]}'
    assert _fault(lambda: answering(wrapped, form="json").post_request("1")).fault is GeoReportFault.REFUSED
    assert _fault(lambda: answering(body, form="json").post_request("1")).fault is GeoReportFault.REFUSED


@pytest.mark.parametrize(
    ("trouble", "fault"),
    [
        (httpx.ConnectError("no"), "unreachable"),
        (httpx.ConnectTimeout("no"), "unreachable"),
        (httpx.ReadTimeout("no"), "timed_out"),
        (httpx.RemoteProtocolError("no"), "server_error"),
    ],
)
def test_each_trouble_of_the_wire_is_one_fault_without_what_was_sent(trouble, fault):
    def fail(_request):
        raise trouble

    client = Open311Client("https://city.example/v2", api_key=KEY, transport=httpx.MockTransport(fail))
    with pytest.raises(UnableToTalkToGeoReport) as refusal:
        client.post_request("1", lat=1.0, long=2.0, phone="0812345678")
    assert refusal.value.fault == fault
    whole = "".join(traceback.format_exception(refusal.value))
    assert KEY not in whole
    assert refusal.value.__cause__ is None


def test_an_endless_answer_is_given_up(monkeypatch):
    monkeypatch.setattr(wire, "ANSWER_LIMIT_BYTES", 10_000)
    assert _fault(answering(b"<services>" + b" " * 20_000).services).fault is GeoReportFault.TOO_LARGE


def test_an_answer_that_drips_is_given_up():
    def drip():
        while True:
            yield b" "

    transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=drip()))
    client = Open311Client("https://city.example/v2", transport=transport, timeout_s=0.2)
    assert _fault(client.services).fault is GeoReportFault.TIMED_OUT


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://city.example", "city.example", "", "gopher://x"]
)
def test_only_the_web_is_called(url):
    assert _fault(lambda: Open311Client(url)).fault is GeoReportFault.UNREACHABLE


def test_a_redirect_is_not_followed():
    calls = []

    def move(request):
        calls.append(str(request.url))
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/"})

    client = Open311Client("https://city.example/v2", transport=httpx.MockTransport(move))
    assert _fault(client.services).fault is GeoReportFault.REFUSED
    assert calls == ["https://city.example/v2/services.xml"]


def test_names_in_a_path_cannot_lead_elsewhere():
    seen = []

    def note(request):
        seen.append(request.url.raw_path)
        return httpx.Response(200, content=b"<service_requests/>")

    client = Open311Client("https://city.example/v2", transport=httpx.MockTransport(note))
    assert _fault(lambda: client.get_request("../../admin?x=1#y")).fault is GeoReportFault.NOT_FOUND
    assert seen == [b"/v2/requests/..%2F..%2Fadmin%3Fx%3D1%23y.xml"]


def test_the_ways_of_real_servers_are_read():
    odd = """[{"service_code": 7, "service_name": "Pothole", "metadata": "true", "keywords": null, "extra": {}},
              {"service_name": "no code"}, "no object"]"""
    (service,) = answering(odd, form="json").services()
    assert (service.service_code, service.metadata, service.type) == ("7", True, "realtime")
    wrapped = '{"service_requests": [{"service_request_id": 12, "status": "CLOSED", "service_code": 6, "lat": "18.5",'
    wrapped += (
        ' "long": "x", "requested_datetime": "2010-04-14T06:37:38-08:00", "updated_datetime": "yesterday",'
    )
    wrapped += ' "expected_datetime": "2010-04-15T06:37:38", "address": ["a"], "description": false}]}'
    (shown,) = answering(wrapped, form="json").list_requests()
    assert (shown.service_request_id, shown.status, shown.service_code) == ("12", "closed", "6")
    assert (shown.lat, shown.long, shown.address) == (18.5, None, None)
    assert shown.requested_datetime == dt.datetime(2010, 4, 14, 14, 37, 38, tzinfo=dt.UTC)
    assert (shown.updated_datetime, shown.expected_datetime) == (None, None)
    spaced = """<?xml version="1.0"?><services is_array="true" xmlns="http://wiki.open311.org/GeoReport_v2">
        <service><service_code> 015 </service_code><service_name>Abwasser &amp; Wasser</service_name>
        <metadata>false</metadata><keywords/></service></services>"""
    (service,) = answering(spaced).services()
    assert (service.service_code, service.service_name, service.metadata) == (
        "015",
        "Abwasser & Wasser",
        False,
    )


def test_a_token_is_followed_until_there_is_a_number():
    batch = "<service_requests><request><token>t-1</token></request></service_requests>"
    assert answering(batch).post_request("1", lat=1.0, long=2.0) == Taken("", "t-1")
    assert answering(batch).find_number("t-1") == ""
