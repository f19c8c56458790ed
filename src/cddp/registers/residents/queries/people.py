"""อ่านรายชื่อบุคคล: the rows of the list of persons and their filters."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from cddp.foundation.accounts.models import User
from cddp.registers.residents.choices import RegistryState
from cddp.registers.residents.models import CurrentFact, FactType, HouseholdMembership, Person
from cddp.registers.residents.queries.finding import with_homes
from cddp.registers.residents.rules.ages import AgeBand


def list_people(user: User) -> QuerySet[Person]:
    """Return persons that this person may see, with where they live now; merged rows are left out."""
    return with_homes(Person.objects.visible_to(user).exclude(state=RegistryState.MERGED))


def of_age(people: QuerySet[Person], bands: Sequence[AgeBand], on: date) -> QuerySet[Person]:
    """Narrow persons to bands of age on a day."""
    wanted = Q(pk__in=[])
    for band in bands:
        first, last = band.born_between(on)
        wanted |= Q(birth_date__lte=last) & (Q(birth_date__gte=first) if first else Q())
    return people.filter(wanted)


def living_in(
    people: QuerySet[Person], *, area_ids: Sequence[str] = (), kinds: Sequence[str] = ()
) -> QuerySet[Person]:
    """Narrow persons to those registered or living now in these areas, in these ways."""
    stays = HouseholdMembership.objects.filter(person_id=OuterRef("pk"), ended_on=None)
    if area_ids:
        stays = stays.filter(household__house__area_id__in=area_ids)
    if kinds:
        stays = stays.filter(kind__in=kinds)
    return people.filter(Exists(stays))


def with_stale_fact(rows: QuerySet[Person], fact_type: FactType, today: date) -> QuerySet[Person]:
    """Narrow rows to those whose current value of a type is older than it should be."""
    stale = CurrentFact.objects.filter(fact_type=fact_type, subject_id=OuterRef("pk"), stale_on__lte=today)
    return rows.filter(Exists(stale))
