"""บุคคล: stays with dates, registered apart from resident, death."""

from datetime import date

import pytest

from cddp.foundation.values.thai_dates import PartialDate
from cddp.registers.residents.errors import UnableToChangeChanged, UnableToChangePerson, UnableToMove
from cddp.registers.residents.models import Person
from cddp.registers.residents.services.people import (
    change_person,
    make_person,
    move_in,
    move_out,
    record_death,
)
from cddp.registers.residents.tests import samples

pytestmark = pytest.mark.django_db


def test_make_keeps_precision_and_search_name(town, registrar):
    birth = PartialDate(date(1933, 1, 1), "year")
    made = make_person(title="นาง", given_name="บุญส่ง", family_name="แก้วมา", birth=birth, by=registrar)
    assert (made.birth_precision, made.search_name) == ("year", "บุญสง แกวมา")


@pytest.mark.parametrize("born", [date(2570, 1, 1), date(1700, 1, 1)])
def test_impossible_births_are_refused(town, registrar, born):
    with pytest.raises(UnableToChangePerson):
        make_person(given_name="สมมติ", birth=PartialDate(born), by=registrar)


def test_stale_change_shows_the_difference(town, registrar):
    someone = samples.person()
    change_person(someone, version=1, given_name="สมศรี", phone="081-234-5678", by=registrar)
    with pytest.raises(UnableToChangeChanged) as refusal:
        change_person(someone, version=1, phone="0899999999", by=registrar)
    assert [(d.theirs, d.mine) for d in refusal.value.difference] == [("0812345678", "0899999999")]


def test_register_and_residence_are_apart(town, registrar):
    home, away = samples.house("1"), samples.house("2")
    someone = samples.person(at=home)
    move_in(someone, samples.household(away), on=date(2020, 6, 1), kind="resident", by=registrar)
    assert {(s.kind, s.household.house.number) for s in someone.memberships.filter(ended_on=None)} == {
        ("registered", "1"),
        ("resident", "2"),
    }


def test_moving_in_ends_the_former_stay_of_that_kind(town, registrar):
    someone = samples.person(at=samples.house("1"))
    move_in(
        someone, samples.household(samples.house("2")), on=date(2021, 1, 1), kind="registered", by=registrar
    )
    former = someone.memberships.get(ended_on=date(2021, 1, 1))
    assert former.end_reason == "moved_out"
    with pytest.raises(UnableToMove):
        stay = someone.memberships.get(ended_on=None)
        move_in(someone, stay.household, on=date(2022, 1, 1), kind="registered", by=registrar)


def test_moving_out_before_moving_in_is_refused(town, registrar):
    stay = samples.person(at=samples.house()).memberships.get()
    with pytest.raises(UnableToMove):
        move_out(stay, on=date(2016, 1, 1), by=registrar)
    assert move_out(stay, on=date(2018, 1, 1), by=registrar).ended_on == date(2018, 1, 1)


def test_death_ends_every_stay(town, registrar):
    someone = samples.person(at=samples.house())
    record_death(someone, on=date(2026, 1, 5), by=registrar)
    assert someone.memberships.get().end_reason == "died"
    assert not Person.objects.active().filter(pk=someone.pk).exists()
    with pytest.raises(UnableToMove):
        move_in(someone, samples.household(samples.house("9")), on=None, by=registrar)
    with pytest.raises(UnableToChangePerson):
        record_death(samples.person(born=date(2000, 1, 1)), on=date(1999, 1, 1), by=registrar)
