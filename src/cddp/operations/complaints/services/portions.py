"""นำเข้าทีละส่วน: take a thousand raw rows into intakes, reports, their history and odd rows.

Each row gets exactly one verdict (added, changed, unchanged, set aside), so the counts add up to the rows.
"""

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import MultiPolygon, Point

from cddp.foundation.values.thai_text import search_key
from cddp.operations.complaints.choices import Channel, OddReason, ReportState
from cddp.operations.complaints.gateways import RawRow
from cddp.operations.complaints.models import (
    ImportBatch,
    Intake,
    OddRow,
    Report,
    ReportStatus,
)
from cddp.operations.complaints.rules.categories import LabelMeaning, choose_category
from cddp.operations.complaints.rules.points import PointReading
from cddp.operations.complaints.rules.traffy import (
    Oddity,
    Ticket,
    content_hash,
    looks_like_ticket,
    read_label,
    read_ticket,
)
from cddp.operations.complaints.rules.versions import (
    StateVerdict,
    Verdict,
    judge_state,
    judge_version,
)
from cddp.operations.complaints.services.fast_rows import copy_objects
from cddp.operations.complaints.services.known_reports import KnownReport, find_known

CHANGING_FIELDS = (
    "description", "category_id", "category_labels", "state", "state_label", "point", "address", "organisation",
    "requested_at", "updated_at", "finished_at", "reopen_count", "rating", "photo_urls", "after_photo_urls",
    "is_odd", "content_hash", "search_text",
)  # fmt: skip


@dataclass(frozen=True)
class StateMove:
    """สถานะที่ต้นทางย้าย: what a problem is to follow once the report is written."""

    report: Report
    state: str
    label: str
    note: str
    at: dt.datetime


@dataclass
class Surroundings:
    """สิ่งที่ต้องรู้ก่อนอ่าน: what is the same for all rows of an import."""

    batch: ImportBatch
    now: dt.datetime
    meanings: Mapping[str, Sequence[LabelMeaning]]
    boundary: Any = None  # a prepared geometry, or None when the town's outline is not known
    own_states: Mapping[str, ReportState] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    # Read again and again: what was odd about an unchanged row was told when it came.
    is_poll: bool = False

    def holds(self, point: PointReading) -> bool:
        """Tell whether a point lies in the town; yes when its outline is not known."""
        if self.boundary is None:
            return True
        return bool(self.boundary.contains(Point(point.longitude, point.latitude, srid=4326)))


