"""ปัญหาสมมติ: what is wrong in a demo town, who told of it when, and what became of it; before any row is written.

A problem lives in rounds: told, taken up, ended; some are told again after their end. Voices come while it is open.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final

import yaml

from cddp.config.demo.registry import HouseSketch, load_names
from cddp.config.demo.towns import REFERENCE
from cddp.operations.complaints.choices import Channel, Outcome, ReportState

DAYS: Final = 730
WITHOUT_POINT: Final = 0.05
WITHOUT_NAME: Final = 0.15
# How many tell of one thing: most alone, a few many.
VOICES: Final = ((1, 70), (2, 14), (3, 6), (4, 3), (5, 2), (7, 2), (9, 2), (12, 1))
CHANNELS: Final = (
    (Channel.LINE, 26),
    (Channel.WEB, 22),
    (Channel.COUNTER, 22),
    (Channel.PHONE, 14),
    (Channel.TRAFFY, 10),
    (Channel.ENODE, 6),
)
# What becomes of it, for what was told lately and for what is older: (name, weight lately, weight later).
LIVES: Final = (
    ("waiting", 22, 0.3),
    ("taken", 18, 0.4),
    ("under_way", 26, 1.2),
    ("followed", 5, 0.8),
    ("forwarded", 6, 1.2),
    ("in_plan", 1, 4),
    ("done", 13, 58),
    ("done_at_once", 6, 22),
    ("not_ours", 2, 5),
    ("cannot", 1, 4),
)
FRESH_DAYS: Final = 25
FRESH: Final = 0.14
CAME_BACK: Final = 0.16
RATED: Final = 0.35


@dataclass(frozen=True)
class Voice:
    """เสียงหนึ่งเสียง: who told, how, in which words. `east`, `north`: how far from the thing they pointed, in degrees."""

    at: datetime
    channel: Channel
    text: str
    name: str
    phone: str
    east: float
    north: float
    is_placed: bool
    told_before: bool | None
    rating: int | None


@dataclass(frozen=True)
class Step:
    """ความเคลื่อนไหว: a state from when, with what is said to the reporters."""

    at: datetime
    state: ReportState
    note: str = ""
    outcome: str = ""
    agency: str = ""
    plan_year: int | None = None
    came_back: bool = False


@dataclass
class Trouble:
    """ปัญหาหนึ่งเรื่อง: one thing in one place, its voices in the order of time, and its life."""

    category: str
    house: HouseSketch
    picture: str
    shape: str
    is_urgent: bool
    voices: list[Voice]
    steps: list[Step] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return not self.steps or self.steps[-1].state not in (ReportState.FINISHED, ReportState.IRRELEVANT)


@cache
def load_phrases() -> dict[str, Any]:
    """Return the sentences of reference/grievances.yaml."""
    written: dict[str, Any] = yaml.safe_load((REFERENCE / "grievances.yaml").read_text(encoding="utf-8"))
    return written


def invent_troubles(
    random: Random, houses: list[HouseSketch], now: datetime, *, voices: int
) -> list[Trouble]:
    """Return problems with so many voices in all."""
    troubles, left = list[Trouble](), voices
    while left > 0:
        most = min(left, random.choices([n for n, _ in VOICES], [w for _, w in VOICES])[0])
        trouble = _invent(random, houses, now, most)
        troubles.append(trouble)
        left -= len(trouble.voices)
    return troubles


def _invent(random: Random, houses: list[HouseSketch], now: datetime, most: int) -> Trouble:
    written = load_phrases()["categories"]
    category = random.choices(list(written), [each["weight"] for each in written.values()])[0]
    kind = random.choice(written[category]["troubles"])
    house = random.choice(houses)
    begin = _begin(random, now)
    rounds = list(_rounds(random, written[category], kind, begin, now))
    # Nobody tells of one thing in the same words again and again.
    most = min(most, 2 * len(kind["said"]) - 1)
    times = sorted([begin, *_times(random, rounds, now, most - 1)])
    days = random.randrange(2, 15)
    ended = [steps[-1].at for _begin_at, steps in rounds if steps and _is_end(steps[-1])]
    voices = [
        _voice(
            random,
            kind["said"],
            place=place,
            at=at,
            house=house,
            days=days,
            again=bool(ended) and at > ended[0],
        )
        for place, at in enumerate(times)
    ]
    return Trouble(
        category=category,
        house=house,
        picture=kind.get("picture", ""),
        shape=kind.get("shape", ""),
        is_urgent=kind.get("picture") == "flood" or random.random() < 0.06,
        voices=voices,
        steps=[step for _begin_at, steps in rounds for step in steps],
    )


def _begin(random: Random, now: datetime) -> datetime:
    # A little more is told each month, as people learn of it; and the desk of today is full.
    days_ago = DAYS * (1 - random.random() ** 0.75)
    if random.random() < FRESH:
        days_ago = random.uniform(0, FRESH_DAYS)
    at = (now - timedelta(days=days_ago)).replace(hour=random.randrange(0, 14), minute=random.randrange(60))
    return min(at, now - timedelta(minutes=30))


# ── what becomes of it ────────────────────────────────────────────────────────────────────────────


def _rounds(
    random: Random, category: dict[str, Any], kind: dict[str, Any], begin: datetime, now: datetime
) -> Iterator[tuple[datetime, list[Step]]]:
    """Yield (begin, steps) for each round; a later one begins with a coming back."""
    came_back = False
    for _ in range(3):
        weights = [
            lately if now - begin < timedelta(days=FRESH_DAYS) else later for _, lately, later in LIVES
        ]
        life = random.choices([name for name, *_ in LIVES], weights)[0]
        steps = _live(random, life, category=category, kind=kind, begin=begin, now=now)
        if came_back:
            steps.insert(0, Step(begin, ReportState.RECEIVED, came_back=True))
        yield begin, steps
        again = begin if not steps or steps[-1].outcome != Outcome.DONE else steps[-1].at
        again += timedelta(days=random.uniform(12, 150))
        if not steps or steps[-1].outcome != Outcome.DONE or again >= now or random.random() > CAME_BACK:
            return
        begin, came_back = again, True


def _live(
    random: Random,
    life: str,
    *,
    category: dict[str, Any],
    kind: dict[str, Any],
    begin: datetime,
    now: datetime,
) -> list[Step]:
    notes = load_phrases()["notes"]
    at, steps = begin, list[Step]()
    for state in _states_of(life):
        at = _later(random, at, mean_days=_patience(random, state))
        if at >= now:
            break
        steps.append(Step(at, state, notes.get(state.value, "")))
    if not steps or len(steps) < len(_states_of(life)):
        return steps
    steps[-1] = _ending(life, steps[-1], category, kind)
    return steps


def _states_of(life: str) -> tuple[ReportState, ...]:
    taken, work = ReportState.TRIAGED, ReportState.IN_PROGRESS
    return {
        "waiting": (),
        "taken": (taken,),
        "under_way": (taken, work),
        "followed": (taken, work, ReportState.FOLLOW_UP),
        "forwarded": (taken, ReportState.FORWARDED),
        "in_plan": (taken, ReportState.FOLLOW_UP),
        "done": (taken, work, ReportState.FINISHED),
        "done_at_once": (taken, ReportState.FINISHED),
        "not_ours": (ReportState.IRRELEVANT,),
        "cannot": (taken, ReportState.IRRELEVANT),
    }[life]


def _patience(random: Random, state: ReportState) -> float:
    """Return how many days this step takes on the whole; one in nine drags on."""
    days = {ReportState.TRIAGED: 0.7, ReportState.IN_PROGRESS: 1.6}.get(state, 2.6)
    return days * (7 if random.random() < 0.11 else 1)


def _later(random: Random, at: datetime, *, mean_days: float) -> datetime:
    later = at + timedelta(days=random.expovariate(1 / mean_days), minutes=20)
    # An office writes by day, from half past eight to half past four (UTC+7), and on weekdays.
    later += timedelta(days={5: 2, 6: 1}.get(later.weekday(), 0))
    office = later.replace(hour=random.randrange(2, 9), minute=random.randrange(60))
    return max(office, at + timedelta(minutes=20))


def _ending(life: str, step: Step, category: dict[str, Any], kind: dict[str, Any]) -> Step:
    phrases = load_phrases()
    agency = category.get("agency", "องค์การบริหารส่วนจังหวัด")
    if life in ("done", "done_at_once"):
        return Step(step.at, step.state, kind["done"], outcome=Outcome.DONE)
    if life == "not_ours":
        return Step(step.at, step.state, phrases["not_ours"], outcome=Outcome.NOT_OURS, agency=agency)
    if life == "cannot":
        return Step(step.at, step.state, phrases["cannot"], outcome=Outcome.CANNOT)
    if life == "in_plan":
        year = step.at.year + 543 + 1
        return Step(step.at, step.state, phrases["in_plan"], outcome=Outcome.IN_PLAN, plan_year=year)
    if life == "forwarded":
        return Step(step.at, step.state, step.note, agency=agency)
    return step


def _is_end(step: Step) -> bool:
    return step.state in (ReportState.FINISHED, ReportState.IRRELEVANT)


# ── who told ──────────────────────────────────────────────────────────────────────────────────────


def _times(
    random: Random, rounds: list[tuple[datetime, list[Step]]], now: datetime, count: int
) -> Iterator[datetime]:
    """Yield when further voices speak: who begins a later round (or the first of all again), and while it is open."""
    returns = [begin for begin, _steps in rounds[1:]][:count]
    yield from returns
    for _ in range(count - len(returns)):
        begin, steps = random.choice(rounds)
        until = steps[-1].at if steps and _is_end(steps[-1]) else now
        yield begin + (until - begin) * random.random() ** 1.6


def _voice(
    random: Random,
    said: list[str],
    *,
    place: int,
    at: datetime,
    house: HouseSketch,
    days: int,
    again: bool,
) -> Voice:
    phrases, names = load_phrases(), load_names()
    channel = random.choices([c for c, _ in CHANNELS], [w for _, w in CHANNELS])[0]
    given = random.choice(names["given"][random.choice(("male", "female"))]["middle"])
    text = (random.choice(phrases["again"]) if again else "") + said[place % len(said)]
    text = text.format(
        road=house.area.road,
        lane=f"{house.lane} " if house.lane else f"ถนน{house.area.road} ",
        area=house.area.name,
        days=days,
        number=house.number,
    )
    is_known = channel not in (Channel.TRAFFY,) and random.random() >= WITHOUT_NAME
    return Voice(
        at=at,
        channel=channel,
        text=" ".join((text + random.choice(phrases["endings"])).split()),
        name=f"{given} {random.choice(names['family'])}" if is_known else "",
        # No exchange begins with 0, so nobody has this number.
        phone=f"053000{random.randrange(1_000):03d}" if is_known else "",
        east=random.gauss(0, 6e-5),
        north=random.gauss(0, 6e-5),
        is_placed=random.random() >= WITHOUT_POINT,
        told_before=random.choice((True, False, None, None)),
        rating=random.choices((1, 2, 3, 4, 5), (4, 5, 15, 36, 40))[0] if random.random() < RATED else None,
    )
