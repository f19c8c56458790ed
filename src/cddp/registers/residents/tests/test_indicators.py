"""ตัวชี้วัด: right numbers, each with its way to the rows, and the rows are as many."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
import time_machine

from cddp.foundation.extension_points import indicators
from cddp.registers.residents.rules.ages import ALL_ELDERLY, FIVE_YEARS, AgeBand, read_band
from cddp.registers.residents.services.facts import record_fact
from cddp.registers.residents.services.people import record_death
from cddp.registers.residents.tests import samples

ON = date(2026, 11, 23)


def test_bands_meet_without_gap_or_overlap():
    for younger, older in pairwise(FIVE_YEARS):
        first, _last = younger.born_between(ON)
        assert (first - older.born_between(ON)[1]).days == 1
    assert AgeBand(60, 69).born_between(ON) == (date(1956, 11, 24), date(1966, 11, 23))
    assert AgeBand(0, 0).born_between(date(2024, 2, 29)) == (date(2023, 3, 1), date(2024, 2, 29))
    assert (read_band("60-"), read_band("60-69"), read_band("x")) == (ALL_ELDERLY, AgeBand(60, 69), None)


def measured(key, user, area=""):
    return list(indicators.get(key).measure(user, area, ON))


@pytest.mark.django_db
class TestNumbers:
    @pytest.fixture(autouse=True)
    def on_that_day(self):
        with time_machine.travel(datetime(2026, 11, 23, 5, tzinfo=UTC)):
            yield

    @pytest.fixture
    def town_of_four(self, town):
        first, second = samples.house("1"), samples.house("2", moo=5)
        samples.person("ยายแก้ว", born=date(1940, 1, 1), at=first)
        samples.person("ลุงมี", born=date(1960, 1, 1), at=first, sex="male")
        samples.person("น้องใหม่", born=date(2024, 1, 1), at=second)
        record_death(samples.person("ผู้ล่วงลับ", at=first), on=date(2025, 1, 1))
        return first, second

    def test_people_households_and_elderly(self, town_of_four, registrar):
        assert [row.value for row in measured("residents.people", registrar)] == [3]
        assert [row.value for row in measured("residents.people", registrar, "moo-5")] == [1]
        assert measured("residents.households", registrar)[0].value == 2
        assert round(measured("residents.elderly_share", registrar)[0].value, 3) == 0.667
        assert [row.value for row in measured("residents.elderly_bands", registrar)] == [1, 0, 1]
        assert [row.value for row in measured("residents.people_by_area", registrar)] == [2, 1]
        assert measured("residents.without_point", registrar)[0].value == 2

    def test_pyramid_counts_everybody_with_a_birth_date_once(self, town_of_four, registrar):
        rows = measured("residents.pyramid", registrar)
        assert sum(row.value for row in rows) == 3
        assert len(rows) == 2 * len(FIVE_YEARS)

    def test_each_number_opens_to_as_many_rows(self, town_of_four, registrar, login):
        client = login(registrar)
        for key in (
            "residents.people",
            "residents.elderly_bands",
            "residents.people_by_area",
            "residents.pyramid",
        ):
            for row in measured(key, registrar):
                answer = client.get(row.url, HTTP_HX_REQUEST="true")
                assert answer.context["list"].count == row.value, (key, row.label)

    def test_reader_gets_the_number_without_a_way_to_persons(self, town_of_four, officer):
        row = measured("residents.people", officer)[0]
        assert (row.value, row.url) == (3, "")

    def test_facts_entered_and_stale(self, town_of_four, registrar, login):
        kind = samples.fact_type("เก่า", fresh_months=1)
        record_fact(kind, town_of_four[0], 1, observed_at=samples.days_ago(90))
        assert sum(row.value for row in measured("residents.facts_by_month", registrar)) == 1
        stale = measured("residents.stale_facts", registrar)
        assert [(row.label, row.value) for row in stale] == [("เก่า", 1)]
        answer = login(registrar).get(stale[0].url, HTTP_HX_REQUEST="true")
        assert answer.context["list"].count == 1