@dataclass
class Portion:
    """ส่วนหนึ่งของไฟล์: what is to be written, and the counts of it."""

    around: Surroundings
    known: dict[str, KnownReport] = field(default_factory=dict)
    intakes: list[Intake] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    changed: dict[UUID, Report] = field(default_factory=dict)
    moves: list[StateMove] = field(default_factory=list)
    shown: dict[UUID, str] = field(default_factory=dict)
    statuses: list[ReportStatus] = field(default_factory=list)
    odd: list[OddRow] = field(default_factory=list)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    odd_rows: int = 0
    placed: int = 0

    # ── one row ───────────────────────────────────────────────────────────────────────────────────

    def set_aside_unread(self, raw: RawRow) -> None:
        """Keep a row that is no ticket, as it stands, under a number made from its content."""
        text = raw.text or str(raw.row)
        oddity = Oddity(raw.reason or OddReason.NOT_A_TICKET, text[:200])
        number = f"hash-{content_hash({'text': text})[:16]}"
        self._note(raw, number, [oddity], report=None, keep={"text": text})
        self.verdicts[Verdict.SET_ASIDE] += 1

    def take(self, raw: RawRow, ticket: Ticket) -> None:
        """Take one ticket."""
        payload = storable(raw.row)
        self.placed += ticket.point.is_placed
        known = self.known.get(ticket.number)
        is_repeated = ticket.number in self.around.seen
        self.around.seen.add(ticket.number)
        oddities, category_id = self._look_closer(ticket)
        if known is None:
            verdict = self._add(ticket, payload, category_id, is_odd=bool(oddities))
        else:
            verdict = judge_version(
                ticket.content_hash,
                ticket.updated_at or ticket.requested_at,
                latest_hash=known.report.content_hash,
                known_hashes=known.hashes,
                known_moved_at=known.moved_at,
                is_repeated=is_repeated,
                says_the_same=known.says_already(
                    ticket, now=self.around.now, own_states=self.around.own_states
                ),
            )
            if verdict is Verdict.CHANGED:
                oddities += self._change(known, ticket, payload, category_id, is_odd=bool(oddities))
        if is_repeated:
            oddities.append(Oddity(OddReason.REPEATED_ID, ticket.number))
        elif verdict is Verdict.SET_ASIDE:
            oddities.append(
                Oddity(OddReason.OLDER_THAN_KNOWN, (ticket.updated_at or self.around.now).isoformat())
            )
        self.verdicts[verdict] += 1
        if self.around.is_poll and verdict is Verdict.UNCHANGED:
            return
        keep = payload if verdict is Verdict.SET_ASIDE else None
        self._note(raw, ticket.number, oddities, report=self.known[ticket.number].report, keep=keep)

    def _look_closer(self, ticket: Ticket) -> tuple[list[Oddity], UUID | None]:
        """Return the oddities that only the town can know of, after the row's own, and the category."""
        oddities = list(ticket.oddities)
        year = (ticket.requested_at or self.around.now).year
        category_id, unknown = choose_category(ticket.category_labels, year, self.around.meanings)
        oddities += [Oddity(OddReason.UNKNOWN_TYPE, label) for label in unknown]
        point = ticket.point
        if point.is_placed and not self.around.holds(point):
            oddities.append(Oddity(OddReason.OUTSIDE_TOWN, f"{point.longitude:.5f}, {point.latitude:.5f}"))
        return oddities, category_id

    def _add(
        self, ticket: Ticket, payload: dict[str, Any], category_id: UUID | None, *, is_odd: bool
    ) -> Verdict:
        around = self.around
        intake = Intake(
            channel=Channel.TRAFFY,
            external_id=ticket.number,
            payload=payload,
            batch=around.batch,
            received_at=around.now,
        )
        report = Report(intake=intake, channel=Channel.TRAFFY, number=ticket.number)
        fill(report, ticket, category_id, is_odd=is_odd, now=around.now)
        take_state(report, ticket)
        self.intakes.append(intake)
        self.reports.append(report)
        if ticket.state != ReportState.RECEIVED:
            self._remember(report, ReportState.RECEIVED, at=report.requested_at)
        self._remember(
            report,
            ticket.state,
            at=report.updated_at,
            label=ticket.state_label,
            note=ticket.note,
            row_hash=ticket.content_hash,
        )
        self.known[ticket.number] = KnownReport(
            report, payload, {ticket.content_hash}, report.updated_at, is_new=True
        )
        return Verdict.ADDED

    def _change(
        self,
        known: KnownReport,
        ticket: Ticket,
        payload: dict[str, Any],
        category_id: UUID | None,
        *,
        is_odd: bool,
    ) -> list[Oddity]:
        differing = {
            name: [known.payload.get(name), payload.get(name)]
            for name in {*known.payload, *payload}
            if known.payload.get(name) != payload.get(name)
        }
        report, at = known.report, ticket.updated_at or self.around.now
        self.shown[report.pk] = ticket.state_label
        verdict = self._judge_state(known, ticket)
        fill(report, ticket, category_id, is_odd=is_odd, now=self.around.now)
        if verdict in (StateVerdict.TAKEN, StateVerdict.AGREES):
            take_state(report, ticket)
        if verdict is StateVerdict.TAKEN and report.need_id is not None and report.follows_need:
            self.moves.append(StateMove(report, ticket.state, ticket.state_label, ticket.note, at))
        self._remember(
            report,
            report.state,
            at=at,
            label=report.state_label,
            note=ticket.note,
            row_hash=ticket.content_hash,
            changes=differing,
        )
        known.payload, known.moved_at = payload, at
        known.hashes.add(ticket.content_hash)
        if not known.is_new:
            self.changed[report.pk] = report
        return [Oddity(OddReason.STATE_CONFLICT, ticket.state_label)] * (verdict is StateVerdict.OURS_WAITS)

    def _judge_state(self, known: KnownReport, ticket: Ticket) -> StateVerdict:
        """Tell whose state counts. A report that belongs to no problem yet has no state but the other system's."""
        if known.report.need_id is None:
            return StateVerdict.TAKEN
        return judge_state(
            ticket.state,
            ticket.state_label,
            ticket.updated_at,
            known_label=read_label(known.payload),
            our_state=known.report.state,
            own_move=known.own_move,
        )

    def _remember(
        self,
        report: Report,
        state: str,
        *,
        at: dt.datetime,
        label: str = "",
        note: str = "",
        row_hash: str = "",
        changes: dict[str, Any] | None = None,
    ) -> None:
        self.statuses.append(
            ReportStatus(
                report=report,
                state=state,
                state_label=label,
                note=note,
                at=at,
                batch=self.around.batch,
                changes=changes or {},
                content_hash=row_hash,
                recorded_at=self.around.now,
            )
        )

    def _note(
        self,
        raw: RawRow,
        number: str,
        oddities: Sequence[Oddity],
        *,
        report: Report | None,
        keep: dict[str, Any] | None,
    ) -> None:
        if not oddities:
            return
        self.odd_rows += 1
        self.reasons.update({oddity.reason.value for oddity in oddities})
        self.odd += [
            OddRow(
                batch=self.around.batch,
                channel=Channel.TRAFFY,
                row_number=raw.number,
                number=number,
                report=report,
                reason=oddity.reason,
                value=_storable_text(oddity.value),
                raw=storable(keep) if keep is not None and place == len(oddities) - 1 else None,
                created_at=self.around.now,
            )
            for place, oddity in enumerate(oddities)
        ]

    # ── all rows ──────────────────────────────────────────────────────────────────────────────────

    def write(self) -> None:
        """Write what was gathered, in one statement a table."""
        copy_objects(self.intakes)
        copy_objects(self.reports)
        if self.changed:
            Report.objects.bulk_update(self.changed.values(), CHANGING_FIELDS, batch_size=500)
        copy_objects(self.statuses)
        copy_objects(self.odd, on_conflict="ON CONFLICT DO NOTHING")


