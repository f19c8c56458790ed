"""วาด แบ่ง และรวมเส้น: with typed coordinates, as without a script; the map writes the same field."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.gis.geos import LineString, Point
from django.urls import reverse

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import AssetState, GeometryKind
from cddp.registers.assets.models import Asset, AssetClass
from cddp.registers.assets.rules.typed_shapes import UnreadableShape, read_points, write_points
from cddp.registers.assets.tests.rides import point
from tests.towns import make_user

LINE = "13.9800000, 100.5000000\n13.9800000, 100.5050000\n13.9810000, 100.5090000"


@pytest.fixture
def officer(town: Municipality) -> User:
    return make_user("ช่างวาด", "asset_officer")


@pytest.fixture
def road(town: Municipality) -> Asset:
    kind = AssetClass.objects.create(key="road", name="ถนน", geometry=GeometryKind.LINE, is_road=True)
    line = LineString(point(0), point(400), point(1000), srid=4326)
    return Asset.objects.create(asset_class=kind, number="ถ-001", name="ถนนทดสอบ", shape=line, length_m=1000)


@pytest.fixture
def lamp(town: Municipality) -> Asset:
    kind = AssetClass.objects.create(key="lamp", name="ไฟ", geometry=GeometryKind.POINT, is_lamp=True)
    return Asset.objects.create(
        asset_class=kind, number="ฟ-001", name="ไฟต้นที่ 1", shape=Point(*point(50), srid=4326)
    )


def page(name: str, *args: Any) -> str:
    return reverse(f"assets:{name}", args=args)


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return str(answer.content.decode())


# --- reading what was typed ---


def test_points_are_read_as_map_programs_write_them() -> None:
    text = "13.98, 100.5\n\n ๑๓.๙๙ , ๑๐๐.๕๑ \n13.99 100.51\n14.0;100.52"
    assert read_points(text) == [(100.5, 13.98), (100.51, 13.99), (100.52, 14.0)]
    assert read_points(write_points([(100.5, 13.98)])) == [(100.5, 13.98)]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [("13.98, 100.5\nabc", "unreadable", 2), ("100.5, 13.98", "swapped", 1), ("51.5, 0.1", "outside", 1),
     ("13.98", "unreadable", 1), ("\n".join(f"13.9{n:05d}, 100.5" for n in range(5001)), "too_many", 0)],
)  # fmt: skip
def test_what_is_no_shape_says_where(text: str, code: str, line: int) -> None:
    with pytest.raises(UnreadableShape) as refused:
        read_points(text)
    assert (refused.value.code, refused.value.line) == (code, line)


# --- snapping ---


def test_what_stands_near_is_handed_out_to_snap_to(
    login: Any, officer: User, road: Asset, lamp: Asset
) -> None:
    client = login(officer)
    address = page("shape_near", road.pk)
    found = client.get(address, {"bbox": "100.499,13.979,100.512,13.982"}).json()["features"]
    assert [(each["geometry"]["type"], each["properties"]["name"]) for each in found] == [
        ("Point", "ไฟต้นที่ 1")
    ]
    assert client.get(page("shape_near", lamp.pk), {"bbox": "100.499,13.979,100.512,13.982"}).json()[
        "features"
    ]
    for bad in ("", "1,2,3", "a,b,c,d", "100,13,101,14", "100.512,13.979,100.499,13.982"):
        assert client.get(address, {"bbox": bad}).status_code == 400
    assert login(make_user("ผู้ดู", "officer")).get(address).status_code == 403


# --- splitting ---


def test_a_road_is_split_and_joined_on_its_pages(login: Any, officer: User, road: Asset) -> None:
    client = login(officer)
    assert 'data-at="id_at_m"' in text_of(client.get(page("asset_split", road.pk)))
    values = {"version": 1, "at_m": 330, "name": "ช่วงหลัง", "number": "ถ-002"}
    html = text_of(client.post(page("asset_split", road.pk), values | {"at_m": 5000}), 422)
    assert "จุดแบ่งต้องอยู่ระหว่าง" in html
    assert 'value="ช่วงหลัง"' in html
    assert client.post(page("asset_split", road.pk), values).url == road.get_absolute_url()
    assert Asset.objects.get(number="ถ-002").name == "ช่วงหลัง"
    html = text_of(client.post(page("asset_split", road.pk), values | {"number": ""}), 409)
    assert 'name="version" value="2"' in html
    assert client.get(page("asset_join", road.pk)).status_code == 405
    assert client.post(page("asset_join", road.pk)).url == road.get_absolute_url()
    assert Asset.objects.get(number="ถ-002").state == AssetState.DISPOSED
    assert client.post(page("asset_join", road.pk)).status_code == 422


def test_only_lines_of_the_own_town_are_split_by_those_who_may(
    login: Any, officer: User, road: Asset, lamp: Asset, towns: tuple[Municipality, Municipality]
) -> None:
    client = login(officer)
    assert client.get(page("asset_split", lamp.pk)).status_code == 404
    assert client.get(page("asset_split", uuid4())).status_code == 404
    reader = login(make_user("ผู้ดู", "officer"))
    assert reader.get(page("asset_split", road.pk)).status_code == 403
    assert reader.post(page("asset_join", road.pk)).status_code == 403
    with town_context(towns[1].pk):
        stranger = login(make_user("คนไกล", "asset_officer"))
        assert stranger.get(page("asset_split", road.pk)).status_code == 404
        assert stranger.post(page("asset_join", road.pk)).status_code == 404
        assert stranger.get(page("shape_near", road.pk)).status_code == 404


# --- drawing ---


def test_a_line_is_typed_and_kept(login: Any, officer: User, road: Asset) -> None:
    client = login(officer)
    html = text_of(client.get(page("asset_shape", road.pk)))
    assert 'data-kind="line"' in html
    assert "13.9800000, 100.5000000" in html
    answer = client.post(page("asset_shape", road.pk), {"version": 1, "points": LINE})
    assert answer.url == road.get_absolute_url()
    road.refresh_from_db()
    assert len(road.shape.coords) == 3
    assert road.length_m == pytest.approx(985, abs=5)
    assert road.version == 2


@pytest.mark.parametrize(
    ("points", "words"),
    [("", "ยังไม่ได้วางจุด"), ("13.98, 100.5", "อย่างน้อย 2 จุด"), ("13.98, 100.5\nx", "บรรทัดที่ 2"),
     ("100.5, 13.98\n100.6, 13.98", "สลับกัน")],
)  # fmt: skip
def test_bad_points_are_named_and_stay(
    login: Any, officer: User, road: Asset, points: str, words: str
) -> None:
    html = text_of(login(officer).post(page("asset_shape", road.pk), {"version": 1, "points": points}), 422)
    assert words in html
    assert points.rsplit("\n", maxsplit=1)[-1] in html


def test_a_stale_page_keeps_what_was_drawn_and_shows_the_difference(
    login: Any, officer: User, road: Asset
) -> None:
    client = login(officer)
    client.post(page("asset_shape", road.pk), {"version": 1, "points": LINE})
    mine = "13.9800000, 100.5000000\n13.9900000, 100.5100000"
    html = text_of(client.post(page("asset_shape", road.pk), {"version": 1, "points": mine}), 409)
    assert "13.9900000, 100.5100000" in html
    assert "ที่บันทึกไว้ตอนนี้มี 3 จุด ที่ท่านวาดมี 2 จุด" in html
    assert 'name="version" value="2"' in html
    assert client.post(page("asset_shape", road.pk), {"version": 2, "points": mine}).status_code == 302


def test_a_point_takes_one_place(login: Any, officer: User, lamp: Asset) -> None:
    client = login(officer)
    assert "เพียงจุดเดียว" in text_of(
        client.post(page("asset_shape", lamp.pk), {"version": 1, "points": LINE}), 422
    )
    client.post(page("asset_shape", lamp.pk), {"version": 1, "points": "13.985, 100.505"})
    lamp.refresh_from_db()
    assert lamp.shape.coords == (100.505, 13.985)


def test_who_may_draw(
    login: Any, road: Asset, town: Municipality, towns: tuple[Municipality, Municipality]
) -> None:
    assert login(make_user("ผู้ดู", "officer")).get(page("asset_shape", road.pk)).status_code == 403
    officer = login(make_user("ช่าง", "asset_officer"))
    assert officer.get(page("asset_shape", uuid4())).status_code == 404
    kind = AssetClass.objects.create(key="tool", name="เครื่องมือ", geometry=GeometryKind.NONE)
    tool = Asset.objects.create(asset_class=kind, name="สว่าน")
    assert officer.get(page("asset_shape", tool.pk)).status_code == 404
    with town_context(towns[1].pk):
        stranger = login(make_user("คนไกล", "asset_officer"))
        assert stranger.get(page("asset_shape", road.pk)).status_code == 404
        assert stranger.post(page("asset_shape", road.pk), {"version": 1, "points": LINE}).status_code == 404
