"""บอกสถานะกลับ Traffy: which of the statuses that the office uses there says what our fixed state says.

Each office has its own list: some central statuses are switched off, own ones are added. The fixed type of a status
("inprogress") is safe, its name says more ("รับเรื่อง" is an "inprogress" too).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cddp.foundation.values.thai_text import normalise_line
from cddp.operations.complaints.choices import CLOSED_STATES, ReportState
from cddp.operations.complaints.rules.traffy import STATE_OF_LABEL, key_of_label

_NAME_FIRST: Mapping[ReportState, str] = {
    ReportState.RECEIVED: "รอรับเรื่อง",
    ReportState.TRIAGED: "รับเรื่อง",
    ReportState.IN_PROGRESS: "กำลังดำเนินการ",
    ReportState.FORWARDED: "ส่งต่อ",
    ReportState.FOLLOW_UP: "ติดตามเรื่อง",
    ReportState.FINISHED: "เสร็จสิ้น",
    ReportState.IRRELEVANT: "ไม่เกี่ยวข้อง",
}
# Where an office has no status of its own for it, the nearest that is true. An end has none: half an end is a lie.
_NEAREST: Mapping[ReportState, ReportState] = {
    ReportState.TRIAGED: ReportState.IN_PROGRESS,
    ReportState.FORWARDED: ReportState.IN_PROGRESS,
    ReportState.FOLLOW_UP: ReportState.IN_PROGRESS,
}


@dataclass(frozen=True)
class TraffyStatus:
    """สถานะหนึ่งในรายการของหน่วยงาน."""

    name: str
    type: str
    issue_status_id: int | None
    org_status_id: int | None
    order: int

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept in the account."""
        return asdict(self)


def read_statuses(rows: Iterable[object]) -> tuple[TraffyStatus, ...]:
    """Read a status list, in its own order; what is switched off, nameless or unreadable is left out.

    The list calls the office's own id `org_statuses_id`, the change wants it as `org_status_id`.
    """
    found = [status for row in rows if isinstance(row, Mapping) and (status := _read_status(row))]
    return tuple(sorted(found, key=lambda status: status.order))


def _read_status(row: Mapping[str, Any]) -> TraffyStatus | None:
    name = normalise_line(str(row.get("status") or row.get("name") or ""))[:80]
    if not name or row.get("is_active") is False:
        return None
    return TraffyStatus(
        name=name,
        type=normalise_line(str(row.get("status_type") or row.get("type") or "")).lower()[:20],
        issue_status_id=_number(row.get("issue_status_id")),
        org_status_id=_number(row.get("org_statuses_id") or row.get("org_status_id")),
        order=_number(row.get("sort_order") or row.get("order")) or 0,
    )


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None


def meaning_of(status: TraffyStatus) -> ReportState | None:
    """Return the fixed state of a status: by its name when that is known, else by its type."""
    return STATE_OF_LABEL.get(key_of_label(status.name)) or STATE_OF_LABEL.get(status.type)


def own_states_of(statuses: Iterable[TraffyStatus]) -> dict[str, ReportState]:
    """Return what the labels of an office mean, for reading its tickets."""
    return {key_of_label(each.name): state for each in statuses if (state := meaning_of(each)) is not None}


def choose_status(state: ReportState, statuses: Sequence[TraffyStatus]) -> TraffyStatus | None:
    """Return the status of the list that says this state, else the nearest that is true, else None."""
    fitting = [status for status in statuses if meaning_of(status) is state]
    if fitting:
        wanted = _NAME_FIRST[state]
        return min(fitting, key=lambda status: (status.name != wanted, status.order))
    nearest = _NEAREST.get(state)
    return choose_status(nearest, statuses) if nearest else None


# The central statuses, by name alone, until the office's own list has been read.
USUAL_STATUSES = tuple(
    TraffyStatus(name=name, type="", issue_status_id=None, org_status_id=None, order=0)
    for name in _NAME_FIRST.values()
)


@dataclass(frozen=True)
class Standing:
    """สถานะของเรื่องที่ Traffy: the fixed state and the label there, as far as known; whether we put it there."""

    state: ReportState | None
    label: str
    is_ours: bool


def is_to_be_told(wanted: ReportState, there: Standing, *, has_note: bool, reopens: bool) -> bool:
    """Tell whether Traffy must hear that a problem is now in this state.

    What it shows already is told only for the words' sake. A ticket that is closed there stays closed, whatever the
    other voices of the problem brought about; only what we closed ourselves is opened again by us.
    """
    if there.state is wanted:
        return has_note
    if there.state in CLOSED_STATES and wanted not in CLOSED_STATES:
        return reopens and there.is_ours
    return True
