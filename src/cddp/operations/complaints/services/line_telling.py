"""บอกผู้แจ้งทาง LINE: the three milestones that are worth one of the few pushes of the month, and nothing else."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from cddp.foundation.notify.services import send_line
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.complaints.choices import Outcome
from cddp.operations.complaints.models import Need, Report
from cddp.operations.complaints.queries.line import follow_link
from cddp.operations.complaints.rules.line_words import About, Message, finished, planned, promised
from cddp.operations.complaints.services.line_contacts import blocked_among
from cddp.operations.complaints.services.voices import line_hash_of, list_line_users

PROMISED, DONE, PLANNED = "promised", "done", "planned"


def tell_promise(need_id: UUID, due_at: dt.datetime) -> int:
    """Milestone 1: an officer took it up and named the day. Return how many people are told."""
    need = Need.objects.get(pk=need_id)
    return _tell(need, PROMISED, lambda about: promised(about, due_at))


def tell_end(need_id: UUID, outcome: str) -> int:
    """Milestones 2 and 3: it is done, or it entered the plan. Other ends stand in "my reports"."""
    need = Need.objects.get(pk=need_id)
    if need.outcome != outcome:
        # Opened again since: that it is done would no longer be true.
        return 0
    if outcome == Outcome.DONE:
        return _tell(need, DONE, lambda about: finished(about, need.outcome_words))
    if outcome == Outcome.IN_PLAN:
        return _tell(need, PLANNED, lambda about: planned(about, need.plan_year, need.outcome_words))
    return 0


def _tell(need: Need, milestone: str, words: Callable[[About], Message]) -> int:
    """Promise each person behind a problem one push, about their own latest report, once in the problem's life."""
    reports = {row.pk: row for row in need.reports.select_related("category").order_by("requested_at", "pk")}
    latest = {user_id: reports[pk] for pk, user_id in _in_order(reports)}
    hashes = {user_id: line_hash_of(user_id) for user_id in latest}
    blocked = blocked_among(hashes.values())
    slug = Municipality.objects.values_list("slug", flat=True).get(pk=required_municipality_id())
    for user_id, report in latest.items():
        category = report.category.name if report.category else ""
        about = About(report.number, category, report.requested_at, follow_link(report, slug))
        send_line(
            user_id,
            [words(about)],
            milestone=milestone,
            reference=report.number,
            once_key=f"{milestone}:{need.pk}:{need.came_back_count}:{hashes[user_id].hex()[:32]}",
            is_blocked=hashes[user_id] in blocked,
        )
    return len(latest)


def _in_order(reports: dict[UUID, Report]) -> list[tuple[UUID, str]]:
    users = list_line_users(reports)
    return [(pk, users[pk]) for pk in reports if users.get(pk)]