def read_portion(around: Surroundings, raws: Sequence[RawRow]) -> Portion:
    """Read raw rows, look up the reports they speak of, and gather what is to be written."""
    portion = Portion(around)
    tickets: list[tuple[RawRow, Ticket]] = []
    for raw in raws:
        if raw.row is None or not looks_like_ticket(raw.row):
            portion.set_aside_unread(raw)
        else:
            tickets.append((raw, read_ticket(raw.row, now=around.now, own_states=around.own_states)))
    portion.known = find_known([ticket for _raw, ticket in tickets])
    for raw, ticket in tickets:
        portion.take(raw, ticket)
    return portion


def fill(report: Report, ticket: Ticket, category_id: UUID | None, *, is_odd: bool, now: dt.datetime) -> None:
    """Write what a ticket says into its report, all but its state."""
    report.description = ticket.description
    report.category_id = category_id
    report.category_labels = list(ticket.category_labels)
    report.point = (
        Point(ticket.point.longitude, ticket.point.latitude, srid=4326) if ticket.point.is_placed else None
    )
    report.address, report.organisation = ticket.address[:500], ticket.organisation[:500]
    report.requested_at = ticket.requested_at or report.requested_at or now
    moved_at = ticket.updated_at or report.requested_at
    # A report of a problem also bears the time of our own moves.
    report.updated_at = max(moved_at, report.updated_at) if report.need_id else moved_at
    report.reopen_count, report.rating = ticket.reopen_count, ticket.rating
    report.photo_urls, report.after_photo_urls = list(ticket.photo_urls), list(ticket.after_photo_urls)
    report.is_odd = is_odd
    report.content_hash = ticket.content_hash
    report.search_text = search_text_of(ticket.number, ticket.description, ticket.address)


def take_state(report: Report, ticket: Ticket) -> None:
    """Write the state that a ticket says into its report."""
    report.state, report.state_label = ticket.state, ticket.state_label
    report.finished_at = report.updated_at if ticket.state == ReportState.FINISHED else None


def search_text_of(*texts: str) -> str:
    """Return the form in which reports are searched: parts in the keys' own form, blanks between them."""
    return " ".join(search_key(text, drop_title=False, drop_tones=True) for text in texts if text)


def prepared_boundary(boundary: MultiPolygon | None) -> Any:
    """Return the outline in the form in which a thousand points are tested fast, or None."""
    return boundary.prepared if boundary else None


def _storable_text(text: str) -> str:
    # PostgreSQL holds neither NUL nor half of a surrogate pair; shown instead of dropped.
    return text.replace("\x00", "␀").encode("utf-8", "replace").decode("utf-8")


def storable(value: Any) -> Any:
    """Return a JSON value that PostgreSQL can hold, all else unchanged."""
    if isinstance(value, str):
        return _storable_text(value)
    if isinstance(value, dict):
        return {_storable_text(str(name)): storable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
