"""กติกาการนำเข้า: headings, names, houses, points, repeats."""

import datetime as dt
import random

import pytest

from cddp.foundation.files.tables.cells import Row, number_cell, text_cell
from cddp.foundation.values.thai_text import normalise_line
from cddp.registers.residents.rules.importing.addresses import read_house, tidy_text
from cddp.registers.residents.rules.importing.columns import (
    extract_date_in,
    header_fingerprint,
    mapping_problem,
    suggest_mapping,
)
from cddp.registers.residents.rules.importing.problems import PROBLEMS
from cddp.registers.residents.rules.importing.repeats import Repeats
from cddp.registers.residents.rules.importing.rows import RowReader
from cddp.registers.residents.rules.importing.words import read_role, read_sex, read_status, read_type_area
from cddp.registers.residents.tests.registry_files import HEADER, citizen_id

TODAY = dt.date(2026, 11, 23)


def read(**cells):
    made = {
        key: number_cell(str(value)) if isinstance(value, int) else text_cell(value)
        for key, value in cells.items()
    }
    return RowReader({key: key for key in cells}, today=TODAY).read(Row(2, made))


def codes(person):
    return [code for _field, code in person.problems if code != "no_house"]


def house(**cells):
    return read_house({key: text_cell(value) for key, value in cells.items()})


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            ["ที่", "ชื่อ - สกุล", "เลขบัตร ปชช. (13 หลัก)"],
            {"full_name": "ชื่อ - สกุล", "citizen_id": "เลขบัตร ปชช. (13 หลัก)"},
        ),
        (["ชื่อ", "อายุ"], {"full_name": "ชื่อ"}),
        (
            ["ชื่อ", "นามสกุล", "ว/ด/ป เกิด"],
            {"given_name": "ชื่อ", "family_name": "นามสกุล", "birth_date": "ว/ด/ป เกิด"},
        ),
        (["PID", "NAME", "LNAME"], {"citizen_id": "PID", "given_name": "NAME", "family_name": "LNAME"}),
        (["ที่อยู่ บ้านเลขที่", "ที่อยู่ หมู่ที่"], {"house_number": "ที่อยู่ บ้านเลขที่", "moo": "ที่อยู่ หมู่ที่"}),
    ],
)
def test_headings_are_recognised(headings, expected):
    assert suggest_mapping(headings) == expected


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("ข้อมูล ณ วันที่ 1 มิถุนายน 2569", dt.date(2026, 6, 1)),
        ("ข้อมูล ณ วันที่ ๑ มิ.ย. พ.ศ. ๒๕๖๙", dt.date(2026, 6, 1)),
        ("ณ 1/11/2569", dt.date(2026, 11, 1)),
        ("ข้อมูล ณ วันที่ 1 มิถุนายน 2599", None),
        ("เทศบาลตำบลบ้านกลาง", None),
    ],
)
def test_the_day_of_the_extract_stands_in_the_title(title, day):
    assert extract_date_in(["ทะเบียน", title], TODAY) == day


def test_a_group_heading_over_the_district_is_no_address():
    assert suggest_mapping(["ชื่อ", "ที่อยู่ตามทะเบียนบ้าน อำเภอ"]) == {"full_name": "ชื่อ"}


def test_fingerprint_forgets_order_blanks_and_our_own_columns():
    assert header_fingerprint(["ชื่อ ", "เลข"]) == header_fingerprint(["เลข", "ชื่อ", "วิธีแก้"])
    assert header_fingerprint(["ชื่อ"]) != header_fingerprint(["นามสกุล"])


def test_mapping_needs_a_name_and_each_column_once():
    assert mapping_problem({"citizen_id": "เลข"})
    assert mapping_problem({"given_name": "ชื่อ", "family_name": "ชื่อ"})
    assert not mapping_problem(suggest_mapping(HEADER))


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"full_name": "น.ส.สมหญิง  ใจดี"}, ("นางสาว", "สมหญิง", "ใจดี")),
        ({"given_name": "นายสมชาย", "family_name": "ใจดี"}, ("นาย", "สมชาย", "ใจดี")),
        ({"title": "นาง", "given_name": "พระจันทร์", "family_name": "ใจดี"}, ("นาง", "พระจันทร์", "ใจดี")),
        ({"title": "นาย", "given_name": "นายสมชาย", "family_name": "ใจดี"}, ("นาย", "สมชาย", "ใจดี")),
        ({"given_name": "สมชาย มานะ", "family_name": "ใจดี"}, ("", "สมชาย มานะ", "ใจดี")),
    ],
)
def test_names_wherever_the_title_stands(cells, name):
    person = read(**cells)
    assert (person.title, person.given_name, person.family_name) == name


def test_a_row_without_a_name_stays_out_and_one_without_a_family_name_goes_in():
    assert not read(given_name="", family_name="ใจดี").is_usable
    assert not read(given_name="สม\ufffdชาย", family_name="ใจดี").is_usable
    lone = read(given_name="สมชาย", family_name="-")
    assert lone.is_usable
    assert codes(lone) == ["no_family_name"]


