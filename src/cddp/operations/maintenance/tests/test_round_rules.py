"""กติกาของรอบบำรุงรักษาและเส้นทางของช่าง: plain values in, plain values out."""

import datetime as dt
import math
from decimal import Decimal
from itertools import combinations, permutations
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.operations.maintenance.rules import rounds, schedules
from cddp.operations.maintenance.rules.schedules import Reading

DAY = dt.date(2026, 11, 26)


def stop(number: int, place, **more) -> rounds.Stop:
    return rounds.Stop(UUID(int=number), place, **more)


# ── by the calendar ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-02-28", 12, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-10", -1, "2025-12-10"),
    ],
)
def test_a_month_later(day, months, expected):
    assert schedules.add_months(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(expected)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.integers(1, 240))
def test_months_later_lie_in_that_month_and_never_skip_one(day, months):
    later = schedules.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + dt.timedelta(days=1)).month != later.month


def test_counted_from_the_day_it_was_done():
    assert schedules.next_day(dt.date(2026, 11, 20), 45, "days") == dt.date(2027, 1, 4)
    assert schedules.next_day(dt.date(2026, 1, 31), 1, "months") == dt.date(2026, 2, 28)
    assert schedules.next_day(DAY, None, "months") is None


# ── by the meter ──────────────────────────────────────────────────────────────────────────────────


def test_the_meter_reaches_its_target_at_the_pace_of_late():
    readings = [Reading(DAY - dt.timedelta(days=20), Decimal(100)), Reading(DAY, Decimal(300))]
    assert schedules.reaches_on(readings, Decimal(400)) == DAY + dt.timedelta(days=10)
    assert schedules.reaches_on(readings, Decimal(250)) == DAY


def test_one_reading_or_a_meter_that_stands_still_tells_nothing():
    assert schedules.reaches_on([], Decimal(1)) is None
    assert schedules.reaches_on([Reading(DAY, Decimal(5))], Decimal(9)) is None
    still = [Reading(DAY - dt.timedelta(days=9), Decimal(5)), Reading(DAY, Decimal(5))]
    assert schedules.reaches_on(still, Decimal(9)) is None


def test_a_new_meter_begins_a_pace_of_its_own():
    readings = [
        Reading(DAY - dt.timedelta(days=30), Decimal(900)),
        Reading(DAY - dt.timedelta(days=10), Decimal(0), is_new_meter=True),
        Reading(DAY, Decimal(50)),
    ]
    assert schedules.reaches_on(readings, Decimal(100)) == DAY + dt.timedelta(days=10)
    # What was left to run on the old one (1000 − 940) is left on the new one.
    assert schedules.after_new_meter(Decimal(1000), Decimal(940), Decimal(0)) == Decimal(60)


def test_whichever_comes_first():
    later = DAY + dt.timedelta(days=9)
    assert schedules.due_on(later, DAY) == DAY
    assert schedules.due_on(None, later) == later
    assert schedules.due_on(None, None) is None
    assert schedules.is_to_open(DAY, later, 9)
    assert not schedules.is_to_open(DAY, later, 8)
    assert not schedules.is_to_open(DAY, None, 90)


def test_weekends_and_holidays_of_the_state_are_off():
    assert schedules.is_day_off(dt.date(2026, 11, 28))  # a Saturday
    assert schedules.is_day_off(dt.date(2026, 4, 13))  # Songkran, a Monday
    assert not schedules.is_day_off(DAY)
    assert not schedules.is_day_off(dt.date(2026, 5, 1))  # Labour Day: offices of the state work
    monday_after = dt.date(2026, 11, 30)
    assert schedules.last_working_day(dt.date(2026, 11, 29), not_before=DAY) == dt.date(2026, 11, 27)
    assert schedules.last_working_day(dt.date(2026, 11, 29), not_before=monday_after) == monday_after


# ── the way ───────────────────────────────────────────────────────────────────────────────────────


