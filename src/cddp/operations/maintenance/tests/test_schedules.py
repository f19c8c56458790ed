"""แผนบำรุงรักษาและมาตร: opened once, counted from the day done, whichever comes first."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.http import Http404
from django.urls import reverse

from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.maintenance.choices import WorkSource, WorkState
from cddp.operations.maintenance.errors import (
    UnableToAct,
    UnableToConfigure,
    UnableToReadMeter,
    WorkChangedMeanwhile,
)
from cddp.operations.maintenance.models import Checklist, ChecklistItem, PreventiveSchedule, WorkOrder
from cddp.operations.maintenance.queries import schedules as queries
from cddp.operations.maintenance.services import checklists, meters, moving, proposing, schedules
from cddp.operations.maintenance.services.checklists import Line
from cddp.operations.maintenance.tests.stock_makers import make_asset, make_class
from cddp.registers.assets.choices import AssetState, Source
from cddp.registers.assets.models import Inspection
from tests.towns import make_user

TODAY = dt.date(2026, 11, 26)
NOON = dt.datetime(2026, 11, 26, 12, tzinfo=BANGKOK)
HOURS = "ชั่วโมงเครื่อง"


@pytest.fixture
def director(town):
    return make_user("director", "director")


@pytest.fixture
def technician(town):
    return make_user("technician", "technician")


@pytest.fixture
def pump(town):
    return make_asset(
        make_class("pump"),
        name="ปั๊มน้ำ 1",
        number="055-69-0001",
        place="ริมคลอง",
        shape=Point(100.5, 13.7, srid=4326),
    )


def make_schedule(asset, **more) -> PreventiveSchedule:
    values = {"title": "ล้างปั๊ม", "every": 1, "unit": "months", "next_on": TODAY, "lead_days": 7} | more
    return PreventiveSchedule.objects.create(asset=asset, **values)


def do(order: WorkOrder, *, at: dt.datetime) -> WorkOrder:
    moving.start(None, order.pk, version=None, at=at)
    return moving.finish(None, order.pk, version=None, result="ล้างและทดสอบเดินเครื่องแล้ว", at=at)


# ── opening ───────────────────────────────────────────────────────────────────────────────────────


def test_due_work_is_opened_once_with_all_it_needs(pump):
    checklist = Checklist.objects.create(name="ตรวจปั๊ม")
    ChecklistItem.objects.create(checklist=checklist, words="ล้างตะแกรง", is_required=True)
    row = make_schedule(pump, checklist=checklist)

    assert [schedules.open_due_work(TODAY) for _night in range(3)] == [1, 0, 0]

    order = WorkOrder.objects.get()
    assert (order.source, order.schedule_id, order.asset_id) == (WorkSource.SCHEDULE, row.pk, pump.pk)
    assert (order.due_on, order.place, order.state) == (TODAY, "ริมคลอง", WorkState.APPROVED)
    assert [each.words for each in order.checks.all()] == ["ล้างตะแกรง"]


def test_it_is_opened_so_many_days_before(pump):
    make_schedule(pump, next_on=TODAY + dt.timedelta(days=8), lead_days=7)
    assert schedules.open_due_work(TODAY) == 0
    assert schedules.open_due_work(TODAY + dt.timedelta(days=1)) == 1


def test_a_crew_gets_it_on_a_working_day(pump, technician):
    make_schedule(pump, next_on=dt.date(2026, 11, 29), lead=technician.membership)  # a Sunday
    schedules.open_due_work(TODAY)
    order = WorkOrder.objects.get()
    assert (order.planned_on, order.state) == (dt.date(2026, 11, 27), WorkState.PLANNED)
    assert order.lead_id == technician.membership.pk


def test_late_work_is_not_opened_again_before_it_is_done(pump):
    row = make_schedule(pump)
    schedules.open_due_work(TODAY)
    row.next_on = TODAY + dt.timedelta(days=3)  # somebody moved the day by hand
    row.save()
    assert schedules.open_due_work(TODAY + dt.timedelta(days=40)) == 0


def test_a_resting_schedule_and_a_disposed_asset_open_nothing(pump):
    make_schedule(pump, is_active=False)
    gone = make_asset(pump.asset_class, name="เก่า", state=AssetState.DISPOSED, disposed_on=TODAY)
    make_schedule(gone)
    assert schedules.open_due_work(TODAY) == 0


# ── counting anew ─────────────────────────────────────────────────────────────────────────────────


def test_the_next_time_is_counted_from_the_day_it_was_done(pump):
    row = make_schedule(pump, next_on=dt.date(2026, 1, 20))
    schedules.open_due_work(dt.date(2026, 1, 20))
    order = do(WorkOrder.objects.get(), at=dt.datetime(2026, 1, 31, 15, tzinfo=BANGKOK))

    for _told in range(2):
        schedules.work_was_done(order.pk)

    row.refresh_from_db()
    assert (row.last_done_on, row.next_on, row.version) == (dt.date(2026, 1, 31), dt.date(2026, 2, 28), 2)
    # Not accepted yet, but done: the next one comes in its time.
    assert schedules.open_due_work(dt.date(2026, 2, 21)) == 1


def test_it_is_the_day_in_thailand(pump):
    row = make_schedule(pump, every=10, unit="days")
    schedules.open_due_work(TODAY)
    order = do(WorkOrder.objects.get(), at=dt.datetime(2026, 11, 26, 20, tzinfo=dt.UTC))  # 03:00 of the 27th
    schedules.work_was_done(order.pk)
    row.refresh_from_db()
    assert row.last_done_on == dt.date(2026, 11, 27)


def test_cancelled_work_skips_one_time(pump):
    row = make_schedule(pump)
    schedules.open_due_work(TODAY)
    order = WorkOrder.objects.get()
    moving.cancel(None, order.pk, version=None, reason="ปั๊มหยุดใช้ชั่วคราว", at=NOON)

    # The night may come before the listener: nothing is opened twice for one time.
    assert schedules.open_due_work(TODAY) == 0
    for _told in range(2):
        schedules.work_was_cancelled(order.pk)
    row.refresh_from_db()
    assert (row.next_on, row.last_done_on) == (dt.date(2026, 12, 26), None)


def test_work_of_no_schedule_moves_nothing(pump):
    assert schedules.work_was_done(uuid4()) is None


# ── by the meter ──────────────────────────────────────────────────────────────────────────────────


def read(asset, value, *, days=0, **more):
    return meters.record_reading(
        None, asset_id=asset.pk, meter=HOURS, value=Decimal(value), at=NOON + dt.timedelta(days=days), **more
    )


def test_the_meter_opens_work_before_the_calendar_does(pump):
    read(pump, 0, days=-50)
    row = make_schedule(
        pump,
        next_on=TODAY + dt.timedelta(days=300),
        meter=HOURS,
        every_meter=Decimal(250),
        next_meter=Decimal(250),
    )
    read(pump, 200)  # four hours a day: 250 in 12½ days
    assert [schedules.open_due_work(TODAY), schedules.open_due_work(TODAY + dt.timedelta(days=5))] == [0, 1]
    order = WorkOrder.objects.get()
    assert order.due_on == TODAY + dt.timedelta(days=12)

    read(pump, 260, days=10)
    do(order, at=NOON + dt.timedelta(days=10, hours=1))
    schedules.work_was_done(order.pk)
    row.refresh_from_db()
    assert (row.next_meter, row.next_on) == (Decimal(510), dt.date(2027, 1, 6))


def test_a_schedule_by_meter_only_is_late_when_the_meter_has_passed(pump, director, login):
    row = make_schedule(pump, every=None, next_on=None, meter=HOURS, every_meter=Decimal(250))
    other = make_asset(pump.asset_class, name="ปั๊มน้ำ 2", number="055-69-0002")
    make_schedule(other, every=None, next_on=None, meter=HOURS, every_meter=Decimal(250))
    read(pump, 100)
    row.refresh_from_db()
    assert row.next_meter == 350
    rows, client = PreventiveSchedule.objects.all(), login(director)
    late_page, asset_page = f"{reverse('maintenance:schedules')}?late=1", pump.get_absolute_url()
    for days, value, is_late in [(1, 350, False), (2, 351, True)]:
        read(pump, value, days=days)
        assert list(queries.overdue(rows, TODAY)) == ([row] if is_late else [])
        assert queries.count_overdue(director, TODAY) == int(is_late)
        (due,) = queries.due_of([row])
        assert due.is_late(due.on) == is_late
        assert ("เลยกำหนด</span> เมื่อมาตรถึง" in client.get(late_page).content.decode()) == is_late
        assert ("badge-bad" in client.get(asset_page).content.decode()) == is_late
    in_time = client.get(f"{reverse('maintenance:schedules')}?late=0").content.decode()
    assert ("ปั๊มน้ำ 1" in in_time, "ปั๊มน้ำ 2" in in_time) == (False, True)
    row.is_active = False
    row.save()
    assert queries.count_overdue(director, TODAY) == 0


def test_a_schedule_waits_for_the_first_reading(pump):
    row = make_schedule(pump, every=None, next_on=None, meter=HOURS, every_meter=Decimal(100))
    assert schedules.open_due_work(TODAY) == 0
    read(pump, 40)
    row.refresh_from_db()
    assert row.next_meter == Decimal(140)


def test_a_meter_never_runs_backwards_without_a_reason(pump):
    read(pump, 500, days=-1)
    with pytest.raises(UnableToReadMeter) as refused:
        read(pump, "499.9")
    assert (refused.value.code, refused.value.field) == ("backwards", "reason")
    assert read(pump, "499.9", reason="ครั้งก่อนอ่านผิด").value == Decimal("499.9")


def test_a_reading_of_before_the_last_one_is_refused(pump):
    read(pump, 500)
    with pytest.raises(UnableToReadMeter) as refused:
        read(pump, 600, days=-3)
    assert refused.value.code == "older"


@pytest.mark.parametrize("value", ["-1", "NaN", "Infinity", "1000000000000"])
def test_no_number_no_reading(pump, value):
    with pytest.raises(UnableToReadMeter) as refused:
        read(pump, value)
    assert refused.value.code == "number"


def test_a_new_meter_leaves_what_was_left_to_run(pump):
    read(pump, 900, days=-2)
    row = make_schedule(
        pump, every=None, next_on=None, meter=HOURS, every_meter=Decimal(500), next_meter=Decimal(1000)
    )
    change = {"asset_id": pump.pk, "meter": HOURS, "new_value": Decimal(5), "at": NOON}
    with pytest.raises(UnableToReadMeter):
        meters.replace_meter(None, old_value=Decimal(899), **change)
    meters.replace_meter(None, old_value=Decimal(940), reason="มาตรเสีย", **change)
    row.refresh_from_db()
    assert row.next_meter == Decimal(65)
    assert read(pump, 20, days=1).value == Decimal(20)  # forwards on the new one, no reason needed
    assert meters.find_last(pump.pk, HOURS).value == Decimal(20)


def test_who_may_not_work_may_not_read(pump, officer):
    with pytest.raises(UnableToAct):
        meters.record_reading(officer, asset_id=pump.pk, meter=HOURS, value=Decimal(1), at=NOON)


# ── keeping schedules ─────────────────────────────────────────────────────────────────────────────


def values(**more):
    return {"title": "ล้างปั๊ม", "every": 3, "unit": "months", "lead_days": 7} | more


def test_keep_change_and_stale(director, pump):
    row = schedules.keep_schedule(director, None, asset_id=pump.pk, version=None, values=values())
    assert row.next_on is not None
    changed = schedules.keep_schedule(director, row.pk, asset_id=pump.pk, version=1, values=values(every=6))
    assert (changed.every, changed.version) == (6, 2)
    with pytest.raises(WorkChangedMeanwhile):
        schedules.keep_schedule(director, row.pk, asset_id=pump.pk, version=1, values=values(every=9))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"every": None}, "no_rhythm"),
        ({"every_meter": Decimal(5)}, "half_meter"),
        ({"meter": HOURS}, "half_meter"),
    ],
)
def test_a_schedule_needs_a_whole_rhythm(director, pump, given, code):
    with pytest.raises(UnableToConfigure) as refused:
        schedules.keep_schedule(director, None, asset_id=pump.pk, version=None, values=values(**given))
    assert refused.value.code == code


def test_the_first_target_is_counted_from_the_last_reading(director, pump):
    read(pump, 120)
    row = schedules.keep_schedule(
        director, None, asset_id=pump.pk, version=None, values=values(meter=HOURS, every_meter=Decimal(250))
    )
    assert row.next_meter == Decimal(370)


def test_who_does_not_plan_keeps_nothing(technician, director, pump, towns):
    with pytest.raises(UnableToAct):
        schedules.keep_schedule(technician, None, asset_id=pump.pk, version=None, values=values())
    with pytest.raises(Http404):
        schedules.keep_schedule(director, uuid4(), asset_id=pump.pk, version=1, values=values())


def test_one_for_many_leaves_those_that_have_it(director, pump):
    others = [make_asset(pump.asset_class, name=f"ปั๊ม {n}") for n in range(3)]
    make_schedule(pump)
    ids = [each.pk for each in (*others, pump)]
    kept = schedules.keep_for_many(director, ids, values=values())
    assert (kept.added, kept.known) == (3, 1)
    again = schedules.keep_for_many(director, ids, values=values())
    assert (again.added, PreventiveSchedule.objects.count()) == (0, 4)
    with pytest.raises(UnableToConfigure):
        schedules.keep_for_many(director, [], values=values())


def test_done_on_time_counts_what_was_due(director, pump):
    days = [(0, 0), (0, 3), (0, None)]
    for number, (due, done) in enumerate(days):
        row = make_schedule(pump, title=f"งาน {number}")
        order = WorkOrder.objects.create(
            number=f"{number}/2570", title="ก", requested_at=NOON, state_since=NOON, schedule=row,
            due_on=TODAY + dt.timedelta(days=due), state=WorkState.APPROVED if done is None else WorkState.DONE,
            done_at=None if done is None else NOON + dt.timedelta(days=done),
        )  # fmt: skip
        assert order
    found = queries.done_on_time(director, TODAY, TODAY)
    assert (found.due, found.on_time, found.late, found.open) == (3, 1, 1, 1)
    assert found.share == pytest.approx(1 / 3)
    assert queries.done_on_time(director, TODAY + dt.timedelta(days=1), TODAY).share is None


# ── from an inspection ────────────────────────────────────────────────────────────────────────────


def inspect(asset, condition):
    return Inspection.objects.create(
        asset=asset, condition=condition, on=TODAY, at=NOON, source=Source.INSPECTION, notes="รั่ว"
    )


def test_bad_condition_asks_for_work_if_the_town_wants(pump):
    seen = inspect(pump, 4)
    ask = {"condition": 4, "at": NOON}
    assert proposing.propose_work(pump.pk, seen.pk, **ask) is None
    proposing.set_propose_from(make_user("admin", "town_admin"), 4)

    order = proposing.propose_work(pump.pk, seen.pk, **ask)

    assert (order.state, order.source, order.description) == (
        WorkState.REQUESTED,
        WorkSource.INSPECTION,
        "รั่ว",
    )
    # Told twice, or seen again while the repair is open: one work order.
    assert proposing.propose_work(pump.pk, seen.pk, **ask) is None
    assert proposing.propose_work(pump.pk, inspect(pump, 5).pk, condition=5, at=NOON) is None
    assert WorkOrder.objects.count() == 1


def test_a_fair_condition_asks_for_nothing(pump):
    proposing.set_propose_from(make_user("admin", "town_admin"), 4)
    assert proposing.propose_work(pump.pk, inspect(pump, 3).pk, condition=3, at=NOON) is None


def test_only_who_configures_says_so(director):
    with pytest.raises(UnableToAct):
        proposing.set_propose_from(director, 4)


# ── checklists ────────────────────────────────────────────────────────────────────────────────────


def test_a_checklist_is_kept_in_its_order(town):
    admin = make_user("admin", "town_admin")
    lines = [Line("ล้างตะแกรง", is_required=True), Line("วัดแรงดัน", kind="number", unit="บาร์")]
    row = checklists.keep_checklist(admin, None, name="ปั๊ม", asset_class_id=None, lines=lines)
    checklists.keep_checklist(admin, row.pk, name="ปั๊ม", asset_class_id=None, lines=lines[::-1])
    found = [(each.words, each.kind, each.unit, each.is_required) for each in row.items.all()]
    assert found == [("วัดแรงดัน", "number", "บาร์", False), ("ล้างตะแกรง", "tick", "", True)]


@pytest.mark.parametrize(
    ("name", "lines", "code"),
    [
        ("", [Line("ก")], "no_name"),
        ("ซ้ำ", [Line("ก")], "taken"),
        ("ใหม่", [], "no_lines"),
        ("ใหม่", [Line(" ")], "empty_line"),
        ("ใหม่", [Line("ก", kind="song")], "empty_line"),
        ("ใหม่", [Line("ก")] * 61, "too_many"),
    ],
)
def test_a_checklist_is_refused(town, name, lines, code):
    Checklist.objects.create(name="ซ้ำ")
    with pytest.raises(UnableToConfigure) as refused:
        checklists.keep_checklist(
            make_user("admin", "town_admin"), None, name=name, asset_class_id=None, lines=lines
        )
    assert refused.value.code == code
