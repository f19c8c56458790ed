"""แบบกรอกของบ้าน บุคคล และการย้าย."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.ui.fields import CitizenIdField, ThaiDateField
from cddp.registers.residents.choices import AreaKind, EndReason, MembershipKind, MembershipRole, Sex
from cddp.registers.residents.models import Area

PURPOSES = (
    ("service", _("ให้บริการประชาชนที่มาติดต่อ")),
    ("registry", _("ปรับปรุงทะเบียนให้ถูกต้อง")),
    ("care", _("ดูแลผู้สูงอายุ ผู้พิการ หรือผู้เปราะบาง")),
    ("disaster", _("ช่วยเหลือผู้ประสบภัย")),
    ("other", _("อื่น ๆ (โปรดระบุ)")),
)


class PurposeForm(forms.Form):
    """วัตถุประสงค์ที่ดูข้อมูลบุคคล: a short list and free words."""

    purpose = forms.ChoiceField(label=_("ท่านดูข้อมูลบุคคลเพื่ออะไร"), choices=PURPOSES, widget=forms.RadioSelect)
    detail = forms.CharField(
        label=_("รายละเอียด"),
        max_length=120,
        required=False,
        help_text=_("เช่น เลขที่หนังสือ หรือชื่อโครงการ ไม่ต้องใส่ชื่อบุคคล"),
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("purpose") == "other" and len(values.get("detail", "").strip()) < 5:
            self.add_error("detail", _("โปรดระบุวัตถุประสงค์"))
        return values

    @property
    def words(self) -> str:
        """Return the purpose as it is kept: "ให้บริการประชาชนที่มาติดต่อ: …"."""
        label = str(dict(PURPOSES)[self.cleaned_data["purpose"]])
        detail = str(self.cleaned_data["detail"]).strip()
        if self.cleaned_data["purpose"] == "other":
            return detail
        return f"{label}: {detail}" if detail else label


class HouseForm(forms.Form):
    """บ้าน."""

    number = forms.CharField(label=_("บ้านเลขที่"), max_length=40, help_text=_("เช่น 12/3 หากไม่มีให้ใส่ -"))
    area = forms.ModelChoiceField(label=_("หมู่/ชุมชน"), queryset=Area.objects.none(), required=False)
    house_code = forms.CharField(
        label=_("รหัสประจำบ้าน"), max_length=20, required=False, help_text=_("11 หลัก ถ้ามี")
    )
    road = forms.CharField(label=_("ถนน"), max_length=120, required=False)
    lane = forms.CharField(label=_("ตรอก/ซอย"), max_length=120, required=False)
    is_central_register = forms.BooleanField(label=_("เป็นทะเบียนบ้านกลาง (ไม่มีตัวบ้านจริง)"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["area"]
        areas.queryset = Area.objects.visible_to(user)


class PointForm(forms.Form):
    """พิกัดบ้าน: chosen on the map or typed."""

    lat = forms.FloatField(label=_("ละติจูด"), min_value=-90, max_value=90)
    lng = forms.FloatField(label=_("ลองจิจูด"), min_value=-180, max_value=180)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def point(self) -> Point:
        """Return the point in EPSG:4326."""
        return Point(self.cleaned_data["lng"], self.cleaned_data["lat"], srid=4326)


class PersonForm(forms.Form):
    """บุคคล: a masked number left as it is stays; a wrong check digit needs a reason."""

    title = forms.CharField(label=_("คำนำหน้า"), max_length=40, required=False)
    given_name = forms.CharField(label=_("ชื่อ"), max_length=120)
    family_name = forms.CharField(label=_("นามสกุล"), max_length=120, required=False)
    sex = forms.ChoiceField(label=_("เพศ"), choices=Sex.choices)
    birth = ThaiDateField(
        label=_("วันเกิด"),
        partial=True,
        not_after=timezone.localdate,
        required=False,
        help_text=_("ไม่ทราบวันหรือเดือนให้ใส่เท่าที่ทราบ เช่น พ.ศ. 2490"),
    )
    citizen_id = CitizenIdField(
        label=_("เลขประจำตัวประชาชน"), allow_wrong_check_digit=True, required=False, help_text=_("เว้นว่างได้")
    )
    override_reason = forms.CharField(
        label=_("เหตุผลที่ยืนยันเลข"),
        max_length=200,
        required=False,
        help_text=_("ใช้เมื่อหลักตรวจสอบไม่ถูกต้อง แต่เลขตรงตามเอกสารจริง"),
    )
    phone = forms.CharField(label=_("โทรศัพท์"), max_length=20, required=False)
    nationality = forms.CharField(label=_("สัญชาติ"), max_length=60, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def changes(self) -> dict[str, Any]:
        """Return what the service takes besides the number and the version."""
        names = ("title", "given_name", "family_name", "sex", "birth", "phone", "nationality")
        return {name: self.cleaned_data[name] for name in names}


class StayForm(forms.Form):
    """การย้ายเข้า."""

    kind = forms.ChoiceField(label=_("ลักษณะการอยู่"), choices=MembershipKind.choices, widget=forms.RadioSelect)
    role = forms.ChoiceField(
        label=_("สถานภาพในบ้าน"), choices=MembershipRole.choices, initial=MembershipRole.OCCUPANT
    )
    started_on = ThaiDateField(label=_("ตั้งแต่วันที่"), not_after=timezone.localdate, required=False)


class NewDwellerForm(PersonForm, StayForm):
    """เพิ่มคนในบ้าน: a person and the stay at once."""

    field_order = (
        "title",
        "given_name",
        "family_name",
        "sex",
        "birth",
        "citizen_id",
        "override_reason",
        "kind",
        "role",
    )


class MoveForm(StayForm):
    """ย้ายบุคคลเข้าบ้าน: the house is chosen by number and moo."""

    house = forms.CharField(
        label=_("บ้านปลายทาง"), max_length=80, help_text=_("พิมพ์บ้านเลขที่และหมู่ เช่น 12/3 หมู่ 4")
    )
    field_order = ("house", "kind", "role", "started_on")


class EndStayForm(forms.Form):
    """การย้ายออก."""

    REASONS = [
        (EndReason.MOVED_OUT, EndReason.MOVED_OUT.label),
        (EndReason.CORRECTION, EndReason.CORRECTION.label),
    ]
    ended_on = ThaiDateField(label=_("วันที่ย้ายออก"), not_after=timezone.localdate)
    reason = forms.ChoiceField(label=_("เหตุ"), choices=REASONS, widget=forms.RadioSelect)


class DeathForm(forms.Form):
    """การเสียชีวิต."""

    death_date = ThaiDateField(label=_("วันที่เสียชีวิต"), not_after=timezone.localdate)


class AreaForm(forms.Form):
    """หมู่/ชุมชน."""

    kind = forms.ChoiceField(label=_("ชนิด"), choices=AreaKind.choices)
    number = forms.IntegerField(label=_("หมู่ที่"), min_value=1, max_value=999, required=False)
    name = forms.CharField(label=_("ชื่อ"), max_length=120)
    code = forms.CharField(label=_("รหัส"), max_length=20, help_text=_("ใช้ผูกผู้รับผิดชอบกับพื้นที่ เช่น อสม. ควรคงเดิม"))
