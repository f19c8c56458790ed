"""Screens of a problem's thing and work: the litany, that what was typed stays, and what they cost."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from cddp.operations.complaints.choices import ReportState
from cddp.operations.complaints.extensions.things import _of_asset, _of_work
from cddp.operations.complaints.models import Need, NeedWork
from cddp.operations.complaints.services.assigning import set_asset
from cddp.operations.complaints.services.linking import merge_needs
from cddp.operations.complaints.services.works import attach_work
from cddp.operations.complaints.tests.staff import cost, sent, told
from cddp.operations.complaints.tests.works import lamp, open_for
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.services import moving
from tests.towns import make_user

ACTS = {
    "asset": {"number": "416-48-0001"},
    "work": {"title": "เปลี่ยนหลอด", "priority": "normal"},
    "attach": {"number": "1/2570"},
    "detach": {"order": str(uuid4())},
}


@pytest.fixture
def need(triager):
    return told(phone="0812345678")


def at(need: Need, act: str) -> str:
    return reverse(f"complaints:need_{act}", args=[need.pk])


def page(client, need: Need) -> str:
    return client.get(need.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("result", "words"), [("", "ดำเนินการแล้ว: เปลี่ยนหลอดไฟ"), ("ติดแล้ว", "ติดแล้ว")])
def test_the_end_is_proposed_in_the_words_of_the_work(login, triager, need, result, words):
    order = open_for(triager, need, at=need.opened_at)
    WorkOrder.objects.filter(pk=order.pk).update(
        state="done", result=result, done_at=timezone.now(), is_open=True
    )
    shown = login(triager).get(need.get_absolute_url()).context
    assert shown["forms"]["close"].initial["words"] == words


@pytest.mark.parametrize("act", ACTS)
def test_who_may_and_how(act, login, need, triager, reader, foreigner):
    url = at(need, act)
    assert login(triager).get(url).status_code == 405
    assert login(reader).post(url, sent(need, **ACTS[act])).status_code == 403
    assert login(foreigner).post(url, sent(need, **ACTS[act])).status_code == 404
    assert login(triager).post(reverse(f"complaints:need_{act}", args=[uuid4()]), {}).status_code == 404


def test_near_things_of_the_right_kind_are_offered_with_their_distance(login, triager, need):
    near = lamp(east_m=12)
    lamp("far", east_m=140)
    content = page(login(triager), need)
    assert "416-48-0001" in content
    assert "ห่าง 12 ม." in content
    assert ">far" not in content
    response = login(triager).post(at(need, "asset"), sent(need, asset=near.pk), follow=True)
    assert "บันทึกทรัพย์สินของเรื่องแล้ว" in response.content.decode()
    assert "416-48-0001" in page(login(triager), need)


def test_a_thing_by_its_number_former_number_or_code(login, triager, need):
    one = lamp(former_number="เก่า-7")
    client = login(triager)
    for typed in ("416-48-0001", "เก่า-7", f"https://town.example/a/{one.pk}/"):
        client.post(at(need, "asset"), sent(need, number=typed))
        need.refresh_from_db()
        assert need.asset_id == one.pk
        client.post(at(need, "asset"), sent(need, takes_away="1"))


def test_a_number_that_nobody_has_stays_in_the_field(login, triager, need):
    response = login(triager).post(at(need, "asset"), sent(need, number="ไม่มีเลขนี้"))
    assert response.status_code == 422
    assert "ไม่พบทรัพย์สินเลข “ไม่มีเลขนี้”" in response.content.decode()
    assert 'value="ไม่มีเลขนี้"' in response.content.decode()
    assert login(triager).post(at(need, "asset"), sent(need)).status_code == 422


def test_things_are_found_on_a_map_and_by_words(login, triager, reader, need):
    url = reverse("complaints:need_assets", args=[need.pk])
    lamp(east_m=30)
    lamp("ไกล-9", east_m=900)
    client = login(triager)
    content = client.get(url).content.decode()
    assert "416-48-0001" in content
    assert "data-pins=" in content
    assert "ไกล-9" not in content
    assert "ไกล-9" in client.get(url, {"q": "ไกล"}).content.decode()
    assert "ไม่พบทรัพย์สินที่ตรงกับคำค้น" in client.get(url, {"q": "ๆๆๆ"}).content.decode()
    assert login(reader).get(url).status_code == 403
    assert login(triager).get(reverse("complaints:need_assets", args=[uuid4()])).status_code == 404


def test_opening_work_is_the_next_step_and_shows_how_it_stands(login, triager, need):
    client = login(triager)
    client.post(at(need, "step"), sent(need, state="triaged"))
    content = page(client, need)
    assert 'button-primary"><svg' in content.split("เปิดใบสั่งงาน")[0][-400:] or "act act-primary" in content
    response = client.post(at(need, "work"), sent(need, **ACTS["work"]), follow=True)
    order = WorkOrder.objects.get()
    content = response.content.decode()
    assert f"เปิดใบสั่งงาน {order.number} แล้ว" in content
    assert order.get_state_display() in content
    need.refresh_from_db()
    assert need.state == ReportState.IN_PROGRESS
    when = timezone.now()
    moving.plan(None, order.pk, version=None, planned_on=dt.date(2026, 12, 3), at=when)
    moving.start(None, order.pk, version=None, at=when)
    moving.await_parts(None, order.pk, version=None, note="หลอด LED 50 วัตต์", at=when)
    content = page(client, need)
    assert "รอ: หลอด LED 50 วัตต์" in content
    assert "3 ธ.ค. 2569" in content


def test_only_planners_are_asked_for_a_day(login, triager, need, town):
    assert 'name="planned_on"' not in page(login(triager), need)
    director = make_user("director", "director")
    assert 'name="planned_on"' in page(login(director), need)
    response = login(director).post(
        at(need, "work"), sent(need, **ACTS["work"], planned_on="3/12/2569", lead=str(director.membership.pk))
    )
    assert response.status_code == 302
    assert WorkOrder.objects.get().planned_on == dt.date(2026, 12, 3)


def test_what_was_typed_stays_when_it_is_refused(login, triager, need):
    response = login(triager).post(at(need, "work"), sent(need, title="ก", priority="urgent"))
    assert response.status_code == 422
    content = response.content.decode()
    assert 'value="ก"' in content
    assert "3 ถึง 200" in content
    stale = sent(need, title="เปลี่ยนหลอดใหม่", priority="normal") | {"version": 0}
    response = login(triager).post(at(need, "work"), stale)
    assert response.status_code == 409
    assert "เปลี่ยนหลอดใหม่" in response.content.decode()
    assert not WorkOrder.objects.exists()


def test_a_known_work_order_is_tied_and_untied(login, triager, need):
    other = told("ไฟดับอีกดวง", east_m=60)
    order = open_for(triager, other, at=timezone.now())
    client = login(triager)
    assert order.number in page(client, need)
    response = client.post(at(need, "attach"), sent(need, number="99/2599"))
    assert response.status_code == 422
    assert "ไม่พบใบสั่งงานเลขที่ “99/2599”" in response.content.decode()
    assert client.post(at(need, "attach"), sent(need, number=order.number)).status_code == 302
    assert NeedWork.objects.filter(need=need, undone_at=None).exists()
    assert client.post(at(need, "detach"), sent(need, order=order.pk)).status_code == 302
    assert not NeedWork.objects.filter(need=need, undone_at=None).exists()


def test_panels_show_only_what_the_person_may_see(rf, triager, foreigner, need):
    one = lamp()
    when = timezone.now()
    set_asset(triager, need.pk, version=None, asset_id=one.pk, at=when)
    order = open_for(triager, need, at=when)
    hidden = told("นายช่างเรียกรับเงิน", key="integrity")
    Need.objects.filter(pk=hidden.pk).update(asset=one)
    NeedWork.objects.create(need=hidden, work_order=order, at=when)
    request = rf.get("/")
    request.user = triager
    assert _of_asset(request, one) == {"needs": [need]}
    assert _of_work(request, order) == {"needs": [need]}
    absorbed = told("ไฟดับ", east_m=300)
    attach_work(triager, absorbed.pk, order.pk, version=None, at=when)
    merge_needs(triager, absorbed.pk, need.pk, version=None, at=when)
    assert _of_work(request, order) == {"needs": [need]}
    request.user = foreigner
    foreign = _of_asset(request, one)
    assert foreign is not None


def test_the_inbox_can_name_the_thing_and_take_it_away(login, triager, need):
    set_asset(triager, need.pk, version=None, asset_id=lamp().pk, at=timezone.now())
    url = reverse("complaints:inbox")
    client = login(triager)
    client.post(url, {"list_action": "columns", "columns": ["title", "thing"]})
    response = client.get(url, {"queue": "all", "export": "csv"})
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200
    assert "416-48-0001" in body.decode("utf-8-sig")


def test_what_the_page_costs_with_things_and_work(login, triager, need):
    client = login(triager)
    lamp(east_m=5)
    for number in range(2, 6):
        lamp(f"416-48-{number:04d}", east_m=5 * number)
    bare = cost(client, need.get_absolute_url())
    for number in range(3):
        open_for(triager, need, title=f"งานที่ {number}", at=timezone.now())
    assert cost(client, need.get_absolute_url()) <= bare + 3
    assert bare <= 22
