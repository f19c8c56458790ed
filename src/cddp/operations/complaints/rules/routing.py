"""ส่งเรื่องให้กองไหน: why a rule does not hold for a report, for the screen on which a town tries its rules."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class Conditions(Protocol):
    """เงื่อนไขของกติกา: an empty one holds for everything."""

    category_id: UUID | None
    family: str
    area_code: str
    channel: str


@dataclass(frozen=True)
class Circumstances:
    """ข้อเท็จจริงของเรื่อง: what is known of a report when it is sent to a division."""

    category_id: UUID | None
    family: str
    area_code: str
    channel: str


CONDITIONS = ("category_id", "family", "area_code", "channel")


def misfits(rule: Conditions, facts: Circumstances) -> tuple[str, ...]:
    """Return the names of the conditions that do not hold; none: the rule fits."""
    return tuple(
        name for name in CONDITIONS if getattr(rule, name) and getattr(rule, name) != getattr(facts, name)
    )
