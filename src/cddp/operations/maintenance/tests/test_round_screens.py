"""หน้าจอของช่าง ปฏิทิน แผน และแบบรายการตรวจ: works · colleague · stranger 404 · reader 403 · bad input."""

import datetime as dt
import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.tenancy.current import town_context
from cddp.operations.maintenance.choices import Priority, StoreKind, WorkState
from cddp.operations.maintenance.models import (
    Checklist,
    PreventiveSchedule,
    RoundSettings,
    Store,
    WorkCheck,
    WorkCrew,
    WorkOrder,
)
from cddp.operations.maintenance.queries.calendar import read_calendar, week_of
from cddp.operations.maintenance.queries.rounds import day_of
from cddp.operations.maintenance.rules.work import FROM, Step
from cddp.operations.maintenance.services import meters, rounds
from cddp.operations.maintenance.tests.stock_makers import make_asset, make_class
from tests.towns import make_user

NOW = timezone.now()
TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def technician(town):
    return make_user("technician", "technician")


@pytest.fixture
def director(town):
    return make_user("director", "director")


def make_order(lead, **more) -> WorkOrder:
    values = {
        "number": f"{WorkOrder.objects.count() + 1}/2570",
        "title": "เปลี่ยนหลอดไฟ",
        "lead": lead.membership if lead else None,
        "state": WorkState.PLANNED,
        "planned_on": TODAY,
        "requested_at": NOW - DAY * 3,
        "state_since": NOW - DAY * 3,
    }
    return WorkOrder.objects.create(**(values | more))


def at(lng, lat=13.7) -> Point:
    return Point(lng, lat, srid=4326)


# ── the day ───────────────────────────────────────────────────────────────────────────────────────


def test_the_day_holds_what_waits_for_me_in_the_order_of_the_way(technician):
    Store.objects.create(code="D", name="คลังช่าง", kind=StoreKind.DEPOT, point=at(100.50))
    far = make_order(technician, shape=at(100.60), planned_on=TODAY - DAY)
    near = make_order(technician, shape=at(100.51))
    begun = make_order(technician, shape=at(100.55), state=WorkState.IN_PROGRESS, planned_on=None)
    line = LineString((100.52, 13.7), (100.53, 13.7), srid=4326)
    late = make_order(technician, shape=line, planned_on=None, due_on=TODAY - DAY, state=WorkState.APPROVED)
    waiting = make_order(technician, state=WorkState.AWAITING_PARTS)
    done = make_order(technician, state=WorkState.DONE, done_at=NOW)
    make_order(technician, planned_on=TODAY + DAY)
    make_order(technician, state=WorkState.REQUESTED)
    make_order(technician, state=WorkState.CANCELLED, is_open=False)
    make_order(make_user("other", "technician"))
    crew = make_order(None, shape=at(100.512))
    WorkCrew.objects.create(work_order=crew, member=technician.membership)

    day = day_of(technician, TODAY)

    way = [visit.order.pk for visit in day.visits]
    assert way[0] == begun.pk
    assert set(way) == {begun.pk, late.pk, near.pk, crew.pk, far.pk}
    assert [visit.is_late for visit in day.visits if visit.order.pk in (far.pk, late.pk)] == [True, True]
    assert ([each.pk for each in day.waiting], [each.pk for each in day.done]) == ([waiting.pk], [done.pk])
    assert day.metres > 5_000


def test_the_day_on_the_phone(login, technician):
    order = make_order(technician, shape=at(100.5), priority=Priority.EMERGENCY)
    page = login(technician).get(reverse("maintenance:today"))
    text = page.content.decode()
    assert (page.status_code, order.title in text, "ฉุกเฉิน" in text) == (200, True, True)
    assert reverse("maintenance:stop", args=[order.pk]) in text
    assert 'class="sketch-stop' in text
    assert page["Cache-Control"] == "private, no-store"


def test_an_empty_day_says_what_to_expect(login, technician):
    assert "วันนี้ไม่มีงานนัดไว้" in login(technician).get(reverse("maintenance:today")).content.decode()


def test_the_day_costs_the_same_with_many_stops(login, technician):
    client, address = login(technician), reverse("maintenance:today")
    asset = make_asset(make_class("lamp"), shape=at(100.5))
    counts = []
    for many in (2, 12):
        for number in range(many):
            make_order(technician, asset=asset, shape=at(100.5 + number / 100))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0]
    assert counts[1] <= 20


