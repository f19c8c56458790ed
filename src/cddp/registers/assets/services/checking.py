"""ตรวจค่าก่อนบันทึกทรัพย์สิน: each refusal names the blank it is about."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NoReturn
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.models import Division, Membership
from cddp.foundation.values.thai_text import normalise, normalise_line, to_arabic_digits
from cddp.registers.assets.choices import AssetState, GeometryKind
from cddp.registers.assets.errors import UnableToChangeAsset
from cddp.registers.assets.models import Asset, AssetClass, AssetModel
from cddp.registers.assets.queries.attributes import blanks_of, list_fields
from cddp.registers.assets.rules.attributes import read_values
from cddp.registers.assets.rules.shapes import lacks_of_shape

MOST_SATANG: Final = 10**15
DEEPEST: Final = 20
LONGEST_NOTES: Final = 4_000
REFERENCES: Final = {
    "asset_class_id": AssetClass,
    "model_id": AssetModel,
    "division_id": Division,
    "holder_id": Membership,
    "parent_id": Asset,
}
TEXTS: Final = (
    "number",
    "former_number",
    "name",
    "serial",
    "place",
    "supplier",
    "contract_number",
    "area_code",
)
PLAIN: Final = (
    "state", "acquired_on", "acquisition", "funding", "cost_satang", "warranty_until", "life_years",
)  # fmt: skip
# Being out of order is said by outages, being gone by a disposal.
CHOSEN_STATES: Final = frozenset({AssetState.IN_USE, AssetState.STORED, AssetState.MISSING})

ATTRIBUTE_WORDS: Final = {
    "required": gettext_lazy("กรุณากรอก %(name)s"),
    "number": gettext_lazy("%(name)s ต้องเป็นตัวเลข"),
    "boolean": gettext_lazy("%(name)s ตอบได้เฉพาะใช่หรือไม่ใช่"),
    "date": gettext_lazy("%(name)s ต้องเป็นวันที่ เช่น 23/11/2569"),
    "choice": gettext_lazy("%(name)s ไม่อยู่ในตัวเลือก"),
    "too_long": gettext_lazy("%(name)s ยาวเกิน 500 ตัวอักษร"),
}
SHAPE_WORDS: Final = {
    "unsound": gettext_lazy("ตำแหน่งใช้ไม่ได้ โปรดวาดใหม่"),
    "outside": gettext_lazy("ตำแหน่งอยู่นอกประเทศไทย โปรดตรวจพิกัดอีกครั้ง"),
    "too_many": gettext_lazy("แนวเส้นมีจุดมากเกินไป โปรดลดจำนวนจุด"),
}


def refuse(field: str, words: str, code: str) -> NoReturn:
    raise UnableToChangeAsset(words, field=field, code=code)


def tidy_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values by column, tidied: "division" given as a row becomes "division_id". Unknown names are ours
    to mend, so they raise TypeError."""
    tidy: dict[str, Any] = {}
    for name, value in values.items():
        column = f"{name}_id" if f"{name}_id" in REFERENCES else name
        if column in REFERENCES:
            tidy[column] = value.pk if isinstance(value, models.Model) else (value or None)
        elif column in TEXTS:
            tidy[column] = normalise_line(str(value or "").replace("\x00", ""))
        elif column == "notes":
            tidy[column] = normalise(str(value or "").replace("\x00", ""))[:LONGEST_NOTES]
        elif column in {*PLAIN, "attributes", "shape", "batch_id"}:
            tidy[column] = value
        else:
            raise TypeError(name)
    if "number" in tidy:
        tidy["number"] = to_arabic_digits(tidy["number"])
    return tidy


def check_values(asset: Asset, named: set[str], *, at: dt.datetime) -> None:
    """Refuse what cannot be so of an asset with these values; `named` are the columns that were written."""
    if not asset.name:
        refuse("name", _("กรุณากรอกชื่อทรัพย์สิน"), "name")
    for name in TEXTS:
        limit = getattr(Asset._meta.get_field(name), "max_length", None) or 0
        if len(getattr(asset, name)) > limit:
            refuse(name, _("ยาวเกิน %(limit)s ตัวอักษร") % {"limit": limit}, "too_long")
    _check_days(asset, at.astimezone(dt.timezone(dt.timedelta(hours=7))).date(), named)
    _check_amounts(asset)
    _check_references(asset, named)
    if asset.number and "number" in named:
        refuse_taken(asset)


def refuse_taken(asset: Asset) -> None:
    """Refuse a number that another asset has."""
    other = Asset.objects.filter(number=asset.number).exclude(pk=asset.pk).only("name").first()
    if other is not None:
        words = _("เลขครุภัณฑ์ %(number)s เป็นของ “%(other)s” แล้ว โปรดใช้เลขอื่น หรือเว้นว่างไว้ก่อน")
        refuse("number", words % {"number": asset.number, "other": other.name}, "number_taken")


