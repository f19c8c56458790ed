"""แบบฟอร์มบัญชี LINE."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.foundation.notify.models import FREE_PUSHES_A_MONTH, LineAccount
from cddp.foundation.values.thai_text import to_arabic_digits

MOST_PUSHES = 1_000_000
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class LineAccountForm(forms.Form):
    """บัญชี LINE ของเทศบาล: secret and token are written, never read back."""

    channel_id = forms.CharField(
        label=_("Channel ID"),
        max_length=32,
        widget=forms.TextInput(attrs=_PLAIN | {"inputmode": "numeric"}),
        help_text=_("ตัวเลขในหน้า Basic settings ของ LINE Developers"),
    )
    channel_secret = forms.CharField(
        label=_("Channel secret"),
        max_length=512,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("เก็บแบบเข้ารหัสและไม่แสดงอีก เว้นว่างไว้เพื่อใช้รหัสเดิม"),
    )
    access_token = forms.CharField(
        label=_("Channel access token"),
        max_length=512,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("แบบระยะยาว (long-lived) จากหน้า Messaging API เว้นว่างไว้เพื่อใช้รหัสเดิม"),
    )
    basic_id = forms.CharField(
        label=_("ชื่อบัญชี"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("ขึ้นต้นด้วย @ ประชาชนใช้ค้นหาเพื่อเพิ่มเพื่อน"),
    )
    monthly_limit = forms.IntegerField(
        label=_("ส่งแจ้งผลได้เดือนละกี่ข้อความ"),
        min_value=0,
        max_value=MOST_PUSHES,
        help_text=_("ตามแพ็กเกจของบัญชี แบบฟรีคือ 300 การตอบในแชตไม่นับ"),
    )
    is_active = forms.BooleanField(label=_("เปิดใช้งาน"), required=False)

    def __init__(self, *args: Any, account: LineAccount | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(account))
        super().__init__(*args, **kwargs)
        for name in ("channel_secret", "access_token"):
            self.fields[name].required = account is None

    def clean_channel_id(self) -> str:
        return to_arabic_digits(self.cleaned_data["channel_id"])


def _initial(account: LineAccount | None) -> dict[str, Any]:
    if account is None:
        return {"is_active": True, "monthly_limit": FREE_PUSHES_A_MONTH}
    return {
        "channel_id": account.channel_id,
        "basic_id": account.basic_id,
        "monthly_limit": account.monthly_limit,
        "is_active": account.is_active,
    }
