"""รวมและแยก: undoing a merge is the identity; what is doubtful is refused."""

from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cddp.registers.residents.errors import UnableToMerge
from cddp.registers.residents.models import CurrentFact, House, Household, HouseholdMembership, Person
from cddp.registers.residents.services.facts import record_fact
from cddp.registers.residents.services.houses import add_household, set_point
from cddp.registers.residents.services.identity import find_by_citizen_id, set_citizen_id
from cddp.registers.residents.services.merging import merge, say_distinct, unmerge
from cddp.registers.residents.services.people import change_person, move_in, move_out, record_death
from cddp.registers.residents.tests import samples

pytestmark = pytest.mark.django_db

UNSTEADY = {"version", "updated_at", "id"}


def picture():
    """Return everything that a merge may touch, without what only counts changes."""
    rows = {}
    for model in (Person, House, Household, HouseholdMembership, CurrentFact):
        fields = [f.attname for f in model._meta.concrete_fields if f.attname not in UNSTEADY]
        kept = fields if model is CurrentFact else ["id", *fields]
        rows[model.__name__] = sorted(
            repr([v.ewkt if isinstance(v, Point) else v for v in row])
            for row in model.objects.values_list(*kept)
        )
    return rows


people = st.fixed_dictionaries(
    {},
    optional={
        "title": st.just("นาง"),
        "phone": st.sampled_from(["0812345678", "0899999999"]),
        "nationality": st.just("ไทย"),
        "sex": st.sampled_from(["female", "unknown"]),
    },
)
stays = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["registered", "resident"]), st.integers(0, 900), st.booleans()
    ),
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.tuples(people, people),
    lives=st.tuples(stays, stays),
    numbered=st.integers(0, 3),
    facts=st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=4),
)
def test_unmerge_undoes_merge_exactly(town, fields, lives, numbered, facts):
    with transaction.atomic():
        kind = samples.fact_type(level="person")
        homes = [samples.house(str(n)) for n in range(1, 4)]
        pair = [samples.person(born=None if numbered == 2 else date(1950, 5, 1), **f) for f in fields]
        for someone, own in zip(pair, lives, strict=True):
            for home, stay_kind, day, ended in own:
                _live(someone, homes[home], stay_kind, date(2015, 1, 1) + timedelta(days=day), ended=ended)
        if numbered:
            set_citizen_id(pair[numbered % 2], samples.citizen_id())
        for first, value in facts:
            record_fact(kind, pair[int(first)], value, observed_at=samples.days_ago(value))
        before = picture()
        made = merge(*[Person.objects.get(pk=p.pk) for p in pair])
        assert picture() != before
        unmerge(made)
        assert picture() == before
        transaction.set_rollback(True)


def _live(someone, home, kind, on, *, ended):
    former = someone.memberships.filter(kind=kind, ended_on=None).first()
    if former is not None:
        return
    stay = move_in(someone, samples.household(home), on=on, kind=kind)
    if ended:
        move_out(stay, on=on + timedelta(days=30))


def test_merged_person_keeps_number_facts_and_stays(town, registrar):
    home, kind, digits = samples.house(), samples.fact_type(level="person"), samples.citizen_id()
    kept, double = samples.person(), samples.person(at=home)
    set_citizen_id(double, digits)
    record_fact(kind, kept, 1, observed_at=samples.days_ago(5))
    record_fact(kind, double, 2)
    merge(kept, double, reason="ชื่อและวันเกิดตรงกัน", by=registrar)
    assert find_by_citizen_id(digits) == kept
    assert kept.memberships.get().household.house == home
    assert [(c.subject_id, c.value) for c in CurrentFact.objects.all()] == [(kept.pk, 2)]


