"""แผงอะไหล่ในใบสั่งงาน: what fits stands first with where it lies; one tap moves it; five statements however many."""

from uuid import uuid4

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cddp.operations.maintenance.models import Movement, PartAlternative
from cddp.operations.maintenance.queries.parts import list_fitting
from cddp.operations.maintenance.tests.stock_makers import (
    fit,
    level_of,
    make_asset,
    make_class,
    make_part,
    make_store,
    make_van,
    make_work,
    move,
    receive,
)
from cddp.registers.assets.models import AssetModel
from tests.towns import make_user

FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config")


@pytest.fixture
def technician(town):
    return make_user("tech", "technician")


@pytest.fixture
def scene(technician):
    """A street light of a known model: its lamp, a fuse for every light, a stand-in, and a pump's seal."""
    light = make_class()
    model = AssetModel.objects.create(asset_class=light, name="LED 50")
    asset = make_asset(light, model)
    lamp, fuse, other, seal = (make_part(code) for code in ("LED-50", "FUSE", "LED-55", "SEAL"))
    fit(lamp, model=model)
    fit(fuse, asset_class=light)
    fit(seal, asset_class=make_class("pump"))
    PartAlternative.objects.create(part=lamp, other=other)
    depot, van = make_store(name="คลัง ก"), make_van(technician.membership)
    receive(lamp, depot, 4)
    receive(lamp, van, 1)
    receive(other, depot, 2)
    receive(seal, depot, 2)
    work = make_work(asset, lead=technician.membership)
    return work, lamp, fuse, other, seal, depot, van


def panel(work):
    return reverse("maintenance:work_parts", args=[work.pk])


def tap(client, work, part, do, store=None, **more):
    data = {"part": part.pk, "do": do, "act": uuid4(), "quantity": "1", **more}
    if store is not None:
        data["store"] = store.pk
    return client.post(panel(work), data, headers={"HX-Request": "true"})


def test_what_fits_stands_by_model_then_by_class_with_where_it_lies(technician, scene):
    work, lamp, fuse, other, _seal, depot, van = scene
    move("reserve", lamp, depot, 1, work=make_work())
    found = list_fitting(technician, work)
    assert [(each.part, each.how) for each in found] == [(lamp, "model"), (fuse, "class")]
    first = found[0]
    assert [place.store for place in first.stores] == [van, depot]
    assert first.stores[0].is_own_van
    assert first.summary == "ในคลัง 5 · จอง 1 · รถของท่านมี 1"
    assert [(each.part, each.free, each.stands_in_for) for each in first.alternatives] == [
        (other, 2, lamp.name)
    ]
    assert found[1].summary == "ไม่มีในคลังใด"


def test_what_this_order_has_had_is_told_and_when_it_was_last_changed_here(technician, scene):
    work, lamp, _fuse, _other, seal, depot, _van = scene
    earlier = make_work(work.asset)
    move("issue", lamp, depot, 1, work=earlier)
    move("issue", lamp, depot, 2, work=work)
    move("reserve", lamp, depot, 1, work=work)
    move("issue", seal, depot, 1, work=work, reason="ใช้ซีลชั่วคราว")
    found = list_fitting(technician, work)
    assert (found[0].taken, found[0].reserved, found[0].taken_from) == (2, 1, depot)
    assert found[0].last_used_on == Movement.objects.get(work_order=earlier).at
    assert [(each.part, each.how, each.taken) for each in found[2:]] == [(seal, "other", 1)]


def test_five_statements_whatever_the_number_of_parts(technician, scene):
    work, lamp, _fuse, _other, _seal, depot, _van = scene
    move("issue", lamp, depot, 1, work=work)

    def statements():
        fresh = type(work).objects.get(pk=work.pk)
        with CaptureQueriesContext(connection) as captured:
            for each in list_fitting(technician, fresh):
                assert each.summary
        return len(captured)

    few = statements()
    for number in range(40):
        part, stand_in = make_part(f"P{number}"), make_part(f"S{number}")
        fit(part, asset_class=work.asset.asset_class)
        PartAlternative.objects.create(part=part, other=stand_in)
        receive(part, depot, 3)
    assert (few, statements()) == (5, 5)


def test_the_panel_costs_the_same_for_one_part_and_for_many(login, technician, scene, settings):
    settings.MENU_COUNTS_REMEMBERED_S = 60
    work, _lamp, _fuse, _other, _seal, depot, _van = scene
    client = login(technician)

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(panel(work), headers={"HX-Request": "true"}).status_code == 200
        return sum(1 for query in captured if not query["sql"].startswith(FRAME))

    cost()
    few = cost()
    for number in range(20):
        part = make_part(f"P{number}")
        fit(part, asset_class=work.asset.asset_class)
        receive(part, depot, 3)
    assert cost() == few <= 10