def test_the_way_is_nearly_the_shortest_there_is():
    chance = Random(7)
    depot = (100.5, 13.7)
    for _round in range(20):
        places = [(100.5 + chance.uniform(-0.05, 0.05), 13.7 + chance.uniform(-0.05, 0.05)) for _ in range(7)]
        way = rounds.arrange([stop(n, place) for n, place in enumerate(places)], depot)
        found = rounds.length_of([depot, *(each.place for each in way)])
        best = min(rounds.length_of([depot, *each]) for each in permutations(places))
        assert found <= best * 1.15


def test_a_crossed_way_is_uncrossed():
    # Nearest neighbour alone would go 1 → 2 → 3 and all the way back to 4.
    depot = (100.0, 13.0)
    places = [(100.01, 13.0), (100.025, 13.0), (100.06, 13.0), (99.98, 13.0)]
    way = [each.place for each in rounds.arrange([stop(n, p) for n, p in enumerate(places)], depot)]
    assert way == [places[3], places[0], places[1], places[2]]


def test_what_is_begun_stands_first_then_emergencies_then_the_rest():
    depot = (100.0, 13.0)
    stops = [
        stop(1, (100.001, 13.0)),
        stop(2, (100.05, 13.0), is_emergency=True),
        stop(3, (100.09, 13.0), is_started=True),
        stop(4, None),
    ]
    assert [each.id.int for each in rounds.arrange(stops, depot)] == [3, 2, 1, 4]


def test_ones_own_order_is_kept_and_a_new_stop_goes_where_it_costs_least():
    depot = (100.0, 13.0)
    own = [
        stop(1, (100.09, 13.0), order=1),
        stop(2, (100.0, 13.05), order=2),
        stop(3, (100.05, 13.0), order=3),
    ]
    fresh = stop(4, (100.045, 13.025))
    urgent = stop(5, (100.2, 13.0), is_emergency=True)
    assert [each.id.int for each in rounds.arrange([*own, fresh], depot)] == [1, 4, 2, 3]
    assert rounds.arrange([*own, urgent], depot)[0].id.int == 5


def test_no_stops_one_stop_no_depot_same_place():
    assert rounds.arrange([], None) == []
    assert len(rounds.arrange([stop(1, (100.0, 13.0))], None)) == 1
    here = [stop(n, (100.0, 13.0)) for n in range(6)]
    assert len(rounds.arrange(here, None)) == 6


@given(st.lists(st.tuples(st.floats(100, 101), st.floats(13, 14)), max_size=9), st.booleans())
def test_each_stop_is_visited_once(places, has_depot):
    stops = [stop(n, place) for n, place in enumerate(places)]
    way = rounds.arrange(stops, (100.5, 13.5) if has_depot else None)
    assert sorted(each.id for each in way) == sorted(each.id for each in stops)


@given(st.lists(st.tuples(st.floats(100, 101), st.floats(13, 14)), min_size=1, max_size=9))
def test_the_sketch_stays_in_its_box(places):
    drawn = rounds.sketch(places)
    assert len(drawn.points) == len(places)
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in drawn.points)


@given(st.lists(st.tuples(st.floats(26, 314), st.floats(26, 214)), max_size=12))
def test_marks_are_readable_and_stay_in_the_box(points):
    seen = rounds.spread(points, width=340, height=240)
    assert all(0 <= x <= 340 and 0 <= y <= 240 for x, y in seen)
    assert all(
        math.dist(one, other) >= 2 * rounds.MARK - rounds.ROUNDING for one, other in combinations(seen, 2)
    )


def test_marks_that_are_apart_stay_where_they_are_and_those_of_one_place_stand_round_it():
    assert rounds.spread([(50, 50), (200, 100)], width=340, height=240) == [(50, 50), (200, 100)]
    near = rounds.spread([(170, 120)] * 6, width=340, height=240)
    assert near[0] == (170, 120)
    assert max(math.dist(each, (170, 120)) for each in near) <= 2 * rounds.MARK + 0.1


def test_metres_agree_with_a_known_distance():
    # One minute of latitude is a nautical mile, 1,852 m (1,853.2 on the mean sphere).
    assert rounds.metres((100.0, 13.0), (100.0, 13.0 + 1 / 60)) == pytest.approx(1853.2, abs=1)
