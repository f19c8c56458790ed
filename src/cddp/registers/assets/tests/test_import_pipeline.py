"""นำเข้าทีละขั้น: each refusal with its reason, matching, undo, projections; small files."""

import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point

from cddp.foundation.accounts.models import User
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import ImportState
from cddp.registers.assets.errors import UnableToAct, UnableToImport
from cddp.registers.assets.models import (
    Asset,
    AssetAttribute,
    AssetClass,
    AssetEvent,
    AssetImport,
    AssetImportRow,
)
from cddp.registers.assets.rules.importing.problems import text_of
from cddp.registers.assets.rules.importing.projections import propose
from cddp.registers.assets.services import importing
from cddp.registers.assets.services.registering import change_asset
from cddp.registers.assets.tests.geo_samples import (
    EAST,
    NORTH,
    by_hand,
    check,
    feature,
    geojson,
    geopackage,
    lamp_features,
    metres_between,
    outline,
    read,
    shapefile,
    take,
)
from cddp.registers.assets.tests.samples import NOW, lamp, lamps, roads, village
from tests.towns import make_user

RTSD = (206.0, 837.0, 295.0)
AT = [EAST, NORTH]


@pytest.fixture
def kind(town: Municipality) -> AssetClass:
    outline(town)
    return lamps()


@pytest.fixture
def officer(town: Municipality) -> User:
    return make_user("ช่างแผนที่", "asset_officer")


def one(number: str, coordinates: Any = AT, shape: str = "Point", **more: Any) -> dict[str, Any]:
    return feature(shape, coordinates, {"รหัสครุภัณฑ์": number, "ชื่อ": f"ไฟ {number}"} | more)


def problems(found: AssetImport) -> dict[int, list[str]]:
    rows = AssetImportRow.objects.filter(batch_id=found.pk).order_by("row_number")
    return {row.row_number: [code for _field, code in row.problems] for row in rows}


def outcomes(found: AssetImport) -> list[str]:
    rows = AssetImportRow.objects.filter(batch_id=found.pk).order_by("row_number")
    return [row.outcome for row in rows]


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


# ── shapes ────────────────────────────────────────────────────────────────────────────────────────


def test_points_each_wrong_shape_is_named(town, kind) -> None:
    square = [[AT, [EAST + 40, NORTH + 40], [EAST + 40, NORTH], [EAST, NORTH + 40], AT]]  # crosses itself
    features = [
        one("1"),
        one("2", None),
        one("3", [AT, [EAST + 50, NORTH]], "LineString"),
        one("4", [AT], "MultiPoint"),
        one("5", [AT, [EAST + 50, NORTH]], "MultiPoint"),
        one("6", square, "Polygon"),
        one("7", [*AT, 312.5]),
        one("8", [EAST - 600_000, NORTH]),
        one("9", [EAST + 15_000, NORTH]),
        one("10", [EAST + 60_000, NORTH]),
    ]
    found = check(town, geojson(features), "a.geojson", kind)
    told = problems(found)
    assert told[1] == []
    assert told[2] == ["empty_shape"]
    assert told[3] == ["kind_point"]
    assert told[4] == []
    assert told[5] == ["parts_point"]
    assert told[6] == ["mended", "from_polygon"]
    assert told[7] == ["flattened"]
    assert told[8] == ["outside_country"]
    assert told[9] == ["outside_town"]
    assert told[10] == ["far_from_town"]
    refused = [row for row, outcome in enumerate(outcomes(found), 1) if outcome == "refused"]
    assert refused == [3, 5, 8, 10]
    assert "ระบบพิกัดอาจผิด" in text_of("far_from_town").reason


def test_lines_join_or_are_refused(town, kind) -> None:
    here, there, beyond = AT, [EAST + 50, NORTH], [EAST + 90, NORTH + 10]
    features = [
        one("1", [here, there, there, beyond], "LineString"),
        one("2", [[here, there], [there, beyond]], "MultiLineString"),
        one("3", [[here, there], [beyond, [EAST + 200, NORTH]]], "MultiLineString"),
        one("4", [here, here], "LineString"),
        one("5"),
    ]
    found = check(town, geojson(features), "roads.geojson", roads())
    assert problems(found) == {1: [], 2: ["joined"], 3: ["parts_line"], 4: ["unsound"], 5: ["kind_line"]}
    take(town, found)
    road = Asset.objects.get(number="2")
    assert road.shape.geom_type == "LineString"
    assert road.length_m == pytest.approx(50 + 41.2, abs=0.2)


