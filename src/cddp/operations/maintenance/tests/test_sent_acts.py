"""รายการจากโทรศัพท์: each once, in order, with an answer; a refusal changes nothing."""

import datetime as dt
import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cddp.foundation.administration.retention import apply_retention
from cddp.operations.maintenance.choices import WorkState
from cddp.operations.maintenance.models import (
    MeterReading,
    Movement,
    SentAct,
    WorkCheck,
    WorkCrew,
    WorkOrder,
    WorkPhoto,
    WorkTime,
)
from cddp.operations.maintenance.tests import stock_makers as make
from tests.towns import make_user

NOW = timezone.now()


@pytest.fixture
def technician(town):
    return make_user("technician", "technician")


@pytest.fixture
def order(town, technician):
    asset = make.make_asset(make.make_class("pump"), name="ปั๊มน้ำ", number="055-69-0001")
    return WorkOrder.objects.create(
        number="1/2570", title="เปลี่ยนซีลปั๊ม", asset=asset, lead=technician.membership, state=WorkState.PLANNED,
        planned_on=timezone.localdate(), requested_at=NOW - dt.timedelta(days=1),
        state_since=NOW - dt.timedelta(days=1),
    )  # fmt: skip


@pytest.fixture
def send(login, technician, order):
    client = login(technician)

    def post(act_kind: str, /, *, act_id=None, json=True, made_at=None, to=None, **fields):
        values = {
            "act_id": act_id or uuid4(),
            "act_kind": act_kind,
            "work_order": (to or order).pk,
            "owner": technician.membership.pk,
            "made_at": (made_at or timezone.now()).isoformat(),
        } | fields
        headers = {"Accept": "application/json"} if json else {}
        return client.post(reverse("maintenance:act"), values, headers=headers)

    return post


def picture(name="after.jpg") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(drawn, "JPEG")
    return SimpleUploadedFile(name, drawn.getvalue(), "image/jpeg")


def test_a_whole_job_from_start_to_end(send, order):
    check = WorkCheck.objects.create(work_order=order, words="ทดสอบเดินเครื่อง", is_required=True)
    acts = [
        ("start", {}),
        ("check", {"check": check.pk, "answer": "yes"}),
        ("time", {"minutes": "45", "note": "รวมเดินทาง"}),
        ("photo", {"kind": "after", "photo": picture()}),
        ("finish", {"result": "", "cause": "ซีลเสื่อม"}),
    ]
    assert [send(kind, **fields).json()["state"] for kind, fields in acts] == ["done"] * 5
    order.refresh_from_db()
    check.refresh_from_db()
    assert (order.state, order.cause, check.answer) == (WorkState.DONE, "ซีลเสื่อม", "yes")
    assert WorkTime.objects.get().minutes == 45
    assert WorkPhoto.objects.get().kind == "after"
    assert SentAct.objects.count() == 5


def test_the_same_act_again_is_answered_the_same_and_done_once(send, order):
    send("start")
    for kind, fields, made in (
        ("time", {"minutes": "30"}, WorkTime),
        ("photo", {"kind": "before"}, WorkPhoto),
    ):
        act_id = uuid4()
        answers = [
            send(kind, act_id=act_id, **fields, **({"photo": picture()} if kind == "photo" else {})).json()
            for _time in range(3)
        ]
        assert answers == [{"state": "done", "words": "", "code": ""}] * 3
        assert made.objects.count() == 1


def test_a_refusal_is_kept_and_changes_nothing(send, order):
    send("start")
    act_id = uuid4()
    first = send("finish", act_id=act_id, result="สั้น").json()
    assert (first["state"], first["code"]) == ("refused", "result")
    assert "10" in first["words"]
    send("photo", kind="after", photo=picture())
    # Now it could be done: but this act was answered, and the phone has shown it.
    assert send("finish", act_id=act_id, result="สั้น").json() == first
    order.refresh_from_db()
    assert order.state == WorkState.IN_PROGRESS
    assert send("finish", result="สั้น").json()["state"] == "done"


def test_what_came_after_the_work_was_cancelled_is_refused(send, order):
    WorkOrder.objects.filter(pk=order.pk).update(state=WorkState.CANCELLED, is_open=False)
    answer = send("start").json()
    assert (answer["state"], answer["code"]) == ("refused", "wrong_state")


def test_a_part_is_taken_once_and_never_more_than_there_are(send, order):
    part, store = make.make_part(), make.make_store()
    make.fit(part, asset_class=order.asset.asset_class)
    make.receive(part, store, 3)
    said = {"do": "issue", "part": part.pk, "store": store.pk, "quantity": "2", "reason": ""}
    act_id = uuid4()
    assert [send("part", act_id=act_id, **said).json()["state"] for _time in range(2)] == ["done", "done"]
    refused = send("part", **said).json()
    assert refused["state"] == "refused"
    assert make.level_of(part, store)[0] == 1
    assert Movement.objects.filter(kind="issue").count() == 1


