"""แบบฟอร์มตั้งค่าประเภททรัพย์สิน."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import BahtField, ThaiDateField
from cddp.registers.assets.choices import AttributeKind, GeometryKind
from cddp.registers.assets.rules.options import read_options, write_options

# The groups of complaints (complaints.CategoryFamily) that are about things; complaints stands above us.
FAMILIES: Final = [
    ("road", _("ถนนและทางเท้า")),
    ("water", _("น้ำและการระบายน้ำ")),
    ("light", _("ไฟฟ้าและแสงสว่าง")),
    ("clean", _("ความสะอาดและสิ่งแวดล้อม")),
    ("green", _("ต้นไม้และที่สาธารณะ")),
    ("safety", _("ความปลอดภัยและจราจร")),
    ("nuisance", _("เหตุรำคาญ")),
    ("service", _("บริการของเทศบาล")),
    ("other", _("อื่น ๆ")),
]
ICONS: Final = [
    ("lightbulb", _("หลอดไฟ")), ("traffic-cone", _("กรวยจราจร")), ("route", _("ถนน")), ("landmark", _("สะพานหรือศาลา")),
    ("footprints", _("ทางเท้า")), ("waves", _("ทางน้ำ")), ("circle-dot", _("ฝาท่อ")), ("fan", _("เครื่องสูบหรือพัดลม")),
    ("droplets", _("ประปา")), ("cctv", _("กล้อง")), ("volume-2", _("ลำโพง")), ("signpost", _("ป้าย")),
    ("fire-extinguisher", _("ดับเพลิง")), ("baby", _("เด็ก")), ("tree-palm", _("ต้นไม้")), ("trash-2", _("ขยะ")),
    ("building-2", _("อาคาร")), ("land-plot", _("ที่ดิน")), ("truck", _("รถบรรทุก")), ("car", _("รถยนต์")),
    ("bike", _("จักรยานยนต์")), ("laptop", _("คอมพิวเตอร์")), ("armchair", _("เฟอร์นิเจอร์")), ("plug", _("เครื่องใช้ไฟฟ้า")),
    ("camera", _("กล้องถ่ายรูป")), ("sprout", _("เกษตร")), ("construction", _("ก่อสร้าง")), ("stethoscope", _("การแพทย์")),
    ("graduation-cap", _("การศึกษา")), ("chef-hat", _("งานครัว")), ("factory", _("โรงงาน")), ("ruler", _("สำรวจ")),
    ("wrench", _("เครื่องมือ")), ("package", _("กล่อง")), ("boxes", _("หลายชิ้น")),
]  # fmt: skip
OPTION_WORDS: Final = {
    "twice": _("มีตัวเลือกซ้ำกัน"),
    "too_many": _("ตัวเลือกมากเกิน 100 ข้อ"),
    "too_long": _("ตัวเลือกยาวเกิน 120 ตัวอักษร"),
}


def _order() -> forms.IntegerField:
    return forms.IntegerField(label=_("ลำดับ"), min_value=0, max_value=32_000, initial=50)


class ClassForm(forms.Form):
    """ประเภททรัพย์สิน."""

    name = forms.CharField(label=_("ชื่อประเภท"), max_length=120)
    geometry = forms.ChoiceField(
        label=_("รูปร่างบนแผนที่"), choices=GeometryKind.choices, widget=forms.RadioSelect
    )
    number_prefix = forms.CharField(
        label=_("รหัสประเภทครุภัณฑ์"),
        max_length=12,
        required=False,
        help_text=_("สามตัวแรกของเลขครุภัณฑ์ตามที่เทศบาลใช้ เช่น 416"),
    )
    inspect_every_months = forms.IntegerField(
        label=_("ตรวจสภาพทุก (เดือน)"),
        required=False,
        min_value=1,
        max_value=240,
        help_text=_("เว้นว่าง คือไม่ต้องตรวจตามรอบ"),
    )
    families = forms.MultipleChoiceField(
        label=_("กลุ่มเรื่องร้องเรียน"),
        choices=FAMILIES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("เรื่องกลุ่มไหนที่อาจเกี่ยวกับทรัพย์สินประเภทนี้"),
    )
    is_lamp = forms.BooleanField(label=_("นับเป็นดวงไฟสาธารณะ"), required=False)
    is_road = forms.BooleanField(label=_("นับเป็นช่วงถนน"), required=False)
    icon = forms.ChoiceField(label=_("ไอคอน"), choices=ICONS, initial="package")
    colour = forms.CharField(
        label=_("สีบนแผนที่"),
        initial="#5b6f8f",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("เลือกสี หรือเขียนเป็นรหัสสี เช่น #1f6f9f"))],
        widget=forms.TextInput({"type": "color"}),
    )
    order = _order()
    is_active = forms.BooleanField(label=_("ใช้งานอยู่"), required=False, initial=True)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kept = self.initial.get("icon")
        field: Any = self.fields["icon"]
        if kept and kept not in dict(ICONS):
            field.choices = [(kept, kept), *ICONS]


class AttributeForm(forms.Form):
    """ช่องข้อมูลของประเภท."""

    name = forms.CharField(label=_("ชื่อช่อง"), max_length=120)
    kind = forms.ChoiceField(
        label=_("ชนิด"), choices=AttributeKind.choices, widget=forms.RadioSelect, initial="text"
    )
    unit = forms.CharField(label=_("หน่วย"), max_length=40, required=False)
    options = forms.CharField(
        label=_("ตัวเลือก"),
        required=False,
        max_length=20_000,
        help_text=_("บรรทัดละหนึ่งตัวเลือก เฉพาะชนิดตัวเลือก"),
        widget=forms.Textarea({"rows": 5}),
    )
    is_required = forms.BooleanField(label=_("ต้องกรอก"), required=False)
    order = _order()
    is_active = forms.BooleanField(label=_("ใช้งานอยู่"), required=False, initial=True)

    def __init__(self, *args: Any, known: Sequence[Sequence[str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.known = known
        self.initial.setdefault("options", write_options(known))

    def clean_options(self) -> list[list[str]]:
        try:
            return read_options(self.cleaned_data["options"], self.known)
        except ValueError as problem:
            raise ValidationError(str(OPTION_WORDS[str(problem)])) from None

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("kind") != AttributeKind.CHOICE and "options" in values:
            values["options"] = []
        return values


class RateForm(forms.Form):
    """อายุการใช้งาน."""

    effective_from = ThaiDateField(label=_("ใช้กับทรัพย์สินที่ได้มาตั้งแต่"), help_text=_("วันที่ประกาศของเทศบาลมีผล"))
    life_years = forms.IntegerField(label=_("อายุการใช้งาน (ปี)"), min_value=1, max_value=100)
    residual_satang = BahtField(label=_("มูลค่าคงเหลือสุดท้าย (บาท)"), initial=100)
    source = forms.CharField(
        label=_("ประกาศที่อ้างอิง"),
        max_length=200,
        help_text=_("เช่น ประกาศเทศบาล เรื่อง อายุการใช้งานครุภัณฑ์ ลงวันที่ 1 ต.ค. 2569"),
    )

    def clean_residual_satang(self) -> int:
        satang: int | None = self.cleaned_data["residual_satang"]
        if satang is None or satang < 0:
            raise ValidationError(now("มูลค่าคงเหลือต้องไม่ติดลบ"))
        return satang


class ModelForm(forms.Form):
    """รุ่น."""

    maker = forms.CharField(label=_("ยี่ห้อ"), max_length=120, required=False)
    name = forms.CharField(label=_("รุ่น"), max_length=120)
    notes = forms.CharField(label=_("หมายเหตุ"), max_length=300, required=False)
    is_active = forms.BooleanField(label=_("ใช้งานอยู่"), required=False, initial=True)
