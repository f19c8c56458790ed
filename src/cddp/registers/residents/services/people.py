"""แก้ไขบุคคล: make and change persons; where they are registered and where they live; their death."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.phone import parse_phone
from cddp.foundation.values.thai_dates import PartialDate
from cddp.foundation.values.thai_text import normalise_line
from cddp.registers.residents import policies
from cddp.registers.residents.choices import (
    DatePrecision,
    EndReason,
    MembershipKind,
    MembershipRole,
    RegistryState,
    Sex,
    VitalState,
)
from cddp.registers.residents.errors import (
    Difference,
    UnableToChangeChanged,
    UnableToChangePerson,
    UnableToMove,
)
from cddp.registers.residents.events import (
    PersonChanged,
    PersonDied,
    PersonMade,
    PersonMovedIn,
    PersonMovedOut,
)
from cddp.registers.residents.models import Household, HouseholdMembership, Person
from cddp.registers.residents.rules.people import birth_problem, death_problem, search_name_of, stay_problem
from cddp.registers.residents.services.identity import place_citizen_id

__all__ = ["change_person", "make_person", "move_in", "move_out", "record_death", "refresh_search"]

CHANGEABLE = (
    "title",
    "given_name",
    "family_name",
    "sex",
    "birth_date",
    "birth_precision",
    "phone",
    "nationality",
)


@transaction.atomic
def make_person(
    *,
    given_name: str,
    family_name: str = "",
    title: str = "",
    sex: str = Sex.UNKNOWN,
    birth: PartialDate | None = None,
    citizen_id: str = "",
    override_reason: str = "",
    phone: str = "",
    nationality: str = "",
    by: User | None = None,
) -> Person:
    """Add a person, with or without a number. Raises UnableToChangePerson, UnableToSetCitizenId."""
    policies.require(by, "residents.change")
    person = Person()
    written = {"title": title, "given_name": given_name, "family_name": family_name, "sex": sex}
    _put(person, written | {"phone": phone, "nationality": nationality} | _birth_fields(birth))
    if citizen_id:
        place_citizen_id(person, citizen_id, override_reason=override_reason)
    person.save(force_insert=True)
    audit.record("residents.person.made", person)
    publish(PersonMade(person.pk))
    return person


@transaction.atomic
def change_person(person: Person, *, version: int, by: User | None = None, **changes: Any) -> Person:
    """Change some of CHANGEABLE (`birth` takes a PartialDate or None). `version` is the one that was read.

    Raises UnableToChangeChanged (with the differences) when somebody else saved in between.
    """
    policies.require(by, "residents.change")
    policies.require_in_reach(by, person)
    if "birth" in changes:
        changes |= _birth_fields(changes.pop("birth"))
    locked = _lock(person)
    if locked.version != version:
        raise UnableToChangeChanged(
            _("มีผู้อื่นแก้ไขบุคคลนี้ไปแล้ว โปรดตรวจสอบสิ่งที่ต่างกัน แล้วบันทึกอีกครั้งหากยังต้องการ"),
            _differences(locked, changes),
        )
    before = {name: getattr(locked, name) for name in CHANGEABLE}
    _put(locked, changes)
    difference = audit.changes_between(before, {name: getattr(locked, name) for name in CHANGEABLE})
    if difference:
        _save(locked, list(difference), "residents.person.changed", difference)
        publish(PersonChanged(locked.pk, tuple(difference)))
    return locked


@transaction.atomic
def move_in(
    person: Person,
    household: Household,
    *,
    on: date | None,
    kind: str = MembershipKind.RESIDENT,
    role: str = MembershipRole.OCCUPANT,
    source: str = "officer",
    by: User | None = None,
) -> HouseholdMembership:
    """Let the person be registered in, or live in, a household from a day on (None: the day is unknown).

    A former stay of the same kind ends; the other kind stays as it is, since registered is not resident.
    """
    policies.require(by, "residents.change")
    policies.require_in_reach(by, household)
    locked = _lock(person)
    if locked.vital_state == VitalState.DEAD:
        raise UnableToMove(_("บุคคลนี้เสียชีวิตแล้ว จึงย้ายเข้าไม่ได้"), code="dead")
    if household.state != RegistryState.ACTIVE:
        raise UnableToMove(_("ครัวเรือนนี้ไม่อยู่ในทะเบียนแล้ว"), code="household_ended")
    former = (
        HouseholdMembership.objects.select_for_update()
        .filter(person=locked, kind=kind, ended_on=None)
        .first()
    )
    if former is not None and former.household_id == household.pk:
        raise UnableToMove(_("บุคคลนี้อยู่ในครัวเรือนนี้อยู่แล้ว"), code="already_there")
    if former is not None:
        _end(former, on or timezone.localdate(), EndReason.MOVED_OUT)
    membership = HouseholdMembership.objects.create(
        person=locked, household=household, kind=kind, role=role, started_on=on, source=source
    )
    audit.record("residents.person.moved_in", locked, changes={kind: [None, str(household.pk)]})
    publish(PersonMovedIn(locked.pk, household.pk, kind))
    return membership


@transaction.atomic
def move_out(
    membership: HouseholdMembership,
    *,
    on: date,
    reason: str = EndReason.MOVED_OUT,
    by: User | None = None,
) -> HouseholdMembership:
    """End a stay on a day. Raises UnableToMove when it has ended or the day lies before its beginning."""
    policies.require(by, "residents.change")
    locked = HouseholdMembership.objects.select_for_update().get(pk=membership.pk)
    policies.require_in_reach(by, locked.household)
    if locked.ended_on is not None:
        raise UnableToMove(_("การอยู่นี้สิ้นสุดไปแล้ว"), code="ended")
    _end(locked, on, reason)
    audit.record(
        "residents.person.moved_out", locked.person, changes={locked.kind: [str(locked.household_id), None]}
    )
    publish(PersonMovedOut(locked.person_id, locked.household_id, locked.kind))
    return locked


@transaction.atomic
def record_death(person: Person, *, on: date, by: User | None = None) -> Person:
    """Record a death: every stay ends on that day. Raises UnableToChangePerson."""
    policies.require(by, "residents.change")
    policies.require_in_reach(by, person)
    locked = _lock(person)
    if locked.vital_state == VitalState.DEAD:
        raise UnableToChangePerson(_("บันทึกการเสียชีวิตของบุคคลนี้ไว้แล้ว"), code="dead")
    if problem := death_problem(locked.birth_date, on, timezone.localdate()):
        raise UnableToChangePerson(problem, code="death_date")
    locked.vital_state, locked.death_date = VitalState.DEAD, on
    difference = {"vital_state": [VitalState.ALIVE.value, VitalState.DEAD.value], "death_date": [None, on]}
    _save(locked, ["vital_state", "death_date"], "residents.person.died", difference)
    for stay in HouseholdMembership.objects.select_for_update().filter(person=locked, ended_on=None):
        # A stay that began after the day of death was written down wrongly; it ends on its first day.
        _end(stay, max(on, stay.started_on or on), EndReason.DIED)
    publish(PersonDied(locked.pk))
    return locked


def refresh_search(person: Person) -> None:
    """Put the derived field of an unsaved or locked person right: the name as it is searched."""
    person.search_name = search_name_of(person.given_name, person.family_name)


def _lock(person: Person) -> Person:
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.state != RegistryState.ACTIVE:
        raise UnableToChangePerson(_("รายการนี้จำหน่ายหรือรวมกับบุคคลอื่นแล้ว จึงแก้ไขไม่ได้"), code="not_active")
    return locked


def _put(person: Person, changes: Mapping[str, Any]) -> None:
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not a changeable field of a person: {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        setattr(person, name, normalise_line(value) if isinstance(value, str) else value)
    if not person.given_name:
        raise UnableToChangePerson(_("โปรดระบุชื่อ"), code="name")
    if problem := birth_problem(person.birth_date, timezone.localdate()):
        raise UnableToChangePerson(problem, code="birth_date")
    if person.phone:
        # A number that cannot be read is kept as written: better than none.
        person.phone = parse_phone(person.phone).digits or person.phone[:20]
    refresh_search(person)


def _birth_fields(birth: PartialDate | None) -> dict[str, Any]:
    if birth is None:
        return {"birth_date": None, "birth_precision": DatePrecision.DAY.value}
    return {"birth_date": birth.date, "birth_precision": birth.precision}


def _differences(person: Person, wanted: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference(
            str(getattr(Person._meta.get_field(name), "verbose_name", name)),
            str(getattr(person, name) or "–"),
            str(wanted[name] or "–"),
        )
        for name in CHANGEABLE
        if name in wanted and getattr(person, name) != wanted[name]
    ]


def _save(person: Person, fields: list[str], action: str, difference: Mapping[str, Any]) -> None:
    derived = ["search_name"] if {"given_name", "family_name"} & set(fields) else []
    person.version += 1
    person.save(update_fields=[*fields, *derived, "version", "updated_at"])
    audit.record(action, person, changes=difference)


def _end(stay: HouseholdMembership, on: date, reason: str) -> None:
    if problem := stay_problem(stay.started_on, on):
        raise UnableToMove(problem, code="dates")
    stay.ended_on, stay.end_reason = on, reason
    stay.save(update_fields=["ended_on", "end_reason"])
