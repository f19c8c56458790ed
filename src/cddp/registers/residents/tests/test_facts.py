"""ข้อเท็จจริง: never overwritten, the newest is current, withdrawn brings back what was."""

from contextlib import suppress
from datetime import date

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.extension_points import fact_types
from cddp.foundation.tenancy.current import town_context
from cddp.registers.residents.errors import UnableToAct, UnableToChangeFactType, UnableToRecordFact
from cddp.registers.residents.models import CurrentFact, Fact, FactType
from cddp.registers.residents.rules.facts import (
    UnfitValue,
    choices_problem,
    read_value,
    show_value,
    stale_on,
)
from cddp.registers.residents.services.fact_types import (
    change_fact_type,
    make_fact_type,
    retire_fact_type,
    sync_declared_fact_types,
)
from cddp.registers.residents.services.facts import FactInput, record_fact, record_facts, withdraw_fact
from cddp.registers.residents.tests import samples
from tests.towns import make_user


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        ("number", "๑,๒๐๐", 1200),
        ("number", "2.5", 2.5),
        ("boolean", "ใช่", True),
        ("boolean", "false", False),
        ("date", "23/11/2569", "2026-11-23"),
        ("choice", "สีแดง", "red"),
        ("choice", "red", "red"),
        ("text", "  ประปา  ", "ประปา"),
    ],
)
def test_values_are_read_as_people_write_them(kind, written, kept):
    assert read_value(kind, written, samples.COLOURS) == kept


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("number", "สาม"),
        ("number", "1e99"),
        ("number", "nan"),
        ("boolean", "อาจจะ"),
        ("date", "เมื่อวาน"),
        ("choice", "ม่วง"),
        ("text", "  "),
        ("number", None),
        ("number", True),
    ],
)
def test_unfit_values_are_refused_in_words(kind, written):
    with pytest.raises(UnfitValue):
        read_value(kind, written, samples.COLOURS)


@given(st.sampled_from(["number", "boolean", "date", "choice", "text"]), st.text(max_size=40))
def test_reading_any_text_gives_a_value_or_a_refusal(kind, written):
    with suppress(UnfitValue):
        value = read_value(kind, written, samples.COLOURS)
        assert read_value(kind, value, samples.COLOURS) == value
        assert show_value(kind, value, samples.COLOURS)


