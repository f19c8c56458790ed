"""พักเวลา: a problem's clock stands while the town cannot go on: it waits for an answer, for parts, for the rain."""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.thai_text import normalise_line
from cddp.operations.complaints.errors import UnableToChangeNeed
from cddp.operations.complaints.models import NEVER, DeadlinePause, Need
from cddp.operations.complaints.policies import may_work, refuse_unless
from cddp.operations.complaints.services.deadlines import deadline_of
from cddp.operations.complaints.services.locking import lock_need

REASON_SIGNS = 300


def pause_clock(user: User, need_id: UUID, *, version: int | None, reason: str, at: dt.datetime) -> Need:
    """Let the clock stand until it is resumed; the reason is kept. Raises UnableToChangeNeed.

    A problem that is late cannot be paused: the lateness happened, and those above have heard of it.
    """
    refuse_unless(may_work(user))
    need = lock_need(need_id, user, version=version)
    written = normalise_line(reason)[:REASON_SIGNS]
    if problem := _problem_with(need, written, at):
        raise UnableToChangeNeed(problem, code="not_paused")
    DeadlinePause(need=need, from_at=at, reason=written, by_label=str(user)).save(force_insert=True)
    before, need.paused_at, need.due_at = need.due_at, at, NEVER
    _save(need, at)
    audit.record("complaints.need.paused", need, changes={"due_at": [before, None]}, purpose=written)
    return need


def resume_clock(user: User, need_id: UUID, *, version: int | None, at: dt.datetime) -> Need:
    """Let the clock go on; the deadline moves by the working days that were lost. Raises UnableToChangeNeed."""
    refuse_unless(may_work(user))
    need = lock_need(need_id, user, version=version)
    if need.paused_at is None:
        raise UnableToChangeNeed(_("เวลาของเรื่องนี้ไม่ได้พักอยู่"), code="not_resumed")
    _end_pause(need, at=at)
    need.paused_at = None
    need.due_at = deadline_of(need, at=at)
    _save(need, at)
    audit.record("complaints.need.resumed", need, changes={"due_at": [None, need.due_at]})
    return need


def wait_for_work(need: Need, reason: str, *, by_label: str, at: dt.datetime) -> bool:
    """Let the clock stand because a work order waits for parts; the need is locked. What is late stays late."""
    if _problem_with(need, reason, at):
        return False
    DeadlinePause(need=need, from_at=at, reason=reason[:REASON_SIGNS], by_label=by_label).save(
        force_insert=True
    )
    before, need.paused_at, need.due_at = need.due_at, at, NEVER
    _save(need, at)
    audit.record("complaints.need.paused", need, changes={"due_at": [before, None]}, purpose=reason)
    return True


def go_on_after_work(need: Need, *, by_label: str, at: dt.datetime) -> bool:
    """Let the clock go on if it was a work order (`by_label`) that made it stand; the need is locked."""
    is_ours = DeadlinePause.objects.filter(need=need, until_at=None, by_label=by_label).exists()
    if need.paused_at is None or not is_ours:
        return False
    _end_pause(need, at=at)
    need.paused_at = None
    need.due_at = deadline_of(need, at=at)
    _save(need, at)
    audit.record("complaints.need.resumed", need, changes={"due_at": [None, need.due_at]})
    return True


def stop_clock(need: Need, *, at: dt.datetime) -> None:
    """Take the problem off the clock, in memory, because it ended; a pause that still ran ends with it."""
    if need.paused_at is not None:
        _end_pause(need, at=at)
    need.due_at, need.paused_at = NEVER, None


def _end_pause(need: Need, *, at: dt.datetime) -> None:
    DeadlinePause.objects.filter(need=need, until_at=None).update(until_at=at)


def _problem_with(need: Need, reason: str, at: dt.datetime) -> str:
    if need.merged_into_id is not None:
        return _("เรื่องนี้ถูกรวมไปกับเรื่องอื่นแล้ว กรุณาทำรายการที่เรื่องนั้น")
    if need.paused_at is not None:
        return _("เวลาของเรื่องนี้พักอยู่แล้ว")
    if not need.is_open or not need.has_deadline:
        return _("เรื่องนี้ไม่มีกำหนดเสร็จที่กำลังนับอยู่")
    if need.is_overdue(at):
        return _("เรื่องนี้เลยกำหนดแล้ว จึงพักเวลาไม่ได้")
    return "" if reason else _("กรุณาเขียนเหตุที่พักเวลา")


def _save(need: Need, at: dt.datetime) -> None:
    need.updated_at = at
    need.version += 1
    need.save(update_fields=["due_at", "paused_at", "updated_at", "version"])
