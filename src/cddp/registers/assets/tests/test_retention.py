"""สิ่งที่ทรัพย์สินลืมเมื่อถึงเวลา: raw rows and raw rides go, what came of them stays."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.administration.retention import apply_retention
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.services import open_stored, store_upload
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import ImportState, TraceState
from cddp.registers.assets.errors import UnableToImport
from cddp.registers.assets.models import Asset, AssetClass, AssetImport, AssetImportRow, RoadTrace
from cddp.registers.assets.services import importing, roads
from cddp.registers.assets.tests.geo_samples import check, geojson, lamp_features, outline, take
from cddp.registers.assets.tests.rides import as_csv, ride
from cddp.registers.assets.tests.samples import NOW, lamps
from tests.towns import make_user


@pytest.fixture
def kind(town: Municipality) -> AssetClass:
    outline(town)
    return lamps()


def age(rows: QuerySet[Any], days: int, *names: str) -> None:
    rows.update(**dict.fromkeys(names, timezone.now() - dt.timedelta(days=days)))


def forget(capture: Any, key: str) -> int:
    with capture(execute=True):
        return apply_retention(timezone.localdate())[key]


def words_in(file: StoredFile) -> str:
    with open_stored(file) as stream:
        return stream.read().decode()


def test_rows_and_file_of_an_old_import_go_and_its_assets_stay(
    town, kind, login, django_capture_on_commit_callbacks
) -> None:
    found = take(town, check(town, geojson(lamp_features(3)), "ไฟ.geojson", kind))
    young = check(town, geojson(lamp_features(2, name="อื่น")), "ใหม่.geojson", kind)
    old = found.file
    every = AssetImport.objects.filter(pk=found.pk)
    age(every, 500, "created_at")
    assert forget(django_capture_on_commit_callbacks, "assets.imports") == 0  # imported a moment ago
    age(every, 401, "created_at", "imported_at")
    assert forget(django_capture_on_commit_callbacks, "assets.imports") == 1
    assert forget(django_capture_on_commit_callbacks, "assets.imports") == 0
    found.refresh_from_db()
    assert not AssetImportRow.objects.filter(batch_id=found.pk).exists()
    assert AssetImportRow.objects.filter(batch_id=young.pk).count() == 2
    assert not StoredFile.objects.filter(pk=old.pk).exists()
    assert not default_storage.exists(old.storage_name)
    assert "กำหนดเก็บรักษา" in words_in(found.file)
    assert not {"rows", "points"} & found.reading.keys()
    assert (found.state, found.counts["new"], Asset.objects.count()) == (ImportState.IMPORTED, 3, 3)
    with pytest.raises(UnableToImport, match="กำหนดเก็บรักษา"):
        importing.request_undo(None, found.pk)
    client = login(make_user("พัสดุ", "asset_officer"))
    html = client.get(reverse("assets:import", args=[found.pk])).content.decode()
    assert "ลบแล้วตามกำหนดเก็บรักษา" in html
    assert "ย้อนกลับทั้งชุด" not in html
    undo = reverse("assets:import_undo", args=[found.pk])
    assert (client.get(undo).status_code, client.post(undo).status_code) == (200, 422)


def test_an_import_that_nobody_confirmed_is_given_up(town, kind, django_capture_on_commit_callbacks) -> None:
    found = check(town, geojson(lamp_features(3)), "ไฟ.geojson", kind)
    busy = check(town, geojson(lamp_features(4)), "ค้าง.geojson", kind)
    importing.confirm_import(None, busy.pk)
    age(AssetImport.objects.all(), 401, "created_at")
    assert forget(django_capture_on_commit_callbacks, "assets.imports") == 1
    found.refresh_from_db()
    busy.refresh_from_db()
    assert (found.state, busy.state) == (ImportState.CANCELLED, ImportState.IMPORTING)
    assert AssetImportRow.objects.filter(batch_id=busy.pk).count() == 4


def test_the_raw_ride_goes_with_who_drove_and_the_roads_stay(
    town, login, django_capture_on_commit_callbacks
) -> None:
    officer = make_user("ช่างวัด", "asset_officer")
    content = as_csv(ride(length_m=400))
    trace = roads.upload_trace(officer, stream=io.BytesIO(content), file_name="เที่ยว.csv", at=NOW)
    roads.measure_trace(town.pk, trace.pk)
    roads.use_trace(officer, trace.pk, at=NOW)
    shared = store_upload(io.BytesIO(content), "สำเนา.csv", permission="assets.import")
    RoadTrace.objects.update(problems=[[7, "lat", "unreadable", "13.98ก"]])
    age(RoadTrace.objects.all(), 179, "created_at")
    assert forget(django_capture_on_commit_callbacks, "assets.traces") == 0
    age(RoadTrace.objects.all(), 181, "created_at")
    assert forget(django_capture_on_commit_callbacks, "assets.traces") == 1
    assert forget(django_capture_on_commit_callbacks, "assets.traces") == 0
    stretches = trace.stretches.count()
    trace = RoadTrace.objects.select_related("file").get()
    assert (trace.state, trace.by, trace.by_label) == (TraceState.IN_USE, None, "")
    assert (trace.reading["samples"], trace.problems) == ([], [[7, "lat", "unreadable", ""]])
    assert "กำหนดเก็บรักษา" in words_in(trace.file)
    assert trace.stretches.filter(is_newest=True).count() == stretches > 0
    assert words_in(shared) == content.decode()  # somebody else's upload of the same
    html = login(officer).get(trace.get_absolute_url()).content.decode()
    assert "ไฟล์ดิบของเที่ยวนี้ลบแล้ว" in html


def test_a_ride_nobody_used_is_put_aside_and_cannot_be_measured_again(
    town, login, django_capture_on_commit_callbacks
) -> None:
    officer = make_user("ช่างวัด", "asset_officer")
    trace = roads.upload_trace(
        officer, stream=io.BytesIO(as_csv(ride(length_m=400))), file_name="a.csv", at=NOW
    )
    age(RoadTrace.objects.all(), 181, "created_at")
    assert forget(django_capture_on_commit_callbacks, "assets.traces") == 0  # a job works on it
    roads.measure_trace(town.pk, trace.pk)
    assert forget(django_capture_on_commit_callbacks, "assets.traces") == 1
    trace.refresh_from_db()
    assert trace.state == TraceState.WITHDRAWN
    assert login(officer).get(reverse("assets:road_trace_columns", args=[trace.pk])).status_code == 200
    with pytest.raises(Exception, match="นำเข้าไฟล์ใหม่"):
        roads.choose_columns(officer, trace.pk, mapping={}, unit="", on=NOW.date())
