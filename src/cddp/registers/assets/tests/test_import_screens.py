"""หน้าจอนำเข้าและส่งออก: works · stranger 404 · reader 403 · GET refused on a write · bad id · bad input is kept."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.contrib.gis.geos import GEOSGeometry, LineString
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cddp.foundation.accounts.models import User
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.extension_points import waiting_items
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import AttributeKind, ImportState
from cddp.registers.assets.models import (
    Asset,
    AssetAttribute,
    AssetClass,
    AssetImport,
    AssetImportRow,
    AssetMapping,
)
from cddp.registers.assets.services import importing
from cddp.registers.assets.services.registering import dispose_asset
from cddp.registers.assets.tests.geo_samples import (
    EAST,
    NORTH,
    by_hand,
    check,
    feature,
    geojson,
    lamp_features,
    metres_between,
    outline,
    read,
    take,
)
from cddp.registers.assets.tests.samples import NOW, lamp, lamps, line, roads
from cddp.registers.assets.views.exports import _line
from tests.towns import NEIGHBOUR_ID, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(town: Municipality) -> AssetClass:
    outline(town)
    return lamps()


@pytest.fixture
def keeper(town: Municipality) -> User:
    return make_user("พัสดุ", "asset_officer")


@pytest.fixture
def reader(town: Municipality) -> User:
    return make_user("ผู้ดู", "officer")


@pytest.fixture
def foreigner(towns: Any) -> User:
    with town_context(NEIGHBOUR_ID):
        return make_user("ต่างเมือง", "asset_officer")


def page(name: str, found: AssetImport | None = None) -> str:
    return reverse(f"assets:{name}", args=[found.pk] if found else [])


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer
    return str(answer.content.decode())


def mapped(town: Municipality, kind: AssetClass, srid: int | None = 24047, count: int = 4) -> AssetImport:
    """Return an import whose file has been read."""
    content = geojson(lamp_features(count), srid)
    return read(town, content, "ไฟ.geojson", kind)


def bad_rows() -> bytes:
    features = lamp_features(4)
    features[1]["properties"]["กำลังไฟ"] = "ห้าสิบ"
    features[2]["geometry"] = None
    return geojson(features)


# ── steps ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_upload_is_read_by_a_job_and_shows_what_it_found(login, keeper, town, kind) -> None:
    client = login(keeper)
    assert "GeoPackage" in text_of(client.get(page("import_new")))
    upload = SimpleUploadedFile("ไฟ.geojson", geojson(lamp_features(3)))
    answer = client.post(page("import_new"), {"file": upload, "asset_class": kind.pk})
    found = AssetImport.objects.get()
    assert (answer.status_code, answer.url) == (302, page("import", found))
    assert "กำลังเปิดไฟล์" in text_of(client.get(answer.url))
    assert client.get(page("import_progress", found)).status_code == 200
    importing.read_import(town.pk, found.pk)
    html = text_of(client.get(answer.url))
    assert 'value="number" selected' in html
    assert 'value="attr.watts" selected' in html
    assert "กรมแผนที่ทหาร (RTSD)" in html
    assert "ห่าง 189 เมตร" in html
    assert "420-69-00000" in html


def test_the_upload_says_the_limit_that_holds(login, keeper, settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 7 * 2**20
    client = login(keeper)
    for name, kinds in (
        ("import_new", "XLSX · CSV ไม่เกิน 7 เมกะไบต์"),
        ("road_upload", "CSV, GPX หรือ XLSX ไม่เกิน 7 เมกะไบต์"),
    ):
        html = text_of(client.get(page(name)))
        assert 'max-mb="7"' in html
        assert kinds in html
        assert "100 เมกะไบต์" not in html


def test_no_file_and_a_wrong_file_are_refused_with_the_reason(login, keeper, town) -> None:
    client = login(keeper)
    assert "ยังไม่ได้เลือกไฟล์" in text_of(client.post(page("import_new"), {}), 422)
    bare = SimpleUploadedFile("a.shp", b"\x00\x00\x27\x0a" + b"\x00" * 100)
    assert ".zip" in text_of(client.post(page("import_new"), {"file": bare}), 422)
    assert not AssetImport.objects.exists()


def test_places_show_both_the_pinned_and_projs_own_choice(login, keeper, town, kind) -> None:
    found = mapped(town, kind)
    answer = login(keeper).get(page("import_places", found))
    colours = [each["properties"]["colour"] for each in json.loads(answer.content)["features"]]
    assert len(set(colours)) == 2
    assert len(colours) == 8


def test_places_named_by_hand_are_shown_and_asked_for_their_projection(login, keeper, town, kind) -> None:
    client = login(keeper)
    table = "เลขครุภัณฑ์,ชื่อ,แนวราบ,แนวตั้ง\n1,ไฟ,500000,2054000\n".encode()
    answer = client.post(
        page("import_new"), {"file": SimpleUploadedFile("a.csv", table), "asset_class": kind.pk}
    )
    found = AssetImport.objects.get()
    importing.read_import(town.pk, found.pk)
    html = text_of(client.get(answer.url))
    assert 'name="projection"' not in html
    chosen = {"column_0": "number", "column_1": "name", "column_2": "x", "column_3": "y"}
    client.post(page("import_columns", found), chosen)
    found.refresh_from_db()
    assert found.state == "reading"
    importing.read_import(town.pk, found.pk)
    html = text_of(client.get(answer.url))
    assert 'name="projection"' in html
    assert "อ่านตำแหน่งจากคอลัมน์ที่เลือกแล้ว" in html
    assert '<option value="x" selected>' in html


def test_a_file_without_projection_asks_and_is_not_checked(login, keeper, town, kind) -> None:
    found = mapped(town, kind, None)
    AssetImport.objects.filter(pk=found.pk).update(reading=found.reading | {"projection": ""})
    client = login(keeper)
    html = text_of(client.get(page("import", found)))
    assert "ไฟล์ไม่บอกระบบพิกัด" in html
    assert "EPSG:24047" in html
    chosen = {"column_0": "number", "column_1": "name"}
    assert "ไม่เดา" in text_of(client.post(page("import_columns", found), chosen), 422)


def test_reading_is_corrected_and_remembered(login, town, kind) -> None:
    found = mapped(town, kind)
    client = login(make_user("ผู้ตั้งค่า", "town_admin"))
    assert 'name="as_town"' in text_of(client.get(page("import", found)))
    values = {"asset_class": kind.pk, "projection": "24047", "datum": "epsg1304", "as_town": "on"}
    assert client.post(page("import_reading", found), values).status_code == 302
    found.refresh_from_db()
    assert found.reading["datum"] == "epsg1304"
    assert importing.opening.datum_of_town() == "epsg1304"
    answer = client.post(page("import_reading", found), values | {"projection": "9999"})
    assert answer.status_code == 422


def test_the_datum_of_the_town_is_not_for_those_who_only_import(login, keeper, town, kind) -> None:
    found = mapped(town, kind)
    client = login(keeper)
    html = text_of(client.get(page("import", found)))
    assert 'name="datum"' in html
    assert 'name="as_town"' not in html
    values = {"asset_class": kind.pk, "projection": "24047", "datum": "epsg1304"}
    answer = client.post(page("import_reading", found), values | {"as_town": "on"})
    assert "เฉพาะผู้มีสิทธิ์ตั้งค่าทรัพย์สิน" in text_of(answer, 422)
    found.refresh_from_db()
    assert (found.reading["datum"], importing.opening.datum_of_town()) == ("rtsd", "rtsd")
    assert client.post(page("import_reading", found), values).status_code == 302
    found.refresh_from_db()
    assert (found.reading["datum"], importing.opening.datum_of_town()) == ("epsg1304", "rtsd")


def test_columns_start_the_check_and_are_remembered(login, keeper, town, kind) -> None:
    found = mapped(town, kind)
    chosen = {f"column_{found.columns.index(name)}": key for key, name in found.mapping.items()}
    client = login(keeper)
    assert client.post(page("import_columns", found), chosen).status_code == 302
    assert AssetMapping.objects.get().mapping == found.mapping
    assert "กำลังอ่านและตรวจ" in text_of(client.get(page("import", found)))
    importing.check_import(town.pk, found.pk)
    assert "พร้อมนำเข้า 4 แถว" in text_of(client.get(page("import", found)))


def test_one_field_for_two_columns_is_refused_and_the_choice_kept(login, keeper, town, kind) -> None:
    found = mapped(town, kind)
    html = text_of(
        login(keeper).post(page("import_columns", found), {"column_0": "name", "column_1": "name"}), 422
    )
    assert html.count('value="name" selected') == 2


def test_dry_run_shows_counts_problems_and_hands_out_the_refused(login, keeper, town, kind) -> None:
    found = check(town, bad_rows(), "ไฟ.geojson", kind)
    client = login(keeper)
    html = text_of(client.get(page("import", found)))
    assert "นำเข้า 3 แถว" in html
    assert "ต้องเป็นตัวเลข" in html
    rows = text_of(client.get(page("import_rows", found) + "?outcome=refused"))
    assert "ห้าสิบ" in rows
    assert client.get(page("import_rows", found) + "?problem=attr.watts|number").status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(client.get(page("import_refused", found)).content))
    written = [cell.value for cell in book.active[2]]
    assert "ห้าสิบ" in written
    assert "2" in written
    assert AuditEntry.objects.filter(action="assets.import.downloaded").exists()


def downloaded(answer: Any) -> openpyxl.Workbook:
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def rows_of(book: openpyxl.Workbook) -> list[dict[str, Any]]:
    heads, *rows = book.active.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_refused_points_of_a_map_come_in_where_they_were_once_mended(login, keeper, town, kind) -> None:
    features = lamp_features(5)
    for each in features[1:]:
        each["properties"]["กำลังไฟ"] = "ห้าสิบ"
    for each in features:  # found by what was chosen for the map, not by its heading
        each["properties"]["ก"] = each["properties"].pop("ชื่อ")
    features[4]["geometry"] = None
    opened = read(town, geojson(features), "ไฟ.geojson", kind)
    importing.choose_columns(None, opened.pk, mapping=opened.mapping | {"name": "ก"})
    importing.check_import(town.pk, opened.pk)
    book = downloaded(login(keeper).get(page("import_refused", opened)))
    rows = rows_of(book)
    assert [row["แถวเดิมในไฟล์"] for row in rows] == ["2", "3", "4", "5"]
    assert [len(row["ละติจูด"].partition(".")[2]) for row in rows[:3]] == [7, 7, 7]
    assert not rows[3]["ละติจูด"]
    assert not rows[3]["ลองจิจูด"]

    wrong = [cell for line in book.active.iter_rows() for cell in line if cell.value == "ห้าสิบ"]
    for cell in wrong:
        cell.value = "50"
    mended = check(town, saved(book), "แก้แล้ว.xlsx", kind)
    assert (mended.counts["new"], mended.counts["total"], mended.counts["placed"]) == (4, 4, 3)
    take(town, mended)
    for each in features[1:4]:
        asset = Asset.objects.get(number=each["properties"]["รหัสครุภัณฑ์"])
        assert asset.name == each["properties"]["ก"]
        at = by_hand(*each["geometry"]["coordinates"], (206.0, 837.0, 295.0))
        assert metres_between(asset.shape.coords, at) < 0.1
    assert Asset.objects.get(number="420-69-00004").shape is None


def test_a_far_point_is_written_down_and_the_shape_of_a_map_wins_over_its_columns(
    login, keeper, town, kind
) -> None:
    features = lamp_features(3)
    features[0]["properties"] |= {"ละติจูด": "18° 34'", "กำลังไฟ": "ห้าสิบ"}
    features[1]["geometry"]["coordinates"][0] -= 600_000
    found = check(town, geojson(features), "ไฟ.geojson", kind)
    first, second = rows_of(downloaded(login(keeper).get(page("import_refused", found))))
    assert float(first["ละติจูด"]) == pytest.approx(18.58, abs=0.01)
    assert float(second["ลองจิจูด"]) == pytest.approx(93.3, abs=0.1)


def test_refused_rows_of_tables_and_lines_get_no_columns_of_places(login, keeper, town, kind) -> None:
    client = login(keeper)
    table = "เลขครุภัณฑ์,ชื่อ,lat,lon,กำลังไฟ\n1,ไฟ,18.58,99.004,ห้าสิบ\n"
    found = check(town, table.encode(), "a.csv", kind)
    heads = rows_of(downloaded(client.get(page("import_refused", found))))[0]
    assert list(heads)[:5] == ["เลขครุภัณฑ์", "ชื่อ", "lat", "lon", "กำลังไฟ"]
    assert "ละติจูด" not in heads
    here, there = [EAST, NORTH], [EAST + 50, NORTH]
    twice = [feature("LineString", [here, there], {"รหัสครุภัณฑ์": "1", "ชื่อ": "ถนน"})] * 2
    found = check(town, geojson(twice), "a.geojson", roads())
    assert "ละติจูด" not in rows_of(downloaded(client.get(page("import_refused", found))))[0]
    point = feature("Point", here, {"รหัสครุภัณฑ์": "2", "ชื่อ": "ไฟ"})
    found = check(town, geojson([*twice, point]), "b.geojson", roads())
    places = [row["ละติจูด"] for row in rows_of(downloaded(client.get(page("import_refused", found))))]
    assert [bool(each) for each in places] == [False, False, True]


def some_far(near: int, far: int, srid: int = 24047) -> bytes:
    features = lamp_features(near + far)
    for each in features[near:]:
        each["geometry"]["coordinates"][0] += 15_000
    return geojson(features, srid)


def test_one_wrong_point_of_four_is_told_mildly(login, keeper, town, kind) -> None:
    found = check(town, some_far(3, 1), "ไฟ.geojson", kind)
    client = login(keeper)
    for address in (page("import", found), page("import", found) + "?columns"):
        html = text_of(client.get(address))
        assert "อยู่ในเขต 3 จาก 4 ตำแหน่ง ตรวจจุดที่เหลือบนแผนที่" in html
        assert "callout-warn" in html
        for words in ("callout-bad", "น่าจะผิด", "is_sure_of_places", "น่าสงสัย"):
            assert words not in html
    assert client.post(page("import_confirm", found)).status_code == 302


def test_three_wrong_points_of_four_and_a_wrong_projection_are_told_in_red(login, keeper, town, kind) -> None:
    client = login(keeper)
    for content, has_tick in ((some_far(1, 3), True), (some_far(3, 1, 24048), False)):
        found = check(town, content, "ไฟ.geojson", kind)
        html = text_of(client.get(page("import", found)))
        assert "ระบบพิกัดน่าจะผิด" in html
        assert ("is_sure_of_places" in html) == has_tick
        assert ("จุดส่วนใหญ่จะอยู่ในเขต" in html) != has_tick
        assert "ตำแหน่งส่วนใหญ่อยู่นอกเขต" in text_of(client.get(page("import", found) + "?columns"))
        assert "ส่วนใหญ่อยู่นอกเขต" in text_of(client.post(page("import_confirm", found)), 422)


def test_a_doubtful_projection_offers_the_other_instead_of_importing(login, keeper, town, kind) -> None:
    found = check(town, geojson(lamp_features(10), 24048), "ไฟ.geojson", kind)
    client = login(keeper)
    html = text_of(client.get(page("import", found)))
    assert "ใช้ UTM โซน 47 เหนือ Indian 1975" in html
    assert "นำเข้า 10 แถว" not in html
    assert "นอกเขต" in text_of(client.post(page("import_confirm", found), {"is_sure_of_places": "on"}), 422)
    assert client.post(page("import_projection", found), {"projection": "24047"}).status_code == 302
    found.refresh_from_db()
    assert found.state == ImportState.CHECKING


def test_confirm_import_and_undo_from_the_screen(login, keeper, town, kind) -> None:
    found = check(town, bad_rows(), "ไฟ.geojson", kind)
    client = login(keeper)
    assert client.post(page("import_confirm", found)).status_code == 302
    importing.apply_import(town.pk, found.pk)
    html = text_of(client.get(page("import", found)))
    assert "นำเข้าแล้ว" in html
    assert Asset.objects.first().get_absolute_url() in text_of(client.get(page("import_rows", found)))
    Asset.objects.filter(number="420-69-00000").update(version=5)
    assert "420-69-00000" in text_of(client.get(page("import_undo", found)))
    assert "ผู้อื่นแก้ไข" in text_of(client.post(page("import_undo", found)), 422)
    assert client.post(page("import_undo", found), {"leave_changed": "on"}).status_code == 302
    importing.undo_import(town.pk, found.pk)
    assert "คงไว้ 1 รายการ" in text_of(client.get(page("import", found)))
    assert Asset.objects.count() == 1


def test_cancel_leaves_nothing(login, keeper, town, kind) -> None:
    found = check(town, bad_rows(), "ไฟ.geojson", kind)
    client = login(keeper)
    assert client.post(page("import_cancel", found)).status_code == 302
    assert "ยกเลิก" in text_of(client.get(page("import", found)))
    assert "ไฟ.geojson" in text_of(client.get(page("imports")))


# ── who may ───────────────────────────────────────────────────────────────────────────────────────

READ = ("import", "import_places", "import_progress", "import_rows", "import_refused", "import_undo")
WRITE = (
    "import_reading", "import_columns", "import_resume", "import_projection", "import_confirm", "import_cancel",
)  # fmt: skip


def test_strangers_see_nothing_readers_are_refused_and_writes_want_post(
    login, keeper, reader, foreigner, town, kind
) -> None:
    found = check(town, bad_rows(), "ไฟ.geojson", kind)
    client = login(keeper)
    for name in WRITE:
        assert client.get(page(name, found)).status_code == 405, name
    for name in READ:
        assert client.get(reverse(f"assets:{name}", args=[uuid4()])).status_code == 404, name
    client = login(reader)
    for name in ("imports", "import_new", "export"):
        assert client.get(page(name)).status_code == 403, name
    for name in READ:
        assert client.get(page(name, found)).status_code == 403, name
    for name in WRITE:
        assert client.post(page(name, found)).status_code == 403, name
    with town_context(NEIGHBOUR_ID):
        client = login(foreigner)
        for name in READ:
            assert client.get(page(name, found)).status_code == 404, name


# ── export ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def things(town: Municipality, kind: AssetClass) -> None:
    holder = make_user("ผู้ถือ", "officer").membership
    lamp(
        "420-1", name="ไฟหน้าวัด", attributes={"watts": 50, "lamp_type": "led"}, cost_satang=1_250_050,
        parent=lamp("420-0", name="เสาไฟ"), holder=holder, notes="- หลอดเดิม 250 วัตต์", serial="=1+1",
    )  # fmt: skip
    lamp("420-2", name="ไฟไม่มีที่", shape=None)
    lamp("", name="ไฟยังไม่มีเลข")
    sold = lamp("420-9", name="ไฟที่ขายแล้ว")
    dispose_asset(
        None, sold.pk, version=None, disposal="sale", disposed_on=NOW.date(), disposal_number="ลป 1/2569",
        disposal_satang=50_000, at=NOW,
    )  # fmt: skip
    Asset.objects.create(
        asset_class=roads(), number="ถ-1", name="ถนนทดสอบ", shape=line(0, 100), length_m=100.0
    )


def content_of(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_export_offers_the_formats_for_the_filters_of_the_list(login, keeper, things, kind) -> None:
    client = login(keeper)
    html = text_of(client.get(f"{page('export')}?class={kind.pk}&placed=1"))
    assert "<strong>3 รายการ</strong>" in html
    assert "ไฟถนนทดสอบ" in html
    for name, value in (("class", kind.pk), ("placed", "1")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html
    assert "รวมที่จำหน่ายแล้ว 1 รายการ" in html
    assert "รวมที่จำหน่ายแล้ว" not in text_of(client.get(f"{page('export')}?state=in_use"))
    assert "ส่งออก" in text_of(client.get(f"{reverse('assets:assets')}?class={kind.pk}"))


def test_geojson_holds_shapes_and_all_columns(login, keeper, things) -> None:
    whole = json.loads(content_of(login(keeper).get(f"{page('export')}?format=geojson")))
    by_number = {each["properties"]["เลขครุภัณฑ์"]: each for each in whole["features"]}
    assert by_number["420-1"]["properties"]["กำลังไฟ"] == 50
    assert by_number["420-1"]["properties"]["ชนิดหลอด"] == "แอลอีดี"
    assert by_number["420-1"]["properties"]["ราคาทุน (บาท)"] == 12500.5
    assert by_number["420-2"]["geometry"] is None
    assert by_number["ถ-1"]["geometry"]["type"] == "LineString"
    assert by_number["420-1"]["properties"]["เป็นส่วนหนึ่งของ"] == "420-0"
    assert by_number["420-1"]["properties"]["ชื่อทรัพย์สินหลัก"] == "เสาไฟ"
    assert "ผู้ถือ" in by_number["420-1"]["properties"]["ผู้ใช้งาน"]
    assert "420-9" not in by_number
    entry = AuditEntry.objects.filter(action="assets.assets.exported").get()
    assert entry.changes["rows"] == 5


def test_what_was_disposed_of_comes_with_how_when_it_is_asked_for(login, keeper, things) -> None:
    whole = json.loads(content_of(login(keeper).get(f"{page('export')}?format=geojson&disposed=1")))
    by_number = {each["properties"]["เลขครุภัณฑ์"]: each["properties"] for each in whole["features"]}
    assert len(whole["features"]) == 6
    assert by_number["420-9"]["วันที่จำหน่าย"] == NOW.date().isoformat()
    assert by_number["420-9"]["วิธีการจำหน่าย"] == "ขาย"
    assert by_number["420-9"]["เลขที่หนังสืออนุมัติจำหน่าย"] == "ลป 1/2569"
    assert by_number["420-9"]["ราคาที่จำหน่ายได้ (บาท)"] == 500
    assert by_number["420-1"]["วันที่จำหน่าย"] is None


def test_geopackage_is_read_by_gdal_and_comes_back_as_it_was(
    login, keeper, things, town, kind, tmp_path: Path
) -> None:
    content = content_of(login(keeper).get(f"{page('export')}?format=gpkg&class={kind.pk}"))
    path = tmp_path / "out.gpkg"
    path.write_bytes(content)
    told = subprocess.run(["ogrinfo", "-al", str(path)], capture_output=True, text=True, check=True)
    assert "Feature Count: 4" in told.stdout
    assert "ไฟหน้าวัด" in told.stdout
    assert "ERROR" not in told.stderr
    assert "Warning" not in told.stderr
    found = check(town, content, "out.gpkg", kind)
    assert (found.counts["same"], found.counts["total"]) == (4, 4)


@pytest.mark.parametrize("file_format", ["xlsx", "gpkg", "geojson"])
def test_an_export_comes_back_as_it_was(login, keeper, things, town, kind, file_format: str) -> None:
    asked = f"{page('export')}?format={file_format}&disposed=1"
    client = login(keeper)
    for asset_class, rows in ((kind, 5), (roads(), 1)):
        content = content_of(client.get(f"{asked}&class={asset_class.pk}"))
        found = check(town, content, f"out.{file_format}", asset_class)
        assert (found.counts["same"], found.counts["total"]) == (rows, rows), found.problem_counts
    AssetAttribute.objects.create(asset_class=kind, key="caps", name="FID", kind=AttributeKind.TEXT)
    AssetAttribute.objects.create(asset_class=kind, key="small", name="Fid", kind=AttributeKind.TEXT)
    lamp("420-7", attributes={"caps": "ใหญ่", "small": "เล็ก"})
    content = content_of(client.get(f"{asked}&class={kind.pk}"))
    found = check(town, content, f"out.{file_format}", kind)
    assert (found.counts["same"], found.counts["total"]) == (6, 6), found.problem_counts


def test_a_line_stands_in_a_table_as_wkt(login, keeper, things) -> None:
    content = content_of(login(keeper).get(f"{page('export')}?format=xlsx&class={roads().pk}"))
    heads, row = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    written = dict(zip(heads, row, strict=True))
    assert written["แนวเส้น (WKT)"].startswith("LINESTRING (99.0075")
    assert GEOSGeometry(written["แนวเส้น (WKT)"]).num_coords == 2
    long = LineString(*((99 + place / 10**6, 18.5) for place in range(3_000)))
    assert "GeoPackage" in _line(Asset(shape=long))


def test_a_number_written_into_an_export_finds_the_asset_without_one(
    login, keeper, things, town, kind
) -> None:
    bare = Asset.objects.get(name="ไฟยังไม่มีเลข")
    table = f"เลขครุภัณฑ์,ชื่อ,รหัสในระบบ\n420-8,ไฟยังไม่มีเลข,{bare.pk}\n,ไฟอื่น,x-1\n"
    found = take(town, check(town, table.encode(), "a.csv", kind))
    assert (found.counts["changed"], found.counts["new"]) == (1, 1)
    bare.refresh_from_db()
    assert bare.number == "420-8"


def test_a_file_neither_disposes_nor_changes_what_was_disposed_of(things, town, kind) -> None:
    table = "เลขครุภัณฑ์,ชื่อ,สถานะ\n420-9,ชื่ออื่น,จำหน่ายแล้ว\n420-1,ไฟหน้าวัด,จำหน่าย\n420-3,ใหม่,จำหน่าย\n420-9,ไฟ,\n"
    found = check(town, table.encode(), "a.csv", kind)
    rows = AssetImportRow.objects.filter(batch_id=found.pk).order_by("row_number")
    assert [row.outcome for row in rows] == ["refused", "refused", "refused", "refused"]
    found = check(town, table.rpartition("420-9")[0].encode(), "b.csv", kind)
    rows = AssetImportRow.objects.filter(batch_id=found.pk).order_by("row_number")
    assert [row.outcome for row in rows] == ["same", "refused", "refused"]
    assert [row.problems[-1] for row in rows] == [
        ["state", "disposed_kept"], ["state", "state_disposed"], ["state", "state_disposed"],
    ]  # fmt: skip


def test_a_feature_without_number_or_place_goes_in_by_its_name(town, kind) -> None:
    take(town, check(town, geojson([feature("Point", None, {"ชื่อ": "ไฟ"})]), "a.geojson", kind))
    assert Asset.objects.get().name == "ไฟ"


def test_an_import_that_waits_for_a_word_is_on_the_desk(login, keeper, reader, town, kind) -> None:
    item = next(each for each in waiting_items if each.key == "assets.imports")
    assert not item.count(keeper).exists()
    check(town, bad_rows(), "ไฟ.geojson", kind)
    assert item.count(keeper).count() == 1
    assert not item.count(reader).exists()
    assert "ไฟ.geojson" in text_of(login(keeper).get(item.url(keeper)))
