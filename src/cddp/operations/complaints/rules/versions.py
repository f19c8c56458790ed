"""ตัดสินแถวที่มาอีกครั้ง: what a row means for a report that is known already."""

import datetime as dt
from collections.abc import Collection
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
) -> Verdict:
    """Judge a row about a known report.

    `is_repeated`: the same number stood in this file before. A version that was seen before, or that moved
    earlier than what is known, never turns the state back.
    """
    if row_hash == latest_hash:
        return Verdict.SET_ASIDE if is_repeated else Verdict.UNCHANGED
    if row_hash in known_hashes or (moved_at is not None and moved_at < known_moved_at):
        return Verdict.SET_ASIDE
    return Verdict.CHANGED
