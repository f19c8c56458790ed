"""จับแถวทรัพย์สินก่อนเขียน: lock one asset, write what happened to it, and keep what is searched right."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.values.thai_text import search_key
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.errors import AssetChangedMeanwhile, UnableToChangeAsset
from cddp.registers.assets.models import Asset, AssetEvent


def lock_asset(by: User | None, asset_id: UUID, *, version: int | None = None) -> Asset:
    """Return one asset, locked. Raises Http404 for strangers, AssetChangedMeanwhile for a stale version."""
    rows = Asset.objects.all() if by is None else Asset.objects.visible_to(by)
    asset = (
        rows.select_for_update(of=("self",))
        .select_related("asset_class", "model")
        .filter(pk=asset_id)
        .first()
    )
    if asset is None:
        raise Http404
    if version is not None and asset.version != version:
        raise AssetChangedMeanwhile(
            _("มีผู้แก้ไขทรัพย์สินนี้ระหว่างที่ท่านเปิดหน้าอยู่ ที่ท่านกรอกยังอยู่ครบ โปรดดูสิ่งที่เปลี่ยนแล้วบันทึกอีกครั้ง")
        )
    return asset


def refuse_disposed(asset: Asset) -> None:
    """Raise UnableToChangeAsset for what has left the register."""
    if asset.state == AssetState.DISPOSED:
        raise UnableToChangeAsset(
            _("ทรัพย์สินนี้จำหน่ายออกจากทะเบียนแล้ว หากจำหน่ายผิดให้ยกเลิกการจำหน่ายก่อน"), code="disposed"
        )


def label_of(by: User | None, label: str = "") -> str:
    """Return who is said to have done it."""
    return (label or (str(by) if by is not None else ""))[:150]


def write_event(
    by: User | None,
    asset: Asset,
    kind: str,
    *,
    changes: Mapping[str, Any] | None = None,
    words: str = "",
    at: dt.datetime,
) -> AssetEvent:
    """Add one line to the life of an asset."""
    event = AssetEvent(
        asset=asset,
        kind=kind,
        changes=dict(changes or {}),
        words=words,
        at=at,
        by=by.pk if by is not None else None,
        by_label=label_of(by),
    )
    event.save(force_insert=True)
    return event


def search_text_of(asset: Asset) -> str:
    """Return what an asset is found by: numbers, name, maker, place and its own attributes, each in one form."""
    model = str(asset.model) if asset.model_id is not None and asset.model is not None else ""
    own = [str(value) for value in asset.attributes.values() if not isinstance(value, bool)]
    texts = [asset.number, asset.former_number, asset.name, asset.serial, asset.place, model, *own]
    return " ".join(search_key(text, drop_title=False, drop_tones=True) for text in texts if text)
