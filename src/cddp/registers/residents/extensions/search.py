"""ผลการค้นหาของทะเบียนในช่องค้นหารวม."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.extension_points import SearchProvider, SearchResult, search_providers
from cddp.registers.residents.models import Person
from cddp.registers.residents.queries.finding import find_houses, find_people, home_of, with_homes
from cddp.registers.residents.rules.finding import read_query


def _find_people(user: User, text: str, limit: int) -> Iterable[SearchResult]:
    people = list(with_homes(find_people(user, read_query(text)))[:limit])
    audit.record_looks("residents.person.listed", Person, [person.pk for person in people], purpose="ค้นหา")
    for person in people:
        stay = home_of(person)
        yield SearchResult(
            person.full_name,
            f"บ้านเลขที่ {stay.household.house}" if stay else "",
            reverse("residents:person", args=[person.pk]),
            "user-round",
        )


def _find_houses(user: User, text: str, limit: int) -> Iterable[SearchResult]:
    for house in find_houses(user, read_query(text)).select_related("area")[:limit]:
        yield SearchResult(
            f"บ้านเลขที่ {house.number}",
            str(house.area or ""),
            reverse("residents:house", args=[house.pk]),
            "house",
        )


search_providers.add(
    SearchProvider("residents.people", _("บุคคล"), "residents.view_person", _find_people, order=10)
)
search_providers.add(SearchProvider("residents.houses", _("บ้าน"), "residents.view", _find_houses, order=20))
