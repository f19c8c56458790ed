"""แบบฟอร์มของหน้าใบสั่งงาน: each carries the version that the person saw."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.acts import ActForm
from cddp.foundation.ui.fields import BahtField, ThaiDateField
from cddp.operations.maintenance.choices import PhotoKind, Priority, WorkKind
from cddp.operations.maintenance.queries.work_choices import Choices

LONGEST_WORDS = 4_000


def pk_field(**more: Any) -> forms.TypedChoiceField:
    """Return a list of which one may be chosen by its id."""
    return forms.TypedChoiceField(coerce=UUID, empty_value=None, **more)


def pk_fields(**more: Any) -> forms.TypedMultipleChoiceField:
    """Return a list of which several may be chosen by their ids."""
    return forms.TypedMultipleChoiceField(
        coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple, **more
    )


def pairs(options: Any) -> list[tuple[str, str]]:
    """Return what a list offers as (id, name)."""
    return [(str(each.id), each.name) for each in options]


def words_field(label: Any, *, rows: int = 3, required: bool = False, help_text: Any = "") -> forms.CharField:
    """Return a blank for several lines."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_WORDS,
        help_text=help_text,
        widget=forms.Textarea({"rows": rows}),
    )


class ApproveForm(ActForm):
    """อนุมัติ."""

    key = "approve"
    note = forms.CharField(label=_("หมายเหตุ"), required=False, max_length=500)


class PlanForm(ActForm):
    """นัดวันและมอบหมาย."""

    key = "plan"
    planned_on = ThaiDateField(label=_("วันที่ทำ"), error_messages={"required": _("กรุณาระบุวันที่ทำ")})
    planned_from = forms.TimeField(
        label=_("เริ่มเวลา"),
        required=False,
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput({"placeholder": _("เช่น 09:30"), "autocomplete": "off"}, format="%H:%M"),
        error_messages={"invalid": _("กรุณากรอกเวลา เช่น 09:30")},
    )
    planned_minutes = forms.IntegerField(
        label=_("ใช้เวลา (นาที)"),
        required=False,
        min_value=1,
        max_value=14 * 24 * 60,
        widget=forms.TextInput({"inputmode": "numeric", "size": 5}),
    )
    lead = pk_field(label=_("หัวหน้างาน"), required=False)
    crew = pk_fields(label=_("ผู้ร่วมงาน"))
    note = forms.CharField(label=_("ข้อความถึงช่าง"), required=False, max_length=500)

    def offer(self, choices: Choices) -> None:
        self.choose("lead", list(choices.members_by_division()), _("ยังไม่ระบุ"))
        self.choose("crew", pairs(choices.members))


class StartForm(ActForm):
    """เริ่มทำ."""

    key = "start"
    asset_out = forms.BooleanField(label=_("ต้องหยุดใช้งานทรัพย์สินระหว่างทำ"), required=False)


class PartsForm(ActForm):
    """รออะไหล่."""

    key = "await_parts"
    note = forms.CharField(label=_("รออะไหล่อะไร"), required=False, max_length=500)


class ResumeForm(ActForm):
    """ทำต่อ."""

    key = "resume"


class FinishForm(ActForm):
    """ทำเสร็จ."""

    key = "finish"
    result = words_field(_("ทำอะไรไปแล้ว"), help_text=_("อย่างน้อย 10 ตัวอักษร หรือแนบรูปหลังทำแทน"))
    cause = forms.CharField(
        label=_("สาเหตุที่เสีย"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"list": "causes", "autocomplete": "off"}),
    )
    # Several may come under this one name: each is looked at when it is kept.
    photo = forms.FileField(label=_("รูปหลังทำ"), required=False)


