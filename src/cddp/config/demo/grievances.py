"""เรื่องร้องเรียนสมมติ: what people of a demo town told the counter over the last two years."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final
from uuid import UUID

import yaml
from django.contrib.gis.geos import Point

from cddp.config.demo.invention import RowIds
from cddp.config.demo.registry import HouseSketch
from cddp.config.demo.towns import REFERENCE
from cddp.operations.complaints.choices import Channel, ReportState
from cddp.operations.complaints.models import Category, Intake, Report, ReportStatus
from cddp.operations.complaints.rules.traffy import content_hash
from cddp.operations.complaints.services.categories import set_up_categories
from cddp.operations.complaints.services.fast_rows import copy_objects
from cddp.operations.complaints.services.portions import search_text_of

DAYS: Final = 730
HOUSES_PER_COMPLAINT: Final = 6
MOST_COMPLAINTS: Final = 2_000
WITHOUT_POINT: Final = 0.06
# The order of states that each kind of ending passes through.
PATHS: Final[dict[str, tuple[ReportState, ...]]] = {
    "waiting": (),
    "taken": (ReportState.TRIAGED,),
    "under_way": (ReportState.TRIAGED, ReportState.IN_PROGRESS),
    "followed": (ReportState.TRIAGED, ReportState.IN_PROGRESS, ReportState.FOLLOW_UP),
    "forwarded": (ReportState.TRIAGED, ReportState.FORWARDED),
    "done": (ReportState.TRIAGED, ReportState.IN_PROGRESS, ReportState.FINISHED),
    "done_at_once": (ReportState.TRIAGED, ReportState.FINISHED),
    "not_ours": (ReportState.IRRELEVANT,),
}
FRESH_DAYS: Final = 45
FRESH_WEIGHTS: Final = (30, 18, 22, 5, 5, 12, 6, 2)
OLD_WEIGHTS: Final = (2, 1, 4, 3, 8, 52, 24, 6)


@dataclass(frozen=True)
class Telling:
    """เรื่องที่เล่า: one complaint before it becomes rows."""

    category: str
    text: str
    house: HouseSketch
    at: datetime
    path: tuple[ReportState, ...]


@cache
def load_phrases() -> dict[str, Any]:
    """Return {"endings", "notes", "categories": {key: {"weight", "phrases"}}}."""
    written: dict[str, Any] = yaml.safe_load((REFERENCE / "grievances.yaml").read_text(encoding="utf-8"))
    return written


def make_complaints(random: Random, ids: RowIds, houses: list[HouseSketch], now: datetime) -> int:
    """Add complaints to the current town; return how many."""
    set_up_categories()
    categories = dict(Category.objects.values_list("key", "id"))
    count = min(MOST_COMPLAINTS, max(1, len(houses) // HOUSES_PER_COMPLAINT))
    tellings = sorted((_tell(random, houses, now) for _ in range(count)), key=lambda telling: telling.at)
    intakes, reports, statuses = list[Intake](), list[Report](), list[ReportStatus]()
    for place, telling in enumerate(tellings, start=1):
        number = f"{telling.at.year + 543 - 2500}-{place:04d}"
        intake = _intake(ids, telling, number)
        report = _report(random, ids, telling, intake, categories.get(telling.category))
        steps = _statuses(random, ids, telling, report, now)
        report.state, report.updated_at = steps[-1].state, steps[-1].at
        report.finished_at = report.updated_at if report.state == ReportState.FINISHED else None
        if report.finished_at and random.random() < 0.3:
            report.rating = random.choices((1, 2, 3, 4, 5), (4, 5, 15, 36, 40))[0]
        intakes.append(intake)
        reports.append(report)
        statuses += steps
    copy_objects(intakes)
    copy_objects(reports)
    copy_objects(statuses)
    return count


def _tell(random: Random, houses: list[HouseSketch], now: datetime) -> Telling:
    written = load_phrases()["categories"]
    category = random.choices(list(written), [each["weight"] for each in written.values()])[0]
    house = random.choice(houses)
    # A little more is told each month, as people learn of it.
    days_ago = DAYS * (1 - random.random() ** 0.75)
    at = (now - timedelta(days=days_ago)).replace(hour=random.randrange(1, 14), minute=random.randrange(60))
    at = min(at, now - timedelta(minutes=30))
    weights = FRESH_WEIGHTS if days_ago < FRESH_DAYS else OLD_WEIGHTS
    path = PATHS[random.choices(list(PATHS), weights)[0]]
    return Telling(category, _words(random, written[category]["phrases"], house), house, at, path)


def _words(random: Random, phrases: list[str], house: HouseSketch) -> str:
    text = random.choice(phrases).format(
        road=house.area.road,
        lane=f"{house.lane} " if house.lane else f"ถนน{house.area.road} ",
        area=house.area.name,
        days=random.randrange(2, 15),
        number=house.number,
    )
    return " ".join((text + random.choice(load_phrases()["endings"])).split())


def _intake(ids: RowIds, telling: Telling, number: str) -> Intake:
    return Intake(
        id=UUID(ids.next()),
        channel=Channel.COUNTER,
        external_id=number,
        payload={"number": number, "text": telling.text, "demo": True},
        received_at=telling.at,
    )


def _report(
    random: Random, ids: RowIds, telling: Telling, intake: Intake, category_id: UUID | None
) -> Report:
    house = telling.house
    address = f"{house.area.name} ถนน{house.area.road} {house.lane}".strip()
    placed = random.random() >= WITHOUT_POINT
    # People point at the street, not at their own door.
    near = Point(house.lon + random.gauss(0, 9e-5), house.lat + random.gauss(0, 9e-5), srid=4326)
    return Report(
        id=UUID(ids.next()),
        intake=intake,
        channel=Channel.COUNTER,
        number=intake.external_id,
        description=telling.text,
        category_id=category_id,
        point=near if placed else None,
        address=address,
        requested_at=telling.at,
        updated_at=telling.at,
        content_hash=content_hash(intake.payload),
        search_text=search_text_of(intake.external_id, telling.text, address),
    )


def _statuses(
    random: Random, ids: RowIds, telling: Telling, report: Report, now: datetime
) -> list[ReportStatus]:
    at, statuses = telling.at, []
    for state in (ReportState.RECEIVED, *telling.path):
        if at > now:
            break
        statuses.append(
            ReportStatus(
                id=UUID(ids.next()),
                report=report,
                state=state,
                note=load_phrases()["notes"].get(state.value, ""),
                at=at,
                recorded_at=at,
            )
        )
        at += timedelta(hours=random.expovariate(1 / 60) + 0.5)
    return statuses
