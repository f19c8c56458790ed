"""Rules: small numbers are hidden, figures take the shape of pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.insight.dashboards.rules import Measured, MeasuredRow, figures_of, hide_small


@pytest.mark.parametrize(("value", "told"), [(0, 0), (1, None), (4, None), (5, 5), (1200, 1200)])
def test_one_to_four_are_hidden(value, told):
    assert hide_small(value) == told


@given(st.integers(0, 10_000))
def test_what_is_told_is_true(value):
    assert hide_small(value) in (value, None)


def test_a_pyramid_has_a_series_for_each_group():
    rows = [
        MeasuredRow("0–4", 3, url="/m0", group="ชาย"),
        MeasuredRow("5–9", 7, group="ชาย"),
        MeasuredRow("0–4", None, group="หญิง"),
    ]
    assert figures_of("อายุ", rows) == {
        "labels": ["0–4", "5–9"],
        "series": [{"name": "ชาย", "values": [3, 7]}, {"name": "หญิง", "values": [None, None]}],
        "links": ["/m0", None],
    }


def test_a_plain_series_bears_the_name_of_its_indicator():
    measured = Measured("a.b_c", "เรื่อง", "bar", "เรื่อง", "complaints", "", (MeasuredRow("ถนน", 1),))
    assert measured.figures["series"] == [{"name": "เรื่อง", "values": [1]}]
    assert measured.slug == "a-b-c"