class AcceptForm(ActForm):
    """ตรวจรับ."""

    key = "accept"
    signature = forms.CharField(widget=forms.HiddenInput, required=False, max_length=600_000)
    signed_by = forms.CharField(
        label=_("ชื่อผู้ตรวจรับ"),
        max_length=150,
        required=False,
        help_text=_("พิมพ์เมื่อไม่ได้เซ็นชื่อในช่อง"),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    words = forms.CharField(label=_("ความเห็น"), required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("signature") and not values.get("signed_by", "").strip():
            self.add_error("signed_by", _("กรุณาเซ็นชื่อในช่อง หรือพิมพ์ชื่อผู้ตรวจรับ"))
        return values


class SendBackForm(ActForm):
    """ส่งกลับให้แก้ไข."""

    key = "send_back"
    reason = words_field(_("ต้องแก้ไขอะไร"), rows=2, required=True)


class CancelForm(ActForm):
    """ยกเลิก."""

    key = "cancel"
    reason = words_field(_("เหตุที่ยกเลิก"), rows=2, required=True)


class TimeForm(ActForm):
    """เวลาทำงาน."""

    key = "time"
    member = pk_field(label=_("ใครทำ"), required=False)
    who = forms.CharField(label=_("ชื่อ (ถ้าไม่ใช่เจ้าหน้าที่)"), required=False, max_length=150)
    on = ThaiDateField(label=_("วันที่"), not_after=timezone.localdate)
    minutes = forms.IntegerField(
        label=_("นาที"),
        min_value=1,
        max_value=24 * 60,
        widget=forms.TextInput({"inputmode": "numeric", "size": 5}),
    )
    hour_baht = BahtField(
        label=_("ค่าแรงต่อชั่วโมง (บาท)"), required=False, help_text=_("เว้นว่าง = เท่าครั้งก่อนของคนนี้")
    )
    note = forms.CharField(label=_("หมายเหตุ"), required=False, max_length=200)

    def offer(self, choices: Choices) -> None:
        self.choose("member", list(choices.members_by_division()), _("ไม่ใช่เจ้าหน้าที่"))


class PhotoForm(ActForm):
    """แนบรูป."""

    key = "photo"
    kind = forms.ChoiceField(label=_("ชนิดรูป"), choices=PhotoKind.choices, widget=forms.RadioSelect)
    photo = forms.FileField(label=_("แนบรูป"), error_messages={"required": _("ยังไม่ได้เลือกรูป")})


class ContractForm(ActForm):
    """การจ้าง."""

    key = "contract"
    contractor = pk_field(label=_("ผู้รับจ้าง"), required=False)
    contract_number = forms.CharField(label=_("เลขที่สัญญาหรือใบสั่งจ้าง"), required=False, max_length=80)
    contract_baht = BahtField(label=_("ค่าจ้าง (บาท)"), required=False)

    def offer(self, choices: Choices) -> None:
        self.choose("contractor", pairs(choices.contractors), _("ไม่ได้จ้าง"))


class WorkFields(forms.Form):
    """ข้อมูลของใบสั่งงาน: the blanks that the new and the changed share."""

    title = forms.CharField(label=_("ต้องทำอะไร"), max_length=200, min_length=3)
    description = words_field(_("รายละเอียด"), help_text=_("อาการ จุดสังเกต สิ่งที่ช่างควรเตรียมไป"))
    kind = forms.ChoiceField(label=_("ชนิดงาน"), choices=WorkKind.choices)
    priority = forms.ChoiceField(
        label=_("ความเร่งด่วน"), choices=Priority.choices, widget=forms.RadioSelect, initial=Priority.NORMAL
    )
    division = pk_field(label=_("กองที่รับผิดชอบ"), required=False)
    due_on = ThaiDateField(label=_("ต้องเสร็จภายใน"), required=False)
    place = forms.CharField(label=_("สถานที่หรือจุดสังเกต"), required=False, max_length=300)


class EditForm(WorkFields, ActForm):
    """แก้ไขใบสั่งงาน."""

    key = "edit"
    asset = forms.CharField(
        label=_("เลขครุภัณฑ์"),
        required=False,
        max_length=80,
        help_text=_("พิมพ์เลข เลขเดิม หรือที่อยู่ใน QR"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def offer(self, choices: Choices) -> None:
        self.choose("division", pairs(choices.divisions), _("ยังไม่มอบหมาย"))


class NewForm(WorkFields):
    """เปิดใบสั่งงาน: on an asset or a place; who may plan approves and plans it at once."""

    asset = forms.UUIDField(required=False, widget=forms.HiddenInput)
    source = forms.CharField(required=False, widget=forms.HiddenInput)
    source_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput({"data-place": "lat"}))
    lng = forms.FloatField(required=False, widget=forms.HiddenInput({"data-place": "lng"}))
    checklist = pk_field(label=_("แบบรายการตรวจ"), required=False)
    approve = forms.BooleanField(label=_("อนุมัติทันที"), required=False)
    planned_on = ThaiDateField(label=_("นัดวันทำ"), required=False)
    lead = pk_field(label=_("หัวหน้างาน"), required=False)

    def __init__(self, choices: Choices, data: Any = None, *, may_plan: bool, **more: Any) -> None:
        super().__init__(data, **more)
        for name, options, empty in (
            ("division", pairs(choices.divisions), _("กองที่ดูแลทรัพย์สิน")),
            ("checklist", pairs(choices.checklists), _("ไม่ใช้")),
            ("lead", list(choices.members_by_division()), _("ยังไม่ระบุ")),
        ):
            field: Any = self.fields[name]
            field.choices = [("", empty), *options]
        if not may_plan:
            for name in ("approve", "planned_on", "lead"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("lead") and not values.get("planned_on"):
            self.add_error("planned_on", _("กรุณาระบุวันที่ทำ เมื่อเลือกหัวหน้างาน"))
        return values


class BulkApproveForm(forms.Form):
    """อนุมัติหลายใบ."""

    title = _("อนุมัติ")
    note = forms.CharField(label=_("หมายเหตุ"), required=False, max_length=500)

    def __init__(self, choices: Choices, data: Any = None) -> None:
        super().__init__(data)


class BulkPlanForm(forms.Form):
    """นัดวันหลายใบ."""

    title = _("นัดวันและมอบหมาย")
    planned_on = ThaiDateField(label=_("วันที่ทำ"), error_messages={"required": _("กรุณาระบุวันที่ทำ")})
    lead = pk_field(label=_("หัวหน้างาน"), required=False)
    crew = pk_fields(label=_("ผู้ร่วมงาน"))

    def __init__(self, choices: Choices, data: Any = None) -> None:
        super().__init__(data)
        for name, options in (
            ("lead", [("", _("ยังไม่ระบุ")), *choices.members_by_division()]),
            ("crew", pairs(choices.members)),
        ):
            field: Any = self.fields[name]
            field.choices = options


BULK_FORMS: dict[str, type[BulkApproveForm] | type[BulkPlanForm]] = {
    "approve": BulkApproveForm,
    "plan": BulkPlanForm,
}


class ContractorForm(forms.Form):
    """ผู้รับจ้าง."""

    name = forms.CharField(label=_("ชื่อ"), max_length=200)
    tax_number = forms.CharField(
        label=_("เลขประจำตัวผู้เสียภาษี"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    phone = forms.CharField(
        label=_("โทรศัพท์"), required=False, max_length=40, widget=forms.TextInput({"inputmode": "tel"})
    )
    is_active = forms.BooleanField(label=_("ใช้งานอยู่"), required=False, initial=True)
