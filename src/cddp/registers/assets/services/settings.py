"""ตั้งค่าประเภททรัพย์สิน: classes, their blanks, useful lives and makers' models; what assets hold already stays readable."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.identifiers import uuid7
from cddp.registers.assets import policies
from cddp.registers.assets.choices import AttributeKind
from cddp.registers.assets.errors import UnableToConfigure
from cddp.registers.assets.models import Asset, AssetAttribute, AssetClass, AssetModel, DepreciationRate

PERMISSION: Final = "assets.configure"
CLASS_FIELDS: Final = (
    "name", "geometry", "icon", "colour", "number_prefix", "families", "is_lamp", "is_road",
    "inspect_every_months", "order", "is_active",
)  # fmt: skip
ATTRIBUTE_FIELDS: Final = ("name", "kind", "unit", "options", "is_required", "order", "is_active")
RATE_FIELDS: Final = ("effective_from", "life_years", "residual_satang", "source")
MODEL_FIELDS: Final = ("maker", "name", "notes", "is_active")


@transaction.atomic
def save_class(by: User | None, class_id: UUID | None, values: Mapping[str, Any]) -> AssetClass:
    """Add a class or change one. Its shape on the map stays while assets stand there."""
    row: AssetClass = _lock(AssetClass, class_id) if class_id else AssetClass(key=_new_key("class"))
    if class_id and values.get("geometry", row.geometry) != row.geometry:
        placed = Asset.objects.filter(asset_class=row, shape__isnull=False).count()
        if placed:
            raise UnableToConfigure(
                _("มีทรัพย์สินประเภทนี้อยู่บนแผนที่แล้ว %(n)s รายการ จึงเปลี่ยนรูปร่างไม่ได้") % {"n": f"{placed:,}"},
                field="geometry",
                code="placed",
            )
    _write(by, row, values, CLASS_FIELDS, "class")
    return row


@transaction.atomic
def save_attribute(
    by: User | None, class_id: UUID, attribute_id: UUID | None, values: Mapping[str, Any]
) -> AssetAttribute:
    """Add a blank to a class or change one. Its kind, and options in use, stay while assets hold values under it."""
    asset_class: AssetClass = _lock(AssetClass, class_id)
    row: AssetAttribute
    if attribute_id is None:
        row = AssetAttribute(asset_class=asset_class, key=_new_key("field"))
    else:
        row = _lock(AssetAttribute, attribute_id, asset_class_id=class_id)
        _refuse_unreadable(row, values)
    if values.get("kind", row.kind) == AttributeKind.CHOICE and not values.get("options", row.options):
        raise UnableToConfigure(_("กรุณาเขียนตัวเลือกอย่างน้อยหนึ่งข้อ"), field="options", code="options")
    _write(by, row, values, ATTRIBUTE_FIELDS, "attribute")
    return row


@transaction.atomic
def save_rate(
    by: User | None, class_id: UUID, rate_id: UUID | None, values: Mapping[str, Any]
) -> DepreciationRate:
    """Add or change how long assets of a class last, from a day on; one for each day."""
    asset_class: AssetClass = _lock(AssetClass, class_id)
    row: DepreciationRate = (
        _lock(DepreciationRate, rate_id, asset_class_id=class_id)
        if rate_id
        else DepreciationRate(asset_class=asset_class)
    )
    day = values["effective_from"]
    if asset_class.rates.filter(effective_from=day).exclude(pk=row.pk).exists():
        raise UnableToConfigure(
            _("มีอายุการใช้งานที่เริ่มวันนี้อยู่แล้ว โปรดแก้รายการเดิม"), field="effective_from", code="day_taken"
        )
    _write(by, row, values, RATE_FIELDS, "rate")
    return row


@transaction.atomic
def remove_rate(by: User | None, class_id: UUID, rate_id: UUID) -> None:
    """Take a useful life away; the one before it holds again."""
    policies.require(by, PERMISSION)
    row = _lock(DepreciationRate, rate_id, asset_class_id=class_id)
    told = {name: [_plain(getattr(row, name)), None] for name in RATE_FIELDS}
    audit.record("assets.rate.removed", row, changes=told)
    row.delete()


@transaction.atomic
def save_model(
    by: User | None, class_id: UUID, model_id: UUID | None, values: Mapping[str, Any]
) -> AssetModel:
    """Add a maker's model or change one; each once for a class."""
    asset_class: AssetClass = _lock(AssetClass, class_id)
    row: AssetModel = (
        _lock(AssetModel, model_id, asset_class_id=class_id)
        if model_id
        else AssetModel(asset_class=asset_class)
    )
    same = asset_class.models.filter(maker=values.get("maker", row.maker), name=values.get("name", row.name))
    if same.exclude(pk=row.pk).exists():
        raise UnableToConfigure(_("มีรุ่นนี้อยู่แล้ว"), field="name", code="taken")
    _write(by, row, values, MODEL_FIELDS, "model")
    return row


# ── writing ───────────────────────────────────────────────────────────────────────────────────────


def _lock(model: type[Any], key: UUID, **more: Any) -> Any:
    row = model.objects.select_for_update(of=("self",)).filter(pk=key, **more).first()
    if row is None:
        raise Http404
    return row


def _refuse_unreadable(row: AssetAttribute, values: Mapping[str, Any]) -> None:
    holding = Asset.objects.filter(asset_class_id=row.asset_class_id, attributes__has_key=row.key)
    if values.get("kind", row.kind) != row.kind and (held := holding.count()):
        raise UnableToConfigure(
            _("มีทรัพย์สินกรอกช่องนี้แล้ว %(n)s รายการ จึงเปลี่ยนชนิดไม่ได้ ให้เลิกใช้ช่องนี้แล้วเพิ่มช่องใหม่") % {"n": f"{held:,}"},
            field="kind",
            code="in_use",
        )
    gone = {value for value, _label in row.options} - {
        value for value, _label in values.get("options", row.options)
    }
    lost = holding.filter(**{f"attributes__{row.key}__in": sorted(gone)}).count() if gone else 0
    if lost:
        raise UnableToConfigure(
            _("ตัวเลือกที่ลบออกยังใช้อยู่ %(n)s รายการ แก้ชื่อได้แต่ลบไม่ได้") % {"n": f"{lost:,}"},
            field="options",
            code="option_in_use",
        )


def _write(by: User | None, row: Any, values: Mapping[str, Any], names: tuple[str, ...], kind: str) -> None:
    policies.require(by, PERMISSION)
    given = {name: values[name] for name in names if name in values}
    before = {} if row._state.adding else {name: _plain(getattr(row, name)) for name in given}
    for name, value in given.items():
        setattr(row, name, value)
    changes = audit.changes_between(before, {name: _plain(value) for name, value in given.items()})
    is_new = row._state.adding
    if is_new or changes:
        _save(row, None if is_new else list(changes))
        audit.record(f"assets.{kind}.{'added' if is_new else 'changed'}", row, changes=changes)


def _save(row: models.Model, names: list[str] | None) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True) if names is None else row.save(update_fields=names)
    except IntegrityError:
        raise UnableToConfigure(_("มีผู้เพิ่มรายการเดียวกันไปแล้ว โปรดเปิดหน้าใหม่"), code="taken") from None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _new_key(kind: str) -> str:
    # People write Thai names; the key is for machines and never changes.
    return f"{kind}-{uuid7().hex[-10:]}"