# ── projections ───────────────────────────────────────────────────────────────────────────────────


def test_a_shapefile_without_prj_is_asked_and_never_guessed(town, kind, tmp_path: Path) -> None:
    content = shapefile(tmp_path, geojson(lamp_features(5)), leave_out=(".cpg", ".prj", ".shx"))
    opened = read(town, content, "a.zip", kind)
    assert opened.reading["projection"] == ""
    assert opened.reading["lacks"] == [".shx", ".prj"]
    assert opened.reading["encoding"] == "cp874"
    with pytest.raises(UnableToImport, match="ไม่เดา"):
        importing.choose_columns(None, opened.pk, mapping=opened.mapping)
    importing.change_reading(None, opened.pk, asset_class_id=kind.pk, values={"projection": "24047"})
    importing.choose_columns(None, opened.pk, mapping=opened.mapping)
    importing.check_import(town.pk, opened.pk)
    opened.refresh_from_db()
    assert opened.counts["inside"] == 5
    assert opened.reading["projection_found"] == "person"


def test_wrong_zone_is_doubted_and_the_other_proposed(town, kind) -> None:
    found = check(town, geojson(lamp_features(30), 24048), "a.geojson", kind)
    assert found.counts["is_doubtful"]
    assert found.counts["proposed"] == "24047"
    with pytest.raises(UnableToImport, match="นอกเขต"):
        importing.confirm_import(None, found.pk, is_sure_of_places=True)
    importing.use_projection(None, found.pk, projection="24047")
    importing.check_import(town.pk, found.pk)
    found.refresh_from_db()
    assert (found.counts["inside"], found.counts["is_doubtful"]) == (30, False)
    take(town, found)
    assert metres_between(Asset.objects.get(number="420-69-00000").shape.coords, by_hand(*AT, RTSD)) < 0.01


def test_swapped_degrees_are_proposed(town, kind) -> None:
    features = [one(str(place), [18.58 + place / 10_000, 99.004]) for place in range(20)]
    found = check(town, geojson(features, None), "a.geojson", kind)
    assert found.counts["proposed"] == "4326-swapped"
    importing.use_projection(None, found.pk, projection="4326-swapped")
    importing.check_import(town.pk, found.pk)
    found.refresh_from_db()
    assert found.counts["inside"] == 20


def test_far_places_stay_out_whoever_is_sure_unless_they_are_known(town, kind) -> None:
    gulf = [100.6, 12.9]  # the Gulf of Thailand: within the country's frame
    lamp("K", name="ไฟ K", shape=Point(*gulf, srid=4326))
    features = [one("K", gulf), one("L", gulf), one("M", [gulf[0] + 0.5, gulf[1]])]
    found = check(town, geojson(features, None), "a.geojson", kind)
    assert problems(found) == {1: ["outside_town"], 2: ["far_from_town"], 3: ["far_from_town"]}
    assert outcomes(found) == ["same", "refused", "refused"]
    assert (found.counts["inside"], found.counts["is_doubtful"]) == (0, True)
    with pytest.raises(UnableToImport, match="ไม่มีแถวใหม่"):
        importing.confirm_import(None, found.pk, is_sure_of_places=True)


def test_a_town_without_outline_is_known_by_its_villages(town) -> None:
    features = [one("1", [99.0075, 18.5803]), one("2", [99.1, 18.5803]), one("3", [100.6, 12.9])]
    blind = check(town, geojson(features, None), "a.geojson", lamps())
    assert problems(blind) == {1: [], 2: [], 3: []}
    assert not blind.counts["has_outline"]
    village()
    found = check(town, geojson(features, None), "a.geojson", lamps())
    assert problems(found) == {1: [], 2: ["outside_town"], 3: ["far_from_town"]}


def test_places_that_fit_nowhere_go_in_only_when_somebody_is_sure(town, kind) -> None:
    features = [one(str(place), [99.15 + place / 10_000, 18.58]) for place in range(20)]
    found = check(town, geojson(features, None), "a.geojson", kind)
    assert (found.counts["is_doubtful"], found.counts["proposed"]) == (True, "")
    with pytest.raises(UnableToImport, match="นอกเขต"):
        importing.confirm_import(None, found.pk)
    importing.confirm_import(None, found.pk, is_sure_of_places=True)


