"""ข้อเท็จจริงสมมติ: what surveys, carers and officers stated about the houses and people of a demo town."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from cddp.config.demo.invention import RowIds
from cddp.config.demo.population import ELDERLY_FROM
from cddp.config.demo.registry import HouseSketch, ResidentSketch
from cddp.foundation.tenancy.bulk import copy_into
from cddp.registers.residents.choices import FactSource
from cddp.registers.residents.models import Fact, FactType
from cddp.registers.residents.services.current_facts import keep_newest

DAYS: Final = 730
FACT_COLUMNS: Final = (
    "id", "municipality_id", "fact_type_id", "level", "subject_id", "value", "source", "observed_at",
    "recorded_at", "note",
)  # fmt: skip
# (key, share of houses or households asked, values with their weights)
HOUSE_CHOICES: Final = (
    ("water_supply", 0.62, {"mains": 71, "well": 23, "rain": 4, "none": 2}),
    ("house_condition", 0.45, {"sound": 79, "worn": 17, "unsafe": 4}),
)
LIVELIHOOD: Final = ("livelihood_assets", 0.42, {"enough": 50, "some": 38, "none": 12})
# By age: red (bedridden), yellow, green, grey (never assessed). Red comes to about 1 % of all people.
COLOURS: Final = ("red", "yellow", "green", "grey")
COLOUR_WEIGHTS: Final = ((69, (1, 7, 80, 12)), (79, (4, 18, 68, 10)), (120, (13, 36, 43, 8)))


@dataclass(frozen=True, slots=True)
class Statement:
    """ถ้อยแถลงหนึ่งข้อ: key of the fact type, the subject's row id, the value, and how it became known."""

    key: str
    subject_id: str
    value: Any
    source: FactSource
    days_ago: float


def make_facts(
    random: Random,
    ids: RowIds,
    houses: list[HouseSketch],
    residents: list[ResidentSketch],
    now: datetime,
) -> int:
    """Add facts and their current values to the current town; return how many facts."""
    types = {each.key: each for each in FactType.objects.all()}
    statements = [each for each in _state_all(random, houses, residents) if each.key in types]
    facts = [_fact(ids, types[each.key], each, now) for each in statements]
    rows = (
        (
            fact.pk.hex, fact.municipality_id, fact.fact_type_id, fact.level, fact.subject_id,
            json.dumps(fact.value), fact.source, fact.observed_at, fact.recorded_at, "",
        )
        for fact in facts
    )  # fmt: skip
    copy_into(Fact, FACT_COLUMNS, rows)
    keep_newest(facts)
    return len(facts)


def _fact(ids: RowIds, fact_type: FactType, statement: Statement, now: datetime) -> Fact:
    observed_at = now - timedelta(days=statement.days_ago)
    return Fact(
        id=UUID(ids.next()),
        fact_type=fact_type,
        level=fact_type.level,
        subject_id=UUID(statement.subject_id),
        value=statement.value,
        source=statement.source,
        observed_at=observed_at,
        # Paper forms are typed in within days.
        recorded_at=min(now, observed_at + timedelta(days=statement.days_ago % 6)),
    )


def _state_all(
    random: Random, houses: list[HouseSketch], residents: list[ResidentSketch]
) -> Iterator[Statement]:
    by_house: dict[str, list[ResidentSketch]] = defaultdict(list)
    for sketch in residents:
        by_house[sketch.house.id].append(sketch)
    for house in houses:
        # One visit asks everything, so that the facts of a house bear one day.
        visit = DAYS * random.random() ** 1.6
        yield from _of_house(random, house, by_house[house.id], visit)
        yield from _of_people(random, by_house[house.id], visit)


def _of_house(
    random: Random, house: HouseSketch, members: list[ResidentSketch], visit: float
) -> Iterator[Statement]:
    survey = FactSource.SURVEY
    if random.random() < 0.85:
        elderly = sum(one.resident.age >= ELDERLY_FROM for one in members)
        yield Statement("elderly_in_house", house.id, elderly, survey, visit)
        if elderly and random.random() < 0.25:
            yield Statement("elderly_in_house", house.id, elderly - 1, survey, min(DAYS, visit + 240))
        yield Statement("household_size", house.household_id, len(members), survey, visit)
    for key, share, weights in HOUSE_CHOICES:
        if random.random() < share:
            yield Statement(key, house.id, _pick(random, weights), survey, visit)
    key, share, weights = LIVELIHOOD
    if random.random() < share:
        yield Statement(key, house.household_id, _pick(random, weights), FactSource.OFFICER, visit * 0.8)


def _of_people(random: Random, members: list[ResidentSketch], visit: float) -> Iterator[Statement]:
    head = members[0]
    if len(members) == 1 and head.resident.age >= ELDERLY_FROM:
        yield Statement("living_alone", head.id, True, FactSource.SURVEY, visit)
    has_children = any(one.resident.age < 18 and one.resident.role == "child" for one in members)
    if has_children and head.resident.sex == "female" and not head.resident.is_married:
        yield Statement("single_mother", head.id, True, FactSource.SURVEY, visit)
    for one in members:
        if one.resident.age < ELDERLY_FROM or random.random() > 0.8:
            continue
        weights = next(weights for up_to, weights in COLOUR_WEIGHTS if one.resident.age <= up_to)
        colour = random.choices(COLOURS, weights)[0]
        assessed = DAYS * random.random() ** 1.9
        yield Statement("vulnerability_colour", one.id, colour, FactSource.CARE, assessed)
        if colour in ("red", "yellow") and assessed < DAYS - 200 and random.random() < 0.5:
            before = "yellow" if colour == "red" else "green"
            yield Statement("vulnerability_colour", one.id, before, FactSource.CARE, assessed + 190)


def _pick(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]
