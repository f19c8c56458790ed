"""แถวของเรื่องร้องเรียนสมมติ: problems, their voices, history and work as rows, by the same rules as real ones.

A problem is opened by the product's own code (its terms, its promise); its life is then told step by step.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, LineString, Point, Polygon

from cddp.config.demo.invention import RowIds
from cddp.config.demo.troubles import Step, Trouble, Voice, load_phrases
from cddp.foundation.accounts.models import Membership
from cddp.foundation.accounts.queries import list_colleagues
from cddp.operations.complaints.choices import (
    CLOSED_STATES,
    Channel,
    LinkMethod,
    NoteKind,
    Outcome,
    Priority,
    ReportState,
)
from cddp.operations.complaints.models import (
    NEVER,
    Category,
    DeadlinePause,
    Intake,
    Need,
    NeedAssignment,
    NeedLink,
    NeedNote,
    NeedStatus,
    Report,
    ReportStatus,
)
from cddp.operations.complaints.queries.terms import find_terms, find_working_days
from cddp.operations.complaints.rules.numbers import ALPHABET, NUMBER_SIGNS, new_follow_code
from cddp.operations.complaints.rules.traffy import content_hash
from cddp.operations.complaints.services.counting import recount
from cddp.operations.complaints.services.fast_rows import copy_objects
from cddp.operations.complaints.services.opening import NEED_PREFIX, need_of, promise_until
from cddp.operations.complaints.services.portions import search_text_of
from cddp.operations.complaints.services.voices import Contact, keep_reporter, voice_of

HALF_STRETCH, HALF_AREA = 4.5e-4, 2.5e-4
METHODS = (
    (LinkMethod.AUTO, 40),
    (LinkMethod.SUGGESTED, 30),
    (LinkMethod.CITIZEN, 20),
    (LinkMethod.MANUAL, 10),
)
FILED_BY_US = (Channel.COUNTER, Channel.PHONE)


@dataclass
class GrievanceRows:
    """แถวที่จะบรรจุ: gathered in memory, written table by table."""

    random: Random
    ids: RowIds
    now: datetime
    reports: list[Report] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    others: dict[type[Any], list[Any]] = field(default_factory=dict)
    contacts: list[tuple[Report, Contact]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.categories = dict(Category.objects.values_list("key", "pk"))
        members = list(Membership.objects.select_related("user").order_by("pk"))
        self.members = {role: member for member in members for role in member.roles}
        self.colleagues = list_colleagues(permission="complaints.work")

    @property
    def officer(self) -> Membership:
        return self.members["complaints_officer"]

    @property
    def officer_label(self) -> str:
        return str(self.officer.user)

    @property
    def worker_label(self) -> str:
        return str(self.members["technician"].user)

    def voices_of(self, need: Need) -> list[Report]:
        """Return the reports of a problem in the order of time."""
        return [report for report in self.reports if report.need_id == need.pk]

    def write(self) -> None:
        """Write all tables and count the voices."""
        copy_objects(self.others.pop(Intake))
        copy_objects(self.needs)
        copy_objects(self.reports)
        for rows in self.others.values():
            copy_objects(rows)
        for report, contact in self.contacts:
            filed_by = self.officer.user if report.channel in FILED_BY_US else None
            keep_reporter(report, contact, filed_by=filed_by)
        recount(need.pk for need in self.needs)

    def keep(self, row: Any) -> None:
        """Remember a row for its table, under the next id."""
        row.pk = UUID(self.ids.next())
        self.others.setdefault(type(row), []).append(row)

    # ── one problem ───────────────────────────────────────────────────────────────────────────────

    def add(self, trouble: Trouble) -> tuple[Trouble, Need]:
        """Add a problem with its voices and its life."""
        reports = [self._report(trouble, voice) for voice in trouble.voices]
        first = reports[0]
        if trouble.shape and first.point is not None:
            first.shape = self._shape(trouble.shape, first.point)
        terms = find_terms(first.category_id, first.shape or first.point, first.channel)
        need = need_of(first, terms)
        need.pk, need.number = UUID(self.ids.next()), f"{NEED_PREFIX}-{self._signs(NUMBER_SIGNS)}"
        if trouble.is_urgent:
            need.priority = Priority.URGENT
            need.due_at = self._promise(need, need.opened_at)
        self.needs.append(need)
        self.keep(self._status(need, Step(need.opened_at, ReportState.RECEIVED)))
        for step in trouble.steps:
            self._take(need, step)
        self._work_on(need, trouble)
        for place, (report, voice) in enumerate(zip(reports, trouble.voices, strict=True)):
            self._follow(report, voice, need, trouble.steps)
            if place:
                self.keep(self._link(report, need))
        need.updated_at = max(need.updated_at, *(voice.at for voice in trouble.voices))
        self.reports += reports
        return trouble, need

    def _take(self, need: Need, step: Step) -> None:
        """Let a problem take a step, as `services.moving` would."""
        is_over = step.state in CLOSED_STATES
        if step.came_back:
            need.came_back_count += 1
            need.promised_at, need.due_at = None, self._promise(need, step.at)
        elif need.state == ReportState.RECEIVED and not is_over and need.has_deadline:
            need.promised_at = need.due_at
        need.state, need.state_since, need.updated_at = step.state, step.at, step.at
        need.outcome, need.plan_year = step.outcome, step.plan_year
        need.outcome_words, need.agency = step.note if step.outcome else "", step.agency
        need.is_open, need.finished_at = not is_over, step.at if is_over else None
        if is_over or step.outcome == Outcome.IN_PLAN:
            need.due_at = NEVER
        self.keep(self._status(need, step))

    def _promise(self, need: Need, at: datetime) -> datetime:
        return promise_until(at, find_working_days(need.category_id, need.priority))

    def _status(self, need: Need, step: Step) -> NeedStatus:
        by = self._worker_of(need, step)
        return NeedStatus(
            need=need,
            state=step.state,
            outcome=step.outcome,
            note=step.note,
            agency=step.agency,
            came_back=step.came_back,
            at=step.at,
            by=by.user_id if by else None,
            by_label=str(by.user) if by else "",
        )

    def _worker_of(self, need: Need, step: Step) -> Membership | None:
        if step.state == ReportState.RECEIVED:
            return None
        if step.state == ReportState.TRIAGED:
            return self.officer
        mine = [member for member in self.colleagues if member.division_id == need.division_id]
        return mine[need.opened_at.day % len(mine)] if mine else self.officer

    # ── work ──────────────────────────────────────────────────────────────────────────────────────

    def _work_on(self, need: Need, trouble: Trouble) -> None:
        """Add who was given it, what was noted and asked, and a pause."""
        for step in trouble.steps:
            if step.state == ReportState.TRIAGED and need.division_id is not None:
                self.keep(self._assignment(need, step))
            if step.state == ReportState.IN_PROGRESS and self.random.random() < 0.4:
                self.keep(self._note(need, NoteKind.INTERNAL, self._phrase("inside"), step.at, minutes=40))
            if step.state == ReportState.IN_PROGRESS and self.random.random() < 0.25:
                self.keep(self._note(need, NoteKind.PUBLIC, self._phrase("told"), step.at, minutes=65))
        if trouble.is_open and need.state != ReportState.RECEIVED and self.random.random() < 0.2:
            question, answer = self._phrase("asked")
            self.keep(self._note(need, NoteKind.QUESTION, question, need.state_since, minutes=15))
            if self.random.random() < 0.7:
                self.keep(self._note(need, NoteKind.ANSWER, answer, need.state_since, minutes=190))
        if (
            need.state == ReportState.IN_PROGRESS
            and self.now < need.due_at < NEVER
            and self.random.random() < 0.6
        ):
            self._pause(need)

    def _assignment(self, need: Need, step: Step) -> NeedAssignment:
        return NeedAssignment(
            need=need,
            division_id=need.division_id,
            assignee_id=need.assignee_id,
            at=step.at,
            by=self.officer.user_id,
            by_label=self.officer_label,
        )

    def _pause(self, need: Need) -> None:
        need.paused_at, need.due_at = need.state_since, NEVER
        self.keep(
            DeadlinePause(
                need=need,
                from_at=need.state_since,
                reason=self._phrase("pauses"),
                by_label=self.worker_label,
            )
        )

    def _note(self, need: Need, kind: NoteKind, body: str, since: datetime, *, minutes: int) -> NeedNote:
        at = min(since + timedelta(minutes=minutes), self.now)
        by = None if kind == NoteKind.ANSWER else self.officer
        return NeedNote(
            need=need,
            kind=kind,
            body=body,
            at=at,
            by=by.user_id if by else None,
            by_label=str(by.user) if by else "",
        )

    def _phrase(self, kind: str) -> Any:
        return self.random.choice(load_phrases()[kind])

    # ── voices ────────────────────────────────────────────────────────────────────────────────────

    def _report(self, trouble: Trouble, voice: Voice) -> Report:
        house = trouble.house
        number = self._number(voice)
        address = f"{house.area.name} ถนน{house.area.road} {house.lane}".strip()
        point = Point(house.lon + voice.east, house.lat + voice.north, srid=4326) if voice.is_placed else None
        intake = Intake(
            channel=voice.channel,
            external_id=number,
            payload={"number": number, "text": voice.text, "demo": True},
            received_at=voice.at,
            occurred_at=voice.at,
        )
        self.keep(intake)
        contact = self._contact(voice)
        report = Report(
            id=UUID(self.ids.next()),
            intake=intake,
            channel=voice.channel,
            number=number,
            follow_code="" if voice.channel == Channel.TRAFFY else new_follow_code(),
            voice_hash=voice_of(contact),
            told_before=voice.told_before,
            description=voice.text,
            category_id=self.categories.get(trouble.category),
            category_labels=[],
            point=point,
            address=address,
            requested_at=voice.at,
            updated_at=voice.at,
            content_hash=content_hash(intake.payload),
            search_text=search_text_of(number, voice.text, address),
        )
        if contact.is_known or voice.channel in FILED_BY_US:
            self.contacts.append((report, contact))
        return report

    def _number(self, voice: Voice) -> str:
        if voice.channel == Channel.TRAFFY:
            return f"{voice.at.year}-{self._signs(6)}"
        signs = self._signs(NUMBER_SIGNS)
        return f"{signs[:4]}-{signs[4:]}"

    def _contact(self, voice: Voice) -> Contact:
        user = f"U{self.random.getrandbits(128):032x}" if voice.channel == Channel.LINE else ""
        return Contact(name=voice.name, phone=voice.phone, line_user_id=user)

    def _follow(self, report: Report, voice: Voice, need: Need, steps: list[Step]) -> None:
        """Let a voice share what became of its problem since it was told."""
        told = [Step(need.opened_at, ReportState.RECEIVED), *steps]
        state = next(
            (now.state for now, then in pairwise(told) if now.at <= voice.at < then.at), told[-1].state
        )
        later = [step for step in steps if step.at > voice.at]
        for step in (Step(voice.at, state), *later):
            self.keep(
                ReportStatus(report=report, state=step.state, note=step.note, at=step.at, recorded_at=step.at)
            )
        report.need, report.is_private, report.state = need, need.is_private, need.state
        report.updated_at = later[-1].at if later else voice.at
        report.finished_at = report.updated_at if need.state == ReportState.FINISHED else None
        if need.state in CLOSED_STATES and need.outcome != Outcome.NOT_OURS:
            report.rating = voice.rating

    def _link(self, report: Report, need: Need) -> NeedLink:
        method = self.random.choices([m for m, _ in METHODS], [w for _, w in METHODS])[0]
        by = self.officer if method in (LinkMethod.SUGGESTED, LinkMethod.MANUAL) else None
        metres = round(self.random.uniform(1, 12))
        return NeedLink(
            report=report,
            need=need,
            act=UUID(self.ids.next()),
            method=method,
            score=None if method == LinkMethod.MANUAL else round(self.random.uniform(0.76, 0.97), 3),
            reasons={} if method == LinkMethod.MANUAL else {"words": [f"ห่าง {metres} เมตร", "ประเภทเดียวกัน"]},
            at=report.requested_at,
            by=by.user_id if by else None,
            by_label=str(by.user) if by else "",
        )

    def _shape(self, kind: str, point: Point) -> GEOSGeometry:
        x, y, lean = point.x, point.y, self.random.uniform(-1, 1)
        if kind == "line":
            return LineString(
                (x - HALF_STRETCH, y - HALF_STRETCH * lean),
                (x, y),
                (x + HALF_STRETCH, y + HALF_STRETCH * lean),
                srid=4326,
            )
        half = HALF_AREA * (1.3 + lean * 0.5)
        ring = (
            (x - half, y - half),
            (x + half, y - half * 0.8),
            (x + half * 0.9, y + half),
            (x - half, y + half * 0.7),
        )
        return Polygon((*ring, ring[0]), srid=4326)

    def _signs(self, count: int) -> str:
        return "".join(self.random.choice(ALPHABET) for _ in range(count))