def near_and_far(near: int, far: int) -> list[dict[str, Any]]:
    """Return lamps in the town and others 15 km away, in EPSG:24047."""
    return [one(f"N{place}", [EAST + 20 * place, NORTH]) for place in range(near)] + [
        one(f"F{place}", [EAST + 15_000 + 20 * place, NORTH]) for place in range(far)
    ]


def test_one_wrong_point_of_four_is_told_and_asks_for_no_tick(town, kind) -> None:
    found = check(town, geojson(near_and_far(3, 1)), "a.geojson", kind)
    counts = found.counts
    assert (counts["inside"], counts["placed"], counts["proposed"]) == (3, 4, "")
    assert (counts["is_doubtful"], counts["is_partly_outside"]) == (False, True)
    importing.confirm_import(None, found.pk)


@pytest.mark.parametrize(("near", "far"), [(1, 3), (2, 2)])
def test_where_at_most_half_lie_inside_somebody_must_be_sure(town, kind, near: int, far: int) -> None:
    found = check(town, geojson(near_and_far(near, far)), "a.geojson", kind)
    assert (found.counts["inside"], found.counts["proposed"]) == (near, "")
    assert (found.counts["is_doubtful"], found.counts["is_partly_outside"]) == (True, False)
    with pytest.raises(UnableToImport, match="ส่วนใหญ่อยู่นอกเขต"):
        importing.confirm_import(None, found.pk)
    importing.confirm_import(None, found.pk, is_sure_of_places=True)


def test_a_wrong_projection_is_found_in_spite_of_a_wrong_point(town, kind) -> None:
    found = check(town, geojson(near_and_far(3, 1), 24048), "a.geojson", kind)
    assert (found.counts["is_doubtful"], found.counts["proposed"]) == (True, "24047")
    with pytest.raises(UnableToImport, match="ระบบพิกัดตามที่เสนอ"):
        importing.confirm_import(None, found.pk, is_sure_of_places=True)


def test_another_projection_is_proposed_only_where_it_is_clearly_better() -> None:
    assert propose({"24047": 0.75, "32647": 1.0}, "24047") == "32647"
    assert propose({"24047": 0.9, "32647": 1.0}, "24047") == ""
    assert propose({"24047": 0.96, "32647": 1.0}, "24047") == ""
    assert propose({"24048": 0.0, "32647": 0.75, "24047": 0.75}, "24048") == "24047"
    assert propose({"24048": 0.0, "32647": 0.8, "24047": 0.55}, "24048") == "32647"
    assert propose({"24048": 0.0, "24047": 0.5}, "24048") == ""
    assert propose({}, "") == ""


def test_more_places_elsewhere_are_no_reason_to_say_that_most_lie_outside(town, kind) -> None:
    found = check(town, geojson(near_and_far(3, 1)), "a.geojson", kind)
    found.counts |= {"is_doubtful": True, "is_partly_outside": False, "proposed": "32647"}
    found.save(update_fields=["counts"])
    with pytest.raises(UnableToImport, match="ระบบพิกัดอื่นทำให้"):
        importing.confirm_import(None, found.pk, is_sure_of_places=True)


def test_each_datum_operation_puts_places_where_its_shifts_say(town, kind) -> None:
    for key, shifts in {"epsg1304": (210, 814, 289), "epsg1537": (204.64, 834.74, 293.8)}.items():
        found = check(town, geojson([one(key)]), "a.geojson", kind, datum=key)
        assert found.reading["datum"] == key
        take(town, found)
        assert metres_between(Asset.objects.get(number=key).shape.coords, by_hand(*AT, shifts)) < 0.01


def test_a_pinned_datum_is_kept_for_the_town(town, kind, officer) -> None:
    found = check(town, geojson([one("1")]), "a.geojson", kind)
    with pytest.raises(UnableToImport, match="ผู้มีสิทธิ์ตั้งค่าทรัพย์สิน"):
        importing.change_reading(
            officer, found.pk, asset_class_id=kind.pk, values={"datum": "epsg1304"}, as_town=True
        )
    admin = make_user("ผู้ตั้งค่า", "town_admin")
    importing.change_reading(
        admin, found.pk, asset_class_id=kind.pk, values={"datum": "epsg1304"}, as_town=True
    )
    later = check(town, geojson([one("2")]), "b.geojson", kind)
    assert later.reading["datum"] == "epsg1304"
    assert AuditEntry.objects.filter(action="assets.import.set").exists()


