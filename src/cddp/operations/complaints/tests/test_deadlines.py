"""Rules: working days, pauses, the chain of command, and the days off of the state."""

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.complaints.rules import deadlines
from cddp.operations.complaints.rules.deadlines import Pause, due_at, working_days_between
from cddp.operations.complaints.rules.holidays import thai_public_holidays

NOTHING_OFF = frozenset()
# 5 and 10 December 2569 (a Saturday and a Thursday), with the Monday in lieu of the first.
DECEMBER = frozenset({dt.date(2026, 12, 5), dt.date(2026, 12, 7), dt.date(2026, 12, 10)})


def at(day, hour=10, minute=0, *, month=11, year=2026):
    return dt.datetime(year, month, day, hour, minute, tzinfo=BANGKOK)


def december(day, hour=16, minute=30):
    return at(day, hour, minute, month=12)


@pytest.mark.parametrize(
    ("opened", "days", "due"),
    [
        (at(23), 3, at(26, 16, 30)),  # Monday to Thursday
        (at(23), 0, at(23, 16, 30)),
        (at(23, 16, 30), 1, at(24, 16, 30)),  # at the very close it is still that day's
        (at(23, 16, 31), 1, at(25, 16, 30)),
        (at(26, 9), 2, at(30, 16, 30)),  # over a weekend
        (at(28, 9), 1, december(1)),  # Saturday counts as Monday
        (at(29, 23, 59), 1, december(1)),
        (december(3, 9), 2, december(8)),  # over Saturday, Sunday and the day in lieu
        (december(8, 9), 2, december(11)),
        (dt.datetime(2026, 11, 23, 17, 30, tzinfo=dt.UTC), 1, at(25, 16, 30)),  # 0:30 of the 24th in Thailand
    ],
)
def test_the_deadline_is_the_close_of_a_working_day(opened, days, due):
    assert due_at(opened, days, holidays=DECEMBER) == due


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([Pause(at(24, 9), at(26, 9))], at(30, 16, 30)),  # the closes of the 24th and the 25th fall away
        ([Pause(at(24, 9), at(24, 16))], at(26, 16, 30)),  # resumed before the close: no day was lost
        ([Pause(at(23, 11), at(24, 9))], at(27, 16, 30)),  # the day of receipt lost its close
        ([Pause(at(24, 9), at(26, 9)), Pause(at(24, 12), at(25, 18))], at(30, 16, 30)),  # overlapping
        ([Pause(at(28, 0), at(29, 23))], at(26, 16, 30)),  # a weekend stands still anyway
        ([Pause(at(1), at(20))], at(26, 16, 30)),  # before it came in
        ([Pause(at(26, 16, 31), december(20))], at(26, 16, 30)),  # after the deadline
    ],
)
def test_pauses_move_the_deadline_by_the_days_that_were_lost(pauses, due):
    assert due_at(at(23), 3, holidays=NOTHING_OFF, pauses=pauses) == due


@pytest.mark.parametrize("days", [-1, 366])
def test_no_promise_goes_backwards_or_beyond_a_year(days):
    with pytest.raises(ValueError, match="no promise"):
        due_at(at(23), days, holidays=NOTHING_OFF)


def test_a_pause_does_not_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        Pause(at(24), at(23))


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (at(23), at(23, 16), 0),
        (at(23), at(23, 16, 30), 1),
        (at(23, 16, 30), at(24, 16, 29), 0),
        (at(23, 16, 30), at(30, 16, 30), 5),
        (at(30, 16, 30), at(23, 16, 30), -5),
        (december(4), december(11), 3),
    ],
)
def test_working_days_lie_between_two_moments(since, until, days):
    assert working_days_between(since, until, holidays=DECEMBER) == days


def test_each_level_of_the_chain_of_command_hears_once_its_days_have_passed():
    due = at(26, 16, 30)
    moments = deadlines.escalation_moments(due, holidays=DECEMBER)
    assert moments == (due, december(1), december(8))
    for level, moment in enumerate(moments, 1):
        assert deadlines.escalation_level(due, at=moment, holidays=DECEMBER) == level - 1
        just_after = moment + dt.timedelta(seconds=1)
        assert deadlines.escalation_level(due, at=just_after, holidays=DECEMBER) == level


def test_the_table_of_levels_is_in_order():
    assert [each.level for each in deadlines.ESCALATION] == [1, 2, 3]
    late = [each.days_late for each in deadlines.ESCALATION]
    assert late == sorted(late)
    assert late[0] == 0


# ── properties ────────────────────────────────────────────────────────────────────────────────────

moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31), timezones=st.just(BANGKOK))
days = st.integers(0, 60)
days_off = st.frozensets(st.dates(dt.date(2026, 1, 1), dt.date(2028, 6, 30)), max_size=40)


@st.composite
def pause_lists(draw):
    pairs = draw(st.lists(st.tuples(moments, st.timedeltas(dt.timedelta(0), dt.timedelta(40))), max_size=4))
    return [Pause(start, start + span) for start, span in pairs]


