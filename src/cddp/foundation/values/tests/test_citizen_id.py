import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.values import citizen_id
from cddp.foundation.values.citizen_id import check_digit, is_valid, parse_citizen_id
from cddp.foundation.values.thai_text import to_thai_digits

twelve = st.from_regex(r"[0-8][0-9]{11}", fullmatch=True)
whole = twelve.map(lambda first: first + check_digit(first)).filter(
    lambda digits: not digits.endswith("000000")
)


def checked(first12: str) -> str:
    return first12 + check_digit(first12)


@given(whole)
def test_every_way_of_writing_one_number_reads_the_same(digits):
    dashed = citizen_id.format_dashed(digits)
    for written in (
        digits,
        dashed,
        dashed.replace("-", " "),
        to_thai_digits(dashed),
        f" {digits}\u00a0",
        f"'{digits}",
    ):
        assert parse_citizen_id(written) == citizen_id.CitizenIdReading(digits)


@given(whole)
def test_a_number_cell_is_read_exactly_and_said_to_be_repaired(digits):
    for value in (int(digits), float(digits), f"{digits}.0"):
        reading = parse_citizen_id(value)
        if reading.digits:
            assert (reading.digits, reading.problem, reading.repaired) == (digits, "", True)
        else:
            assert digits.startswith("00"), "only two lost zeros are beyond repair"


@given(whole)
def test_one_wrong_digit_or_a_swap_is_a_warning_that_keeps_the_digits(digits):
    wrong = digits[:12] + str((int(digits[12]) + 1) % 10)
    assert not is_valid(wrong)
    if not wrong.endswith("000000"):
        assert parse_citizen_id(wrong).digits == wrong
        assert parse_citizen_id(wrong).problem == "checksum"


@pytest.mark.parametrize("written", ["1.50991E+12", "1.50991e12", "1,50991E+12", "1509910000000", 1.50991e12])
def test_lost_digits_are_damage_never_a_guess(written):
    assert parse_citizen_id(written) == citizen_id.CitizenIdReading("", "damaged")


def test_scientific_text_with_all_thirteen_digits_is_still_whole():
    digits = checked("150991234567")
    assert parse_citizen_id(f"{digits[0]}.{digits[1:]}E+12").digits == digits


def test_leading_zero_is_a_real_person():
    digits = checked("001234567890")
    assert is_valid(digits)
    assert citizen_id.nationality(digits) == "not_thai"
    lost = checked("012345678901")
    assert parse_citizen_id(int(lost)).digits == lost, "a number cell cannot hold the zero"
    assert parse_citizen_id(lost[1:]) == citizen_id.CitizenIdReading("", "length", suggestion=lost)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (None, "missing"),
        ("", "missing"),
        (" - ", "missing"),
        ("#N/A", "missing"),
        ("ไม่มี", "missing"),
        ("15099", "length"),
        ("1-5099-1234O-12-3", "letters"),
        ("สมชาย", "letters"),
        (True, "letters"),
    ],
)
def test_what_is_no_number_says_why(written, problem):
    reading = parse_citizen_id(written)
    assert (reading.digits, reading.problem) == ("", problem)
    assert reading.problem_text


def test_nine_does_not_begin_a_number():
    nine = checked("912345678901")
    assert not is_valid(nine)
    assert parse_citizen_id(nine).problem == "first_digit"


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        *zip("12345", ["thai"] * 5, strict=True),
        *zip("0678", ["not_thai"] * 4, strict=True),
        ("9", "unknown"),
        ("", "unknown"),
    ],
)
def test_first_digit_tells_nationality(first, kind):
    assert citizen_id.nationality(first and first + "0" * 12) == kind
    assert bool(citizen_id.describe_class(first)) is (kind != "unknown")


def test_mask_hides_the_middle_five():
    assert citizen_id.mask("1509912345123") == "1-5099-xxxxx-12-3"
    assert citizen_id.mask("") == ""
    assert citizen_id.mask("15099") == "xxxxx", "what is not whole is hidden wholly"


def test_check_digit_wants_twelve():
    with pytest.raises(ValueError, match="twelve"):
        check_digit("123")


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.binary()))
def test_parse_never_raises_and_never_answers_with_less_than_thirteen(value):
    reading = parse_citizen_id(value)
    assert reading.digits == "" or re.fullmatch(r"[0-9]{13}", reading.digits)
    assert reading.digits or reading.problem