# ── texts and tables ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("encoding", "leave_out", "found_by"),
    [("CP874", (), "cpg"), ("CP874", (".cpg",), "cp874"), ("UTF-8", (".cpg",), "utf-8")],
)
def test_thai_attributes_are_read_with_and_without_cpg(
    town, kind, tmp_path, encoding, leave_out, found_by
) -> None:
    content = shapefile(tmp_path, geojson(lamp_features(3)), encoding=encoding, leave_out=leave_out)
    found = check(town, content, "a.zip", kind)
    assert found.reading["encoding_found"] == found_by
    assert AssetImportRow.objects.filter(batch_id=found.pk).first().values["name"].startswith("ไฟถนนหน้าวัด")


def test_utf8_that_a_wrong_cpg_made_mojibake_is_mended(town, kind, tmp_path) -> None:
    broken = [
        one(str(place), name2="x")
        | {"properties": {"รหัสครุภัณฑ์": str(place), "ชื่อ": "ถนนบ้านกลาง".encode().decode("cp874", "replace")}}
        for place in range(3)
    ]
    if "\ufffd" in broken[0]["properties"]["ชื่อ"]:
        broken = [
            each | {"properties": each["properties"] | {"ชื่อ": "ถนนบ้านกลาง".encode().decode("latin-1")}}
            for each in broken
        ]
    content = shapefile(tmp_path, geojson(broken), encoding="UTF-8", leave_out=(".cpg",))
    found = check(town, content, "a.zip", kind)
    row = AssetImportRow.objects.filter(batch_id=found.pk).first()
    assert row.values["name"] == "ถนนบ้านกลาง"


CSV = """เลขครุภัณฑ์,รายการ,ราคาทุน,วันที่ได้มา,ละติจูด,ลองจิจูด,กำลังไฟ,ชนิดหลอด,สภาพ
420-1,ไฟหนึ่ง,"12,500.50",23/11/2568,18.58,99.004,๕๐,แอลอีดี,ดี
420-2,ไฟสอง,-5,23/11/2569,18.58,99.004,50,led,2
420-3,ไฟสาม,abc,31/2/2569,18.58,ศูนย์,ห้าสิบ,เทียนไข,เยี่ยม
420-1,ไฟสี่,,,,,,,
420-1,ไฟห้า,,,,,,,
"""


def test_a_table_is_read_with_buddhist_years_money_and_each_problem(town, kind) -> None:
    found = check(town, CSV.encode("cp874"), "ไฟ.csv", kind)
    assert found.reading["projection"] == "4326"
    told = problems(found)
    assert told[3] == ["money_negative"]
    assert set(told[4]) == {
        "money_unreadable",
        "date_unreadable",
        "position_unreadable",
        "number",
        "choice",
        "condition_unknown",
    }
    assert told[2] == ["twice_in_file"]
    assert outcomes(found).count("refused") == 5
    row = AssetImportRow.objects.get(batch_id=found.pk, row_number=2)
    assert row.values["cost_satang"] == 1_250_050
    assert row.values["acquired_on"] == "2025-11-23"
    assert row.values["attributes"] == {"watts": 50, "lamp_type": "led"}
    assert row.values["condition"] == 2


def test_a_table_in_utm_is_asked_for_its_projection(town, kind) -> None:
    table = f"เลขครุภัณฑ์,ชื่อ,E,N\n1,ไฟ,{EAST},{NORTH}\n"
    opened = read(town, table.encode(), "a.csv", kind)
    assert (opened.reading["projection"], len(opened.reading["points"])) == ("", 1)
    found = check(town, table.encode(), "a.csv", kind, projection="24047")
    take(town, found)
    assert metres_between(Asset.objects.get(number="1").shape.coords, by_hand(*AT, RTSD)) < 0.01


