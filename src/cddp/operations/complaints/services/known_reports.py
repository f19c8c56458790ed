"""เรื่องที่รู้จักแล้ว: what is known of the reports that come in again."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cddp.operations.complaints.choices import Channel, DispatchState, OutgoingKind
from cddp.operations.complaints.models import Report, ReportStatus, TraffyOutgoing
from cddp.operations.complaints.rules.traffy import Ticket, brings_no_news, read_ticket
from cddp.operations.complaints.rules.versions import OwnMove
from cddp.operations.complaints.services.locking import lock_needs


@dataclass
class KnownReport:
    """เรื่องที่รู้จักแล้ว: a report with its latest raw row and the fingerprints of all its versions.

    `moved_at` is when the other system last moved it; the report's own time also tells of our moves.
    """

    report: Report
    payload: dict[str, Any]
    hashes: set[str]
    moved_at: dt.datetime
    own_move: OwnMove | None = None
    is_new: bool = False

    def says_already(self, ticket: Ticket, *, now: dt.datetime) -> bool:
        """Tell whether a row that is not the latest one word for word says the same (it came in another form)."""
        if not self.payload or ticket.content_hash in self.hashes:
            return False
        return brings_no_news(ticket, known=read_ticket(self.payload, now=now))


def find_known(tickets: Sequence[Ticket]) -> dict[str, KnownReport]:
    """Return the reports that these tickets speak of, by number. Those of which one brings news are locked."""
    hashes = {ticket.number: ticket.content_hash for ticket in tickets}
    repeated = {number for number, times in Counter(ticket.number for ticket in tickets).items() if times > 1}
    found = {
        report.number: KnownReport(report, {}, {report.content_hash}, report.updated_at)
        for report in Report.objects.filter(channel=Channel.TRAFFY, number__in=hashes)
    }
    news = [
        known.report
        for number, known in found.items()
        if number in repeated or hashes[number] != known.report.content_hash
    ]
    if news:
        by_id = {known.report.pk: known for known in found.values()}
        for report in _lock(news):
            by_id[report.pk].report = report
        _recall({report.pk: by_id[report.pk] for report in news})
    return found


def _lock(news: Sequence[Report]) -> QuerySet[Report]:
    """Take hold of problems first and then of their reports, in the order in which officers' acts do."""
    lock_needs([report.need_id for report in news if report.need_id is not None], None)
    rows = Report.objects.filter(pk__in=[report.pk for report in news])
    return rows.select_for_update(of=("self",)).order_by("pk")


def _recall(by_id: Mapping[UUID, KnownReport]) -> None:
    """Put together what each report's latest row said, when it moved there, and what we told there ourselves."""
    for report_id, payload in Report.objects.filter(pk__in=by_id).values_list("pk", "intake__payload"):
        by_id[report_id].payload = dict(payload)
    versions = ReportStatus.objects.filter(report__in=by_id).exclude(content_hash="").order_by("at", "id")
    for status in versions.only("report_id", "at", "changes", "content_hash"):
        known = by_id[status.report_id]
        known.payload.update({name: pair[1] for name, pair in status.changes.items()})
        known.hashes.add(status.content_hash)
        known.moved_at = status.at
    ours = TraffyOutgoing.objects.filter(report__in=by_id, kind=OutgoingKind.STATE)
    for report_id, sent_at in (
        ours.exclude(state=DispatchState.FAILED).order_by("id").values_list("report_id", "sent_at")
    ):
        by_id[report_id].own_move = OwnMove(sent_at)
