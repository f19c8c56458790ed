"""The dirty samples, read with the product's own reader: every row accounted for, every kind of dirt found again."""

import datetime as dt
from pathlib import Path

import pytest

from cddp.foundation.files.tables import TableSource, open_table
from cddp.foundation.values.citizen_id import parse_citizen_id
from cddp.foundation.values.house_code import parse_house_code
from cddp.foundation.values.phone import parse_phone
from cddp.foundation.values.thai_dates import UnableToReadDate, age_in_years, parse_date
from cddp.foundation.values.thai_text import normalise_line
from tests.samples.extract import COLUMNS, Truth
from tests.samples.registry import write_samples
from tests.samples.townsfolk import EXTRACT_DATE

HOUSEHOLDS = 2000
LISTED_KINDS = (
    "id_missing", "id_damaged", "id_length", "id_checksum", "code_letters", "code_missing", "phone_lost_zero",
    "phone_length", "point_missing", "birth_missing", "birth_impossible", "birth_partial",
)  # fmt: skip
FILES = ("first_tis620.csv", "first.xlsx", "later_tis620.csv", "printed_utf8.csv")


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="session")
def truths(folder) -> dict[str, Truth]:
    return write_samples(folder, HOUSEHOLDS)


def read(folder: Path, name: str) -> TableSource:
    return open_table(folder / name)


def column(table: TableSource, label: str) -> str:
    """The printed header of two rows puts the group's name before the column's."""
    return next(name for name in table.column_names if name == label or name.endswith(f" {label}"))


@pytest.mark.parametrize("name", FILES)
def test_counts_add_up_to_the_row(folder, truths, name):
    truth = truths[name]
    with read(folder, name) as table:
        counts = table.count_rows()
    assert counts.complete
    for sort in ("title", "header", "data", "repeated_header", "footer", "empty", "total"):
        assert getattr(counts, sort) == getattr(truth, sort), sort


def test_what_the_reader_found_out(folder, truths):
    with read(folder, "first_tis620.csv") as table:
        assert (table.kind, table.encoding, table.delimiter) == ("csv", "cp874", ",")
        assert tuple(table.column_names) == COLUMNS
    with read(folder, "printed_utf8.csv") as table:
        assert (table.encoding, table.delimiter, table.header_rows) == ("utf-8-sig", ";", (4, 4))
        assert table.titles[0] == "รายงานบัญชีรายชื่อบุคคลในทะเบียนบ้าน"
    with read(folder, "first.xlsx") as table:
        assert (table.kind, table.sheet, table.header_rows) == ("xlsx", "ทะเบียนราษฎร", (4, 5))
        assert [item.label for item in table.columns] == list(COLUMNS)
        assert "ชื่อ - สกุล นามสกุล" in table.column_names


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_dirt_is_found_in_its_rows(folder, truths, name):
    truth = truths[name]
    found: dict[str, list[int]] = {}
    with read(folder, name) as table:
        place = {label: column(table, label) for label in COLUMNS}
        for row in table.data_rows():
            person = truth.people[row.number]
            cell = row.cells.get(place["เลขประจำตัวประชาชน"])
            reading = parse_citizen_id(cell.value if cell else None)
            if reading.problem:
                found.setdefault(f"id_{reading.problem}", []).append(row.number)
            if reading.digits:
                assert reading.digits == person.written_id
            code = parse_house_code(row.text(place["รหัสประจำบ้าน"]))
            if code.problem:
                found.setdefault(f"code_{code.problem}", []).append(row.number)
            phone = row.text(place["โทรศัพท์"])
            if parse_phone(phone).problem:
                found.setdefault(f"phone_{parse_phone(phone).problem}", []).append(row.number)
            elif parse_phone(phone).repaired:
                found.setdefault("phone_lost_zero", []).append(row.number)
            if not row.text(place["ละติจูด"]) and not row.text(place["บ้านเลขที่"]).startswith("ทะเบียน"):
                found.setdefault("point_missing", []).append(row.number)
            assert normalise_line(row.text(place["ชื่อ"])) == person.given
            assert row.text(place["นามสกุล"]) == person.family
            birth_cell = row.cells.get(place["วันเดือนปีเกิด"])
            try:
                birth = parse_date(
                    birth_cell.value if birth_cell else None, not_after=EXTRACT_DATE + dt.timedelta(days=200)
                )
            except UnableToReadDate:
                found.setdefault("birth_impossible", []).append(row.number)
                continue
            if birth is None:
                found.setdefault("birth_missing", []).append(row.number)
            else:
                assert (birth.date, birth.precision) == (person.born, person.born_precision)
                if birth.precision != "day":
                    found.setdefault("birth_partial", []).append(row.number)
    central = set(truth.dirt["central_register"])
    for kind in LISTED_KINDS:
        assert found.get(kind, []) == truth.dirt[kind], kind
        assert found.get(kind), f"no {kind} in the sample"
    assert [row for row in found["phone_missing"] if row not in central] == truth.dirt["phone_missing"]


def test_the_rates_of_a_real_town(truths):
    truth = truths["first_tis620.csv"]
    numbers = [person.written_id for person in truth.people.values()]
    whole = [number for number in numbers if len(number) == 13 and number.isdigit()]
    assert truth.count("id_checksum") / len(whole) == pytest.approx(0.145, abs=0.003)
    houses = {person.house.key: person.house for person in truth.people.values() if person.house.moo}
    assert len(houses) == HOUSEHOLDS
    assert sum(not house.latitude for house in houses.values()) == 0.24 * HOUSEHOLDS
    elderly = sum(age_in_years(person.born, EXTRACT_DATE) >= 60 for person in truth.people.values())
    assert 0.25 < elderly / truth.data < 0.35
    assert truth.count("repeated_row") > 20
    assert truth.count("id_shared") >= 4


def test_the_later_extract_tells_the_same_town_five_months_on(truths):
    first, later = truths["first_tis620.csv"], truths["later_tis620.csv"]
    before = {person.key: person for person in first.people.values()}
    after = {person.key: person for person in later.people.values()}
    changes = later.changes
    assert set(before) - set(after) == set(changes["gone"])
    assert set(after) - set(before) == {*changes["born"], *changes["moved_in"]}
    assert {key for key, person in after.items() if person.status == "ตาย"} == set(changes["died"])
    assert {key for key, person in after.items() if person.status == "ย้ายออก"} == set(changes["moved_out"])
    both = set(before) & set(after)
    assert {key for key in both if before[key].house.key != after[key].house.key} == set(
        changes["moved_within"]
    )
    assert {key for key in both if before[key].family != after[key].family} == set(changes["corrected"])
    assert all(before[key].written_id == after[key].written_id for key in both)
    assert all(before[key].status == "มีชีวิต" for key in before)


def test_the_same_seed_makes_the_same_files(tmp_path, truths):
    write_samples(tmp_path / "a", 30)
    write_samples(tmp_path / "b", 30)
    write_samples(tmp_path / "c", 30, seed=7)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        assert (tmp_path / "a" / name).read_bytes() != (tmp_path / "c" / name).read_bytes()