def test_places_in_columns_that_a_person_names_are_looked_into_before_all_rows(town, kind) -> None:
    table = f"เลขครุภัณฑ์,ชื่อ,แนวราบ,แนวตั้ง\n1,ไฟ,{EAST},{NORTH}\n"
    found = read(town, table.encode(), "a.csv", kind)
    assert (found.reading["points"], "x" in found.mapping) == ([], False)

    mapping = found.mapping | {"x": "แนวราบ", "y": "แนวตั้ง"}
    assert importing.choose_columns(None, found.pk, mapping=mapping).state == ImportState.READING
    importing.read_import(town.pk, found.pk)
    found.refresh_from_db()
    assert (found.state, found.mapping) == (ImportState.MAPPING, mapping)
    assert found.reading["points"] == [[EAST, NORTH]]
    with pytest.raises(UnableToImport, match="ไม่เดา"):
        importing.choose_columns(None, found.pk, mapping=mapping)

    importing.change_reading(None, found.pk, asset_class_id=kind.pk, values={"projection": "24047"})
    assert importing.choose_columns(None, found.pk, mapping=mapping).state == ImportState.CHECKING
    importing.check_import(town.pk, found.pk)
    take(town, found)
    assert metres_between(Asset.objects.get(number="1").shape.coords, by_hand(*AT, RTSD)) < 0.01


# ── matching ──────────────────────────────────────────────────────────────────────────────────────


def test_matched_by_number_then_former_number_and_only_what_differs_changes(town, kind) -> None:
    same = lamp("A", name="ไฟ A", shape=None)
    renamed = lamp("B", name="เก่า", attributes={"watts": 30})
    renumbered = lamp("C-ใหม่", former_number="C", name="ไฟ C", shape=None)
    other = Asset.objects.create(asset_class=roads(), number="D", name="ถนน")
    features = [
        one("A", None),
        one("B", กำลังไฟ=60),
        one("C", None),
        one("D"),
        one("E"),
        one("", None),
        one("", None),
    ]
    found = check(town, geojson(features), "a.geojson", kind)
    assert outcomes(found) == ["same", "changed", "same", "refused", "new", "new", "new"]
    assert problems(found)[4] == ["other_class"]
    take(town, found)
    renamed.refresh_from_db()
    assert (renamed.name, renamed.attributes["watts"], renamed.version) == ("ไฟ B", 60, 2)
    assert renamed.length_m is None
    for untouched in (same, renumbered, other):
        before = untouched.version
        untouched.refresh_from_db()
        assert untouched.version == before
    event = AssetEvent.objects.filter(asset=renamed, kind="changed").get()
    assert event.changes["name"] == ["เก่า", "ไฟ B"]
    assert "a.geojson" in event.words
    again = check(town, geojson(features[:5]), "a.geojson", kind)
    assert again.counts["same"] == 4


def test_a_required_attribute_is_asked_of_new_ones_only(town, kind) -> None:
    lamp("A", name="ไฟ A", attributes={"watts": 50})
    AssetAttribute.objects.filter(asset_class=kind, key="watts").update(is_required=True)
    found = check(town, geojson([one("A", None), one("B", None)]), "a.geojson", kind)
    assert outcomes(found) == ["same", "refused"]
    assert "required" in problems(found)[2]


def test_parents_in_register_and_file_and_names_of_the_class(town, kind) -> None:
    pole = lamp("P")
    table = "เลขครุภัณฑ์,ชื่อ,เป็นส่วนหนึ่งของ\n1,,P\n2,โคม,1\n3,โคม,ไม่มี\n4,โคม,5\n5,เสา,\n"
    found = check(town, table.encode(), "a.csv", kind)
    take(town, found)
    by_number = {each.number: each for each in Asset.objects.select_related("parent")}
    assert by_number["1"].parent == pole
    assert by_number["1"].name == kind.name
    assert by_number["4"].parent == by_number["5"]
    assert by_number["3"].parent is None
    assert by_number["2"].parent is None


# ── undo, rights, crash ───────────────────────────────────────────────────────────────────────────


