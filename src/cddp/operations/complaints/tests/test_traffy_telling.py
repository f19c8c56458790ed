"""Services: what an officer does here arrives at Traffy once, in order, and comes back as no news."""

import datetime as dt
import io

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from PIL import Image

from cddp.operations.complaints import tasks
from cddp.operations.complaints.choices import (
    DispatchState,
    NoteKind,
    OddReason,
    Outcome,
    OutgoingKind,
    PhotoKind,
    ReportState,
)
from cddp.operations.complaints.errors import UnableToChangeNeed, UnableToMoveNeed
from cddp.operations.complaints.models import NeedStatus, OddRow, ReportStatus, TraffyAccount, TraffyOutgoing
from cddp.operations.complaints.queries.traffy import find_account, list_unseen
from cddp.operations.complaints.services import traffy_sending
from cddp.operations.complaints.services.moving import change_state, close_need, reopen_need
from cddp.operations.complaints.services.notes import add_note
from cddp.operations.complaints.services.photos import add_photo, publish_photo
from cddp.operations.complaints.services.traffy_sending import MOST_ATTEMPTS, send_again
from cddp.operations.complaints.services.traffy_telling import queue_state
from cddp.operations.complaints.tests.traffy_makers import (
    fake_traffy,
    join,
    need_of,
    open_account,
    poll,
    read_again,
    report_of,
    run_jobs,
    send,
)
from tests.fakes.traffy_tickets import naive
from tests.towns import make_user

A, B = "2026-AAAAAA", "BBBBBB"
TELLING = "tell_listener"


@pytest.fixture
def fake(settings, town):
    with fake_traffy(settings) as fake:
        yield fake


@pytest.fixture
def officer(town):
    return make_user("clerk", "complaints_officer")


@pytest.fixture
def ticket(fake, town):
    """One ticket that was read and has its problem."""
    open_account(make_user("admin", "town_admin"))
    found = fake.citizen_reports("ไฟถนนดับ", number=A)
    poll()
    fake.signals.clear()
    return found


def move(officer, state, *, number=A, note="", agency="ไม่เกี่ยว"):
    need = need_of(number)
    agency = agency if state == ReportState.FORWARDED else ""
    return change_state(
        officer, need.pk, version=need.version, state=state, note=note, agency=agency, at=timezone.now()
    )


def close(officer, *, outcome=Outcome.DONE, number=A, words="เปลี่ยนหลอดไฟให้แล้ว", **more):
    need = need_of(number)
    return close_need(
        officer, need.pk, version=need.version, outcome=outcome, words=words, at=timezone.now(), **more
    )


def labels(ticket):
    return [step["status"] for step in ticket.timeline]


def rows(*states):
    return TraffyOutgoing.objects.filter(state__in=states or DispatchState.values).order_by("id")


# ── what is told ──────────────────────────────────────────────────────────────────────────────────────


def test_each_step_of_an_officer_arrives_at_traffy_in_order_with_its_words(fake, ticket, officer):
    move(officer, ReportState.TRIAGED)
    move(officer, ReportState.IN_PROGRESS, note="ช่างจะออกวันศุกร์")
    move(officer, ReportState.FORWARDED, note="เสาเป็นของการไฟฟ้า", agency="การไฟฟ้าส่วนภูมิภาค")
    close(officer)
    run_jobs()
    assert labels(ticket) == ["รอรับเรื่อง", "รับเรื่อง", "กำลังดำเนินการ", "ส่งต่อ", "เสร็จสิ้น"]
    notes = [step["note"] for step in ticket.timeline[1:]]
    assert notes[0] == "รับเรื่องแล้ว"
    assert notes[1] == "ช่างจะออกวันศุกร์"
    assert notes[2] == "หน่วยงานที่รับผิดชอบ: การไฟฟ้าส่วนภูมิภาค\nเสาเป็นของการไฟฟ้า"
    assert notes[3] == "ดำเนินการแล้วเสร็จ\nเปลี่ยนหลอดไฟให้แล้ว"
    assert [row.state for row in rows()] == [DispatchState.SENT] * 4
    assert fake.asked("update-issue")[0]["org_status_id"] == 16


@pytest.mark.parametrize(
    ("outcome", "more", "label", "words"),
    [
        (Outcome.NOT_OURS, {"agency": "แขวงทางหลวง"}, "ไม่เกี่ยวข้อง", "แขวงทางหลวง"),
        (Outcome.CANNOT, {}, "ไม่เกี่ยวข้อง", "ดำเนินการไม่ได้"),
        (Outcome.IN_PLAN, {"plan_year": 2570}, "ติดตามเรื่อง", "บรรจุในแผนพัฒนาท้องถิ่น พ.ศ. 2570"),
    ],
)
def test_each_honest_end_is_told_with_what_makes_it_honest(
    fake, ticket, officer, outcome, more, label, words
):
    close(officer, outcome=outcome, words="ที่ดินเป็นของเอกชน ขออนุญาตไม่ได้", **more)
    run_jobs()
    assert labels(ticket)[-1] == label
    assert words in ticket.timeline[-1]["note"]


