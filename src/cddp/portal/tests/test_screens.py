"""Screens: the front page, a town's open figures, the desk, and the search of everything."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.extension_points import search_providers
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.models import Intake, Report
from cddp.operations.complaints.services.adopting import adopt_lone_reports
from cddp.portal.queries import told
from cddp.registers.residents.choices import Sex
from cddp.registers.residents.models import Area, House, Household, HouseholdMembership, Person
from cddp.registers.residents.services.people import make_person
from tests.towns import make_user

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
DESK, SEARCH = "/desk/", "/search/"


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["local"].clear()


def report(number: str, **fields) -> Report:
    intake = Intake.objects.create(channel="traffy", external_id=number, payload={}, received_at=NOW)
    return Report.objects.create(
        intake=intake, channel="traffy", number=number, description=f"ไฟดับ {number}", requested_at=NOW,
        updated_at=NOW, search_text=f"{number.lower()} ไฟดับ", **fields,
    )  # fmt: skip


def settle(people: int, *, born: dt.date) -> None:
    area = Area.objects.get_or_create(code="01", defaults={"name": "สันกลาง", "number": 1})[0]
    household = Household.objects.create(house=House.objects.create(number="99", area=area))
    for number in range(people):
        person = Person.objects.create(
            given_name=f"สมศรี{number}", family_name="ใจดี", sex=Sex.FEMALE, birth_date=born
        )
        HouseholdMembership.objects.create(person=person, household=household)


def cost(client, url: str) -> int:
    client.get(url)
    caches["local"].clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    spare = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    return sum(1 for query in captured if not query["sql"].startswith(spare))


# ── citizens ──────────────────────────────────────────────────────────────────────────────────────


def test_anybody_may_open_the_front_page(client, towns):
    content = client.get("/").content.decode()
    assert "เทศบาลตำบลบ้านทดสอบ (สาธิต)" in content
    assert "/t/test-town/" in content
    assert "/accounts/login/" in content


def test_anybody_may_see_a_town_s_open_figures(client, towns):
    with town_context(towns[0].pk):
        settle(7, born=dt.date(1950, 1, 1))
        settle(3, born=dt.date(2020, 1, 1))
        report("R1")
    response = client.get("/t/test-town/")
    figures = response.context["figures"]
    assert next((each.label, each.value) for each in figures.people) == ("ประชากรในทะเบียนบ้าน", 10)
    assert [each.value for each in figures.ages] == [None, 0, 0, 7, 0]
    content = response.content.decode()
    assert "น้อยกว่า 5" in content
    assert "สมศรี" not in content


def test_open_figures_are_those_of_the_town_asked_for(client, login, towns, registrar):
    with town_context(towns[1].pk):
        settle(8, born=dt.date(1950, 1, 1))
    assert login(registrar).get("/t/test-town/").context["figures"].people[0].value == 0
    assert client.get("/t/neighbour/").context["figures"].people[0].value == 8


def test_a_town_that_does_not_exist_is_not_found(client, towns):
    assert client.get("/t/nowhere/").status_code == 404


@pytest.mark.parametrize("url", ["/", "/t/test-town/"])
def test_public_pages_only_show(client, towns, url):
    assert client.post(url).status_code in (403, 405)
    assert cost(client, url) <= 12


@given(st.integers(0, 100_000))
def test_what_is_told_to_all_is_never_one_to_four(count):
    value = told(count)
    assert value is None if 0 < count < 5 else abs(value - count) <= 5


# ── staff ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("url", [DESK, SEARCH])
def test_a_visitor_is_sent_to_sign_in(client, towns, url):
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("url", [DESK, SEARCH])
def test_staff_of_no_town_are_refused(login, towns, db, url):
    from cddp.foundation.accounts.models import User

    assert login(User.objects.create_user("nobody", "x" * 12)).get(url).status_code == 403


def test_the_desk_says_what_waits(login, town):
    user = make_user("taker", "town_admin")
    report("R1")
    House.objects.create(number="1")
    content = login(user).get(DESK).content.decode()
    assert "เรื่องร้องเรียนที่รอรับเรื่อง" in content
    assert "ไฟดับ R1" in content
    assert "บ้านที่ยังไม่มีพิกัด" in content


def test_the_desk_shows_to_each_what_they_may_see(login, town):
    volunteer = make_user("volunteer", "volunteer", area_codes=("01",))
    report("R1")
    content = login(volunteer).get(DESK).content.decode()
    assert "ไฟดับ" not in content
    assert "/complaints/" not in content


def test_one_search_finds_persons_houses_and_reports(login, town):
    admin = make_user("admin", "town_admin")
    report("R1")
    adopt_lone_reports()
    client = login(admin)
    groups = client.get(f"{SEARCH}?q=ไฟดับ").context["groups"]
    assert [group.label for group in groups] == ["เรื่องร้องเรียน"]
    fragment = client.get(f"{SEARCH}?q=ไฟดับ", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "ไฟดับ R1" in fragment


def test_a_search_that_shows_persons_is_recorded_as_a_look(login, registrar):
    person = make_person(given_name="สมศรี", family_name="ใจดี")
    before = AuditEntry.objects.filter(target_id=person.pk).count()
    response = login(registrar).get(f"{SEARCH}?q=สมศรี ใจดี")
    assert "สมศรี" in response.content.decode()
    assert AuditEntry.objects.filter(target_id=person.pk).count() == before + 1


@pytest.mark.parametrize("query", ["", "q=", "q=ก", "q=%00%00", "q=" + "ก" * 5000, "q=%25_%5C"])
def test_odd_searches_are_answered(login, registrar, query):
    assert login(registrar).get(f"{SEARCH}?{query}").status_code == 200


@pytest.mark.parametrize("url", [DESK, f"{SEARCH}?q=ไฟดับ"])
def test_the_price_of_a_page_does_not_grow(login, town, url):
    client = login(make_user("admin", "town_admin"))
    report("R0")
    with_few = cost(client, url)
    for number in range(1, 30):
        report(f"R{number}")
        House.objects.create(number=str(number))
    # The search asks each provider once; the desk asks for what waits together.
    providers = len(search_providers) if url.startswith("/search/") else 0
    assert cost(client, url) == with_few <= max(12, 8 + providers)