def test_identity_numbers_are_kept_repaired_or_left_out_never_the_row():
    sound = citizen_id(7)
    wrong = sound[:-1] + str((int(sound[-1]) + 1) % 10)
    assert read(given_name="ก", family_name="ข", citizen_id=sound).citizen_id == sound
    kept = read(given_name="ก", family_name="ข", citizen_id=wrong)
    assert (kept.citizen_id, kept.citizen_id_is_valid, codes(kept)) == (wrong, False, ["checksum"])
    damaged = read(given_name="ก", family_name="ข", citizen_id="1.50991E+12")
    assert (damaged.citizen_id, damaged.is_usable, codes(damaged)) == ("", True, ["damaged"])
    assert read(given_name="ก", family_name="ข", citizen_id=int(sound)).citizen_id == sound


@pytest.mark.parametrize(
    ("written", "day", "precision", "problems"),
    [
        ("23/11/2500", dt.date(1957, 11, 23), "day", []),
        ("๒๓ พ.ย. ๒๕๖๐", dt.date(2017, 11, 23), "day", []),
        ("0/0/2490", dt.date(1947, 1, 1), "year", []),
        ("01/01/2490", dt.date(1947, 1, 1), "year", []),
        ("01/01/2550", dt.date(2007, 1, 1), "day", []),
        ("31/02/2540", None, "day", ["date_unreadable"]),
        ("23/11/2590", None, "day", ["date_future"]),
        ("23/11/2430", None, "day", ["date_too_old"]),
        ("", None, "day", ["no_birth_date"]),
    ],
)
def test_birth_dates(written, day, precision, problems):
    person = read(given_name="ก", family_name="ข", birth_date=written)
    assert (person.birth_date, person.birth_precision, codes(person)) == (day, precision, problems)


@pytest.mark.parametrize(
    ("cells", "point", "problems"),
    [
        ({"latitude": "18.58", "longitude": "99.01"}, (99.01, 18.58), []),
        ({"latitude": "99.01", "longitude": "18.58"}, (99.01, 18.58), ["point_swapped"]),
        ({"latitude": "0", "longitude": "0"}, None, ["point_zero"]),
        ({"latitude": "51.5", "longitude": "0.12"}, None, ["point_outside"]),
        ({"latitude": "เหนือ", "longitude": "99"}, None, ["point_unreadable"]),
        ({"point": "18.58, 99.01"}, (99.01, 18.58), []),
        ({}, None, []),
    ],
)
def test_points(cells, point, problems):
    reading = house(house_number="1", **cells)
    assert (reading.point, [code for _field, code in reading.problems]) == (point, problems)


def test_joined_address_and_codes():
    reading = house(address="123/4 หมู่ 5 ซอย 2 ถนนสุขใจ ต.บ้านกลาง อ.เมือง")
    assert (reading.number, reading.moo, reading.road, reading.tambon) == ("123/4", 5, "สุขใจ", "บ้านกลาง")
    lettered = house(house_code="5101A000012", house_number="๑๒ / ๓")
    assert (lettered.code, lettered.code_is_valid, lettered.number) == ("5101A000012", False, "12/3")
    assert house(house_number="ทะเบียนบ้านกลาง").is_central


def test_words_and_codes():
    assert [read_sex(word) for word in ("ชาย", "ญ", "2", "?")] == ["male", "female", "female", ""]
    assert read_status("ตาย") == ("dead", False)
    assert read_status("ย้ายออก") == ("alive", True)
    assert read_status("9") == ("alive", False)
    assert [read_type_area(code) for code in ("1", "2", "3")] == [(True, True), (True, False), (False, True)]
    assert [read_role(word) for word in ("เจ้าบ้าน", "ภรรยา", "ผู้อาศัย", "อะไรก็ได้")] == [
        "head",
        "spouse",
        "occupant",
        "occupant",
    ]


def test_repeats_by_number_and_by_name():
    repeats = Repeats()
    number = citizen_id(1)

    def judge(row, name, *, digits="", born=None, place=1, content=0, valid=True):
        person = read(given_name=name, family_name="ใจดี")
        person.row_number, person.citizen_id, person.birth_date = row, digits, born
        person.citizen_id_is_valid = valid
        return repeats.judge(person, place, content)

    born = dt.date(2000, 1, 2)
    assert judge(2, "ก", digits=number, born=born)[0] == "first"
    assert judge(3, "ก", digits=number, born=born) == ("repeated", 2, "")
    assert judge(4, "ก", digits=number, born=born, content=1) == ("repeated", 2, "same_person_differs")
    assert judge(5, "ก", digits=number, born=born, place=2, content=1) == ("ambiguous", 2, "two_houses")
    assert judge(6, "ค", digits=number) == ("ambiguous", 2, "id_shared")
    assert repeats.doubtful_rows == {2}
    assert judge(7, "ก", born=born) == ("repeated", 2, "")
    assert judge(8, "ง", digits="1111111111119", valid=False)[0] == "first"
    assert judge(9, "จ", digits="1111111111119", valid=False) == ("first", None, "id_shared_dropped")
    assert repeats.numberless_rows == {8}


def test_tidy_text_is_the_same_as_normalise_line():
    signs = "กนมสเแไะาำิีุู่้์็ัๆ ํ12/.-ABc \u00a0\u200b"
    rnd = random.Random(1)
    for _ in range(20_000):
        text = "".join(rnd.choice(signs) for _ in range(rnd.randint(0, 9)))
        assert tidy_text(text) == normalise_line(text), repr(text)


def test_each_problem_says_reason_and_fix():
    assert all(problem.reason and problem.fix for problem in PROBLEMS.values())
