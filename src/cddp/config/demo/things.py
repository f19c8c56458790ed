"""ทรัพย์สินสมมติ: what a demo town owns along its streets, the parts it keeps, and a year of repairs."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import hypot
from random import Random
from typing import Any, Final

from django.contrib.gis.geos import LineString, Point

from cddp.config.demo.plane import Plane
from cddp.config.demo.streets import Place, Street
from cddp.foundation.accounts.models import Division, Membership
from cddp.foundation.values.identifiers import uuid7
from cddp.operations.maintenance.choices import IntervalUnit, Priority, StoreKind, WorkKind
from cddp.operations.maintenance.models import Part, PreventiveSchedule, Store
from cddp.operations.maintenance.services import moving, stock
from cddp.operations.maintenance.services.opening import open_work
from cddp.operations.maintenance.services.parts import Fit, keep_part, keep_store
from cddp.registers.assets.choices import Acquisition, Condition, Funding, Source
from cddp.registers.assets.models import Asset, AssetClass, AssetModel, Inspection
from cddp.registers.assets.queries.places import find_area_code, measure_m
from cddp.registers.assets.services.holding import search_text_of
from cddp.registers.assets.services.outages import begin_outage
from cddp.registers.assets.services.setting_up import set_up_classes

LAMP_GAP_M: Final = 90.0
MOST_LAMPS, MOST_ROADS, MOST_REPAIRS = 140, 40, 24
LAMPS: Final = (("แสงล้านนา", "LED 50 วัตต์", 50), ("แสงล้านนา", "LED 90 วัตต์", 90), ("ไฟงาม", "HPS 150 วัตต์", 150))
# Things at a place, or in a yard: (class, name, kind code, baht, how many)
OTHERS: Final = (
    ("pump", "เครื่องสูบน้ำ 6 นิ้ว", "055", 185_000, 3),
    ("cctv", "กล้องวงจรปิดทางแยก", "071", 42_000, 6),
    ("vehicle", "รถกระบะเทท้าย 6 ล้อ", "003", 1_390_000, 2),
    ("vehicle", "รถกระเช้าไฟฟ้า", "003", 2_450_000, 1),
    ("computer", "เครื่องคอมพิวเตอร์สำนักงาน", "416", 22_000, 5),
    ("building", "อาคารสำนักงานเทศบาล", "", 9_800_000, 1),
)
# (code, name, unit, baht each, reorder point, in the depot, in the van, which of LAMPS it fits; None = the pumps)
PARTS: Final = (
    ("L-050", "ชุดโคม LED 50 วัตต์", "ชุด", 2_150, 4, 12, 2, 0),
    ("L-090", "ชุดโคม LED 90 วัตต์", "ชุด", 3_400, 3, 5, 1, 1),
    ("H-150", "หลอดโซเดียม 150 วัตต์", "หลอด", 420, 10, 6, 2, 2),
    ("H-BAL", "บัลลาสต์ 150 วัตต์", "ตัว", 760, 3, 4, 1, 2),
    ("P-CELL", "โฟโตสวิตช์ 10 แอมป์", "ตัว", 190, 10, 26, 4, 0),
    ("W-SEAL", "ซีลเครื่องสูบน้ำ 6 นิ้ว", "ชุด", 1_250, 2, 1, 0, None),
)
CAUSES: Final = ("โคมเสื่อมสภาพ", "โฟโตสวิตช์เสีย", "สายไฟหลวม", "ฟ้าผ่าใกล้เสา")


def make_things(random: Random, plane: Plane, streets: list[Street], now: datetime) -> int:
    """Give the current town its things, parts and repairs; return how many things."""
    set_up_classes()
    classes = {each.key: each for each in AssetClass.objects.all()}
    models = [
        AssetModel.objects.create(asset_class=classes["street-light"], maker=maker, name=name)
        for maker, name, _watts in LAMPS
    ]
    works = Division.objects.filter(code="works").first()
    lamps = list(_lamps(random, plane, streets, classes["street-light"], models))
    roads = list(_roads(random, plane, streets, classes["road"]))
    others = list(_others(random, lamps, classes))
    for asset in (*lamps, *roads, *others):
        asset.division = works
        _finish(random, asset, now)
    Asset.objects.bulk_create([*lamps, *roads, *others])
    _inspect(random, [*lamps, *roads, *others], now)
    depot, van = _make_stores(
        next((each.shape for each in others if each.asset_class.key == "building"), None)
    )
    _make_parts(models, classes["pump"], depot, van, now)
    _make_repairs(random, lamps, depot, now)
    _make_schedules(others, works, now)
    return len(lamps) + len(roads) + len(others)


# ── what stands where ─────────────────────────────────────────────────────────────────────────────


def _lamps(
    random: Random, plane: Plane, streets: list[Street], lamp: AssetClass, models: list[AssetModel]
) -> Iterator[Asset]:
    places = [place for street in streets if street.rank < 2 for place in _every(street.line, LAMP_GAP_M)]
    for number, place in enumerate(places[:MOST_LAMPS], start=1):
        kind = random.choices(range(len(LAMPS)), (5, 2, 3))[0]
        yield Asset(
            id=uuid7(),
            asset_class=lamp,
            model=models[kind],
            number=f"055-{random.randint(60, 68)}-{number:04d}",
            name=f"ไฟถนน เสาที่ {number}",
            shape=Point(*plane.to_degrees(*place), srid=4326),
            attributes={"watts": LAMPS[kind][2], "pole_number": f"ส{number}"},
            cost_satang=(18_000 + 90 * LAMPS[kind][2]) * 100,
        )


def _every(line: list[Place], gap_m: float) -> Iterator[Place]:
    """Walk along a line and stop every so many metres."""
    left = gap_m / 2
    for (x, y), (to_x, to_y) in pairwise(line):
        length = hypot(to_x - x, to_y - y)
        while left <= length:
            share = left / length
            yield x + (to_x - x) * share, y + (to_y - y) * share
            left += gap_m
        left -= length


def _roads(random: Random, plane: Plane, streets: list[Street], road: AssetClass) -> Iterator[Asset]:
    main = [street for street in streets if street.rank == 0 and len(street.line) > 1]
    for number, street in enumerate(main[:MOST_ROADS], start=1):
        yield Asset(
            id=uuid7(),
            asset_class=road,
            number=f"ถนน-{number:03d}",
            name=f"ถนนสาย ทถ.{number}",
            shape=LineString([plane.to_degrees(*place) for place in street.line], srid=4326),
            attributes={
                "surface": random.choice(("asphalt", "concrete")),
                "width_m": random.choice((4, 5, 6)),
            },
        )


def _others(random: Random, lamps: list[Asset], classes: dict[str, AssetClass]) -> Iterator[Asset]:
    for key, name, code, baht, count in OTHERS:
        for number in range(1, count + 1):
            yield Asset(
                id=uuid7(),
                asset_class=classes[key],
                number=f"{code}-{random.randint(62, 68)}-{name[:2]}{number:02d}" if code else "",
                name=f"{name} {number}" if count > 1 else name,
                shape=random.choice(lamps).shape if lamps and key != "computer" else None,
                cost_satang=baht * 100,
            )


def _finish(random: Random, asset: Asset, now: datetime) -> None:
    asset.acquired_on = date(random.randint(2017, 2025), random.randint(1, 12), random.randint(1, 28))
    asset.acquisition, asset.funding = Acquisition.PURCHASE, Funding.REVENUE
    asset.warranty_until = asset.acquired_on + timedelta(days=730)
    if asset.shape is not None:
        asset.length_m = measure_m(asset.shape) if asset.shape.geom_type != "Point" else None
        asset.area_code = find_area_code(asset.shape)
    asset.search_text = search_text_of(asset)
    asset.created_at = asset.updated_at = now


def _inspect(random: Random, assets: list[Asset], now: datetime) -> None:
    seen = []
    for asset in random.sample(assets, int(len(assets) * 0.7)):
        asset.condition = random.choices(list(Condition), (2, 5, 4, 2, 1))[0]
        asset.inspected_on = now.date() - timedelta(days=random.randint(3, 500))
        seen.append(
            Inspection(
                asset=asset,
                condition=asset.condition,
                on=asset.inspected_on,
                source=Source.INSPECTION,
                at=now,
                by_label="ช่างไฟฟ้า",
            )
        )
    Inspection.objects.bulk_create(seen)
    Asset.objects.bulk_update([each.asset for each in seen], ["condition", "inspected_on"])


# ── parts and repairs ─────────────────────────────────────────────────────────────────────────────


def _make_stores(office: Point | None) -> tuple[Store, Store]:
    """Make the depot, which lies at the town's office, and the van of a technician."""
    keeper = Membership.objects.filter(roles__contains=["technician"]).first()
    values: dict[str, Any] = {"code": "ก", "name": "คลังพัสดุ ก", "kind": StoreKind.DEPOT, "point": office}
    depot = keep_store(None, None, values=values)
    van: dict[str, Any] = {"code": "รถ1", "name": "รถกระเช้า", "kind": StoreKind.VAN}
    return depot, keep_store(None, None, values=van | {"keeper_id": keeper.pk if keeper else None})


