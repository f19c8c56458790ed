"""รับเรื่องเข้าเป็นปัญหา: reports that came in bulk find the problem they speak of, or open one.

In the order in which they were told, so that the first voice opens and the later ones join; by the automatic rule
alone (rules/linking), with a NeedLink each, so that every joining can be undone.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.choices import CLOSED_STATES, Channel, LinkMethod, ReportState
from cddp.operations.complaints.events import NeedCameBack, NeedGrew, NeedOpened, ReportReceived
from cddp.operations.complaints.models import Need, NeedLink, NeedStatus, Report
from cddp.operations.complaints.queries.candidates import Candidate, find_candidates
from cddp.operations.complaints.queries.terms import Terms, find_terms
from cddp.operations.complaints.rules.linking import joins_by_itself
from cddp.operations.complaints.rules.states import derive_state
from cddp.operations.complaints.services.coming_back import BACK_FIELDS, wake
from cddp.operations.complaints.services.counting import recount
from cddp.operations.complaints.services.opening import first_status_of, need_of
from cddp.operations.complaints.services.telling import move_reports

PORTION = 500
# Events tell of what happens now. An import of past years is told of as a whole, by ReportsImported.
NEWS = dt.timedelta(days=2)


@dataclass
class Adoption:
    """ผลการจัดเรื่อง: how many reports were taken, problems opened, reports joined, and whether some still wait."""

    taken: int = 0
    opened: int = 0
    joined: int = 0
    left: bool = False
    voices: dict[UUID, list[Report]] = field(default_factory=lambda: defaultdict(list), repr=False)


def has_lone_reports() -> bool:
    """Tell whether a report of the current town waits for its problem."""
    return Report.objects.filter(need=None).exists()


def adopt_lone_reports(*, limit: int = PORTION) -> Adoption:
    """Give up to `limit` reports without a problem theirs. Run again while `left`; safe to run at any time."""
    waiting = Report.objects.filter(need=None).order_by("requested_at", "pk")
    reports = list(waiting.select_for_update(of=("self",), skip_locked=True)[: limit + 1])
    done = Adoption(left=len(reports) > limit)
    at = timezone.now()
    statuses, links = list[NeedStatus](), list[NeedLink]()
    for report in reports[:limit]:
        terms = find_terms(report.category_id, report.point, report.channel)
        chosen = _choose(report, terms)
        if chosen is None:
            statuses.append(first_status_of(_open(report, terms)))
            done.opened += 1
        else:
            links.append(_join(report, chosen, at=at))
            done.joined += 1
            done.voices[chosen.need_id].append(report)
        done.taken += 1
        _tell_news(report, chosen, at=at)
    NeedStatus.objects.bulk_create(statuses)
    NeedLink.objects.bulk_create(links)
    _settle(done, at=at)
    if done.taken:
        audit.record(
            "complaints.report.adopted",
            Report,
            changes={"taken": [0, done.taken], "opened": [0, done.opened], "joined": [0, done.joined]},
        )
    return done


def _choose(report: Report, terms: Terms) -> Candidate | None:
    """Return the problem that the automatic rule names."""
    if terms.is_private:
        return None
    candidates = find_candidates(
        report.shape if report.shape is not None else report.point,
        terms.family,
        report.description,
        category_id=report.category_id,
        radius_m=terms.radius_m,
        at=report.requested_at,
        labels=report.category_labels,
    )
    return next((each for each in candidates if joins_by_itself(each.likeness, is_private=False)), None)


def _open(report: Report, terms: Terms) -> Need:
    """Write the problem that this report opens, and that it belongs there: the next report may speak of it too."""
    need = need_of(report, terms)
    need.save(force_insert=True)
    report.need, report.is_private = need, terms.is_private
    Report.objects.filter(pk=report.pk).update(need_id=need.pk, is_private=terms.is_private)
    return need


def _join(report: Report, candidate: Candidate, *, at: dt.datetime) -> NeedLink:
    report.need_id, report.is_private = candidate.need_id, False
    Report.objects.filter(pk=report.pk).update(need_id=candidate.need_id, is_private=False)
    Need.objects.filter(pk=candidate.need_id, last_told_at__lt=report.requested_at).update(
        last_told_at=report.requested_at
    )
    return NeedLink(
        report=report,
        need_id=candidate.need_id,
        act=uuid7(),
        method=LinkMethod.AUTO,
        score=candidate.score,
        reasons={"words": list(candidate.words)},
        at=at,
    )


def _tell_news(report: Report, chosen: Candidate | None, *, at: dt.datetime) -> None:
    if report.need_id is None or at - report.requested_at > NEWS:
        return
    publish(ReportReceived(report_id=report.pk, need_id=report.need_id, channel=report.channel))
    if chosen is None:
        publish(NeedOpened(need_id=report.need_id))
    else:
        publish(NeedGrew(need_id=report.need_id, report_id=report.pk))


# ── what the problems make of it ──────────────────────────────────────────────────────────────────


def _settle(done: Adoption, *, at: dt.datetime) -> None:
    """Let a closed problem that grew come back, and stay open if one of its new voices is.

    An open one stays where it stands: its own work says that, not a ticket that came later.
    """
    needs = Need.objects.filter(pk__in=done.voices, state__in=CLOSED_STATES)
    for need in needs.select_for_update(of=("self",)).order_by("pk"):
        joined = done.voices[need.pk]
        told = derive_state([report.state for report in joined])
        returns = _returns(need, joined)
        for report, ended_at in returns:
            _come_back(need, report, ended_at, at=at)
        if told not in CLOSED_STATES:
            _open_again(need, told, joined)
            _share_state(need, joined, at=at)
        elif returns:
            _end_anew(need, told, joined)
    recount(done.voices)


def _returns(need: Need, joined: Sequence[Report]) -> list[tuple[Report, dt.datetime]]:
    """Return the voices with which a closed problem came back, each with the end before; also in times long past."""
    found = []
    ended_at: dt.datetime | None = need.finished_at or need.state_since
    for report in joined:
        if ended_at is None:
            break
        if report.requested_at > ended_at:
            found.append((report, ended_at))
        own_end = report.finished_at or report.updated_at
        ended_at = max(ended_at, own_end) if report.state in CLOSED_STATES else None
    return found


def _come_back(need: Need, report: Report, ended_at: dt.datetime, *, at: dt.datetime) -> None:
    need.came_back_count += 1
    NeedStatus(need=need, state=ReportState.RECEIVED, came_back=True, at=report.requested_at).save(
        force_insert=True
    )
    if at - report.requested_at <= NEWS:
        days = (report.requested_at - ended_at).days
        publish(NeedCameBack(need_id=need.pk, report_id=report.pk, days=days))


def _open_again(need: Need, told: ReportState, joined: Sequence[Report]) -> None:
    """Open a closed problem, with a new promise from the day of the newest ticket that is open."""
    newest = max(report.requested_at for report in joined if report.state not in CLOSED_STATES)
    wake(need, told, at=max(newest, need.finished_at or need.state_since))
    need.save(update_fields=BACK_FIELDS)
    NeedStatus(need=need, state=told, at=need.state_since).save(force_insert=True)


def _end_anew(need: Need, told: ReportState, joined: Sequence[Report]) -> None:
    """Move the end of a problem that came back and ended again, before anybody here heard of it."""
    ended_at = max(report.finished_at or report.updated_at for report in joined)
    need.state, need.state_since, need.updated_at, need.finished_at = told, ended_at, ended_at, ended_at
    need.version += 1
    need.save(update_fields=BACK_FIELDS)
    NeedStatus(need=need, state=told, at=ended_at).save(force_insert=True)


def _share_state(need: Need, joined: Sequence[Report], *, at: dt.datetime) -> None:
    """Our own reports follow their problem; a ticket keeps the state that its system says."""
    following = need.reports.filter(follows_need=True).exclude(channel=Channel.TRAFFY)
    own = following.exclude(state=need.state).exclude(pk__in=[report.pk for report in joined])
    move_reports(own.select_for_update(of=("self",)), need.state, note="", at=at)
