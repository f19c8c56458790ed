"""แบบฟอร์มนำเข้าเรื่อง."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TicketFileForm(forms.Form):
    """เลือกไฟล์เรื่องร้องเรียน."""

    file = forms.FileField(
        label=_("ไฟล์จาก Traffy Fondue"),
        help_text=_(".json, .ndjson หรือ .csv จะบีบอัดเป็น .gz ก็ได้"),
        error_messages={
            "required": _("ยังไม่ได้เลือกไฟล์"),
            "empty": _("ไฟล์ว่างเปล่า กรุณาเลือกไฟล์ใหม่"),
        },
    )
