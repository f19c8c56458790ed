"""แบบฟอร์มจัดการระบบ."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.accounts.roles import role_choices


class MemberForm(forms.Form):
    """ผู้ใช้ของเทศบาล: division, position, roles and areas of one member."""

    full_name = forms.CharField(label=_("ชื่อ-นามสกุล"), max_length=150)
    email = forms.EmailField(label=_("อีเมล"), required=False)
    division = forms.ModelChoiceField(
        label=_("กอง"), queryset=Division.objects.none(), required=False, empty_label=_("ไม่สังกัดกอง")
    )
    position = forms.CharField(label=_("ตำแหน่ง"), max_length=120, required=False)
    roles = forms.MultipleChoiceField(label=_("บทบาท"), widget=forms.CheckboxSelectMultiple)
    area_codes = forms.CharField(
        label=_("พื้นที่รับผิดชอบ"),
        required=False,
        help_text=_("รหัสหมู่คั่นด้วยจุลภาค เช่น 1, 2 ใช้กับ อสม. ที่เห็นเฉพาะพื้นที่ของตน"),
    )

    def __init__(self, *args: Any, member: Membership | None = None, **kwargs: Any) -> None:
        if member is not None:
            kwargs.setdefault("initial", _initial(member))
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = Division.objects.all()  # type: ignore[attr-defined]
        self.fields["roles"].choices = role_choices()  # type: ignore[attr-defined]

    def clean_area_codes(self) -> list[str]:
        return [code.strip() for code in self.cleaned_data["area_codes"].split(",") if code.strip()]


class PasswordForm(forms.Form):
    """รหัสผ่านที่ผู้ดูแลระบบตั้งให้: the owner changes it after signing in."""

    password = forms.CharField(
        label=_("รหัสผ่านแรก"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("อย่างน้อย 10 ตัว ให้เจ้าของบัญชีเปลี่ยนเมื่อเข้าใช้ครั้งแรก"),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class NewMemberForm(PasswordForm, MemberForm):
    """ผู้ใช้ใหม่: also the name and the first password to sign in with."""

    username = forms.RegexField(
        r"^[a-z0-9._-]{3,60}$",
        label=_("ชื่อผู้ใช้"),
        help_text=_("ตัวอักษรภาษาอังกฤษตัวเล็ก ตัวเลข จุด หรือขีด 3–60 ตัว"),
    )
    field_order = ("username", "password", "full_name")

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError(_("มีผู้ใช้ชื่อนี้แล้ว กรุณาเลือกชื่ออื่น"))
        return username


class TokenForm(forms.Form):
    """โทเคนใหม่ของโปรแกรม."""

    name = forms.CharField(label=_("ใช้กับโปรแกรมใด"), max_length=120)
    permissions = forms.MultipleChoiceField(label=_("สิทธิ์ที่ให้"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("ใช้ได้กี่วัน"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = [  # type: ignore[attr-defined]
            (permission, permission) for permission in sorted(member.permissions)
        ]

    @property
    def life(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


def _initial(member: Membership) -> dict[str, Any]:
    return {
        "full_name": member.user.full_name,
        "email": member.user.email,
        "division": member.division_id,
        "position": member.position,
        "roles": member.roles,
        "area_codes": ", ".join(member.area_codes),
    }
