"""ตรวจสภาพ: what somebody saw of an asset on a day; the newest look is repeated on the asset."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.thai_text import normalise
from cddp.registers.assets import policies
from cddp.registers.assets.choices import Condition, Source
from cddp.registers.assets.errors import UnableToChangeAsset
from cddp.registers.assets.events import ConditionSeen
from cddp.registers.assets.models import Asset, Inspection
from cddp.registers.assets.services.checking import refuse
from cddp.registers.assets.services.holding import label_of, lock_asset, refuse_disposed
from cddp.registers.assets.services.photos import add_photo

PERMISSION: Final = "assets.inspect"
LONGEST_NOTES: Final = 2_000


@transaction.atomic
def inspect(
    by: User | None,
    asset_id: UUID,
    *,
    inspection_id: UUID,
    condition: int,
    on: dt.date,
    notes: str = "",
    source: str = Source.INSPECTION,
    measures: Mapping[str, Any] | None = None,
    photos: "Iterable[UploadedFile[Any]]" = (),
    at: dt.datetime,
) -> Inspection:
    """Add one dated look. The phone makes the id: the same inspection sent twice is one, with its first content.

    An older look added later stands in the history and does not overwrite a newer one.
    """
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id)
    known = Inspection.objects.filter(pk=inspection_id).first()
    if known is not None:
        if known.asset_id != asset.pk:
            raise UnableToChangeAsset(_("ผลตรวจนี้เป็นของทรัพย์สินอื่นแล้ว"), code="other_asset")
        return known
    refuse_disposed(asset)
    _check(condition, on, at=at)
    seen = Inspection(
        id=inspection_id,
        asset=asset,
        condition=condition,
        on=on,
        notes=normalise(notes.replace("\x00", ""))[:LONGEST_NOTES],
        source=Source(source).value,
        measures=dict(measures or {}),
        at=at,
        by=by.pk if by is not None else None,
        by_label=label_of(by),
    )
    seen.save(force_insert=True)
    for upload in photos:
        add_photo(by, asset_id, upload=upload, inspection_id=seen.pk, at=at)
    _repeat_newest(asset)
    audit.record("assets.inspection.added", seen, changes={"condition": [None, condition]})
    publish(ConditionSeen(asset_id=asset.pk, inspection_id=seen.pk, condition=condition))
    return seen


def _check(condition: int, on: dt.date, *, at: dt.datetime) -> None:
    if condition not in Condition.values:
        refuse("condition", _("กรุณาเลือกสภาพ 1 ถึง 5"), "condition")
    if on > at.astimezone(dt.timezone(dt.timedelta(hours=7))).date():
        refuse("on", _("วันที่ตรวจยังมาไม่ถึง"), "too_late")


def _repeat_newest(asset: Asset) -> None:
    newest = asset.inspections.order_by("-on", "-at", "-id").only("condition", "on").first()
    if newest is not None and (asset.condition, asset.inspected_on) != (newest.condition, newest.on):
        asset.condition, asset.inspected_on = newest.condition, newest.on
        asset.save(update_fields=["condition", "inspected_on", "updated_at"])
