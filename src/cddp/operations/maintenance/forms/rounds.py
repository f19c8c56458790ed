"""แบบฟอร์มของช่าง: what a phone sends of each kind of act, and the order of a day."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from cddp.foundation.values.thai_text import to_arabic_digits
from cddp.operations.maintenance.choices import PhotoKind
from cddp.operations.maintenance.forms.stock import QuantityField

LONGEST_MINUTES = 24 * 60
ANSWER_SIGNS = 300


class MeterField(forms.DecimalField):
    """ค่ามาตร: reads "1,250.5" and Thai digits."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=12, decimal_places=1, **more)
        self.widget.input_type = "text"
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = to_arabic_digits(value).replace(",", "").strip()
        return super().to_python(value)


class MomentField(forms.CharField):
    """เวลาที่ทำในโทรศัพท์: ISO with its zone; what cannot be read is now, for a phone's clock is its own affair."""

    def to_python(self, value: Any) -> Any:
        try:
            moment = parse_datetime(str(value or "").strip())
        except ValueError:
            moment = None
        return moment if moment is not None and moment.tzinfo is not None else timezone.now()


class EnvelopeForm(forms.Form):
    """ซองของรายการ: which act, of whom, on which work order, when."""

    act_id = forms.UUIDField()
    act_kind = forms.CharField(max_length=20)
    work_order = forms.UUIDField()
    owner = forms.UUIDField()
    made_at = MomentField(required=False)

    def clean_act_kind(self) -> str:
        """Refuse a kind nobody knows."""
        kind: str = self.cleaned_data["act_kind"]
        if kind not in ACT_FORMS:
            raise ValidationError(_("ไม่รู้จักรายการชนิดนี้ โปรดเปิดหน้านี้ใหม่"), code="kind")
        return kind


class NothingMore(forms.Form):
    """ไม่ต้องบอกอะไรเพิ่ม."""


class NoteForm(forms.Form):
    """รออะไหล่."""

    note = forms.CharField(label=_("รออะไร"), max_length=500, required=False)


class FinishForm(forms.Form):
    """ทำเสร็จ."""

    result = forms.CharField(label=_("ผลการทำงาน"), max_length=4000, required=False)
    cause = forms.CharField(label=_("สาเหตุ"), max_length=200, required=False)


class CheckForm(forms.Form):
    """ติ๊กหนึ่งรายการ."""

    check = forms.UUIDField()
    answer = forms.CharField(max_length=ANSWER_SIGNS, required=False)


class TimeForm(forms.Form):
    """เวลาทำงาน."""

    minutes = forms.IntegerField(
        label=_("ใช้เวลา (นาที)"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        error_messages={"required": _("กรุณาใส่จำนวนนาที")},
    )
    note = forms.CharField(label=_("หมายเหตุ"), max_length=200, required=False)


class PhotoForm(forms.Form):
    """รูปงาน."""

    kind = forms.ChoiceField(label=_("ชนิดรูป"), choices=PhotoKind.choices)


class PartForm(forms.Form):
    """จอง เบิก คืน ยกเลิกการจอง."""

    part = forms.UUIDField()
    store = forms.UUIDField(required=False)
    quantity = QuantityField(label=_("จำนวน"), required=False)
    reason = forms.CharField(label=_("เหตุผล"), max_length=300, required=False)
    do = forms.RegexField(r"^(issue|reserve|release|give_back)(:[0-9a-f-]{36})?$")


class MeterForm(forms.Form):
    """อ่านมาตร."""

    meter = forms.CharField(label=_("มาตร"), max_length=40, help_text=_("เช่น ชั่วโมงเครื่อง กิโลเมตร"))
    value = MeterField(label=_("ค่าที่อ่านได้"), error_messages={"required": _("กรุณาใส่ค่าที่อ่านได้")})
    is_new_meter = forms.BooleanField(label=_("เปลี่ยนมาตรใหม่"), required=False)
    old_value = MeterField(label=_("ค่าสุดท้ายของมาตรเดิม"), required=False)
    reason = forms.CharField(label=_("เหตุผล (เมื่อค่าต่ำกว่าครั้งก่อน)"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the last of the old meter when there is a new one."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("is_new_meter") and given.get("old_value") is None and "old_value" not in self.errors:
            self.add_error("old_value", _("กรุณาใส่ค่าสุดท้ายของมาตรเดิม"))
        return given


ACT_FORMS: dict[str, type[forms.Form]] = {
    "start": NothingMore,
    "await_parts": NoteForm,
    "resume": NothingMore,
    "finish": FinishForm,
    "check": CheckForm,
    "time": TimeForm,
    "photo": PhotoForm,
    "part": PartForm,
    "meter": MeterForm,
}


class PlanForm(forms.Form):
    """ย้ายวันในปฏิทิน: which day, whose; empty takes it out of the plan."""

    version = forms.IntegerField()
    planned_on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    lead = forms.UUIDField(required=False)


def read_ids(values: list[str]) -> list[UUID]:
    """Return ids as they were sent. Raises ValueError for what is none."""
    return [UUID(each) for each in values]


def first_error(form: forms.Form) -> str:
    """Return the first thing that is wrong, in words."""
    return next((str(each[0]) for each in form.errors.values()), "")
