"""จำหน่ายทรัพย์สิน: let a thing leave the register by a way of the regulation, and take that back."""

import datetime as dt
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.thai_dates import format_short
from cddp.foundation.values.thai_text import normalise, normalise_line
from cddp.registers.assets import policies
from cddp.registers.assets.choices import AssetState, Disposal, EventKind
from cddp.registers.assets.errors import UnableToChangeAsset
from cddp.registers.assets.events import AssetDisposed
from cddp.registers.assets.models import Asset
from cddp.registers.assets.services.checking import MOST_SATANG, refuse
from cddp.registers.assets.services.holding import lock_asset, refuse_disposed, write_event
from cddp.registers.assets.services.outages import end_open_outage

PERMISSION: Final = "assets.dispose"
# These bring money in, so the register asks how much.
PAID: Final = frozenset({Disposal.SALE, Disposal.EXCHANGE})
_GONE: Final = ("disposed_on", "disposal", "disposal_number", "disposal_satang")


@transaction.atomic
def dispose_asset(
    by: User | None,
    asset_id: UUID,
    *,
    version: int | None,
    disposal: str,
    disposed_on: dt.date,
    disposal_number: str = "",
    disposal_satang: int | None = None,
    words: str = "",
    at: dt.datetime,
) -> Asset:
    """Take a thing out of the register; its history stays. An open outage ends with it.

    Refused while it still has parts of its own. Raises UnableToChangeAsset, AssetChangedMeanwhile.
    """
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id, version=version)
    refuse_disposed(asset)
    _check(asset, disposal, disposed_on, disposal_satang, at=at)
    parts = asset.children.exclude(state=AssetState.DISPOSED).count()
    if parts:
        raise UnableToChangeAsset(
            _("ยังมีทรัพย์สินอีก %(parts)s รายการเป็นส่วนหนึ่งของสิ่งนี้ ให้จำหน่ายหรือย้ายออกก่อน") % {"parts": parts},
            code="has_parts",
        )
    before = asset.state
    end_open_outage(by, asset, at=at)
    asset.state = AssetState.DISPOSED.value
    asset.disposal, asset.disposed_on = Disposal(disposal).value, disposed_on
    asset.disposal_number = normalise_line(disposal_number)[:80]
    asset.disposal_satang = disposal_satang
    asset.version += 1
    asset.save(update_fields=["state", *_GONE, "version", "updated_at"])
    told = {
        "state": [before, asset.state],
        "disposal": [None, asset.disposal],
        "disposed_on": [None, disposed_on.isoformat()],
        "disposal_number": [None, asset.disposal_number],
        "disposal_satang": [None, disposal_satang],
    }
    write_event(by, asset, EventKind.DISPOSED, changes=told, words=normalise(words)[:1000], at=at)
    audit.record("assets.asset.disposed", asset, changes=told)
    publish(AssetDisposed(asset_id=asset.pk))
    return asset


@transaction.atomic
def restore_asset(
    by: User | None, asset_id: UUID, *, version: int | None, words: str = "", at: dt.datetime
) -> Asset:
    """Bring back what was disposed of by mistake; it is in use again."""
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id, version=version)
    if asset.state != AssetState.DISPOSED:
        raise UnableToChangeAsset(_("ทรัพย์สินนี้ยังอยู่ในทะเบียน"), code="not_disposed")
    before = {name: getattr(asset, name) for name in _GONE}
    asset.state = AssetState.IN_USE.value
    asset.disposed_on, asset.disposal, asset.disposal_number, asset.disposal_satang = None, "", "", None
    asset.version += 1
    asset.save(update_fields=["state", *_GONE, "version", "updated_at"])
    before["disposed_on"] = before["disposed_on"].isoformat() if before["disposed_on"] else None
    told = {name: [value, None] for name, value in before.items()}
    write_event(by, asset, EventKind.RESTORED, changes=told, words=normalise(words)[:1000], at=at)
    audit.record("assets.asset.restored", asset, changes=told)
    return asset


def _check(asset: Asset, disposal: str, on: dt.date, satang: int | None, *, at: dt.datetime) -> None:
    if disposal not in Disposal.values:
        refuse("disposal", _("กรุณาเลือกวิธีจำหน่าย"), "disposal")
    if on > at.astimezone(dt.timezone(dt.timedelta(hours=7))).date():
        refuse("disposed_on", _("วันที่จำหน่ายยังมาไม่ถึง"), "too_late")
    if asset.acquired_on is not None and on < asset.acquired_on:
        words = _("ได้มาเมื่อ %(day)s จึงจำหน่ายก่อนวันนั้นไม่ได้") % {"day": format_short(asset.acquired_on)}
        refuse("disposed_on", words, "order")
    if satang is not None and not 0 <= satang <= MOST_SATANG:
        refuse("disposal_satang", _("ราคาที่จำหน่ายได้ต้องไม่ติดลบ"), "money")
    if satang is None and disposal in PAID:
        refuse("disposal_satang", _("กรุณาระบุราคาที่จำหน่ายได้ ถ้าไม่ได้เงินให้ใส่ 0"), "money")
