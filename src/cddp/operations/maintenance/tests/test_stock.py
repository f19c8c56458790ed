"""เข้า ออก จอง คืน: what each movement does, whom it refuses and in which words, and that twice sent is once done."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import Http404

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.operations.maintenance.choices import MovementKind, WorkState
from cddp.operations.maintenance.errors import UnableToAct, UnableToMoveStock
from cddp.operations.maintenance.models import Movement, PartAlternative, StockLevel
from cddp.operations.maintenance.services import stock
from cddp.operations.maintenance.tests.stock_makers import (
    AT,
    fit,
    ledger_of,
    level_of,
    make_asset,
    make_class,
    make_part,
    make_store,
    make_work,
    move,
    receive,
)
from cddp.registers.assets.models import AssetModel
from tests.towns import make_user


@pytest.fixture
def lamp(town):
    return make_part()


@pytest.fixture
def depot(town):
    return make_store()


def refused(name, *places, **more):
    with pytest.raises(UnableToMoveStock) as caught:
        move(name, *places, **more)
    return caught.value


def test_what_comes_in_is_worth_its_price_and_what_goes_takes_its_share(lamp, depot):
    receive(lamp, depot, 3, 10_000)
    receive(lamp, depot, "1", 20_001)
    work = make_work()
    line = move("issue", lamp, depot, 3, work=work)
    assert (line.value_delta_satang, line.on_hand_after) == (-37_501, Decimal(1))
    move("issue", lamp, depot, 1, work=work)
    assert level_of(lamp, depot) == (0, 0, 0) == ledger_of(lamp, depot)
    work.refresh_from_db()
    assert work.parts_satang == 50_001


def test_a_reservation_is_its_work_orders_own(lamp, depot):
    receive(lamp, depot, 5)
    mine, other = make_work(), make_work()
    move("reserve", lamp, depot, 4, work=mine)
    refusal = refused("issue", lamp, depot, 2, work=other)
    assert (refusal.code, refusal.field, refusal.available) == ("short", "quantity", 1)
    assert "มี หลอด LED-50 ให้ใช้ 1 อัน (จองไว้แล้ว 4)" in refusal.message
    line = move("issue", lamp, depot, 5, work=mine)
    assert (line.on_hand_delta, line.reserved_delta) == (-5, -4)
    assert level_of(lamp, depot) == (0, 0, 0)


def test_a_refusal_says_where_else_it_is(lamp, depot):
    other = make_store("B", name="คลังร้อยละ 5%")
    receive(lamp, other, "2.50")
    refusal = refused("reserve", lamp, depot, 1, work=make_work())
    assert refusal.available == 0
    assert refusal.message == "คลัง A มี หลอด LED-50 ให้ใช้ 0 อัน · ที่อื่นมี: คลังร้อยละ 5% 2.5"
    move("write_off", lamp, other, "2.5", reason="แตกทั้งหมด")
    assert "คลังอื่นไม่มี" in refused("reserve", lamp, depot, 1, work=make_work()).message


def test_release_takes_no_more_than_was_reserved(lamp, depot):
    receive(lamp, depot, 5)
    work = make_work()
    move("reserve", lamp, depot, 2, work=work)
    assert refused("release", lamp, depot, 3, work=work).available == 2
    assert refused("release", lamp, depot, 1, work=make_work()).code == "not_reserved"
    move("release", lamp, depot, 2, work=work)
    assert level_of(lamp, depot)[:2] == (5, 0)


def test_what_comes_back_is_worth_what_it_was_issued_for(lamp, depot):
    receive(lamp, depot, 3, 3_333)
    work = make_work()
    move("issue", lamp, depot, 3, work=work)
    receive(lamp, depot, 1, 99_999)
    van = make_store("V")
    assert move("give_back", lamp, van, 1, work=work).value_delta_satang == 3_333
    assert refused("give_back", lamp, depot, 3, work=work).available == 2
    move("give_back", lamp, depot, 2, work=work)
    work.refresh_from_db()
    assert (work.parts_satang, level_of(lamp, depot)[2]) == (0, 99_999 + 6_666)


def test_a_transfer_moves_the_value_with_the_things(lamp, depot):
    van = make_store("V")
    receive(lamp, depot, 3, 3_334)
    out, come = move("transfer", lamp, depot, 2, to_store_id=van.pk)
    assert (out.kind, come.kind) == (MovementKind.TRANSFER_OUT, MovementKind.TRANSFER_IN)
    assert level_of(lamp, depot)[2] + level_of(lamp, van)[2] == 10_002
    assert refused("transfer", lamp, depot, 2, to_store_id=van.pk).code == "short"
    assert refused("transfer", lamp, depot, 1, to_store_id=depot.pk).field == "to_store"


def test_a_count_sets_right_and_tells_the_difference(lamp, depot):
    receive(lamp, depot, 4, 1_000)
    by = make_user("keeper", "asset_officer")
    count = {"part_id": lamp.pk, "store_id": depot.pk, "at": AT}
    line = stock.count(by, **count, counted=Decimal(3), act=uuid4())
    assert (line.on_hand_delta, line.value_delta_satang, line.quantity) == (-1, -1_000, 1)
    assert stock.count(by, **count, counted=Decimal(3), act=uuid4()) is None
    assert stock.count(by, **count, counted=Decimal(5), act=uuid4()).value_delta_satang == 2_000
    assert stock.count(by, **count, counted=Decimal(0), act=uuid4()).on_hand_after == 0
    assert stock.count(by, **count, counted=Decimal(2), act=uuid4()).value_delta_satang == 2_000
    with pytest.raises(UnableToMoveStock) as caught:
        stock.count(by, **count, counted=Decimal(9), seen=Decimal(3), act=uuid4())
    assert caught.value.code == "moved_meanwhile"
    work = make_work()
    move("reserve", lamp, depot, 2, work=work)
    with pytest.raises(UnableToMoveStock) as caught:
        stock.count(by, **count, counted=Decimal(1), act=uuid4())
    assert work.number in caught.value.message


def test_a_write_off_needs_words(lamp, depot):
    receive(lamp, depot, 4)
    assert refused("write_off", lamp, depot, 1, reason=" ").field == "reason"
    line = move("write_off", lamp, depot, 1, reason="ตกแตกที่คลัง")
    assert line.reason == "ตกแตกที่คลัง"
    entry = AuditEntry.objects.get(action="maintenance.stock.write_off")
    assert (entry.target_id, entry.purpose) == (lamp.pk, "ตกแตกที่คลัง")


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        ("0", "not_above_zero"),
        ("-1", "not_above_zero"),
        ("NaN", "not_a_number"),
        ("sNaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("1.005", "too_many_decimals"),
        ("1e-9", "too_many_decimals"),
        ("10000000", "too_many"),
    ],
)
@pytest.mark.parametrize(
    "name", ["receive", "reserve", "release", "issue", "give_back", "write_off", "transfer"]
)
def test_a_quantity_that_is_none_is_refused_by_its_blank(lamp, depot, name, quantity, code):
    needs_work = name in ("reserve", "release", "issue", "give_back")
    more = {"work": make_work()} if needs_work else {}
    more |= {"to_store_id": make_store("B").pk} if name == "transfer" else {"reason": "ทดสอบจำนวน"}
    refusal = refused(name, lamp, depot, quantity, **more)
    assert (refusal.field, refusal.code) == ("quantity", code)
    assert not Movement.objects.exists()


@pytest.mark.parametrize("value", [1.5, True, None, "สอง", b"1"])
def test_what_is_no_number_at_all(lamp, depot, value):
    with pytest.raises(UnableToMoveStock):
        stock.receive(None, part_id=lamp.pk, store_id=depot.pk, quantity=value, act=uuid4(), at=AT)


# ── the same act again ────────────────────────────────────────────────────────────────────────────────


def test_the_same_act_again_moves_nothing(lamp, depot):
    van, work = make_store("V"), make_work()
    acts = {
        name: uuid4()
        for name in ("receive", "reserve", "release", "issue", "give_back", "transfer", "write_off")
    }
    steps = [
        ("receive", 10, {"unit_satang": 100}),
        ("reserve", 4, {"work": work}),
        ("release", 1, {"work": work}),
        ("issue", 5, {"work": work}),
        ("give_back", 2, {"work": work}),
        ("transfer", 1, {"to_store_id": van.pk}),
        ("write_off", 1, {"reason": "แตกตอนขนส่ง"}),
    ]
    first = [move(name, lamp, depot, many, act=acts[name], **dict(more)) for name, many, more in steps]
    before = level_of(lamp, depot)
    again = [
        move(name, lamp, depot, many, act=acts[name], **dict(more)) for name, many, more in reversed(steps)
    ]
    assert again[::-1] == first
    assert (level_of(lamp, depot), Movement.objects.count()) == (before, 8)
    for name, many, more in steps:
        assert refused(name, lamp, depot, many + 1, act=acts[name], **dict(more)).code == "act_used"
    assert refused("receive", lamp, van, 10, act=acts["receive"]).code == "act_used"
    assert refused("write_off", lamp, depot, 5, act=acts["issue"], reason="อย่างอื่น").code == "act_used"
    assert refused("issue", lamp, depot, 5, act=acts["issue"], work=make_work()).code == "act_used"
    assert refused("receive", lamp, depot, 10, act=acts["receive"], unit_satang=999).code == "act_used"
    third = make_store("C")
    assert refused("transfer", lamp, depot, 1, act=acts["transfer"], to_store_id=third.pk).code == "act_used"


def test_a_count_sent_twice_is_booked_once(lamp, depot):
    act = uuid4()
    count = {"part_id": lamp.pk, "store_id": depot.pk, "at": AT, "act": act}
    line = stock.count(None, **count, counted=Decimal(3))
    receive(lamp, depot, 1)
    assert stock.count(None, **count, counted=Decimal(3)) == line
    assert level_of(lamp, depot)[0] == 4
    with pytest.raises(UnableToMoveStock):
        stock.count(None, **count, counted=Decimal(9))


# ── who ───────────────────────────────────────────────────────────────────────────────────────────────


def test_who_may_move_what(lamp, depot):
    keeper, technician = make_user("keeper", "asset_officer"), make_user("tech", "technician")
    reader = make_user("reader", "officer")
    receive(lamp, depot, 9, by=keeper)
    work, foreign = make_work(lead=technician.membership), make_work()
    for name, more in [
        ("receive", {}),
        ("write_off", {"reason": "ไม่มีสิทธิ์"}),
        ("transfer", {"to_store_id": depot.pk}),
        ("issue", {"reason": "ไม่มีใบสั่งงาน"}),
    ]:
        with pytest.raises(UnableToAct):
            move(name, lamp, depot, 1, by=technician, **more)
    with pytest.raises(UnableToAct):
        stock.count(technician, part_id=lamp.pk, store_id=depot.pk, counted=Decimal(1), act=uuid4(), at=AT)
    move("reserve", lamp, depot, 2, by=technician, work=work)
    line = move("issue", lamp, depot, 2, by=technician, work=work)
    assert (line.by, line.by_label) == (technician.pk, str(technician))
    with pytest.raises(Http404):
        move("issue", lamp, depot, 1, by=technician, work=foreign)
    for name in ("reserve", "release", "issue", "give_back"):
        with pytest.raises(UnableToAct):
            move(name, lamp, depot, 1, by=reader, work=work)


def test_a_part_of_another_town_is_not_found(lamp, depot, towns):
    with town_context(towns[1].pk):
        foreign_part, foreign_store = make_part("X"), make_store("X")
    for part, store in [(foreign_part, depot), (lamp, foreign_store)]:
        with pytest.raises(Http404):
            receive(part, store, 1)
    assert not StockLevel.objects.exists()


# ── what it is for ────────────────────────────────────────────────────────────────────────────────────


def test_a_part_that_does_not_fit_needs_a_reason(lamp, depot):
    light, pump = make_class(), make_class("pump")
    model = AssetModel.objects.create(asset_class=light, name="LED 50")
    receive(lamp, depot, 9)
    work = make_work(make_asset(pump))
    move("reserve", lamp, depot, 1, work=work)  # fits nothing in particular: tape, wire
    fit(lamp, model=model)
    refusal = refused("issue", lamp, depot, 2, work=make_work(make_asset(pump)))
    assert (refusal.code, refusal.field) == ("not_fitting", "reason")
    assert refused("reserve", lamp, depot, 1, work=make_work(make_asset(light))).code == "not_fitting"
    move("issue", lamp, depot, 1, work=work)  # was confirmed when it was reserved
    move("issue", lamp, depot, 1, work=make_work(make_asset(light, model)))
    move("issue", lamp, depot, 1, work=make_work())
    move("issue", lamp, depot, 1, work=make_work(make_asset(pump)), reason="ขั้วเดียวกัน ใช้ได้")
    assert Movement.objects.filter(reason="ขั้วเดียวกัน ใช้ได้").count() == 1


def test_what_stands_in_for_a_fitting_part_fits(lamp, depot):
    light, pump = make_class(), make_class("pump")
    other = make_part("LED-55")
    fit(lamp, asset_class=light)
    PartAlternative.objects.create(part=lamp, other=other)
    receive(other, depot, 2)
    move("issue", other, depot, 1, work=make_work(make_asset(light)))
    assert refused("issue", other, depot, 1, work=make_work(make_asset(pump))).code == "not_fitting"


@pytest.mark.parametrize("state", [WorkState.ACCEPTED, WorkState.CANCELLED])
def test_work_that_is_over_takes_no_parts_but_gives_them_back(lamp, depot, state):
    receive(lamp, depot, 5)
    work = make_work()
    move("issue", lamp, depot, 2, work=work)
    move("reserve", lamp, depot, 2, work=work)
    type(work).objects.filter(pk=work.pk).update(state=state, is_open=False)
    for name in ("issue", "reserve"):
        assert refused(name, lamp, depot, 1, work=work).code == "work_ended"
    move("give_back", lamp, depot, 1, work=work)
    assert stock.free_reservations(work.pk, at=AT) == 1
    assert stock.free_reservations(work.pk, at=AT) == 0
    assert level_of(lamp, depot)[:2] == (4, 0)


def test_done_work_takes_what_it_used_but_is_promised_nothing(lamp, depot):
    receive(lamp, depot, 5)
    work = make_work()
    move("reserve", lamp, depot, 2, work=work)
    assert stock.free_reservations(work.pk, at=AT) == 0  # late news: the work goes on again
    type(work).objects.filter(pk=work.pk).update(state=WorkState.DONE)
    assert refused("reserve", lamp, depot, 1, work=work).code == "work_done"
    move("issue", lamp, depot, 1, work=work)
    assert stock.free_reservations(work.pk, at=AT) == 1
    assert level_of(lamp, depot)[:2] == (4, 0)


def test_a_closed_store_takes_nothing_in(lamp):
    closed = make_store("Z", is_active=False)
    with pytest.raises(UnableToMoveStock) as caught:
        receive(lamp, closed, 1)
    assert caught.value.code == "store_closed"


def test_a_price_is_an_amount(lamp, depot):
    for price in (-1, 10**11):
        with pytest.raises(UnableToMoveStock) as caught:
            receive(lamp, depot, 1, price)
        assert caught.value.field == "unit_price"
    receive(lamp, depot, 2, 250)
    assert receive(lamp, depot, 1, None).value_delta_satang == 250
    assert receive(lamp, make_store("B"), 1, None).value_delta_satang == 250
    assert receive(make_part("NEW"), depot, 1, None).value_delta_satang == 0


def test_what_runs_low_is_told_once_until_it_has_risen(depot, monkeypatch):
    told = []
    monkeypatch.setattr("cddp.operations.maintenance.services.ledger.publish", told.append)
    part, other = make_part("FUSE", reorder_point=4), make_store("B")
    receive(part, depot, 5)
    receive(part, other, 2)
    work = make_work()
    move("reserve", part, depot, 2, work=work)
    assert not told
    move("issue", part, depot, 1, work=make_work())
    move("issue", part, depot, 1, work=make_work())
    assert [event.part_id for event in told] == [part.pk]
    receive(part, depot, 5)
    move("transfer", part, depot, 2, to_store_id=other.pk)
    move("issue", part, depot, 4, work=make_work())
    assert len(told) == 2


def test_the_ledger_is_never_changed(lamp, depot):
    line = receive(lamp, depot, 1)
    for statement in ("UPDATE maintenance_movement SET quantity = 9", "DELETE FROM maintenance_movement"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Movement.objects.get(pk=line.pk).quantity == 1
