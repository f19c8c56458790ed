"""แบบฟอร์มทำหลายเรื่องพร้อมกัน."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.operations.complaints.choices import Outcome, ReportState
from cddp.operations.complaints.queries.choices import Choices
from cddp.operations.complaints.rules.states import STEPS

ENDS = (Outcome.NOT_OURS, Outcome.CANNOT)


class BulkForm(forms.Form):
    """ทำหลายเรื่อง: what is to be done to all of them; `offer` fills in what may be chosen."""

    title: ClassVar[Any] = ""
    permission: ClassVar[str] = ""

    def __init__(self, choices: Choices, data: Any = None) -> None:
        super().__init__(data, auto_id="bulk_%s")
        self.offer(choices)

    def offer(self, choices: Choices) -> None:
        """Fill in what may be chosen."""

    def choose(self, name: str, options: list[Any], empty: Any) -> None:
        """Set what a list offers, below an empty first line."""
        field: Any = self.fields[name]
        field.choices = [("", empty), *options]


class BulkAssignForm(BulkForm):
    """มอบหมายกอง."""

    title = _("มอบหมายกอง")
    permission = "complaints.assign"
    division = forms.TypedChoiceField(label=_("กอง"), coerce=UUID)
    reason = forms.CharField(label=_("เหตุผล"), required=False, max_length=300)

    def offer(self, choices: Choices) -> None:
        self.choose("division", [(str(each.id), each.name) for each in choices.divisions], _("เลือกกอง"))


class BulkStateForm(BulkForm):
    """เปลี่ยนสถานะ."""

    title = _("เปลี่ยนสถานะ")
    permission = "complaints.work"
    state = forms.ChoiceField(
        label=_("สถานะใหม่"), choices=[(state.value, state.label) for state in STEPS], widget=forms.RadioSelect
    )
    agency = forms.CharField(
        label=_("ส่งต่อให้หน่วยงาน"), required=False, max_length=200, help_text=_("กรอกเมื่อเลือก “ส่งต่อ”")
    )
    note = forms.CharField(
        label=_("ข้อความถึงผู้แจ้ง"), required=False, max_length=4_000, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("state") == ReportState.FORWARDED and not values.get("agency", "").strip():
            self.add_error("agency", _("กรุณาระบุหน่วยงานที่ส่งต่อ"))
        return values


class BulkCategoryForm(BulkForm):
    """เปลี่ยนประเภท."""

    title = _("เปลี่ยนประเภท")
    permission = "complaints.triage"
    category = forms.TypedChoiceField(label=_("ประเภท"), coerce=UUID)

    def offer(self, choices: Choices) -> None:
        self.choose("category", [(str(each.id), each.name) for each in choices.categories], _("เลือกประเภท"))


class BulkCloseForm(BulkForm):
    """ปิดหลายเรื่อง: not ours, or cannot be done; what was done needs words or a picture of its own."""

    title = _("ปิดเรื่อง")
    permission = "complaints.work"
    outcome = forms.ChoiceField(
        label=_("ผลสุดท้าย"), choices=[(each.value, each.label) for each in ENDS], widget=forms.RadioSelect
    )
    agency = forms.CharField(
        label=_("เป็นหน้าที่ของหน่วยงาน"),
        required=False,
        max_length=200,
        help_text=_("กรอกเมื่อไม่ใช่หน้าที่ของเทศบาล"),
    )
    words = forms.CharField(label=_("ข้อความถึงผู้แจ้ง"), max_length=4_000, widget=forms.Textarea({"rows": 3}))


class BulkMergeForm(BulkForm):
    """รวมเป็นเรื่องเดียว: which one takes the others in."""

    title = _("รวมเป็นเรื่องเดียว")
    permission = "complaints.triage"
    into = forms.UUIDField(
        label=_("รวมเข้ากับเรื่อง"), error_messages={"required": _("กรุณาเลือกเรื่องที่จะรับเรื่องอื่นเข้ามา")}
    )


BULK_FORMS: dict[str, type[BulkForm]] = {
    "assign": BulkAssignForm,
    "state": BulkStateForm,
    "category": BulkCategoryForm,
    "merge": BulkMergeForm,
    "close": BulkCloseForm,
}
