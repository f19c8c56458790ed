"""Open311 ส่งเรื่อง: a key, a place, once; each refusal says what is wrong, and leaves nothing behind."""

import datetime as dt
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cddp.foundation.accounts.models import ApiToken, Membership
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import Channel, LinkMethod
from cddp.operations.complaints.models import Intake, Need, NeedLink, Report, Reporter
from cddp.operations.complaints.services.voices import open_contact
from cddp.operations.complaints.tests.needs import category, tell
from cddp.operations.complaints.tests.open311_calls import (
    API,
    FORM,
    PLACE,
    codes,
    get,
    in_town,
    make_key,
    post,
    read,
)
from tests.towns import TOWN_ID, make_user

NOWHERE = {"lat": None, "long": None}
WHO = {
    "first_name": "คำแสน",
    "last_name": "ใจงาม",
    "phone": "081-234-5678",
    "email": "yai@example.net",
    "device_id": "device-4711",
    "account_id": "account-4712",
}


@pytest.fixture(autouse=True)
def _town(town):
    category()
    caches["local"].clear()


@pytest.fixture
def key():
    return make_key()


def number_of(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()
    return read(answer)[0]["service_request_id"]


def filed() -> int:
    return in_town(Report.objects.count)


# ── taken ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_a_post_is_a_report_and_is_found_again(client, key, fmt):
    number = number_of(post(client, key, fmt, address_string="หน้าวัดป่าสัก"))
    report = in_town(Report.objects.get)
    assert (report.number, report.channel, report.category.key) == (number, Channel.OPEN311, "lighting")
    assert (round(report.point.x, 6), round(report.point.y, 6)) == (99.0075, 18.5803)
    assert (report.description, report.address) == ("ไฟทางดับหน้าวัดป่าสัก มืดมาก", "หน้าวัดป่าสัก")
    (shown,) = read(get(client, f"requests/{number}", fmt))
    assert (shown["service_request_id"], shown["status"], shown["service_code"]) == (
        number,
        "open",
        "lighting",
    )


def test_who_spoke_stands_apart_and_sealed(client, key):
    post(client, key, **WHO)
    contact = open_contact(in_town(Reporter.objects.get))
    assert (contact.name, contact.phone, contact.email) == ("คำแสน ใจงาม", "0812345678", "yai@example.net")
    intake = in_town(Intake.objects.get)
    for secret in (*WHO.values(), "0812345678", key):
        assert secret not in str(intake.payload) + intake.external_id
    assert in_town(Need.objects.get).voices == 1


def test_the_key_s_member_is_on_record(client, key):
    post(client, key)
    entry = AuditEntry.objects.get(action="complaints.report.received")
    assert entry.actor_label == "นางสาวpartner ทดสอบ"
    assert entry.address == "127.0.0.1"


@pytest.mark.parametrize(
    ("place", "address", "placed"),
    [
        ({"address_string": "ตรงข้ามตลาดสด", **NOWHERE}, "ตรงข้ามตลาดสด", False),
        ({"address_id": "51010203", **NOWHERE}, "รหัสที่อยู่ 51010203", False),
        ({}, "", True),
        ({"lat": "99.0075", "long": "18.5803"}, "", True),  # turned round: there is one reading only
        ({"lat": " ", "long": "", "address_string": "ตลาดสด"}, "ตลาดสด", False),
    ],
)
def test_each_way_of_saying_where(client, key, place, address, placed):
    number_of(post(client, key, **place))
    report = in_town(Report.objects.get)
    assert report.address == address
    assert (report.point is not None) == placed
    assert not placed or report.point.x > 90


def test_without_words_it_is_taken_all_the_same(client, key):
    number_of(post(client, key, description=None))


def test_the_longest_description_and_line_breaks(client, key):
    number_of(post(client, key, description="ก" * 1_999 + "\r\n" + "ข" * 2_000))
    assert len(in_town(Report.objects.get).description) == 4_000


def test_a_client_may_say_which_problem_it_is(client, key):
    first = number_of(post(client, key))
    need = in_town(Need.objects.get)
    (shown,) = read(get(client, f"requests/{first}", extensions="true"))
    asked = {"attribute[need_id]": shown["extended_attributes"]["need_id"], "attribute[told_before]": "yes"}
    number_of(post(client, key, description="มืดมาหลายคืน", **asked))
    link = in_town(NeedLink.objects.get)
    assert (link.need_id, link.method, link.report.told_before) == (need.pk, LinkMethod.CITIZEN, True)


def test_attributes_we_do_not_know_are_kept_as_they_came(client, key):
    fields = {"api_key": key, "service_code": "road", **PLACE, "attribute[WIDTH]": "3"}
    fields |= {"attribute[SIDES][]": ["left", "right"], "unknown": "x" * 9_000}
    answer = client.post(f"{API}/requests.json", urlencode(fields, doseq=True), content_type=FORM)
    number_of(answer)
    payload = in_town(Intake.objects.get).payload
    assert payload["attributes"] == {"WIDTH": ["3"], "SIDES": ["left", "right"]}
    assert "unknown" not in payload


def test_the_address_of_a_picture_is_kept_and_not_fetched(client, key, monkeypatch):
    monkeypatch.setattr("socket.create_connection", lambda *_a, **_k: pytest.fail("something was fetched"))
    url = "http://169.254.169.254/latest/meta-data?x=1"
    number = number_of(post(client, key, media_url=url))
    assert in_town(Report.objects.get).photo_urls == [url]
    assert read(get(client, f"requests/{number}"))[0]["media_url"] is None


def test_no_page_of_another_site_can_file(client, key):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(
        f"{API}/requests.json",
        {"api_key": key, "service_code": "road", **PLACE},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 200  # a program has no cookie to check
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["Cache-Control"] == "no-store"


# ── once ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"device_id": "a"}, {"device_id": "a"}, True),
        ({"phone": "0812345678"}, {"phone": "0812345678"}, True),
        ({"device_id": "a"}, {"device_id": "b"}, False),
        ({"device_id": "a"}, {"device_id": "a", "description": "อีกดวงหนึ่ง"}, False),
        ({}, {}, False),  # nothing says that both came from the same hands
    ],
)
def test_equal_posts_of_one_sender_are_one_report(client, key, first, second, same):
    one, two = number_of(post(client, key, **first)), number_of(post(client, key, "xml", **second))
    assert (one == two) is same
    assert filed() == (1 if same else 2)


