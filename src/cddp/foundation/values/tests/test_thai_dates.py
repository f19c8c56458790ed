import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.values import thai_dates
from cddp.foundation.values.thai_dates import PartialDate, UnableToReadDate, parse_date
from cddp.foundation.values.thai_text import to_thai_digits

TODAY = dt.date(2026, 11, 23)
days = st.dates(dt.date(1870, 1, 1), dt.date(2100, 12, 31))


@pytest.mark.parametrize(
    "written",
    [
        "23/11/2569",
        "23-11-2569",
        "23.11.2569",
        "23/11/69",
        "23 พ.ย. 69",
        "23พ.ย.69",
        "23 พย 2569",
        "23-พ.ย.-2569",
        "๒๓ พฤศจิกายน ๒๕๖๙",
        "วันที่ 23 พฤศจิกายน พ.ศ. 2569",
        "วันจันทร์ที่ 23 พ.ย. 2569",
        "2569-11-23",
        "2026-11-23",
        "23/11/2569 00:00:00",
        "23/11/2569 15:04 น.",
        "2026-11-23T10:00:00+07:00",
        "25691123",
        "23112569",
        25691123,
        "23-Nov-2026",
        "23 November 2026",
        46349,
        46349.5,
        "46349",
        dt.date(2026, 11, 23),
        dt.date(2569, 11, 23),
        dt.datetime(2026, 11, 23, 9),
        "\u200b23/11/2569\u00a0",
        "'23/11/2569",
    ],
)
def test_the_same_day_in_all_its_forms(written):
    assert parse_date(written) == PartialDate(TODAY)


@pytest.mark.parametrize(
    ("written", "date", "precision"),
    [
        ("0/0/2490", dt.date(1947, 1, 1), "year"),
        ("-/-/2490", dt.date(1947, 1, 1), "year"),
        ("2490", dt.date(1947, 1, 1), "year"),
        ("xx/xx/2490", dt.date(1947, 1, 1), "year"),
        ("24900000", dt.date(1947, 1, 1), "year"),
        ("พ.ศ. 2490", dt.date(1947, 1, 1), "year"),
        ("5/0/2490", dt.date(1947, 1, 1), "year"),
        (2490.0, dt.date(1947, 1, 1), "year"),
        ("00/05/2490", dt.date(1947, 5, 1), "month"),
        ("พ.ค. 2490", dt.date(1947, 5, 1), "month"),
        ("5/2490", dt.date(1947, 5, 1), "month"),
        ("0/0/2480", dt.date(1937, 4, 1), "year"),
        ("1/1/2483", dt.date(1940, 4, 1), "year"),
    ],
)
def test_unknown_parts_keep_the_precision(written, date, precision):
    assert parse_date(written) == PartialDate(date, precision)


@pytest.mark.parametrize("written", [None, "", " ", "-", "0", 0, "ไม่ทราบ", "#N/A", "00000000"])
def test_nothing_is_nothing(written):
    assert parse_date(written) is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("31/02/2569", "no_such_day"),
        ("29/02/2569", "no_such_day"),
        ("15/13/2560", "no_such_day"),
        ("11/23/2569", "no_such_day"),
        ("15/02/2483", "never_existed"),
        ("สมชาย", "unreadable"),
        ("23 มกกก 2569", "unknown_month"),
        ("1/1/3000", "year_out_of_range"),
        ("1/1/0001", "year_out_of_range"),
        (12.5, "unreadable"),
    ],
)
def test_what_is_no_day_says_why_and_how_to_mend_it(written, code):
    with pytest.raises(UnableToReadDate) as refusal:
        parse_date(written)
    assert refusal.value.code == code
    assert refusal.value.fix
    assert isinstance(refusal.value, ValueError)


def test_leap_day_is_judged_in_gregorian():
    assert parse_date("29/02/2567") == PartialDate(dt.date(2024, 2, 29))


def test_years_began_in_april_before_1941():
    assert parse_date("1/2/2482") == PartialDate(dt.date(1940, 2, 1))
    assert parse_date("1/4/2482") == PartialDate(dt.date(1939, 4, 1))
    assert parse_date("31/12/2483") == PartialDate(dt.date(1940, 12, 31))
    assert parse_date("1/1/2484") == PartialDate(dt.date(1941, 1, 1))
    assert thai_dates.to_buddhist_year(dt.date(1940, 3, 31)) == 2482
    assert thai_dates.to_buddhist_year(dt.date(1940, 4, 1)) == 2483
    assert thai_dates.to_buddhist_year(dt.date(1941, 1, 1)) == 2484