def test_messages_and_questions_go_to_the_reporter_and_notes_stay_inside(fake, ticket, officer):
    need = need_of(A)
    for kind in (NoteKind.PUBLIC, NoteKind.QUESTION, NoteKind.INTERNAL):
        add_note(officer, need.pk, f"คำ {kind.value}", kind=kind, at=timezone.now())
    run_jobs()
    assert ticket.comments == ["คำ public", "คำ question"]
    assert fake.asked("comment")[0]["comment_type"] == "chat"


def test_a_message_to_one_voice_goes_to_its_ticket_alone(fake, ticket, officer):
    other = fake.citizen_reports("ไฟถนนดับ", number=B)
    poll()
    need = join(B, into=A)
    add_note(
        officer, need.pk, "ขอเบอร์เสาไฟ", kind=NoteKind.QUESTION, report_id=report_of(B).pk, at=timezone.now()
    )
    run_jobs()
    assert (ticket.comments, other.comments) == ([], ["ขอเบอร์เสาไฟ"])


def test_one_act_tells_all_tickets_of_the_problem(fake, ticket, officer):
    other = fake.citizen_reports("ไฟถนนดับ", number=B)
    poll()
    join(B, into=A)
    close(officer)
    run_jobs()
    assert (labels(ticket)[-1], labels(other)[-1]) == ("เสร็จสิ้น", "เสร็จสิ้น")


def jpeg():
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(stream, "JPEG")
    stream.seek(0)
    return stream


def test_pictures_of_the_work_go_along_when_an_officer_let_them_out(fake, ticket, officer):
    need, at = need_of(A), timezone.now()
    out = add_photo(
        need=need, report=None, stream=jpeg(), name="a.jpg", kind=PhotoKind.AFTER, by=officer, at=at
    )
    add_photo(need=need, report=None, stream=jpeg(), name="b.jpg", kind=PhotoKind.AFTER, by=officer, at=at)
    publish_photo(officer, out.pk, at=at)
    move(officer, ReportState.IN_PROGRESS)
    close(officer, words="")
    run_jobs()
    begun, ended = fake.asked("update-issue")
    assert "photo_base64" not in begun
    assert [picture[:4] for picture in ended["photo_base64"]] == ["/9j/"]


def test_an_end_that_the_office_does_not_have_at_traffy_is_listed_and_not_replaced(fake, ticket, officer):
    account = find_account()
    account.statuses = [each for each in account.statuses if each["type"] != "finish"]
    account.save(update_fields=["statuses"])
    close(officer)
    run_jobs()
    (row,) = rows()
    assert (row.state, "ไม่มีสถานะนี้" in row.last_problem) == (DispatchState.FAILED, True)
    assert fake.asked("update-issue") == []


def test_without_the_offices_list_the_usual_names_are_used(fake, ticket, officer):
    TraffyAccount.objects.update(statuses=[])
    close(officer)
    run_jobs()
    assert fake.asked("update-issue")[0]["state_name"] == "เสร็จสิ้น"
    assert labels(ticket)[-1] == "เสร็จสิ้น"


# ── what is not told ──────────────────────────────────────────────────────────────────────────────────


def test_what_traffy_did_itself_is_not_told_back_to_it(fake, ticket, officer):
    fake.staff_moves(A, "เสร็จสิ้น", note="ซ่อมแล้ว")
    poll()
    assert need_of(A).state == ReportState.FINISHED
    run_jobs()
    assert fake.asked("update-issue") == []


def test_our_own_change_comes_back_as_no_news(fake, ticket, officer):
    close(officer)
    run_jobs()
    before = (NeedStatus.objects.count(), need_of(A).version, need_of(A).came_back_count)
    assert poll().changed <= 1
    run_jobs()
    assert (NeedStatus.objects.count(), need_of(A).version, need_of(A).came_back_count) == before
    assert report_of(A).state == ReportState.FINISHED
    assert len(fake.asked("update-issue")) == 1


def test_a_ticket_closed_there_is_not_opened_by_what_the_other_voices_need(fake, ticket, officer):
    fake.staff_moves(A, "เสร็จสิ้น")
    other = fake.citizen_reports("ไฟถนนดับอีก", number=B)
    poll()
    join(A, into=B)
    move(officer, ReportState.IN_PROGRESS, number=B)
    run_jobs()
    assert (labels(ticket)[-1], labels(other)[-1]) == ("เสร็จสิ้น", "กำลังดำเนินการ")