def test_a_repeat_counts_as_one_for_some_minutes_also_across_a_full_hour(client, key):
    with time_machine.travel(dt.datetime(2026, 11, 26, 2, 59, 58, tzinfo=dt.UTC), tick=False) as clock:
        first = number_of(post(client, key, device_id="a"))
        clock.shift(8)
        assert number_of(post(client, key, device_id="a")) == first
        clock.shift(dt.timedelta(days=3))
        assert number_of(post(client, key, device_id="a")) != first
    assert filed() == 2


def test_an_idempotency_key_is_the_client_s_own_name_for_it(client, key):
    named = {"headers": {"Idempotency-Key": "order-1"}}
    first = number_of(post(client, key, **named))
    assert number_of(post(client, key, **named)) == first
    assert number_of(post(client, key, headers={"Idempotency-Key": "order-2"})) != first


def test_another_member_s_equal_name_is_another_report(client, key):
    named = {"headers": {"Idempotency-Key": "order-1"}, "device_id": "a"}
    first = number_of(post(client, key, **named))
    other = make_key("officer")
    in_town(lambda: ApiToken.objects.update(member=make_user("second", "officer").membership))
    assert number_of(post(client, other, **named)) != first


# ── not taken ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fmt", ["json", "xml"])
@pytest.mark.parametrize(
    "written", ["", "x", f"cddp-{TOWN_ID}-{'a' * 43}", "cddp-9-" + "a" * 43, "cddp-5183-\x00"]
)
def test_without_a_good_key_403(client, written, fmt):
    answer = post(client, written, fmt)
    assert (answer.status_code, codes(answer)) == (403, [403])
    assert read(answer)[0]["description"]
    assert filed() == 0


