"""ส่วนต่อประสานของทะเบียน: houses, persons and facts for machines, by the same services and permissions.

Lists page by id: ask again with `after` = the answer's `next` until it is null. Looking at persons takes a stated
`purpose`, and each person seen is recorded. Identity numbers leave only masked.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from pydantic import AfterValidator, AwareDatetime

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.audit.context import state_purpose
from cddp.foundation.values.masking import mask_text
from cddp.registers.residents.choices import FactSource, RegistryState
from cddp.registers.residents.errors import UnableToAct
from cddp.registers.residents.models import FactType, House, Household, Person
from cddp.registers.residents.queries.facts import ShownFact, find_fact, list_current_facts, list_fact_types
from cddp.registers.residents.queries.finding import home_of
from cddp.registers.residents.queries.households import age_of
from cddp.registers.residents.queries.identity import masked_citizen_id
from cddp.registers.residents.queries.people import list_people, living_in
from cddp.registers.residents.services.facts import record_fact, withdraw_fact
from cddp.registers.residents.services.identity import SHORTEST_PURPOSE

router = Router(tags=["residents"])

MODELS: dict[str, Any] = {"house": House, "household": Household, "person": Person}
EARLIEST_YEAR = 1900


def _storable(text: str) -> str:
    """Refuse what no database keeps: NUL and half of a surrogate pair."""
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("ข้อความมีอักขระที่เก็บไม่ได้")
    return text


def _in_history(moment: datetime) -> datetime:
    if moment.year < EARLIEST_YEAR:
        raise ValueError("วันที่เก่าเกินไป")
    return moment


def _stated(purpose: str) -> str:
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise ValueError("โปรดระบุวัตถุประสงค์")
    return purpose.strip()


Text = Annotated[str, AfterValidator(_storable)]
Purpose = Annotated[
    Text, AfterValidator(_stated), Query(min_length=5, max_length=200, description="ดูข้อมูลบุคคลเพื่ออะไร")
]
Limit = Annotated[int, Query(ge=1, le=500)]


class HouseOut(Schema):
    """บ้าน."""

    id: UUID
    house_code: str
    number: str
    area_id: UUID | None
    area_name: str
    road: str
    lane: str
    latitude: float | None
    longitude: float | None
    point_source: str
    state: str
    version: int


class HousesOut(Schema):
    """บ้านหนึ่งหน้า."""

    items: list[HouseOut]
    next: UUID | None


class PersonOut(Schema):
    """บุคคล: the identity number only masked."""

    id: UUID
    title: str
    given_name: str
    family_name: str
    sex: str
    age: int | None
    vital_state: str
    citizen_id_masked: str
    house_id: UUID | None


class PeopleOut(Schema):
    """บุคคลหนึ่งหน้า."""

    items: list[PersonOut]
    next: UUID | None


class FactTypeOut(Schema):
    """ชนิดข้อเท็จจริง."""

    key: str
    name: str
    level: str
    value_kind: str
    unit: str
    choices: list[dict[str, str]]
    sensitivity: str
    fresh_months: int | None


class FactOut(Schema):
    """ค่าปัจจุบันของข้อเท็จจริง."""

    id: UUID
    fact_type: str
    value: Any
    text: str
    source: str
    observed_at: datetime
    is_stale: bool


class FactIn(Schema):
    """ข้อเท็จจริงที่จะบันทึก: `fact_type` is its key; a `value` of the type's kind."""

    level: Literal["house", "household", "person"]
    subject_id: UUID
    fact_type: Annotated[Text, Field(max_length=60)]
    value: bool | int | float | Text
    observed_at: Annotated[AwareDatetime, AfterValidator(_in_history)] | None = None
    note: Annotated[Text, Field(max_length=300)] = ""


class Recorded(Schema):
    """บันทึกแล้ว."""

    id: UUID


def _caller(request: HttpRequest, permission: str) -> User:
    user = request.user
    if not isinstance(user, User) or not user.has_perm(permission):
        raise PermissionDenied
    return user


def _page(rows: QuerySet[Any], after: UUID | None, limit: int) -> tuple[list[Any], UUID | None]:
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[: limit + 1])
    return found[:limit], found[limit - 1].pk if len(found) > limit else None


def _house(house: House) -> HouseOut:
    return HouseOut(
        id=house.pk,
        house_code=house.house_code,
        number=house.number,
        area_id=house.area_id,
        area_name=str(house.area or ""),
        road=house.road,
        lane=house.lane,
        latitude=house.point.y if house.point else None,
        longitude=house.point.x if house.point else None,
        point_source=house.point_source,
        state=house.state,
        version=house.version,
    )


def _person(person: Person) -> PersonOut:
    home = home_of(person)
    return PersonOut(
        id=person.pk,
        title=person.title,
        given_name=person.given_name,
        family_name=person.family_name,
        sex=person.sex,
        age=age_of(person, timezone.localdate()),
        vital_state=person.vital_state,
        citizen_id_masked=masked_citizen_id(person),
        house_id=home.household.house_id if home else None,
    )


def _fact(fact: ShownFact) -> FactOut:
    return FactOut(
        id=fact.fact.pk,
        fact_type=fact.fact_type.key,
        value=fact.fact.value,
        text=fact.text,
        source=fact.fact.source,
        observed_at=fact.fact.observed_at,
        is_stale=fact.is_stale,
    )


