"""กลับมาอีก: a closed problem is told of again, and its story goes on where it stopped."""

import datetime as dt
from collections.abc import Sequence

from cddp.operations.complaints.choices import CLOSED_STATES, ReportState
from cddp.operations.complaints.models import NEVER, Need, NeedStatus, Report
from cddp.operations.complaints.queries.terms import find_working_days
from cddp.operations.complaints.rules.states import derive_state
from cddp.operations.complaints.services.opening import promise_until
from cddp.operations.complaints.services.telling import is_over

BACK_FIELDS = (
    "state", "outcome", "outcome_words", "agency", "plan_year", "is_open", "state_since", "finished_at", "due_at",
    "promised_at", "paused_at", "escalation_level", "came_back_count", "updated_at", "version",
)  # fmt: skip


def react_to(need: Need, joining: Sequence[Report], *, at: dt.datetime) -> int | None:
    """Open a closed problem, in memory, when a voice that joins it is still waiting.

    Returns how many days after its closing it came back; None when it did not, or when the voice is older than the
    closing: then it was never done for this one, which is no coming back. The caller writes BACK_FIELDS.
    """
    waiting = [report for report in joining if not is_over(report)]
    if need.state not in CLOSED_STATES or not waiting:
        return None
    closed_at = need.finished_at or need.state_since
    newest = max(report.requested_at for report in waiting)
    if newest > closed_at:
        return come_back(need, at=max(newest, closed_at), recorded_at=at)
    # An own report that is older than the end shares it; one of another system is open there, whatever we think.
    if any(report.state_label for report in waiting):
        wake(need, derive_state([report.state for report in waiting]), at=at)
    return None


def come_back(
    need: Need, *, at: dt.datetime, recorded_at: dt.datetime, note: str = "", by_label: str = ""
) -> int:
    """Open a closed problem anew, in memory, as come back; write its history; return the days it had been closed."""
    closed_at = need.finished_at or need.state_since
    need.came_back_count += 1
    wake(need, ReportState.RECEIVED, at=recorded_at)
    NeedStatus(
        need=need, state=need.state, note=note, came_back=True, at=recorded_at, by_label=by_label
    ).save(force_insert=True)
    return max(0, (at - closed_at).days)


def wake(need: Need, state: str, *, at: dt.datetime) -> None:
    """Open a closed problem in this state, in memory, with a new promise by the town's terms."""
    need.state, need.state_since, need.updated_at = state, at, at
    need.outcome, need.outcome_words, need.agency, need.plan_year = "", "", "", None
    need.is_open, need.finished_at = True, None
    need.promised_at, need.paused_at, need.escalation_level = None, None, 0
    days = find_working_days(need.category_id, need.priority)
    need.due_at = NEVER if days is None else promise_until(at, days)
    need.version += 1