def test_a_key_in_the_address_is_refused_since_addresses_stay_in_logs(client, key):
    answer = client.post(f"{API}/requests.json?api_key={key}", {"service_code": "road", **PLACE})
    assert (answer.status_code, codes(answer)) == (403, [403])
    assert "ที่อยู่" in read(answer)[0]["description"]


def test_a_key_that_may_not_file_403(client):
    assert post(client, make_key("mayor", permissions=("complaints.view",))).status_code == 403


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: ApiToken.objects.update(revoked_at=dt.datetime.now(dt.UTC)),
        lambda: ApiToken.objects.update(expires_at=dt.datetime.now(dt.UTC)),
        lambda: ApiToken.objects.update(permissions=["complaints.view"]),
        lambda: Membership.objects.update(roles=["mayor"]),
        lambda: Membership.objects.update(is_active=False),
    ],
    ids=["revoked", "expired", "not granted", "role taken away", "member gone"],
)
def test_a_key_that_was_good_403(client, key, spoil):
    assert post(client, key).status_code == 200
    in_town(spoil)
    assert post(client, key).status_code == 403
    assert filed() == 1


def test_a_key_of_another_town_403(client, towns):
    with town_context(towns[1].pk):
        stranger = make_key()
    assert post(client, stranger).status_code == 403
    assert (
        client.post(
            f"/open311/{towns[1].slug}/v2/requests.json",
            {"api_key": stranger, "service_code": "road", **PLACE},
        ).status_code
        == 404
    )  # the town there has no such service
    assert filed() == 0


def test_too_many_at_once_429(client, key, settings):
    settings.OPEN311_POSTS_PER_MINUTE = 2
    answers = [post(client, key, fmt) for fmt in ("json", "json", "json", "xml")]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert codes(answers[3]) == [429]
    assert answers[2]["Retry-After"] == "60"
    assert post(client, make_key()).status_code == 200  # each key for itself
    assert filed() == 3


BAD = {
    "no service": ({"service_code": None}, 400, 1),
    "empty service": ({"service_code": " "}, 400, 1),
    "unknown service": ({"service_code": "dragons"}, 404, 1),
    "private service": ({"service_code": "integrity"}, 404, 1),
    "no place": (NOWHERE, 400, 1),
    "half a point": ({"long": None}, 400, 1),
    "no numbers": ({"lat": "สิบแปด", "long": "NaN"}, 400, 2),
    "infinite": ({"lat": "inf", "long": "1e999"}, 400, 2),
    "thai digits": ({"lat": "๑๘.๕"}, 400, 1),
    "at sea": ({"lat": "0", "long": "0"}, 400, 1),
    "in Berlin": ({"lat": "52.5", "long": "13.4"}, 400, 1),
    "off the earth": ({"lat": "900", "long": "900"}, 400, 1),
    "long text": ({"description": "ก" * 4_001}, 400, 1),
    "very long text": ({"description": "ก" * 100_000}, 400, 1),
    "no e-mail": ({"email": "yai"}, 400, 1),
    "long phone": ({"phone": "0" * 41}, 400, 1),
    "script": ({"media_url": "javascript:alert(1)"}, 400, 1),
    "file": ({"media_url": "file:///etc/passwd"}, 400, 1),
    "no host": ({"media_url": "http://[::1"}, 400, 1),
    "not in list": ({"attribute[told_before]": "perhaps"}, 400, 1),
    "unknown need": ({"attribute[need_id]": "N-NOTHERE0"}, 400, 1),
    "long attribute": ({"attribute[WIDTH]": "x" * 1_001}, 400, 1),
    "two needs": ({"attribute[need_id][]": ["N-1", "N-2"]}, 400, 1),
    "all at once": ({"service_code": None, "lat": "x", "email": "x", "media_url": "x"}, 400, 4),
}