def test_what_we_closed_we_open_again_and_only_then(fake, ticket, officer):
    close(officer)
    run_jobs()
    reopen_need(officer, need_of(A).pk, note="ตรวจแล้วยังดับ", at=timezone.now())
    run_jobs()
    assert labels(ticket)[-1] == "รอรับเรื่อง"
    fake.staff_moves(A, "เสร็จสิ้น")
    poll()
    reopen_need(officer, need_of(A).pk, note="ตรวจแล้วยังดับ", at=timezone.now())
    run_jobs()
    assert labels(ticket)[-1] == "เสร็จสิ้น"


@pytest.mark.parametrize("is_there", [False, True])
def test_a_town_without_an_account_in_use_writes_nothing_down(fake, ticket, officer, is_there):
    if is_there:
        TraffyAccount.objects.update(is_active=False)
    else:
        TraffyAccount.objects.all().delete()
    close(officer)
    run_jobs()
    assert rows().count() == 0


def test_a_listener_that_is_told_twice_writes_once(fake, ticket, officer):
    need = move(officer, ReportState.IN_PROGRESS, note="ช่างออกแล้ว")
    run_jobs(only=TELLING)
    assert queue_state(need.pk, state=need.state, note="ช่างออกแล้ว") == 0
    run_jobs()
    assert queue_state(need.pk, state=need.state, note="ช่างออกแล้ว") == 0
    assert labels(ticket) == ["รอรับเรื่อง", "กำลังดำเนินการ"]


# ── whose state counts ────────────────────────────────────────────────────────────────────────────────


def test_our_change_that_is_still_on_its_way_wins_and_the_officer_is_shown_what_traffy_did(
    fake, ticket, officer
):
    move(officer, ReportState.IN_PROGRESS)
    run_jobs(only=TELLING)
    fake.staff_moves(A, "ติดตามเรื่อง")
    poll()
    assert need_of(A).state == ReportState.IN_PROGRESS
    assert OddRow.objects.get(reason=OddReason.STATE_CONFLICT).value == "ติดตามเรื่อง"
    send()
    assert labels(ticket)[-1] == "กำลังดำเนินการ"


def test_traffys_change_after_ours_wins_and_ours_is_not_sent_again(fake, ticket, officer):
    move(officer, ReportState.IN_PROGRESS)
    run_jobs()
    fake.staff_moves(A, "เสร็จสิ้น", note="ช่างปิดงานที่หน้างาน")
    poll()
    run_jobs()
    assert need_of(A).state == ReportState.FINISHED
    assert len(fake.asked("update-issue")) == 1


def test_an_answer_from_before_our_change_does_not_turn_it_back(fake, ticket, officer):
    between = naive()
    move(officer, ReportState.IN_PROGRESS)
    run_jobs()
    ticket.changes = {"status": "ติดตามเรื่อง", "last_activity": str(between), "description": "จากแคช"}
    assert poll().changed == 1
    assert report_of(A).description == "จากแคช"
    assert (need_of(A).state, report_of(A).state) == (ReportState.IN_PROGRESS, ReportState.IN_PROGRESS)


# ── when it does not arrive ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["http_429", "http_500", "html", "drop", "cut"])
def test_a_change_that_did_not_arrive_is_tried_again_later(fake, ticket, officer, kind):
    fake.fail("update-issue", kind)
    close(officer)
    run_jobs()
    (row,) = rows(DispatchState.QUEUED)
    assert (row.attempts, bool(row.last_problem)) == (1, True)
    assert send() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert send() == 1
    assert labels(ticket).count("เสร็จสิ้น") == 1


def test_a_change_that_was_done_though_traffy_answered_500_is_not_done_twice(fake, ticket, officer):
    fake.fail("update-issue", "done_then_500")
    close(officer)
    run_jobs()
    assert rows(DispatchState.QUEUED).count() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert send() == 1
    assert labels(ticket).count("เสร็จสิ้น") == 1
    assert len(fake.asked("update-issue")) == 1


def test_what_a_killed_worker_leaves_is_looked_up_before_it_is_sent(fake, ticket, officer, monkeypatch):
    class PowerCut(BaseException):
        pass

    def cut(*args, **kwargs):
        raise PowerCut

    close(officer)
    run_jobs(only=TELLING)
    with monkeypatch.context() as patched:
        patched.setattr(traffy_sending, "_finish", cut)
        with pytest.raises(PowerCut):
            send()
    assert rows(DispatchState.QUEUED).get().body["is_unsure"]
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert send() == 1
    assert len(fake.asked("update-issue")) == 1


