"""งานของเรื่อง: a work order for a problem, and what the problem does with the news of it."""

import datetime as dt

import pytest
from django.http import Http404

from cddp.foundation.notify.models import Notification
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import PhotoKind, PhotoVisibility, ReportState
from cddp.operations.complaints.errors import NeedChangedMeanwhile, UnableToChangeNeed
from cddp.operations.complaints.models import NEVER, Need, NeedStatus, NeedWork, Photo, ServiceLevel
from cddp.operations.complaints.queries.timeline import list_timeline
from cddp.operations.complaints.queries.works import list_attachable, list_needs_of_work, list_works
from cddp.operations.complaints.services import work_news
from cddp.operations.complaints.services.assigning import assign, set_asset
from cddp.operations.complaints.services.linking import merge_needs, split_report, undo_act
from cddp.operations.complaints.services.moving import close_need, reopen_need
from cddp.operations.complaints.services.pausing import pause_clock
from cddp.operations.complaints.services.works import attach_work, detach_work, open_work_for_need
from cddp.operations.complaints.tests.needs import NOW, tell
from cddp.operations.complaints.tests.works import RESULT, lamp, open_for, picture, tell_news
from cddp.operations.maintenance.choices import PhotoKind as WorkPhotoKind
from cddp.operations.maintenance.errors import UnableToAct
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.services import doing, moving
from cddp.registers.assets.models import Outage
from tests.towns import make_user

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def need(triager):
    ServiceLevel.objects.create(priority="normal", working_days=10)
    return Need.objects.get(pk=tell(phone="0812345678").need_id)


def again(need: Need) -> Need:
    return Need.objects.get(pk=need.pk)


def begin(order: WorkOrder, *, at=NOW + HOUR) -> None:
    moving.approve(None, order.pk, version=None, at=at)
    moving.plan(None, order.pk, version=None, planned_on=at.date(), at=at)
    moving.start(None, order.pk, version=None, at=at)
    tell_news()


def finish(order: WorkOrder, result: str = RESULT, *, at=NOW + 5 * HOUR) -> None:
    moving.finish(None, order.pk, version=None, result=result, at=at)
    tell_news()


def send_back(order: WorkOrder, reason: str = "ยังกะพริบอยู่", *, at=NOW + DAY) -> None:
    moving.send_back(None, order.pk, version=None, reason=reason, at=at)
    tell_news()


# ── opening ───────────────────────────────────────────────────────────────────────────────────────


def test_a_work_order_knows_where_and_what_and_the_problem_is_in_progress(triager, need):
    one = lamp()
    set_asset(triager, need.pk, version=None, asset_id=one.pk, at=NOW)
    order = open_for(triager, need)
    assert (order.asset_id, order.source, order.source_id) == (one.pk, "need", need.pk)
    assert need.number in order.source_words
    assert order.due_on == need.due_at.date()
    now = again(need)
    assert (now.state, now.promised_at) == (ReportState.IN_PROGRESS, need.due_at)
    assert NeedWork.objects.get().by_label == str(triager)
    told = [moment.title for moment in list_timeline(now)]
    assert any(order.number in title for title in told)


def test_numbers_of_people_and_private_words_stay_out_of_work_orders(town):
    clerk = make_user("clerk", "clerk")
    open_one = Need.objects.get(pk=tell("ไฟดับ โทร 081-234-5678 ครับ").need_id)
    assert "081-234" not in open_for(clerk, open_one).description
    private = Need.objects.get(pk=tell("นายช่างสมชายเรียกรับเงิน", key="integrity").need_id)
    order = open_for(clerk, private, title="ตรวจสอบหน้างาน")
    assert (order.description, order.source_words) == ("", private.number)


def test_a_second_one_stands_beside_the_first_and_the_same_click_does_not(triager, need):
    first = open_for(triager, need)
    with pytest.raises(NeedChangedMeanwhile):
        open_work_for_need(
            triager, need.pk, version=need.version, title="เปลี่ยนหลอดไฟ", priority="normal", at=NOW
        )
    second = open_for(triager, need, title="ตัดกิ่งไม้บังไฟ")
    assert first.pk != second.pk
    assert [each.order.pk for each in list_works(triager, again(need))] == [first.pk, second.pk]


