"""รับเรื่องเข้าเป็นปัญหา: reports that came in bulk find the problem they speak of, or open one.

In the order in which they were told, so that the first voice opens and the later ones join; by the automatic rule
alone (rules/linking), with a NeedLink each, so that every joining can be undone.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.choices import CLOSED_STATES, LinkMethod, ReportState
from cddp.operations.complaints.models import NEVER, Need, NeedLink, NeedStatus, Report
from cddp.operations.complaints.queries.candidates import Candidate, find_candidates
from cddp.operations.complaints.queries.terms import Terms, find_terms
from cddp.operations.complaints.rules.linking import joins_by_itself
from cddp.operations.complaints.rules.states import derive_state
from cddp.operations.complaints.services.counting import recount
from cddp.operations.complaints.services.opening import open_need

PORTION = 500


@dataclass
class Adoption:
    """ผลการจัดเรื่อง: how many reports were taken, problems opened, reports joined, and how many still wait."""

    taken: int = 0
    opened: int = 0
    joined: int = 0
    left: bool = False
    voices: dict[UUID, list[Report]] = field(default_factory=lambda: defaultdict(list), repr=False)


def adopt_lone_reports(*, limit: int = PORTION) -> Adoption:
    """Give up to `limit` reports without a problem theirs. Run again while `left`; safe to run at any time."""
    waiting = Report.objects.filter(need=None).select_related("category").order_by("requested_at", "pk")
    reports = list(waiting.select_for_update(of=("self",), skip_locked=True)[: limit + 1])
    done = Adoption(left=len(reports) > limit)
    links: list[NeedLink] = []
    for report in reports[:limit]:
        candidate = _adopt(report, done)
        if candidate is not None:
            links.append(_link(report, candidate))
    Report.objects.bulk_update(reports[:limit], ["need", "is_private", "follow_code"], batch_size=PORTION)
    NeedLink.objects.bulk_create(links)
    _settle(done)
    return done


def _adopt(report: Report, done: Adoption) -> Candidate | None:
    """Choose or open the problem of one report, in memory but for a new problem; return what it joined."""
    terms = find_terms(report.category_id, report.point, report.channel)
    done.taken += 1
    report.is_private = terms.is_private
    chosen = _choose(report, terms)
    if chosen is None:
        report.need = open_need(report, terms)
        done.opened += 1
    else:
        report.need_id = chosen.need_id
        done.joined += 1
        done.voices[chosen.need_id].append(report)
    return chosen


def _choose(report: Report, terms: Terms) -> Candidate | None:
    if terms.is_private or report.point is None:
        return None
    candidates = find_candidates(
        report.point,
        terms.family,
        report.description,
        category_id=report.category_id,
        radius_m=terms.radius_m,
        at=report.requested_at,
    )
    return next((each for each in candidates if joins_by_itself(each.likeness, is_private=False)), None)


def _link(report: Report, candidate: Candidate) -> NeedLink:
    return NeedLink(
        report=report,
        need_id=candidate.need_id,
        act=uuid7(),
        method=LinkMethod.AUTO,
        score=candidate.score,
        reasons={"words": list(candidate.words)},
        at=timezone.now(),
    )


def _settle(done: Adoption) -> None:
    """Let each problem that grew tell what its tickets tell together: open if one of them is."""
    needs = Need.objects.filter(pk__in=done.voices).select_for_update().order_by("pk")
    statuses = []
    for need in needs:
        states = [*need.reports.values_list("state", flat=True)]
        told = derive_state(states)
        if told == need.state:
            continue
        was_closed, is_closed = need.state in CLOSED_STATES, told in CLOSED_STATES
        newest = max(done.voices[need.pk], key=lambda report: report.requested_at)
        came_back = (
            was_closed and not is_closed and newest.requested_at > (need.finished_at or need.state_since)
        )
        need.state, need.state_since = told, newest.updated_at
        need.finished_at = newest.updated_at if told == ReportState.FINISHED else None
        need.came_back_count += came_back
        need.due_at = NEVER if is_closed else need.due_at
        need.save(update_fields=["state", "state_since", "finished_at", "came_back_count", "due_at"])
        statuses.append(NeedStatus(need=need, state=told, came_back=came_back, at=newest.updated_at))
    NeedStatus.objects.bulk_create(statuses)
    recount(done.voices)