def test_a_meter_is_read_and_changed(send, order):
    assert (
        send(
            "meter", meter="ชั่วโมงเครื่อง", value="1,250.5", made_at=timezone.now() - dt.timedelta(hours=1)
        ).json()["state"]
        == "done"
    )
    lower = send("meter", meter="ชั่วโมงเครื่อง", value="๑๒").json()
    assert (lower["state"], lower["code"]) == ("refused", "backwards")
    without = send("meter", meter="ชั่วโมงเครื่อง", value="0", is_new_meter="1").json()
    assert without["state"] == "refused"
    changed = send("meter", meter="ชั่วโมงเครื่อง", value="0", is_new_meter="1", old_value="1260")
    assert changed.json()["state"] == "done"
    assert [str(each) for each in MeterReading.objects.order_by("at").values_list("value", flat=True)] == [
        "1250.5", "1260.0", "0.0",
    ]  # fmt: skip


def test_it_was_done_when_the_phone_says_within_what_can_be_true(send, order):
    then = timezone.now() - dt.timedelta(hours=3)
    send("start", made_at=then)
    order.refresh_from_db()
    assert abs((order.started_at - then).total_seconds()) < 1
    other = WorkOrder.objects.create(
        number="2/2570",
        title="ข",
        lead=order.lead,
        state=WorkState.PLANNED,
        requested_at=NOW,
        state_since=NOW,
    )
    send("start", to=other, made_at=timezone.now() + dt.timedelta(days=400))
    other.refresh_from_db()
    assert other.started_at <= timezone.now()


def test_an_id_that_was_used_for_something_else_is_refused(send, order):
    act_id = uuid4()
    send("start", act_id=act_id)
    answer = send("time", act_id=act_id, minutes="5").json()
    assert (answer["state"], answer["code"], WorkTime.objects.count()) == ("refused", "act_used", 0)


def test_a_line_that_is_gone_is_refused_in_words(send, order):
    answer = send("check", check=uuid4(), answer="yes").json()
    assert (answer["state"], answer["code"]) == ("refused", "gone")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("dance", {}),
        ("time", {"minutes": "0"}),
        ("time", {"minutes": "ครึ่งชั่วโมง"}),
        ("time", {}),
        ("check", {"check": "ก", "answer": "yes"}),
        ("photo", {"kind": "sideways"}),
        ("photo", {"kind": "after"}),
        ("photo", {"kind": "after", "photo": SimpleUploadedFile("x.jpg", b"not a picture")}),
        ("part", {"do": "burn", "part": uuid4()}),
        ("part", {"do": "issue", "part": uuid4(), "store": uuid4(), "quantity": "1"}),
        ("meter", {"meter": "x", "value": "ก"}),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(send, order, kind, fields):
    answer = send(kind, **fields).json()
    assert answer["state"] == "refused"
    assert answer["words"]


def test_anothers_outbox_is_not_done_in_this_ones_name(send, order):
    colleague = make_user("colleague", "technician")
    answer = send("start", owner=colleague.membership.pk)
    order.refresh_from_db()
    assert (answer.status_code, order.state, SentAct.objects.count()) == (403, WorkState.PLANNED, 0)


def test_work_of_another_crew_is_out_of_reach(send, order):
    WorkOrder.objects.filter(pk=order.pk).update(lead=make_user("other", "technician").membership)
    answer = send("start").json()
    assert (answer["state"], answer["code"]) == ("refused", "no_order")
    WorkCrew.objects.create(work_order=order, member=make_user("technician", "technician").membership)
    assert send("start").json()["state"] == "done"


def test_without_scripts_the_same_forms_work(send, order):
    answer = send("start", json=False)
    order.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, reverse("maintenance:stop", args=[order.pk]))
    assert order.state == WorkState.IN_PROGRESS


def test_acts_are_posted_by_technicians_only(client, login, town, officer):
    address = reverse("maintenance:act")
    assert client.post(address).status_code == 302
    assert login(officer).post(address).status_code == 403
    assert login(make_user("technician", "technician")).get(address).status_code == 405


def test_old_ids_are_forgotten_and_young_ones_are_not(town):
    now = timezone.now()
    old, young = (
        SentAct.objects.create(
            id=uuid4(), kind="start", made_at=now, received_at=now - dt.timedelta(days=days)
        )
        for days in (401, 399)
    )
    assert apply_retention(timezone.localdate())["maintenance.sent_acts"] == 1
    assert list(SentAct.objects.all()) == [young]
    assert not SentAct.objects.filter(pk=old.pk).exists()
