"""กลางคืนและเหตุการณ์: the recount reports and mends nothing; keepers hear of what runs low; ended work lets go."""

from decimal import Decimal

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from cddp.foundation.events.tasks import tell_listener
from cddp.foundation.extension_points import waiting_items
from cddp.foundation.notify.models import Notification
from cddp.operations.maintenance.choices import WorkState
from cddp.operations.maintenance.events import StockRanLow, WorkCancelled, WorkDone
from cddp.operations.maintenance.models import Part, StockLevel
from cddp.operations.maintenance.services.recounting import compare, recount
from cddp.operations.maintenance.subscribers import stock as subscribers
from cddp.operations.maintenance.tests.stock_makers import (
    AT,
    level_of,
    make_part,
    make_store,
    make_work,
    move,
    receive,
)
from tests.towns import make_user


@pytest.fixture
def shop(town):
    part, store = make_part(reorder_point=2), make_store()
    receive(part, store, 5, 3_333)
    return part, store


def waiting(key):
    return next(item for item in waiting_items if item.key == key)


def test_the_recount_finds_nothing_where_all_is_right(shop):
    part, store = shop
    move("issue", part, store, 1, work=make_work())
    make_store("EMPTY")
    assert recount(at=AT) == []
    assert waiting("maintenance.stock_differs").count(make_user("keeper", "asset_officer")) is None


def test_the_recount_reports_a_difference_and_mends_nothing(shop):
    part, store = shop
    StockLevel.objects.filter(part=part, store=store).update(on_hand=7, value_satang=1)
    found = recount(at=timezone.now())
    assert [
        (each.on_hand, each.on_hand_ledger, each.value_satang, each.value_satang_ledger) for each in found
    ] == [("7.00", "5.00", 1, 16_665)]
    assert waiting("maintenance.stock_differs").count(make_user("keeper", "asset_officer")) == 1
    assert level_of(part, store)[0] == 7
    StockLevel.objects.filter(part=part, store=store).update(on_hand=5, value_satang=16_665)
    assert recount(at=timezone.now()) == compare() == []


def test_the_differences_are_shown(login, shop):
    part, store = shop
    StockLevel.objects.filter(part=part, store=store).update(on_hand=Decimal("7.5"))
    page = login(make_user("keeper", "asset_officer")).get("/maintenance/stock/differences/").content.decode()
    assert part.name in page
    assert "7.5" in page


def test_the_recount_tells_of_a_fall_that_two_stores_missed(shop):
    part, store = shop
    make_user("keeper", "asset_officer")
    move("issue", part, store, 4, work=make_work())
    Part.objects.update(ran_low_at=None)
    before = ProcrastinateJob.objects.count()
    recount(at=AT)
    part.refresh_from_db()
    assert part.ran_low_at == AT
    assert ProcrastinateJob.objects.count() == before + 1
    assert tell_listener is not None


def test_the_keepers_are_told_of_what_runs_low(shop):
    part, store = shop
    keeper, technician = make_user("keeper", "asset_officer"), make_user("tech", "technician")
    move("issue", part, store, "3.5", work=make_work())
    subscribers.tell_keepers(StockRanLow(part_id=part.pk))
    told = Notification.objects.get(user_id=keeper.pk)
    assert part.name in told.title
    assert told.body == "ใช้ได้อีก 1.5 อัน จุดสั่งซื้อ 2"
    assert not Notification.objects.filter(user_id=technician.pk).exists()
    assert waiting("maintenance.low").count(keeper).count() == 1
    receive(part, store, 10)
    subscribers.tell_keepers(StockRanLow(part_id=part.pk))
    assert Notification.objects.count() == 1
    assert waiting("maintenance.low").count(keeper).count() == 0


@pytest.mark.parametrize("is_done", [True, False])
def test_work_that_is_over_lets_go_of_what_it_reserved(shop, is_done):
    part, store = shop
    work, other = make_work(), make_work()
    move("reserve", part, store, 2, work=work)
    move("reserve", part, store, 1, work=other)
    over = WorkState.DONE if is_done else WorkState.CANCELLED
    type(work).objects.filter(pk=work.pk).update(state=over)
    for _told_twice in range(2):
        if is_done:
            subscribers.let_go_of_done(WorkDone(work_order_id=work.pk))
        else:
            subscribers.let_go_of_cancelled(WorkCancelled(work_order_id=work.pk, reason="ซ้ำ"))
    assert level_of(part, store)[:2] == (5, 1)