def check_state(asset: Asset, state: str, *, is_out: bool) -> None:
    """Refuse a state that is not for choosing."""
    if state not in CHOSEN_STATES:
        refuse("state", _("สถานะนี้เลือกเองไม่ได้ ให้บันทึกว่าชำรุด หรือจำหน่าย ด้วยปุ่มของรายการนั้น"), "state")
    if is_out and state != AssetState.MISSING:
        refuse("state", _("ทรัพย์สินนี้ยังชำรุดอยู่ ให้บันทึกว่ากลับมาใช้ได้แล้วก่อน"), "out")


def check_attributes(asset: Asset, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the class's own values as they are kept. The refusal names the blank as "attr.<key>"."""
    fields = list_fields(asset.asset_class)
    values, problems = read_values(blanks_of(fields), given, asset.attributes)
    for field in fields:
        if code := problems.get(field.key):
            refuse(f"attr.{field.key}", str(ATTRIBUTE_WORDS[code]) % {"name": field.name}, code)
    return values


def check_shape(asset_class: AssetClass, shape: GEOSGeometry) -> GEOSGeometry:
    """Return the shape in EPSG:4326 if an asset of this class may stand so."""
    if shape.srid not in (None, 4326):
        shape = shape.transform(4326, clone=True)
    shape.srid = 4326
    is_sound = not shape.empty and shape.valid and ("Line" not in shape.geom_type or shape.length > 0)
    extent = shape.extent if not shape.empty else (0, 0, 0, 0)
    lack = lacks_of_shape(asset_class.geometry, shape.geom_type, extent, shape.num_coords, is_sound=is_sound)
    if lack == "kind":
        wanted = GeometryKind.LINE if asset_class.geometry == GeometryKind.LINE else GeometryKind.POINT
        refuse("shape", _("ทรัพย์สินประเภทนี้ต้องเป็น%(kind)s") % {"kind": wanted.label}, "kind")
    if lack:
        refuse("shape", str(SHAPE_WORDS[lack]), lack)
    return shape


def _check_days(asset: Asset, today: dt.date, named: set[str]) -> None:
    if "acquired_on" in named and asset.acquired_on is not None and asset.acquired_on > today:
        refuse("acquired_on", _("วันที่ได้มายังมาไม่ถึง"), "too_late")
    if asset.acquired_on and asset.warranty_until and asset.warranty_until < asset.acquired_on:
        refuse("warranty_until", _("วันสิ้นสุดการรับประกันอยู่ก่อนวันที่ได้มา"), "order")


def _check_amounts(asset: Asset) -> None:
    if asset.cost_satang is not None and not 0 <= asset.cost_satang <= MOST_SATANG:
        refuse("cost_satang", _("ราคาทุนต้องไม่ติดลบและไม่เกินหนึ่งล้านล้านบาท"), "money")
    if asset.life_years is not None and not 1 <= asset.life_years <= 100:
        refuse("life_years", _("อายุการใช้งานต้องอยู่ระหว่าง 1 ถึง 100 ปี"), "years")


def _check_references(asset: Asset, named: set[str]) -> None:
    for column in named & (REFERENCES.keys() - {"asset_class_id", "parent_id"}):
        key = getattr(asset, column)
        if key is not None and not REFERENCES[column].objects.filter(pk=key).exists():  # type: ignore[attr-defined]
            refuse(column.removesuffix("_id"), _("ไม่พบตัวเลือกนี้แล้ว โปรดเลือกใหม่"), "gone")
    model = asset.model if named & {"model_id", "asset_class_id"} else None
    if model is not None and model.asset_class_id != asset.asset_class_id:
        refuse("model", _("รุ่นนี้เป็นของทรัพย์สินประเภทอื่น"), "other_class")
    if "parent_id" in named and asset.parent_id is not None:
        _refuse_circle(asset.pk, asset.parent_id)


def _refuse_circle(asset_id: UUID, parent_id: UUID) -> None:
    above: UUID | None = parent_id
    for _step in range(DEEPEST):
        if above == asset_id:
            refuse("parent", _("ทรัพย์สินเป็นส่วนหนึ่งของตัวเอง หรือของชิ้นส่วนของตัวเองไม่ได้"), "circle")
        row = Asset.objects.filter(pk=above).values_list("parent_id", flat=True).first() if above else None
        if above == parent_id and row is None and not Asset.objects.filter(pk=above).exists():
            refuse("parent", _("ไม่พบทรัพย์สินหลักนี้"), "gone")
        if row is None:
            return
        above = row
    refuse("parent", _("ทรัพย์สินซ้อนกันลึกเกินไป"), "too_deep")
