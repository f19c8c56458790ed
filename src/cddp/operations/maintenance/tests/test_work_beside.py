"""ใบสั่งงานในหน้าจออื่น: menu, desk, search, the asset's page, the map; and that lists read an index."""

import datetime as dt
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.extension_points import (
    LayerQuery,
    map_layers,
    menu_items,
    search_providers,
    waiting_items,
)
from cddp.foundation.tenancy.current import town_context
from cddp.operations.maintenance.extensions.work import new_work_url
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries import work as queries
from cddp.operations.maintenance.services import moving
from cddp.operations.maintenance.tests.stock_makers import make_asset, make_class
from cddp.operations.maintenance.tests.work_makers import AT, TODAY, begun, done, opened, planned
from cddp.registers.assets.choices import AssetState, Condition, Source
from cddp.registers.assets.models import Asset, Inspection
from cddp.registers.assets.services import outages
from tests.architecture.plan_reading import plan_of_rows, uses_index
from tests.towns import make_user


@pytest.fixture
def chief(town):
    return make_user("chief", "director")


@pytest.fixture
def tech(town):
    return make_user("tech", "technician")


@pytest.fixture
def lamp(town):
    return make_asset(make_class(), number="055-60-0001", name="โคมไฟหน้าวัด")


def one(registry, key):
    return next(each for each in registry if each.key == key)


def fresh(user):
    """Forget what was counted for an earlier request of this person."""
    user.__dict__.pop("_work_queues", None)
    return user


def waiting(user, key):
    return one(waiting_items, key).count(fresh(user))


def test_menu_and_desk_count_what_waits(town, chief, tech):
    assert [waiting(chief, key) for key in ("maintenance.to_approve", "maintenance.to_accept")] == [
        None,
        None,
    ]
    opened(due_on=timezone.localdate() - dt.timedelta(days=1))
    moving.approve(None, opened().pk, version=None, at=AT)
    done(lead=tech)
    begun(lead=tech, crew=[chief])
    assert waiting(chief, "maintenance.to_approve") == 1
    assert waiting(chief, "maintenance.to_accept") == 1
    assert waiting(chief, "maintenance.work_late") == 1
    assert waiting(tech, "maintenance.work_late") is None
    menu = one(menu_items, "maintenance.work")
    assert (menu.count(fresh(chief)), menu.count(fresh(tech))) == (2, 2)
    assert menu.count(make_user("mayor", "mayor")) == 0


def test_the_menu_of_a_technician_leads_to_what_their_pages_open(town, tech, login):
    client = login(tech)
    page = client.get("/maintenance/today/").content.decode()
    for name in ("maintenance:work_orders", "maintenance:parts", "maintenance:stores", "maintenance:today"):
        assert f'href="{reverse(name)}"' in page, name
        assert client.get(reverse(name)).status_code == 200, name
    for name in ("maintenance:calendar", "maintenance:schedules", "maintenance:purchase"):
        assert f'href="{reverse(name)}"' not in page, name


def test_every_address_that_waits_leads_to_its_queue(town, chief, login):
    opened(title="งานที่ล่าช้า", due_on=timezone.localdate() - dt.timedelta(days=1))
    client = login(chief)
    for key in ("maintenance.to_approve", "maintenance.work_late"):
        assert "งานที่ล่าช้า" in client.get(one(waiting_items, key).url(fresh(chief))).content.decode()


def test_the_search_box_finds_by_number_words_and_asset(town, chief, tech, lamp):
    order = opened(title="เปลี่ยนขั้วหลอด", asset_id=lamp.pk)
    find = one(search_providers, "maintenance.work").find
    for text in (order.number, "ขั้วหลอด", "055-60-0001", "โคมไฟ"):
        assert [each.url for each in find(chief, text, 5)] == [order.get_absolute_url()], text
    assert list(find(chief, "ส", 5)) == []
    assert list(find(tech, "ขั้วหลอด", 5)) == []


def test_the_asset_tells_its_work_what_it_cost_and_that_it_repeats(town, chief, lamp, login):
    first = done(title="ซ่อมครั้งแรก", asset_id=lamp.pk)
    WorkOrder.objects.filter(pk=first.pk).update(parts_satang=12_345, labour_satang=655)
    opened(title="ซ่อมครั้งที่สอง", asset_id=lamp.pk, at=timezone.now())
    gone = opened(title="เปิดผิดใบ", asset_id=lamp.pk)
    moving.cancel(None, gone.pk, version=None, reason="เปิดซ้ำ", at=AT)
    opened(title="นานมาแล้ว", asset_id=lamp.pk, at=AT - dt.timedelta(days=700))
    opened(title="ของชิ้นอื่น")
    figures = queries.count_for_asset(lamp.pk, timezone.now())
    assert (figures.orders, figures.open, figures.repeats, figures.cost_satang) == (3, 3, 2, 13_000)
    page = login(chief).get(lamp.get_absolute_url()).content.decode()
    assert "ซ่อมครั้งแรก" in page
    assert "ขอซ่อม 2 ครั้งใน 12 เดือน" in page
    assert "130.00" in page
    assert f"asset={lamp.pk}" in page


