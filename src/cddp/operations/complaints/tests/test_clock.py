"""The clock of a problem: pausing and resuming, days off that move deadlines, where it begins anew."""

import datetime as dt

import pytest

from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.complaints.choices import Outcome, Priority, ReportState
from cddp.operations.complaints.errors import NeedChangedMeanwhile, UnableToChangeNeed, UnableToConfigure
from cddp.operations.complaints.models import NEVER, DeadlinePause, Holiday, Need, ServiceLevel
from cddp.operations.complaints.services.assigning import set_priority
from cddp.operations.complaints.services.days_off import add_day_off, fill_year, remove_day_off, set_observed
from cddp.operations.complaints.services.deadlines import deadline_of
from cddp.operations.complaints.services.moving import close_need, reopen_need
from cddp.operations.complaints.services.pausing import pause_clock, resume_clock
from cddp.operations.complaints.services.setting_up import set_up_town
from cddp.operations.complaints.tests.needs import NOW, category, tell
from tests.towns import make_user

DAY = dt.timedelta(days=1)


def close_of(day, month=12):
    return dt.datetime(2026, month, day, 16, 30, tzinfo=BANGKOK)


@pytest.fixture
def worker(town):
    return make_user("worker", "technician")


@pytest.fixture
def keeper(town):
    return make_user("keeper", "town_admin")


@pytest.fixture
def need(town):
    """A lamp told of on Thursday 26 November 2569, promised in 3 working days: Tuesday 1 December."""
    ServiceLevel.objects.create(category=category(), priority=Priority.NORMAL, working_days=3)
    return Need.objects.get(pk=tell().need_id)


def test_the_promise_is_counted_in_working_days(need):
    assert need.due_at == close_of(1)


def test_a_pause_takes_the_problem_off_the_clock_and_gives_back_what_it_took(worker, need):
    paused = pause_clock(worker, need.pk, version=need.version, reason="รออะไหล่", at=NOW + DAY)
    assert (paused.due_at, paused.paused_at, paused.version) == (NEVER, NOW + DAY, need.version + 1)
    assert not Need.objects.overdue(NOW + 400 * DAY).exists()
    # Friday 10:00 to Thursday 10:00: the closes of Friday, Monday, Tuesday and Wednesday are lost.
    resumed = resume_clock(worker, need.pk, version=paused.version, at=NOW + 7 * DAY)
    assert (resumed.due_at, resumed.paused_at) == (close_of(7), None)
    row = DeadlinePause.objects.get()
    assert (row.reason, row.from_at, row.until_at) == ("รออะไหล่", NOW + DAY, NOW + 7 * DAY)


def test_to_pause_and_resume_at_once_keeps_the_day(worker, need):
    paused = pause_clock(worker, need.pk, version=need.version, reason="ลองดู", at=NOW)
    assert resume_clock(worker, need.pk, version=paused.version, at=NOW).due_at == need.due_at


def test_several_pauses_add_up(worker, need):
    for start in (0, 4):
        pause_clock(worker, need.pk, version=None, reason="ฝนตกหนัก", at=NOW + start * DAY)
        need = resume_clock(worker, need.pk, version=None, at=NOW + (start + 1) * DAY)
    # The closes of Thursday 26 and of Monday 30 November are lost.
    assert need.due_at == close_of(3)


@pytest.mark.parametrize(
    ("reason", "at", "words"),
    [("  ", NOW, "กรุณาเขียนเหตุ"), ("รอ", close_of(1) + dt.timedelta(seconds=1), "เลยกำหนดแล้ว")],
)
def test_a_pause_needs_a_reason_and_comes_before_the_deadline(worker, need, reason, at, words):
    with pytest.raises(UnableToChangeNeed, match=words):
        pause_clock(worker, need.pk, version=need.version, reason=reason, at=at)
    assert not DeadlinePause.objects.exists()


def test_what_is_paused_is_not_paused_again_nor_what_runs_resumed(worker, need):
    with pytest.raises(UnableToChangeNeed, match="ไม่ได้พัก"):
        resume_clock(worker, need.pk, version=None, at=NOW)
    pause_clock(worker, need.pk, version=None, reason="รอ", at=NOW)
    with pytest.raises(UnableToChangeNeed, match="พักอยู่แล้ว"):
        pause_clock(worker, need.pk, version=None, reason="รอ", at=NOW)


def test_who_may_not_work_on_it_does_not_stop_its_clock(need, town):
    reader = make_user("reader", "mayor")
    with pytest.raises(UnableToChangeNeed, match="ไม่มีสิทธิ์"):
        pause_clock(reader, need.pk, version=None, reason="รอ", at=NOW)


def test_a_change_meanwhile_is_told(worker, need):
    with pytest.raises(NeedChangedMeanwhile):
        pause_clock(worker, need.pk, version=need.version - 1, reason="รอ", at=NOW)


def test_a_closed_problem_has_no_clock(worker, need):
    close_need(worker, need.pk, version=None, outcome=Outcome.DONE, words="เปลี่ยนหลอดไฟแล้ว", at=NOW)
    with pytest.raises(UnableToChangeNeed, match="ไม่มีกำหนดเสร็จ"):
        pause_clock(worker, need.pk, version=None, reason="รอ", at=NOW)


