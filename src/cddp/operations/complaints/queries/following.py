"""ติดตามเรื่อง: what the holder of a follow code sees of a report: what becomes of it, and what was written to them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cddp.operations.complaints.choices import NoteKind, Outcome, ReportState
from cddp.operations.complaints.models import Need, NeedNote, NeedStatus, Report, Reporter
from cddp.operations.complaints.rules.numbers import FOLLOW_SIGNS, tidy_code

# What a state means to somebody who waits.
PLAIN_WORDS = {
    ReportState.RECEIVED: _("เทศบาลได้รับเรื่องแล้ว เจ้าหน้าที่กำลังดูว่าเป็นงานของกองไหน"),
    ReportState.TRIAGED: _("เจ้าหน้าที่รับเรื่องแล้ว และส่งให้กองที่ต้องทำ"),
    ReportState.IN_PROGRESS: _("กำลังลงมือทำ"),
    ReportState.FORWARDED: _("ส่งต่อให้หน่วยงานที่รับผิดชอบแล้ว เทศบาลจะติดตามให้"),
    ReportState.FOLLOW_UP: _("กำลังติดตามผล"),
    ReportState.FINISHED: _("ทำเสร็จแล้ว หากยังไม่เรียบร้อยแจ้งได้ในหน้านี้"),
    ReportState.IRRELEVANT: _("ปิดเรื่องแล้ว หากไม่เห็นด้วยแจ้งได้ในหน้านี้"),
}
PLAIN_ENDS = {
    Outcome.NOT_OURS: _("เรื่องนี้เป็นหน้าที่ของหน่วยงานอื่น"),
    Outcome.CANNOT: _("เทศบาลทำเรื่องนี้ไม่ได้ เหตุผลอยู่ด้านล่าง"),
    Outcome.IN_PLAN: _("บรรจุในแผนพัฒนาแล้ว จะทำตามปีที่อยู่ในแผน"),
}
READ_BY_REPORTERS = (NoteKind.PUBLIC, NoteKind.QUESTION)


@dataclass(frozen=True)
class Moment:
    """เหตุการณ์ในเรื่อง: `kind` is "state", or a kind of note (choices.NoteKind)."""

    at: dt.datetime
    kind: str
    words: str
    note: str = ""
    came_back: bool = False


@dataclass(frozen=True)
class Followed:
    """เรื่องที่ติดตาม: `question` is what an officer asked and nobody answered yet."""

    report: Report
    need: Need | None
    at: dt.datetime
    moments: Sequence[Moment] = field(default_factory=list)
    question: str = ""
    has_contact: bool = False

    @property
    def newest_first(self) -> Sequence[Moment]:
        return list(reversed(self.moments))

    @property
    def state_words(self) -> str:
        """Return the honest end of the problem where this voice shares it, else the report's own state."""
        shares = self.need is not None and self.need.outcome and self.need.state == self.report.state
        return self.need.state_words if shares and self.need else self.report.state_words

    @property
    def plain_words(self) -> str:
        """Return what the state means, in a sentence."""
        outcome = self.need.outcome if self.need and self.need.state == self.report.state else ""
        return str(
            PLAIN_ENDS.get(Outcome(outcome))
            if outcome and outcome != Outcome.DONE
            else PLAIN_WORDS[ReportState(self.report.state)]
        )

    @property
    def people(self) -> int:
        return self.need.voices + self.need.unnamed if self.need else 1

    @property
    def is_late(self) -> bool:
        """Tell whether the promised day is past."""
        promised = self.need.promised_at if self.need and self.need.is_open else None
        return promised is not None and promised < self.at


def find_by_code(code: str) -> Report | None:
    """Return the report of a follow code, however it was typed."""
    if not is_whole_code(code):
        return None
    tidy = tidy_code(code)
    return (
        Report.objects.filter(follow_code=tidy)
        .select_related("need", "category")
        .defer("search_text")
        .first()
    )


def is_whole_code(code: str) -> bool:
    """Tell whether this has as many signs as a code: anything else is a slip, no guess."""
    return len(tidy_code(code).replace("-", "")) == FOLLOW_SIGNS


def follow(report: Report, *, at: dt.datetime) -> Followed:
    """Return what became of a report, oldest first."""
    need = report.need
    notes = _notes_of(report)
    moments = [Moment(note.at, note.kind, "", note.body) for note in notes]
    if need is not None:
        moments += [
            Moment(row.at, "state", row.state_words, row.note, row.came_back)
            for row in NeedStatus.objects.filter(need=need).order_by("at", "id")
        ]
    return Followed(
        report=report,
        need=need,
        at=at,
        moments=sorted(moments, key=lambda each: each.at),
        question="" if need is not None and need.is_closed else _open_question(notes),
        has_contact=Reporter.objects.filter(report=report, forgotten_at=None).exists(),
    )


def _notes_of(report: Report) -> list[NeedNote]:
    """Return what was written to all of this problem, to this voice alone, and what this voice wrote."""
    to_all = Q(need=report.need_id, report=None, kind__in=READ_BY_REPORTERS)
    to_this = Q(report=report, kind__in=(*READ_BY_REPORTERS, NoteKind.ANSWER))
    return list(NeedNote.objects.filter(to_all | to_this).order_by("at", "id"))


def _open_question(notes: Sequence[NeedNote]) -> str:
    last = next((note for note in reversed(notes) if note.kind in (NoteKind.QUESTION, NoteKind.ANSWER)), None)
    return last.body if last is not None and last.kind == NoteKind.QUESTION else ""
