"""Raw SQL as the program's role sees and changes nothing of the neighbour's, for every tenant table."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from cddp.foundation.tenancy.current import NoTownChosen, required_municipality_id, town_context
from cddp.foundation.tenancy.security import tenant_models
from tests.towns import NEIGHBOUR_ID, TOWN_ID

TABLES = [model._meta.db_table for model in tenant_models()]


@pytest.fixture
def rows_of_both_towns(towns):
    """Put one row of each town into every tenant table, as the owner with row security out of the way."""
    from tests.tenant_rows import fill_every_tenant_table

    fill_every_tenant_table(towns)


def _sql(statement: str, params=()) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def _changed(statement: str, params=()) -> int:
    """Return how many rows a write changed; a refusal for want of the right counts as none."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.rowcount
    except DatabaseError:
        return 0


def test_the_program_is_a_role_that_owns_nothing_and_cannot_bypass(db):
    [(bypasses, is_super, owns)] = _sql(
        "SELECT rolbypassrls, rolsuper, (SELECT count(*) FROM pg_class WHERE relowner = r.oid) "
        "FROM pg_roles r WHERE rolname = current_user"
    )
    assert (bypasses, is_super, owns) == (False, False, 0)


@pytest.mark.parametrize("table", TABLES)
def test_every_tenant_table_is_forced(db, table):
    [(enabled, forced)] = _sql(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [table]
    )
    assert enabled
    assert forced


def test_a_town_sees_and_changes_its_own_rows_only(rows_of_both_towns):
    seen: dict[str, tuple[int, int, int, int]] = {}
    with town_context(TOWN_ID):
        for table in TABLES:
            own = _sql(f"SELECT count(*) FROM {table} WHERE municipality_id = %s", [TOWN_ID])[0][0]
            others = _sql(f"SELECT count(*) FROM {table} WHERE municipality_id <> %s", [TOWN_ID])[0][0]
            updated = _changed(
                f"UPDATE {table} SET municipality_id = %s WHERE municipality_id = %s", [TOWN_ID, NEIGHBOUR_ID]
            )
            deleted = _changed(f"DELETE FROM {table} WHERE municipality_id = %s", [NEIGHBOUR_ID])
            seen[table] = (own > 0, others, updated, deleted)
    assert dict.fromkeys(TABLES, (True, 0, 0, 0)) == seen


def test_a_row_cannot_be_handed_to_the_neighbour(rows_of_both_towns):
    with town_context(TOWN_ID):
        for table in TABLES:
            moved = _changed(f"UPDATE {table} SET municipality_id = %s", [NEIGHBOUR_ID])
            assert moved == 0, table


def test_with_no_town_there_are_no_rows(rows_of_both_towns):
    with town_context(None):
        assert {table: _sql(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES} == dict.fromkeys(
            TABLES, 0
        )


def test_a_foreign_key_cannot_cross_towns(town):
    from cddp.foundation.accounts.models import Division, Membership, User

    user = User.objects.create_user("someone")
    with town_context(NEIGHBOUR_ID):
        foreign = Division.objects.create(code="works", name="กองช่าง")
    with pytest.raises(DatabaseError), transaction.atomic():
        Membership.objects.create(user=user, division=foreign)
        connection.check_constraints()


def test_writing_without_a_town_is_a_mistake_of_the_program(db):
    with pytest.raises(NoTownChosen):
        required_municipality_id()


def test_an_inner_town_gives_way_to_the_outer_one_again(towns):
    current = "SELECT current_setting('cddp.municipality', true)"
    with town_context(TOWN_ID):
        with town_context(NEIGHBOUR_ID):
            assert _sql(current) == [(str(NEIGHBOUR_ID),)]
        assert _sql(current) == [(str(TOWN_ID),)]
