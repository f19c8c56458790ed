"""แบบกรอกของชนิดข้อเท็จจริง."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.registers.residents.choices import FactLevel, FactValueKind, Sensitivity
from cddp.registers.residents.models import FactType

COLOUR_CYCLE = ("#c0392b", "#d68910", "#27864b", "#2471a3", "#7d3c98", "#7f8c8d")


class FactTypeForm(forms.Form):
    """ชนิดข้อเท็จจริง: level and kind of value only when it is made."""

    name = forms.CharField(label=_("ชื่อ"), max_length=120, help_text=_("เช่น จำนวนผู้สูงอายุในบ้าน"))
    level = forms.ChoiceField(label=_("เป็นข้อเท็จจริงของ"), choices=FactLevel.choices, widget=forms.RadioSelect)
    value_kind = forms.ChoiceField(
        label=_("ชนิดของค่า"), choices=FactValueKind.choices, widget=forms.RadioSelect
    )
    unit = forms.CharField(label=_("หน่วย"), max_length=40, required=False, help_text=_("เช่น คน ไร่ บาทต่อเดือน"))
    sensitivity = forms.ChoiceField(
        label=_("ชั้นความลับ"),
        choices=Sensitivity.choices,
        initial=Sensitivity.INTERNAL,
        help_text=_("ข้อมูลสุขภาพ ความยากจน และความเปราะบางเป็นข้อมูลอ่อนไหว"),
    )
    fresh_months = forms.IntegerField(
        label=_("ถือว่าเป็นปัจจุบันกี่เดือน"),
        min_value=1,
        max_value=600,
        required=False,
        initial=12,
        help_text=_("เว้นว่างถ้าไม่มีวันเก่า"),
    )
    description = forms.CharField(
        label=_("คำอธิบาย"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=1000
    )

    def __init__(self, *args: Any, fact_type: FactType | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fact_type is None:
            return
        for name in ("level", "value_kind"):
            del self.fields[name]
        if fact_type.declared_by:
            for name in ("name", "unit", "sensitivity", "description"):
                self.fields[name].disabled = True


class ChoiceForm(forms.Form):
    """ตัวเลือกหนึ่ง: a word and its colour on maps."""

    value = forms.CharField(widget=forms.HiddenInput, required=False)
    label = forms.CharField(label=_("ชื่อตัวเลือก"), max_length=80, required=False)
    colour = forms.CharField(label=_("สี"), required=False, widget=forms.TextInput(attrs={"type": "color"}))


ChoiceFormSet = forms.formset_factory(ChoiceForm, extra=0, max_num=30)


def choices_of(formset: Any) -> list[dict[str, str]]:
    """Return the choices that were written, each with a value of its own; blank lines are left out."""
    written = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("label", "").strip()]
    taken = {each["value"] for each in written if each["value"]}
    found: list[dict[str, str]] = []
    for place, each in enumerate(written):
        value = each["value"]
        number = place + 1
        while not value:
            value, number = (f"c{number}", number) if f"c{number}" not in taken else ("", number + 1)
        taken.add(value)
        colour = each["colour"] or COLOUR_CYCLE[place % len(COLOUR_CYCLE)]
        found.append({"value": value, "label": each["label"].strip(), "colour": colour})
    return found
