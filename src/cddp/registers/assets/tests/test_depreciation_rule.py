"""ค่าเสื่อมราคา: cases reckoned by hand (pocket calculator, satang by satang), and what holds of every case."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.registers.assets.rules.depreciation import (
    Terms,
    accumulated_before,
    book_value,
    days_of,
    fiscal_year_of,
    last_day,
    quotient,
    schedule,
)

TRUCK = Terms(cost_satang=139_000_000, acquired_on=dt.date(2021, 8, 12), life_years=8)


def charges(terms: Terms) -> list[int]:
    return [year.charge for year in schedule(terms)]


def test_the_known_vector_holds_to_the_satang():
    # 1,390,000.00 baht, 8 years, 12 Aug 2564. 1,389,999 ÷ 8 = 173,749.875 → 173,749.88 a year.
    # First fiscal year: 12–31 Aug = 20 days, Sep = 30 days; 173,749.875 × 50 ÷ 365 = 23,801.3527… → 23,801.35.
    assert TRUCK.yearly_satang == 17_374_988
    first = fiscal_year_of(TRUCK, 2564)
    assert (first.days, first.day_basis, first.charge) == (50, 365, 2_380_135)
    assert (first.opening, first.additions, first.closing) == (0, 139_000_000, 136_619_865)
    # Seven full years of 173,749.88; the last is 1,389,999 − 23,801.35 − 1,216,249.16 = 149,948.49.
    assert charges(TRUCK) == [2_380_135, *[17_374_988] * 7, 14_994_849]
    last = fiscal_year_of(TRUCK, 2572)
    assert (last.closing, last.accumulated, last.days) == (100, 138_999_900, 315)


def test_after_its_life_it_stands_at_one_baht_for_ever():
    after = fiscal_year_of(TRUCK, 2580)
    assert (after.opening, after.charge, after.closing, after.accumulated) == (100, 0, 100, 138_999_900)


def test_a_year_that_is_not_over_has_a_value_each_day():
    # 13 Aug at the end of the day: two days of 365. 173,749.875 × 2 ÷ 365 = 952.05…
    assert book_value(TRUCK, dt.date(2021, 8, 13)) == 139_000_000 - 95_205
    assert book_value(TRUCK, dt.date(2021, 8, 11)) == 0
    assert book_value(TRUCK, dt.date(2029, 8, 11)) == 100


def test_disposed_of_within_a_year_it_stops_that_day():
    # Sold on 1 Jan 2566: Oct, Nov, Dec = 92 days are charged. 173,749.875 × 92 ÷ 365 = 43,794.489… → 43,794.49.
    sold = Terms(139_000_000, dt.date(2021, 8, 12), 8, disposed_on=dt.date(2023, 1, 1))
    year = fiscal_year_of(sold, 2566)
    assert (year.days, year.charge) == (92, 4_379_449)
    # 1,390,000 − 23,801.35 − 173,749.88 = 1,192,448.77 at the start; 1,148,654.28 on the day it was sold.
    assert (year.opening, year.disposals) == (119_244_877, 114_865_428)
    assert (year.closing, year.accumulated, year.released) == (0, 0, 2_380_135 + 17_374_988 + 4_379_449)
    assert charges(sold) == [2_380_135, 17_374_988, 4_379_449]
    assert fiscal_year_of(sold, 2567).opening == 0
    assert book_value(sold, dt.date(2022, 12, 31)) == 114_865_428
    assert book_value(sold, dt.date(2023, 1, 1)) == 0


def test_bought_and_sold_on_one_day_is_charged_nothing():
    day = dt.date(2024, 5, 1)
    year = fiscal_year_of(Terms(5_000_000, day, 5, disposed_on=day), 2567)
    assert (year.additions, year.charge, year.disposals, year.closing) == (5_000_000, 0, 5_000_000, 0)
    assert charges(Terms(5_000_000, day, 5, disposed_on=day)) == [0]


def test_disposed_of_after_its_life_only_the_baht_leaves():
    gone = Terms(139_000_000, dt.date(2021, 8, 12), 8, disposed_on=dt.date(2029, 8, 31))
    year = fiscal_year_of(gone, 2572)
    assert (year.charge, year.disposals, year.closing) == (14_994_849, 100, 0)


def test_a_leap_year_is_counted_by_its_own_days():
    # Fiscal year 2567 (1 Oct 2566 – 30 Sep 2567) holds 29 Feb 2567: 366 days.
    assert (days_of(2567), days_of(2566), days_of(2643)) == (366, 365, 365)  # 2643 = 2100, no leap year
    # 36,501 baht over 5 years = 7,300 a year. Bought 1 Feb 2567: 29 + 31+30+31+30+31+31+30 = 243 days.
    leap = Terms(3_650_100, dt.date(2024, 2, 1), 5)
    first = fiscal_year_of(leap, 2567)
    assert (first.days, first.day_basis) == (243, 366)
    assert first.charge == 484_672  # 7,300 × 243 ÷ 366 = 4,846.7213…
    assert charges(leap) == [484_672, *[730_000] * 4, 3_650_000 - 484_672 - 4 * 730_000]


def test_begun_on_the_first_of_october_it_is_charged_whole_years_only():
    # 20,001 baht over 4 years: 5,000 a year, in leap years too.
    assert charges(Terms(2_000_100, dt.date(2023, 10, 1), 4)) == [500_000] * 4


def test_begun_on_the_last_of_september_its_first_year_is_one_day():
    # 5,000 ÷ 365 = 13.6986… → 13.70; three full years; the rest is 20,000 − 13.70 − 15,000 = 4,986.30.
    assert charges(Terms(2_000_100, dt.date(2022, 9, 30), 4)) == [1_370, 500_000, 500_000, 500_000, 498_630]


def test_a_life_of_one_year():
    # 1,001 baht, 1 year from 12 Aug 2564: 1,000 × 50 ÷ 365 = 136.986… → 136.99, then the rest.
    assert charges(Terms(100_100, dt.date(2021, 8, 12), 1)) == [13_699, 86_301]
    assert charges(Terms(100_100, dt.date(2021, 10, 1), 1)) == [100_000]


@pytest.mark.parametrize("cost", [0, 1, 99, 100])
def test_what_cost_a_baht_or_less_is_never_written_off(cost):
    terms = Terms(cost, dt.date(2024, 1, 1), 5)
    assert charges(terms) == [0]
    assert fiscal_year_of(terms, 2570).closing == cost


def test_a_few_satang_never_go_below_the_residual():
    # 4 satang over 8 years: half a satang a year rounds up to 1; the fifth year finds nothing left.
    assert charges(Terms(104, dt.date(2023, 10, 1), 8)) == [1, 1, 1, 1, 0, 0, 0, 0]


def test_no_life_means_no_charge():
    land = Terms(500_000_000, dt.date(2010, 3, 1), None)
    year = fiscal_year_of(land, 2569)
    assert (year.opening, year.charge, year.closing, year.days) == (500_000_000, 0, 500_000_000, 0)


def test_a_life_begun_on_29_february_ends_on_the_28th():
    assert last_day(dt.date(2024, 2, 29), 1) == dt.date(2025, 2, 28)
    assert last_day(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 28)
    assert last_day(dt.date(2021, 8, 12), 8) == dt.date(2029, 8, 11)


def test_halves_are_rounded_up():
    assert [quotient(each, 2) for each in (1, 2, 3, 4)] == [1, 1, 2, 2]
    assert quotient(149, 100) == 1


TERMS = st.builds(
    Terms,
    cost_satang=st.integers(0, 10**13),
    acquired_on=st.dates(dt.date(1990, 1, 1), dt.date(2026, 12, 31)),
    life_years=st.none() | st.integers(1, 60),
    disposed_on=st.none(),
)


@given(TERMS, st.none() | st.integers(0, 12_000))
def test_every_year_adds_up_and_years_follow_on(terms, held_days):
    if held_days is not None:
        gone = terms.acquired_on + dt.timedelta(days=held_days)
        terms = Terms(terms.cost_satang, terms.acquired_on, terms.life_years, disposed_on=gone)
    years = list(schedule(terms))
    closing = 0
    for year in years:
        assert year.opening == closing
        assert year.opening + year.additions - year.charge - year.disposals == year.closing
        assert year.charge >= 0
        assert year.disposals >= 0
        assert 0 <= year.days <= year.day_basis
        closing = year.closing
    assert sum(year.charge for year in years) <= terms.writable_satang
    if terms.disposed_on is None:
        assert sum(year.charge for year in years) == terms.writable_satang


@given(TERMS, st.dates(dt.date(1991, 1, 1), dt.date(2060, 1, 1)))
def test_the_value_never_rises(terms, day):
    next_day = accumulated_before(terms, day + dt.timedelta(days=1))
    assert 0 <= accumulated_before(terms, day) <= next_day <= terms.writable_satang
