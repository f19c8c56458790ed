"""เดินเรื่อง: allowed moves, honest ends, voices told, events published, old pages refused."""

import datetime as dt

import pytest
from django.http import Http404

from cddp.foundation.accounts.models import Division
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.notify.models import Notification
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import Channel, NoteKind, Outcome, ReportState
from cddp.operations.complaints.errors import (
    NeedChangedMeanwhile,
    UnableToAnswer,
    UnableToChangeNeed,
    UnableToMoveNeed,
)
from cddp.operations.complaints.models import (
    NEVER,
    Need,
    NeedAssignment,
    NeedNote,
    NeedStatus,
    Report,
    ReportStatus,
    ServiceLevel,
)
from cddp.operations.complaints.services.assigning import (
    assign,
    set_category,
    set_hidden,
    set_place,
    set_priority,
)
from cddp.operations.complaints.services.moving import (
    change_state,
    close_need,
    reopen_need,
    take_external_state,
)
from cddp.operations.complaints.services.notes import add_note, take_answer
from cddp.operations.complaints.services.rating import rate, reopen_by_voice
from cddp.operations.complaints.tests.needs import NOW, category, point, tell
from tests.towns import make_user

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def worker(town):
    category()
    ServiceLevel.objects.create(category=None, priority="normal", working_days=5)
    ServiceLevel.objects.create(category=None, priority="emergency", working_days=1)
    return make_user("worker", "complaints_officer")


@pytest.fixture
def need(worker):
    return Need.objects.get(pk=tell(phone="0812345678").need_id)


@pytest.fixture
def told(monkeypatch):
    """Collect what the services publish."""
    events = []
    for room in ("moving", "notes", "receiving", "linking"):
        monkeypatch.setattr(f"cddp.operations.complaints.services.{room}.publish", events.append)
    return events


def kinds(events) -> list[str]:
    return [type(event).__name__ for event in events]


def test_taking_it_up_promises_the_day_once(worker, need, told):
    assert need.promised_at is None
    moved = change_state(
        worker, need.pk, version=1, state=ReportState.TRIAGED, note="รับเรื่องแล้ว", at=NOW + HOUR
    )
    assert moved.promised_at == need.due_at
    assert kinds(told) == ["NeedMoved", "NeedPromised"]
    change_state(worker, need.pk, version=2, state=ReportState.IN_PROGRESS, at=NOW + 2 * HOUR)
    assert kinds(told).count("NeedPromised") == 1
    assert list(need.statuses.values_list("state", flat=True)) == ["received", "triaged", "in_progress"]
    report = Report.objects.get()
    assert report.state == ReportState.IN_PROGRESS
    assert ReportStatus.objects.filter(report=report, note="รับเรื่องแล้ว").count() == 1


@pytest.mark.parametrize("state", [ReportState.RECEIVED, ReportState.FINISHED, ReportState.IRRELEVANT])
def test_ends_and_beginnings_are_no_steps(worker, need, state):
    with pytest.raises(UnableToMoveNeed):
        change_state(worker, need.pk, version=1, state=state, at=NOW)


def test_forwarding_names_the_agency(worker, need):
    with pytest.raises(UnableToMoveNeed):
        change_state(worker, need.pk, version=1, state=ReportState.FORWARDED, at=NOW)
    moved = change_state(
        worker, need.pk, version=1, state=ReportState.FORWARDED, agency="แขวงทางหลวงชนบท", at=NOW
    )
    assert moved.agency == "แขวงทางหลวงชนบท"
    assert moved.is_open


@pytest.mark.parametrize(
    ("outcome", "given", "lacking"),
    [
        (Outcome.DONE, {"words": "เสร็จ"}, "result"),
        (Outcome.NOT_OURS, {"words": "ไม่ใช่ของเทศบาลครับ"}, "agency"),
        (Outcome.CANNOT, {"words": ""}, "reason"),
        (Outcome.IN_PLAN, {"words": "บรรจุแล้ว"}, "plan_year"),
        (Outcome.IN_PLAN, {"words": "บรรจุแล้ว", "plan_year": 2027}, "plan_year"),
    ],
)
def test_an_end_without_what_makes_it_honest_is_refused(worker, need, outcome, given, lacking):
    with pytest.raises(UnableToMoveNeed) as refusal:
        close_need(worker, need.pk, version=1, outcome=outcome, at=NOW, **given)
    assert refusal.value.code == lacking
    assert Need.objects.get().version == 1


@pytest.mark.parametrize(
    ("outcome", "given", "state", "is_open"),
    [
        (Outcome.DONE, {"words": "เปลี่ยนหลอดไฟใหม่แล้ว"}, "finished", False),
        (Outcome.NOT_OURS, {"words": "", "agency": "การไฟฟ้าส่วนภูมิภาค"}, "irrelevant", False),
        (Outcome.CANNOT, {"words": "ที่ดินเอกชน เจ้าของไม่ยินยอม"}, "irrelevant", False),
        (Outcome.IN_PLAN, {"words": "ต้องใช้งบก่อสร้าง", "plan_year": 2570}, "follow_up", True),
    ],
)
def test_honest_ends(worker, need, told, outcome, given, state, is_open):
    closed = close_need(worker, need.pk, version=1, outcome=outcome, at=NOW + DAY, **given)
    assert (closed.state, closed.is_open, closed.due_at) == (state, is_open, NEVER)
    assert str(Outcome(outcome).label) == closed.state_words
    assert kinds(told) == ["NeedMoved", "NeedFinished"]
    assert Report.objects.get().state == state


