"""กติกาของคลังอะไหล่: what a movement does to what lies in a store; plain numbers, no database.

Quantities have at most two decimals, values are whole satang. What leaves takes its share of the value, rounded half
up, and the last of it takes what is left: so the ledger's values add up to the level's, and to nothing when none is
left. `Fault.code` names what is wrong, `Fault.available` how many there would have been.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

CENT: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")
# One line moves no more than this; what lies in a store stays below what its column holds.
MOST_AT_ONCE: Final = Decimal("9999999.99")
MOST_IN_STORE: Final = Decimal("9999999999.99")
MOST_SATANG: Final = 9 * 10**18
DEAREST_UNIT_SATANG: Final = 10**10


class Fault(ValueError):
    """ทำไม่ได้: `code` is one of not_a_number, not_above_zero, too_many_decimals, too_many, short, not_reserved …"""

    def __init__(self, code: str, available: Decimal | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.available = available


@dataclass(frozen=True)
class Level:
    """ยอดในคลังหนึ่ง: how many lie there, how many of them are promised, what all are worth."""

    on_hand: Decimal = NOTHING
    reserved: Decimal = NOTHING
    value_satang: int = 0

    @property
    def free(self) -> Decimal:
        """Return how many nobody has reserved."""
        return self.on_hand - self.reserved


@dataclass(frozen=True)
class Change:
    """สิ่งที่เปลี่ยน: what one line of the ledger does to a level."""

    on_hand: Decimal = NOTHING
    reserved: Decimal = NOTHING
    value_satang: int = 0


def read_quantity(value: object, *, may_be_zero: bool = False) -> Decimal:
    """Return a quantity with two decimals. Raises Fault for no number, zero, less, or a third decimal."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise Fault("not_a_number")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise Fault("not_a_number") from None
    if not number.is_finite():
        raise Fault("not_a_number")
    if number < 0 or (number == 0 and not may_be_zero):
        raise Fault("not_above_zero")
    if number > MOST_AT_ONCE:
        raise Fault("too_many")
    cents = number.quantize(CENT)
    if cents != number:
        raise Fault("too_many_decimals")
    return cents


def share_of(value_satang: int, part: Decimal, whole: Decimal) -> int:
    """Return the share of a value that goes with `part` of `whole`; the whole takes all of it."""
    if part == whole:
        return value_satang
    return _half_up(value_satang * int(part / CENT), int(whole / CENT))


def worth(quantity: Decimal, unit_satang: int) -> int:
    """Return what so many cost at a price for one."""
    return _half_up(int(quantity / CENT) * unit_satang, 100)


def _half_up(number: int, divisor: int) -> int:
    return (2 * number + divisor) // (2 * divisor)


def put_in(level: Level, quantity: Decimal, value_satang: int) -> Change:
    """Let so many come in, with what they are worth."""
    if level.on_hand + quantity > MOST_IN_STORE or level.value_satang + value_satang > MOST_SATANG:
        raise Fault("too_many")
    return Change(on_hand=quantity, value_satang=value_satang)


def take_out(level: Level, quantity: Decimal, *, own: Decimal = NOTHING) -> Change:
    """Let so many go, first from what is reserved for the taker, then from what is free."""
    from_own = min(quantity, own)
    if quantity - from_own > level.free:
        raise Fault("short", level.free + own)
    value = share_of(level.value_satang, quantity, level.on_hand)
    return Change(on_hand=-quantity, reserved=-from_own, value_satang=-value)


def reserve(level: Level, quantity: Decimal) -> Change:
    """Promise so many of what is free."""
    if quantity > level.free:
        raise Fault("short", level.free)
    return Change(reserved=quantity)


def release(quantity: Decimal, *, own: Decimal) -> Change:
    """Let go of so many of what was promised to the one who asks."""
    if quantity > own:
        raise Fault("not_reserved", own)
    return Change(reserved=-quantity)


def give_back(level: Level, quantity: Decimal, *, out: Decimal, out_satang: int) -> Change:
    """Take so many of the `out` back that were issued, at what they were issued for."""
    if quantity > out:
        raise Fault("not_issued", out)
    return put_in(level, quantity, share_of(out_satang, quantity, out))


def count(level: Level, counted: Decimal, *, unit_satang: int) -> Change | None:
    """Set right what lies there; None when it is right. `unit_satang` prices what was found where nothing lay."""
    if counted == level.on_hand:
        return None
    if counted < level.reserved:
        raise Fault("reserved", level.reserved)
    difference = counted - level.on_hand
    if difference < 0:
        return Change(
            on_hand=difference, value_satang=-share_of(level.value_satang, -difference, level.on_hand)
        )
    if level.on_hand:
        return put_in(level, difference, share_of(level.value_satang, difference, level.on_hand))
    return put_in(level, difference, worth(difference, unit_satang))


def runs_low(free: Decimal, reorder_point: Decimal) -> bool:
    """Tell whether a part is to be bought: what is free everywhere is no more than its reorder point."""
    return reorder_point > 0 and free <= reorder_point


def format_quantity(quantity: Decimal) -> str:
    """Return "1,200", "3.5": no decimals that say nothing."""
    text = f"{quantity:,.2f}"
    return text.rstrip("0").rstrip(".")