def test_who_may_not_open_work(triager, reader, need, foreigner, town):
    with pytest.raises(UnableToChangeNeed):
        open_for(reader, need)
    with pytest.raises(UnableToChangeNeed):
        open_for(make_user("plain", "officer"), need)
    with pytest.raises(UnableToAct):
        # Planning is for those who plan.
        open_for(triager, need, planned_on=NOW.date())
    assert not WorkOrder.objects.exists()
    with town_context(foreigner.membership.municipality_id), pytest.raises(Http404):
        open_for(foreigner, need)


def test_closed_and_absorbed_problems_get_no_work(triager, need):
    other = Need.objects.get(pk=tell("ไฟดับ", east_m=300).need_id)
    merge_needs(triager, other.pk, need.pk, version=None, at=NOW)
    with pytest.raises(UnableToChangeNeed) as refusal:
        open_for(triager, other)
    assert refusal.value.code == "absorbed"
    close_need(triager, need.pk, version=None, outcome="done", words="เปลี่ยนหลอดแล้วครับ", at=NOW)
    with pytest.raises(UnableToChangeNeed) as refusal:
        open_for(triager, need)
    assert refusal.value.code == "closed"


# ── one work for several problems ─────────────────────────────────────────────────────────────────


def test_one_work_finishes_all_problems_it_was_done_for(triager, need):
    other = Need.objects.get(pk=tell("ไฟดับทั้งซอย", east_m=80).need_id)
    order = open_for(triager, need)
    assert [each.pk for each in list_attachable(triager, other)] == [order.pk]
    attach_work(triager, other.pk, order.pk, version=None, at=NOW + HOUR)
    attach_work(triager, other.pk, order.pk, version=None, at=NOW + HOUR)
    assert NeedWork.objects.count() == 2
    assert list_attachable(triager, other) == []
    assert {each.pk for each in list_needs_of_work(triager, order.pk)} == {need.pk, other.pk}
    begin(order)
    finish(order)
    assert {again(need).state, again(other).state} == {ReportState.FINISHED}


def test_a_link_that_was_taken_back_is_deaf(triager, need):
    order = open_for(triager, need)
    detach_work(triager, need.pk, order.pk, version=None, at=NOW + HOUR)
    with pytest.raises(Http404):
        detach_work(triager, need.pk, order.pk, version=None, at=NOW + HOUR)
    begin(order)
    finish(order)
    assert again(need).state == ReportState.IN_PROGRESS
    titles = [moment.title for moment in list_timeline(again(need))]
    assert any("เลิกผูก" in title for title in titles)


def test_a_link_may_be_made_again(triager, need):
    order = open_for(triager, need)
    detach_work(triager, need.pk, order.pk, version=None, at=NOW + HOUR)
    attach_work(triager, need.pk, order.pk, version=None, at=NOW + 2 * HOUR)
    assert NeedWork.objects.get().undone_at is None
    moving.cancel(None, order.pk, version=None, reason="เปิดซ้ำกับใบอื่น", at=NOW + 3 * HOUR)
    other = Need.objects.get(pk=tell("ไฟดับ", east_m=300).need_id)
    with pytest.raises(UnableToChangeNeed) as refusal:
        attach_work(triager, other.pk, order.pk, version=None, at=NOW + 4 * HOUR)
    assert refusal.value.code == "work_ended"


# ── waiting for parts ─────────────────────────────────────────────────────────────────────────────


