"""ตัวเลขของทะเบียน: counts behind the dashboards, of the town or of one area, on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from cddp.foundation.accounts.models import User
from cddp.registers.residents.choices import MembershipKind, RegistryState, VitalState
from cddp.registers.residents.models import (
    Area,
    CurrentFact,
    Fact,
    FactType,
    House,
    HouseholdMembership,
)
from cddp.registers.residents.rules.ages import AgeBand


def list_registered(user: User, area_code: str, on: date) -> QuerySet[HouseholdMembership]:
    """Return the registrations that hold on a day, of living persons in houses this person may see."""
    stays = HouseholdMembership.objects.filter(
        Q(started_on=None) | Q(started_on__lte=on),
        Q(ended_on=None) | Q(ended_on__gt=on),
        kind=MembershipKind.REGISTERED,
        person__state=RegistryState.ACTIVE,
        household__house__in=list_houses(user, area_code),
    )
    return stays.filter(Q(person__vital_state=VitalState.ALIVE) | Q(person__death_date__gt=on))


def list_houses(user: User, area_code: str) -> QuerySet[House]:
    """Return the houses of the town, or of one area."""
    houses = House.objects.visible_to(user).active()
    return houses.filter(area__code=area_code) if area_code else houses


def count_registered_by_area(user: User, area_code: str, on: date) -> list[dict[str, Any]]:
    """Return [{"area_id", "name", "number", "count"}] in the order of the areas."""
    house = "household__house__area"
    counts = (
        list_registered(user, area_code, on)
        .values(area_id=F(f"{house}_id"), name=F(f"{house}__name"), number=F(f"{house}__number"))
        .annotate(count=Count("pk"))
        .order_by("number", "name")
    )
    return [dict(row) for row in counts]


def count_by_birth(user: User, area_code: str, on: date) -> list[tuple[date | None, str, int]]:
    """Return (birth date, sex, people): a few thousand rows at most, however large the town.

    Asked once for a request, however many pictures are drawn from it.
    """
    kept: dict[Any, list[tuple[date | None, str, int]]] = user.__dict__.setdefault("_count_by_birth", {})
    if (area_code, on) not in kept:
        counts = (
            list_registered(user, area_code, on)
            .values_list("person__birth_date", "person__sex")
            .annotate(count=Count("pk"))
        )
        kept[area_code, on] = list(counts)
    return kept[area_code, on]


def count_in_band(births: list[tuple[date | None, str, int]], band: AgeBand, on: date, sex: str = "") -> int:
    """Return how many of the counted people are in a band of age, of one sex when it is named."""
    first, last = band.born_between(on)
    return sum(
        count
        for born, of_sex, count in births
        if born is not None and born <= last and (first is None or born >= first) and sex in ("", of_sex)
    )


@dataclass(frozen=True)
class HouseCounts:
    """จำนวนบ้าน: households in houses that stand, and houses that are not on the map."""

    households: int
    without_point: int


def count_houses(user: User, area_code: str) -> HouseCounts:
    """Return the counts of the town's houses, or of one area's; asked once for a request."""
    kept: dict[str, HouseCounts] = user.__dict__.setdefault("_count_houses", {})
    if area_code not in kept:
        counts = list_houses(user, area_code).aggregate(
            households=Count("households", filter=Q(households__state=RegistryState.ACTIVE)),
            without_point=Count("pk", filter=Q(point=None, is_central_register=False), distinct=True),
        )
        kept[area_code] = HouseCounts(**counts)
    return kept[area_code]


def count_facts_by_month(user: User, on: date, months: int = 12) -> list[tuple[date, int]]:
    """Return (first of the month, statements recorded) for the last months up to a day."""
    year, month = divmod(on.year * 12 + on.month - months, 12)
    counts = (
        Fact.objects.filter(
            fact_type__in=FactType.objects.visible_to(user),
            recorded_at__date__lte=on,
            recorded_at__date__gte=date(year, month + 1, 1),
            withdraws=None,
        )
        .annotate(month=TruncMonth("recorded_at"))
        .values_list("month")
        .annotate(count=Count("pk"))
        .order_by("month")
    )
    return [(month.date(), count) for month, count in counts]


def count_stale_by_type(user: User, on: date) -> list[tuple[UUID, str, str, int]]:
    """Return (id, name, level, stale values) of the fact types that have any, most first."""
    kept: dict[date, list[tuple[UUID, str, str, int]]] = user.__dict__.setdefault("_count_stale", {})
    if on not in kept:
        counts = (
            CurrentFact.objects.filter(fact_type__in=FactType.objects.visible_to(user), stale_on__lte=on)
            .values_list("fact_type_id", "fact_type__name", "fact_type__level")
            .annotate(count=Count("pk"))
            .order_by("-count")
        )
        kept[on] = list(counts)
    return kept[on]


def list_area_choices(user: User) -> list[tuple[str, str]]:
    """Return (code, name) of the areas this person may choose among."""
    areas = list(Area.objects.visible_to(user).defer("boundary", "boundary_3857"))
    user.__dict__.setdefault("_area_ids", {"": ""}).update({area.code: str(area.pk) for area in areas})
    return [(area.code, str(area)) for area in areas]


def area_id_of(user: User, area_code: str) -> str:
    """Return the id of an area by its code, as text for an address; "" for the whole town."""
    kept: dict[str, str] = user.__dict__.setdefault("_area_ids", {"": ""})
    if area_code not in kept:
        found = Area.objects.visible_to(user).filter(code=area_code).values_list("pk", flat=True).first()
        kept[area_code] = str(found or "")
    return kept[area_code]
