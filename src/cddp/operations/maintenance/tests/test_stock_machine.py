"""คลังเทียบกับบัญชีกระดาษ: any sequence of movements leaves what a plain model in Python says, to the last satang."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cddp.operations.maintenance.errors import UnableToMoveStock
from cddp.operations.maintenance.models import Movement
from cddp.operations.maintenance.services import stock
from cddp.operations.maintenance.tests.stock_makers import (
    AT,
    ledger_of,
    level_of,
    make_part,
    make_store,
    make_work,
    move,
    receive,
)

STORES = st.integers(0, 1)
WORKS = st.integers(0, 1)
CENTS = st.integers(1, 700)
PRICES = st.integers(0, 3_333_333)
QUANTITIES = st.sampled_from(
    [Decimal(text) for text in ("0.01", "0.33", "0.99", "1", "1.5", "2", "2.01", "3", "7")]
)


@dataclass
class Shelf:
    """What one store holds, written without a thought of how the product does it."""

    on_hand: Decimal = Decimal(0)
    satang: int = 0
    promised: dict[int, Decimal] = field(default_factory=lambda: {0: Decimal(0), 1: Decimal(0)})

    @property
    def free(self) -> Decimal:
        return self.on_hand - sum(self.promised.values())

    def worth(self, quantity: Decimal) -> int:
        if quantity == self.on_hand:
            return self.satang
        return int(self.satang * quantity / self.on_hand + Decimal("0.5"))


class StockMachine(RuleBasedStateMachine):
    """Two stores, two work orders, one part."""

    @initialize()
    def begin(self) -> None:
        mark = uuid4().hex[:8]
        self.part = make_part(mark)
        self.stores = [make_store(f"{mark}-{n}") for n in range(2)]
        self.works = [make_work(number=f"{mark}-{n}") for n in range(2)]
        self.shelves = [Shelf(), Shelf()]
        self.out = [(Decimal(0), 0), (Decimal(0), 0)]
        self.done: list[tuple[str, tuple, dict]] = []

    def do(self, name: str, where: int, many: Decimal, *, may: bool, **more) -> int | None:
        """Do it, or be refused, exactly as the model expects. Return what the value changed by."""
        more["act"] = uuid4()
        call = (name, (self.part, self.stores[where], many), more)
        if not may:
            with pytest.raises(UnableToMoveStock):
                move(name, *call[1], **dict(more))
            return None
        line = move(name, *call[1], **dict(more))
        self.done.append(call)
        return (line[0] if isinstance(line, tuple) else line).value_delta_satang

    @rule(where=STORES, many=QUANTITIES, price=PRICES)
    def receive(self, where: int, many: Decimal, price: int) -> None:
        shelf = self.shelves[where]
        value = int(many * price + Decimal("0.5"))
        assert receive(self.part, self.stores[where], many, price).value_delta_satang == value
        shelf.on_hand += many
        shelf.satang += value

    @rule(where=STORES, who=WORKS, many=QUANTITIES)
    def reserve(self, where: int, who: int, many: Decimal) -> None:
        shelf = self.shelves[where]
        may = many <= shelf.free
        self.do("reserve", where, many, may=may, work=self.works[who])
        shelf.promised[who] += many if may else 0

    @rule(where=STORES, who=WORKS, many=QUANTITIES)
    def release(self, where: int, who: int, many: Decimal) -> None:
        shelf = self.shelves[where]
        may = many <= shelf.promised[who]
        self.do("release", where, many, may=may, work=self.works[who])
        shelf.promised[who] -= many if may else 0

    @rule(where=STORES, who=WORKS, many=QUANTITIES)
    def issue(self, where: int, who: int, many: Decimal) -> None:
        shelf = self.shelves[where]
        own = shelf.promised[who]
        may = many <= shelf.free + own
        value = shelf.worth(many) if may else 0
        self.do("issue", where, many, may=may, work=self.works[who])
        if may:
            shelf.promised[who] -= min(many, own)
            shelf.on_hand -= many
            shelf.satang -= value
            quantity, satang = self.out[who]
            self.out[who] = (quantity + many, satang + value)

    @rule(where=STORES, who=WORKS, many=QUANTITIES)
    def give_back(self, where: int, who: int, many: Decimal) -> None:
        quantity, satang = self.out[who]
        may = many <= quantity
        value = (
            0 if not may else satang if many == quantity else int(satang * many / quantity + Decimal("0.5"))
        )
        moved = self.do("give_back", where, many, may=may, work=self.works[who])
        if may:
            assert moved == value
            self.out[who] = (quantity - many, satang - value)
            self.shelves[where].on_hand += many
            self.shelves[where].satang += value

    @rule(where=STORES, many=QUANTITIES)
    def transfer(self, where: int, many: Decimal) -> None:
        here, there = self.shelves[where], self.shelves[1 - where]
        may = many <= here.free
        value = here.worth(many) if may else 0
        self.do("transfer", where, many, may=may, to_store_id=self.stores[1 - where].pk)
        if may:
            here.on_hand, there.on_hand = here.on_hand - many, there.on_hand + many
            here.satang, there.satang = here.satang - value, there.satang + value

    @rule(where=STORES, many=QUANTITIES)
    def write_off(self, where: int, many: Decimal) -> None:
        shelf = self.shelves[where]
        may = many <= shelf.free
        value = shelf.worth(many) if may else 0
        self.do("write_off", where, many, may=may, reason="ทดสอบการตัด")
        if may:
            shelf.on_hand -= many
            shelf.satang -= value

    @rule(where=STORES, cents=CENTS)
    def count(self, where: int, cents: int) -> None:
        shelf, counted = self.shelves[where], Decimal(cents) / 100
        if counted > shelf.on_hand:  # what is found is priced by the product; the model is told
            return
        ask = {"part_id": self.part.pk, "store_id": self.stores[where].pk, "act": uuid4(), "at": AT}
        if counted < shelf.on_hand - shelf.free:
            with pytest.raises(UnableToMoveStock):
                stock.count(None, **ask, counted=counted)
            return
        lost = shelf.on_hand - counted
        value = shelf.worth(lost) if lost else 0
        line = stock.count(None, **ask, counted=counted)
        assert (line.value_delta_satang if line else 0) == -value
        shelf.on_hand, shelf.satang = counted, shelf.satang - value

    @rule(data=st.data())
    def send_again(self, data) -> None:
        """A phone that has heard no answer sends the same once more."""
        if not self.done:
            return
        name, places, more = data.draw(st.sampled_from(self.done))
        before = Movement.objects.filter(part=self.part).count()
        move(name, *places, **dict(more))
        assert Movement.objects.filter(part=self.part).count() == before

    @invariant()
    def books_agree(self) -> None:
        for shelf, store in zip(self.shelves, self.stores, strict=True):
            expected = (shelf.on_hand, sum(shelf.promised.values()), shelf.satang)
            assert level_of(self.part, store) == expected == ledger_of(self.part, store)
            assert shelf.on_hand or not shelf.satang
        for work, (_quantity, satang) in zip(self.works, self.out, strict=True):
            work.refresh_from_db(fields=["parts_satang"])
            assert work.parts_satang == satang


def test_any_sequence_of_movements_leaves_what_the_model_says(town):
    run_state_machine_as_test(
        StockMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
