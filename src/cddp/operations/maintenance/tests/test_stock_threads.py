"""ห้าสิบคนพร้อมกัน: many connections take at once; nothing falls below zero or is lost, nobody waits in a ring."""

import threading
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection

from cddp.foundation.tenancy.current import town_context
from cddp.operations.maintenance.errors import UnableToMoveStock
from cddp.operations.maintenance.models import Movement
from cddp.operations.maintenance.tests.stock_makers import (
    ledger_of,
    level_of,
    make_part,
    make_store,
    make_work,
    move,
    receive,
)
from tests.towns import TOWN_ID

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 50


def at_once(many: int, act) -> list[object]:
    """Let so many threads do `act(number)` at the same moment, each in its own transaction of the town."""
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


@pytest.fixture
def shop(towns):
    with town_context(TOWN_ID):
        return make_part(reorder_point=5), make_store("A"), make_store("B")


def test_fifty_take_from_a_stock_that_suffices_for_fewer(shop):
    part, store, _other = shop
    with town_context(TOWN_ID):
        receive(part, store, "60", 3_333)
        works = [make_work(number=f"{n}/2570") for n in range(PEOPLE)]
    found = at_once(PEOPLE, lambda n: move("issue", part, store, "1.75", work=works[n]))
    refusals = [each for each in found if isinstance(each, UnableToMoveStock)]
    lines = [each for each in found if isinstance(each, Movement)]
    assert (len(lines), len(refusals)) == (34, 16), [each for each in found if each not in lines]
    assert all(refusal.available == Decimal("0.5") for refusal in refusals)
    with town_context(TOWN_ID):
        assert level_of(part, store) == ledger_of(part, store)
        assert level_of(part, store)[:2] == (Decimal("0.5"), 0)
        spent = sum(type(works[0]).objects.values_list("parts_satang", flat=True))
        assert spent + level_of(part, store)[2] == 60 * 3_333
        assert len({line.on_hand_after for line in lines}) == 34


def test_one_act_sent_by_many_at_once_moves_once(shop):
    part, store, other = shop
    act = uuid4()
    with town_context(TOWN_ID):
        receive(part, store, 100)
        work = make_work()
    found = at_once(12, lambda n: move("issue", part, store, 3, work=work, act=act))
    assert len({line.pk for line in found}) == 1
    # The same act for something else, at the same moment: one of them is done.
    act = uuid4()
    found = at_once(8, lambda n: receive(part, (store, other)[n % 2], 1, act=act))
    assert {each.code for each in found if isinstance(each, Exception)} == {"act_used"}
    with town_context(TOWN_ID):
        assert Movement.objects.filter(act=act).count() == 1
        assert [level_of(part, each) for each in (store, other)] == [
            ledger_of(part, each) for each in (store, other)
        ]
        assert level_of(part, store)[0] + level_of(part, other)[0] == 98


def test_transfers_both_ways_never_wait_in_a_ring(shop):
    part, here, there = shop
    with town_context(TOWN_ID):
        receive(part, here, 500, 777)
        receive(part, there, 500, 999)

    def act(number: int) -> int:
        ways = (here, there) if number % 2 else (there, here)
        for _again in range(5):
            with town_context(TOWN_ID):
                move("transfer", part, ways[0], 1, to_store_id=ways[1].pk)
        return number

    # Each thread's own transaction holds what its five transfers moved until the end.
    found = at_once(16, act)
    assert sorted(found) == list(range(16))
    with town_context(TOWN_ID):
        levels = [level_of(part, store) for store in (here, there)]
        assert levels == [ledger_of(part, store) for store in (here, there)]
        assert (levels[0][0], levels[1][0]) == (500, 500)
        assert levels[0][2] + levels[1][2] == 500 * 777 + 500 * 999


def test_levels_that_are_not_there_yet_are_made_by_one(shop):
    part, here, there = shop
    found = at_once(16, lambda n: receive(part, (here, there)[n % 2], 1))
    assert all(isinstance(each, Movement) for each in found)
    with town_context(TOWN_ID):
        assert [level_of(part, store)[0] for store in (here, there)] == [8, 8]