def test_the_clock_stands_while_work_waits_for_parts(triager, need):
    order = open_for(triager, need)
    begin(order)
    moving.await_parts(None, order.pk, version=None, note="หลอด LED 50 วัตต์ 1 หลอด", at=NOW + DAY)
    tell_news()
    waiting = again(need)
    assert (waiting.paused_at, waiting.due_at) == (NOW + DAY, NEVER)
    pause = waiting.pauses.get()
    assert "หลอด LED 50 วัตต์" in pause.reason
    assert order.number in pause.reason
    assert list_works(triager, waiting)[0].waits_for == "หลอด LED 50 วัตต์ 1 หลอด"
    work_news.follow_work(order.pk)
    assert again(need).pauses.count() == 1
    moving.resume(None, order.pk, version=None, at=NOW + 8 * DAY)
    tell_news()
    going = again(need)
    assert going.paused_at is None
    assert going.due_at > need.due_at + 5 * DAY
    work_news.follow_work(order.pk)
    assert again(need).version == going.version


def test_an_officers_own_pause_is_not_ended_by_work(triager, need):
    order = open_for(triager, need)
    pause_clock(triager, need.pk, version=None, reason="รอผู้แจ้งตอบ", at=NOW + HOUR)
    begin(order, at=NOW + 2 * HOUR)
    assert again(need).paused_at == NOW + HOUR


def test_the_clock_stands_until_no_work_waits(triager, need):
    one, two = open_for(triager, need), open_for(triager, need, title="ซ่อมสายไฟ")
    for order in (one, two):
        begin(order)
        moving.await_parts(None, order.pk, version=None, note="อะไหล่", at=NOW + DAY)
    tell_news()
    moving.resume(None, one.pk, version=None, at=NOW + 2 * DAY)
    tell_news()
    assert again(need).paused_at is not None
    moving.resume(None, two.pk, version=None, at=NOW + 3 * DAY)
    tell_news()
    assert again(need).paused_at is None


def test_what_is_late_stays_late(triager, need):
    Need.objects.filter(pk=need.pk).update(due_at=NOW)
    order = open_for(triager, need)
    begin(order)
    moving.await_parts(None, order.pk, version=None, note="หลอด", at=NOW + DAY)
    tell_news()
    assert again(need).due_at == NOW


# ── the end ───────────────────────────────────────────────────────────────────────────────────────


def test_done_work_finishes_the_problem_in_the_technicians_words_with_the_pictures_unseen(triager, need):
    one = lamp()
    set_asset(triager, need.pk, version=None, asset_id=one.pk, at=NOW)
    order = open_for(triager, need)
    begin(order)
    doing.add_work_photo(None, order.pk, upload=picture(), kind=WorkPhotoKind.AFTER, at=NOW + 4 * HOUR)
    doing.add_work_photo(None, order.pk, upload=picture(), kind=WorkPhotoKind.BEFORE, at=NOW + 2 * HOUR)
    finish(order, RESULT + " โทร 081-234-5678")
    done = again(need)
    assert (done.state, done.outcome, done.finished_at) == ("finished", "done", NOW + 5 * HOUR)
    assert RESULT in done.outcome_words
    assert "081-234" not in done.outcome_words
    photo = Photo.objects.get(need=need)
    assert (photo.kind, photo.visibility, done.photos_waiting) == (
        PhotoKind.AFTER,
        PhotoVisibility.WAITING,
        1,
    )
    assert photo.file.permission == "complaints.view_private"
    assert not Outage.objects.open().exists()
    status = NeedStatus.objects.filter(need=need).latest("at")
    assert (status.by, order.number in status.by_label) == (None, True)


def test_told_twice_is_told_once(triager, need):
    order = open_for(triager, need)
    begin(order)
    doing.add_work_photo(None, order.pk, upload=picture(), kind=WorkPhotoKind.AFTER, at=NOW + 4 * HOUR)
    finish(order)
    before = (again(need).version, NeedStatus.objects.count(), Photo.objects.count())
    work_news.finish_work(order.pk)
    assert (again(need).version, NeedStatus.objects.count(), Photo.objects.count()) == before
    # Nor is a problem that came back closed by old news.
    reopen_need(triager, need.pk, note="ยังดับอยู่", at=NOW + DAY)
    work_news.finish_work(order.pk)
    assert again(need).is_open


