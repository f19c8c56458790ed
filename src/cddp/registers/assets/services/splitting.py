"""แบ่งถนน: make two assets of one line at a place along it, and join the two again while nothing else has happened.

The first keeps number, history, inspections, outages and what lies before the place; the second is a new asset with
the same attributes. The cost is shared by length, to the last satang. Measured stretches go to the part they lie on.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from django.contrib.gis.geos import GEOSGeometry, LineString
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits
from cddp.registers.assets import policies
from cddp.registers.assets.choices import AssetState, EventKind
from cddp.registers.assets.errors import UnableToChangeAsset
from cddp.registers.assets.events import AssetDisposed, AssetRegistered
from cddp.registers.assets.models import Asset, AssetEvent, Inspection, RoadStretch
from cddp.registers.assets.queries.places import find_area_code, measure_m
from cddp.registers.assets.rules.road_lines import Plane, RoadLine
from cddp.registers.assets.services.checking import refuse_taken
from cddp.registers.assets.services.holding import lock_asset, refuse_disposed, search_text_of, write_event
from cddp.registers.assets.services.newest import refresh_newest

PERMISSION: Final = "assets.change"
SHORTEST_M: Final = 1.0
_COPIED: Final = (
    "asset_class_id", "model_id", "condition", "inspected_on", "attributes", "notes", "place",
    "division_id", "holder_id", "parent_id", "acquired_on", "acquisition", "funding", "supplier", "contract_number",
    "warranty_until", "life_years",
)  # fmt: skip
_RESHAPED: Final = ("shape", "length_m", "area_code", "cost_satang", "version", "updated_at")


@transaction.atomic
def split_road(
    by: User | None,
    asset_id: UUID,
    *,
    version: int | None,
    at_m: float,
    name: str = "",
    number: str = "",
    at: dt.datetime,
) -> tuple[Asset, Asset]:
    """Split a line `at_m` metres from its start; return (what stays, what is new).

    `name` and `number` are those of the new part. Raises UnableToChangeAsset, AssetChangedMeanwhile.
    """
    policies.require(by, PERMISSION)
    first = lock_asset(by, asset_id, version=version)
    refuse_disposed(first)
    line = _line_of(first)
    _refuse_outside(line, at_m)
    before = {"wkt": _wkt(first), "length_m": first.length_m, "cost_satang": first.cost_satang}
    second = Asset(
        **{field: getattr(first, field) for field in _COPIED},
        name=normalise_line(name)[:200] or _("%(name)s (ช่วงที่ 2)") % {"name": first.name[:180]},
        number=to_arabic_digits(normalise_line(number)),
        state=AssetState.STORED if first.state == AssetState.STORED else AssetState.IN_USE,
        shape=_part(line, at_m, line.length_m),
        cost_satang=_share(first.cost_satang, 1 - at_m / line.length_m),
    )
    first.shape = _part(line, 0, at_m)
    if first.cost_satang is not None:
        first.cost_satang -= second.cost_satang or 0
    if second.number:
        refuse_taken(second)
    for part in (first, second):
        part.length_m, part.area_code = measure_m(part.shape), find_area_code(part.shape)
    second.search_text = search_text_of(second)
    first.version += 1
    first.save(update_fields=_RESHAPED)
    second.save(force_insert=True)
    _copy_inspection(first, second)
    moved = _move_stretches(first, second, at_m)
    _write_split(by, first, second, before=before, at_m=at_m, moved=moved, at=at)
    publish(AssetRegistered(asset_id=second.pk))
    return first, second


def _wkt(asset: Asset) -> str:
    return str(asset.shape.wkt) if asset.shape is not None else ""


def _line_of(asset: Asset) -> RoadLine:
    if asset.shape is None or asset.shape.geom_type != "LineString":
        raise UnableToChangeAsset(_("แบ่งได้เฉพาะทรัพย์สินที่เป็นเส้น โปรดวาดแนวเส้นก่อน"), code="no_line")
    longitude, latitude = asset.shape.coords[0][:2]
    return RoadLine.on(Plane(longitude, latitude), asset.pk, [point[:2] for point in asset.shape.coords])


def _refuse_outside(line: RoadLine, at_m: float) -> None:
    last = line.length_m - SHORTEST_M
    if not SHORTEST_M <= at_m <= last:
        raise UnableToChangeAsset(
            _("จุดแบ่งต้องอยู่ระหว่างเมตรที่ 1 ถึงเมตรที่ %(last)s ของแนวเส้น") % {"last": f"{last:,.0f}"},
            field="at_m",
            code="outside",
        )


def _part(line: RoadLine, from_m: float, until_m: float) -> LineString:
    return LineString(line.part(from_m, until_m), srid=4326)


def _share(cost: int | None, share: float) -> int | None:
    return None if cost is None else round(cost * share)


def _copy_inspection(first: Asset, second: Asset) -> None:
    newest = Inspection.objects.filter(asset=first).order_by("-on", "-at", "-id").first()
    if newest is None:
        return
    Inspection.objects.create(
        id=uuid5(newest.pk, str(second.pk)),
        asset=second,
        condition=newest.condition,
        on=newest.on,
        notes=newest.notes,
        source=newest.source,
        measures=newest.measures | {"copied_from": str(newest.pk)},
        at=newest.at,
        by=newest.by,
        by_label=newest.by_label,
    )


def _move_stretches(first: Asset, second: Asset, at_m: float) -> int:
    """Give the second what lies behind the place, by its middle; chainage counts from its own start."""
    behind = RoadStretch.objects.filter(asset=first).annotate(middle=(F("from_m") + F("until_m")) / 2)
    moved = behind.filter(middle__gte=at_m).update(
        asset=second, from_m=F("from_m") - at_m, until_m=F("until_m") - at_m
    )
    if moved:
        refresh_newest([first.pk, second.pk])
    return moved


def _write_split(
    by: User | None,
    first: Asset,
    second: Asset,
    *,
    before: Mapping[str, Any],
    at_m: float,
    moved: int,
    at: dt.datetime,
) -> None:
    told = {
        "shape": [before["wkt"], _wkt(first)],
        "length_m": [before["length_m"], first.length_m],
        "cost_satang": [before["cost_satang"], first.cost_satang],
        "part": [None, str(second.pk)],
        "at_m": [None, at_m],
        "version": [first.version - 1, first.version],
    }
    words = _("แบ่งที่เมตรที่ %(at)s ส่วนหลังคือ %(other)s") % {"at": f"{at_m:,.0f}", "other": second}
    write_event(by, first, EventKind.SPLIT, changes=told, words=words, at=at)
    words = _("แบ่งมาจาก %(other)s ที่เมตรที่ %(at)s") % {"at": f"{at_m:,.0f}", "other": first}
    origin = {"part_of": [None, str(first.pk)], "at_m": [None, at_m]}
    write_event(by, second, EventKind.SPLIT, changes=origin, words=words, at=at)
    audit.record(
        "assets.asset.split",
        first,
        changes={"part": [None, str(second.pk)], "stretches_moved": [None, moved]},
    )


def find_split(asset: Asset) -> AssetEvent | None:
    """Return the split of an asset that may be taken back: its newest event of the kind, not joined since."""
    newest = AssetEvent.objects.filter(asset=asset, kind=EventKind.SPLIT).order_by("-at", "-id").first()
    return newest if newest is not None and "part" in newest.changes else None


@transaction.atomic
def join_roads(by: User | None, asset_id: UUID, *, at: dt.datetime) -> Asset:
    """Take the newest split of an asset back: it has its line and cost again, the other part leaves the register.

    Raises UnableToChangeAsset when either part was changed, inspected, broken or photographed since.
    """
    policies.require(by, PERMISSION)
    first = lock_asset(by, asset_id)
    refuse_disposed(first)
    split = find_split(first)
    if split is None:
        raise UnableToChangeAsset(_("ทรัพย์สินนี้ไม่มีการแบ่งที่รวมกลับได้"), code="not_split")
    second = Asset.objects.select_for_update().get(pk=UUID(split.changes["part"][1]))
    _refuse_touched(first, second, split)
    at_m = split.changes["at_m"][1]
    first.shape = GEOSGeometry(split.changes["shape"][0], srid=4326)
    first.length_m, first.cost_satang = split.changes["length_m"][0], split.changes["cost_satang"][0]
    first.area_code = find_area_code(first.shape)
    first.version += 1
    first.save(update_fields=_RESHAPED)
    # What once had a number and a page stays in the register, as gone.
    second.state, second.disposed_on = AssetState.DISPOSED, at.date()
    second.cost_satang, second.version = None, second.version + 1
    second.save(update_fields=["state", "disposed_on", "cost_satang", "version", "updated_at"])
    RoadStretch.objects.filter(asset=second).update(
        asset=first, from_m=F("from_m") + at_m, until_m=F("until_m") + at_m
    )
    refresh_newest([first.pk, second.pk])
    for part, other in ((first, second), (second, first)):
        words = _("รวมกลับกับ %(other)s") % {"other": other}
        write_event(by, part, EventKind.SPLIT, changes={"joined": [None, str(other.pk)]}, words=words, at=at)
    audit.record("assets.asset.joined", first, changes={"part": [str(second.pk), None]})
    publish(AssetDisposed(asset_id=second.pk))
    return first


def _refuse_touched(first: Asset, second: Asset, split: AssetEvent) -> None:
    since = Q(at__gt=split.at)
    is_touched = (
        first.version != split.changes["version"][1]
        or second.version != 1
        or first.inspections.filter(since).exists()
        or second.inspections.filter(since).exists()
        or second.outages.exists()
        or second.photos.exists()
        or second.documents.exists()
        or second.children.exists()
    )
    if is_touched:
        raise UnableToChangeAsset(
            _("มีการแก้ไข ตรวจสภาพ หรือบันทึกอื่นหลังแบ่งแล้ว จึงรวมกลับไม่ได้ โปรดแก้แนวเส้นและจำหน่ายส่วนที่ไม่ใช้แทน"),
            code="touched",
        )
