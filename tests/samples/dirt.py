"""ความสกปรกของข้อมูล: what goes wrong in real registers, dealt out at the rates measured in a Lamphun town.

Rates: 14.5 % of 13-digit numbers fail the check, 24 % of households have no coordinates, phones lost their leading 0,
house codes hold letters (PROVENANCE.md of the shared data); the others are guesses, small on purpose.
"""

from collections.abc import Sequence
from random import Random

from tests.samples.townsfolk import House, Person, Town

CHECKSUM_SHARE = 0.145
NO_POINT_SHARE = 0.24


def pick(draw: Random, items: Sequence, share: float, *, least: int = 1) -> list:
    """Draw an exact share of the items."""
    return draw.sample(list(items), min(len(items), max(least, round(len(items) * share))))


def soil_people(town: Town, people: Sequence[Person]) -> None:
    """Spoil what the register itself holds of these people; it stays spoilt in every later extract."""
    draw = town.random
    for person in pick(draw, people, 0.01):
        person.written_id, person.citizen_id = "", ""
        person.dirt.add("id_missing")
    numbered = [person for person in people if person.written_id]
    for person in pick(draw, numbered, 0.003):
        digits = person.written_id
        person.written_id = f"{digits[0]}.{digits[1:6]}E+12"
        person.dirt.add("id_damaged")
    for person in pick(draw, [person for person in numbered if "E" not in person.written_id], 0.002):
        person.written_id = person.written_id[: draw.randrange(9, 12)]
        person.dirt.add("id_length")
    whole = [person for person in numbered if len(person.written_id) == 13 and person.written_id.isdigit()]
    for person in pick(draw, whole, CHECKSUM_SHARE):
        person.written_id = town.wrong_id(person.written_id)
        person.dirt.add("id_checksum")
    sound = [person for person in whole if "id_checksum" not in person.dirt]
    for person, victim in zip(
        *[iter(pick(draw, sound, 0.001, least=4)[: len(sound) // 2 * 2])] * 2, strict=False
    ):
        # Two people under one number: whom the next extract means, a machine cannot know.
        person.written_id, person.citizen_id = victim.written_id, ""
        person.dirt.add("id_shared")
        victim.dirt.add("id_shared")
    _soil_births(draw, people)
    _soil_names(draw, people)


def _soil_births(draw: Random, people: Sequence[Person]) -> None:
    for person in [person for person in people if person.born.year < 1952 and draw.random() < 0.12]:
        person.born_precision = draw.choice(("year", "year", "month"))
        old = person.born.year < 1941
        first_month = 4 if old and person.born_precision == "year" else person.born.month
        first_month = 1 if person.born_precision == "year" and not old else first_month
        person.born = person.born.replace(day=1, month=first_month)
        person.dirt.add("birth_partial")
    known = [person for person in people if person.born_precision == "day"]
    for person in pick(draw, known, 0.005):
        person.dirt.add("birth_missing")
    for person in pick(draw, [person for person in known if "birth_missing" not in person.dirt], 0.001):
        person.dirt.add("birth_impossible")


def _soil_names(draw: Random, people: Sequence[Person]) -> None:
    for person in pick(draw, people, 0.004):
        person.family = ""
        person.dirt.add("family_missing")
    for person in pick(draw, people, 0.002):
        person.given = ""
        person.dirt.add("given_missing")
    for person in pick(draw, [person for person in people if person.given], 0.04):
        person.dirt.add("name_untidy")
    for person in pick(draw, people, 0.03):
        person.type_area = ""
        person.dirt.add("type_area_missing")


def soil_houses(town: Town, houses: Sequence[House]) -> None:
    """Spoil codes, points and phones of these houses; it stays spoilt in every later extract."""
    draw = town.random
    for house in pick(draw, houses, NO_POINT_SHARE):
        house.latitude = house.longitude = ""
        house.dirt.add("point_missing")
    pointed = [house for house in houses if house.latitude]
    for house in pick(draw, pointed, 0.005):
        house.latitude, house.longitude = house.longitude, house.latitude
        house.dirt.add("point_swapped")
    for house in pick(draw, [house for house in pointed if not house.dirt], 0.003):
        house.latitude, house.longitude = "0", "0"
        house.dirt.add("point_outside")
    for house in pick(draw, houses, 0.02):
        at = draw.randrange(4, 10)
        house.written_code = house.code[:at] + draw.choice("ABกขOl") + house.code[at + 1 :]
        house.dirt.add("code_letters")
    for house in pick(draw, [house for house in houses if "code_letters" not in house.dirt], 0.01):
        house.written_code = ""
        house.dirt.add("code_missing")
    _soil_phones(draw, houses)


def _soil_phones(draw: Random, houses: Sequence[House]) -> None:
    for house in houses:
        luck = draw.random()
        if luck < 0.30:
            house.phone = ""
            house.dirt.add("phone_missing")
        elif luck < 0.75:
            house.phone = house.phone[1:]
            house.dirt.add("phone_lost_zero")
        elif luck < 0.85:
            house.phone = f"{house.phone[:3]}-{house.phone[3:6]}-{house.phone[6:]}"
        elif luck < 0.88:
            house.phone = house.phone[:7]
            house.dirt.add("phone_length")
        elif luck < 0.90:
            house.phone = f"{house.phone}, 053{draw.randrange(10**6):06d}"


def untidy(draw: Random, name: str, *, legacy: bool) -> str:
    """Return a name with what spreadsheets leave in it; `legacy`: only signs that TIS-620 can hold."""
    ways = [f"{name} ", f" {name}", f"{name}\u00a0"]
    if "ำ" in name:
        ways.append(name.replace("ำ", "ํา"))
    if "แ" in name:
        ways.append(name.replace("แ", "เเ"))
    if "์" in name:
        ways.append(name.replace("์", "์์"))
    if not legacy:
        ways += [f"\u200b{name}", f"{name[:1]}\ufeff{name[1:]}"]
    return draw.choice(ways)