def test_repair_is_asked_for_with_the_reason_that_is_known(town, chief, lamp):
    assert new_work_url(chief, lamp) == f"/maintenance/work/new/?asset={lamp.pk}"
    seen = Inspection.objects.create(asset=lamp, condition=Condition.POOR, on=TODAY, at=timezone.now())
    Asset.objects.filter(pk=lamp.pk).update(condition=Condition.POOR)
    lamp.refresh_from_db()
    assert new_work_url(chief, lamp) == f"/maintenance/work/new/?inspection={seen.pk}"
    outage = outages.begin_outage(None, lamp.pk, source=Source.OFFICER, words="ดับ", from_at=AT)
    assert new_work_url(chief, lamp) == f"/maintenance/work/new/?outage={outage.pk}"
    lamp.state = AssetState.DISPOSED
    assert new_work_url(chief, lamp) == ""
    assert new_work_url(make_user("mayor", "mayor"), lamp) == ""


def test_an_outage_asks_for_urgent_work(town, chief, lamp, login):
    outage = outages.begin_outage(None, lamp.pk, source=Source.SENSOR, words="ไม่มีกระแส", from_at=AT)
    client = login(chief)
    address = f"{reverse('maintenance:work_new')}?outage={outage.pk}"
    assert "ไม่มีกระแส" in client.get(address).content.decode()
    client.post(address, {"title": "ซ่อมไฟ", "kind": "corrective", "priority": "urgent"})
    order = WorkOrder.objects.get()
    assert (order.source, order.source_id, order.asset_id) == ("outage", outage.pk, lamp.pk)


def test_the_map_shows_open_work_where_it_is(towns, town, chief, tech):
    place = Point(99.0, 18.5, srid=4326)
    shown = opened(title="ลอกท่อ", shape=place, due_on=TODAY - dt.timedelta(days=400))
    ended = opened(shape=place)
    moving.cancel(None, ended.pk, version=None, reason="ไม่ต้องทำ", at=AT)
    opened(title="ไม่มีที่")
    layer = one(map_layers, "work_orders")
    rows = list(layer.rows(chief, LayerQuery()))
    assert [(row.pk, row.map_class) for row in rows] == [(shown.pk, "requested")]
    assert [row.map_class for row in layer.rows(chief, LayerQuery(colour_by="late"))] == ["late"]
    assert list(layer.rows(chief, LayerQuery(filters={"state": ["planned"]}))) == []
    assert list(layer.rows(tech, LayerQuery())) == []
    assert layer.details(chief, shown.pk)["url"] == shown.get_absolute_url()
    assert layer.details(chief, ended.pk) is None
    assert layer.details(tech, shown.pk) is None
    with town_context(towns[1].pk):
        foreigner = make_user("foreigner", "director")
        assert layer.details(foreigner, shown.pk) is None
        assert list(layer.rows(foreigner, LayerQuery())) == []


@pytest.fixture
def many(town):
    """Years of work, of which little is open, as the planner sees it."""
    first = opened()
    own = ("id", "number", "search_text", "description", "is_open", "state", "requested_at")
    fields = WorkOrder._meta.concrete_fields
    names = ", ".join(each.column for each in fields if not each.generated and each.column not in own)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO maintenance_workorder ({", ".join(own)}, {names})
                SELECT gen_random_uuid(), g || '/2560', md5(g::text) || 'ถนนสาย' || g, repeat('ก', 500), g %% 40 = 0,
                       CASE WHEN g %% 40 = 0 THEN 'requested' ELSE 'accepted' END,
                       requested_at - g * interval '1 hour', {names}
                FROM maintenance_workorder, generate_series(1, 6000) AS g WHERE id = %s""",
            [first.pk],
        )
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE cddp_owner; ANALYZE maintenance_workorder; SET ROLE cddp_app")


def test_open_orders_and_words_are_found_by_an_index(many, chief):
    rows = queries.list_orders(chief, queries.APPROVE, TODAY).order_by("wanted", "pk")[:51]
    assert uses_index(plan_of_rows(rows), "work_order_state", "state")
    found = queries.search_orders(queries.list_orders(chief, queries.ALL, TODAY), "ถนนสาย3999")[:51]
    assert uses_index(plan_of_rows(found), "work_order_search", "search_text")
    ended = queries.list_orders(chief, queries.ALL, TODAY).order_by("-requested_at", "-pk")[:51]
    assert uses_index(plan_of_rows(ended), "work_order_requested", "municipality_id")
    assert uses_index(
        plan_of_rows(WorkOrder.objects.filter(asset_id=uuid4())), "work_order_asset", "asset_id"
    )


def test_planned_work_of_others_is_no_late_work_of_mine(town, tech):
    planned(due_on=timezone.localdate() - dt.timedelta(days=9))
    assert waiting(tech, "maintenance.work_late") is None
    planned(due_on=timezone.localdate() - dt.timedelta(days=9), lead=tech)
    assert waiting(tech, "maintenance.work_late") == 1
