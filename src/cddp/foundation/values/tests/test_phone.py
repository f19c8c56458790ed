import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.values.phone import format_phone, mask_phone, parse_phone, parse_phones
from cddp.foundation.values.thai_text import to_thai_digits

mobiles = st.from_regex(r"0[689][0-9]{8}", fullmatch=True)
landlines = st.from_regex(r"0[23457][0-9]{7}", fullmatch=True)


@given(st.one_of(mobiles, landlines))
def test_every_way_of_writing_reads_the_same(digits):
    shown = format_phone(digits)
    for written in (
        shown,
        shown.replace("-", " "),
        to_thai_digits(shown),
        f"โทร. {digits}",
        f"({digits[:3]}) {digits[3:]}",
    ):
        assert parse_phone(written).digits == digits


@given(st.one_of(mobiles, landlines))
def test_the_lost_zero_and_the_country_code_are_undone(digits):
    for written in (
        digits[1:],
        int(digits),
        float(digits),
        "+66" + digits[1:],
        "+66 (0)" + digits[1:],
        "0066" + digits[1:],
    ):
        reading = parse_phone(written)
        assert (reading.digits, reading.repaired) == (digits, True)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "missing"),
        (None, "missing"),
        ("-", "missing"),
        (0, "missing"),
        ("08x", "letters"),
        ("12345", "length"),
        ("081234567", "length"),
    ],
)
def test_what_is_no_number_says_why(written, problem):
    assert (parse_phone(written).digits, parse_phone(written).problem) == ("", problem)


def test_kinds():
    assert parse_phone("1669").kind == "short"
    assert parse_phone("191").kind == "short"
    assert parse_phone("053-511-013 ต่อ 12").extension == "12"
    assert parse_phone("053-511-013 ต่อ 12").kind == "landline"
    assert parse_phone("1800-123-456").kind == "free"


@pytest.mark.parametrize(
    "cell",
    [
        "081-2345678, 053-511013",
        "0812345678/053511013",
        "081-234-5678 053-511-013",
        "0812345678 หรือ 053511013",
    ],
)
def test_two_numbers_in_a_cell(cell):
    assert [reading.digits for reading in parse_phones(cell)] == ["0812345678", "053511013"]
    assert parse_phone(cell).digits == "0812345678"
    assert parse_phones("-") == []


def test_masked():
    assert mask_phone("0812345678") == "081-xxx-5678"
    assert mask_phone("053511013") == "053-xxx-013"
    assert mask_phone("021234567") == "02-xxx-4567"
    assert mask_phone("1669") == "xxxx"


@given(st.one_of(st.text(), st.integers(), st.floats()))
def test_parse_never_raises(value):
    assert re.fullmatch(r"[0-9]*", parse_phone(value).digits)
    parse_phones(value)