def test_after_the_last_try_it_is_listed_and_can_be_sent_by_hand(fake, ticket, officer):
    fake.fail("update-issue", "http_500", times=MOST_ATTEMPTS)
    close(officer)
    run_jobs()
    for hours in range(7, 7 * MOST_ATTEMPTS, 7):
        with time_machine.travel(timezone.now() + dt.timedelta(hours=hours)):
            send()
    (row,) = rows()
    assert (row.state, row.attempts) == (DispatchState.FAILED, MOST_ATTEMPTS)
    send_again(officer, row.pk)
    assert send() == 1
    assert labels(ticket)[-1] == "เสร็จสิ้น"
    with pytest.raises(UnableToMoveNeed):
        send_again(officer, row.pk)
    with pytest.raises(UnableToChangeNeed):
        send_again(make_user("reader", "officer"), row.pk)


def test_what_traffy_refuses_is_listed_at_once_with_its_reason_and_holds_nothing_else_up(
    fake, ticket, officer
):
    other = fake.citizen_reports("ท่อตัน", number=B)
    poll()
    del fake.tickets[A]
    close(officer)
    close(officer, number=B)
    run_jobs()
    (row,) = rows(DispatchState.FAILED)
    assert (row.report.number, "ไม่รู้จัก" in row.last_problem) == (A, True)
    assert labels(other)[-1] == "เสร็จสิ้น"


def test_words_of_which_nobody_knows_whether_they_arrived_are_never_sent_twice_by_themselves(
    fake, ticket, officer
):
    fake.fail("comment", "done_then_500")
    add_note(officer, need_of(A).pk, "ขอบคุณครับ", kind=NoteKind.PUBLIC, at=timezone.now())
    run_jobs()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert send() == 0
    (row,) = rows()
    assert (row.state, "ไม่แน่ใจ" in row.last_problem) == (DispatchState.FAILED, True)
    assert ticket.comments == ["ขอบคุณครับ"]


def test_words_that_surely_did_not_arrive_are_sent_again(fake, ticket, officer):
    fake.fail("comment", "http_429")
    add_note(officer, need_of(A).pk, "ขอบคุณครับ", kind=NoteKind.PUBLIC, at=timezone.now())
    run_jobs()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert send() == 1
    assert ticket.comments == ["ขอบคุณครับ"]


def test_later_changes_of_a_ticket_wait_for_the_earlier_one(fake, ticket, officer):
    fake.fail("update-issue", "http_429")
    move(officer, ReportState.IN_PROGRESS)
    run_jobs()
    close(officer)
    run_jobs()
    assert labels(ticket) == ["รอรับเรื่อง"]
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert send() == 2
    assert labels(ticket) == ["รอรับเรื่อง", "กำลังดำเนินการ", "เสร็จสิ้น"]


def test_a_used_up_quota_holds_everything_until_the_first_without_counting_tries(fake, ticket, officer):
    fake.credit = 0
    with time_machine.travel(dt.datetime(2026, 11, 26, 3, tzinfo=dt.UTC), tick=True):
        close(officer)
        run_jobs()
        assert send() == 0
        (row,) = rows(DispatchState.QUEUED)
        assert (row.attempts, "โควตา" in row.last_problem) == (0, True)
    fake.credit = 100
    with time_machine.travel(dt.datetime(2026, 12, 1, 0, 11, tzinfo=dt.timezone(dt.timedelta(hours=7)))):
        tasks.talk_to_traffy_everywhere(timestamp=0)
        run_jobs(only="send_to_traffy")
    assert labels(ticket)[-1] == "เสร็จสิ้น"


def test_a_change_that_traffy_took_but_does_not_show_is_listed_until_it_does(fake, ticket, officer):
    fake.caches_issues = True
    read_again(A)
    close(officer)
    run_jobs()
    later = timezone.now() + dt.timedelta(hours=3)
    assert [row.report.number for row in list_unseen(later)] == [A]
    poll()
    assert list(list_unseen(later)) == []


def test_an_act_and_what_is_told_of_it_are_stored_together_or_not_at_all(fake, ticket, officer):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        close(officer)
        1 / 0  # noqa: B018
    run_jobs()
    assert (rows().count(), labels(ticket)) == (0, ["รอรับเรื่อง"])
    assert ReportStatus.objects.filter(state=ReportState.FINISHED).count() == 0


def test_no_words_stand_in_what_waits_for_traffy_but_in_the_note_itself(fake, ticket, officer):
    add_note(officer, need_of(A).pk, "โทร 081-234-5678", kind=NoteKind.PUBLIC, at=timezone.now())
    run_jobs(only=TELLING)
    (row,) = rows(DispatchState.QUEUED)
    assert (row.kind, set(row.body)) == (OutgoingKind.WORDS, {"note_id"})
