"""สถานะ: which moves are allowed, what an end must say, and the state of a problem that many tickets speak of."""

from collections.abc import Collection
from typing import Final

from cddp.operations.complaints.choices import CLOSED_STATES, Outcome, ReportState

# A step an officer may choose by hand; ends are reached by an outcome, and RECEIVED only by coming back.
STEPS: Final = (
    ReportState.TRIAGED,
    ReportState.IN_PROGRESS,
    ReportState.FORWARDED,
    ReportState.FOLLOW_UP,
)
# Of several open tickets about one thing, the one in which most is being done speaks for all.
MOST_TELLING: Final = (
    ReportState.IN_PROGRESS,
    ReportState.FOLLOW_UP,
    ReportState.FORWARDED,
    ReportState.TRIAGED,
    ReportState.RECEIVED,
    ReportState.FINISHED,
    ReportState.IRRELEVANT,
)
SHORTEST_RESULT: Final = 10
FIRST_PLAN_YEAR, LAST_PLAN_YEAR = 2560, 2660


def may_step(current: str, wanted: str) -> bool:
    """Tell whether an officer may move an open problem to this state."""
    return current not in CLOSED_STATES and wanted in STEPS and wanted != current


def is_closed(state: str) -> bool:
    """Tell whether nothing more is to be done."""
    return state in CLOSED_STATES


def derive_state(states: Collection[str]) -> ReportState:
    """Return the state of a problem from those of its tickets; RECEIVED for none."""
    return next((state for state in MOST_TELLING if state in states), ReportState.RECEIVED)


def lacks_for(
    outcome: Outcome, *, words: str, has_after_photo: bool, agency: str, plan_year: int | None
) -> str:
    """Return what an honest end still lacks: "result", "agency", "reason", "plan_year", or "" when it is whole."""
    written = len(words.strip()) >= SHORTEST_RESULT
    match outcome:
        case Outcome.DONE:
            return "" if has_after_photo or written else "result"
        case Outcome.NOT_OURS:
            return "" if agency.strip() else "agency"
        case Outcome.CANNOT:
            return "" if written else "reason"
        case Outcome.IN_PLAN:
            known = plan_year is not None and FIRST_PLAN_YEAR <= plan_year <= LAST_PLAN_YEAR
            return "" if known else "plan_year"
