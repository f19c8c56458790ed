"""ทะเบียนอะไหล่และคลัง: keep what a part is called, what it fits, what stands in for it, and where parts lie."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.thai_text import search_key
from cddp.operations.maintenance.errors import PartChangedMeanwhile, UnableToConfigure
from cddp.operations.maintenance.models import Part, PartAlternative, PartFit, StockLevel, Store
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.services.ledger import free_of, watch

PERMISSION = "maintenance.stock"
PART_FIELDS = (
    "code",
    "name",
    "unit",
    "barcode",
    "reorder_point",
    "reorder_quantity",
    "supplier",
    "notes",
    "is_active",
)
STORE_FIELDS = ("code", "name", "kind", "keeper_id", "division_id", "is_active", "point")


@dataclass(frozen=True)
class Fit:
    """ใช้กับอะไร: a model, or a whole class; where on it, and how many."""

    model_id: UUID | None = None
    asset_class_id: UUID | None = None
    position: str = ""
    per_asset: Decimal = Decimal(1)


@transaction.atomic
def keep_part(
    by: User | None,
    part_id: UUID | None,
    *,
    version: int | None = None,
    values: Mapping[str, Any],
    fits: Sequence[Fit] | None = None,
    alternatives: Collection[UUID] | None = None,
    at: dt.datetime,
) -> Part:
    """Add a part, or change one; `fits` and `alternatives` replace what was said, None leaves it."""
    require(by, PERMISSION)
    part = Part() if part_id is None else _hold(part_id, version)
    before = {name: getattr(part, name) for name in PART_FIELDS}
    for name in PART_FIELDS:
        if name in values:
            value = values[name]
            setattr(part, name, value.strip() if isinstance(value, str) else value)
    part.search_text = search_text_of(part)
    part.version = 1 if part_id is None else part.version + 1
    _save(part, is_new=part_id is None)
    changes = audit.changes_between(before, {name: getattr(part, name) for name in PART_FIELDS})
    if fits is not None:
        changes["fits"] = [None, _keep_fits(part, fits)]
    if alternatives is not None:
        changes["alternatives"] = [None, _keep_alternatives(part, alternatives)]
    audit.record(
        "maintenance.part.added" if part_id is None else "maintenance.part.changed", part, changes=changes
    )
    if part_id is not None:
        watch(part, lambda: free_of(part.pk), at=at)
    return part


def search_text_of(part: Part) -> str:
    """Return the words by which a part is found."""
    words = f"{part.code} {part.name} {part.barcode} {part.supplier}"
    return search_key(words, drop_title=False, drop_tones=True)


@transaction.atomic
def keep_store(by: User | None, store_id: UUID | None, *, values: Mapping[str, Any]) -> Store:
    """Add a store, or change one. One that holds anything is not closed."""
    require(by, PERMISSION)
    store = Store() if store_id is None else Store.objects.select_for_update().filter(pk=store_id).first()
    if store is None:
        raise Http404
    before = _facts_of(store)
    for name in STORE_FIELDS:
        if name in values:
            setattr(store, name, values[name])
    if not store.is_active and StockLevel.objects.filter(store=store, on_hand__gt=0).exists():
        raise UnableToConfigure(_("คลังนี้ยังมีอะไหล่ กรุณาโอนออกให้หมดก่อนปิดคลัง"), field="is_active")
    try:
        with transaction.atomic():
            store.save()
    except IntegrityError as error:
        if "store_code" not in str(error):
            raise
        raise UnableToConfigure(_("มีคลังที่ใช้รหัสนี้แล้ว"), field="code", code="code_used") from None
    changes = audit.changes_between(before, _facts_of(store))
    audit.record(
        "maintenance.store.added" if store_id is None else "maintenance.store.changed", store, changes=changes
    )
    return store


def _facts_of(store: Store) -> dict[str, Any]:
    """Return what the trail of acts keeps of a store; its place as (longitude, latitude)."""
    facts = {name: getattr(store, name) for name in STORE_FIELDS}
    return facts | {"point": store.point.coords if store.point else None}


@transaction.atomic
def set_shelf(by: User | None, *, part_id: UUID, store_id: UUID, shelf: str) -> None:
    """Say on which shelf of a store a part lies."""
    require(by, PERMISSION)
    level = (
        StockLevel.objects.select_for_update(no_key=True).filter(part_id=part_id, store_id=store_id).first()
    )
    if level is None:
        raise Http404
    before, level.shelf = level.shelf, shelf.strip()
    level.save(update_fields=["shelf"])
    audit.record("maintenance.stock.shelf", level, changes={"shelf": [before, level.shelf]})


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────


def _hold(part_id: UUID, version: int | None) -> Part:
    part = Part.objects.select_for_update(no_key=True).filter(pk=part_id).first()
    if part is None:
        raise Http404
    if version is not None and part.version != version:
        raise PartChangedMeanwhile(_("มีผู้แก้ไขอะไหล่นี้ระหว่างที่ท่านเปิดหน้าอยู่ กรุณาดูสิ่งที่เปลี่ยนแล้วบันทึกอีกครั้ง"))
    return part


def _save(part: Part, *, is_new: bool) -> None:
    if not part.code or not part.name:
        raise UnableToConfigure(_("กรุณากรอกรหัสและชื่อ"), field="name" if part.code else "code", code="empty")
    try:
        with transaction.atomic():
            part.save(force_insert=is_new)
    except IntegrityError as error:
        for constraint, field, words in (
            ("part_code", "code", _("มีอะไหล่ที่ใช้รหัสนี้แล้ว")),
            ("part_barcode", "barcode", _("มีอะไหล่อื่นที่ใช้บาร์โค้ดนี้แล้ว")),
            ("part_reorder", "reorder_point", _("จุดสั่งซื้อและจำนวนสั่งซื้อต้องไม่น้อยกว่า 0")),
        ):
            if constraint in str(error):
                raise UnableToConfigure(words, field=field, code=constraint) from None
        raise


def _keep_fits(part: Part, fits: Sequence[Fit]) -> int:
    """Replace what a part fits; of two lines for the same thing the later counts."""
    wanted = {(fit.model_id, fit.asset_class_id): fit for fit in fits}
    PartFit.objects.filter(part=part).delete()
    PartFit.objects.bulk_create(
        PartFit(
            part=part,
            model_id=fit.model_id,
            asset_class_id=fit.asset_class_id,
            position=fit.position.strip(),
            per_asset=fit.per_asset,
        )
        for fit in wanted.values()
    )
    return len(wanted)


def _keep_alternatives(part: Part, alternatives: Collection[UUID]) -> int:
    others = Part.objects.filter(pk__in=set(alternatives)).exclude(pk=part.pk)
    PartAlternative.objects.filter(part=part).delete()
    PartAlternative.objects.bulk_create(PartAlternative(part=part, other=other) for other in others)
    return len(others)
