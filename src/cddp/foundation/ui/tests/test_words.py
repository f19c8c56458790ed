"""Template filters, fields and the forms that draw them."""

import datetime as dt
from datetime import UTC

import pytest
import time_machine
from django import forms
from django.template import Context, Template

from cddp.foundation.ui.fields import BahtField, CitizenIdField, ThaiDateField
from cddp.foundation.values.thai_dates import PartialDate

DAY = dt.date(2026, 11, 23)
MOMENT = dt.datetime(2026, 11, 23, 8, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("{{ v|thai_date }}", DAY, "23 พ.ย. 2569"),
        ("{{ v|thai_date }}", PartialDate(dt.date(1947, 1, 1), "year"), "พ.ศ. 2490"),
        ("{{ v|thai_date }}", None, ""),
        ("{{ v|thai_date_long }}", DAY, "23 พฤศจิกายน 2569"),
        ("{{ v|thai_datetime }}", MOMENT, "23 พ.ย. 2569 15:04 น."),
        ("{{ v|baht }}", 125000, "1,250.00 บาท"),
        ("{{ v|baht }}", 0, "0.00 บาท"),
        ("{{ v|baht }}", None, ""),
        ("{{ v|masked_id }}", "1509900000123", "1-5099-xxxxx-12-3"),
        ("{{ v|masked_id }}", "", ""),
        ("{{ v|masked_phone }}", "0812345678", "081-xxx-5678"),
        ("{{ v|thai_number }}", 12480, "12,480"),
        ("{{ v|thai_number:1 }}", 12.34, "12.3"),
        ("{{ v|thai_number }}", 0, "0"),
        ("{{ v|thai_number }}", None, "–"),
    ],
)
def test_filters_speak_thai(text, value, shown):
    assert Template("{% load thai %}" + text).render(Context({"v": value})) == shown


def test_since_says_how_long_and_holds_the_whole_date():
    with time_machine.travel(MOMENT + dt.timedelta(minutes=5), tick=False):
        shown = Template("{% load thai %}{{ v|since }}").render(Context({"v": MOMENT}))
    assert ">5 นาทีก่อน</time>" in shown
    assert 'title="23 พ.ย. 2569 15:04 น."' in shown


def test_an_icon_is_silent_unless_named():
    page = Template('{% load assets %}{% icon "house" %}{% icon "house" v %}').render(
        Context({"v": "บ้าน <1>"})
    )
    assert 'aria-hidden="true"' in page
    assert 'aria-label="บ้าน &lt;1&gt;"' in page


class SampleForm(forms.Form):
    born = ThaiDateField(label="วันเกิด", not_after=DAY)
    known = ThaiDateField(label="เท่าที่รู้", partial=True, required=False)
    citizen = CitizenIdField(label="เลขประจำตัว", required=False)
    money = BahtField(label="เงิน", required=False)


def test_fields_read_what_people_write():
    form = SampleForm(
        {"born": "๒๓ พ.ย. ๖๕", "known": "2490", "citizen": "1-1017-00230-70-8", "money": "1,250.50 บาท"}
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "born": dt.date(2022, 11, 23),
        "known": PartialDate(dt.date(1947, 1, 1), "year"),
        "citizen": "1101700230708",
        "money": 125050,
    }


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("born", "31/2/2569"),
        ("born", "พ.ย. 2565"),
        ("born", "24/11/2569"),
        ("born", ""),
        ("citizen", "1-1017-00230-70-0"),
        ("citizen", "123"),
        ("money", "มาก"),
    ],
)
def test_bad_input_is_refused_kept_and_linked(field, text):
    form = SampleForm({"born": "1/1/2500", field: text})
    assert list(form.errors) == [field]
    page = str(form)
    assert f'<a href="#id_{field}">' in page
    assert f'id="id_{field}_error"' in page
    assert 'aria-invalid="true"' in page
    assert text in page
    assert "style=" not in page


def test_a_stored_number_is_shown_masked_and_left_alone():
    shown = SampleForm(initial={"citizen": "1101700230708", "born": DAY})
    assert "1-1017-xxxxx-70-8" in str(shown)
    assert "1101700230708" not in str(shown)
    assert 'value="23/11/2569"' in str(shown)
    kept = SampleForm({"born": "1/1/2500", "citizen": "1-1017-xxxxx-70-8"})
    assert kept.is_valid()
    assert kept.cleaned_data["citizen"] == CitizenIdField.KEEP
