"""สารสกัดรุ่นหลัง: five months later: who was born, died, came, left, moved or was corrected."""

import datetime as dt

from tests.samples.dirt import pick, soil_houses, soil_people
from tests.samples.townsfolk import EXTRACT_DATE, LATER_DATE, SURNAMES, Person, Town


def let_time_pass(town: Town) -> tuple[list[Person], dict[str, list[int]]]:
    """Change the town and return who stands in the later extract, and what happened, by the people's keys.

    born, moved_in: new rows. died, moved_out: rows with that status and date. gone: left the file without a word.
    moved_within: another house. corrected: another spelling, family name or title. All others are unchanged.
    """
    draw = town.random
    before = list(town.people)
    free = [
        person
        for person in before
        if not person.dirt & {"id_missing", "id_damaged", "id_length", "id_shared", "given_missing"}
    ]
    draw.shuffle(free)
    changes: dict[str, list[int]] = {}

    def take(name: str, share: float) -> list[Person]:
        size = max(2, round(len(before) * share))
        taken = [free.pop() for _ in range(size)]
        changes[name] = sorted(person.key for person in taken)
        return taken

    for person in take("died", 0.006):
        person.status, person.died = "ตาย", EXTRACT_DATE + dt.timedelta(days=draw.randrange(1, 150))
    for person in take("moved_out", 0.008):
        person.status = "ย้ายออก"
    gone = {person.key for person in take("gone", 0.004)}
    for person in take("moved_within", 0.006):
        person.house = draw.choice(
            [house for house in town.houses if house.moo and house is not person.house]
        )
        person.is_head, person.moved_in = False, EXTRACT_DATE + dt.timedelta(days=draw.randrange(1, 150))
    for place, person in enumerate(take("corrected", 0.01)):
        person.family = draw.choice([name for name in SURNAMES if name != person.family])
        person.dirt.discard("family_missing")
        if place % 3 == 0 and person.title == "นางสาว":
            person.title = "นาง"
    new = _newcomers(town, changes, len(before))
    soil_people(town, new)
    return [person for person in before if person.key not in gone] + new, changes


def _newcomers(town: Town, changes: dict[str, list[int]], size: int) -> list[Person]:
    draw = town.random
    homes = [house for house in town.houses if house.moo]
    born = [
        town.add_person(draw.choice(homes), EXTRACT_DATE + dt.timedelta(days=draw.randrange(1, 150)))
        for _ in range(max(2, round(size * 0.004)))
    ]
    for child in born:
        child.moved_in = child.born
    houses = [town.add_house() for _ in range(max(2, len(homes) // 200))]
    soil_houses(town, houses)
    came = [
        town.add_person(draw.choice(houses if draw.random() < 0.5 else homes), town.birthday())
        for _ in range(max(4, round(size * 0.008)))
    ]
    for person in came:
        person.moved_in = LATER_DATE - dt.timedelta(days=draw.randrange(1, 150))
    for house in houses:
        first = next((person for person in came if person.house is house), None)
        if first is not None:
            first.is_head = True
    changes["born"] = [person.key for person in born]
    changes["moved_in"] = [person.key for person in came]
    return born + came


def repeat_some(town: Town, people: list[Person], share: float = 0.005) -> list[tuple[Person, bool]]:
    """Return the people in a new order, some of them twice; the second time is marked True."""
    draw = town.random
    order = list(people)
    draw.shuffle(order)
    lines = [(person, False) for person in order]
    for person in pick(draw, order, share):
        first = next(place for place, (other, _) in enumerate(lines) if other is person)
        lines.insert(draw.randrange(first + 1, len(lines) + 1), (person, True))
    return lines