@router.get("/houses", response=HousesOut, summary="รายการบ้าน")
def list_houses(  # noqa: PLR0917  (each is a named parameter of the address)
    request: HttpRequest,
    area: UUID | None = None,
    placed: bool | None = None,
    house_code: Annotated[Text | None, Query(max_length=20)] = None,
    after: UUID | None = None,
    limit: Limit = 100,
) -> HousesOut:
    """Return houses by id, of one area, with or without a point, or with one code."""
    user = _caller(request, "residents.view")
    rows = House.objects.visible_to(user).exclude(state=RegistryState.MERGED).select_related("area")
    if area is not None:
        rows = rows.filter(area_id=area)
    if placed is not None:
        rows = rows.filter(point__isnull=not placed)
    if house_code:
        rows = rows.filter(house_code=house_code)
    found, following = _page(rows, after, limit)
    return HousesOut(items=[_house(house) for house in found], next=following)


@router.get("/houses/{house_id}", response=HouseOut, summary="บ้านหนึ่งหลัง")
def get_house(request: HttpRequest, house_id: UUID) -> HouseOut:
    """Return one house."""
    user = _caller(request, "residents.view")
    return _house(get_object_or_404(House.objects.visible_to(user).select_related("area"), pk=house_id))


@router.get("/people", response=PeopleOut, summary="รายการบุคคล")
def list_persons(
    request: HttpRequest,
    purpose: Purpose,
    area: UUID | None = None,
    after: UUID | None = None,
    limit: Limit = 100,
) -> PeopleOut:
    """Return persons by id; each one that is answered is recorded with the purpose."""
    user = _caller(request, "residents.view_person")
    rows = list_people(user)
    if area is not None:
        rows = living_in(rows, area_ids=[str(area)])
    found, following = _page(rows, after, limit)
    audit.record_looks(
        "residents.person.listed", Person, [person.pk for person in found], purpose=mask_text(purpose)
    )
    return PeopleOut(items=[_person(person) for person in found], next=following)


@router.get("/people/{person_id}", response=PersonOut, summary="บุคคลหนึ่งคน")
def get_person(request: HttpRequest, person_id: UUID, purpose: Purpose) -> PersonOut:
    """Return one person; the look is recorded with the purpose."""
    user = _caller(request, "residents.view_person")
    person = get_object_or_404(list_people(user), pk=person_id)
    audit.record("residents.person.viewed", person, purpose=mask_text(purpose))
    return _person(person)


@router.get("/fact-types", response=list[FactTypeOut], summary="ชนิดข้อเท็จจริง")
def list_types(request: HttpRequest) -> list[FactType]:
    """Return the fact types in use that the caller may see."""
    return list(list_fact_types(_caller(request, "residents.view")))


@router.get("/facts/{level}/{subject_id}", response=list[FactOut], summary="ค่าปัจจุบัน")
def list_facts(
    request: HttpRequest,
    level: Literal["house", "household", "person"],
    subject_id: UUID,
    purpose: Annotated[Text | None, Query(max_length=200)] = None,
) -> list[FactOut]:
    """Return what is true now of one house, household or person; for a person `purpose` is needed and recorded."""
    user = _caller(request, "residents.view_person" if level == "person" else "residents.view")
    subject = get_object_or_404(MODELS[level].objects.visible_to(user), pk=subject_id)
    if level == "person":
        if purpose is None or len(purpose.strip()) < SHORTEST_PURPOSE:
            raise UnableToAct(_("โปรดระบุวัตถุประสงค์ที่ดูข้อมูลบุคคล"), code="purpose")
        audit.record("residents.person.viewed", subject, purpose=mask_text(purpose))
    facts = list_current_facts(user, [subject.pk], timezone.localdate())[subject.pk]
    return [_fact(fact) for fact in facts]


@router.post("/facts", response={201: Recorded}, summary="บันทึกข้อเท็จจริง")
def add_fact(request: HttpRequest, given: FactIn) -> tuple[int, Recorded]:
    """Record one statement."""
    user = _caller(request, "residents.record_fact")
    subject = get_object_or_404(MODELS[given.level].objects.visible_to(user), pk=given.subject_id)
    fact_type = get_object_or_404(FactType.objects.visible_to(user), key=given.fact_type)
    state_purpose("API")
    fact = record_fact(
        fact_type,
        subject,
        given.value,
        source=FactSource.OFFICER,
        observed_at=given.observed_at,
        note=given.note,
        by=user,
    )
    return 201, Recorded(id=fact.pk)


@router.delete("/facts/{fact_id}", response={200: Recorded}, summary="ถอนข้อเท็จจริง")
def take_fact_back(request: HttpRequest, fact_id: UUID) -> Recorded:
    """Withdraw a statement; it stays in the history."""
    user = _caller(request, "residents.record_fact")
    fact = find_fact(user, fact_id)
    if fact is None:
        raise Http404
    get_object_or_404(MODELS[fact.level].objects.visible_to(user), pk=fact.subject_id)
    return Recorded(id=withdraw_fact(fact, by=user).pk)
