"""คลังของการทดสอบ: parts, stores and movements in few words."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone

from cddp.operations.maintenance.choices import StoreKind
from cddp.operations.maintenance.models import Movement, Part, PartFit, StockLevel, Store, WorkOrder
from cddp.operations.maintenance.services import stock
from cddp.registers.assets.models import Asset, AssetClass, AssetModel

AT = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)


def make_part(code: str = "LED-50", **more) -> Part:
    name = more.pop("name", f"หลอด {code}")
    return Part.objects.create(code=code, name=name, search_text=f"{code} {name}".lower(), **more)


def make_store(code: str = "A", **more) -> Store:
    return Store.objects.create(code=code, name=more.pop("name", f"คลัง {code}"), **more)


def make_van(member, code: str = "V1") -> Store:
    return make_store(code, name=f"รถช่าง {code}", kind=StoreKind.VAN, keeper=member)


def make_class(key: str = "street-light", **more) -> AssetClass:
    return AssetClass.objects.create(key=key, name=more.pop("name", f"ประเภท {key}"), **more)


def make_asset(asset_class: AssetClass, model: AssetModel | None = None, **more) -> Asset:
    return Asset.objects.create(
        asset_class=asset_class, model=model, name=more.pop("name", "เสาไฟหน้าวัด"), **more
    )


def make_work(asset: Asset | None = None, **more) -> WorkOrder:
    number = more.pop("number", f"{WorkOrder.objects.count() + 1}/2570")
    return WorkOrder.objects.create(
        number=number,
        title=more.pop("title", "เปลี่ยนหลอดไฟ"),
        asset=asset,
        requested_at=AT,
        state_since=AT,
        **more,
    )


def fit(part: Part, *, model: AssetModel | None = None, asset_class: AssetClass | None = None) -> PartFit:
    return PartFit.objects.create(part=part, model=model, asset_class=asset_class)


def receive(part: Part, store: Store, quantity: object, unit_satang: int | None = 10_000, **more) -> Movement:
    return stock.receive(
        more.pop("by", None),
        part_id=part.pk,
        store_id=store.pk,
        quantity=Decimal(str(quantity)),
        unit_satang=unit_satang,
        act=more.pop("act", uuid4()),
        at=more.pop("at", timezone.now()),
        **more,
    )


def move(name: str, part: Part, store: Store, quantity: object, **more):
    """Do one of stock's movements as the town, now, once."""
    if "work" in more:
        more["work_order_id"] = more.pop("work").pk
    return getattr(stock, name)(
        more.pop("by", None),
        part_id=part.pk,
        store_id=store.pk,
        quantity=Decimal(str(quantity)),
        act=more.pop("act", uuid4()),
        at=more.pop("at", AT),
        **more,
    )


def level_of(part: Part, store: Store) -> tuple[Decimal, Decimal, int]:
    found = StockLevel.objects.filter(part=part, store=store).values_list(
        "on_hand", "reserved", "value_satang"
    )
    return found.first() or (Decimal(0), Decimal(0), 0)


def ledger_of(part: Part, store: Store) -> tuple[Decimal, Decimal, int]:
    """Return what the lines of the ledger add up to."""
    lines = Movement.objects.filter(part=part, store=store)
    rows = list(lines.values_list("on_hand_delta", "reserved_delta", "value_delta_satang"))
    return (
        sum((row[0] for row in rows), Decimal(0)),
        sum((row[1] for row in rows), Decimal(0)),
        sum(row[2] for row in rows),
    )
