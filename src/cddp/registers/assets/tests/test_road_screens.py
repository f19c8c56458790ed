"""หน้าจอวัดถนน: works · colleague may · stranger 404 · reader 403 · GET refused on a write · bad id · bad input."""

import datetime as dt
import io
import json
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.contrib.gis.geos import LineString
from django.test import Client
from django.urls import reverse

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerQuery, map_layers
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import AssetState, GeometryKind, RoughnessGrade, TraceState
from cddp.registers.assets.models import Asset, AssetClass, Inspection, RoadStretch, RoadTrace
from cddp.registers.assets.queries.road_limits import read_limits
from cddp.registers.assets.services import roads
from cddp.registers.assets.tests.rides import as_csv, point, ride
from tests.towns import make_user

NOW = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def officer(town: Municipality) -> User:
    return make_user("ช่างวัด", "asset_officer")


@pytest.fixture
def reader(town: Municipality) -> User:
    return make_user("ผู้ดู", "officer")


@pytest.fixture
def road(town: Municipality) -> Asset:
    kind = AssetClass.objects.create(key="road", name="ถนน", geometry=GeometryKind.LINE, is_road=True)
    line = LineString(point(0), point(400), point(1000), srid=4326)
    return Asset.objects.create(asset_class=kind, number="ถ-001", name="ถนนทดสอบ", shape=line, length_m=1000)


@pytest.fixture
def trace(town: Municipality, road: Asset) -> RoadTrace:
    found = roads.upload_trace(
        None, stream=io.BytesIO(as_csv(ride(rough=(400, 500)))), file_name="เที่ยวเช้า.csv", at=NOW
    )
    roads.measure_trace(town.pk, found.pk)
    found.refresh_from_db()
    return found


def page(name: str, *args: Any) -> str:
    return reverse(f"assets:{name}", args=args)


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return str(answer.content.decode())


def upload(client: Client, content: bytes, name: str = "เที่ยว.csv", **more: str) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return client.post(page("road_upload"), {"file": file, **more})


def test_a_file_leads_to_its_preview(login: Any, officer: User, town: Municipality, road: Asset) -> None:
    client = login(officer)
    assert "ยึดโทรศัพท์" in text_of(client.get(page("road_upload")))
    answer = upload(client, as_csv(ride()), vehicle="กระบะ กข 1234")
    trace = RoadTrace.objects.get()
    assert answer.url == trace.get_absolute_url()
    assert (trace.vehicle, trace.name, trace.by_label) == ("กระบะ กข 1234", "เที่ยว", str(officer))
    assert "กำลังคำนวณ" in text_of(client.get(answer.url))
    assert client.get(page("road_trace_progress", trace.pk)).status_code == 200
    roads.measure_trace(town.pk, trace.pk)
    html = text_of(client.get(answer.url))
    assert "นี่คือตัวอย่าง" in html
    assert "ไม่พบช่วงขรุขระ" in html


def test_a_file_that_is_none_is_refused_and_what_was_typed_stays(login: Any, officer: User) -> None:
    client = login(officer)
    assert "ยังไม่ได้เลือกไฟล์" in text_of(client.post(page("road_upload"), {"name": "เที่ยวค่ำ"}), 422)
    html = text_of(upload(client, b"1,2\n3,4\n", name="x.csv", vehicle="รถตู้"), 422)
    assert "แถวหัวตาราง" in html
    assert "รถตู้" in html
    assert not RoadTrace.objects.exists()


def test_a_table_of_a_spreadsheet_is_taken_as_the_page_says(login: Any, officer: User, road: Asset) -> None:
    book = openpyxl.Workbook()
    for line in as_csv(ride(length_m=100)).decode().splitlines():
        book.active.append(line.split(","))
    file = io.BytesIO()
    book.save(file)
    assert upload(login(officer), file.getvalue(), name="เที่ยว.xlsx").status_code == 302
    assert RoadTrace.objects.get().state == TraceState.MEASURING