@pytest.mark.parametrize("state", WorkState.values)
def test_a_stop_may_wait_for_parts_where_the_rules_allow(login, technician, state):
    order = make_order(technician, state=state)
    text = login(technician).get(reverse("maintenance:stop", args=[order.pk])).content.decode()
    opening = r'<section class="day-acts" data-states="([a-z_ ]+)"([^>]*)>\s*<details[^>]*><summary[^>]*>'
    section = re.search(opening + r"(?:(?!</summary>).)*ต้องรออะไหล่", text, re.DOTALL)
    assert section
    assert set(section[1].split()) == {str(each) for each in FROM[Step.AWAIT_PARTS]}
    assert ("hidden" in section[2]) == (state not in FROM[Step.AWAIT_PARTS])


def test_a_stop_on_the_phone(login, technician):
    asset = make_asset(make_class("pump"), name="ปั๊มน้ำ", place="ริมคลอง", shape=at(100.5))
    order = make_order(technician, asset=asset, shape=asset.shape, state=WorkState.IN_PROGRESS)
    WorkCheck.objects.create(work_order=order, words="ล้างตะแกรง", is_required=True)
    WorkCheck.objects.create(work_order=order, words="แรงดัน", kind="number", unit="บาร์", answer="3.5")
    meters.record_reading(None, asset_id=asset.pk, meter="ชั่วโมงเครื่อง", value=Decimal("1250.5"), at=NOW)
    text = login(technician).get(reverse("maintenance:stop", args=[order.pk])).content.decode()
    for words in (
        "geo:13.7,100.5?q=13.7,100.5",
        "ปั๊มน้ำ",
        "ล้างตะแกรง",
        "บาร์",
        "1,250.5",
        'id="parts-panel"',
        "ทำเสร็จแล้ว",
    ):
        assert words in text, words


def test_only_my_crews_work_opens(login, technician, director, towns):
    order = make_order(make_user("other", "technician"))
    address = reverse("maintenance:stop", args=[order.pk])
    assert login(technician).get(address).status_code == 404
    assert login(director).get(address).status_code == 200
    assert login(director).get(reverse("maintenance:stop", args=[uuid4()])).status_code == 404
    with town_context(towns[1].pk):
        stranger = make_user("far", "director")
    assert login(stranger).get(address).status_code == 404


@pytest.mark.parametrize("name", ["today", "round_token"])
def test_the_day_is_for_technicians(client, login, officer, name):
    address = reverse(f"maintenance:{name}")
    assert client.get(address).status_code == 302
    assert login(officer).get(address).status_code == 403
    assert login(make_user("technician", "technician")).post(address).status_code == 405


def test_ones_own_order(login, technician):
    orders = [make_order(technician, shape=at(100.5 + n / 100)) for n in range(3)]
    client, address = login(technician), reverse("maintenance:round_order")
    client.post(address, {"move": orders[2].pk, "way": "up"})
    way = [visit.order.pk for visit in day_of(technician, TODAY).visits]
    client.post(address, {"stop": [str(each) for each in reversed(way)]})
    assert [visit.order.pk for visit in day_of(technician, TODAY).visits] == way[::-1]
    for wrong in (
        {"move": "x"},
        {"stop": ["x"]},
        {"move": uuid4(), "way": "up"},
        {"stop": [str(way[0])] * 2},
        {},
    ):
        assert client.post(address, wrong).status_code == 302
    assert day_of(technician, TODAY).has_own_order
    client.post(address, {"by": "map"})
    assert not day_of(technician, TODAY).has_own_order
    rounds.set_order(technician, way)
    assert rounds.forget_orders() == 3


def test_anothers_round_is_not_mine_to_order(technician):
    other = make_order(make_user("other", "technician"))
    assert rounds.set_order(technician, [other.pk]) == 0
    other.refresh_from_db()
    assert other.round_order is None


def test_the_token_says_who_one_is(login, technician):
    answer = login(technician).get(reverse("maintenance:round_token")).json()
    assert answer["owner"] == str(technician.membership.pk)
    assert answer["token"]


# ── the calendar ──────────────────────────────────────────────────────────────────────────────────


def test_the_week_by_person(director, technician):
    monday, sunday = week_of(TODAY)
    long = make_order(technician, planned_on=monday, planned_minutes=500)
    free = make_order(None, planned_on=None, state=WorkState.APPROVED)
    nobody = make_order(None, planned_on=sunday)
    overdue = make_order(technician, planned_on=monday - DAY)

    found = read_calendar(director, monday, sunday, today=TODAY)

    rows = {row.member.pk if row.member else None: row for row in found.rows}
    cell = rows[technician.membership.pk].cells[0]
    assert ([each.pk for each in cell.orders], cell.load, cell.hours) == ([long.pk], "over", "8.3")
    assert [each.pk for each in rows[None].cells[6].orders] == [nobody.pk]
    assert rows[None].cells[6].day.is_off
    assert ([each.pk for each in found.unplanned], [each.pk for each in found.late]) == (
        [free.pk],
        [overdue.pk],
    )
    one = read_calendar(director, monday, sunday, today=TODAY, member_id=technician.membership.pk)
    assert len(one.rows) == 1


