"""ผังเมืองและประชากรสมมติ: believable, whole, and the same for the same seed."""

from collections import Counter
from random import Random

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from cddp.config.demo.invention import CitizenIds, HouseCodes, RowIds, seeded
from cddp.config.demo.making import Order, lay_out
from cddp.config.demo.population import draw_people, form_families, load_pyramid
from cddp.config.demo.registry import load_names
from cddp.config.demo.towns import demo_towns, load_villages, named_towns
from cddp.foundation.values import citizen_id, house_code


def order(households: int = 400) -> Order:
    return Order(households=households, seed=2569, now=timezone.now())


@pytest.mark.parametrize("town", named_towns(), ids=lambda town: town.slug)
def test_houses_stand_inside_the_outline_and_apart(town):
    plane, plan = lay_out(town, order())
    inside = town.outline.prepared
    assert len(plan.lots) == 400
    assert all(inside.contains(Point(*plane.to_degrees(lot.x, lot.y))) for lot in plan.lots)
    places = {(round(lot.x / 4), round(lot.y / 4)) for lot in plan.lots}
    assert len(places) == 400
    assert {lot.village for lot in plan.lots} == set(range(town.village_count))


def test_houses_cluster_and_leave_fields():
    town = named_towns()[2]
    _plane, plan = lay_out(town, order())
    hectares = Counter((lot.x // 100, lot.y // 100) for lot in plan.lots)
    assert len(hectares) < 300
    assert max(hectares.values()) >= 4


def test_towns_are_apart_and_their_ids_differ():
    towns = list(demo_towns(20))
    assert len({town.id for town in towns}) == len({town.slug for town in towns}) == 20
    assert len({town.number for town in towns}) == 20
    for town in towns[3:]:
        assert town.id >= 900_000
        assert not any(town.outline.intersects(other.outline) for other in towns if other.id != town.id)


def test_synthetic_towns_share_their_streets():
    first, second = list(demo_towns(5))[3:]
    (plane, plan), (other_plane, other_plan) = lay_out(first, order()), lay_out(second, order())
    assert plan is other_plan
    assert plane.lon != other_plane.lon or plane.lat != other_plane.lat


def test_the_pyramid_is_whole_and_three_of_ten_are_old():
    assert sum(share for _, _, share in load_pyramid()) == pytest.approx(1, abs=1e-4)
    people = draw_people(Random(1), 5_400)
    assert len(people) == 5_400
    assert sum(one.age >= 60 for one in people) / 5_400 == pytest.approx(0.30, abs=0.005)


def test_families_hold_everybody_once_and_make_sense():
    people = draw_people(Random(1), 2_700)
    families = form_families(Random(1), people, 1_000)
    assert len(families) == 1_000
    assert sorted(id(one) for family in families for one in family.members) == sorted(map(id, people))
    for family in families:
        assert family.head.age >= 20
        for one in family.members[1:]:
            if one.role == "spouse":
                assert one.sex != family.head.sex
            if one.role == "child":
                assert family.head.age - one.age >= 18
            if one.role == "parent":
                assert one.age - family.head.age >= 18
    alone = sum(len(family.members) == 1 and family.head.age >= 60 for family in families)
    assert 30 < alone < 300


def test_a_town_of_one_person_in_each_house_has_only_adults():
    people = draw_people(Random(1), 500, adults_only=True)
    assert min(one.age for one in people) >= 20
    assert all(len(family.members) == 1 for family in form_families(Random(1), people, 500))


def test_invented_numbers_pass_every_check_and_belong_to_no_province():
    numbers = CitizenIds(Random(1), 2)
    made = [numbers.next(first) for first in "12345067" for _ in range(500)]
    assert len(set(made)) == len(made)
    assert all(citizen_id.is_valid(digits) and digits[1:5] == "9802" for digits in made)
    codes = HouseCodes(Random(1), 2)
    made = [codes.next() for _ in range(4_000)]
    assert len(set(made)) == 4_000
    assert all(house_code.is_valid(code) and code.startswith("9802") for code in made)
    assert all(house_code.parse_house_code(code).digits == code for code in made)


def test_row_ids_grow_and_are_the_same_for_the_same_seed():
    one, other = (RowIds(seeded(1, 2, "x"), 1_767_571_200_000) for _ in range(2))
    made = [one.next() for _ in range(2_000)]
    assert made == [other.next() for _ in range(2_000)]
    assert made == sorted(set(made))
    assert all(len(row_id) == 32 and row_id[12] == "7" and row_id[16] in "89ab" for row_id in made)


def test_there_are_names_enough():
    names = load_names()
    assert all(
        len({n for each in names["given"][sex].values() for n in each}) >= 150 for sex in ("male", "female")
    )
    assert len(set(names["family"])) >= 200
    assert len({village["name"] for village in load_villages()}) == len(load_villages())
