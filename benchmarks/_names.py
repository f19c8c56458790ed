"""วัดการค้นหา: names with typing errors among a million persons in 20 towns."""

from random import Random

from _city import Site
from _measure import Report, alternate, median
from _people import TOWN_ID, worker
from django.db import connection

from cddp.foundation.tenancy.current import town_context
from cddp.registers.residents.models import Person
from cddp.registers.residents.queries.finding import find_anything, find_people
from cddp.registers.residents.rules.finding import read_query

NAMES = 60
SEARCH_MS = 20
FOUND_SHARE = 0.95
TONES = "่้๊๋"


def measure(report: Report, site: Site) -> None:
    """The query alone, all that one box looks for, and how often the wanted person is among the first 20."""
    user, random = worker(), Random(2569)
    with town_context(TOWN_ID):
        persons = list(Person.objects.order_by("id").only("given_name", "family_name")[: NAMES * 700 : 700])
    wanted = [(each, mistyped(random, f"{each.given_name} {each.family_name}")) for each in persons]

    def search(text: str) -> bool:
        with town_context(TOWN_ID):
            return any(True for _ in find_people(user, read_query(text))[:20])

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    people = [
        ms
        for _, text in wanted
        for ms in alternate({"q": lambda t=text: search(t)}, rounds=2, warm_up=1)["q"]
    ]
    whole = [
        ms
        for _, text in wanted
        for ms in alternate({"q": lambda t=text: box(user, t)}, rounds=2, warm_up=1)["q"]
    ]
    found = sum(each.pk in box(user, text) for each, text in wanted) / len(wanted)
    report.at_most("name_search", median(people), "ms", SEARCH_MS, {"query": people})
    report.told("name_search_slowest_tenth", sorted(people)[int(len(people) * 0.9)], "ms")
    report.told("name_search_whole_box", median(whole), "ms", {"box": whole})
    report.at_least("name_search_found_share", found, "of_1", FOUND_SHARE)


def box(user: object, text: str) -> set[object]:
    """Return the ids of the persons that one search box finds."""
    with town_context(TOWN_ID):
        return {person.pk for person in find_anything(user, text).people}


def mistyped(random: Random, name: str) -> str:
    """Return the name with one mistake as people make them: a tone mark, a letter dropped, doubled or swapped."""
    kind = random.randrange(4)
    if kind == 0:
        without = "".join(sign for sign in name if sign not in TONES)
        return without if without != name else name.replace(" ", "", 1)
    place = random.randrange(1, len(name) - 2)
    if kind == 1:
        return name[:place] + name[place + 1 :]
    if kind == 2:
        return name[: place + 1] + name[place] + name[place + 1 :]
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
