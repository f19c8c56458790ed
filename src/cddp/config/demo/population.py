"""ประชากรสมมติ: people whose ages follow the real pyramid, put together into households.

Plain values; the same random numbers give the same people.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Final, Literal

import yaml

from cddp.config.demo.towns import REFERENCE

Sex = Literal["male", "female"]
Role = Literal["head", "spouse", "child", "parent", "relative", "occupant"]
BAND_YEARS: Final = 5
ADULT_FROM: Final = 20
ELDERLY_FROM: Final = 60
# Chance to live with a spouse, by the head's age (up to this age, chance).
_SPOUSE_CHANCE: Final = ((29, 0.45), (39, 0.62), (59, 0.70), (74, 0.55), (120, 0.32))
_HEAD_WEIGHT: Final = ((24, 0.08), (29, 0.25), (39, 0.7), (59, 1.0), (79, 1.0), (120, 0.55))
TRIES: Final = 14
MOST_CHILDREN: Final = 4


@dataclass(slots=True)
class Resident:
    """คนหนึ่งคน: age in years, sex, and the role in the household."""

    age: int
    sex: Sex
    role: Role = "head"
    is_married: bool = False


@dataclass(slots=True)
class Family:
    """ครัวเรือนหนึ่ง: the head first."""

    members: list[Resident] = field(default_factory=list)
    children: int = 0

    @property
    def head(self) -> Resident:
        """Return the head of the household."""
        return self.members[0]

    def add(self, resident: Resident, role: Role) -> None:
        """Take a person in."""
        resident.role = role
        self.members.append(resident)


@cache
def load_pyramid() -> list[tuple[int, Sex, float]]:
    """Return (first year of the band, sex, share 0–1); the shares add up to 1."""
    bands = yaml.safe_load((REFERENCE / "age_pyramid.yaml").read_text(encoding="utf-8"))["bands"]
    return [(band["from_age"], sex, band[sex]) for band in bands for sex in ("male", "female")]


def draw_people(random: Random, count: int, *, adults_only: bool = False) -> list[Resident]:
    """Return people whose bands and sexes follow the pyramid to the person."""
    shares = [part for part in load_pyramid() if part[0] >= ADULT_FROM or not adults_only]
    whole = sum(share for _, _, share in shares)
    people: list[Resident] = []
    owed = 0.0
    for from_age, sex, share in shares:
        owed += count * share / whole
        # Rounding is carried on, so that the parts add up to `count`.
        here = round(owed) - len(people)
        people += [Resident(from_age + int(random.random() * BAND_YEARS), sex) for _ in range(here)]
    random.shuffle(people)
    return people


def form_families(random: Random, people: list[Resident], count: int) -> list[Family]:
    """Return `count` households that hold all the people, each with an adult head while adults last."""
    heads, others = _choose_heads(random, people, count)
    families = [Family([head]) for head in heads]
    adults = AdultsByAge([one for one in others if one.age >= ADULT_FROM])
    for family in families:
        _find_spouse(random, family, adults)
    placing = _Placing(random, families)
    for child in (one for one in others if one.age < ADULT_FROM):
        placing.place_child(child)
    for adult in adults.left():
        placing.place_adult(adult)
    return families


def _by_age(table: tuple[tuple[int, float], ...], age: int) -> float:
    return next(value for up_to, value in table if age <= up_to)


def _choose_heads(
    random: Random, people: list[Resident], count: int
) -> tuple[list[Resident], list[Resident]]:
    weights = {age: _by_age(_HEAD_WEIGHT, age) if age >= ADULT_FROM else 1e-9 for age in range(111)}
    # Weighted choice without putting back (Efraimidis and Spirakis): the largest of u ** (1 / weight).
    keys = [random.random() ** (1 / weights[one.age]) for one in people]
    order = sorted(range(len(people)), key=keys.__getitem__, reverse=True)
    chosen = set(order[:count])
    return (
        [one for place, one in enumerate(people) if place in chosen],
        [one for place, one in enumerate(people) if place not in chosen],
    )


class AdultsByAge:
    """ผู้ใหญ่ที่ยังไม่มีบ้าน: sorted by sex and age, so that a spouse of a wanted age is found quickly."""

    def __init__(self, adults: list[Resident]) -> None:
        self._waiting: dict[Sex, list[Resident]] = {
            sex: sorted((one for one in adults if one.sex == sex), key=lambda one: one.age)
            for sex in ("male", "female")
        }

    def take(self, sex: Sex, age: int, within: int) -> Resident | None:
        """Take out somebody of this sex whose age is nearest to `age`, at most `within` years away."""
        waiting = self._waiting[sex]
        place = bisect_left(waiting, age, key=lambda one: one.age)
        near = [spot for spot in (place - 1, place) if 0 <= spot < len(waiting)]
        best = min(near, key=lambda spot: abs(waiting[spot].age - age), default=None)
        if best is None or abs(waiting[best].age - age) > within:
            return None
        return waiting.pop(best)

    def left(self) -> list[Resident]:
        """Return those who are still waiting, the oldest first."""
        return sorted(self._waiting["male"] + self._waiting["female"], key=lambda one: -one.age)


def _find_spouse(random: Random, family: Family, adults: AdultsByAge) -> None:
    head = family.head
    if head.age < ADULT_FROM or random.random() > _by_age(_SPOUSE_CHANCE, head.age):
        return
    wanted: Sex = "female" if head.sex == "male" else "male"
    gap = round(random.gauss(2.5, 3.0)) * (-1 if head.sex == "male" else 1)
    spouse = adults.take(wanted, max(ADULT_FROM, head.age + gap), within=9)
    if spouse is not None:
        head.is_married = spouse.is_married = True
        family.add(spouse, "spouse")


class _Placing:
    """การจัดคนเข้าบ้าน: children to parents or grandparents, the old to their children, others to kin."""

    def __init__(self, random: Random, families: list[Family]) -> None:
        self._random = random
        self._families = families
        self._parents = [f for f in families if 22 <= f.head.age <= 59]
        self._grandparents = [f for f in families if 50 <= f.head.age <= 82]
        self._middle_aged = [f for f in families if 28 <= f.head.age <= 64]

    def place_child(self, child: Resident) -> None:
        """Give a child parents of a fitting age, else grandparents."""
        family = self._find(self._parents, lambda f: self._may_be_child(f, child))
        if family is not None:
            family.children += 1
            family.add(child, "child")
            return
        family = self._find(self._grandparents, lambda f: f.head.age - child.age >= 38 and f.children < 2)
        (family or self._any()).add(child, "relative")

    def place_adult(self, adult: Resident) -> None:
        """Let the old live with their grown children, and grown children with their parents."""
        if adult.age >= 48:
            family = self._find(self._middle_aged, lambda f: 18 <= adult.age - f.head.age <= 42)
            role: Role = "parent"
        else:
            family = self._find(self._grandparents, lambda f: 19 <= f.head.age - adult.age <= 42)
            role = "child"
        if family is None or sum(one.role == role for one in family.members) >= 2:
            family, role = self._any(), "relative" if self._random.random() < 0.8 else "occupant"
        family.add(adult, role)

    def _may_be_child(self, family: Family, child: Resident) -> bool:
        full = family.children >= MOST_CHILDREN or (family.children >= 2 and self._random.random() < 0.7)
        # Most children live with two parents; every fifth or so with one.
        fitting = family.head.is_married or self._random.random() < 0.22
        youngest = min(one.age for one in family.members[:2])
        return not full and fitting and youngest - child.age >= 18 and family.head.age - child.age <= 45

    def _find(self, families: list[Family], is_fit: Callable[[Family], bool]) -> Family | None:
        for _ in range(TRIES if families else 0):
            family = self._random.choice(families)
            if is_fit(family):
                return family
        return None

    def _any(self) -> Family:
        return self._random.choice(self._families)
