"""แถวสำหรับส่งออก: every asset with all it holds, and the attributes of the classes among them, under Thai headings.

The headings are those that the import knows again, so a file that went out comes back without mapping.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cddp.registers.assets.choices import AttributeKind
from cddp.registers.assets.models import Asset, AssetAttribute
from cddp.registers.assets.queries.choices import area_names


class ExportField(NamedTuple):
    """คอลัมน์ส่งออก: heading, type in a GeoPackage, and the value of an asset."""

    title: str
    kind: str
    value: Callable[[Asset], Any]


_KINDS: Final = {AttributeKind.NUMBER: "REAL", AttributeKind.BOOLEAN: "BOOLEAN", AttributeKind.DATE: "DATE"}
CHUNK: Final = 2_000


def fields_of(rows: QuerySet[Asset]) -> list[ExportField]:
    """Return the columns for these assets: the common ones, then the attributes of their classes by name."""
    codes = rows.order_by().values_list("area_code", flat=True).distinct()
    areas = area_names(codes)
    classes = rows.order_by().values_list("asset_class_id", flat=True).distinct()
    own: dict[str, list[AssetAttribute]] = {}
    for each in AssetAttribute.objects.filter(asset_class_id__in=list(classes), is_active=True).order_by(
        "asset_class", "order", "name"
    ):
        own.setdefault(each.name, []).append(each)
    common = _common(areas)
    taken = {field.title for field in common}
    return common + [
        _attribute(name if name not in taken else f"{name} ({_('เฉพาะประเภท')})", group)
        for name, group in own.items()
    ]


def _common(areas: dict[str, str]) -> list[ExportField]:
    return [
        ExportField(_("เลขครุภัณฑ์"), "TEXT", lambda a: a.number),
        ExportField(_("เลขเดิม"), "TEXT", lambda a: a.former_number),
        ExportField(_("ชื่อ"), "TEXT", lambda a: a.name),
        ExportField(_("ประเภท"), "TEXT", lambda a: a.asset_class.name),
        ExportField(_("รุ่น"), "TEXT", lambda a: str(a.model or "")),
        ExportField(_("หมายเลขเครื่อง"), "TEXT", lambda a: a.serial),
        ExportField(_("สถานะ"), "TEXT", lambda a: a.get_state_display()),
        ExportField(_("สภาพ"), "TEXT", lambda a: a.get_condition_display() if a.condition else ""),
        ExportField(_("ตรวจสภาพเมื่อ"), "DATE", lambda a: a.inspected_on),
        ExportField(_("สถานที่ตั้ง"), "TEXT", lambda a: a.place),
        ExportField(_("หมู่/ชุมชน"), "TEXT", lambda a: areas.get(a.area_code, "")),
        ExportField(
            _("ความยาว (เมตร)"), "REAL", lambda a: None if a.length_m is None else round(a.length_m, 1)
        ),
        ExportField(_("กองที่ดูแล"), "TEXT", lambda a: a.division.name if a.division else ""),
        ExportField(_("ผู้ใช้งาน"), "TEXT", lambda a: str(a.holder.user) if a.holder else ""),
        ExportField(_("เป็นส่วนหนึ่งของ"), "TEXT", lambda a: a.parent.number if a.parent else ""),
        ExportField(_("ชื่อทรัพย์สินหลัก"), "TEXT", lambda a: a.parent.name if a.parent else ""),
        ExportField(_("วันที่ได้มา"), "DATE", lambda a: a.acquired_on),
        ExportField(_("วิธีการได้มา"), "TEXT", lambda a: a.get_acquisition_display()),
        ExportField(_("ประเภทเงิน"), "TEXT", lambda a: a.get_funding_display()),
        ExportField(_("ราคาทุน (บาท)"), "REAL", lambda a: _baht(a.cost_satang)),
        ExportField(_("ผู้ขายหรือผู้รับจ้าง"), "TEXT", lambda a: a.supplier),
        ExportField(_("เลขที่สัญญา"), "TEXT", lambda a: a.contract_number),
        ExportField(_("รับประกันถึง"), "DATE", lambda a: a.warranty_until),
        ExportField(_("อายุการใช้งาน (ปี)"), "INTEGER", lambda a: a.life_years),
        ExportField(_("หมายเหตุ"), "TEXT", lambda a: a.notes),
        ExportField(_("วันที่จำหน่าย"), "DATE", lambda a: a.disposed_on),
        ExportField(_("วิธีการจำหน่าย"), "TEXT", lambda a: a.get_disposal_display() if a.disposal else ""),
        ExportField(_("เลขที่หนังสืออนุมัติจำหน่าย"), "TEXT", lambda a: a.disposal_number),
        ExportField(_("ราคาที่จำหน่ายได้ (บาท)"), "REAL", lambda a: _baht(a.disposal_satang)),
        # Not for people: what has no number yet is known again by it.
        ExportField(_("รหัสในระบบ"), "TEXT", lambda a: str(a.pk)),
    ]


def _baht(satang: int | None) -> float | None:
    return None if satang is None else satang / 100


def _attribute(title: str, group: Sequence[AssetAttribute]) -> ExportField:
    by_class = {each.asset_class_id: each for each in group}
    kinds = {each.kind for each in group}
    kind = _KINDS.get(AttributeKind(kinds.pop()), "TEXT") if len(kinds) == 1 else "TEXT"

    def value(asset: Asset) -> Any:
        blank = by_class.get(asset.asset_class_id)
        kept = asset.attributes.get(blank.key) if blank is not None else None
        if blank is None or kept is None:
            return None
        if blank.kind == AttributeKind.CHOICE:
            return dict(blank.options).get(str(kept), str(kept))
        return kept if kind != "TEXT" or isinstance(kept, str) else str(kept)

    return ExportField(title, kind, value)


def with_all(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """Return the assets in order, with what the columns ask for."""
    found = rows.select_related("asset_class", "model", "division", "holder__user", "parent")
    return found.defer("search_text", "shape_3857").order_by("number", "pk")


def rows_to_write(rows: QuerySet[Asset]) -> Iterator[Asset]:
    """Yield the assets with what the columns ask for."""
    return with_all(rows).iterator(chunk_size=CHUNK)


def plain(value: Any) -> Any:
    """Return a value as a map file holds it: days in ค.ศ., as the standards want."""
    return value.isoformat() if isinstance(value, dt.date) else value
