"""Money, areas, house codes, identifiers."""

import os
import time
from decimal import Decimal
from threading import Thread
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.values import area, house_code, identifiers, money


@pytest.mark.parametrize(
    ("satang", "words"),
    [
        (0, "ศูนย์บาทถ้วน"),
        (125000, "หนึ่งพันสองร้อยห้าสิบบาทถ้วน"),
        (100, "หนึ่งบาทถ้วน"),
        (1100, "สิบเอ็ดบาทถ้วน"),
        (2100, "ยี่สิบเอ็ดบาทถ้วน"),
        (1000, "สิบบาทถ้วน"),
        (10100, "หนึ่งร้อยเอ็ดบาทถ้วน"),
        (50, "ห้าสิบสตางค์"),
        (1, "หนึ่งสตางค์"),
        (12121, "หนึ่งร้อยยี่สิบเอ็ดบาทยี่สิบเอ็ดสตางค์"),
        (1_000_001_00, "หนึ่งล้านเอ็ดบาทถ้วน"),
        (11_000_000_00, "สิบเอ็ดล้านบาทถ้วน"),
        (10**14, "หนึ่งล้านล้านบาทถ้วน"),
        (2_500_000_000_000_00, "สองล้านห้าแสนล้านบาทถ้วน"),
        (-100, "ลบหนึ่งบาทถ้วน"),
        (20_000_00, "สองหมื่นบาทถ้วน"),
    ],
)
def test_baht_in_words(satang, words):
    assert money.baht_in_words(satang) == words


@given(st.integers(-(10**14), 10**14))
def test_amounts_shown_are_read_again(satang):
    assert money.parse_baht(money.format_baht(satang)) == satang


@pytest.mark.parametrize(
    ("written", "satang"),
    [
        ("1,250.5", 125050),
        ("๑,๒๕๐ บาท", 125000),
        ("฿5", 500),
        ("500.-", 50000),
        (1250.5, 125050),
        (Decimal("0.25"), 25),
        ("", None),
        ("-", None),
        (None, None),
        ("1,250 บาทถ้วน", 125000),
    ],
)
def test_baht_as_people_write(written, satang):
    assert money.parse_baht(written) == satang


@pytest.mark.parametrize("written", ["ห้าบาท", "1.234", "1e5", "12 13 x"])
def test_what_is_no_amount(written):
    with pytest.raises(money.UnableToReadMoney):
        money.parse_baht(written)


def test_area_forms():
    assert str(area.from_square_metres(3742)) == "2 ไร่ 1 งาน 35.5 ตร.ว."
    assert area.parse_area("2-1-35.5").square_metres == 3742
    assert area.parse_area("๒ ไร่ ๑ งาน ๓๕.๕ ตารางวา").dashed == "2-1-35.5"
    assert area.parse_area("50 ตร.ว.").square_metres == 200
    assert area.parse_area("1.5 ไร่").square_metres == 2400
    assert str(area.from_square_metres(0)) == "0 ตร.ว."
    for wrong in ("", "มาก", "2-5-1"):
        with pytest.raises(area.UnableToReadArea):
            area.parse_area(wrong)


@given(st.decimals(0, 10**9, places=2))
def test_area_is_kept_within_two_hundredths(square_metres):
    kept = area.from_square_metres(square_metres)
    assert abs(kept.square_metres - square_metres) <= Decimal("0.02")
    assert 0 <= kept.ngan <= 3
    assert 0 <= kept.wa < 100
    assert area.parse_area(kept.dashed) == kept


@pytest.mark.parametrize(
    ("written", "digits", "problem"),
    [
        ("51011234567", "51011234567", ""),
        ("5101-123456-7", "51011234567", ""),
        ("๕๑๐๑๑๒๓๔๕๖๗", "51011234567", ""),
        (51011234567.0, "51011234567", ""),
        ("51011234567.0", "51011234567", ""),
        ("5.10112E+10", "", "damaged"),
        (51011200000, "", "damaged"),
        ("5101A234567", "", "letters"),
        ("510112345", "", "length"),
        (None, "", "missing"),
        ("-", "", "missing"),
    ],
)
def test_house_codes(written, digits, problem):
    reading = house_code.parse_house_code(written)
    assert (reading.digits, reading.problem) == (digits, problem)
    assert bool(reading.problem_text) is bool(problem)


def test_house_code_shown():
    assert house_code.format_dashed("51011234567") == "5101-123456-7"
    assert house_code.registry_of("51011234567") == "5101"
    assert house_code.is_valid("51011234567")
    assert not house_code.is_valid("01011234567")


def test_uuid7_form():
    # Another test of this process may have travelled in time, and ids only grow.
    identifiers._start_anew()
    before = time.time_ns() // 1_000_000
    made = identifiers.uuid7()
    assert made.version == 7
    assert made.variant == UUID(int=uuid4().int).variant
    assert before <= identifiers.made_at_ms(made) <= before + 2000
    with pytest.raises(ValueError, match="version 7"):
        identifiers.made_at_ms(uuid4())


def test_uuid7_grows_across_threads_and_a_clock_set_back(monkeypatch):
    made: list[UUID] = []
    own = [identifiers.uuid7() for _ in range(20_000)]
    assert own == sorted(set(own))
    threads = [
        Thread(target=lambda: made.extend(identifiers.uuid7() for _ in range(2_000))) for _ in range(4)
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(set(made)) == 8_000
    assert min(made) > own[-1]
    monkeypatch.setattr(identifiers.time, "time_ns", lambda: 0)
    assert identifiers.uuid7() > max(made)


def test_uuid7_example_of_the_rfc():
    made = identifiers._assemble(0x017F22E279B0, (0xCC3 << 62) | 0x18C4DC0C0C07398F)
    assert str(made) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_uuid7_overflow_moves_to_the_next_millisecond():
    sequence = identifiers._Sequence()
    sequence.millisecond, sequence.tail = 5, (1 << 74) - 1
    assert sequence.next(5)[0] == 6


def test_uuid7_of_a_fork_differs():
    identifiers.uuid7()
    read, write = os.pipe()
    if not (child := os.fork()):
        os.write(write, str(identifiers.uuid7()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert UUID(os.read(read, 36).decode()) != identifiers.uuid7()
