"""เดินใบสั่งงาน: who may, which step is refused where, what is stale, and that twice said is once done."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.http import Http404

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.files.services import open_stored
from cddp.foundation.notify.models import Notification
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.values.thai_text import search_key
from cddp.operations.maintenance.choices import PhotoKind, WorkSource, WorkState
from cddp.operations.maintenance.errors import UnableToAct, UnableToChangeWork, WorkChangedMeanwhile
from cddp.operations.maintenance.models import WorkCounter, WorkCrew, WorkOrder, WorkStatus
from cddp.operations.maintenance.rules import work as rules
from cddp.operations.maintenance.rules.work import Step
from cddp.operations.maintenance.services import doing, moving
from cddp.operations.maintenance.tests.work_makers import (
    AT,
    RESULT,
    TODAY,
    begun,
    checklist,
    done,
    opened,
    picture,
    planned,
)
from tests.towns import TOWN_ID, make_user

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def chief(town):
    """Plans, works, accepts."""
    return make_user("chief", "director")


@pytest.fixture
def tech(town):
    """Works on what is theirs."""
    return make_user("tech", "technician")


@pytest.fixture
def other_tech(town):
    return make_user("other_tech", "technician")


def events_of(kind: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE args->>'event_name' LIKE %s", [f"%.{kind}"]
        )
        return cursor.fetchone()[0]


def refused(act) -> UnableToChangeWork:
    with pytest.raises(UnableToChangeWork) as caught:
        act()
    return caught.value


# ── opening and numbers ───────────────────────────────────────────────────────────────────────────


def test_numbers_follow_one_another_within_their_fiscal_year(town):
    september = dt.datetime(2026, 9, 30, 16, 59, tzinfo=dt.UTC)  # 23:59 of the last day of 2569
    assert opened(at=september).number == "1/2569"
    assert opened(at=september + dt.timedelta(minutes=1)).number == "1/2570"
    assert [opened().number, opened().number] == ["2/2570", "3/2570"]


def test_a_refused_order_takes_no_number(town):
    refused(lambda: opened(title="x"))
    refused(lambda: opened(asset_id=uuid4()))
    refused(lambda: opened(checklist_id=uuid4()))
    assert not WorkCounter.objects.exists()
    assert opened().number == "1/2570"


def test_the_same_open_source_has_one_order_and_a_new_one_after_its_end(town, chief):
    source = uuid4()
    first = opened(source=WorkSource.NEED, source_id=source)
    assert opened(source=WorkSource.NEED, source_id=source, title="อีกครั้งหนึ่ง").pk == first.pk
    assert opened(source=WorkSource.OUTAGE, source_id=source).pk != first.pk
    moving.cancel(chief, first.pk, version=None, reason="แจ้งผิดที่", at=AT)
    assert opened(source=WorkSource.NEED, source_id=source).pk != first.pk


def test_an_order_is_found_by_its_number_and_brings_its_checks(town):
    order = opened(checklist_id=checklist("ตัดไฟ", "วัดแรงดัน").pk, place="หน้าวัดป่าสัก")
    order.refresh_from_db()
    assert order.search_text.startswith("1/2570 ")
    assert search_key("หน้าวัดป่าสัก", drop_tones=True) in order.search_text
    assert list(order.checks.values_list("order", "words", "is_required")) == [
        (1, "ตัดไฟ", True),
        (2, "วัดแรงดัน", True),
    ]


def test_who_may_only_ask_cannot_plan_by_asking(town, tech):
    assert opened(tech).state == WorkState.REQUESTED
    with pytest.raises(UnableToAct):
        opened(tech, planned_on=TODAY)
    with pytest.raises(UnableToAct):
        opened(make_user("mayor", "mayor"))


# ── rights and sight ──────────────────────────────────────────────────────────────────────────────


def test_a_technician_moves_the_work_of_their_own_crew_only(town, chief, tech, other_tech):
    order = planned(chief, lead=tech)
    with pytest.raises(Http404):
        moving.start(other_tech, order.pk, version=None, at=AT)
    assert moving.start(tech, order.pk, version=None, at=AT).state == WorkState.IN_PROGRESS
    moving.plan(chief, order.pk, version=None, planned_on=TODAY, crew_ids=[other_tech.membership.pk], at=AT)
    with pytest.raises(Http404):
        moving.finish(tech, order.pk, version=None, result=RESULT, at=AT)
    assert moving.finish(other_tech, order.pk, version=None, result=RESULT, at=AT).state == WorkState.DONE


@pytest.mark.parametrize(
    ("act", "more"),
    [
        ("approve", {}),
        ("plan", {"planned_on": TODAY}),
        ("accept", {}),
        ("send_back", {"reason": "ยังไม่ติด"}),
        ("cancel", {"reason": "ไม่ต้องทำ"}),
    ],
)
def test_a_technician_neither_plans_nor_accepts(town, tech, act, more):
    order = planned(lead=tech)
    with pytest.raises(UnableToAct):
        getattr(moving, act)(tech, order.pk, version=None, at=AT, **more)


@pytest.mark.parametrize("act", ["start", "await_parts", "resume", "finish"])
def test_a_reader_does_no_work(town, act):
    mayor = make_user("mayor", "mayor")
    with pytest.raises(UnableToAct):
        getattr(moving, act)(mayor, planned().pk, version=None, at=AT)


def test_the_neighbour_finds_nothing(towns, town):
    order = opened()
    with town_context(towns[1].pk):
        foreigner = make_user("foreigner", "director")
        with pytest.raises(Http404):
            moving.approve(foreigner, order.pk, version=None, at=AT)


def test_who_asked_may_take_it_back_until_it_is_approved(town, chief, tech):
    own = opened(tech)
    # Not of their crew: they see what they asked for no more than others do.
    with pytest.raises(Http404):
        moving.cancel(tech, own.pk, version=None, reason="แจ้งซ้ำกัน", at=AT)
    asker = make_user("asker", "officer")
    asked = opened(asker)
    assert moving.cancel(asker, asked.pk, version=None, reason="แจ้งซ้ำกัน", at=AT).state == "cancelled"
    approved = moving.approve(chief, opened(asker).pk, version=None, at=AT)
    for order in (approved, opened(chief)):
        with pytest.raises(UnableToAct):
            moving.cancel(asker, order.pk, version=None, reason="แจ้งซ้ำกัน", at=AT)


# ── steps ─────────────────────────────────────────────────────────────────────────────────────────

GIVEN = {
    Step.PLAN: {"planned_on": TODAY},
    Step.FINISH: {"result": RESULT},
    Step.SEND_BACK: {"reason": "ยังไม่ติด"},
    Step.CANCEL: {"reason": "ไม่ต้องทำ"},
}


@pytest.mark.parametrize("step", list(Step))
def test_each_step_is_refused_where_it_does_not_lead(town, step):
    for state in WorkState:
        order = opened()
        WorkOrder.objects.filter(pk=order.pk).update(
            state=state, is_open=state not in (WorkState.ACCEPTED, WorkState.CANCELLED)
        )
        act = lambda order=order: getattr(moving, step.value)(  # noqa: E731
            None, order.pk, version=order.version, at=AT, **GIVEN.get(step, {})
        )
        if rules.may_step(state, step):
            assert act().state == rules.state_after(state, step)
        else:
            assert refused(act).code == "wrong_state"
            assert not WorkStatus.objects.filter(work_order=order, at__gt=AT).exists()
            order.refresh_from_db()
            assert (order.state, order.version) == (state, 1)


def test_the_whole_way_leaves_its_history_and_its_events(town, chief, tech):
    order = opened(chief)
    moving.approve(chief, order.pk, version=1, note="ทำได้", at=AT)
    moving.plan(chief, order.pk, version=2, planned_on=TODAY, lead_id=tech.membership.pk, at=AT)
    moving.start(tech, order.pk, version=3, at=AT + HOUR)
    moving.await_parts(tech, order.pk, version=4, note="ไม่มีขั้วหลอด", at=AT + 2 * HOUR)
    moving.resume(tech, order.pk, version=5, at=AT + 3 * HOUR)
    moving.finish(tech, order.pk, version=6, result=RESULT, cause="ขั้วหลวม", at=AT + 4 * HOUR)
    moving.send_back(chief, order.pk, version=7, reason="ไฟกะพริบ", at=AT + 5 * HOUR)
    moving.finish(tech, order.pk, version=8, result=RESULT, at=AT + 6 * HOUR)
    moving.accept(chief, order.pk, version=9, words="เรียบร้อย", at=AT + 7 * HOUR)
    order.refresh_from_db()
    assert list(order.statuses.values_list("state", flat=True)) == [
        "requested", "approved", "planned", "in_progress", "awaiting_parts", "in_progress", "done",
        "in_progress", "done", "accepted",
    ]  # fmt: skip
    assert (order.started_at, order.done_at, order.accepted_at) == (
        AT + HOUR,
        AT + 6 * HOUR,
        AT + 7 * HOUR,
    )
    assert (order.is_open, order.version, order.accepted_by_label) == (False, 10, str(chief))
    assert AuditEntry.objects.filter(action="maintenance.work.moved").count() == 9
    told = Notification.objects.filter(user_id=tech.pk).values_list("title", flat=True)
    assert any("งานวันที่" in each for each in told)
    assert any("ให้แก้ไข" in each for each in told)
    assert all(f"/{order.pk}/" in each.link for each in Notification.objects.all())


def test_planning_what_was_only_asked_for_approves_it(town, chief, tech):
    order = planned(chief, lead=tech)
    assert list(order.statuses.values_list("state", flat=True)) == ["requested", "approved", "planned"]


def test_planning_anew_tells_who_comes_and_who_goes(town, chief, tech, other_tech):
    order = planned(chief, lead=tech)
    Notification.objects.all().delete()
    moving.plan(chief, order.pk, version=None, planned_on=TODAY, crew_ids=[other_tech.membership.pk], at=AT)
    told = dict(Notification.objects.values_list("user_id", "title"))
    assert told[tech.pk].startswith("ท่านไม่ต้องทำงานนี้แล้ว")
    assert told[other_tech.pk].startswith("งานวันที่")
    assert [each.member_id for each in WorkCrew.objects.filter(work_order=order)] == [
        other_tech.membership.pk
    ]


def test_planning_refuses_strange_people_and_hours(town, chief):
    order = opened()
    assert (
        refused(
            lambda: moving.plan(chief, order.pk, version=None, planned_on=TODAY, lead_id=uuid4(), at=AT)
        ).code
        == "crew"
    )
    for minutes in (0, -5, 14 * 24 * 60 + 1):
        assert (
            refused(
                lambda minutes=minutes: moving.plan(
                    chief, order.pk, version=None, planned_on=TODAY, planned_minutes=minutes, at=AT
                )
            ).field
            == "planned_minutes"
        )
    order.refresh_from_db()
    assert (order.state, order.version) == (WorkState.REQUESTED, 1)


def test_a_stale_version_is_told_and_changes_nothing(town, chief):
    order = opened()
    moving.approve(chief, order.pk, version=1, at=AT)
    with pytest.raises(WorkChangedMeanwhile):
        moving.cancel(chief, order.pk, version=1, reason="ไม่ต้องทำ", at=AT)
    order.refresh_from_db()
    assert (order.state, order.version) == (WorkState.APPROVED, 2)


@pytest.mark.parametrize("step", [Step.APPROVE, Step.START, Step.FINISH, Step.ACCEPT, Step.CANCEL])
def test_a_step_said_twice_without_a_version_is_done_once(town, step):
    made = {
        Step.APPROVE: opened,
        Step.START: planned,
        Step.FINISH: begun,
        Step.ACCEPT: done,
        Step.CANCEL: opened,
    }
    order = made[step]()
    act = lambda: getattr(moving, step.value)(  # noqa: E731
        None, order.pk, version=None, at=AT, **GIVEN.get(step, {})
    )
    first = act()
    lines = order.statuses.count()
    assert act().version == first.version
    assert order.statuses.count() == lines


def test_the_end_is_honest(town, tech):
    order = begun(lead=tech, checklist_id=checklist("ตัดไฟก่อน").pk)
    finish = lambda **said: moving.finish(tech, order.pk, version=None, at=AT, **said)  # noqa: E731
    assert refused(lambda: finish(result=RESULT)).code == "checks"
    doing.answer_check(tech, order.pk, order.checks.get().pk, answer="yes", at=AT)
    assert refused(lambda: finish(result="  แล้ว   ")).code == "result"
    doing.add_work_photo(tech, order.pk, upload=picture(), kind=PhotoKind.BEFORE, at=AT)
    assert refused(finish).code == "result"
    photo = doing.add_work_photo(tech, order.pk, upload=picture(), kind=PhotoKind.AFTER, at=AT)
    doing.remove_work_photo(tech, order.pk, photo.pk, at=AT)
    assert refused(finish).code == "result"
    doing.add_work_photo(tech, order.pk, upload=picture(), kind=PhotoKind.AFTER, at=AT)
    assert finish().state == WorkState.DONE


def test_reasons_are_asked_for(town, chief):
    assert (
        refused(lambda: moving.cancel(chief, opened().pk, version=None, reason=" ก ", at=AT)).field
        == "reason"
    )
    assert (
        refused(lambda: moving.send_back(chief, done().pk, version=None, reason="", at=AT)).field == "reason"
    )


def test_who_said_that_it_is_done_does_not_accept_it(town, chief):
    order = begun(chief)
    moving.finish(chief, order.pk, version=None, result=RESULT, at=AT)
    assert refused(lambda: moving.accept(chief, order.pk, version=None, at=AT)).code == "own_work"
    order.refresh_from_db()
    assert order.state == WorkState.DONE
    second = make_user("second", "director")
    moving.send_back(second, order.pk, version=None, reason="ไฟยังกะพริบ", at=AT + HOUR)
    moving.finish(second, order.pk, version=None, result=RESULT, at=AT + 2 * HOUR)
    moving.accept(chief, order.pk, version=None, at=AT + 3 * HOUR)


# ── what is done ──────────────────────────────────────────────────────────────────────────────────


def test_hours_cost_what_they_cost_on_that_day(town, tech):
    order = begun(lead=tech)
    member = tech.membership.pk
    add = lambda minutes, **more: doing.add_time(  # noqa: E731
        tech, order.pk, minutes=minutes, on=TODAY, member_id=member, at=AT, **more
    )
    add(90, hour_satang=6_250)
    second = add(20)
    assert second.hour_satang == 6_250
    add(1, hour_satang=50)
    order.refresh_from_db()
    assert order.labour_satang == 9_375 + 2_083 + 1
    doing.remove_time(tech, order.pk, second.pk, at=AT)
    order.refresh_from_db()
    assert (order.labour_satang, order.version) == (9_376, 3)
    assert sum(rules.labour_satang(each.minutes, each.hour_satang) for each in order.times.all()) == 9_376


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": -1}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"on": TODAY + dt.timedelta(days=1)}, "future"),
        ({"hour_satang": -1}, "hour_satang"),
        ({"member_id": uuid4()}, "member"),
        ({"member_id": None, "who": " "}, "who"),
    ],
)
def test_hours_that_cannot_be_are_refused(town, tech, given, code):
    order = begun(lead=tech)
    said = {"minutes": 30, "on": TODAY, "member_id": tech.membership.pk, "at": AT} | given
    assert refused(lambda: doing.add_time(tech, order.pk, **said)).code == code


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("tick", "yes", "yes"),
        ("tick", "maybe", None),
        ("number", " ๑๒.๕๐ ", "12.5"),
        ("number", "1,200", "1200"),
        ("number", "-3", "-3"),
        ("number", "สิบ", None),
        ("number", "NaN", None),
        ("number", "1e99", None),
        ("text", " ปกติ ดี ", "ปกติ ดี"),
        ("text", "ก" * 301, None),
        ("text", "", ""),
    ],
)
def test_answers_are_read_by_their_kind(kind, typed, kept):
    if kept is None:
        with pytest.raises(rules.Unreadable):
            rules.read_answer(kind, typed)
    else:
        assert rules.read_answer(kind, typed) == kept


def test_a_picture_is_drawn_anew_and_what_is_over_takes_none(town, tech, chief):
    order = begun(lead=tech)
    photo = doing.add_work_photo(tech, order.pk, upload=picture(exif=True), kind="after", at=AT)
    with open_stored(photo.file) as stream:
        assert b"PhoneMaker" not in stream.read()
    moving.finish(tech, order.pk, version=None, at=AT)
    doing.add_work_photo(tech, order.pk, upload=picture(), kind="after", at=AT)
    moving.accept(chief, order.pk, version=None, at=AT)
    for act in (
        lambda: doing.add_work_photo(tech, order.pk, upload=picture(), kind="after", at=AT),
        lambda: doing.remove_work_photo(tech, order.pk, photo.pk, at=AT),
        lambda: doing.add_time(tech, order.pk, minutes=5, on=TODAY, who="ช่าง", at=AT),
    ):
        assert refused(act).code == "over"


def test_checks_and_pictures_of_another_order_are_not_found(town, tech):
    mine, other = begun(lead=tech), begun(checklist_id=checklist("ตัดไฟ").pk)
    photo = doing.add_work_photo(None, other.pk, upload=picture(), kind="before", at=AT)
    for act in (
        lambda: doing.answer_check(tech, mine.pk, other.checks.get().pk, answer="yes", at=AT),
        lambda: doing.remove_work_photo(tech, mine.pk, photo.pk, at=AT),
        lambda: doing.remove_time(tech, mine.pk, uuid4(), at=AT),
        lambda: doing.add_work_photo(tech, other.pk, upload=picture(), kind="before", at=AT),
    ):
        with pytest.raises(Http404):
            act()


# ── at once ───────────────────────────────────────────────────────────────────────────────────────


def at_once(many: int, act) -> list:
    start, found = threading.Barrier(many), [None] * many

    def run(number: int) -> None:
        try:
            with town_context(TOWN_ID):
                start.wait(timeout=60)
                found[number] = act(number)
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return found


@pytest.mark.django_db(transaction=True)
def test_many_open_at_once_without_gap_or_double(towns):
    def act(number: int):
        order = opened(title=f"งานที่ {number}")
        if number % 4 == 3:
            raise RuntimeError("given up after the number was given")
        return order

    found = at_once(16, act)
    with town_context(TOWN_ID):
        numbers = sorted(
            int(each.split("/")[0]) for each in WorkOrder.objects.values_list("number", flat=True)
        )
    assert sum(isinstance(each, RuntimeError) for each in found) == 4
    assert numbers == list(range(1, 13))


@pytest.mark.django_db(transaction=True)
def test_one_source_told_by_many_at_once_opens_one(towns):
    source = uuid4()
    found = at_once(8, lambda _number: opened(source=WorkSource.OUTAGE, source_id=source))
    assert len({each.pk for each in found}) == 1
    with town_context(TOWN_ID):
        assert WorkOrder.objects.get().number == "1/2570"
        assert WorkStatus.objects.count() == 1