@pytest.mark.parametrize("fmt", ["json", "xml"])
@pytest.mark.parametrize(("fields", "status", "count"), BAD.values(), ids=BAD)
def test_each_thing_that_is_wrong_is_told_and_nothing_is_kept(client, key, fields, status, count, fmt):
    answer = post(client, key, fmt, **fields)
    assert (answer.status_code, codes(answer)) == (status, [status] * count)
    assert all(each["description"] for each in read(answer))
    assert filed() == in_town(Intake.objects.count) == in_town(Need.objects.count) == 0


def test_a_private_problem_cannot_be_joined_nor_found_out(client, key):
    secret = tell("เจ้าหน้าที่เรียกรับเงิน", key="integrity")
    number = Need.objects.get(pk=secret.need_id).number
    answer = post(client, key, **{"attribute[need_id]": number})
    nothing = post(client, key, **{"attribute[need_id]": "N-NOTHERE0"})
    assert answer.status_code == nothing.status_code == 400
    assert answer.content == nothing.content


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "text/plain", ""])
def test_what_is_no_form_is_refused_in_words(client, content_type):
    answer = client.post(f"{API}/requests.json", '{"service_code": "road"}', content_type=content_type)
    assert (answer.status_code, codes(answer)) == (400, [400])
    assert "x-www-form-urlencoded" in read(answer)[0]["description"]


def test_a_file_is_refused_in_words(client, key):
    from django.core.files.uploadedfile import SimpleUploadedFile

    picture = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff", "image/jpeg")
    answer = post(client, key, media=picture)
    assert (answer.status_code, codes(answer)) == (400, [400])
    assert "media_url" in read(answer)[0]["description"]


def test_a_body_that_is_too_large_is_no_fault_of_ours(client, key):
    assert post(client, key, description="x" * 6_000_000, unknown="y").status_code == 400
    body = urlencode([(f"f{place}", "x") for place in range(2_000)])
    assert client.post(f"{API}/requests.xml", body, content_type=FORM).status_code == 400
    assert filed() == 0


def test_no_error_repeats_what_was_sent(client, key):
    answer = post(client, key, email="ลับ-ลับ", phone="9" * 99, media_url="secret")
    for secret in ("ลับ-ลับ", "999", "secret", key):
        assert secret not in answer.content.decode()


NAMES = [
    "service_code", "lat", "long", "address_string", "address_id", "email", "device_id", "account_id", "first_name",
    "last_name", "phone", "description", "media_url", "attribute[told_before]", "attribute[need_id]", "attribute[X][]",
    "attribute[", "attribute[]", "jurisdiction_id", "extensions", "api_key[]", "\x00",
]  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["", "18.5803", "99.0075", "road", "yes", "test-town", "1e400", "-0", "\ud7ff", "🌊" * 50]
    ),
)


@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_whatever_is_sent_no_fault_of_ours_is_the_answer(client, key, fmt):
    client.raise_request_exception = False

    @given(
        fields=st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=20)), VALUES, max_size=12)
    )
    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(fields):
        answer = client.post(f"{API}/requests.{fmt}", fields | {"api_key": key})
        assert answer.status_code in (200, 400, 404), (fields, answer.status_code)
        assert read(answer)
        asked = {name.replace("\x00", ""): value for name, value in fields.items()}
        assert client.get(f"{API}/requests.{fmt}", asked).status_code in (200, 400, 404)

    ask()


# ── what it costs ─────────────────────────────────────────────────────────────────────────────────────

# BEGIN and COMMIT are the server's own; inside a test they are savepoints.
NOT_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.mark.parametrize(
    "fields",
    [{}, WHO, WHO | {"description": "ถนนพัง", "service_code": "road"}],
    ids=["nameless", "named", "other"],
)
def test_a_post_costs_no_more_than_fifteen_queries(client, key, fields):
    post(client, key, **WHO, description="ไฟดับทั้งซอย")
    with CaptureQueriesContext(connection) as seen:
        number_of(post(client, key, **fields))
    # Several rows may go in one round trip: each statement counts.
    whole = ";\n".join(each["sql"] for each in seen.captured_queries)
    spent = [each for each in whole.split(";\n") if not each.startswith(NOT_QUERIES)]
    # The last one gives the test's own transaction its town back.
    assert len(spent) - 1 <= 15, [each[:100] for each in spent]
