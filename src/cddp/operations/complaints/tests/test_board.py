"""The director's board: what is late and who has it; each number opens exactly its rows; few statements."""

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.accounts.models import Division
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.values import periods
from cddp.operations.complaints.choices import Outcome, Priority
from cddp.operations.complaints.models import Need, ServiceLevel
from cddp.operations.complaints.rules import board as rules
from cddp.operations.complaints.services.moving import close_need, reopen_need
from cddp.operations.complaints.services.pausing import pause_clock
from cddp.operations.complaints.services.rating import rate
from cddp.operations.complaints.tests.needs import NOW, PLACE, category, tell
from cddp.registers.residents.models import Area
from tests.towns import make_user

BOARD = "/complaints/board/"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mayor(town):
    """Owner of the question: sees how the work stands."""
    return make_user("mayor", "mayor")


@pytest.fixture
def worker(town):
    return make_user("worker", "complaints_officer")


@pytest.fixture
def works(town):
    return Division.objects.create(code="works", name="กองช่าง")


@pytest.fixture
def area(town):
    x, y = PLACE
    box = Polygon.from_bbox((x - 0.02, y - 0.02, x + 0.02, y + 0.02))
    return Area.objects.create(code="01", number=1, name="สันกลาง", boundary=MultiPolygon(box))


def problem(number=0, *, days_ago=0, division=None, key="lighting"):
    at = NOW - days_ago * DAY
    need_id = tell(f"เรื่องที่ {number}", key=key, at=at, east_m=300 * number, phone=f"08{number:08d}").need_id
    Need.objects.filter(pk=need_id).update(division=division)
    return Need.objects.get(pk=need_id)


def finish(user, need, at):
    close_need(user, need.pk, version=None, outcome=Outcome.DONE, words="เปลี่ยนหลอดไฟแล้ว", at=at)


@pytest.fixture
def work(worker, works, area):
    """Six problems: two late (one of nobody), one paused, one new, one finished, one that came back."""
    ServiceLevel.objects.create(priority=Priority.NORMAL, working_days=3)
    found = {
        "late": problem(0, days_ago=40, division=works),
        "nobody": problem(1, days_ago=10),
        "paused": problem(2, days_ago=1, division=works),
        "new": problem(3, key="road"),
        "finished": problem(4, days_ago=20, division=works),
        "back": problem(5, days_ago=30, division=works),
    }
    pause_clock(worker, found["paused"].pk, version=None, reason="รออะไหล่", at=NOW - DAY)
    finish(worker, found["finished"], NOW - 16 * DAY)
    rate(found["finished"].reports.get().pk, 4, at=NOW - 15 * DAY)
    finish(worker, found["back"], NOW - 25 * DAY)
    reopen_need(worker, found["back"].pk, note="ดับอีก", at=NOW - DAY)
    return found


def shown(client, url):
    """Return the numbers of the problems that an address of the inbox lists."""
    response = client.get(url)
    assert response.status_code == 200
    return {row.object.number for row in response.context["list"].rows}


# ── the litany ────────────────────────────────────────────────────────────────────────────────────


def test_a_visitor_is_sent_to_sign_in(client, town):
    assert client.get(BOARD).status_code == 302


@pytest.mark.parametrize("role", ["technician", "registrar", "volunteer"])
def test_who_does_not_steer_is_refused(login, town, role):
    assert login(make_user("reader", role)).get(BOARD).status_code == 403


@pytest.mark.parametrize("role", ["mayor", "clerk", "director", "complaints_officer"])
def test_who_steers_sees_it(login, town, role):
    assert login(make_user("leader", role)).get(BOARD).status_code == 200


def test_an_empty_town_has_a_board_too(login, mayor):
    page = login(mayor).get(BOARD).content.decode()
    assert "ไม่มีเรื่องค้าง" in page
    assert "ไม่มีเรื่องที่มีพิกัดในช่วงนี้" in page


def test_only_looking_is_allowed(login, mayor):
    assert login(mayor).post(BOARD).status_code == 405


def test_a_neighbour_sees_nothing_of_it(login, towns, work):
    with town_context(towns[1].pk):
        neighbour = make_user("neighbour", "mayor")
    page = login(neighbour).get(BOARD)
    assert page.context["total"] == {"open": 0, "late": 0, "paused": 0}


def test_it_asks_few_questions_and_no_more_in_a_larger_town(login, mayor, work, works):
    client, prices = login(mayor), []
    for number in (10, 30):
        for each in range(number):
            problem(number + each, days_ago=each, division=works)
        client.get(BOARD)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(BOARD).status_code == 200
        spare = ("SAVEPOINT", "RELEASE", "SELECT set_config")
        prices.append(sum(1 for query in captured if not query["sql"].startswith(spare)))
    assert prices[0] == prices[1]
    assert prices[1] <= 12