@pytest.mark.parametrize(
    "query", ["", "?view=month", "?on=2026-04-13", "?on=x&member=x&view=x", "?on=9999-12-31"]
)
def test_the_calendar_opens(login, director, technician, query):
    make_order(technician)
    page = login(director).get(reverse("maintenance:calendar") + query)
    assert page.status_code == 200
    if query == "?on=2026-04-13":
        assert "วันสงกรานต์" in page.content.decode()


def test_work_is_moved_by_form(login, director, technician):
    order = make_order(None, planned_on=None, state=WorkState.APPROVED, planned_minutes=90)
    crew = make_user("second", "technician")
    WorkCrew.objects.create(work_order=order, member=crew.membership)
    client, address = login(director), reverse("maintenance:calendar_move", args=[order.pk])
    back = f"{reverse('maintenance:calendar')}?view=week"
    values = {
        "version": order.version,
        "planned_on": "2026-12-01",
        "lead": technician.membership.pk,
        "next": back,
    }

    answer = client.post(address, values)

    order.refresh_from_db()
    assert (answer.url, order.planned_on, order.lead_id) == (
        back,
        dt.date(2026, 12, 1),
        technician.membership.pk,
    )
    assert (order.state, order.planned_minutes, order.crew.count()) == (WorkState.PLANNED, 90, 1)

    stale = client.post(address, values | {"planned_on": "2026-12-09", "next": "https://elsewhere.example/"})
    order.refresh_from_db()
    assert (stale.url, order.planned_on) == (reverse("maintenance:calendar"), dt.date(2026, 12, 1))
    for wrong in ({"planned_on": ""}, {"planned_on": "พรุ่งนี้"}, {"lead": "x"}, {"version": ""}):
        assert client.post(address, values | wrong).status_code == 302
    assert client.get(address).status_code == 405
    assert login(technician).post(address, values).status_code == 403


# ── schedules ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pump(town):
    return make_asset(make_class("pump", name="ปั๊มน้ำ"), name="ปั๊มน้ำ 1", number="055-69-0001")


FORM = {"title": "ล้างปั๊ม", "kind": "preventive", "every": "3", "unit": "months", "lead_days": "7"}


def test_a_schedule_is_made_changed_and_rested(login, director, pump):
    client = login(director)
    new = reverse("maintenance:schedule_new")
    assert "055-69-0001" in client.get(f"{new}?asset={pump.pk}").content.decode()
    assert client.post(new, FORM | {"asset": "055-69-0001"}).status_code == 302
    row = PreventiveSchedule.objects.get()
    page = reverse("maintenance:schedule", args=[row.pk])
    assert client.get(page).status_code == 200
    changed = FORM | {"every": "6", "next_on": "31/1/2570", "version": "1"}
    assert client.post(page, changed).status_code == 302
    stale = client.post(page, changed | {"every": "9", "title": "พิมพ์ไว้แล้ว"})
    assert (stale.status_code, "พิมพ์ไว้แล้ว" in stale.content.decode()) == (409, True)
    row.refresh_from_db()
    assert (row.every, row.next_on) == (6, dt.date(2027, 1, 31))
    client.post(reverse("maintenance:schedule_active", args=[row.pk]), {"active": "0"})
    row.refresh_from_db()
    assert not row.is_active


@pytest.mark.parametrize(
    "wrong",
    [
        {"asset": "ไม่มี"},
        {"title": ""},
        {"every": "", "every_meter": ""},
        {"every": "-1"},
        {"every": "500"},
        {"every_meter": "250"},
        {"meter": "ชั่วโมงเครื่อง"},
        {"lead_days": "400"},
        {"next_on": "31/2/2570"},
        {"lead_id": str(uuid4())},
    ],
)
def test_a_wrong_schedule_keeps_what_was_typed(login, director, pump, wrong):
    values = FORM | {"asset": "055-69-0001", "title": "งานที่พิมพ์ไว้"} | wrong
    page = login(director).post(reverse("maintenance:schedule_new"), values)
    assert (page.status_code, PreventiveSchedule.objects.count()) == (422, 0)
    assert values["title"] in page.content.decode()


def test_one_schedule_for_a_class(login, director, pump):
    other = make_asset(pump.asset_class, name="ปั๊มน้ำ 2")
    client, address = login(director), reverse("maintenance:schedule_many")
    assert client.get(address).status_code == 200
    page = client.get(f"{address}?class={pump.asset_class_id}")
    assert page.content.decode().count('name="assets"') == 2
    there = f"{address}?class={pump.asset_class_id}"
    assert client.post(there, FORM).status_code == 422
    assert client.post(there, FORM | {"assets": [str(pump.pk), str(other.pk)]}).status_code == 302
    assert PreventiveSchedule.objects.count() == 2


