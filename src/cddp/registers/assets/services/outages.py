"""ใช้การไม่ได้: from when until when an asset did not do its work. An open outage makes the asset broken."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.thai_text import normalise_line
from cddp.registers.assets.choices import AssetState, EventKind
from cddp.registers.assets.errors import UnableToChangeAsset
from cddp.registers.assets.events import OutageBegan, OutageEnded
from cddp.registers.assets.models import Asset, AssetEvent, Outage
from cddp.registers.assets.policies import require

WORDS_SIGNS = 300


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
    """Say that the asset does not do its work; an open outage is returned as it is. Raises UnableToChangeAsset."""
    require(by, "assets.inspect")
    asset = _hold(by, asset_id)
    known = Outage.objects.open().filter(asset=asset).first()
    if known is not None:
        return known
    if asset.state == AssetState.DISPOSED:
        raise UnableToChangeAsset(_("ทรัพย์สินนี้จำหน่ายออกจากทะเบียนแล้ว"), code="disposed")
    outage = Outage(
        asset=asset,
        from_at=from_at,
        source=source,
        reference=reference[:80],
        words=normalise_line(words)[:WORDS_SIGNS],
        by_label=str(by) if by else by_label,
    )
    outage.save(force_insert=True)
    _move(by, asset, AssetState.BROKEN, words=outage.words, by_label=outage.by_label, at=from_at)
    publish(OutageBegan(asset_id=asset.pk, outage_id=outage.pk, source=source))
    return outage


@transaction.atomic
def end_outage(
    by: User | None, asset_id: UUID, *, reference: str = "", by_label: str = "", at: dt.datetime
) -> Outage | None:
    """Say that it works again; with a `reference` only the outage that bears it ends. None when there was none."""
    require(by, "assets.inspect")
    asset = _hold(by, asset_id)
    outage = Outage.objects.open().filter(asset=asset).select_for_update(of=("self",)).first()
    if outage is None or (reference and outage.reference != reference):
        return None
    outage.until_at = max(at, outage.from_at)
    outage.ended_by_label = str(by) if by else by_label
    outage.save(update_fields=["until_at", "ended_by_label"])
    if asset.state == AssetState.BROKEN:
        _move(by, asset, AssetState.IN_USE, words="", by_label=outage.ended_by_label, at=outage.until_at)
    publish(OutageEnded(asset_id=asset.pk, outage_id=outage.pk))
    return outage


def _hold(by: User | None, asset_id: UUID) -> Asset:
    rows = Asset.objects.all() if by is None else Asset.objects.visible_to(by)
    asset = rows.filter(pk=asset_id).select_for_update(of=("self",), no_key=True).first()
    if asset is None:
        raise Http404
    return asset


def _move(by: User | None, asset: Asset, state: str, *, words: str, by_label: str, at: dt.datetime) -> None:
    before = asset.state
    if before == state:
        return
    asset.state = state
    asset.version += 1
    asset.save(update_fields=["state", "version", "updated_at"])
    AssetEvent(
        asset=asset,
        kind=EventKind.STATE,
        changes={"state": [before, state]},
        words=words,
        at=at,
        by=by.pk if by else None,
        by_label=by_label,
    ).save(force_insert=True)
    audit.record("assets.asset.state", asset, changes={"state": [before, state]})