@given(moments, days, days_off, pause_lists())
def test_more_days_are_never_due_earlier(opened, count, holidays, pauses):
    nearer = due_at(opened, count, holidays=holidays, pauses=pauses)
    assert nearer < due_at(opened, count + 1, holidays=holidays, pauses=pauses)


@given(moments, moments, days, days_off, pause_lists())
def test_what_came_in_later_is_never_due_earlier(one, other, count, holidays, pauses):
    first, second = sorted([one, other])
    assert due_at(first, count, holidays=holidays, pauses=pauses) <= due_at(
        second, count, holidays=holidays, pauses=pauses
    )


@given(moments, days, days_off, pause_lists())
def test_the_deadline_is_at_the_close_of_a_day_on_which_the_town_works(opened, count, holidays, pauses):
    due = due_at(opened, count, holidays=holidays, pauses=pauses)
    assert due.astimezone(BANGKOK).time() == dt.time(16, 30)
    assert deadlines.is_working_day(due.astimezone(BANGKOK).date(), holidays)
    assert not any(pause.covers(due) for pause in pauses)


@given(moments, days, days_off, pause_lists(), moments, st.timedeltas(dt.timedelta(0), dt.timedelta(30)))
def test_one_more_pause_only_moves_it_later(opened, count, holidays, pauses, start, span):
    without = due_at(opened, count, holidays=holidays, pauses=pauses)
    with_it = due_at(opened, count, holidays=holidays, pauses=[*pauses, Pause(start, start + span)])
    assert with_it >= without


@given(moments, days, days_off, pause_lists(), moments)
def test_to_pause_and_resume_at_once_changes_nothing(opened, count, holidays, pauses, moment):
    assert due_at(opened, count, holidays=holidays, pauses=[*pauses, Pause(moment, moment)]) == due_at(
        opened, count, holidays=holidays, pauses=pauses
    )


@given(moments, days, days_off, st.timedeltas(dt.timedelta(seconds=1), dt.timedelta(40)))
def test_who_is_late_cannot_pause_it_away(opened, count, holidays, span):
    due = due_at(opened, count, holidays=holidays)
    started = due + dt.timedelta(seconds=1)
    assert due_at(opened, count, holidays=holidays, pauses=[Pause(started, started + span)]) == due


@given(moments, days, days_off, st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_pause_gives_back_exactly_the_working_days_it_took(opened, count, holidays, shares):
    plain = due_at(opened, count, holidays=holidays)
    start, end = (opened + share * (plain - opened) for share in sorted(shares))
    # A close at the pause's first moment is taken, one at its last is not.
    assume(dt.time(16, 30) not in {start.time(), end.time()})
    moved = due_at(opened, count, holidays=holidays, pauses=[Pause(start, end)])
    lost = working_days_between(start, end, holidays=holidays)
    assert working_days_between(plain, moved, holidays=holidays) == lost


@given(moments, moments, moments, days_off)
def test_working_days_add_up(first, second, third, holidays):
    first, second, third = sorted([first, second, third])
    assert working_days_between(first, third, holidays=holidays) == working_days_between(
        first, second, holidays=holidays
    ) + working_days_between(second, third, holidays=holidays)


@given(moments, days, days_off, days_off, pause_lists())
def test_a_changed_table_of_days_off_keeps_the_promised_days(opened, count, before, after, pauses):
    due = due_at(opened, count, holidays=before, pauses=pauses)
    moved = deadlines.move_calendar(opened, due, before=before, after=after, pauses=pauses)
    assert moved == due_at(opened, count, holidays=after, pauses=pauses)
    assert deadlines.move_calendar(opened, moved, before=after, after=before, pauses=pauses) == due


@given(moments, days, days_off, moments)
def test_the_cutoffs_tell_of_many_deadlines_what_the_level_tells_of_one(opened, count, holidays, now):
    due = due_at(opened, count, holidays=holidays)
    cutoffs = deadlines.escalation_cutoffs(now, holidays=holidays)
    reached = sum(due < cutoff for cutoff in cutoffs)
    assert reached == deadlines.escalation_level(due, at=now, holidays=holidays)


# ── the days off of the state ─────────────────────────────────────────────────────────────────────


def test_the_days_off_of_the_state_carry_their_thai_names_in_order():
    found = thai_public_holidays([2026])
    assert list(found) == sorted(found)
    assert found[dt.date(2026, 4, 13)] == "วันสงกรานต์"
    assert found[dt.date(2026, 5, 13)] == "วันพืชมงคล"  # for offices of the state alone
    assert dt.date(2026, 6, 1) in found  # in lieu of Visakha Bucha on a Sunday
    assert {day.year for day in found} == {2026}


@pytest.mark.parametrize("day", [dt.date(2026, 5, 1), dt.date(2027, 5, 3), dt.date(2026, 1, 10)])
def test_labour_day_and_childrens_day_are_no_days_off_of_the_state(day):
    found = thai_public_holidays([2026, 2027])
    assert day not in found


def test_a_deadline_counts_around_songkran():
    holidays = thai_public_holidays([2026]).keys()
    assert due_at(at(10, month=4), 2, holidays=holidays) == at(17, 16, 30, month=4)
