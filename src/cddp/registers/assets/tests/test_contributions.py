"""What assets give to the map, the desk, the overview and the search; and the door for sensors."""

import datetime as dt
import json
from uuid import uuid4

import pytest
from django.utils import timezone

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import (
    LayerQuery,
    indicators,
    map_layers,
    search_providers,
    waiting_items,
)
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import AssetState, Source
from cddp.registers.assets.models import Asset, AssetClass, Outage
from cddp.registers.assets.services.inspecting import inspect
from cddp.registers.assets.services.outages import begin_outage, end_outage
from cddp.registers.assets.services.registering import dispose_asset, register_asset
from cddp.registers.assets.tests.samples import NOW, lamp, lamps, line, point, roads, village
from tests.towns import make_user

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def reader(town: Municipality) -> User:
    return make_user("ผู้ดู", "officer")


@pytest.fixture
def technician(town: Municipality) -> User:
    return make_user("ช่าง", "technician")


def road(*east: float, **values) -> Asset:
    return register_asset(
        None, asset_class_id=roads().pk, values={"name": "ถนน", "shape": line(*east)} | values, at=NOW
    )


def seen(asset: Asset, condition: int, on: dt.date = TODAY) -> None:
    inspect(None, asset.pk, inspection_id=uuid4(), condition=condition, on=on, at=timezone.now())


def classes(key: str, user: User, query: LayerQuery) -> dict[str, str]:
    return {row.number: row.map_class for row in map_layers.get(key).rows(user, query)}


# ── the map ───────────────────────────────────────────────────────────────────────────────────────


def test_points_and_lines_stand_on_their_own_layers(reader):
    lit, dark, gone = lamp("1"), lamp("2", shape=point(30)), lamp("3")
    lamp("4", shape=None)
    road(0, 50, number="r")
    begin_outage(None, dark.pk, source=Source.SENSOR, words="ดับ", from_at=timezone.now())
    dispose_asset(None, gone.pk, version=1, disposal="destruction", disposed_on=TODAY, at=timezone.now())
    seen(lit, 2)
    kind = str(lamps().pk)
    assert classes("assets", reader, LayerQuery()) == {"1": kind, "2": kind}
    assert classes("asset_lines", reader, LayerQuery()) == {"r": str(roads().pk)}
    assert classes("assets", reader, LayerQuery(colour_by="condition")) == {"1": "2", "2": "none"}
    assert classes("assets", reader, LayerQuery(colour_by="outage")) == {"1": "works", "2": "out"}
    for filters, found in (
        ({"class": [kind]}, {"1", "2"}),
        ({"class": ["x' OR true"]}, set()),
        ({"condition": ["none"]}, {"2"}),
        ({"condition": ["2", "9"]}, {"1"}),
        ({"outage": ["out"]}, {"2"}),
    ):
        assert set(classes("assets", reader, LayerQuery(filters=filters))) == found
    for colour in ("", "condition", "outage"):
        legend = {
            entry.value for entry in map_layers.get("assets").legend(reader, LayerQuery(colour_by=colour))
        }
        assert set(classes("assets", reader, LayerQuery(colour_by=colour)).values()) <= legend
    details = map_layers.get("assets").details(reader, dark.pk)
    assert details["url"] == dark.get_absolute_url()
    assert any("ดับ" in str(value) for _label, value in details["rows"])
    assert map_layers.get("assets").details(reader, uuid4()) is None


# ── the overview and the desk ─────────────────────────────────────────────────────────────────────


def measure(key: str, user: User, area: str = "", on: dt.date = TODAY) -> dict[str, float]:
    user.__dict__.pop("_assets_lamps", None)  # as in a request of its own
    return {str(row.label): row.value for row in indicators.get(f"assets.{key}").measure(user, area, on)}


def test_lamps_lit_are_counted_now_and_on_a_day_gone_by(reader):
    village()
    here = lamp("1", acquired_on=TODAY - 400 * DAY)
    lamp("2", shape=point(900))
    lamp("3", state=AssetState.STORED)
    now = timezone.now()
    begin_outage(None, here.pk, source=Source.COMPLAINT, from_at=now - 3 * DAY)
    assert measure("lit", reader) == {"ดวงไฟที่ติด": 0.5}
    assert measure("dark", reader) == {"ดวงไฟที่ดับ": 1}
    assert measure("lit", reader, "51010101") == {"ดวงไฟที่ติด": 0.0}
    end_outage(None, here.pk, at=now)
    assert measure("dark", reader) == {"ดวงไฟที่ดับ": 0}
    assert measure("dark", reader, on=TODAY - DAY) == {"ดวงไฟที่ดับ": 1}
    assert measure("dark", reader, on=TODAY - 30 * DAY) == {"ดวงไฟที่ดับ": 0}