def test_undo_takes_back_all_but_what_somebody_changed_since(town, kind, officer) -> None:
    old = lamp("A", name="เก่า", attributes={"watts": 30})
    was = (old.name, old.attributes, old.search_text, old.shape.wkt)
    found = take(
        town,
        check(
            town,
            geojson([one("A", กำลังไฟ=60), one("B"), one("C"), one("D", None)]),
            "a.geojson",
            kind,
            by=officer,
        ),
    )
    changed = Asset.objects.get(number="B")
    change_asset(officer, changed.pk, version=1, values={"name": "แก้แล้ว"}, at=NOW)
    lamp("E", parent=Asset.objects.get(number="C"))
    plan = importing.plan_undo(found)
    assert (plan.deleted, plan.restored, len(plan.kept)) == (1, 1, 2)
    with pytest.raises(UnableToImport, match="ผู้อื่นแก้ไข"):
        importing.request_undo(officer, found.pk)
    importing.request_undo(officer, found.pk, leave_changed=True)
    importing.undo_import(town.pk, found.pk)
    found.refresh_from_db()
    assert found.state == ImportState.UNDONE
    old.refresh_from_db()
    assert (old.name, old.attributes, old.search_text, old.shape.wkt) == was
    assert set(Asset.objects.values_list("number", flat=True)) == {"A", "B", "C", "E"}
    importing.undo_import(town.pk, found.pk)  # the job may come twice
    assert Asset.objects.count() == 4


def test_portions_go_on_after_the_checkpoint_and_nothing_comes_twice(
    town, kind, settings, monkeypatch
) -> None:
    settings.IMPORT_PORTION_ROWS = 10
    found = check(town, geojson(lamp_features(25)), "a.geojson", kind)
    importing.confirm_import(None, found.pk)
    from cddp.registers.assets.services.importing import applying

    real, calls = applying.write_search_texts, []

    def dies(ids: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("killed")
        real(ids)

    monkeypatch.setattr(applying, "write_search_texts", dies)
    with pytest.raises(RuntimeError):
        importing.apply_import(town.pk, found.pk)
    found.refresh_from_db()
    assert found.state == ImportState.IMPORTING
    importing.apply_import(town.pk, found.pk)
    found.refresh_from_db()
    assert (found.state, Asset.objects.count(), AssetEvent.objects.count()) == (ImportState.IMPORTED, 25, 25)


def test_a_number_given_by_hand_meanwhile_stays_with_whom_it_is(town, kind) -> None:
    found = check(town, geojson([one("1"), one("2")]), "a.geojson", kind)
    lamp("1", name="ของผู้อื่น")
    take(town, found)
    assert Asset.objects.get(number="1").name == "ของผู้อื่น"
    assert (found.counts["new"], found.counts["refused"]) == (1, 1)
    assert problems(found)[1] == ["taken_meanwhile"]


def test_without_the_right_nothing_is_done(town, kind) -> None:
    reader = make_user("ผู้ดู", "officer")
    with pytest.raises(UnableToAct):
        importing.open_import(reader, stream=io.BytesIO(geojson([one("1")])), file_name="a.geojson")
    for act in (importing.confirm_import, importing.cancel_import, importing.request_undo):
        with pytest.raises(UnableToAct):
            act(reader, uuid4())


# ── files that are not taken ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x00\x27\x0a" + b"\x00" * 100, "bare_shp"),
        (b"SQLite format 3\x00" + b"\x00" * 100, "not_gpkg"),
        (b"<?xml version='1.0'?><kml xmlns='x'></kml>", "not_supported"),
        (b"AC1032" + b"\x00" * 50, "not_supported"),
        (b"PK\x03\x04broken", "broken_zip"),
        (zipped(readme__txt=b"x"), "no_layer"),
        (zipped(a__shp=b"\x00" * (60 * 2**20)), "zip_bomb"),
    ],
)
def test_other_files_are_refused_at_once_with_the_reason(town, content: bytes, code: str) -> None:
    with pytest.raises(UnableToImport) as refusal:
        importing.open_import(None, stream=io.BytesIO(content), file_name="x")
    assert refusal.value.code == code
    assert not AssetImport.objects.exists()


@pytest.mark.parametrize("name", ["lamps.gpkg", "a.zip", "a.geojson"])
def test_a_cut_file_fails_with_words_and_leaves_nothing(town, kind, tmp_path, name: str) -> None:
    whole = geojson(lamp_features(50))
    content = {
        "lamps.gpkg": lambda: geopackage(tmp_path, whole)[:3000],
        "a.zip": lambda: zipped(a__shp=b"\x00\x00\x27\x0a" + b"\x01" * 30),
        "a.geojson": lambda: whole[: len(whole) // 2],
    }[name]()
    found = check(town, content, name, kind)
    assert found.state == ImportState.FAILED
    assert "โปรด" in found.failure
    assert not AssetImportRow.objects.exists()