@pytest.mark.parametrize(
    ("code", "kept", "double"),
    [
        ("sex", {"sex": "male"}, {"sex": "female"}),
        ("birth_year", {"born": date(1950, 1, 1)}, {"born": date(1951, 1, 1)}),
        ("citizen_id", {"citizen_id": samples.citizen_id(1)}, {"citizen_id": samples.citizen_id(2)}),
        (
            "weaker_id",
            {"citizen_id": "3000000000009", "override_reason": "ตามบัตร"},
            {"citizen_id": samples.citizen_id(3)},
        ),
    ],
)
def test_doubtful_pairs_are_refused(town, registrar, code, kept, double):
    with pytest.raises(UnableToMerge) as refusal:
        merge(samples.person(**kept), samples.person(**double), by=registrar)
    assert refusal.value.code == code


def test_alive_and_dead_same_and_merged_are_refused(town, registrar):
    one, two, three = samples.person(), samples.person(), samples.person()
    dead = record_death(samples.person(), on=date(2026, 1, 1))
    merge(one, two, by=registrar)
    for code, pair in {
        "vital_state": (one, dead),
        "same": (one, one),
        "already_merged": (three, two),
    }.items():
        with pytest.raises(UnableToMerge) as refusal:
            merge(*[Person.objects.get(pk=p.pk) for p in pair], by=registrar)
        assert refusal.value.code == code


def test_merges_are_undone_from_the_last(town, registrar):
    one, two, three = samples.person(), samples.person(), samples.person()
    first, second = merge(one, two, by=registrar), merge(three, one, by=registrar)
    with pytest.raises(UnableToMerge) as refusal:
        unmerge(first, by=registrar)
    assert refusal.value.code == "merged_further"
    unmerge(second, by=registrar)
    unmerge(first, by=registrar)
    with pytest.raises(UnableToMerge):
        unmerge(first, by=registrar)
    assert Person.objects.active().count() == 3


def test_what_was_written_after_the_merge_stays(town, registrar):
    kept, double = samples.person(), samples.person(phone="0812345678")
    made = merge(kept, double, by=registrar)
    change_person(kept, version=Person.objects.get(pk=kept.pk).version, phone="0899999999", by=registrar)
    unmerge(made, by=registrar)
    assert Person.objects.get(pk=kept.pk).phone == "0899999999"


def test_houses_merge_with_their_households_and_back(town, registrar):
    kept, double = samples.house("12"), samples.house("12")
    set_point(double, Point(99.01, 18.58, srid=4326), "map")
    add_household(double, name="ชั้นบน")
    samples.person(at=double)
    before = picture()
    made = merge(House.objects.get(pk=kept.pk), House.objects.get(pk=double.pk), by=registrar)
    house = House.objects.get(pk=kept.pk)
    assert sorted(house.households.values_list("sequence", flat=True)) == [1, 2, 3]
    assert house.point is not None
    unmerge(made, by=registrar)
    assert picture() == before


def test_households_of_one_house_merge_and_back(town, registrar):
    house = samples.house()
    second = add_household(house)
    someone = samples.person()
    move_in(someone, second, on=date(2020, 1, 1), kind="registered")
    before = picture()
    made = merge(samples.household(house), second, by=registrar)
    assert someone.memberships.get().household == samples.household(house)
    unmerge(made, by=registrar)
    assert picture() == before
    with pytest.raises(UnableToMerge) as refusal:
        merge(second, samples.household(samples.house("77")), by=registrar)
    assert refusal.value.code == "house"


def test_different_houses_are_refused(town, registrar):
    near, far = Point(99.01, 18.58, srid=4326), Point(99.05, 18.58, srid=4326)
    cases = {
        "house_code": (samples.house(house_code="51011234567"), samples.house(house_code="51011234568")),
        "area": (samples.house(moo=4), samples.house(moo=5)),
        "far_apart": (samples.house(point=near), samples.house(point=far)),
    }
    for code, pair in cases.items():
        with pytest.raises(UnableToMerge) as refusal:
            merge(*pair, by=registrar)
        assert refusal.value.code == code


def test_pair_said_to_be_two_is_kept_once(town, registrar):
    one, two = samples.person(), samples.person()
    assert say_distinct(one, two, by=registrar) == say_distinct(two, one, by=registrar)
