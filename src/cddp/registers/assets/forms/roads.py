"""แบบฟอร์มของการวัดถนน."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import ThaiDateField
from cddp.registers.assets.choices import Condition
from cddp.registers.assets.rules.roughness import Limits
from cddp.registers.assets.rules.trace_rows import AXES

FIELD_LABELS = {
    "time": _("เวลา"),
    "lat": _("ละติจูด"),
    "lon": _("ลองจิจูด"),
    "vertical": _("ความเร่งแนวดิ่ง"),
    "x": _("ความเร่งแกน X"),
    "y": _("ความเร่งแกน Y"),
    "z": _("ความเร่งแกน Z"),
}
NEEDED = frozenset({"time", "lat", "lon"})


class TraceForm(forms.Form):
    """นำเข้าเที่ยววัด: what the ride is called and what was driven; the file is looked at by the view."""

    name = forms.CharField(
        label=_("ชื่อเที่ยว"), max_length=200, required=False, help_text=_("เว้นว่างได้ จะใช้ชื่อไฟล์")
    )
    vehicle = forms.CharField(
        label=_("รถและที่ติดโทรศัพท์"),
        max_length=120,
        required=False,
        help_text=_("เช่น “กระบะ กข 1234 แท่นยึดหน้ารถ” ผลของรถคันเดียวกันเท่านั้นที่เทียบกันได้"),
    )


class ColumnsForm(forms.Form):
    """คอลัมน์ของไฟล์: which column holds what; vertical acceleration, or all three axes."""

    unit = forms.ChoiceField(
        label=_("หน่วยของความเร่ง"),
        required=False,
        choices=[("", _("ให้ระบบดูจากแรงโน้มถ่วงในค่า")), ("ms2", _("m/s²")), ("g", _("g")), ("mg", _("มิลลิ g"))],
    )
    on = ThaiDateField(
        label=_("วันที่วัด"),
        help_text=_("ใช้เมื่อในไฟล์มีแต่เวลาของวัน หรือวินาทีนับจากเริ่มบันทึก"),
        not_after=timezone.localdate,
    )

    def __init__(
        self, data: Any = None, *, columns: Sequence[str], mapping: Mapping[str, str], unit: str, on: dt.date
    ) -> None:
        super().__init__(data, initial={"unit": unit, "on": on})
        options = [("", _("– ไม่มี –")), *((column, column) for column in columns)]
        for key, label in FIELD_LABELS.items():
            self.fields[key] = forms.ChoiceField(
                label=label,
                required=key in NEEDED,
                choices=options,
                initial=mapping.get(key, ""),
                error_messages={"required": _("โปรดเลือกคอลัมน์")},
            )
        self.order_fields([*FIELD_LABELS, "unit", "on"])

    @property
    def mapping(self) -> dict[str, str]:
        """Return {our field: their column} as chosen; three axes give way to a vertical column."""
        chosen = {key: self.cleaned_data[key] for key in FIELD_LABELS if self.cleaned_data.get(key)}
        if "vertical" in chosen or not all(axis in chosen for axis in AXES):
            chosen = {key: column for key, column in chosen.items() if key not in AXES}
        return chosen


class ConditionForm(forms.Form):
    """ใช้เป็นสภาพถนน."""

    condition = forms.TypedChoiceField(label=_("สภาพ"), coerce=int, choices=Condition.choices)
    notes = forms.CharField(label=_("สิ่งที่พบ"), required=False, max_length=2000)


class LimitsForm(forms.Form):
    """เกณฑ์ความเรียบ: where one grade ends and the next begins."""

    fair = forms.FloatField(label=_("“พอใช้” ตั้งแต่ (m/s²)"), min_value=0.05, max_value=20)
    rough = forms.FloatField(label=_("“ขรุขระ” ตั้งแต่ (m/s²)"), min_value=0.05, max_value=20)
    broken = forms.FloatField(label=_("“เสียหาย” ตั้งแต่ (m/s²)"), min_value=0.05, max_value=20)
    bump = forms.FloatField(label=_("แรงกระแทกครั้งเดียวที่ถือว่าขรุขระ (m/s²)"), min_value=0.5, max_value=100)
    slowest = forms.FloatField(label=_("ไม่ใช้ค่าที่ขับช้ากว่า (กม./ชม.)"), min_value=5, max_value=60)
    fastest = forms.FloatField(label=_("ไม่ใช้ค่าที่ขับเร็วกว่า (กม./ชม.)"), min_value=30, max_value=150)
    speed_exponent = forms.FloatField(
        label=_("เลขชี้กำลังของความเร็ว"),
        min_value=0,
        max_value=2,
        help_text=_("0.5 ตามแบบจำลองผิวถนน ISO 8608 เปลี่ยนเมื่อเทียบกับถนนที่รู้ค่าแล้ว"),
    )

    def __init__(self, data: Any = None, *, limits: Limits) -> None:
        super().__init__(data, initial=asdict(limits))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        steps = [values.get(key) for key in ("fair", "rough", "broken")]
        if None not in steps and not steps[0] < steps[1] < steps[2]:  # type: ignore[operator]
            self.add_error("broken", _("เกณฑ์ต้องเพิ่มขึ้นตามลำดับ พอใช้ < ขรุขระ < เสียหาย"))
        if values.get("slowest", 0) >= values.get("fastest", 999):
            self.add_error("fastest", _("ต้องมากกว่าความเร็วต่ำสุด"))
        return values


class SplitForm(forms.Form):
    """แบ่งเส้น: where, and what the part behind is called."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    at_m = forms.FloatField(
        label=_("แบ่งที่เมตรที่"),
        help_text=_("นับจากต้นเส้น แตะบนแผนที่เพื่อเลือกจุดได้"),
        widget=forms.NumberInput({"step": "0.1", "inputmode": "decimal"}),
    )
    name = forms.CharField(label=_("ชื่อของช่วงหลัง"), max_length=200, required=False)
    number = forms.CharField(
        label=_("เลขครุภัณฑ์ของช่วงหลัง"), max_length=60, required=False, help_text=_("เว้นว่างไว้ก่อนได้")
    )
