"""การนำเข้า: every row of a file has one outcome, a second import makes nothing twice, undo leaves no trace."""

import pytest

from cddp.registers.residents.choices import ImportState
from cddp.registers.residents.models import House, Household, HouseholdMembership, ImportRow, Person
from cddp.registers.residents.services import importing
from cddp.registers.residents.tests.registry_files import PLACE, as_csv, register

pytestmark = pytest.mark.django_db


def checked(town, rows, *, name="ทะเบียน.csv", **how):
    batch = importing.open_batch(as_csv(rows, **how), name)
    importing.choose_columns(batch, batch.mapping)
    importing.check_batch(town.pk, batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED, batch.failure
    return batch


def imported(town, rows, *, is_complete=False, **how):
    batch = checked(town, rows, **how)
    importing.confirm_batch(batch, is_complete=is_complete)
    assert importing.apply_batch(town.pk, batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportState.IMPORTED
    return batch


def assert_adds_up(batch):
    outcomes = ("new", "changed", "unchanged", "repeated", "ambiguous", "rejected", "not_data")
    assert sum(batch.counts[key] for key in outcomes) == batch.counts["total"]


def snapshot():
    return (
        sorted(Person.objects.values_list("citizen_id_hash", "given_name", "phone", "vital_state")),
        sorted(House.objects.values_list("house_code", "number", "search_text", "point")),
        sorted(
            HouseholdMembership.objects.values_list("person_id", "kind", "ended_on", "end_reason", "role"),
            key=str,
        ),
        Household.objects.count(),
    )


def test_first_import_brings_everybody_in(town):
    batch = imported(town, register(20))
    assert_adds_up(batch)
    assert batch.counts["new"] == 60
    assert batch.counts["not_data"] == 1
    assert Person.objects.count() == 60
    assert House.objects.count() == Household.objects.count() == 20
    assert HouseholdMembership.objects.filter(ended_on=None).count() == 120
    assert batch.problem_counts == {}


def test_second_import_of_the_same_file_changes_nothing(town):
    imported(town, register(20))
    before = snapshot()
    batch = imported(town, register(20), is_complete=True)
    assert batch.counts["unchanged"] == 60
    assert batch.counts["gone"] == 0
    assert snapshot() == before


def test_later_extract_shows_who_came_and_went(town):
    rows = register(20)
    imported(town, rows)
    later = [list(row) for row in rows if row[0] not in ("10", "11")]
    later[0][PLACE["เบอร์โทร"]] = "0899999999"
    later[3][PLACE["บ้านเลขที่"]], later[3][PLACE["รหัสประจำบ้าน"]] = (
        later[30][PLACE["บ้านเลขที่"]],
        later[30][PLACE["รหัสประจำบ้าน"]],
    )
    later[3][PLACE["หมู่ที่"]], later[3][PLACE["ชื่อหมู่บ้าน"]] = later[30][PLACE["หมู่ที่"]], later[30][PLACE["ชื่อหมู่บ้าน"]]
    later += register(21)[-3:]
    batch = imported(town, later, is_complete=True)
    assert_adds_up(batch)
    assert (batch.counts["new"], batch.counts["changed"], batch.counts["gone"]) == (3, 2, 2)
    assert batch.counts["movements"] == {"moved_in": 3, "moved_within": 1}
    assert Person.objects.count() == 63
    gone = HouseholdMembership.objects.filter(end_reason="absent_from_extract", kind="registered")
    assert gone.count() == 2


def test_undo_of_a_re_import_is_the_identity(town):
    rows = register(20)
    imported(town, rows)
    before = snapshot()
    later = [list(row) for row in rows[2:]]
    later[0][PLACE["ชื่อ"]] = "เปลี่ยนชื่อ"
    later[5][PLACE["รหัสประจำบ้าน"]], later[5][PLACE["บ้านเลขที่"]] = "51019988888", "999"
    batch = imported(town, later + register(25)[-9:], is_complete=True)
    assert snapshot() != before
    importing.request_undo(batch)
    importing.undo_batch(town.pk, batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportState.UNDONE
    assert snapshot() == before


def test_undo_of_the_first_import_leaves_nothing(town):
    batch = imported(town, register(5))
    importing.request_undo(batch)
    importing.undo_batch(town.pk, batch.pk)
    assert Person.objects.count() == House.objects.count() == HouseholdMembership.objects.count() == 0


def test_row_that_repeats_is_counted_and_not_imported_twice(town):
    rows = register(4)
    batch = imported(town, [*rows, rows[0], rows[5]])
    assert_adds_up(batch)
    assert batch.counts["repeated"] == 2
    assert Person.objects.count() == 12
    assert ImportRow.objects.filter(outcome="repeated", same_as_row__isnull=False).count() == 2


def test_imports_are_undone_one_after_the_other(town):
    rows = register(6)
    first = imported(town, rows)
    later = [list(row) for row in rows]
    later[0][PLACE["เบอร์โทร"]] = "0899999999"
    later[3][PLACE["ละติจูด"]] = "18.560000"
    second = imported(town, later)
    assert second.counts["changed"] == 1
    for batch in (second, first):
        assert importing.plan_undo(batch).kept == 0
        importing.request_undo(batch)
        importing.undo_batch(town.pk, batch.pk)
    assert Person.objects.count() == House.objects.count() == 0