def test_all_voices_hear_of_the_end(worker, need):
    tell(joins_need_id=need.pk, phone="0899999999")
    close_need(worker, need.pk, version=None, outcome="done", words="ซ่อมเสร็จเรียบร้อยแล้ว", at=NOW + DAY)
    assert set(Report.objects.values_list("state", flat=True)) == {"finished"}
    assert ReportStatus.objects.filter(note="ซ่อมเสร็จเรียบร้อยแล้ว").count() == 2


def test_a_voice_that_is_answered_apart_keeps_its_state(worker, need):
    other = tell(joins_need_id=need.pk, phone="0899999999").report
    Report.objects.filter(pk=other.pk).update(follows_need=False)
    close_need(worker, need.pk, version=None, outcome="done", words="ซ่อมเสร็จเรียบร้อยแล้ว", at=NOW + DAY)
    other.refresh_from_db()
    assert other.state == "received"


def test_an_old_page_is_told_apart(worker, need):
    change_state(worker, need.pk, version=1, state=ReportState.TRIAGED, at=NOW)
    with pytest.raises(NeedChangedMeanwhile) as refusal:
        close_need(worker, need.pk, version=1, outcome="done", words="ซ่อมเสร็จเรียบร้อยแล้ว", at=NOW)
    assert refusal.value.status == 409
    assert refusal.value.version == 2


def test_reopening_and_its_price(worker, need, told):
    close_need(worker, need.pk, version=1, outcome="done", words="ซ่อมเสร็จเรียบร้อยแล้ว", at=NOW + DAY)
    again = reopen_need(worker, need.pk, note="ไฟดับอีก", at=NOW + 4 * DAY)
    assert (again.state, again.came_back_count, again.is_open) == ("received", 1, True)
    assert again.due_at > NOW + 4 * DAY
    assert told[-1].days == 3
    with pytest.raises(UnableToMoveNeed):
        reopen_need(worker, need.pk, note="", at=NOW + 4 * DAY)


def test_readers_may_not_and_strangers_find_nothing(worker, need, towns):
    with pytest.raises(UnableToChangeNeed):
        change_state(make_user("looker", "officer"), need.pk, version=1, state=ReportState.TRIAGED, at=NOW)
    with town_context(towns[1].pk):
        stranger = make_user("other", "complaints_officer")
        with pytest.raises(Http404):
            change_state(stranger, need.pk, version=1, state=ReportState.TRIAGED, at=NOW)


def test_private_problems_are_for_few(worker):
    need = Need.objects.get(pk=tell("เรียกรับเงิน", key="integrity").need_id)
    clerk = make_user("clerk", "clerk")
    assert not Need.objects.visible_to(worker).filter(pk=need.pk).exists()
    assert not Report.objects.visible_to(worker).filter(need=need).exists()
    assert Need.objects.visible_to(clerk).filter(pk=need.pk).exists()
    Need.objects.filter(pk=need.pk).update(assignee=worker.membership)
    assert Need.objects.visible_to(worker).filter(pk=need.pk).exists()
    assert Report.objects.visible_to(worker).filter(need=need).exists()


# ── assigning and saying what it is ───────────────────────────────────────────────────────────────


def test_assigning_tells_the_person_and_keeps_the_clock(worker, need):
    works = Division.objects.create(code="works", name="กองช่าง")
    helper = make_user("helper", "technician")
    helper.membership.division = works
    helper.membership.save(update_fields=["division"])
    moved = assign(
        worker, need.pk, version=1, division_id=works.pk, assignee_id=helper.membership.pk, at=NOW + HOUR
    )
    assert (moved.division, moved.assignee, moved.due_at) == (works, helper.membership, need.due_at)
    assert NeedAssignment.objects.get().assignee_id == helper.membership.pk
    assert Notification.objects.get().user_id == helper.pk
    with pytest.raises(UnableToChangeNeed):
        assign(worker, need.pk, version=2, division_id=works.pk, assignee_id=helper.membership.pk, at=NOW)


def test_a_person_of_another_division_is_refused(worker, need):
    works = Division.objects.create(code="works", name="กองช่าง")
    with pytest.raises(UnableToChangeNeed):
        assign(worker, need.pk, version=1, division_id=works.pk, assignee_id=worker.membership.pk, at=NOW)


def test_a_higher_priority_counts_from_the_opening(worker, need):
    urgent = set_priority(worker, need.pk, version=1, priority="emergency", at=NOW + 3 * DAY)
    assert urgent.due_at < need.due_at
    assert urgent.due_at < NOW + 3 * DAY


