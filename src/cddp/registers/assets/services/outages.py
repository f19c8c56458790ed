"""ช่วงที่ใช้การไม่ได้: an asset stops doing its work, and does it again.

At most one outage is open for an asset; the asset's own lock keeps two tellers from opening two.
"""

import datetime as dt
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.thai_text import normalise_line
from cddp.registers.assets import policies
from cddp.registers.assets.choices import AssetState, Source
from cddp.registers.assets.errors import UnableToChangeAsset
from cddp.registers.assets.events import OutageBegan, OutageEnded
from cddp.registers.assets.models import Asset, Outage
from cddp.registers.assets.services.holding import label_of, lock_asset, refuse_disposed

PERMISSION: Final = "assets.inspect"


@transaction.atomic
def begin_outage(
    by: User | None,
    asset_id: UUID,
    *,
    source: str,
    reference: str = "",
    words: str = "",
    by_label: str = "",
    from_at: dt.datetime,
) -> Outage:
    """Say that an asset does not do its work since that moment; an open outage is returned as it is.

    `reference` is the id of what told (need, work order, sensor), so that the same teller ends what it began.
    """
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id)
    refuse_disposed(asset)
    known = asset.outages.open().first()
    if known is not None:
        return known
    outage = Outage(
        asset=asset,
        from_at=from_at,
        source=Source(source).value,
        reference=reference[:80],
        words=normalise_line(words)[:300],
        by_label=label_of(by, by_label),
    )
    outage.save(force_insert=True)
    _put_state(asset, AssetState.BROKEN)
    audit.record("assets.outage.began", outage, changes={"asset": [None, asset.pk]})
    publish(OutageBegan(asset_id=asset.pk, outage_id=outage.pk, source=outage.source))
    return outage


@transaction.atomic
def end_outage(
    by: User | None, asset_id: UUID, *, reference: str = "", by_label: str = "", at: dt.datetime
) -> Outage | None:
    """Say that an asset does its work again. With `reference` only an outage of that teller ends.

    Returns None when none is open, or another teller's. An outage never ends before it began.
    """
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id)
    known = asset.outages.open().first()
    if known is None or (reference and known.reference != reference[:80]):
        return None
    _end(known, by, by_label, at=at)
    _put_state(asset, AssetState.IN_USE)
    return known


@transaction.atomic
def resume_outage(by: User | None, asset_id: UUID, *, ended_at: dt.datetime) -> Outage | None:
    """Say that the outage which ended at that moment had not: it goes on as the same one, since when it began.

    Returns the open one when another began meanwhile; None when none ended then, or the asset was disposed of.
    """
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id)
    if asset.state == AssetState.DISPOSED:
        return None
    known = asset.outages.open().first()
    if known is not None:
        return known
    ended = asset.outages.filter(until_at=ended_at).first()
    if ended is None:
        return None
    ended.until_at, ended.ended_by_label = None, ""
    ended.save(update_fields=["until_at", "ended_by_label"])
    _put_state(asset, AssetState.BROKEN)
    audit.record("assets.outage.resumed", ended, changes={"until_at": [ended_at, None]})
    publish(OutageBegan(asset_id=asset.pk, outage_id=ended.pk, source=ended.source))
    return ended


def end_open_outage(by: User | None, asset: Asset, *, at: dt.datetime) -> None:
    """End the outage of an asset that the caller has locked and gives its next state."""
    known = asset.outages.open().first()
    if known is not None:
        _end(known, by, "", at=at)


@transaction.atomic
def correct_start(by: User | None, outage_id: UUID, *, from_at: dt.datetime, at: dt.datetime) -> Outage:
    """Say since when an open outage lasts, when it was noticed late."""
    policies.require(by, PERMISSION)
    outage = Outage.objects.select_for_update().filter(pk=outage_id, until_at=None).first()
    if outage is None:
        raise UnableToChangeAsset(_("ช่วงที่ชำรุดนี้สิ้นสุดแล้ว"), code="ended")
    if from_at > at:
        raise UnableToChangeAsset(_("เวลาที่เริ่มชำรุดยังมาไม่ถึง"), field="from_at", code="too_late")
    before, outage.from_at = outage.from_at, from_at
    outage.save(update_fields=["from_at"])
    audit.record("assets.outage.changed", outage, changes={"from_at": [before, from_at]})
    return outage


def _end(outage: Outage, by: User | None, by_label: str, *, at: dt.datetime) -> None:
    outage.until_at = max(at, outage.from_at)
    outage.ended_by_label = label_of(by, by_label)
    outage.save(update_fields=["until_at", "ended_by_label"])
    audit.record("assets.outage.ended", outage, changes={"asset": [None, outage.asset_id]})
    publish(OutageEnded(asset_id=outage.asset_id, outage_id=outage.pk))


def _put_state(asset: Asset, state: AssetState) -> None:
    # No new version: being out is nobody's edit, and a form that is open meanwhile stays good.
    asset.state = state.value
    asset.save(update_fields=["state", "updated_at"])
