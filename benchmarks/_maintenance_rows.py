"""คลังสำหรับวัด: a town of its own with 300 parts in six stores, an asset that 200 of them fit, and open work."""

import datetime as dt
import os
from decimal import Decimal
from uuid import uuid4

from _city import drop_database, make_database, run_django

DATABASE = f"cddp_bench_maintenance_{os.getpid()}"
TOWN_ID = 5183
PARTS, FITTING, STORES, ORDERS = 300, 200, 6, 240
AT = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)


def provide_town() -> None:
    """Make the database with one demo town in it."""
    drop_database(DATABASE)
    make_database(DATABASE)
    run_django(DATABASE, "demo", "--households", "200", "--towns", "1")


def clean_up() -> None:
    """Leave nothing behind."""
    drop_database(DATABASE)


def fill_stores() -> None:
    """Add what the workers of the benchmark move; half of the parts are watched for running low."""
    from cddp.foundation.tenancy.current import town_context
    from cddp.operations.maintenance.models import Part, PartFit, Store, WorkOrder
    from cddp.operations.maintenance.services.documents import Line, receive_lines
    from cddp.registers.assets.models import Asset, AssetClass, AssetModel

    with town_context(TOWN_ID):
        light = AssetClass.objects.create(key=f"bench-{uuid4().hex[:8]}", name="ไฟถนนสำหรับวัด")
        model = AssetModel.objects.create(asset_class=light, name="LED 50")
        asset = Asset.objects.create(asset_class=light, model=model, name="เสาไฟสำหรับวัด")
        parts = [
            Part(code=f"B{n:04}", name=f"อะไหล่ {n}", search_text=f"b{n:04}", reorder_point=Decimal(n % 2))
            for n in range(PARTS)
        ]
        Part.objects.bulk_create(parts)
        PartFit.objects.bulk_create(
            PartFit(part=part, model=model) if n % 2 else PartFit(part=part, asset_class=light)
            for n, part in enumerate(parts[:FITTING])
        )
        stores = [Store(code=f"B{n}", name=f"คลัง {n}") for n in range(STORES)]
        Store.objects.bulk_create(stores)
        for store in stores:
            lines = [Line(part.pk, Decimal(1_000_000), 12_345) for part in parts]
            receive_lines(None, store_id=store.pk, lines=lines, act=uuid4(), at=AT)
        WorkOrder.objects.bulk_create(
            WorkOrder(number=f"B{n}/2570", title="งานสำหรับวัด", asset=asset, requested_at=AT, state_since=AT)
            for n in range(ORDERS)
        )