def test_what_came_back_begins_a_clock_of_its_own_without_the_old_pauses(worker, need):
    pause_clock(worker, need.pk, version=None, reason="รออะไหล่", at=NOW)
    close_need(worker, need.pk, version=None, outcome=Outcome.DONE, words="เปลี่ยนหลอดไฟแล้ว", at=NOW + DAY)
    back = reopen_need(worker, need.pk, note="ดับอีกแล้ว", at=NOW + 4 * DAY)
    assert back.state == ReportState.RECEIVED
    assert back.due_at == close_of(3)
    assert deadline_of(back, at=NOW + 5 * DAY) == back.due_at


def test_the_end_of_a_problem_ends_its_pause(worker, need):
    pause_clock(worker, need.pk, version=None, reason="รออะไหล่", at=NOW)
    close_need(worker, need.pk, version=None, outcome=Outcome.DONE, words="เปลี่ยนหลอดไฟแล้ว", at=NOW + DAY)
    assert DeadlinePause.objects.get().until_at == NOW + DAY


def test_another_urgency_is_promised_anew_with_the_pauses_there_were(worker, need):
    ServiceLevel.objects.create(category=category(), priority=Priority.URGENT, working_days=1)
    pause_clock(worker, need.pk, version=None, reason="รออะไหล่", at=NOW)
    resume_clock(worker, need.pk, version=None, at=NOW + DAY)
    triager = make_user("triager", "complaints_officer")
    urgent = set_priority(triager, need.pk, version=None, priority=Priority.URGENT, at=NOW + DAY)
    assert urgent.due_at == close_of(30, month=11)


def test_handing_it_on_never_starts_the_clock_anew(need):
    need.division_id = None
    assert deadline_of(need, at=NOW + 3 * DAY) == need.due_at


# ── days off ──────────────────────────────────────────────────────────────────────────────────────


def test_a_new_day_off_moves_the_deadlines_that_run_over_it(keeper, need):
    add_day_off(keeper, date=dt.date(2026, 11, 30), name="หยุดพิเศษ", at=NOW)
    need.refresh_from_db()
    assert need.due_at == close_of(2)
    add_day_off(keeper, date=dt.date(2026, 12, 20), name="ไม่เกี่ยว", at=NOW)
    need.refresh_from_db()
    assert need.due_at == close_of(2)


def test_a_day_worked_after_all_moves_them_back(keeper, need):
    assert add_day_off(keeper, date=dt.date(2026, 11, 30), name="หยุดพิเศษ", at=NOW).moved == 1
    day = Holiday.objects.get()
    set_observed(keeper, day.pk, is_observed=False, at=NOW)
    need.refresh_from_db()
    assert need.due_at == close_of(1)
    set_observed(keeper, day.pk, is_observed=True, at=NOW)
    remove_day_off(keeper, day.pk, at=NOW)
    need.refresh_from_db()
    assert need.due_at == close_of(1)


def test_a_new_promise_knows_the_new_day_at_once(keeper, need):
    add_day_off(keeper, date=dt.date(2026, 11, 30), name="หยุดพิเศษ", at=NOW)
    assert Need.objects.get(pk=tell(east_m=900).need_id).due_at == close_of(2)


def test_who_was_late_only_by_the_old_table_is_not_late(keeper, need):
    Need.objects.update(escalation_level=1)
    add_day_off(keeper, date=dt.date(2026, 11, 30), name="หยุดพิเศษ", at=close_of(1) + dt.timedelta(hours=1))
    need.refresh_from_db()
    assert need.escalation_level == 0


def test_paused_and_closed_problems_keep_no_deadline(worker, keeper, need):
    pause_clock(worker, need.pk, version=None, reason="รอ", at=NOW)
    add_day_off(keeper, date=dt.date(2026, 11, 30), name="หยุดพิเศษ", at=NOW)
    need.refresh_from_db()
    assert need.due_at == NEVER
    assert resume_clock(worker, need.pk, version=None, at=NOW).due_at == close_of(2)


def test_a_day_stands_once_in_the_table(keeper, town):
    add_day_off(keeper, date=dt.date(2026, 11, 30), name="หยุดพิเศษ", at=NOW)
    with pytest.raises(UnableToConfigure, match="มีในตารางแล้ว"):
        add_day_off(keeper, date=dt.date(2026, 11, 30), name="อีกครั้ง", at=NOW)


def test_a_year_is_filled_without_touching_what_the_town_wrote(keeper, town):
    Holiday.objects.create(date=dt.date(2026, 12, 10), name="ของเราเอง", is_observed=False)
    assert fill_year(keeper, 2026, at=NOW).added > 15
    assert Holiday.objects.get(date=dt.date(2026, 12, 10)).name == "ของเราเอง"
    assert fill_year(keeper, 2026, at=NOW).added == 0
    assert all(len(row.name) <= 120 for row in Holiday.objects.all())


def test_an_empty_town_gets_something_to_begin_with_once(town):
    set_up_town(at=NOW)
    first = (Holiday.objects.count(), ServiceLevel.objects.count())
    assert Need.objects.get(pk=tell().need_id).due_at == close_of(8)
    ServiceLevel.objects.filter(priority=Priority.NORMAL).delete()
    set_up_town(at=NOW)
    assert Holiday.objects.count() == first[0]
    assert 0 < ServiceLevel.objects.count() < first[1]