def test_columns_are_chosen_where_they_could_not_be_guessed(
    login: Any, officer: User, town: Municipality, road: Asset
) -> None:
    client = login(officer)
    content = as_csv(ride()).replace(b"time,latitude,longitude,", b"alpha,beta,gamma,", 1)
    upload(client, content)
    trace = RoadTrace.objects.get()
    assert "คอลัมน์ไหนคืออะไร" in text_of(client.get(trace.get_absolute_url()))
    fourth = trace.reading["columns"][3]
    chosen = {"time": "alpha", "lat": "beta", "lon": "", "vertical": fourth, "unit": "", "on": "26/11/2569"}
    html = text_of(client.post(page("road_trace_columns", trace.pk), chosen), 422)
    assert "โปรดเลือกคอลัมน์" in html
    assert '<option value="beta" selected>' in html
    answer = client.post(page("road_trace_columns", trace.pk), chosen | {"lon": "gamma"})
    assert answer.url == trace.get_absolute_url()
    roads.measure_trace(town.pk, trace.pk)
    trace.refresh_from_db()
    assert trace.state == TraceState.READY, trace.failure


def test_a_ride_is_used_shown_and_withdrawn(login: Any, officer: User, trace: RoadTrace) -> None:
    client = login(officer)
    html = text_of(client.get(trace.get_absolute_url()))
    assert "ถนนทดสอบ" in html
    assert "ช่วงที่แย่ที่สุด" in html
    lines = json.loads(text_of(client.get(page("road_trace_lines", trace.pk))))
    assert len(lines["features"]) == 20
    assert {each["properties"]["colour"] for each in lines["features"]} >= {"#1b7f4b", "#b3261e"}
    assert client.post(page("road_trace_use", trace.pk)).url == trace.get_absolute_url()
    overview = text_of(client.get(page("roads")))
    assert "เที่ยวเช้า" in overview
    assert "ถนนทดสอบ" in overview
    stretch = RoadStretch.objects.newest().filter(grade=RoughnessGrade.BROKEN).first()
    assert stretch is not None
    assert str(trace.pk) in client.get(page("road_stretch", stretch.pk)).url
    client.post(page("road_trace_withdraw", trace.pk))
    trace.refresh_from_db()
    assert trace.state == TraceState.WITHDRAWN
    assert "ใช้ค่าของเที่ยวนี้" in text_of(client.get(trace.get_absolute_url()))


def test_a_failed_ride_says_why_and_which_rows(login: Any, officer: User, town: Municipality) -> None:
    lines = as_csv(ride(length_m=100)).decode().splitlines()
    content = "\n".join([lines[0], *(line.rsplit(",", 1)[0] + ",แรง" for line in lines[1:])]).encode()
    found = roads.upload_trace(None, stream=io.BytesIO(content), file_name="x.csv", at=NOW)
    roads.measure_trace(town.pk, found.pk)
    html = text_of(login(officer).get(found.get_absolute_url()))
    assert "ไม่มีค่าความเร่งที่ใช้ได้" in html
    assert "ไม่ใช่ตัวเลข" in html


def test_readers_may_look_and_nothing_else(login: Any, reader: User, trace: RoadTrace) -> None:
    client = login(reader)
    assert "ถนนทดสอบ" in text_of(client.get(trace.get_absolute_url()))
    assert client.get(page("roads")).status_code == 200
    assert client.get(page("road_upload")).status_code == 403
    assert client.get(page("road_limits")).status_code == 403
    for name in ("road_trace_use", "road_trace_withdraw", "road_trace_columns"):
        assert client.post(page(name, trace.pk)).status_code == 403


def test_strangers_and_unknown_rides_are_not_found(
    login: Any, towns: tuple[Municipality, Municipality], trace: RoadTrace, officer: User
) -> None:
    with town_context(towns[1].pk):
        stranger = make_user("คนไกล", "asset_officer")
        client = login(stranger)
        for name in ("road_trace", "road_trace_lines", "road_trace_progress", "road_trace_columns"):
            assert client.get(page(name, trace.pk)).status_code == 404
        assert client.post(page("road_trace_use", trace.pk)).status_code == 404
    assert login(officer).get(page("road_trace", uuid4())).status_code == 404


def test_writes_want_a_post(login: Any, officer: User, trace: RoadTrace) -> None:
    client = login(officer)
    for name in ("road_trace_use", "road_trace_withdraw"):
        assert client.get(page(name, trace.pk)).status_code == 405