def test_two_digit_births_lie_in_the_past():
    assert parse_date("01/05/87", not_after=TODAY) == PartialDate(dt.date(1944, 5, 1))
    assert parse_date("01/05/67", not_after=TODAY) == PartialDate(dt.date(2024, 5, 1))
    assert parse_date("01/05/87") == PartialDate(dt.date(2044, 5, 1))


@given(days)
def test_what_is_shown_can_be_read_again(day):
    for shown in (
        thai_dates.format_short(day),
        thai_dates.format_long(day),
        to_thai_digits(thai_dates.format_short(day)),
    ):
        assert parse_date(shown) == PartialDate(day)
    numbers = f"{day.day}/{day.month}/{thai_dates.to_buddhist_year(day)}"
    if numbers != "1/1/2483":
        assert parse_date(numbers) == PartialDate(day)


@given(days, st.sampled_from(["month", "year"]))
def test_partial_dates_survive_the_round_trip(day, precision):
    start = day.replace(day=1)
    if precision == "year":
        year = thai_dates.to_buddhist_year(day)
        start = dt.date(year - 543, 4 if year <= 2483 else 1, 1)
    assert parse_date(str(PartialDate(start, precision))) == PartialDate(start, precision)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.text(alphabet="0123456789/-. พ.ย")))
def test_reading_raises_nothing_but_its_own_refusal(value):
    with suppress(UnableToReadDate):
        parse_date(value)


def test_shown_forms():
    moment = dt.datetime(2026, 11, 23, 15, 4, tzinfo=thai_dates.BANGKOK)
    assert thai_dates.format_short(TODAY) == "23 พ.ย. 2569"
    assert thai_dates.format_long(TODAY) == "23 พฤศจิกายน 2569"
    assert thai_dates.format_with_time(moment) == "23 พ.ย. 2569 15:04 น."
    assert (
        thai_dates.format_with_time(dt.datetime(2026, 11, 23, 20, 4, tzinfo=dt.UTC))
        == "24 พ.ย. 2569 03:04 น."
    )
    assert str(PartialDate(dt.date(1947, 5, 1), "month")) == "พ.ค. 2490"
    assert thai_dates.format_long(PartialDate(dt.date(1947, 1, 1), "year")) == "พ.ศ. 2490"


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        ({"seconds": 20}, "เมื่อสักครู่"),
        ({"minutes": 5}, "5 นาทีก่อน"),
        ({"hours": 3}, "3 ชั่วโมงก่อน"),
        ({"hours": 10}, "เมื่อวานนี้"),
        ({"days": 3}, "3 วันก่อน"),
        ({"days": 8}, "15 พ.ย. 2569"),
        ({"days": -1}, "พรุ่งนี้"),
        ({"days": -3}, "อีก 3 วัน"),
        ({"hours": -1}, "วันนี้"),
        ({"days": -30}, "23 ธ.ค. 2569"),
    ],
)
def test_relative_counts_calendar_days_of_thailand(ago, words):
    now = dt.datetime(2026, 11, 23, 9, 0, tzinfo=thai_dates.BANGKOK)
    assert thai_dates.format_relative(now - dt.timedelta(**ago), now) == words


def test_fiscal_year_runs_from_october():
    assert thai_dates.fiscal_year(dt.date(2026, 9, 30)) == 2569
    assert thai_dates.fiscal_year(dt.date(2026, 10, 1)) == 2570
    assert thai_dates.fiscal_year_span(2570) == (dt.date(2026, 10, 1), dt.date(2027, 9, 30))


def test_age_counts_full_years_and_section_16():
    assert thai_dates.age_in_years(dt.date(1966, 11, 23), TODAY) == 60
    assert thai_dates.age_in_years(dt.date(1966, 11, 24), TODAY) == 59
    assert thai_dates.age_in_years(dt.date(2024, 2, 29), dt.date(2025, 2, 28)) == 0
    assert thai_dates.age_in_years(dt.date(2024, 2, 29), dt.date(2025, 3, 1)) == 1
    assert thai_dates.age_in_years(PartialDate(dt.date(1947, 1, 1), "year"), TODAY) == 79
    assert thai_dates.age_in_years(TODAY, dt.date(2026, 11, 22)) == -1
