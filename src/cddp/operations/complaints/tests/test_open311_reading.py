"""Open311 อ่าน: everybody may ask, and learns what stands on the list of what everybody may know."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cddp.foundation.accounts.models import Division
from cddp.operations.complaints.choices import CLOSED_STATES, PhotoVisibility
from cddp.operations.complaints.models import Category, Need, Photo, Report
from cddp.operations.complaints.services.voices import Contact
from cddp.operations.complaints.tests.needs import METRE, category, tell
from cddp.operations.complaints.tests.open311_calls import API, codes, get, in_town, read
from cddp.registers.residents.models import Area
from tests.towns import make_user

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
BANGKOK = dt.timezone(dt.timedelta(hours=7))


@pytest.fixture(autouse=True)
def _town(town):
    category()


def told(text="ไฟทางดับหน้าวัด", **more):
    return tell(text, **{"at": NOW - dt.timedelta(hours=1)} | more)


def listed(client, **asked) -> list[dict]:
    answer = get(client, "requests", **asked)
    assert answer.status_code == 200, answer.content.decode()
    return read(answer)


def looked_at(**more) -> None:
    in_town(lambda: Need.objects.update(state="triaged", **more))


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────────


def test_nothing_of_who_spoke_is_shown_and_words_are_masked(client):
    contact = Contact(name="ยายคำแสน ใจงาม", phone="0812345678", email="yai@example.net")
    told("ไฟดับหน้าบ้านเลขที่ 99/1 โทร 081-234-5678 นางคำแสน ใจงาม", contact=contact, address="99/1 หมู่ 4")
    looked_at()
    for fmt in ("xml", "json"):
        whole = get(client, "requests", fmt, extensions="true").content.decode()
        for secret in ("คำแสน", "ใจงาม", "234", "yai@", "99/1", Report.objects.get().follow_code):
            assert secret not in whole
    assert "ไฟดับหน้าบ้าน" in listed(client)[0]["description"]


def test_words_wait_until_an_officer_has_looked(client):
    told()
    assert listed(client)[0]["description"] is None
    looked_at()
    assert listed(client)[0]["description"] == "ไฟทางดับหน้าวัด"


def test_places_are_rounded_and_addresses_are_those_of_the_quarter(client):
    report = told(address="ตรงข้ามบ้านนายสมชาย").report
    Area.objects.create(code="moo-4", number=4, name="บ้านป่าสัก")
    looked_at(area_code="moo-4")
    shown = listed(client)[0]
    assert 0 < abs(shown["lat"] - report.point.y) < 60 * METRE
    assert abs(shown["long"] - report.point.x) < 60 * METRE
    assert "ป่าสัก" in shown["address"]
    assert (shown["address_id"], shown["zipcode"]) == (None, None)


def test_a_long_description_is_cut_as_the_specification_asks(client):
    told("ถนนพัง " * 1_000)
    looked_at()
    assert len(listed(client)[0]["description"]) <= 4_000


@pytest.mark.parametrize(
    "hide",
    [
        lambda: Need.objects.update(is_hidden=True),
        lambda: Need.objects.update(is_private=True),
        lambda: Report.objects.update(is_private=True),
        lambda: Report.objects.update(need=None),
        lambda: Report.objects.update(category=None),
        lambda: Category.objects.filter(key="lighting").update(is_private=True),
    ],
    ids=["hidden", "private need", "private report", "not adopted", "no category", "private category"],
)
def test_what_is_not_for_everybody_is_nowhere(client, hide):
    number = told().report.number
    assert len(listed(client)) == 1
    in_town(hide)
    assert listed(client) == listed(client, service_request_id=number) == []
    assert codes(get(client, f"requests/{number}")) == [404]
    assert codes(get(client, f"tokens/{number}")) == [404]


def test_private_services_are_not_offered(client):
    offered = {each["service_code"] for each in read(get(client, "services"))}
    assert "lighting" in offered
    assert not offered & {"integrity", "grievance"}
    assert codes(get(client, "services/integrity")) == [404]
    in_town(lambda: Category.objects.filter(key="lighting").update(is_active=False))
    assert codes(get(client, "services/lighting")) == [404]


def test_another_town_s_reports_are_not_here(client, towns):
    told()
    assert read(client.get(f"/open311/{towns[1].slug}/v2/requests.json")) == []
    assert read(client.get(f"/open311/{towns[1].slug}/v2/services.json")) == []


@pytest.mark.parametrize(
    ("change", "status", "notes"),
    [
        ({"state": "triaged"}, "open", "รับเรื่องแล้ว"),
        (
            {"state": "finished", "outcome": "done", "outcome_words": "เปลี่ยนหลอดแล้ว"},
            "closed",
            "ดำเนินการแล้วเสร็จ · เปลี่ยนหลอดแล้ว",
        ),
        (
            {"state": "irrelevant", "outcome": "not_ours", "agency": "การไฟฟ้า"},
            "closed",
            "ไม่ใช่หน้าที่ของเทศบาล · การไฟฟ้า",
        ),
        (
            {"state": "irrelevant", "outcome": "cannot", "outcome_words": "โทร 081-234-5678"},
            "closed",
            "ดำเนินการไม่ได้ · โทร xxx",
        ),
        (
            {"state": "follow_up", "outcome": "in_plan", "plan_year": 2570},
            "open",
            "บรรจุในแผนพัฒนาท้องถิ่น · 2570",
        ),
    ],
    ids=["open", "done", "not ours", "cannot", "in the plan"],
)
def test_the_honest_end_stands_in_the_notes_and_the_status_has_two_values(client, change, status, notes):
    told()
    is_closed = change["state"] in CLOSED_STATES
    in_town(
        lambda: (
            Need.objects.update(**change, is_open=not is_closed),
            Report.objects.update(state=change["state"]),
        )
    )
    shown = listed(client)[0]
    assert (shown["status"], shown["status_notes"]) == (status, notes)


def test_a_voice_that_goes_its_own_way_tells_its_own_state(client):
    told()
    looked_at()
    in_town(lambda: Report.objects.update(follows_need=False, state="finished", state_label="ปิดเรื่องโดยต้นทาง"))
    shown = listed(client)[0]
    assert (shown["status"], shown["status_notes"]) == ("closed", "ปิดเรื่องโดยต้นทาง")


def test_who_is_responsible_and_what_was_promised(client, town):
    told()
    assert listed(client)[0]["agency_responsible"] == town.display_name
    works = Division.objects.create(code="works", name="กองช่าง")
    promised = NOW + dt.timedelta(days=3)
    looked_at(division=works, promised_at=promised)
    shown = listed(client)[0]
    assert shown["agency_responsible"] == f"{town.display_name} · กองช่าง"
    assert shown["expected_datetime"] == promised.astimezone(BANGKOK).isoformat()
    assert shown["requested_datetime"].endswith("+07:00")
    in_town(lambda: Need.objects.update(state="forwarded", agency="แขวงทางหลวง"))
    assert listed(client)[0]["agency_responsible"] == "แขวงทางหลวง"


def test_a_closed_request_was_last_changed_when_it_was_closed(client):
    told()
    closed = NOW - dt.timedelta(minutes=30)
    in_town(lambda: Report.objects.update(state="finished", finished_at=closed, updated_at=NOW))
    assert listed(client)[0]["updated_datetime"] == closed.astimezone(BANGKOK).isoformat()


def test_only_pictures_that_were_let_out_are_named(client):
    report = told().report
    need = Need.objects.get()
    photo = Photo.objects.create(need=need, report=report, created_at=NOW)
    assert listed(client)[0]["media_url"] is None
    in_town(lambda: Photo.objects.update(visibility=PhotoVisibility.PUBLISHED))
    assert str(photo.pk) in listed(client)[0]["media_url"]
    assert listed(client)[0]["media_url"].startswith("http://testserver/")
    in_town(lambda: Photo.objects.update(forgotten_at=NOW))
    assert listed(client)[0]["media_url"] is None


def test_more_than_the_specification_only_when_asked(client):
    first = told(phone="0812345678")
    told(joins_need_id=first.need_id, phone="0899999999")
    assert "extended_attributes" not in listed(client)[0]
    need = in_town(Need.objects.get)
    extension = {"need_id": need.number, "voices": 2, "came_back": 0}
    assert [each["extended_attributes"] for each in listed(client, extensions="true")] == [extension] * 2
    (one,) = read(get(client, f"requests/{first.report.number}", "xml", extensions="true"))
    assert one["extended_attributes"] == {name: str(value) for name, value in extension.items()}


# ── what may be asked ─────────────────────────────────────────────────────────────────────────────────


def test_the_last_ninety_days_newest_first(client):
    for days in (1, 89, 91, 400):
        told(f"ไฟดับ {days}", at=NOW - dt.timedelta(days=days), east_m=days * 100)
    found = [each["requested_datetime"] for each in listed(client)]
    assert found == sorted(found, reverse=True)
    assert len(found) == 2


def test_a_span_of_days(client):
    for days in (10, 20, 30):
        told(f"ไฟดับ {days}", at=NOW - dt.timedelta(days=days), east_m=days * 100)

    def day(days: int) -> str:
        return (NOW - dt.timedelta(days=days)).isoformat()

    assert len(listed(client, start_date=day(25), end_date=day(15))) == 1
    assert len(listed(client, start_date=day(20))) == 2
    assert len(listed(client, end_date=day(20))) == 2
    # a "+" that the client did not write as %2B arrives as a blank
    assert len(read(client.get(f"{API}/requests.json?start_date={day(20)}"))) == 2
    last_day = (NOW - dt.timedelta(days=20)).astimezone(BANGKOK).date().isoformat()
    assert len(listed(client, start_date=last_day, end_date=last_day)) == 1


def test_by_status_service_and_number(client):
    lamp = told().report
    road = told("ถนนพัง", key="road", east_m=900).report
    water = told("น้ำท่วม", key="flood", east_m=2000, at=NOW - dt.timedelta(days=300)).report
    in_town(lambda: Report.objects.filter(pk=road.pk).update(state="finished"))

    def numbers(**asked: str) -> set[str]:
        return {each["service_request_id"] for each in listed(client, **asked)}

    assert numbers(status="open") == {lamp.number}
    assert numbers(status="closed") == {road.number}
    assert numbers(status="open,closed") == numbers(status="") == {lamp.number, road.number}
    assert numbers(service_code="road,flood") == {road.number}
    assert numbers(service_code="nothing") == set()
    # numbers override all else, dates too
    asked = f"{water.number}, {road.number},none"
    assert numbers(service_request_id=asked, status="open") == {water.number, road.number}
    both = client.get(f"{API}/requests.json?service_code=road&service_code=lighting").json()
    assert len(both) == 2


def test_page_by_page(client):
    for place in range(5):
        told(f"ไฟดับ {place}", east_m=place * 100)
    pages = [
        [each["service_request_id"] for each in listed(client, page=page, page_size=2)] for page in "1234"
    ]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert len({number for page in pages for number in page}) == 5


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"start_date": "yesterday"}, 1),
        ({"start_date": "0001-01-01T00:00:00+14:00"}, 1),
        ({"end_date": "9999-12-31T23:59:59-14:00"}, 1),
        ({"start_date": "2026-01-01", "end_date": "2026-06-01"}, 1),
        ({"start_date": "2026-02-01", "end_date": "2026-01-01"}, 1),
        ({"status": "waiting"}, 1),
        ({"page": "0"}, 1),
        ({"page": "๑"}, 1),
        ({"page_size": "1001"}, 1),
        ({"page_size": "-5", "page": "x", "status": "no"}, 3),
        ({"page": "100000", "page_size": "1000"}, 1),
        ({"service_request_id": ",".join(str(each) for each in range(1_001))}, 1),
    ],
)
@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_each_thing_that_is_wrong_is_told(client, asked, count, fmt):
    answer = get(client, "requests", fmt, **asked)
    assert answer.status_code == 400
    assert codes(answer) == [400] * count
    assert all(each["description"] for each in read(answer))


def test_ninety_days_to_the_day_are_not_too_many(client):
    assert listed(client, start_date="2026-01-01", end_date="2026-03-31") == []


# ── the wire ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    [
        "/open311/nowhere/v2/services.json",
        "/open311/nowhere/discovery.json",
        f"{API}/services.json?jurisdiction_id=elsewhere",
        f"{API}/requests/none.json",
        f"{API}/services/none.json",
    ],
)
@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_what_is_not_there_is_404_in_the_format_asked_for(client, path, fmt):
    answer = client.get(path.replace(".json", f".{fmt}"))
    assert (answer.status_code, codes(answer)) == (404, [404])
    assert answer["Content-Type"] == {"json": "application/json", "xml": "text/xml"}[fmt] + "; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("fmt", ["csv", "XML", "html", "xml2"])
def test_another_format_is_404_in_the_format_that_is_required(client, fmt):
    answer = client.get(f"{API}/services.{fmt}")
    assert (answer.status_code, codes(answer)) == (404, [404])
    assert answer["Content-Type"].startswith("text/xml")


def test_the_jurisdiction_may_be_named_by_slug_or_code(client, town):
    for name in (town.slug, str(town.pk), "", " "):
        assert client.get(f"{API}/services.json", {"jurisdiction_id": name}).status_code == 200


def test_head_and_options(client):
    answer = client.head(f"{API}/services.json")
    assert (answer.status_code, answer.content) == (200, b"")
    options = client.options(f"{API}/requests.json")
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    assert options["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_no_other_method(client, method):
    answer = getattr(client, method)(f"{API}/requests.json")
    assert (answer.status_code, codes(answer)) == (405, [405])
    assert client.post(f"{API}/services.json").status_code == 405


def test_pages_of_other_sites_may_read_without_cookies(client):
    told()
    for path in ("services.json", "requests.xml", "requests/none.json", "discovery.json"):
        answer = client.get(f"{API}/{path}", headers={"Origin": "https://example.org"})
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies


def test_the_same_again_is_304(client):
    told()
    first = get(client, "requests")
    assert first["Cache-Control"] == "public, max-age=60"
    again = client.get(f"{API}/requests.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    in_town(lambda: Report.objects.update(state="finished"))
    changed = client.get(f"{API}/requests.json", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_a_signed_in_person_is_told_the_same_in_the_same_language(client, login, town):
    told()
    looked_at()
    as_anybody = get(client, "requests").content
    user = make_user("somchai", "town_admin")
    user.language = "en"
    user.save(update_fields=["language"])
    login(user)
    answer = client.get(f"{API}/requests.json", headers={"Accept-Language": "en"})
    assert answer.content == as_anybody
    assert answer["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("many", [1, 30])
@pytest.mark.parametrize("path", ["services", "services/lighting", "requests"])
def test_a_list_costs_the_same_however_long(client, many, path):
    for place in range(many):
        receipt = told(f"ไฟดับ {place}", east_m=place * 100)
        Photo.objects.create(
            need_id=receipt.need_id,
            report=receipt.report,
            created_at=NOW,
            visibility=PhotoVisibility.PUBLISHED,
        )
    looked_at(area_code="moo-4")
    with CaptureQueriesContext(connection) as seen:
        get(client, path, extensions="true")
    spent = [each["sql"] for each in seen.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert len(spent) <= 7, spent  # one of them gives the outer transaction of the test its town back
    assert len(spent) >= 3


def test_signs_that_xml_cannot_hold_are_left_out(client):
    told("ไฟดับ\x0b\x1f\ufffe <script>&amp;]]> 🌊\r\nบรรทัดสอง")
    looked_at()
    in_json, in_xml = read(get(client, "requests", "json")), read(get(client, "requests", "xml"))
    assert in_json[0]["description"] == in_xml[0]["description"]
    assert "🌊\nบรรทัดสอง" in in_xml[0]["description"]
    assert "<script>" in in_xml[0]["description"]


@pytest.mark.parametrize(
    "number", ["a86af889-bce3-400c-b293-7b8f0b717bf7", "%00", "a" * 2_000, "..", "ไทย", "x%2Fy", "' OR 1=1--"]
)
def test_strange_numbers_are_404(client, number):
    assert client.get(f"{API}/requests/{number}.json").status_code == 404
