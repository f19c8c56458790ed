"""แบบฟอร์มของแผนบำรุงรักษา แบบรายการตรวจ และการอ่านมาตร."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import ThaiDateField
from cddp.operations.maintenance.choices import CheckKind, IntervalUnit, WorkKind
from cddp.operations.maintenance.forms.rounds import MeterField
from cddp.operations.maintenance.queries.schedules import LONGEST_LEAD_DAYS
from cddp.operations.maintenance.rules.schedules import LONGEST_MONTHS
from cddp.operations.maintenance.services.checklists import MOST_LINES, Line
from cddp.registers.assets.choices import Condition

Offered = Mapping[str, Iterable[tuple[Any, Any]]]
BLANK_LINES = 5
LONGEST_DAYS = 3660


def pick(label: Any, **more: Any) -> forms.TypedChoiceField:
    """Return a blank whose choices are ids; the form offers which."""
    return forms.TypedChoiceField(label=label, coerce=UUID, empty_value=None, required=False, **more)


class ScheduleForm(forms.Form):
    """แผนบำรุงรักษา: by the calendar, by a meter, or both: whichever comes first."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("งาน"), max_length=200, help_text=_("เช่น ล้างตะแกรงและตรวจปั๊ม"))
    kind = forms.ChoiceField(
        label=_("ชนิดงาน"),
        choices=[(each.value, each.label) for each in (WorkKind.PREVENTIVE, WorkKind.INSPECTION)],
        initial=WorkKind.PREVENTIVE,
    )
    every = forms.IntegerField(
        label=_("ทุก"),
        min_value=1,
        max_value=LONGEST_DAYS,
        required=False,
        help_text=_("เว้นว่างถ้านับตามมาตรอย่างเดียว"),
    )
    unit = forms.ChoiceField(label=_("หน่วย"), choices=IntervalUnit.choices, initial=IntervalUnit.MONTHS)
    next_on = ThaiDateField(
        label=_("ครั้งต่อไป"), required=False, help_text=_("เว้นว่าง ระบบนับจากวันนี้ หลังจากนั้นนับจากวันที่ทำเสร็จ")
    )
    meter = forms.CharField(
        label=_("มาตรวัด"), max_length=40, required=False, help_text=_("เช่น ชั่วโมงเครื่อง กิโลเมตร")
    )
    every_meter = MeterField(label=_("ทุกค่ามาตร"), required=False, help_text=_("เช่น 250 ชั่วโมง"))
    next_meter = MeterField(
        label=_("ครั้งต่อไปเมื่อมาตรถึง"), required=False, help_text=_("เว้นว่าง ระบบนับจากค่าที่อ่านล่าสุด")
    )
    lead_days = forms.IntegerField(
        label=_("เปิดใบสั่งงานล่วงหน้า (วัน)"), min_value=0, max_value=LONGEST_LEAD_DAYS, initial=7
    )
    checklist_id = pick(_("แบบรายการตรวจ"))
    division_id = pick(_("กองที่รับผิดชอบ"), help_text=_("เว้นว่าง ใช้กองที่ดูแลทรัพย์สิน"))
    lead_id = pick(_("หัวหน้างาน"), help_text=_("ระบุแล้ว ระบบนัดวันให้เอง เว้นว่าง ให้หัวหน้านัดในปฏิทิน"))

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "checklist_id", offered["checklists"], empty=_("ไม่ใช้"))
        _offer(self, "division_id", offered["divisions"], empty=_("ตามทรัพย์สิน"))
        _offer(self, "lead_id", offered["crew"], empty=_("ยังไม่ระบุ"))

    def clean(self) -> dict[str, Any]:
        """Refuse a schedule without a rhythm, and one of twenty years and more."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("every") and not given.get("every_meter") and not self.errors:
            self.add_error("every", _("กรุณากำหนดรอบเป็นวันหรือเดือน หรือกำหนดทุกค่ามาตร"))
        if given.get("unit") == IntervalUnit.MONTHS and (given.get("every") or 0) > LONGEST_MONTHS:
            self.add_error("every", _("ไม่เกิน %(most)s เดือน") % {"most": LONGEST_MONTHS})
        if given.get("every_meter") == 0:
            self.add_error("every_meter", _("ค่ารอบของมาตรต้องมากกว่า 0"))
        if given.get("every_meter") and not given.get("meter"):
            self.add_error("meter", _("กรุณาตั้งชื่อมาตรวัด"))
        if given.get("meter") and not given.get("every_meter") and "every_meter" not in self.errors:
            self.add_error("every_meter", _("กรุณาใส่ว่าทุกกี่หน่วยของมาตร"))
        return given


class NewScheduleForm(ScheduleForm):
    """แผนใหม่ของทรัพย์สินชิ้นเดียว: the asset by its number."""

    asset = forms.CharField(label=_("เลขครุภัณฑ์"), max_length=120, help_text=_("เลขครุภัณฑ์หรือชื่อเต็มของทรัพย์สิน"))
    field_order = ("asset",)


class ManyForm(ScheduleForm):
    """แผนของทรัพย์สินหลายชิ้น."""

    assets = forms.TypedMultipleChoiceField(
        label=_("ทรัพย์สิน"), coerce=UUID, error_messages={"required": _("กรุณาเลือกทรัพย์สินอย่างน้อยหนึ่งชิ้น")}
    )

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, offered=offered, **kwargs)
        field: Any = self.fields["assets"]
        field.choices = [(str(key), words) for key, words in offered["assets"]]


class ReadMeterForm(forms.Form):
    """อ่านมาตรจากหน้าทรัพย์สิน."""

    meter = forms.CharField(label=_("มาตรวัด"), max_length=40, help_text=_("เช่น ชั่วโมงเครื่อง กิโลเมตร"))
    value = MeterField(label=_("ค่าที่อ่านได้"))
    is_new_meter = forms.BooleanField(
        label=_("เปลี่ยนมาตรใหม่"), required=False, help_text=_("ค่าที่อ่านได้คือค่าเริ่มของมาตรใหม่")
    )
    old_value = MeterField(label=_("ค่าสุดท้ายของมาตรเดิม"), required=False)
    reason = forms.CharField(
        label=_("เหตุผล"), max_length=200, required=False, help_text=_("ต้องเขียนเมื่อค่าต่ำกว่าครั้งก่อน")
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the last of the old meter when there is a new one."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("is_new_meter") and given.get("old_value") is None and "old_value" not in self.errors:
            self.add_error("old_value", _("กรุณาใส่ค่าสุดท้ายของมาตรเดิม"))
        return given


# ── checklists ────────────────────────────────────────────────────────────────────────────────────


class LineForm(forms.Form):
    """บรรทัดหนึ่งของแบบ: an emptied one is left out."""

    place = forms.IntegerField(label=_("ลำดับ"), required=False, min_value=0, max_value=999)
    words = forms.CharField(label=_("รายการ"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("ชนิด"), choices=CheckKind.choices, initial=CheckKind.TICK)
    unit = forms.CharField(label=_("หน่วย"), max_length=40, required=False)
    is_required = forms.BooleanField(label=_("ต้องทำ"), required=False)


class _Lines(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    def lines(self) -> list[Line]:
        """Return the lines that have words, by their numbers."""
        given = [each.cleaned_data for each in self.forms if each.cleaned_data.get("words", "").strip()]
        order = sorted(
            range(len(given)), key=lambda at: (given[at]["place"] is None, given[at]["place"] or 0, at)
        )
        return [
            Line(row["words"], kind=row["kind"], unit=row["unit"], is_required=row["is_required"])
            for row in (given[at] for at in order)
        ]


LineFormSet: Any = forms.formset_factory(
    LineForm, formset=_Lines, extra=BLANK_LINES, max_num=MOST_LINES, absolute_max=MOST_LINES + 20
)


class ChecklistForm(forms.Form):
    """แบบรายการตรวจ."""

    name = forms.CharField(label=_("ชื่อแบบ"), max_length=120, help_text=_("เช่น ตรวจปั๊มน้ำรายเดือน"))
    asset_class_id = pick(_("สำหรับประเภท"), help_text=_("เว้นว่าง ใช้ได้กับทุกประเภท"))

    def __init__(self, *args: Any, classes: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "asset_class_id", classes, empty=_("ทุกประเภท"))


class ProposeForm(forms.Form):
    """เสนองานจากการตรวจสภาพ."""

    propose_from = forms.TypedChoiceField(
        label=_("เสนองานซ่อมเองเมื่อตรวจพบสภาพ"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[
            ("", _("ไม่เสนอเอง")),
            (Condition.POOR.value, _("แย่ หรือใช้การไม่ได้")),
            (Condition.VERY_POOR.value, _("ใช้การไม่ได้เท่านั้น")),
        ],
        help_text=_("ใบสั่งงานจะเปิดในสถานะ “ขอซ่อม” รอหัวหน้าอนุมัติ"),
    )


def _offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]], *, empty: Any) -> None:
    field: Any = form.fields[name]
    field.choices = [("", empty), *((str(value), label) for value, label in choices)]