def _make_parts(models: list[AssetModel], pump: AssetClass, depot: Store, van: Store, now: datetime) -> None:
    for code, name, unit, baht, point, in_depot, in_van, model in PARTS:
        fit = Fit(asset_class_id=pump.pk) if model is None else Fit(model_id=models[model].pk)
        values = {"code": code, "name": name, "unit": unit, "reorder_point": Decimal(point)}
        values["reorder_quantity"] = Decimal(point * 2)
        fits = [Fit(model_id=each.pk) for each in models] if code == "P-CELL" else [fit]
        part = keep_part(None, None, values=values, fits=fits, at=now)
        for store, quantity in ((depot, in_depot), (van, in_van)):
            if quantity:
                stock.receive(
                    None,
                    part_id=part.pk,
                    store_id=store.pk,
                    quantity=Decimal(quantity),
                    unit_satang=baht * 100,
                    reference="ใบส่งของ 12/2569",
                    act=uuid7(),
                    at=now - timedelta(days=90),
                )


def _make_repairs(random: Random, lamps: list[Asset], depot: Store, now: datetime) -> None:
    """Repair some lamps over the year; the last few are still asked for, planned or under way."""
    lead = Membership.objects.filter(roles__contains=["technician"]).first()
    cell = Part.objects.get(code="P-CELL")
    broken = random.sample(lamps, min(len(lamps), MOST_REPAIRS))
    for place, lamp in enumerate(broken):
        left = len(broken) - place
        began = now - timedelta(days=2 + 14 * left if left > 8 else left)
        begin_outage(None, lamp.pk, source=Source.OFFICER, words="ไฟไม่ติด", from_at=began)
        order = open_work(
            None,
            title=f"ซ่อม{lamp.name} ไฟไม่ติด",
            kind=WorkKind.CORRECTIVE,
            asset_id=lamp.pk,
            priority=random.choices(list(Priority), (7, 2, 1))[0],
            due_on=began.date() + timedelta(days=7),
            at=began,
        )
        if left <= 2:
            continue
        moving.plan(
            None,
            order.pk,
            version=None,
            planned_on=(began + timedelta(days=1)).date()
            if left > 8
            else now.date() + timedelta(days=left // 3 - 1),
            planned_minutes=60,
            lead_id=lead.pk if lead else None,
            at=began + timedelta(hours=4),
        )
        if left <= 5:
            continue
        start = began + timedelta(days=1)
        moving.start(None, order.pk, version=None, at=start)
        if left <= 6:
            moving.await_parts(None, order.pk, version=None, note="รอโคมใหม่", at=start)
            continue
        if place % 2:
            stock.issue(
                None,
                part_id=cell.pk,
                store_id=depot.pk,
                quantity=Decimal(1),
                act=uuid7(),
                work_order_id=order.pk,
                at=start,
            )
        if left <= 7:
            continue
        done = start + timedelta(hours=random.randint(1, 50))
        moving.finish(
            None,
            order.pk,
            version=None,
            result="เปลี่ยนอุปกรณ์แล้ว ไฟติดตามปกติ",
            cause=random.choice(CAUSES),
            at=done,
        )
        if left > 10:
            moving.accept(None, order.pk, version=None, words="", at=done + timedelta(days=1))


def _make_schedules(others: list[Asset], works: Division | None, now: datetime) -> None:
    PreventiveSchedule.objects.bulk_create(
        PreventiveSchedule(
            asset=asset,
            title="ตรวจและหล่อลื่น" if asset.asset_class.key == "pump" else "ถ่ายน้ำมันเครื่อง ตรวจเบรก",
            every=3 if asset.asset_class.key == "pump" else 6,
            unit=IntervalUnit.MONTHS,
            division=works,
            next_on=now.date() + timedelta(days=20 * (place + 1)),
        )
        for place, asset in enumerate(each for each in others if each.asset_class.key in ("pump", "vehicle"))
    )
