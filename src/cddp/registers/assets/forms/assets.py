"""แบบฟอร์มทรัพย์สิน: what every thing is asked, and what its class asks besides."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from cddp.foundation.ui.fields import BahtField, ThaiDateField
from cddp.registers.assets.choices import Acquisition, AssetState, AttributeKind, Funding, GeometryKind
from cddp.registers.assets.models import AssetAttribute, AssetClass, AssetModel
from cddp.registers.assets.queries.choices import Choices
from cddp.registers.assets.rules.attributes import LONGEST_TEXT

STALE: Final = _("หน้านี้เก่าเกินไป กรุณาเปิดใหม่")
PREFIX: Final = "attr."
YES_NO: Final = [("", "–"), ("true", _("ใช่")), ("false", _("ไม่ใช่"))]
IDENTITY: Final = ("number", "name", "model", "serial", "parent")
KEEPING: Final = ("state", "division", "holder", "place")
MONEY: Final = (
    "acquired_on", "acquisition", "funding", "cost_satang", "supplier", "contract_number", "warranty_until",
    "life_years", "former_number",
)  # fmt: skip


def _pk(**more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(coerce=UUID, empty_value=None, required=False, **more)


class AssetForm(forms.Form):
    """ทรัพย์สิน: `shown` groups the blanks as the page does."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, error_messages={"invalid": STALE})
    number = forms.CharField(
        label=_("เลขครุภัณฑ์"), max_length=60, required=False, help_text=_("เช่น 416-65-0001 ยังไม่มีให้เว้นว่าง")
    )
    name = forms.CharField(label=_("ชื่อ"), max_length=200, help_text=_("เช่น ไฟถนนหน้าวัดป่าสัก"))
    model = _pk(label=_("รุ่น"))
    serial = forms.CharField(label=_("หมายเลขเครื่อง"), max_length=120, required=False)
    parent = forms.CharField(
        label=_("เป็นส่วนหนึ่งของ"),
        max_length=300,
        required=False,
        help_text=_("เลขครุภัณฑ์ของทรัพย์สินหลัก ถ้ามี"),
    )
    state = forms.ChoiceField(
        label=_("สถานะ"),
        choices=[
            (each.value, each.label) for each in (AssetState.IN_USE, AssetState.STORED, AssetState.MISSING)
        ],
    )
    division = _pk(label=_("กองที่ดูแล"))
    holder = _pk(label=_("ผู้ใช้งาน"))
    place = forms.CharField(label=_("สถานที่ตั้ง"), max_length=300, required=False)
    lat = forms.FloatField(label=_("ละติจูด"), required=False, widget=forms.HiddenInput({"data-place": "lat"}))
    lng = forms.FloatField(label=_("ลองจิจูด"), required=False, widget=forms.HiddenInput({"data-place": "lng"}))
    acquired_on = ThaiDateField(label=_("วันที่ได้มา"), required=False)
    acquisition = forms.ChoiceField(label=_("วิธีการได้มา"), choices=Acquisition.choices)
    funding = forms.ChoiceField(label=_("ประเภทเงิน"), choices=Funding.choices)
    cost_satang = BahtField(label=_("ราคาทุน (บาท)"), required=False)
    supplier = forms.CharField(label=_("ผู้ขายหรือผู้รับจ้าง"), max_length=200, required=False)
    contract_number = forms.CharField(label=_("เลขที่สัญญา"), max_length=80, required=False)
    warranty_until = ThaiDateField(label=_("รับประกันถึง"), required=False)
    life_years = forms.IntegerField(
        label=_("อายุการใช้งานเฉพาะรายการ (ปี)"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("กรอกเมื่อต่างจากประกาศของประเภทเท่านั้น"),
    )
    former_number = forms.CharField(label=_("เลขเดิม"), max_length=60, required=False)
    notes = forms.CharField(
        label=_("หมายเหตุ"), max_length=4_000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(
        self,
        data: Any = None,
        *,
        asset_class: AssetClass,
        fields: Sequence[AssetAttribute],
        models: Sequence[AssetModel],
        choices: Choices,
        is_new: bool,
        state: str = "",
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        self.own = [f"{PREFIX}{each.key}" for each in fields]
        self.takes_point = is_new and asset_class.geometry != GeometryKind.LINE
        for each in fields:
            self.fields[f"{PREFIX}{each.key}"] = _field_of(each)
        self._offer("model", [(each.pk, str(each)) for each in models])
        self._offer("division", [(each.pk, each.name) for each in choices.divisions])
        self._offer("holder", [(each.pk, str(each.user)) for each in choices.members])
        if not models:
            del self.fields["model"]
        if not self.takes_point:
            del self.fields["lat"], self.fields["lng"]
        if state == AssetState.BROKEN:
            # Being out of order is ended by a button of its own.
            del self.fields["state"]

    def _offer(self, name: str, options: list[tuple[Any, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", "–"), *((str(key), label) for key, label in options)]

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """Return (heading, blanks) in the order of the page."""
        named = (
            (_("คืออะไร"), IDENTITY),
            (_("ข้อมูลเฉพาะประเภท"), self.own),
            (_("ใครดูแล อยู่ที่ไหน"), KEEPING),
            (_("การได้มาและราคา"), MONEY),
            (_("อื่น ๆ"), ("notes",)),
        )
        shown = [(title, [self[name] for name in names if name in self.fields]) for title, names in named]
        return [(title, blanks) for title, blanks in shown if blanks]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.takes_point and (values.get("lat") is None) != (values.get("lng") is None):
            self.add_error(None, _("ตำแหน่งไม่ครบ กรุณาปักใหม่บนแผนที่"))
        return values

    def values(self) -> dict[str, Any]:
        """Return what the services take; `parent` is still the words that were typed."""
        given = dict(self.cleaned_data)
        attributes = {name.removeprefix(PREFIX): given.pop(name) for name in self.own}
        lat, lng = given.pop("lat", None), given.pop("lng", None)
        given.pop("version", None)
        given.pop("parent", None)
        if lat is not None and lng is not None:
            given["shape"] = Point(lng, lat, srid=4326)
        return given | {"attributes": attributes}

    def take(self, field: str | None, message: str) -> None:
        """Put a refusal beside the blank it is about."""
        self.add_error(field if field in self.fields else None, message)


def _field_of(attribute: AssetAttribute) -> forms.Field:
    usual: dict[str, Any] = {"label": str(attribute), "required": attribute.is_required}
    if attribute.kind == AttributeKind.NUMBER:
        return NumberField(**usual)
    if attribute.kind == AttributeKind.BOOLEAN:
        return forms.ChoiceField(choices=YES_NO, **usual)
    if attribute.kind == AttributeKind.DATE:
        return ThaiDateField(**usual)
    if attribute.kind == AttributeKind.CHOICE:
        return forms.ChoiceField(
            choices=[("", "–"), *((str(value), str(label)) for value, label in attribute.options)], **usual
        )
    return forms.CharField(max_length=LONGEST_TEXT, **usual)


class NumberField(forms.CharField):
    """ตัวเลข: typed with commas or Thai digits; read by the rule that reads imports, so the same text means the same."""

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})


def initial_attributes(fields: Sequence[AssetAttribute], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in the class's own blanks: days as dates, yes and no as the choices of the list."""
    found: dict[str, Any] = {}
    for each in fields:
        value = values.get(each.key)
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif each.kind == AttributeKind.DATE and value:
            value = _as_day(value)
        elif isinstance(value, float):
            value = repr(value)
        found[f"{PREFIX}{each.key}"] = value
    return found


def _as_day(value: Any) -> Any:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return value
