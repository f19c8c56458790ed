"""ตัดสินแถวที่มาอีกครั้ง: what a row means for a report that is known already, and whose state counts."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """ผลการตัดสิน: every row of a file gets exactly one, so that the counts add up to the rows."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SET_ASIDE = "set_aside"


def judge_version(
    row_hash: str,
    moved_at: dt.datetime | None,
    *,
    latest_hash: str,
    known_hashes: Collection[str],
    known_moved_at: dt.datetime,
    is_repeated: bool,
    says_the_same: bool = False,
) -> Verdict:
    """Judge a row about a known report.

    `is_repeated`: the same number stood in this file before. `says_the_same`: another form of what is known (the
    file, the list and the single answer write a ticket differently). A version that was seen before, or that moved
    earlier than what is known, never turns the state back.
    """
    if row_hash == latest_hash or says_the_same:
        return Verdict.SET_ASIDE if is_repeated else Verdict.UNCHANGED
    if row_hash in known_hashes or (moved_at is not None and moved_at < known_moved_at):
        return Verdict.SET_ASIDE
    return Verdict.CHANGED


class StateVerdict(Enum):
    """สถานะของใคร: what the state in a row that changed means for ours."""

    NOT_MOVED = "not_moved"  # the other system still says what it said before
    AGREES = "agrees"  # it moved to where we are: an echo of our own, or the same thought
    TAKEN = "taken"  # it moved, and later than we did
    OURS_WAITS = (
        "ours_waits"  # it moved, but our later change is still on its way there: shown to the officer
    )
    OVERTAKEN = "overtaken"  # what it says is older than what we have told it since


@dataclass(frozen=True)
class OwnMove:
    """สถานะที่เราแจ้งไปล่าสุด: `sent_at` is None while it is still to be sent; the label is in the other's words."""

    sent_at: dt.datetime | None
    state: str = ""
    label: str = ""


def judge_state(
    state: str,
    label: str,
    moved_at: dt.datetime | None,
    *,
    known_label: str,
    our_state: str,
    own_move: OwnMove | None,
) -> StateVerdict:
    """Judge the state in a row that says something new. The latest change wins.

    `known_label` is what the other system said last; `our_state` what the report stands at with us.
    """
    if label == known_label:
        return StateVerdict.NOT_MOVED
    if state == our_state:
        return StateVerdict.AGREES
    if own_move is None:
        return StateVerdict.TAKEN
    if own_move.sent_at is None:
        return StateVerdict.OURS_WAITS
    if moved_at is not None and moved_at < own_move.sent_at:
        return StateVerdict.OVERTAKEN
    return StateVerdict.TAKEN
