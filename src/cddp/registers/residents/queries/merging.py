"""อ่านการรวมรายการ: which rows a kept row stands for."""

from uuid import UUID

from django.db.models import QuerySet

from cddp.registers.residents.choices import FactLevel
from cddp.registers.residents.models import House, Household, Merge, Person

MODEL_OF: dict[str, type[House] | type[Household] | type[Person]] = {
    FactLevel.HOUSE: House,
    FactLevel.HOUSEHOLD: Household,
    FactLevel.PERSON: Person,
}


def level_of(subject: House | Household | Person) -> FactLevel:
    """Return the level of statements about this kind of row."""
    return {House: FactLevel.HOUSE, Household: FactLevel.HOUSEHOLD, Person: FactLevel.PERSON}[type(subject)]


def list_ids_stood_for(subject: House | Household | Person) -> list[UUID]:
    """Return the id of the row and of all rows absorbed by it, also by way of others."""
    ids, newest = [subject.pk], [subject.pk]
    while newest:
        rows = type(subject).objects.filter(merged_into__in=newest)
        newest = list(rows.values_list("pk", flat=True))
        ids += newest
    return ids


def list_open_merges(subject: House | Household | Person) -> QuerySet[Merge]:
    """Return the merges into this row that can still be undone, newest first."""
    return Merge.objects.filter(kept_id=subject.pk, undone_at=None)