def test_work_that_is_sent_back_and_done_again_is_news_again(triager, need):
    order = open_for(triager, need)
    begin(order)
    finish(order)
    send_back(order)
    finish(order, "เปลี่ยนบัลลาสต์ใหม่แล้ว ไฟนิ่งดี", at=NOW + 2 * DAY)
    assert again(need).outcome_words == "เปลี่ยนบัลลาสต์ใหม่แล้ว ไฟนิ่งดี"


def test_work_that_is_sent_back_opens_its_problem_again_and_the_reporter_reads_why(triager, need):
    one = lamp()
    set_asset(triager, need.pk, version=None, asset_id=one.pk, at=NOW)
    order = open_for(triager, need)
    begin(order)
    finish(order)
    assert not Outage.objects.open().exists()
    send_back(order, "ยังกะพริบอยู่ โทร 081-234-5678")
    going = again(need)
    assert (going.state, going.is_open, going.came_back_count) == (ReportState.IN_PROGRESS, True, 1)
    told = NeedStatus.objects.get(need=need, came_back=True)
    assert "ยังกะพริบอยู่" in told.note
    assert "081-234" not in told.note
    assert order.number in told.by_label
    assert {report.state for report in going.reports.all()} == {ReportState.IN_PROGRESS}
    assert Outage.objects.open().get().reference == str(need.pk)
    version = going.version
    work_news.send_back_work(order.pk, "ยังกะพริบอยู่")
    assert again(need).version == version


def test_one_of_two_works_sent_back_opens_the_problem_that_the_other_closed(triager, need):
    one, two = open_for(triager, need), open_for(triager, need, title="ตัดกิ่งไม้บังไฟ")
    for order in (one, two):
        begin(order)
        finish(order)
    send_back(one)
    assert again(need).state == ReportState.IN_PROGRESS


def test_what_an_officer_closed_stays_closed_and_the_officer_hears(triager, colleague, need):
    assign(triager, need.pk, version=None, division_id=None, assignee_id=colleague.membership.pk, at=NOW)
    order = open_for(triager, need)
    begin(order)
    doing.add_work_photo(None, order.pk, upload=picture(), kind=WorkPhotoKind.AFTER, at=NOW + 4 * HOUR)
    finish(order, "")
    close_need(triager, need.pk, version=None, outcome="done", words=RESULT, at=NOW + 6 * HOUR)
    send_back(order)
    assert again(need).state == ReportState.FINISHED
    told = Notification.objects.filter(user_id=colleague.pk).values_list("title", flat=True)
    assert any("ส่งกลับ" in title for title in told)


def test_a_problem_that_waits_for_words_is_worked_on_again(triager, need):
    order = open_for(triager, need)
    begin(order)
    doing.add_work_photo(None, order.pk, upload=picture(), kind=WorkPhotoKind.AFTER, at=NOW + 4 * HOUR)
    finish(order, "")
    send_back(order)
    assert (again(need).state, again(need).came_back_count) == (ReportState.IN_PROGRESS, 0)


def test_late_news_of_work_that_goes_on_again_ends_nothing(triager, need):
    order = open_for(triager, need)
    begin(order)
    moving.finish(None, order.pk, version=None, result=RESULT, at=NOW + 5 * HOUR)
    moving.send_back(None, order.pk, version=None, reason="ยังไม่ติดเลย", at=NOW + 6 * HOUR)
    tell_news()
    assert again(need).state == ReportState.IN_PROGRESS


def test_the_last_of_several_works_ends_the_problem(triager, need):
    one, two = open_for(triager, need), open_for(triager, need, title="ตัดกิ่งไม้บังไฟ")
    begin(one)
    begin(two)
    finish(one)
    assert again(need).is_open
    finish(two, "ตัดกิ่งไม้เรียบร้อยแล้วครับ", at=NOW + 9 * HOUR)
    assert again(need).outcome_words == "ตัดกิ่งไม้เรียบร้อยแล้วครับ"


