"""Screens: the overview of the town, its sheet and its spreadsheet."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.extension_points import Indicator, IndicatorRow, indicators
from cddp.foundation.tenancy.current import town_context
from cddp.registers.residents.choices import Sex
from cddp.registers.residents.models import Area, House, Household, HouseholdMembership, Person
from tests.towns import make_user

OVERVIEW, SHEET, FIGURES = "/overview/", "/overview/print/", "/overview/figures.xlsx"


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["local"].clear()


@pytest.fixture
def mayor(town):
    return make_user("mayor", "mayor")


@pytest.fixture
def volunteer(town):
    return make_user("volunteer", "volunteer")


def settle(area: Area, people: int, *, born: dt.date = dt.date(1950, 1, 1)) -> None:
    """Let so many people live in a new house of the area."""
    house = House.objects.create(number="1", area=area)
    household = Household.objects.create(house=house)
    persons = Person.objects.bulk_create(
        [
            Person(given_name=f"คน{n}", family_name="ทดสอบ", sex=Sex.FEMALE, birth_date=born)
            for n in range(people)
        ]
    )
    HouseholdMembership.objects.bulk_create(
        [HouseholdMembership(person=person, household=household) for person in persons]
    )


@pytest.fixture
def areas(town):
    found = [Area.objects.create(code=f"0{n}", number=n, name=f"บ้าน{n}") for n in (1, 2)]
    settle(found[0], 12)
    settle(found[1], 3)
    return found


def value_of(response, key: str) -> list:
    (measured,) = [each for each in response.context["overview"].measured if each.key == key]
    return [row.value for row in measured.rows]


def cost(client, url: str) -> int:
    client.get(url)
    caches["local"].clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    spare = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    asked = [query["sql"] for query in captured if not query["sql"].startswith(spare)]
    return len(asked)


@pytest.mark.parametrize("url", [OVERVIEW, SHEET, FIGURES])
def test_a_visitor_signs_in_and_a_volunteer_is_refused(client, login, volunteer, url):
    assert client.get(url).status_code == 302
    assert login(volunteer).get(url).status_code == 403


@pytest.mark.parametrize("url", [OVERVIEW, SHEET, FIGURES])
def test_nothing_is_written_here(login, mayor, url):
    assert login(mayor).post(url).status_code == 405


def test_the_overview_begins_with_what_waits_and_shows_figures_in_the_page(login, mayor, areas):
    response = login(mayor).get(OVERVIEW)
    content = response.content.decode()
    assert content.index("รอการตัดสินใจ") < content.index("ประชากรและครัวเรือน")
    assert value_of(response, "residents.people") == [15]
    assert "นับเมื่อ" in content
    assert '<city-chart kind="pyramid"' in content


def test_an_empty_town_says_so_without_failing(login, mayor, town):
    response = login(mayor).get(OVERVIEW)
    assert response.status_code == 200
    assert value_of(response, "residents.people") == [0]


def test_an_area_and_a_day_are_chosen(login, mayor, areas):
    client = login(mayor)
    assert value_of(client.get(f"{OVERVIEW}?area=01"), "residents.people") == [12]
    response = client.get(f"{OVERVIEW}?area=01&on=1/10/2569")
    assert "1 ต.ค. 2569" in response.content.decode()


@pytest.mark.parametrize("query", ["area=99", "on=พรุ่งนี้", "on=1/1/2600", "area=%27", "on=31/2/2569"])
def test_a_wrong_choice_shows_the_whole_town_and_says_what_is_wrong(login, mayor, areas, query):
    response = login(mayor).get(f"{OVERVIEW}?{query}")
    assert response.status_code == 200
    assert value_of(response, "residents.people") == [15]
    assert response.context["scope"].form.errors


def test_small_numbers_of_an_area_are_hidden_from_who_may_not_see_persons(login, mayor, registrar, areas):
    response = login(mayor).get(f"{OVERVIEW}?area=02")
    assert value_of(response, "residents.people") == [None]
    assert "น้อยกว่า 5" in response.content.decode()
    assert value_of(login(registrar).get(f"{OVERVIEW}?area=02"), "residents.people") == [3]


def test_the_numbers_are_kept_for_a_minute_and_say_when(login, mayor, areas, settings):
    client = login(mayor)
    client.get(OVERVIEW)
    settle(areas[0], 5)
    assert value_of(client.get(OVERVIEW), "residents.people") == [15]
    caches["local"].clear()
    assert value_of(client.get(OVERVIEW), "residents.people") == [20]


def test_what_is_kept_for_one_town_or_right_is_not_shown_to_another(login, towns, mayor, registrar, areas):
    login(registrar).get(f"{OVERVIEW}?area=02")
    assert value_of(login(mayor).get(f"{OVERVIEW}?area=02"), "residents.people") == [None]
    with town_context(towns[1].pk):
        neighbour = make_user("neighbour", "mayor")
    assert value_of(login(neighbour).get(OVERVIEW), "residents.people") == [0]


def test_the_price_does_not_grow_and_is_small(login, mayor, areas):
    client = login(mayor)
    with_few = cost(client, OVERVIEW)
    settle(areas[0], 30)
    with_many = cost(client, OVERVIEW)
    assert with_few == with_many
    assert with_many <= 8 + len(indicators)


def test_the_second_look_costs_less(login, mayor, areas):
    client = login(mayor)
    client.get(OVERVIEW)
    with CaptureQueriesContext(connection) as captured:
        client.get(OVERVIEW)
    asked = [q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]
    assert len(asked) <= 8


def test_the_spreadsheet_holds_the_same_figures(login, mayor, areas):
    response = login(mayor).get(f"{FIGURES}?area=02")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    texts = [
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert "น้อยกว่า 5" in texts
    assert "ประชากรตามทะเบียน" in texts
    assert AuditEntry.objects.filter(action="dashboards.figures.exported").count() == 1


def test_one_picture_goes_to_a_spreadsheet_of_its_own(login, mayor, areas):
    response = login(mayor).get(f"{FIGURES}?only=residents.people_by_area")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert len(book.sheetnames) == 1
    assert [cell.value for cell in book.active["C"]][3:] == [12, 3]


def test_a_label_is_never_a_formula_in_the_spreadsheet(login, mayor, areas, monkeypatch):
    monkeypatch.setattr(indicators, "_by_key", {})
    rows = [IndicatorRow("=1+1", 7)]
    indicators.add(
        Indicator("x.y", "[ก]:*?/ยาวมากกว่าสามสิบเอ็ดตัวอักษรแน่นอน", "dashboards.view", lambda *a: rows, "bar")
    )
    book = openpyxl.load_workbook(io.BytesIO(login(mayor).get(FIGURES).content))
    assert book.active["A4"].value == "'=1+1"


def test_the_sheet_for_paper_holds_tables(login, mayor, areas):
    content = login(mayor).get(f"{SHEET}?area=01").content.decode()
    assert "<city-chart" not in content
    assert "หมู่ 1 บ้าน1" in content