def test_freshness_counts_calendar_months():
    assert stale_on(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert stale_on(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert stale_on(date(2026, 12, 1), None) is None


def test_choices_are_judged():
    assert choices_problem("choice", samples.COLOURS) == ""
    assert choices_problem("choice", samples.COLOURS[:1])
    assert choices_problem("choice", samples.COLOURS[:1] * 2)
    assert choices_problem("number", samples.COLOURS)
    assert choices_problem("choice", [*samples.COLOURS, {"value": "x", "label": "x", "colour": "red"}])


@pytest.mark.django_db
class TestFacts:
    def test_newest_observation_is_current_whatever_the_order(self, town, registrar):
        home, kind = samples.house(), samples.fact_type()
        record_fact(kind, home, 3, observed_at=samples.days_ago(1), by=registrar)
        record_fact(kind, home, 1, observed_at=samples.days_ago(9), by=registrar)
        assert CurrentFact.objects.get().value == 3
        record_fact(kind, home, "4", by=registrar)
        current = CurrentFact.objects.get()
        assert (current.value, current.value_text, Fact.objects.count()) == (4, "4", 3)

    def test_database_refuses_to_overwrite_or_delete(self, town, registrar):
        fact = record_fact(samples.fact_type(), samples.house(), 3, by=registrar)
        for change in (
            lambda: Fact.objects.update(value=9),
            lambda: Fact.objects.filter(pk=fact.pk).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        assert Fact.objects.get().value == 3

    def test_withdrawing_brings_back_what_was_true_before(self, town, registrar):
        home, kind = samples.house(), samples.fact_type()
        record_fact(kind, home, 1, observed_at=samples.days_ago(9), by=registrar)
        wrong = record_fact(kind, home, 99, by=registrar)
        withdraw_fact(wrong, reason="พิมพ์ผิด", by=registrar)
        assert CurrentFact.objects.get().value == 1
        with pytest.raises(UnableToRecordFact):
            withdraw_fact(wrong, by=registrar)

    def test_withdrawing_the_only_one_leaves_nothing(self, town, registrar):
        withdraw_fact(record_fact(samples.fact_type(), samples.house(), 1, by=registrar), by=registrar)
        assert not CurrentFact.objects.exists()

    def test_volunteer_withdraws_only_own_statements(self, town, registrar):
        volunteer = make_user("volunteer", "volunteer", area_codes=("moo-4",))
        home, kind = samples.house(), samples.fact_type()
        theirs, own = record_fact(kind, home, 1, by=registrar), record_fact(kind, home, 2, by=volunteer)
        withdraw_fact(own, by=volunteer)
        with pytest.raises(UnableToAct):
            withdraw_fact(theirs, by=volunteer)
        with pytest.raises(UnableToAct):
            record_fact(kind, samples.house("1", moo=5), 1, by=volunteer)

    def test_wrong_level_value_time_and_retired_are_refused(self, town, registrar):
        home, kind = samples.house(), samples.fact_type()
        for code, act in {
            "level": lambda: record_fact(kind, samples.person(), 1, by=registrar),
            "value": lambda: record_fact(kind, home, "มาก", by=registrar),
            "future": lambda: record_fact(kind, home, 1, observed_at=samples.days_ago(-2), by=registrar),
        }.items():
            with pytest.raises(UnableToRecordFact) as refusal:
                act()
            assert refusal.value.code == code
        retire_fact_type(kind, is_active=False, by=registrar)
        with pytest.raises(UnableToRecordFact):
            record_fact(FactType.objects.get(), home, 1, by=registrar)

    def test_many_at_once_keep_the_newest(self, town, registrar, django_assert_max_num_queries):
        homes, kind = [samples.house(str(n)) for n in range(1, 21)], samples.fact_type()
        inputs = [FactInput(kind, h.pk, n, samples.days_ago(n)) for h in homes for n in range(5)]
        with django_assert_max_num_queries(8):
            assert record_facts(inputs, source="survey", by=registrar) == 100
        assert set(CurrentFact.objects.values_list("value_text", flat=True)) == {"0"}

    def test_one_bad_value_stops_the_batch(self, town, registrar):
        kind = samples.fact_type()
        inputs = [FactInput(kind, samples.house().pk, value, samples.days_ago(1)) for value in (1, "ผิด")]
        with pytest.raises(UnableToRecordFact):
            record_facts(inputs, source="survey", by=registrar)
        assert not Fact.objects.exists()

    def test_sensitive_kinds_are_hidden_from_those_who_may_not_see_persons(self, town, officer, registrar):
        samples.fact_type("รายได้", sensitivity="sensitive")
        samples.fact_type("ประปา")
        samples.colour_type("person")
        assert [kind.name for kind in FactType.objects.visible_to(officer)] == ["ประปา"]
        assert FactType.objects.visible_to(registrar).count() == 3


@pytest.mark.django_db
class TestFactTypes:
    def test_choice_in_use_stays(self, town, registrar):
        kind = samples.colour_type()
        record_fact(kind, samples.house(), "red", by=registrar)
        with pytest.raises(UnableToChangeFactType) as refusal:
            more = [samples.COLOURS[1], {"value": "grey", "label": "เทา", "colour": "#888888"}]
            change_fact_type(kind, choices=more, by=registrar)
        assert refusal.value.code == "choice_used"

    def test_name_is_unique_in_its_level(self, town, registrar):
        samples.fact_type("ประปา")
        with pytest.raises(UnableToChangeFactType):
            make_fact_type(name=" ประปา ", level="house", value_kind="text", by=registrar)

    def test_declared_types_are_made_once_and_keep_the_towns_decisions(self, town, registrar):
        made = sync_declared_fact_types()
        assert made == len(fact_types) >= 5
        kind = FactType.objects.get(key="vulnerability_colour")
        change_fact_type(kind, fresh_months=3, by=registrar)
        assert sync_declared_fact_types() == 0
        assert FactType.objects.get(pk=kind.pk).fresh_months == 3
        with pytest.raises(UnableToChangeFactType):
            change_fact_type(kind, name="อื่น", by=registrar)

    def test_colleague_may_not_make_types(self, town, officer):
        with pytest.raises(UnableToAct):
            make_fact_type(name="x", level="house", value_kind="text", by=officer)


@pytest.mark.django_db
def test_command_gives_every_town_the_declared_types(towns, capsys):
    call_command("sync_fact_types")
    for town in towns:
        with town_context(town.pk):
            assert FactType.objects.count() == len(fact_types)
    call_command("sync_fact_types")
    assert capsys.readouterr().out.strip().endswith(": 0")
