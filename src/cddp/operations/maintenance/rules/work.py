"""ขั้นตอนของใบสั่งงาน: which step leads from which state to which, and what an honest end still lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

from cddp.foundation.values.thai_text import normalise, to_arabic_digits
from cddp.operations.maintenance.choices import CheckKind, WorkState

SHORTEST_RESULT: Final = 10
SHORTEST_REASON: Final = 5
LONGEST_DAY_MINUTES: Final = 24 * 60
ANSWER_SIGNS: Final = 300


class Step(StrEnum):
    """ขั้นตอน: what a person does with a work order."""

    APPROVE = "approve"
    PLAN = "plan"
    START = "start"
    AWAIT_PARTS = "await_parts"
    RESUME = "resume"
    FINISH = "finish"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    CANCEL = "cancel"


_BEFORE_WORK: Final = frozenset({WorkState.APPROVED, WorkState.PLANNED})

FROM: Final[dict[Step, frozenset[WorkState]]] = {
    Step.APPROVE: frozenset({WorkState.REQUESTED}),
    # Who plans what was only asked for approves it by that.
    Step.PLAN: frozenset({WorkState.REQUESTED, WorkState.AWAITING_PARTS, WorkState.IN_PROGRESS})
    | _BEFORE_WORK,
    Step.START: _BEFORE_WORK,
    Step.AWAIT_PARTS: _BEFORE_WORK | {WorkState.IN_PROGRESS},
    Step.RESUME: frozenset({WorkState.AWAITING_PARTS}),
    Step.FINISH: frozenset({WorkState.IN_PROGRESS}),
    Step.ACCEPT: frozenset({WorkState.DONE}),
    Step.SEND_BACK: frozenset({WorkState.DONE}),
    Step.CANCEL: frozenset(
        {WorkState.REQUESTED, WorkState.AWAITING_PARTS, WorkState.IN_PROGRESS} | _BEFORE_WORK
    ),
}

TO: Final[dict[Step, WorkState]] = {
    Step.APPROVE: WorkState.APPROVED,
    Step.PLAN: WorkState.PLANNED,
    Step.START: WorkState.IN_PROGRESS,
    Step.AWAIT_PARTS: WorkState.AWAITING_PARTS,
    Step.RESUME: WorkState.IN_PROGRESS,
    Step.FINISH: WorkState.DONE,
    Step.ACCEPT: WorkState.ACCEPTED,
    Step.SEND_BACK: WorkState.IN_PROGRESS,
    Step.CANCEL: WorkState.CANCELLED,
}

# What can be written into it: checks only before it is said to be done, time and pictures until it is accepted.
OPEN_TO_ANSWERS: Final = frozenset(
    {
        WorkState.REQUESTED,
        WorkState.APPROVED,
        WorkState.PLANNED,
        WorkState.IN_PROGRESS,
        WorkState.AWAITING_PARTS,
    }
)
OPEN_TO_RECORDS: Final = OPEN_TO_ANSWERS | {WorkState.DONE}


def may_step(state: str, step: Step) -> bool:
    """Tell whether the step leads on from this state."""
    return state in FROM[step]


def state_after(state: str, step: Step) -> WorkState:
    """Return the state that the step leads to; planning anew what is being done leaves it so."""
    if step is Step.PLAN and state == WorkState.IN_PROGRESS:
        return WorkState.IN_PROGRESS
    return TO[step]


def lacks_for_finish(result: str, *, has_after_photo: bool, unanswered: Iterable[str]) -> str:
    """Return what the end of the work still lacks: "checks", "result", or "" when it is whole."""
    if any(True for _each in unanswered):
        return "checks"
    if len(result.strip()) >= SHORTEST_RESULT or has_after_photo:
        return ""
    return "result"


@dataclass(frozen=True)
class Unreadable(Exception):
    """คำตอบใช้ไม่ได้."""

    code: str


def read_answer(kind: str, typed: str) -> str:
    """Return an answer as it is kept: "yes", "no", a number or words; empty takes it back. Raises Unreadable."""
    text = normalise(str(typed))
    if not text:
        return ""
    if kind == CheckKind.TICK:
        if text not in ("yes", "no"):
            raise Unreadable("tick")
        return text
    if kind == CheckKind.NUMBER:
        return _read_number(text)
    if len(text) > ANSWER_SIGNS:
        raise Unreadable("too_long")
    return text


def _read_number(text: str) -> str:
    try:
        number = Decimal(to_arabic_digits(text).replace(",", "").replace(" ", ""))
    except InvalidOperation:
        raise Unreadable("number") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
        raise Unreadable("number")
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def labour_satang(minutes: int, hour_satang: int) -> int:
    """Return what so many minutes cost, to the nearest satang, half upwards."""
    return (minutes * hour_satang + 30) // 60