# ── what it says ──────────────────────────────────────────────────────────────────────────────────


def test_it_answers_first_what_is_late_and_who_has_it(login, mayor, work):
    response = login(mayor).get(BOARD)
    assert response.context["total"] == {"open": 5, "late": 2, "paused": 1}
    loads = {each["name"]: each["load"] for each in response.context["loads"]}
    assert (loads["กองช่าง"].open, loads["กองช่าง"].late, loads["กองช่าง"].paused) == (3, 1, 1)
    assert (loads["ยังไม่มอบหมาย"].open, loads["ยังไม่มอบหมาย"].late) == (2, 1)
    latest = [each["need"].number for each in response.context["latest"]]
    assert latest == [work["late"].number, work["nobody"].number]
    page = response.content.decode()
    assert "เกินกำหนด <strong>2 เรื่อง</strong>" in page


def test_flows_of_the_fiscal_year(login, mayor, work):
    response = login(mayor).get(BOARD)
    tiles = {each["label"]: each for each in response.context["tiles"]}
    assert tiles["เปิดใหม่"]["number"] == 6
    assert tiles["จบแล้ว"]["number"] == 1
    assert tiles["ปิดแล้วกลับมาอีก"]["number"] == 1
    assert tiles["ครึ่งหนึ่งเสร็จภายใน"]["number"] == "4.0"
    assert tiles["ความพอใจ"]["number"] == "4.0"
    assert sum(response.context["ages"]["series"][0]["values"]) == 5
    assert sum(response.context["trend"]["series"][0]["values"]) == 6
    by_category = {row["name"]: row["flow"].opened for row in response.context["tables"][0]["rows"]}
    assert by_category == {category("lighting").name: 5, category("road").name: 1}
    by_area = {row["name"]: row["flow"].opened for row in response.context["tables"][1]["rows"]}
    assert by_area == {"หมู่ 1 สันกลาง": 6}


def test_a_shorter_period_and_filters_narrow_it(login, mayor, work, works):
    client = login(mayor)
    month = client.get(BOARD, {"period": "month"}).context["tiles"]
    assert month[0]["number"] == 4
    ours = client.get(BOARD, {"division": str(works.pk)}).context
    assert ours["total"] == {"open": 3, "late": 1, "paused": 1}
    nobodys = client.get(BOARD, {"division": "none"}).context
    assert nobodys["total"] == {"open": 2, "late": 1, "paused": 0}
    assert client.get(BOARD, {"area": "01"}).context["total"]["open"] == 5


@pytest.mark.parametrize(
    "asked", [{"period": "x"}, {"division": "1; DROP"}, {"area": "ไม่มี"}, {"period": "\x00"}]
)
def test_a_strange_scope_is_the_whole_town(login, mayor, work, asked):
    assert login(mayor).get(BOARD, asked).context["total"]["open"] == 5


def every_count(context):
    """Yield (count, address) of each number that leads to rows."""
    for each in context["loads"]:
        yield each["load"].open, each["open_url"]
        yield each["load"].late, each["late_url"]
    for tile in context["tiles"][:3]:
        yield tile["number"], tile["url"]
    for figures in (context["ages"], context["trend"]):
        yield from zip(figures["series"][0]["values"], figures["links"], strict=True)
    for table in context["tables"]:
        for row in table["rows"]:
            yield row["flow"].opened, row["opened_url"]
            yield row["flow"].finished, row["finished_url"]
    yield context["total"]["late"], context["late_url"]
    yield context["total"]["open"], context["open_url"]


@pytest.mark.parametrize(
    "asked", [{}, {"period": "month"}, {"division": "none"}, {"area": "01", "period": "year"}]
)
def test_each_number_opens_exactly_its_rows(login, mayor, work, asked):
    problem(9, days_ago=2).reports.update(point=None)
    Need.objects.filter(title="เรื่องที่ 9").update(area_code="", category=None)
    client = login(mayor)
    counts = list(every_count(client.get(BOARD, asked).context))
    assert len(counts) > 25
    for count, url in counts:
        if count:
            assert len(shown(client, url)) == count, parse_qs(urlsplit(url).query)


def test_private_matters_are_counted_only_for_those_who_may_see_them(login, town, mayor, work):
    Need.objects.filter(pk=work["late"].pk).update(is_private=True)
    assert login(mayor).get(BOARD).context["total"]["late"] == 1
    assert login(make_user("clerk", "clerk")).get(BOARD).context["total"]["late"] == 2