def test_the_list_finds_what_is_late(login, director, pump):
    late = PreventiveSchedule.objects.create(asset=pump, title="เลยแล้ว", every=1, next_on=TODAY - DAY)
    PreventiveSchedule.objects.create(asset=pump, title="ยังไม่ถึง", every=1, next_on=TODAY + DAY)
    PreventiveSchedule.objects.create(asset=pump, title="รอมาตร", meter="กม.", every_meter=Decimal(5000))
    client, address = login(director), reverse("maintenance:schedules")
    text = client.get(address).content.decode()
    assert all(words in text for words in ("เลยแล้ว", "ยังไม่ถึง", "รอมาตร", "ทุก 5,000 กม."))
    text = client.get(f"{address}?late=1").content.decode()
    assert (late.title in text, "ยังไม่ถึง" in text) == (True, False)
    assert "รอมาตร" in client.get(f"{address}?q=รอมาตร").content.decode()
    assert client.get(f"{address}?export=xlsx").status_code == 200


def test_the_list_costs_the_same_with_many(login, director, pump):
    client, address = login(director), reverse("maintenance:schedules")
    counts = []
    for many in (3, 30):
        for number in range(many):
            PreventiveSchedule.objects.create(
                asset=pump, title=f"งาน {many} {number}", every=1, next_on=TODAY
            )
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1


@pytest.mark.parametrize(
    "name", ["schedules", "schedule_new", "schedule_many", "calendar", "checklists", "checklist_new"]
)
def test_each_screen_asks_for_its_right(client, login, technician, name):
    address = reverse(f"maintenance:{name}")
    assert client.get(address).status_code == 302
    assert login(technician).get(address).status_code == 403


def test_readers_see_schedules_and_change_none(login, officer, pump, towns):
    row = PreventiveSchedule.objects.create(asset=pump, title="ก", every=1, next_on=TODAY)
    client = login(officer)
    assert client.get(reverse("maintenance:schedules")).status_code == 200
    for name in ("schedule", "schedule_active"):
        assert client.post(reverse(f"maintenance:{name}", args=[row.pk]), FORM).status_code == 403
    with town_context(towns[1].pk):
        stranger = make_user("far", "director")
    assert login(stranger).get(reverse("maintenance:schedule", args=[row.pk])).status_code == 404


# ── meters and checklists ─────────────────────────────────────────────────────────────────────────


def test_a_meter_is_read_on_a_screen(login, technician, pump):
    client, address = login(technician), reverse("maintenance:meter", args=[pump.pk])
    assert "ยังไม่เคยอ่านมาตร" in client.get(address).content.decode()
    assert client.post(address, {"meter": "ชั่วโมงเครื่อง", "value": "๑,๒๕๐.๕"}).status_code == 302
    lower = client.post(address, {"meter": "ชั่วโมงเครื่อง", "value": "7", "reason": ""})
    assert (lower.status_code, 'value="7"' in lower.content.decode()) == (422, True)
    assert client.post(address, {"meter": "", "value": ""}).status_code == 422
    assert client.get(reverse("maintenance:meter", args=[uuid4()])).status_code == 404


def lines(*words, start=0):
    values = {"lines-TOTAL_FORMS": str(len(words)), "lines-INITIAL_FORMS": str(start)}
    for number, each in enumerate(words):
        values |= {f"lines-{number}-words": each, f"lines-{number}-kind": "tick", f"lines-{number}-place": ""}
    return values


def test_a_checklist_is_made_and_changed(login, town):
    client = login(make_user("admin", "town_admin"))
    new = reverse("maintenance:checklist_new")
    assert client.get(new).status_code == 200
    assert client.post(new, {"name": "ปั๊ม"} | lines("ล้าง", "", "ทดสอบ")).status_code == 302
    row = Checklist.objects.get()
    page = reverse("maintenance:checklist", args=[row.pk])
    assert "ทดสอบ" in client.get(page).content.decode()
    moved = {"name": "ปั๊ม"} | lines("ล้าง", "ทดสอบ", start=2) | {"lines-0-place": "9", "lines-1-place": "1"}
    client.post(page, moved)
    assert [each.words for each in row.items.all()] == ["ทดสอบ", "ล้าง"]
    empty = client.post(new, {"name": "พิมพ์ไว้"} | lines(""))
    assert (empty.status_code, "พิมพ์ไว้" in empty.content.decode()) == (422, True)
    client.post(reverse("maintenance:checklist_in_use", args=[row.pk]), {"active": "0"})
    row.refresh_from_db()
    assert not row.is_active
    assert client.post(reverse("maintenance:checklists"), {"propose_from": "4"}).status_code == 302
    assert RoundSettings.objects.get().propose_from == 4
    assert client.post(reverse("maintenance:checklists"), {"propose_from": "1"}).status_code == 422
