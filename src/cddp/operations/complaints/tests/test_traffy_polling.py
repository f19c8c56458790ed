"""Services: rounds of reading at a Traffy of our own; file, list and single answer agree, and nothing odd is lost."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cddp.foundation.notify.models import Notification
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints import tasks
from cddp.operations.complaints.choices import OddReason, ReportState, TraffyFault
from cddp.operations.complaints.models import (
    ImportBatch,
    Intake,
    Need,
    NeedStatus,
    OddRow,
    Report,
    ReportStatus,
    TraffyAccount,
)
from cddp.operations.complaints.queries.traffy import find_account, token_of
from cddp.operations.complaints.services import traffy_polling
from cddp.operations.complaints.tests.makers import import_lines
from cddp.operations.complaints.tests.traffy_makers import (
    fake_traffy,
    join,
    need_of,
    open_account,
    poll,
    read_again,
    report_of,
    run_jobs,
    verdicts,
    waiting_jobs,
)
from tests.fakes.traffy import OTHER_ORG, PASSWORD
from tests.fakes.traffy_tickets import BUCKET, naive
from tests.towns import make_user

A, B = "2026-AAAAAA", "BBBBBB"


@pytest.fixture
def fake(settings, town):
    with fake_traffy(settings) as fake:
        yield fake


@pytest.fixture
def admin(town):
    return make_user("admin", "town_admin")


@pytest.fixture
def account(fake, admin):
    return open_account(admin)


def odd():
    return {(row.number, row.reason) for row in OddRow.objects.all()}


def test_a_poll_takes_what_moved_and_a_second_one_adds_nothing(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A, type="ไฟฟ้า")
    fake.citizen_reports("ท่อระบายน้ำตัน", number=B, changes={"latitude": 18.6})
    assert (poll().added, verdicts()) == (2, (2, 0, 0, 0))
    report = report_of(A)
    assert (report.state, report.point.x, report.need is not None) == (ReportState.RECEIVED, 99.01, True)
    assert abs(report.requested_at - timezone.now()) < dt.timedelta(minutes=1)
    history, needs = ReportStatus.objects.count(), Need.objects.count()
    for _round in range(3):
        taken = poll()
        assert (taken.added, taken.changed, taken.fault) == (0, 0, None)
    assert verdicts() == (2, 0, 6, 0)
    assert (ReportStatus.objects.count(), Need.objects.count(), Intake.objects.count()) == (history, needs, 2)
    assert OddRow.objects.count() == 2  # the bare bucket that means "no picture", told once for each ticket
    assert {row.reason for row in OddRow.objects.all()} == {OddReason.NO_PHOTO}


def test_list_single_answer_and_file_agree(fake, account, tmp_path):
    ticket = fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    assert (read_again(A).changed, verdicts()) == (0, (1, 0, 1, 0))
    line = {
        "ticket_id": A, "type": "ถนน", "org": "เทศบาลทดสอบ", "description": "ไฟถนนดับ", "photo_url": ticket.photo,
        "after_photo": "", "address": "ลำพูน", "timestamp": f"{ticket.at}+07", "problem_type_abdul": ["ถนน"],
        "star": None, "count_reopen": "0", "note": None, "state": "รอรับเรื่อง",
        "last_activity": f"{ticket.last_activity}+07", "coords": ["99.01000", "18.58000"],
    }  # fmt: skip
    batch = import_lines(tmp_path, line)
    assert (batch.added, batch.changed, batch.unchanged) == (0, 0, 1)
    poll()
    assert (Report.objects.count(), ReportStatus.objects.count()) == (1, 1)


def test_a_single_answer_brings_the_words_of_the_staff_and_the_next_list_does_not_undo_them(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    fake.staff_moves(A, "เสร็จสิ้น", note="เปลี่ยนหลอดแล้ว", photos=1)
    assert read_again(A).changed == 1
    report = report_of(A)
    assert (report.state, report.need.state) == (ReportState.FINISHED, ReportState.FINISHED)
    assert report.after_photo_urls == [f"{BUCKET}attachment/2026-11/after-1.jpeg"]
    assert ReportStatus.objects.filter(report=report).last().note == "เปลี่ยนหลอดแล้ว"
    assert NeedStatus.objects.filter(need=report.need).last().note == "เปลี่ยนหลอดแล้ว"
    poll()
    assert report_of(A).after_photo_urls == report.after_photo_urls
    assert ReportStatus.objects.filter(report=report).count() == 2


def test_a_closed_ticket_that_waits_again_brings_its_problem_back(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.staff_moves(A, "เสร็จสิ้น", note="เปลี่ยนหลอดแล้ว")
    poll()
    need = need_of(A)
    assert (need.state, need.is_open, need.came_back_count) == (ReportState.FINISHED, False, 0)
    fake.citizen_reopens(A)
    poll()
    need = need_of(A)
    assert (need.state, need.is_open, need.came_back_count) == (ReportState.RECEIVED, True, 1)
    assert report_of(A).reopen_count == 1
    assert NeedStatus.objects.filter(need=need, came_back=True).count() == 1
    poll()
    assert need_of(A).came_back_count == 1


def test_many_tickets_of_one_problem_close_it_only_together(fake, account):
    for number in (A, B):
        fake.citizen_reports("ไฟถนนดับหน้าตลาด", number=number)
    poll()
    join(B, into=A)
    fake.staff_moves(A, "เสร็จสิ้น")
    poll()
    assert need_of(A).is_open
    fake.staff_moves(B, "เสร็จสิ้น")
    poll()
    assert not need_of(A).is_open


def test_what_an_officer_did_here_is_not_undone_by_news_that_moves_no_state(fake, account, officer_moves):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    officer_moves(A, ReportState.IN_PROGRESS)
    ticket = fake.tickets[A]
    ticket.description, ticket.last_activity = "ไฟถนนดับ สองต้น", naive()
    assert poll().changed == 1
    report = report_of(A)
    assert (report.description, report.state) == ("ไฟถนนดับ สองต้น", ReportState.IN_PROGRESS)
    assert need_of(A).state == ReportState.IN_PROGRESS


@pytest.fixture
def officer_moves(town):
    from cddp.operations.complaints.services.moving import change_state

    officer = make_user("clerk", "complaints_officer")

    def move(number, state):
        need = need_of(number)
        return change_state(officer, need.pk, version=need.version, state=state, at=timezone.now())

    return move


def test_own_names_of_states_mean_what_the_offices_list_says(fake, account):
    fake.statuses.append(
        fake.statuses[5] | {"status": "ปิดงานแล้ว", "issue_status_id": 3, "org_statuses_id": 77}
    )
    account.statuses = [
        {"name": "ปิดงานแล้ว", "type": "finish", "issue_status_id": 3, "org_status_id": 77, "order": 9}
    ]
    account.save(update_fields=["statuses"])
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.staff_moves(A, "ปิดงานแล้ว")
    fake.citizen_reports("ท่อตัน", number=B)
    fake.staff_moves(B, "รอผู้รับเหมา")
    poll()
    assert (report_of(A).state, report_of(A).state_label) == (ReportState.FINISHED, "ปิดงานแล้ว")
    assert (report_of(B).state, report_of(B).state_label) == (ReportState.IN_PROGRESS, "รอผู้รับเหมา")
    assert (B, OddReason.UNKNOWN_STATE) in odd()
    assert (A, OddReason.UNKNOWN_STATE) not in odd()


# ── rows as they should not be ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "reason", "is_placed"),
    [
        ({"latitude": 99.01, "longitude": 18.58}, OddReason.SWAPPED_POINT, True),
        ({"latitude": 0, "longitude": 0}, OddReason.ZERO_POINT, False),
        ({"latitude": 38.6, "longitude": -90.4}, OddReason.OUTSIDE_THAILAND, False),
        ({"latitude": None, "longitude": None}, OddReason.NO_POINT, False),
        ({"timestamp": "เมื่อวาน"}, OddReason.UNREADABLE_TIME, True),
        ({"star": 9}, OddReason.BAD_RATING, True),
        ({"type": "โดรนรบกวน"}, OddReason.UNKNOWN_TYPE, True),
        ({"type": ""}, OddReason.EMPTY_TYPE, True),
        ({"description": "น้ำ\x00ท่วม"}, OddReason.HIDDEN_CHARACTERS, True),
    ],
)
def test_each_odd_ticket_is_kept_and_listed_once(fake, account, changes, reason, is_placed):
    fake.citizen_reports("ไฟถนนดับ", number=A, changes=changes)
    poll()
    poll()
    report = report_of(A)
    assert (report.is_odd, report.point is not None, report.need is not None) == (True, is_placed, True)
    assert OddRow.objects.filter(number=A, reason=reason).count() == 1


def test_a_ticket_without_a_number_is_known_again(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A, changes={"ticket_id": None})
    poll()
    poll()
    assert verdicts() == (1, 0, 1, 0)
    assert Report.objects.get().number.startswith("hash-")
    assert OddRow.objects.filter(reason=OddReason.MISSING_ID).count() == 1


def test_numbers_that_repeat_in_one_answer_are_set_aside_and_listed(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.fail("get-issues", "repeat")
    poll()
    assert verdicts() == (1, 0, 0, 1)
    assert (A, OddReason.REPEATED_ID) in odd()


def test_rows_that_are_none_are_kept_aside(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.fail("get-issues", "not_rows")
    poll()
    assert verdicts() == (1, 0, 0, 3)
    assert OddRow.objects.filter(reason=OddReason.NOT_A_TICKET, report=None).count() == 3


def test_an_older_answer_never_turns_the_state_back(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.caches_issues = True
    read_again(A)
    fake.staff_moves(A, "กำลังดำเนินการ", note="ช่างออกแล้ว")
    poll()
    read_again(A)
    assert report_of(A).state == ReportState.IN_PROGRESS
    assert ReportStatus.objects.filter(report=report_of(A)).count() == 2


# ── talks that fail ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("fail", TraffyFault.REFUSED),
        ("http_500", TraffyFault.SERVER_ERROR),
        ("http_429", TraffyFault.TOO_MANY),
        ("html", TraffyFault.NOT_JSON),
        ("cut", TraffyFault.NOT_JSON),
        ("drop", TraffyFault.SERVER_ERROR),
        ("file_not_found", TraffyFault.FILE_NOT_FOUND),
        ("odd_results", TraffyFault.WRONG_SHAPE),
    ],
)
def test_a_round_that_fails_is_listed_and_the_next_one_brings_everything(fake, account, kind, fault):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.fail("get-issues", kind)
    assert poll().fault is fault
    assert [reason for _number, reason in odd()] == [OddReason.FAILED_CALL]
    assert Report.objects.count() == 0
    assert find_account().last_polled_at is None
    assert (poll().added, find_account().last_problem) == (1, "")


def test_a_slow_answer_is_given_up_and_listed(fake, account, settings):
    settings.TRAFFY_TIMEOUT_S = 0.3
    fake.fail("get-issues", "slow", seconds=1)
    assert poll().fault is TraffyFault.TIMED_OUT
    assert "ไม่ตอบ" in find_account().last_problem


def test_a_token_that_ends_in_the_middle_loses_nothing_and_the_new_one_is_kept(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    fake.expire_tokens()
    fake.citizen_reports("ท่อตัน", number=B)
    assert poll().added == 1
    assert fake.tokens_given == 2
    poll()
    assert fake.tokens_given == 2
    kept = TraffyAccount.objects.get()
    assert token_of(kept).words.encode() not in bytes(kept.token_sealed)
    assert PASSWORD.encode() not in bytes(kept.password_sealed)


def test_a_warning_before_the_json_is_read_over_and_listed_once_a_day(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.fail("get-issues", "php_warning", times=2)
    assert (poll().added, poll().added) == (1, 0)
    assert OddRow.objects.filter(reason=OddReason.NOISY_ANSWER).count() == 1


def test_a_list_that_was_cut_is_listed(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    fake.fail("get-issues", "short")
    assert poll().added == 1
    assert OddRow.objects.get(reason=OddReason.CUT_ANSWER).value == "1 / 8"


def test_a_used_up_quota_stops_all_calls_until_the_first_and_people_are_told_once(fake, account, admin):
    fake.credit = 1
    with time_machine.travel(dt.datetime(2026, 11, 26, 3, tzinfo=dt.UTC), tick=True):
        assert poll().fault is TraffyFault.QUOTA_USED_UP
        asked = len(fake.calls)
        assert poll() is None
        tasks.talk_to_traffy_everywhere(timestamp=0)
        assert (len(fake.calls), waiting_jobs()) == (asked, [])
    assert Notification.objects.filter(user=admin).count() == 1
    fake.credit = 100
    fake.citizen_reports("ไฟถนนดับ", number=A)
    with time_machine.travel(dt.datetime(2026, 12, 1, 0, 1, tzinfo=dt.timezone(dt.timedelta(hours=7)))):
        assert poll().added == 1
        assert find_account().exhausted_until is None


def test_a_quota_that_runs_low_is_listed_and_rings_are_left_to_the_rounds(fake, account):
    fake.credit = 8
    fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    assert OddRow.objects.filter(reason=OddReason.QUOTA_LOW).count() == 1
    asked = len(fake.calls)
    assert read_again(A) is None
    assert len(fake.calls) == asked


def test_a_wrong_password_switches_the_account_off_before_traffy_does(fake, account, admin):
    fake.passwords["town"] = "เปลี่ยนแล้ว"
    assert poll().fault is TraffyFault.WRONG_PASSWORD
    kept = find_account()
    assert (kept.is_active, "รหัสผ่าน" in kept.last_problem) == (False, True)
    assert poll() is None
    assert len(fake.asked("get-auth")) == 1
    assert Notification.objects.filter(user=admin).count() == 1


# ── when ──────────────────────────────────────────────────────────────────────────────────────────────


def test_every_ten_minutes_a_town_that_is_due_is_read_once(fake, account, towns):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    tasks.talk_to_traffy_everywhere(timestamp=0)
    tasks.talk_to_traffy_everywhere(timestamp=1)
    assert waiting_jobs() == ["complaints.poll_traffy"]
    run_jobs(only="poll_traffy")
    assert Report.objects.count() == 1
    tasks.talk_to_traffy_everywhere(timestamp=2)
    assert "complaints.poll_traffy" not in waiting_jobs()
    with town_context(towns[1].pk):
        assert Report.objects.count() == 0


def test_after_a_long_silence_more_is_asked_for(fake, account):
    poll()
    TraffyAccount.objects.update(last_polled_at=timezone.now() - dt.timedelta(hours=50))
    traffy_polling.poll(account.municipality_id)
    traffy_polling.poll(account.municipality_id)
    assert [each["duration"] for each in fake.asked("get-issues")] == ["all", "3days"]


def test_a_ticket_of_others_is_not_taken_whoever_rings(fake, account):
    fake.citizen_reports("ของเมืองอื่น", number=A).org_ids[:] = [OTHER_ORG]
    assert read_again(A).added == 0
    assert odd() == {(A, OddReason.STRANGE_SIGNAL)}
    assert read_again("2026-ZZZZZZ").fault is TraffyFault.NO_SUCH_TICKET
    assert find_account().last_problem == ""


def test_a_day_of_rounds_is_one_batch(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    for _round in range(3):
        poll()
    batch = ImportBatch.objects.get()
    assert (batch.file_name.startswith("Traffy Fondue"), batch.rows_done) == (True, 3)


def test_what_a_round_brings_is_given_its_problem_by_a_job(fake, account):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    traffy_polling.poll(account.municipality_id)
    assert report_of(A).need is None
    assert "complaints.adopt_reports" in run_jobs()
    assert report_of(A).need is not None


def test_news_from_before_an_officers_act_that_comes_after_it_is_taken_all_the_same(
    fake, account, officer_moves
):
    fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    ticket = fake.tickets[A]
    ticket.description, ticket.last_activity = "ไฟถนนดับ สองต้น", naive()
    officer_moves(A, ReportState.IN_PROGRESS)
    assert poll().changed == 1
    assert report_of(A).description == "ไฟถนนดับ สองต้น"
    assert (A, OddReason.OLDER_THAN_KNOWN) not in odd()
