"""แผนการค้นใต้ RLS: with 100,000 houses and persons the program's own role still enters by the indexes.

Row-level security lets only LEAKPROOF operators reach an index (config/launcher/leakproof.py); a forgotten mark
or a leaky function in a query reads the whole town instead, which no other test would notice.
"""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerQuery
from cddp.foundation.tenancy.current import town_context
from cddp.insight.maps.queries.layers import find_layer
from cddp.insight.maps.queries.tile_sql import compile_rows, tile_statement
from cddp.insight.maps.rules import Tile, cell_at
from cddp.insight.maps.services.counts import fold_changes
from cddp.registers.residents.models import Person
from cddp.registers.residents.queries.finding import find_houses, find_people
from cddp.registers.residents.rules.finding import read_query
from tests.architecture.plan_reading import filters_whole_table, plan_of, plan_of_rows, uses_index
from tests.towns import make_town, make_user

TOWN_ID, OTHER_ID = 990_001, 990_002
ROWS_OF_A_TOWN = 50_000

HOUSES = """
INSERT INTO residents_house (id, municipality_id, house_code, number, number_order, road, lane, is_central_register,
    point, point_source, state, search_text, version, created_at, updated_at)
SELECT gen_random_uuid(), %(town)s, '98' || lpad(n::text, 9, '0'), n::text, n * 10000, '', '', false,
    ST_SetSRID(ST_MakePoint(99.0 + (n %% 250) * 0.0004, 18.5 + (n / 250) * 0.0005), 4326), 'file', 'active',
    '.' || n || ' .หมู' || (n %% 12), 1, now(), now()
FROM generate_series(1, %(rows)s) AS n"""

# Names of two parts out of 40 × 997, so that one name stands for a few people, as in a real town.
PERSONS = """
INSERT INTO residents_person (id, municipality_id, title, given_name, family_name, sex, birth_precision,
    citizen_id_is_valid, citizen_id_note, phone, nationality, vital_state, state, search_name, version,
    created_at, updated_at)
SELECT gen_random_uuid(), %(town)s, '', given, family, 'unknown', 'day', true, '', '', '', 'alive', 'active',
    given || ' ' || family, 1, now(), now()
FROM (SELECT chr(3585 + n %% 40) || 'มศ' || chr(3585 + n %% 37) AS given,
             chr(3585 + n %% 31) || 'จด' || chr(3585 + n %% 43) || chr(3585 + n %% 29) AS family
      FROM generate_series(1, %(rows)s) AS n) AS invented"""


@pytest.fixture(scope="module")
def officer_of_large_town(django_db_setup, django_db_blocker) -> Iterator[User]:
    """Two towns of 50,000 houses and persons each, taken back at the end; the tests run in the first."""
    with django_db_blocker.unblock(), transaction.atomic():
        for town_id in (OTHER_ID, TOWN_ID):
            make_town(town_id, f"เมือง {town_id}", f"large-{town_id}")
            with town_context(town_id), connection.cursor() as cursor:
                for statement in (HOUSES, PERSONS):
                    cursor.execute(statement, {"town": town_id, "rows": ROWS_OF_A_TOWN})
                fold_changes()
        with connection.cursor() as cursor:
            # Only the owner may gather statistics, which autovacuum does by itself.
            cursor.execute(
                "SET ROLE cddp_owner; ANALYZE residents_house, residents_person, maps_tilecount; SET ROLE cddp_app"
            )
        with town_context(TOWN_ID):
            yield make_user("officer-of-large-town", "registrar")
        transaction.set_rollback(True)


def tile_around(lon: float, lat: float, zoom: int) -> Tile:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 3857) AS p",
            [lon, lat],
        )
        x, y = cell_at(*cursor.fetchone(), zoom)
    return Tile(zoom, x, y)


def test_the_program_has_no_special_rights(officer_of_large_town: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolbypassrls, rolsuper FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("cddp_app", False, False)
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE municipality_id <> %s) FROM residents_house", [TOWN_ID]
        )
        assert cursor.fetchone() == (ROWS_OF_A_TOWN, 0)


@pytest.mark.parametrize("zoom", [14, 16])
@pytest.mark.parametrize("layer_key", ["houses"])
def test_a_tile_enters_by_its_box(officer_of_large_town: User, layer_key: str, zoom: int) -> None:
    layer = find_layer(officer_of_large_town, layer_key)
    rows = compile_rows(layer, officer_of_large_town, LayerQuery())
    plan = plan_of(*tile_statement(rows, tile_around(99.05, 18.55, zoom)))
    assert uses_index(plan, "house_tile", "point_3857")
    assert not filters_whole_table(plan, "residents_house")


def test_a_wide_tile_reads_kept_counts(officer_of_large_town: User) -> None:
    layer = find_layer(officer_of_large_town, "houses")
    rows = compile_rows(layer, officer_of_large_town, LayerQuery())
    plan = plan_of(*tile_statement(rows, tile_around(99.05, 18.55, 10)))
    assert uses_index(plan, "tile_count_cell", "layer")


@pytest.mark.parametrize("text", ["กมศก กจดก", "สมศร ขจดค", "ขมศข", "นายคมศค คจดค"])
def test_a_name_is_found_by_its_letters(officer_of_large_town: User, text: str) -> None:
    plan = plan_of_rows(find_people(officer_of_large_town, read_query(text))[:20])
    assert uses_index(plan, "person_search", "search_name")
    assert not filters_whole_table(plan, "residents_person")


def test_an_address_is_found_by_its_letters(officer_of_large_town: User) -> None:
    plan = plan_of_rows(find_houses(officer_of_large_town, read_query("หมู่บ้าน ข้างวัด"))[:20])
    assert uses_index(plan, "house_search", "search_text")


def test_a_leaky_function_is_noticed(officer_of_large_town: User) -> None:
    """The check itself is checked: Django's icontains writes upper(), which is not leakproof."""
    plan = plan_of_rows(Person.objects.filter(search_name__icontains="มศก กจด"))
    assert not uses_index(plan, "person_search", "search_name")
    assert filters_whole_table(plan, "residents_person")


def test_a_leaky_spatial_function_is_noticed(officer_of_large_town: User) -> None:
    plan = plan_of(
        "SELECT id FROM residents_house WHERE ST_Intersects(point_3857, ST_TileEnvelope(14, 12701, 7332))"
    )
    assert not uses_index(plan, "house_tile", "point_3857")
    assert filters_whole_table(plan, "residents_house")
