"""ทะเบียนคุมทรัพย์สิน: the database reckons what the rule reckons, thing by thing, and the totals add up."""

import datetime as dt
import random

import pytest

from cddp.foundation.tenancy.models import TownSetting
from cddp.foundation.values.thai_dates import fiscal_year_span
from cddp.registers.assets.choices import AssetState, Disposal, Keeping
from cddp.registers.assets.models import Asset, AssetClass, DepreciationRate
from cddp.registers.assets.queries.depreciation import (
    THRESHOLD_SETTING,
    Sums,
    book_value,
    incomplete,
    iterate_lines,
    list_years,
    sum_by_class,
    value_of,
)
from cddp.registers.assets.rules import depreciation as rule

AUGUST = dt.date(2021, 8, 12)


def make_class(key: str, *lives: tuple[str, int]) -> AssetClass:
    made = AssetClass.objects.create(key=key, name=f"ประเภท {key}")
    for day, years in lives:
        DepreciationRate.objects.create(
            asset_class=made,
            effective_from=dt.date.fromisoformat(day),
            life_years=years,
            source=f"ประกาศ {day}",
        )
    return made


def make(asset_class: AssetClass, number: str, **values) -> Asset:
    usual = {"name": f"สิ่งของ {number}", "cost_satang": 139_000_000, "acquired_on": AUGUST}
    if values.get("disposed_on"):
        usual |= {"state": AssetState.DISPOSED, "disposal": Disposal.SALE}
    return Asset.objects.create(asset_class=asset_class, number=number, **(usual | values))


def lines(year: int) -> dict[str, Sums]:
    return {line.number: line.sums for line in iterate_lines(Asset.objects.all(), year)}


@pytest.fixture
def trucks(town) -> AssetClass:
    return make_class("truck", ("1900-01-01", 8))


def test_the_database_gives_the_vector(trucks):
    make(trucks, "001-64-0001")
    sums = lines(2564)["001-64-0001"]
    assert sums == Sums(1, 139_000_000, 0, 139_000_000, 2_380_135, 0, 2_380_135, 136_619_865)
    assert lines(2565)["001-64-0001"].charge == 17_374_988
    assert lines(2572)["001-64-0001"].closing == 100
    assert lines(2563) == {}


def test_the_rate_in_force_on_the_day_of_acquisition_holds_and_an_own_life_goes_before_it(town):
    kind = make_class("computer", ("2015-10-01", 5), ("2021-08-12", 3))
    old = make(kind, "1", acquired_on=dt.date(2021, 8, 11))
    new, own = make(kind, "2"), make(kind, "3", life_years=10)
    ancient = make(kind, "4", acquired_on=dt.date(2015, 9, 30))
    assert [value_of(each).terms.life_years for each in (old, new, own, ancient)] == [5, 3, 10, None]
    assert value_of(ancient).keeping == Keeping.HELD
    assert value_of(new).source == "ประกาศ 2021-08-12"
    by_sql = {line.number: line.life_years for line in iterate_lines(Asset.objects.all(), 2565)}
    assert by_sql == {"1": 5, "2": 3, "3": 10, "4": None}


def test_below_the_threshold_it_is_listed_and_not_written_off(trucks):
    low = make(trucks, "1", cost_satang=999_999)
    make(trucks, "2", cost_satang=1_000_000)
    assert value_of(low).keeping == Keeping.LOW_VALUE
    assert book_value(low, AUGUST) is None
    keeps = {
        line.number: (line.keeping, line.sums.charge > 0) for line in iterate_lines(Asset.objects.all(), 2565)
    }
    assert keeps == {"1": (Keeping.LOW_VALUE, False), "2": (Keeping.WRITTEN_OFF, True)}
    TownSetting.objects.create(key=THRESHOLD_SETTING, value=500_000)
    assert value_of(low).keeping == Keeping.WRITTEN_OFF
    assert all(sums.charge > 0 for sums in lines(2565).values())


def test_what_lacks_cost_or_day_is_counted_apart(trucks):
    make(trucks, "1", cost_satang=None)
    nameless = make(trucks, "2", acquired_on=None)
    make(trucks, "3")
    rows = Asset.objects.all()
    assert set(incomplete(rows, 2565).values_list("number", flat=True)) == {"1", "2"}
    assert set(lines(2565)) == {"3"}
    assert value_of(nameless).keeping == Keeping.INCOMPLETE
    assert book_value(nameless, AUGUST) is None


def test_the_register_begins_with_the_year_of_the_oldest_thing(trucks):
    today = dt.date(2026, 11, 26)
    assert list_years(today=today) == [2570]
    make(trucks, "1", acquired_on=dt.date(2024, 9, 30))
    assert list_years(today=today) == [2570, 2569, 2568, 2567]


def test_sql_and_rule_agree_on_every_invented_thing_and_the_totals_add_up(town):
    dice = random.Random(2570)
    kinds = [
        make_class("a", ("1900-01-01", 8), ("2020-02-29", 3)),
        make_class("b", ("2010-10-01", 20), ("2018-10-01", 1), ("2023-10-01", 7)),
        make_class("land"),
    ]
    usual_days = [
        dt.date(2024, 2, 29),
        dt.date(2020, 2, 29),
        dt.date(2023, 9, 30),
        dt.date(2023, 10, 1),
        AUGUST,
    ]
    made = []
    for place in range(400):
        day = (
            dice.choice(usual_days)
            if place % 3
            else dt.date(2008, 1, 1) + dt.timedelta(days=dice.randrange(6_500))
        )
        gone = (
            day + dt.timedelta(days=dice.choice([0, 1, 40, 365, 366, 1_500, 4_000]))
            if place % 4 == 0
            else None
        )
        made.append(
            make(
                dice.choice(kinds),
                f"{place:04}",
                acquired_on=day,
                cost_satang=dice.choice(
                    [0, 99, 100, 101, 104, 999_999, 1_000_000, 10**13, dice.randrange(10**9)]
                ),
                life_years=dice.choice([None, None, None, 1, 4, 40]),
                disposed_on=gone,
            )
        )
    rates = {kind.pk: list(kind.rates.all()) for kind in kinds}
    for threshold in (0, 1_000_000):
        TownSetting.objects.update_or_create(key=THRESHOLD_SETTING, defaults={"value": threshold})
        for year in (2551, 2563, 2564, 2566, 2567, 2568, 2571, 2590):
            rows = list(iterate_lines(Asset.objects.all(), year))
            found, days = {row.number: row.sums for row in rows}, {row.number: row.days for row in rows}
            expected = {}
            last = fiscal_year_span(year)[1]
            for asset in made:
                terms = value_of(asset, threshold=threshold, rates=rates[asset.asset_class_id]).terms
                reckoned = rule.fiscal_year_of(terms, year)
                is_gone = terms.disposed_on is not None and terms.disposed_on <= last
                if reckoned.opening or reckoned.additions or asset.number in found:
                    assert days[asset.number] == reckoned.days, (asset.number, year)
                    expected[asset.number] = Sums(
                        1,
                        0 if is_gone else terms.cost_satang,
                        reckoned.opening,
                        reckoned.additions,
                        reckoned.charge,
                        reckoned.disposals,
                        reckoned.accumulated,
                        reckoned.closing,
                    )
            assert found == expected, year
            totals = sum_by_class(Asset.objects.all(), year)
            whole = sum(totals.values(), Sums())
            assert whole == sum(found.values(), Sums())
            assert whole.opening + whole.additions - whole.charge - whole.disposals == whole.closing
            assert whole.cost - whole.accumulated == whole.closing
