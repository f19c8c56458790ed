"""การรวมเรื่องยังถูกอยู่ไหม: the rule against what was judged by eye; whoever moves a threshold sees here what it costs."""

from collections.abc import Iterator

import pytest

from cddp.operations.complaints.rules.linking import Likeness, joins_by_itself
from tests.samples.traffy_links import (
    Told,
    interval,
    is_held_out,
    likeness_of,
    read_labelled,
    read_tickets,
    read_verdicts,
)

VERDICTS = read_verdicts()


@pytest.fixture(scope="module")
def tickets() -> dict[str, Told]:
    return read_tickets()


def judged(group: str, tickets: dict[str, Told]) -> Iterator[tuple[bool, Likeness, bool]]:
    """Yield (is it one need, what was observed, does the system join it)."""
    for (earlier, later), verdict in VERDICTS.items():
        if verdict.group == group:
            one, other = tickets[earlier], tickets[later]
            likeness = likeness_of(one, other)
            is_private = one.is_private or other.is_private
            yield verdict.is_same, likeness, joins_by_itself(likeness, is_private=is_private)


@pytest.mark.parametrize(("group", "fewest"), [("chosen", 50), ("held_out", 60)])
def test_what_is_joined_is_one_need(group, fewest, tickets):
    joined = [is_same for is_same, _seen, joins in judged(group, tickets) if joins]
    assert len(joined) >= fewest
    assert sum(joined) / len(joined) >= 0.95


def test_what_is_joined_among_other_tickets_is_one_need():
    joined = [is_same for is_same, _seen, joins in judged("labelled", read_labelled()) if joins]
    assert len(joined) >= 90
    assert sum(joined) / len(joined) >= 0.95


def test_what_is_not_joined_is_suggested(tickets):
    """Of near pairs that are one need, those that the system leaves to people are put before people."""
    same = [(seen, joins) for is_same, seen, joins in judged("near", tickets) if is_same]
    assert len(same) >= 30
    assert not any(joins for _seen, joins in same)
    assert sum(seen.is_worth_showing for seen, _joins in same) / len(same) >= 0.9


def test_each_pair_is_in_the_half_its_set_says(tickets):
    for (earlier, later), verdict in VERDICTS.items():
        if verdict.group in ("chosen", "held_out"):
            assert is_held_out(later) is (verdict.group == "held_out")
            assert earlier in tickets


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(30, 30, 0.886, 1.0), (62, 64, 0.893, 0.991), (0, 0, 0, 1)]
)
def test_the_interval_is_wilsons(right, of, low, high):
    assert interval(right, of) == pytest.approx((low, high), abs=0.001)
