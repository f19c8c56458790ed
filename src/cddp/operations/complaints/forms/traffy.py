"""แบบฟอร์มบัญชี Traffy."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.foundation.values.thai_text import to_arabic_digits
from cddp.operations.complaints.models import TraffyAccount


class TraffyAccountForm(forms.Form):
    """บัญชี Traffy Fondue ของเทศบาล: the password is written, never read back."""

    username = forms.CharField(
        label=_("ชื่อผู้ใช้"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("ได้รับทางอีเมลจาก Traffy Fondue เมื่อขอใช้บริการแลกเปลี่ยนข้อมูล"),
    )
    password = forms.CharField(
        label=_("รหัสผ่าน"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("เก็บแบบเข้ารหัสและไม่แสดงอีก เว้นว่างไว้เพื่อใช้รหัสเดิม"),
    )
    org_ids = forms.CharField(
        label=_("รหัสหน่วยงาน"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("รหัสของเทศบาลใน Traffy Fondue ถ้ามีหลายหน่วยงานคั่นด้วยจุลภาค เช่น 151, 1302"),
    )
    is_active = forms.BooleanField(label=_("เปิดใช้การเชื่อมต่อ"), required=False)

    def __init__(self, *args: Any, account: TraffyAccount | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(account))
        super().__init__(*args, **kwargs)

    def clean_org_ids(self) -> list[str]:
        written = to_arabic_digits(self.cleaned_data["org_ids"])
        return [each for each in re.split(r"[,\s]+", written) if each]


def _initial(account: TraffyAccount | None) -> dict[str, Any]:
    if account is None:
        return {"is_active": True}
    return {
        "username": account.username,
        "org_ids": ", ".join(account.org_ids),
        "is_active": account.is_active,
    }
