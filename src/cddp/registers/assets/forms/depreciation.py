"""แบบฟอร์มของทะเบียนคุมทรัพย์สิน."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import BahtField


class ThresholdForm(forms.Form):
    """เกณฑ์มูลค่า: below it a thing is not written off."""

    threshold = BahtField(
        label=_("เกณฑ์มูลค่าขั้นต่ำ (บาท)"),
        help_text=_("ราคาทุนต่ำกว่านี้ไม่คิดค่าเสื่อมราคา แต่ยังอยู่ในทะเบียนเพื่อคุมจำนวน ใช้กับทุกปีที่พิมพ์หลังจากนี้"),
    )

    def clean_threshold(self) -> int:
        """Refuse what is no sum of money that a thing can cost."""
        satang: int = self.cleaned_data["threshold"]
        if satang < 0:
            raise forms.ValidationError(_("เกณฑ์ต้องไม่ติดลบ"))
        return satang
