"""เปิดปัญหา: a problem begins with its first voice."""

import datetime as dt

from cddp.operations.complaints.choices import CLOSED_STATES
from cddp.operations.complaints.models import NEVER, Need, NeedStatus, Report
from cddp.operations.complaints.queries.terms import Terms, list_holidays
from cddp.operations.complaints.rules.deadlines import due_at
from cddp.operations.complaints.rules.numbers import new_number
from cddp.operations.complaints.services.portions import search_text_of

NEED_PREFIX = "N"
TITLE_SIGNS = 80
SEARCHED = 2_000


def need_of(report: Report, terms: Terms) -> Need:
    """Return the problem that this report opens, unsaved: in the report's own state, promised by the town's terms."""
    is_closed = report.state in CLOSED_STATES
    known = report.voice_hash is not None
    return Need(
        number=new_number(NEED_PREFIX),
        title=title_of(report.description),
        category_id=report.category_id,
        family=terms.family,
        is_private=terms.is_private,
        shape=report.shape if report.shape is not None else report.point,
        address=report.address,
        area_code=terms.area_code,
        state=report.state,
        is_open=not is_closed,
        state_since=report.updated_at,
        finished_at=(report.finished_at or report.updated_at) if is_closed else None,
        priority=terms.priority,
        division_id=terms.division_id,
        assignee_id=terms.assignee_id,
        opened_at=report.requested_at,
        updated_at=report.updated_at,
        due_at=NEVER if is_closed else promise_until(report.requested_at, terms.working_days),
        reports_count=1,
        voices=int(known),
        unnamed=int(not known),
        channels=1,
        months=1,
        last_told_at=report.requested_at,
        search_text=search_text_of(report.description[:SEARCHED], report.address, report.number),
    )


def open_need(report: Report, terms: Terms) -> Need:
    """Write the problem that this report opens, with the first line of its history; the caller writes the report."""
    need = need_of(report, terms)
    need.save(force_insert=True)
    first_status_of(need).save(force_insert=True)
    return need


def first_status_of(need: Need) -> NeedStatus:
    """Return the first line of a problem's history, unsaved."""
    return NeedStatus(need=need, state=need.state, at=need.updated_at)


def promise_until(since: dt.datetime, working_days: int | None) -> dt.datetime:
    """Return when so many working days of the town are over; NEVER where it promises nothing."""
    return NEVER if working_days is None else due_at(since, working_days, holidays=list_holidays())


def title_of(text: str) -> str:
    """Return the first line of what was written, cut for a heading."""
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return f"{first[: TITLE_SIGNS - 1]}…" if len(first) > TITLE_SIGNS else first