def test_a_private_category_hides_problem_and_voices(worker, need):
    clerk = make_user("clerk", "clerk")
    set_category(clerk, need.pk, version=1, category_id=category("integrity").pk, at=NOW)
    assert Report.objects.get().is_private
    assert not Need.objects.visible_to(worker).exists()


def test_place_and_hiding_are_on_record(worker, need):
    set_place(worker, need.pk, version=1, shape=point(50), address="หน้าตลาดสด", at=NOW)
    set_hidden(worker, need.pk, version=2, is_hidden=True, at=NOW)
    need.refresh_from_db()
    assert (need.address, need.is_hidden, need.version) == ("หน้าตลาดสด", True, 3)
    assert (
        AuditEntry.objects.filter(action__in=["complaints.need.placed", "complaints.need.hidden"]).count()
        == 2
    )


# ── words and stars ───────────────────────────────────────────────────────────────────────────────


def test_notes_inside_and_words_outside(worker, need, told):
    add_note(worker, need.pk, "โทรถามช่างแล้ว", kind=NoteKind.INTERNAL, at=NOW)
    add_note(worker, need.pk, "อยู่ตรงเสาต้นไหนคะ", kind=NoteKind.QUESTION, at=NOW)
    assert kinds(told) == ["NoteWritten", "NoteWritten"]
    with pytest.raises(UnableToChangeNeed):
        add_note(worker, need.pk, "  ", kind=NoteKind.PUBLIC, at=NOW)
    with pytest.raises(UnableToChangeNeed):
        add_note(worker, need.pk, "ก" * 5000, kind=NoteKind.PUBLIC, at=NOW)


def test_an_answer_comes_once_and_reaches_who_works_on_it(worker, need):
    Need.objects.update(assignee=worker.membership)
    report = Report.objects.get()
    for _again in range(2):
        take_answer(report, "เสาต้นที่สามจากวัด", at=NOW, source_id="m1")
    assert NeedNote.objects.get().kind == NoteKind.ANSWER
    assert Notification.objects.filter(user_id=worker.pk).count() == 1


def test_stars_after_the_end_only(worker, need):
    report = Report.objects.get()
    with pytest.raises(UnableToAnswer):
        rate(report.pk, 5, at=NOW)
    close_need(worker, need.pk, version=1, outcome="done", words="ซ่อมเสร็จเรียบร้อยแล้ว", at=NOW + DAY)
    with pytest.raises(UnableToAnswer):
        rate(report.pk, 6, at=NOW)
    rate(report.pk, 2, at=NOW)
    rate(report.pk, 4, at=NOW)
    need.refresh_from_db()
    assert (need.rating_count, need.rating_sum, need.rating) == (1, 4, 4.0)


def test_any_voice_may_say_it_is_not_done(worker, need):
    report = Report.objects.get()
    with pytest.raises(UnableToAnswer):
        reopen_by_voice(report.pk, "ยังมืดอยู่", at=NOW)
    close_need(worker, need.pk, version=1, outcome="done", words="ซ่อมเสร็จเรียบร้อยแล้ว", at=NOW + DAY)
    reopen_by_voice(report.pk, "ยังมืดอยู่", at=NOW + 2 * DAY)
    need.refresh_from_db()
    assert (need.state, need.came_back_count) == ("received", 1)
    assert NeedNote.objects.get().body == "ยังมืดอยู่"


# ── another system moves a ticket ─────────────────────────────────────────────────────────────────


def traffy(need_id=None, *, at=NOW, east_m=0.0):
    return tell(
        channel=Channel.TRAFFY,
        number=f"2026-{at:%d}{east_m:.0f}",
        joins_need_id=need_id,
        at=at,
        east_m=east_m,
    )


def move_ticket(report: Report, state: str, at) -> None:
    report.state = state
    report.save(update_fields=["state"])
    take_external_state(report, state=state, label="Traffy", note="", at=at)


def test_a_lone_ticket_takes_its_problem_along(worker):
    receipt = traffy()
    move_ticket(receipt.report, "in_progress", NOW + HOUR)
    need = Need.objects.get(pk=receipt.need_id)
    assert need.state == "in_progress"
    move_ticket(receipt.report, "finished", NOW + DAY)
    need.refresh_from_db()
    assert (need.state, need.is_open) == ("finished", False)
    move_ticket(receipt.report, "received", NOW + 3 * DAY)
    need.refresh_from_db()
    assert (need.state, need.is_open, need.came_back_count) == ("received", True, 1)
    assert NeedStatus.objects.filter(need=need, came_back=True).count() == 1


def test_one_of_two_tickets_closed_leaves_the_problem_open(worker):
    first = traffy()
    second = traffy(first.need_id, at=NOW + HOUR, east_m=2)
    assert second.need_id == first.need_id
    move_ticket(first.report, "finished", NOW + DAY)
    assert Need.objects.get(pk=first.need_id).is_open
    move_ticket(second.report, "finished", NOW + DAY)
    assert not Need.objects.get(pk=first.need_id).is_open
