"""ขึ้นทะเบียนและแก้ไขทรัพย์สิน: right, lock, version, checks, change, its line of life, audit, event; one transaction."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.registers.assets import policies
from cddp.registers.assets.choices import AssetState, EventKind
from cddp.registers.assets.events import AssetRegistered
from cddp.registers.assets.models import Asset, AssetClass
from cddp.registers.assets.queries.places import find_area_code, measure_m
from cddp.registers.assets.services.checking import (
    check_attributes,
    check_shape,
    check_state,
    check_values,
    refuse,
    refuse_taken,
    tidy_values,
)
from cddp.registers.assets.services.disposing import dispose_asset, restore_asset
from cddp.registers.assets.services.holding import lock_asset, refuse_disposed, search_text_of, write_event
from cddp.registers.assets.services.outages import end_open_outage

__all__ = ["change_asset", "dispose_asset", "register_asset", "restore_asset", "set_shape"]

PERMISSION: Final = "assets.change"
_KINDS: Final = {
    "division_id": EventKind.HANDED_OVER,
    "holder_id": EventKind.HANDED_OVER,
    "state": EventKind.STATE,
}


@transaction.atomic
def register_asset(
    by: User | None, *, asset_class_id: UUID, values: Mapping[str, Any], at: dt.datetime
) -> Asset:
    """Put one thing in the register. `values` are model fields, "attributes" and "shape".

    Raises UnableToChangeAsset, whose `field` is the blank it is about ("attr.<key>" for one of the class).
    """
    policies.require(by, PERMISSION)
    asset_class = AssetClass.objects.filter(pk=asset_class_id, is_active=True).first()
    if asset_class is None:
        refuse("asset_class", _("ไม่พบประเภททรัพย์สินนี้แล้ว โปรดเลือกใหม่"), "gone")
    tidy = tidy_values(values) | {"asset_class_id": asset_class.pk}
    shape = tidy.pop("shape", None)
    given = tidy.pop("attributes", None) or {}
    asset = Asset(**tidy)
    asset.asset_class = asset_class
    if "state" in tidy:
        check_state(asset, asset.state, is_out=False)
    check_values(asset, set(tidy), at=at)
    asset.attributes = check_attributes(asset, given)
    if shape is not None:
        _put_shape(asset, shape)
    asset.search_text = search_text_of(asset)
    _save_new(asset)
    told = {name: [None, plain(getattr(asset, name))] for name in ("number", "name") if getattr(asset, name)}
    write_event(by, asset, EventKind.REGISTERED, changes=told, at=at)
    audit.record("assets.asset.registered", asset, changes=told)
    publish(AssetRegistered(asset_id=asset.pk))
    return asset


@transaction.atomic
def change_asset(
    by: User | None, asset_id: UUID, *, version: int | None, values: Mapping[str, Any], at: dt.datetime
) -> Asset:
    """Change what is named in `values`; the rest, and attributes that are not named, stay as they are.

    Each kind of change gets a line in its life: handed over, state, all else. Raises AssetChangedMeanwhile,
    UnableToChangeAsset.
    """
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id, version=version)
    refuse_disposed(asset)
    tidy = _with_former_number(asset, tidy_values(values))
    shape, given = tidy.pop("shape", None), tidy.pop("attributes", None)
    before = {name: getattr(asset, name) for name in tidy}
    for name, value in tidy.items():
        setattr(asset, name, value)
    changed = {name for name in tidy if before[name] != getattr(asset, name)}
    if "state" in changed:
        check_state(asset, asset.state, is_out=before["state"] == AssetState.BROKEN)
    check_values(asset, changed, at=at)
    changes = {name: [plain(before[name]), plain(getattr(asset, name))] for name in sorted(changed)}
    if given is not None or "asset_class_id" in changed:
        changes |= _put_attributes(asset, given or {})
    if changes:
        _save(by, asset, changes, at=at)
    return set_shape(by, asset_id, version=None, shape=shape, at=at) if shape is not None else asset


@transaction.atomic
def set_shape(
    by: User | None, asset_id: UUID, *, version: int | None, shape: GEOSGeometry, at: dt.datetime
) -> Asset:
    """Move a point or draw a line anew; length and village follow."""
    policies.require(by, PERMISSION)
    asset = lock_asset(by, asset_id, version=version)
    refuse_disposed(asset)
    before = {"shape": _wkt(asset.shape), "length_m": asset.length_m, "area_code": asset.area_code}
    was = asset.shape
    _put_shape(asset, shape)
    if was is not None and was.equals_exact(asset.shape):
        return asset
    after = {"shape": _wkt(asset.shape), "length_m": asset.length_m, "area_code": asset.area_code}
    asset.version += 1
    asset.save(update_fields=["shape", "length_m", "area_code", "version", "updated_at"])
    changes = audit.changes_between(before, after)
    kind = EventKind.MOVED if asset.length_m is None else EventKind.RESHAPED
    write_event(by, asset, kind, changes=changes, at=at)
    audit.record(
        "assets.asset.reshaped", asset, changes={"length_m": [before["length_m"], after["length_m"]]}
    )
    return asset


# ── writing ───────────────────────────────────────────────────────────────────────────────────────


def _with_former_number(asset: Asset, tidy: dict[str, Any]) -> dict[str, Any]:
    """Keep the number an asset had when it gets another, so that its old label still finds it."""
    number = tidy.get("number")
    if number and asset.number and number != asset.number and "former_number" not in tidy:
        tidy["former_number"] = asset.number
    return tidy


def _put_attributes(asset: Asset, given: Mapping[str, Any]) -> dict[str, list[Any]]:
    before = asset.attributes
    asset.attributes = check_attributes(asset, given)
    names = sorted(before.keys() | asset.attributes.keys())
    return {
        f"attr.{name}": [before.get(name), asset.attributes.get(name)]
        for name in names
        if before.get(name) != asset.attributes.get(name)
    }


def _put_shape(asset: Asset, shape: GEOSGeometry) -> None:
    asset.shape = check_shape(asset.asset_class, shape)
    asset.length_m = measure_m(asset.shape)
    asset.area_code = find_area_code(asset.shape)


def _save(by: User | None, asset: Asset, changes: Mapping[str, list[Any]], *, at: dt.datetime) -> None:
    columns = {name for name in changes if not name.startswith("attr.")}
    asset.version += 1
    asset.search_text = search_text_of(asset)
    _save_named(asset, {*columns, "attributes", "version", "search_text", "updated_at"})
    if changes.get("state", [None, None])[1] == AssetState.MISSING:
        end_open_outage(by, asset, at=at)
    for kind in (EventKind.CHANGED, EventKind.HANDED_OVER, EventKind.STATE):
        told = {
            name: change for name, change in changes.items() if _KINDS.get(name, EventKind.CHANGED) == kind
        }
        if told:
            write_event(by, asset, kind, changes=told, at=at)
    audit.record("assets.asset.changed", asset, changes=changes)


def _save_named(asset: Asset, columns: Iterable[str]) -> None:
    fields = [name.removesuffix("_id") if name.endswith("_id") else name for name in columns]
    try:
        with transaction.atomic():
            asset.save(update_fields=fields)
    except IntegrityError:
        refuse_taken(asset)
        raise


def _save_new(asset: Asset) -> None:
    """Two may give the same number at the same moment: the second is refused as if it had come later."""
    try:
        with transaction.atomic():
            asset.save(force_insert=True)
    except IntegrityError:
        refuse_taken(asset)
        raise


def plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _wkt(shape: GEOSGeometry | None) -> str:
    return str(shape.wkt) if shape is not None else ""
