"""ให้เรื่องเดินตามปัญหา: what becomes of a problem becomes of its voices, each with a line in its own history."""

import datetime as dt
from collections.abc import Iterable

from cddp.operations.complaints.choices import CLOSED_STATES, ReportState
from cddp.operations.complaints.models import Need, Report, ReportStatus

MOVED_FIELDS = ("state", "state_label", "finished_at", "updated_at")
AT_ONCE = 500


def tell_reports(need: Need, *, note: str, at: dt.datetime) -> int:
    """Give the problem's state to all its reports that follow it; return how many."""
    reports = list(need.reports.filter(follows_need=True).select_for_update(of=("self",)).order_by("pk"))
    return move_reports(reports, need.state, note=note, at=at)


def move_reports(reports: Iterable[Report], state: str, *, note: str, at: dt.datetime) -> int:
    """Write one state into these locked reports and a line into the history of each; return how many."""
    moved = list(reports)
    for report in moved:
        # Words of the other system describe its own state, which is over now.
        report.state, report.state_label, report.updated_at = state, "", at
        report.finished_at = at if state == ReportState.FINISHED else None
    Report.objects.bulk_update(moved, MOVED_FIELDS, batch_size=AT_ONCE)
    ReportStatus.objects.bulk_create(
        [ReportStatus(report=report, state=state, note=note, at=at, recorded_at=at) for report in moved],
        batch_size=AT_ONCE,
    )
    return len(moved)


def is_over(report: Report) -> bool:
    """Tell whether nothing more is to be done for this voice."""
    return report.state in CLOSED_STATES