def test_what_people_wrote_is_never_run(login, mayor, work):
    nasty = "<script>alert(1)</script>"
    Need.objects.update(title=nasty)
    assert nasty not in login(mayor).get(BOARD).content.decode()


# ── the map ───────────────────────────────────────────────────────────────────────────────────────


def test_the_map_counts_by_squares_over_the_outlines(login, mayor, work):
    heat = login(mayor).get(BOARD).context["heat"]
    drawn = heat["map"]
    assert sum(square.count for square in drawn.squares) == 6
    assert len(drawn.outlines) == 1
    assert drawn.outside == 0
    for square in drawn.squares:
        assert -1 <= square.x <= drawn.width
        assert -drawn.side <= square.y <= drawn.height
        assert square.place[1] == pytest.approx(PLACE[0], abs=0.03)
        assert square.place[0] == pytest.approx(PLACE[1], abs=0.01)


def test_what_lies_outside_the_outlines_is_told_and_does_not_shrink_the_map(login, mayor, work):
    tell("ไกลมาก", east_m=500_000)
    drawn = login(mayor).get(BOARD).context["heat"]["map"]
    assert drawn.outside == 1
    assert sum(square.count for square in drawn.squares) == 6


def test_without_outlines_the_points_make_the_frame(login, mayor, work, area):
    area.delete()
    drawn = login(mayor).get(BOARD).context["heat"]["map"]
    assert sum(square.count for square in drawn.squares) == 6
    assert drawn.outlines == []


def test_a_square_leads_to_its_place_on_the_map(login, mayor, work):
    page = login(mayor).get(BOARD).content.decode()
    found = re.search(r'href="(/map/\?layers=areas,needs#16/[0-9.]+/[0-9.]+)"', page)
    assert found
    assert login(mayor).get(found[1].partition("#")[0]).status_code == 200


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────

today_dates = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


@pytest.mark.parametrize(
    ("period", "first"),
    [
        ("month", dt.date(2026, 11, 1)),
        ("quarter", dt.date(2026, 9, 1)),
        ("fiscal", dt.date(2026, 10, 1)),
        ("year", dt.date(2025, 12, 1)),
    ],
)
def test_periods_begin_where_people_think(period, first):
    assert periods.span_of(period, dt.date(2026, 11, 26)) == periods.Span(first, dt.date(2026, 11, 26))


@given(today_dates)
def test_bands_of_age_hold_every_day_once(today):
    opened = {}
    for place, band in enumerate(rules.AGE_BANDS):
        earliest, latest = rules.opened_between(band, today)
        for days in range(800):
            day = today - dt.timedelta(days=days)
            if day <= latest and (earliest is None or day >= earliest):
                opened.setdefault(day, []).append(place)
    assert all(len(places) == 1 for places in opened.values())
    assert len(opened) == 800


@given(today_dates, st.integers(0, 60))
def test_months_back_and_forth_are_the_identity(day, count):
    back = periods.months_back(day, count)
    assert back.day == 1
    assert periods.months_back(back, -count) == day.replace(day=1)


@given(today_dates)
def test_the_trend_ends_with_this_month(today):
    months = rules.trend_months(today)
    assert len(months) == len(set(months)) == rules.TREND_MONTHS
    assert months[-1] == today.replace(day=1)
    assert months == sorted(months)


@pytest.mark.parametrize(
    "text",
    [
        "2026-13",
        "2026-00",
        "2026-12",
        "2027-01",
        "1999-01",
        "2026-1",
        "๒๕๖๙-๑๑",
        "",
        "202611",
        "abcd-ef",
        "2026-11-01",
    ],
)
def test_what_is_no_month_is_refused(text):
    assert rules.read_month(text, dt.date(2026, 11, 26)) is None


def test_a_month_is_read():
    assert rules.read_month("2026-02", dt.date(2026, 11, 26)) == periods.Span(
        dt.date(2026, 2, 1), dt.date(2026, 2, 28)
    )


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=200))
def test_each_count_has_a_step_and_more_is_never_paler(counts):
    steps = rules.heat_steps(counts)
    assert steps[0] == 1
    assert len(steps) <= rules.HEAT_STEPS
    assert steps == sorted(set(steps))
    given_steps = [rules.heat_step(count, steps) for count in sorted(counts)]
    assert given_steps == sorted(given_steps)
    assert min(given_steps) >= 1
    assert max(given_steps) <= len(steps)


def test_no_counts_have_no_steps():
    assert rules.heat_steps([]) == []


def test_the_menu_leads_there(login, mayor, town):
    page = login(mayor).get("/complaints/board/").content.decode()
    assert reverse("complaints:board") in page
