"""เติมแบบ HTML: a form is filled as Django's own `format_html` fills it, whatever stands in the values."""

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from cddp.foundation.ui.filling import escaped, fill


@pytest.mark.parametrize(
    "value",
    [
        "ถนน <b>พัง</b> & \"หลุม\" 'ลึก'",
        SafeString("<b>หนา</b>"),
        gettext_lazy("เรื่อง <ด่วน>"),
        pgettext_lazy("x", "<i>"),
        12,
        None,
        "",
        "{0} {name}",
    ],
)
def test_a_form_is_filled_as_django_fills_it(value):
    form = '<a title="{}">{}</a>'
    assert fill(form, value, "<") == format_html(form, value, "<")
    assert fill("<i>{name}</i>", name=value) == format_html("<i>{name}</i>", name=value)
    assert isinstance(fill("{}", value), SafeString)
    assert fill("{}", fill("{}", value)) == escaped(value)


def test_a_form_that_was_put_together_beforehand_is_refused():
    with pytest.raises(TypeError):
        fill("<b>ถนนพัง</b>")