def test_a_tap_reserves_takes_gives_back_and_lets_go(login, technician, scene):
    work, lamp, _fuse, _other, _seal, depot, van = scene
    client = login(technician)
    answer = tap(client, work, lamp, "reserve", depot, quantity="2")
    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "parts-changed"
    assert "จอง 2 แล้ว · คลัง ก" in answer.content.decode()
    tap(client, work, lamp, "issue", van)
    assert level_of(lamp, van)[0] == 0
    tap(client, work, lamp, f"release:{depot.pk}")
    tap(client, work, lamp, "issue", depot)
    tap(client, work, lamp, f"give_back:{depot.pk}")
    assert level_of(lamp, depot)[:2] == (4, 0)
    work.refresh_from_db()
    assert work.parts_satang == 10_000


def test_the_same_tap_twice_takes_one(login, technician, scene):
    work, lamp, _fuse, _other, _seal, depot, _van = scene
    client, act = login(technician), uuid4()
    for _again in range(2):
        assert tap(client, work, lamp, "issue", depot, act=act).status_code == 200
    assert level_of(lamp, depot)[0] == 3
    # Without htmx the page of its own is shown again.
    data = {"part": lamp.pk, "do": "issue", "store": depot.pk, "quantity": "1"}
    assert client.post(panel(work), data).url == panel(work)


def test_a_refusal_stands_at_its_part(login, technician, scene):
    work, lamp, _fuse, _other, seal, depot, _van = scene
    client = login(technician)
    answer = tap(client, work, lamp, "issue", depot, quantity="5")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "ให้ใช้ 4 อัน · ที่อื่นมี: รถช่าง V1 1" in page
    assert 'value="5"' in page
    answer = tap(client, work, seal, "issue", depot)
    assert answer.status_code == 422
    assert tap(client, work, seal, "issue", depot, reason="ซีลขนาดเดียวกัน").status_code == 200
    good = {"part": lamp.pk, "do": "issue", "store": depot.pk, "act": uuid4(), "quantity": "1"}
    for wrong in (
        {"quantity": "0"},
        {"quantity": "1.005"},
        {"do": "steal"},
        {"part": "x"},
        {"store": "x"},
        {"store": ""},
    ):
        sent = client.post(panel(work), good | wrong, headers={"HX-Request": "true"})
        assert sent.status_code == 422, wrong
    assert level_of(lamp, depot)[0] == 4


def test_other_parts_are_sought_by_name_or_code(login, technician, scene):
    work, _lamp, _fuse, _other, _seal, _depot, _van = scene
    page = login(technician).get(panel(work) + "?q=SEAL", headers={"HX-Request": "true"}).content.decode()
    assert "หลอด SEAL" in page
    assert "เหตุผลที่ใช้" in page
    page = login(technician).get(panel(work) + "?q=ไม่มีหรอก", headers={"HX-Request": "true"}).content.decode()
    assert "ไม่พบอะไหล่อื่น" in page


def test_who_may_tap(login, town, scene):
    work, lamp, _fuse, _other, _seal, depot, _van = scene
    stranger_to_it = make_user("tech2", "technician")
    assert login(stranger_to_it).get(panel(work)).status_code == 404
    assert tap(login(stranger_to_it), work, lamp, "issue", depot).status_code == 404
    reader = make_user("reader", "mayor")
    page = login(reader).get(panel(work), headers={"HX-Request": "true"}).content.decode()
    assert "หลอด LED-50" in page
    assert 'name="do"' not in page
    assert tap(login(reader), work, lamp, "issue", depot).status_code == 403
    keeper = make_user("keeper", "asset_officer")
    assert tap(login(keeper), work, lamp, "issue", depot).status_code == 200


def test_work_without_an_asset_or_that_is_over(login, technician, scene):
    _work, lamp, _fuse, _other, _seal, depot, _van = scene
    bare = make_work(lead=technician.membership)
    page = login(technician).get(panel(bare), headers={"HX-Request": "true"}).content.decode()
    assert "ไม่ได้ระบุทรัพย์สิน" in page
    move("issue", lamp, depot, 1, work=bare)
    type(bare).objects.filter(pk=bare.pk).update(state="accepted", is_open=False)
    page = login(technician).get(panel(bare), headers={"HX-Request": "true"}).content.decode()
    assert 'value="issue"' not in page
    assert "คืน (คลัง ก)" in page


def test_the_panel_without_its_values_asks_for_itself(technician, scene):
    """A page that includes it need not read parts: the browser asks for it when the page is there."""
    work = scene[0]
    for name in ("order", "work_order", "work"):
        assert f'hx-get="{panel(work)}"' in render_to_string("maintenance/_parts_panel.html", {name: work})


def test_done_work_is_offered_what_it_used_and_no_reservation(login, technician, scene):
    work = scene[0]
    client = login(technician)
    assert 'value="reserve"' in client.get(panel(work)).content.decode()
    type(work).objects.filter(pk=work.pk).update(state="done")
    page = client.get(panel(work)).content.decode()
    assert 'value="issue"' in page
    assert 'value="reserve"' not in page
    refusal = tap(client, work, scene[1], "reserve", scene[5])
    assert refusal.status_code == 422
    assert "ทำเสร็จแล้ว จึงจองอะไหล่ไม่ได้" in refusal.content.decode()
