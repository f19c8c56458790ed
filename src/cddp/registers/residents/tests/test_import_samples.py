"""ไฟล์ทะเบียนอย่างที่มาจริง: counts add up to the row, and nobody is lost."""

import pytest

from cddp.registers.residents.choices import ImportState
from cddp.registers.residents.models import HouseholdMembership, ImportRow, Person
from cddp.registers.residents.services import importing
from tests.samples.registry import write_samples
from tests.samples.townsfolk import EXTRACT_DATE, LATER_DATE

pytestmark = pytest.mark.django_db
OUTCOMES = ("new", "changed", "unchanged", "repeated", "ambiguous", "rejected", "not_data")


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("registry")
    return folder, write_samples(folder, households=300, seed=2569)


def run(town, path, day, *, complete=False):
    with path.open("rb") as stream:
        batch = importing.open_batch(stream, path.name, extract_date=day)
    importing.choose_columns(batch, batch.mapping)
    importing.check_batch(town.pk, batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED, batch.failure
    importing.confirm_batch(batch, is_complete=complete)
    importing.apply_batch(town.pk, batch.pk)
    batch.refresh_from_db()
    return batch


@pytest.mark.parametrize("name", ["first_tis620.csv", "first.xlsx", "printed_utf8.csv"])
def test_each_row_has_one_outcome_and_nobody_is_lost(town, samples, name):
    folder, truths = samples
    truth = truths[name]
    batch = run(town, folder / name, EXTRACT_DATE)
    counts = batch.counts
    print(name, counts, batch.problem_counts, {k: len(v) for k, v in truth.dirt.items()})
    assert counts["total"] == truth.total
    assert sum(counts[key] for key in OUTCOMES) == truth.total
    assert counts["not_data"] == truth.total - truth.data
    assert counts["rejected"] == truth.count("given_missing")
    assert counts["repeated"] == truth.count("repeated_row")
    assert Person.objects.count() == counts["new"]


def test_a_later_extract_updates_and_tells_who_came_and_went(town, samples):
    folder, truths = samples
    first = run(town, folder / "first_tis620.csv", EXTRACT_DATE)
    people_before = Person.objects.count()
    batch = run(town, folder / "later_tis620.csv", LATER_DATE, complete=True)
    changes = truths["later_tis620.csv"].changes
    print(first.counts, batch.counts, batch.problem_counts, {k: len(v) for k, v in changes.items()})
    counts = batch.counts
    assert sum(counts[key] for key in OUTCOMES) == counts["total"] == truths["later_tis620.csv"].total
    movements = counts["movements"]
    assert movements["died"] == len(changes["died"])
    assert movements["moved_out"] == len(changes["moved_out"])
    assert movements["moved_within"] == len(changes["moved_within"])
    # Newcomers without a name, or with somebody else's number, are listed and not taken in.
    outcomes = dict(ImportRow.objects.filter(batch_id=batch.pk).values_list("row_number", "outcome"))
    newcomers = {*changes["born"], *changes["moved_in"]}
    rows = [row for row, person in truths["later_tis620.csv"].people.items() if person.key in newcomers]
    taken_in = sum(outcomes[row] == "new" for row in rows)
    assert movements["born"] + movements["moved_in"] == taken_in == counts["new"]
    assert {outcomes[row] for row in rows} <= {"new", "ambiguous", "rejected", "repeated"}
    assert Person.objects.count() == people_before + counts["new"]
    assert counts["gone"] == registered(first, truths["first_tis620.csv"], changes["gone"])
    absent = HouseholdMembership.objects.filter(end_reason="absent_from_extract", kind="registered")
    assert absent.count() == counts["gone"]


def registered(batch, truth, keys):
    """How many of these people the first file had registered in a house."""
    rows = [row for row, person in truth.people.items() if person.key in keys]
    people = ImportRow.objects.filter(batch_id=batch.pk, row_number__in=rows, outcome="new").values_list("id")
    return HouseholdMembership.objects.filter(person_id__in=people, kind="registered").count()
