"""แบบฟอร์มของทรัพย์สินและงานซ่อม: which thing a problem is about, and the work that is done for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.acts import ActForm
from cddp.foundation.ui.fields import ThaiDateField
from cddp.operations.complaints.choices import Priority
from cddp.operations.complaints.queries.choices import Choices


class AssetForm(ActForm):
    """ทรัพย์สินของเรื่อง: one that was offered, or its number; neither takes it away."""

    key = "asset"
    asset = forms.UUIDField(required=False, widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("เลขครุภัณฑ์"),
        required=False,
        max_length=80,
        help_text=_("พิมพ์เลข เลขเดิม หรือที่อยู่ใน QR"),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "text"}),
    )
    takes_away = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not (values.get("asset") or values.get("takes_away") or (values.get("number") or "").strip()):
            self.add_error("number", _("กรุณาพิมพ์เลขครุภัณฑ์ หรือเลือกจากรายการ"))
        return values


class WorkForm(ActForm):
    """เปิดใบสั่งงาน."""

    key = "work"
    title = forms.CharField(label=_("งานที่ต้องทำ"), max_length=200)
    priority = forms.ChoiceField(label=_("ความเร่งด่วน"), choices=Priority.choices)
    division = forms.UUIDField(label=_("กองที่รับผิดชอบ"), required=False, widget=forms.Select)
    lead = forms.UUIDField(label=_("หัวหน้างาน"), required=False, widget=forms.Select)
    planned_on = ThaiDateField(label=_("วันที่นัดทำ"), required=False)

    def offer(self, choices: Choices) -> None:
        divisions: Any = self.fields["division"].widget
        divisions.choices = [("", _("ยังไม่ระบุ")), *((str(each.id), each.name) for each in choices.divisions)]
        leads: Any = self.fields["lead"].widget
        leads.choices = [("", _("ยังไม่ระบุ")), *choices.members_by_division()]


class AttachForm(ActForm):
    """ผูกกับใบสั่งงานที่มีอยู่: one that was offered, or its number."""

    key = "attach"
    order = forms.UUIDField(required=False, widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("เลขที่ใบสั่งงาน"),
        required=False,
        max_length=20,
        help_text=_("เช่น 12/2570"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not (values.get("order") or (values.get("number") or "").strip()):
            self.add_error("number", _("กรุณาพิมพ์เลขที่ใบสั่งงาน หรือเลือกจากรายการ"))
        return values


class DetachForm(ActForm):
    """เลิกผูกกับใบสั่งงาน."""

    key = "detach"
    order = forms.UUIDField(widget=forms.HiddenInput)
