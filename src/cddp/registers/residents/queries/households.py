"""อ่านบ้านและผู้อยู่อาศัย: who is registered in a house, who really lives there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from cddp.foundation.accounts.models import User
from cddp.foundation.values.thai_dates import age_in_years
from cddp.registers.residents.choices import MembershipKind, RegistryState, VitalState
from cddp.registers.residents.models import Area, House, Household, HouseholdMembership, Person
from cddp.registers.residents.queries.counting import count_of

ROLE_ORDER = ("head", "spouse", "parent", "child", "relative", "occupant")


@dataclass
class Dweller:
    """ผู้อยู่อาศัยคนหนึ่ง: one person in one household, registered, living there, or both."""

    person: Person
    role: str = ""
    registered: HouseholdMembership | None = None
    resident: HouseholdMembership | None = None
    age: int | None = None
    role_key: str = "occupant"

    @property
    def kind_words(self) -> str:
        """Return TYPEAREA in words: registered and here, registered but away, here but registered elsewhere."""
        if self.registered and self.resident:
            return "มีชื่อและอยู่จริง"
        return "มีชื่อ แต่ไม่พบว่าอยู่จริง" if self.registered else "อยู่จริง ทะเบียนอยู่ที่อื่น"

    @property
    def kind(self) -> str:
        """Return "both", "registered" or "resident"."""
        if self.registered and self.resident:
            return "both"
        return "registered" if self.registered else "resident"


@dataclass
class HouseholdView:
    """ครัวเรือนพร้อมคน."""

    household: Household
    dwellers: list[Dweller] = field(default_factory=list)
    registered_count: int = 0
    resident_count: int = 0


def list_households(user: User, house: House, today: date) -> list[HouseholdView]:
    """Return the households of a house with the people of today; without names for who may not see persons."""
    households = Household.objects.filter(house=house, state=RegistryState.ACTIVE).order_by("sequence")
    views = {household.pk: HouseholdView(household) for household in households}
    dwellers: dict[tuple[UUID, UUID], Dweller] = {}
    stays = HouseholdMembership.objects.filter(household__in=list(views), ended_on=None).select_related(
        "person"
    )
    for stay in stays:
        view = views[stay.household_id]
        if stay.kind == MembershipKind.REGISTERED:
            view.registered_count += 1
        else:
            view.resident_count += 1
        if user.has_perm("residents.view_person"):
            _add(view, dwellers, stay, today)
    for view in views.values():
        view.dwellers.sort(key=lambda each: (ROLE_ORDER.index(each.role_key), -(each.age or 0)))
    return list(views.values())


def _add(
    view: HouseholdView,
    dwellers: dict[tuple[UUID, UUID], Dweller],
    stay: HouseholdMembership,
    today: date,
) -> None:
    place = (stay.household_id, stay.person_id)
    if place not in dwellers:
        dwellers[place] = Dweller(stay.person, age=age_of(stay.person, today))
        view.dwellers.append(dwellers[place])
    dweller = dwellers[place]
    if stay.kind == MembershipKind.REGISTERED:
        dweller.registered = stay
    else:
        dweller.resident = stay
    if not dweller.role or stay.kind == MembershipKind.REGISTERED:
        dweller.role, dweller.role_key = stay.get_role_display(), stay.role


def age_of(person: Person, today: date) -> int | None:
    """Return full years of age today, or at death; None when the birth is not known."""
    if person.birth_date is None:
        return None
    if person.vital_state == VitalState.DEAD and person.death_date is None:
        return None
    return age_in_years(person.birth_date, person.death_date or today)


def list_stays(person_ids: Sequence[UUID]) -> QuerySet[HouseholdMembership]:
    """Return every stay of a person, the newest first."""
    return (
        HouseholdMembership.objects.filter(person__in=person_ids)
        .select_related("household__house__area")
        .order_by("ended_on", "-started_on", "-id")
    )


def find_next_without_point(user: User, house: House | None, *, backward: bool = False) -> House | None:
    """Return the next (or previous) house without a point, in the order of the work list; from its start for None."""
    houses = House.objects.visible_to(user).active().without_point().select_related("area")
    order = ("area__number", "area__name", "number_order", "number", "pk")
    if house is None:
        return houses.order_by(*order).first()
    pks = list(houses.order_by(*order).values_list("pk", flat=True)[:5000])
    if not pks:
        return None
    if house.pk not in pks:
        return houses.filter(pk=pks[0]).first()
    place = pks.index(house.pk) + (-1 if backward else 1)
    return houses.filter(pk=pks[place]).first() if 0 <= place < len(pks) else None


def with_house_counts(areas: QuerySet[Area]) -> QuerySet[Area]:
    """Annotate areas with `house_count` and `without_point_count`."""
    houses = House.objects.active().filter(area_id=OuterRef("pk"))
    return areas.annotate(
        house_count=count_of(houses, "area_id"),
        without_point_count=count_of(houses.without_point(), "area_id"),
    )