def test_a_picture_alone_advances_the_problem_and_waits_for_an_officers_words(triager, colleague, need):
    assign(triager, need.pk, version=None, division_id=None, assignee_id=colleague.membership.pk, at=NOW)
    order = open_for(triager, need)
    begin(order)
    doing.add_work_photo(None, order.pk, upload=picture(), kind=WorkPhotoKind.AFTER, at=NOW + 4 * HOUR)
    finish(order, "")
    waiting = again(need)
    assert (waiting.state, waiting.is_open, waiting.photos_waiting) == (ReportState.FOLLOW_UP, True, 1)
    told = Notification.objects.filter(user_id=colleague.pk).values_list("title", flat=True)
    assert any("รอเขียนผล" in title for title in told)


def test_work_given_up_puts_the_problem_back_with_the_reason(triager, need):
    order = open_for(triager, need)
    moving.cancel(None, order.pk, version=None, reason="อยู่นอกเขต", at=NOW + DAY)
    tell_news()
    back = again(need)
    assert (back.state, back.is_open) == (ReportState.TRIAGED, True)
    assert "อยู่นอกเขต" in NeedStatus.objects.filter(need=need).latest("at").reason
    version = back.version
    work_news.give_up_work(order.pk, "อยู่นอกเขต")
    assert again(need).version == version


def test_one_of_two_works_given_up_changes_nothing(triager, need):
    one, _two = open_for(triager, need), open_for(triager, need, title="ซ่อมสายไฟ")
    moving.cancel(None, one.pk, version=None, reason="เปิดซ้ำกัน", at=NOW + DAY)
    tell_news()
    assert again(need).state == ReportState.IN_PROGRESS


# ── merging and splitting ─────────────────────────────────────────────────────────────────────────


def test_merged_problems_read_each_others_work_and_undoing_gives_it_back(triager, need):
    other = Need.objects.get(pk=tell("ไฟดับทั้งซอย", east_m=200).need_id)
    third = Need.objects.get(pk=tell("มืด", east_m=400).need_id)
    order = open_for(triager, need)
    merge_needs(triager, need.pk, other.pk, version=None, at=NOW + HOUR)
    last = merge_needs(triager, other.pk, third.pk, version=None, at=NOW + 2 * HOUR)
    assert [each.order.pk for each in list_works(triager, again(third))] == [order.pk]
    undo_act(triager, last, at=NOW + 3 * HOUR)
    assert list_works(triager, again(third)) == []
    assert [each.order.pk for each in list_works(triager, again(other))] == [order.pk]
    begin(order, at=NOW + 4 * HOUR)
    finish(order)
    assert (again(other).state, again(third).is_open) == (ReportState.FINISHED, True)


def test_undoing_after_the_work_is_done_leaves_what_was_not_done_open(triager, need):
    other = Need.objects.get(pk=tell("ไฟดับทั้งซอย", east_m=200).need_id)
    order = open_for(triager, need)
    act = merge_needs(triager, need.pk, other.pk, version=None, at=NOW + HOUR)
    begin(order)
    finish(order)
    undo_act(triager, act, at=NOW + DAY)
    assert again(need).merged_into_id is None
    assert [each.order.pk for each in list_works(triager, again(need))] == [order.pk]
    assert list_works(triager, again(other)) == []


def test_the_work_stays_when_a_voice_is_split_off(triager, need):
    second = tell("ไฟดับ", joins_need_id=need.pk, at=NOW + HOUR)
    order = open_for(triager, need)
    own = split_report(triager, second.report.pk, at=NOW + 2 * HOUR)
    assert list_works(triager, own) == []
    assert [each.order.pk for each in list_works(triager, again(need))] == [order.pk]


def test_a_link_from_before_the_merge_can_be_taken_back_after_it(triager, need):
    other = Need.objects.get(pk=tell("ไฟดับทั้งซอย", east_m=200).need_id)
    order = open_for(triager, need)
    merge_needs(triager, need.pk, other.pk, version=None, at=NOW + HOUR)
    detach_work(triager, other.pk, order.pk, version=None, at=NOW + 2 * HOUR)
    assert list_works(triager, again(other)) == []
