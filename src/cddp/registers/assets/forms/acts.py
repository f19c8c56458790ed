"""แบบฟอร์มของการกระทำกับทรัพย์สิน: look, out of order, disposal, papers."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import BahtField, ThaiDateField
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.registers.assets.choices import CONDITION_LOOKS, Condition, Disposal
from cddp.registers.assets.forms.assets import STALE

FILE_HELP = _("ไม่เกิน 40 เมกะไบต์")


class InspectionForm(forms.Form):
    """ตรวจสภาพ: five big answers, what was found, photos."""

    # Made when the page opens, so that the same form sent twice is one look.
    inspection_id = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": STALE, "invalid": STALE}
    )
    condition = forms.TypedChoiceField(
        label=_("สภาพที่เห็น"),
        choices=Condition.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("กรุณาเลือกสภาพ 1 ถึง 5")},
    )
    on = ThaiDateField(label=_("วันที่ตรวจ"), not_after=timezone.localdate)
    notes = forms.CharField(
        label=_("สิ่งที่พบ"), max_length=2_000, required=False, widget=forms.Textarea({"rows": 3})
    )

    @classmethod
    def fresh(cls) -> "InspectionForm":
        """Return an empty form for today."""
        return cls(initial={"inspection_id": uuid4(), "on": timezone.localdate()})

    @property
    def answers(self) -> list[dict[str, Any]]:
        """Return the five answers with their looks, for big buttons."""
        chosen = str(self["condition"].value() or "")
        return [
            {
                "value": each.value,
                "label": each.label,
                "look": CONDITION_LOOKS[each],
                "is_chosen": chosen == str(each.value),
            }
            for each in Condition
        ]


class OutageForm(forms.Form):
    """ใช้การไม่ได้: since when, and what is wrong."""

    words = forms.CharField(label=_("อาการ"), max_length=300, required=False, help_text=_("เช่น ไฟดับทั้งดวง"))
    since = ThaiDateField(
        label=_("ตั้งแต่วันที่"), required=False, not_after=timezone.localdate, help_text=_("เว้นว่าง คือตอนนี้")
    )

    def from_at(self, at: dt.datetime) -> dt.datetime:
        """Return since when: the beginning of the day that was said, or now."""
        day = self.cleaned_data["since"]
        if day is None or day == timezone.localdate(at):
            return at
        return dt.datetime.combine(day, dt.time.min, BANGKOK)


class DisposalForm(forms.Form):
    """จำหน่าย: by which way, when, by which letter, for how much."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": STALE, "invalid": STALE}
    )
    disposal = forms.ChoiceField(
        label=_("วิธีจำหน่าย"),
        choices=Disposal.choices,
        widget=forms.RadioSelect,
        help_text=_("ตามระเบียบกระทรวงการคลังว่าด้วยการจัดซื้อจัดจ้างและการบริหารพัสดุภาครัฐ พ.ศ. 2560 ข้อ 215 และ 217"),
    )
    disposed_on = ThaiDateField(label=_("วันที่จำหน่าย"), not_after=timezone.localdate)
    disposal_number = forms.CharField(label=_("เลขที่หนังสืออนุมัติ"), max_length=80)
    disposal_satang = BahtField(
        label=_("ราคาที่จำหน่ายได้ (บาท)"), required=False, help_text=_("ขายหรือแลกเปลี่ยนต้องระบุ ถ้าไม่ได้เงินให้ใส่ 0")
    )
    words = forms.CharField(
        label=_("เหตุผล"), max_length=1_000, required=False, widget=forms.Textarea({"rows": 3})
    )


class RestoreForm(forms.Form):
    """ยกเลิกการจำหน่าย."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": STALE, "invalid": STALE}
    )
    words = forms.CharField(label=_("เหตุผล"), max_length=1_000, widget=forms.Textarea({"rows": 2}))


class DocumentForm(forms.Form):
    """แนบเอกสาร."""

    title = forms.CharField(
        label=_("ชื่อเอกสาร"), max_length=200, required=False, help_text=_("เว้นว่างจะใช้ชื่อไฟล์")
    )
    file = forms.FileField(label=_("ไฟล์"), help_text=FILE_HELP, error_messages={"required": _("กรุณาเลือกไฟล์")})