def test_conditions_and_kilometres_follow_the_newest_look_of_the_day(reader):
    first, second = road(0, 1000), road(0, 500)
    seen(first, 2, TODAY - 60 * DAY)
    seen(first, 4)
    assert measure("condition", reader) == {"แย่": 1, "ยังไม่เคยตรวจ": 1}
    assert measure("roads", reader) == {"แย่": 1.0, "ยังไม่เคยตรวจ": 0.5}
    assert measure("roads", reader, on=TODAY - 30 * DAY) == {"ดี": 1.0, "ยังไม่เคยตรวจ": 0.5}
    seen(second, 1)
    assert measure("condition", reader) == {"ดีมาก": 1, "แย่": 1}


def test_what_is_broken_is_named_by_class_and_leads_to_its_rows(login, reader):
    asset = lamp("1")
    assert measure("broken", reader) == {}
    begin_outage(None, asset.pk, source=Source.OFFICER, from_at=timezone.now())
    [row] = indicators.get("assets.broken").measure(reader, "", TODAY)
    assert (row.label, row.value) == (lamps().name, 1)
    assert [each.object for each in login(reader).get(row.url).context["list"].rows] == [asset]


def test_the_desk_says_what_waits(reader, technician):
    items = {item.key: item for item in waiting_items}
    assert items["assets.broken"].count(reader).count() == 0
    asset = lamp("1")
    begin_outage(None, asset.pk, source=Source.OFFICER, from_at=timezone.now())
    assert items["assets.broken"].count(reader).count() == 1
    assert items["assets.due"].count(technician).count() == 0
    AssetClass.objects.filter(pk=lamps().pk).update(inspect_every_months=12)
    assert items["assets.due"].count(technician).count() == 1
    seen(asset, 2)
    assert items["assets.due"].count(technician).count() == 0


def test_the_search_box_finds_by_label_and_words(reader, stranger):
    asset = lamp("416-65-0001", place="ซอยร่มเย็น")
    find = search_providers.get("assets").find
    for text in ("416-65-0001", "ร่มเย็น", f"https://x/a/{asset.pk}/"):
        assert [each.url for each in find(reader, text, 5)] == [asset.get_absolute_url()]
    assert list(find(reader, "ก", 5)) == []
    assert list(find(make_user("อสม", "volunteer"), "ร่มเย็น", 5)) == []


# ── the door for sensors ──────────────────────────────────────────────────────────────────────────


def tell(client, way: str, **body):
    return client.post(f"/api/v1/assets/outages{way}", json.dumps(body), content_type="application/json")


def test_a_sensor_says_dark_and_lit_once_each(login, technician):
    asset = lamp("416-65-0001")
    client = login(technician)
    first = tell(client, "", asset="416-65-0001", reference="node-7", words="ไม่มีกระแส").json()
    again = tell(client, "", asset=str(asset.pk), reference="node-7").json()
    assert first["id"] == again["id"]
    assert again["is_ours"] is True
    assert Outage.objects.get().source == Source.SENSOR
    assert tell(client, "/end", asset="416-65-0001", reference="node-8").json() == {"ended": None}
    ended = tell(client, "/end", asset="416-65-0001", reference="node-7").json()["ended"]
    assert ended["id"] == first["id"]
    assert tell(client, "/end", asset="416-65-0001", reference="node-7").json() == {"ended": None}
    assert client.get(f"/api/v1/assets/{asset.pk}").json()["state"] == "in_use"


def test_a_sensor_never_lights_what_another_said_to_be_dark(login, technician):
    asset = lamp("1-1")
    begin_outage(None, asset.pk, source=Source.COMPLAINT, reference="need", from_at=timezone.now())
    client = login(technician)
    assert tell(client, "", asset="1-1", reference="node-7").json()["is_ours"] is False
    assert tell(client, "/end", asset="1-1", reference="node-7").json() == {"ended": None}
    assert Outage.objects.open().count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"asset": "ไม่มี", "reference": "a"}, 404),
        ({"asset": "", "reference": "a"}, 422),
        ({"asset": "1-1"}, 422),
        ({"asset": "1-1", "reference": "a", "at": "2999-01-01T00:00:00Z"}, 422),
        ({"asset": "1-1", "reference": "a", "at": "2026-01-01T00:00:00"}, 422),
        ({"asset": "1-1\x00", "reference": "a"}, 422),
        ({"asset": "1-1", "reference": "ก" * 81}, 422),
    ],
)
def test_bad_messages_are_refused(login, technician, body, status):
    lamp("1-1")
    assert tell(login(technician), "", **body).status_code == status
    assert not Outage.objects.exists()


def test_the_door_asks_who_knocks(client, login, reader, stranger):
    asset = lamp("1-1")
    assert tell(client, "", asset="1-1", reference="a").status_code in {401, 403}
    assert tell(login(reader), "", asset="1-1", reference="a").status_code == 403
    assert login(stranger).get(f"/api/v1/assets/{asset.pk}").status_code == 404
    assert not Outage.objects.exists()