def test_limits_are_settled_and_the_stretches_graded_anew(
    login: Any, town: Municipality, trace: RoadTrace
) -> None:
    client = login(make_user("ผู้ดูแล", "town_admin"))
    values = {
        "fair": 5,
        "rough": 6,
        "broken": 7,
        "bump": 50,
        "slowest": 15,
        "fastest": 90,
        "speed_exponent": 0.5,
    }
    assert "เพิ่มขึ้นตามลำดับ" in text_of(client.post(page("road_limits"), values | {"broken": 1}), 422)
    assert client.post(page("road_limits"), values).status_code == 302
    assert read_limits().rough == 6
    assert set(trace.stretches.values_list("grade", flat=True)) == {RoughnessGrade.SMOOTH}


def test_a_measured_ride_waits_on_the_desk_until_it_is_used(
    login: Any, officer: User, trace: RoadTrace
) -> None:
    client = login(officer)
    assert "เที่ยววัดถนนที่รอยืนยัน" in text_of(client.get("/desk/"))
    client.post(page("road_trace_use", trace.pk))
    assert "เที่ยววัดถนนที่รอยืนยัน" not in text_of(client.get("/desk/"))


def test_the_layer_draws_the_newest_of_what_the_town_still_has(
    officer: User, trace: RoadTrace, road: Asset
) -> None:
    layer = next(each for each in map_layers if each.key == "roughness")
    assert layer.rows(officer, LayerQuery()).count() == 0
    roads.use_trace(officer, trace.pk, at=NOW)
    assert layer.rows(officer, LayerQuery()).count() == 20
    broken = layer.rows(officer, LayerQuery(filters={"grade": ["broken"]}))
    assert {each.map_class for each in broken} == {"broken"}
    assert layer.rows(officer, LayerQuery(at=dt.date(2020, 1, 1))).count() == 0
    details = layer.details(officer, broken.first().pk)
    assert details is not None
    assert details["title"] == road.name
    assert layer.details(officer, uuid4()) is None
    Asset.objects.filter(pk=road.pk).update(state=AssetState.DISPOSED, disposed_on=NOW.date())
    assert layer.rows(officer, LayerQuery()).count() == 0


def test_lists_ask_few_questions(
    login: Any, officer: User, trace: RoadTrace, django_assert_max_num_queries: Any
) -> None:
    roads.use_trace(officer, trace.pk, at=NOW)
    client = login(officer)
    client.get(page("roads"))
    with django_assert_max_num_queries(20):
        client.get(page("roads"))
    with django_assert_max_num_queries(18):
        client.get(trace.get_absolute_url())


# --- what stands on the register ---


def test_a_ride_becomes_a_condition_only_when_asked_and_once(
    login: Any, officer: User, reader: User, trace: RoadTrace, road: Asset
) -> None:
    address = page("road_trace_condition", trace.pk, road.pk)
    client = login(officer)
    assert client.post(address, {"condition": 3}).status_code == 422  # not in use yet
    client.post(page("road_trace_use", trace.pk))
    assert not Inspection.objects.exists()
    assert client.get(address).status_code == 405
    client.post(address, {"condition": 9})
    assert not Inspection.objects.exists()
    for _again in range(2):
        assert client.post(address, {"condition": 4}).status_code == 302
    found = Inspection.objects.get()
    assert (found.asset_id, found.condition, found.source) == (road.pk, 4, "trace")
    assert found.measures["metres"]["broken"] >= 50
    assert found.measures["trace"] == str(trace.pk)
    road.refresh_from_db()
    assert road.condition == 4
    assert "บันทึกเป็นผลตรวจสภาพแล้ว" in text_of(client.get(trace.get_absolute_url()))
    assert login(reader).post(address, {"condition": 4}).status_code == 403


def test_the_asset_page_shows_how_it_rides(login: Any, officer: User, trace: RoadTrace, road: Asset) -> None:
    client = login(officer)
    assert "ยังไม่เคยวัดด้วยโทรศัพท์" in text_of(client.get(road.get_absolute_url()))
    roads.use_trace(officer, trace.pk, at=NOW)
    html = text_of(client.get(road.get_absolute_url()))
    assert "road-roughness" in html
    assert page("asset_split", road.pk) in html
