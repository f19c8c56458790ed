"""กำหนดเสร็จของปัญหา: when a problem is promised, from the day its clock began, less the pauses it had."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from cddp.foundation.audit import services as audit
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.complaints.choices import CLOSED_STATES
from cddp.operations.complaints.models import NEVER, DeadlinePause, Need, NeedStatus
from cddp.operations.complaints.queries.terms import find_working_days, list_holidays
from cddp.operations.complaints.rules.deadlines import Pause, due_at, move_calendar

AT_ONCE = 500


def deadline_of(need: Need, *, at: dt.datetime) -> dt.datetime:
    """Return when this open problem is promised by the town's terms; NEVER where they promise nothing."""
    days = find_working_days(need.category_id, need.priority)
    if days is None:
        return NEVER
    began_at = clock_began_at([need])[need.pk]
    pauses = pauses_of([need], at=at).get(need.pk, ())
    return due_at(began_at, days, holidays=list_holidays(), pauses=pauses)


def clock_began_at(needs: Sequence[Need]) -> dict[UUID, dt.datetime]:
    """Return {need id: when its clock began}: its first voice, or when it was opened again after its last end."""
    rows = NeedStatus.objects.filter(need_id__in=[need.pk for need in needs]).order_by("at", "id")
    began = {need.pk: need.opened_at for need in needs}
    was_closed: dict[UUID, bool] = {}
    for need_id, state, at in rows.values_list("need_id", "state", "at"):
        is_closed = state in CLOSED_STATES
        if was_closed.get(need_id) and not is_closed:
            began[need_id] = at
        was_closed[need_id] = is_closed
    return began


def pauses_of(needs: Iterable[Need], *, at: dt.datetime) -> Mapping[UUID, list[Pause]]:
    """Return {need id: its pauses}; one that still runs ends now."""
    standing = {need.pk: need.paused_at is not None for need in needs}
    found: dict[UUID, list[Pause]] = defaultdict(list)
    rows = DeadlinePause.objects.filter(need_id__in=standing)
    for need_id, start, end in rows.values_list("need_id", "from_at", "until_at"):
        if end is not None or standing[need_id]:
            found[need_id].append(Pause(start, max(end or at, start)))
    return found


def move_deadlines(before: AbstractSet[dt.date], after: AbstractSet[dt.date], *, at: dt.datetime) -> int:
    """Move the deadlines that run over a day that became a day off, or a working day; return how many moved.

    Each keeps its number of working days. What people were told (`promised_at`) stays as it was told.
    """
    changed = before ^ after
    if not changed:
        return 0
    needs = list(
        Need.objects.filter(
            is_open=True,
            due_at__lt=NEVER,
            due_at__gte=_midnight(min(changed)),
            opened_at__lt=_midnight(max(changed) + dt.timedelta(days=1)),
        )
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    moved = list(_moved(needs, before, after, at=at))
    Need.objects.bulk_update(moved, ["due_at", "escalation_level"], batch_size=AT_ONCE)
    if moved:
        audit.record("complaints.need.deadlines_moved", Need, changes={"needs": [0, len(moved)]})
    return len(moved)


def _moved(
    needs: Sequence[Need], before: AbstractSet[dt.date], after: AbstractSet[dt.date], *, at: dt.datetime
) -> Iterable[Need]:
    began, pauses = clock_began_at(needs), pauses_of(needs, at=at)
    for need in needs:
        due = move_calendar(
            began[need.pk], need.due_at, before=before, after=after, pauses=pauses.get(need.pk, ())
        )
        if due != need.due_at:
            need.due_at = due
            # Who was late only by the old table is not late.
            need.escalation_level = need.escalation_level if due < at else 0
            yield need


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), BANGKOK)
