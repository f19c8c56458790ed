"""นำเข้าเที่ยววัด: through the service, from a file to the map, and back."""

import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.utils import timezone

from cddp.foundation.accounts.models import User
from cddp.foundation.files.errors import UnableToStoreFile
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import GeometryKind, RoughnessGrade, TraceState
from cddp.registers.assets.errors import UnableToAct, UnableToReadTrace
from cddp.registers.assets.models import Asset, AssetClass, RoadStretch, RoadTrace
from cddp.registers.assets.queries.roads import metres_by_grade, stretches_of, summarise
from cddp.registers.assets.services import roads
from cddp.registers.assets.tests.rides import as_csv, as_gpx, point, ride
from tests.towns import make_user

NOW = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)
BAD = {RoughnessGrade.ROUGH, RoughnessGrade.BROKEN}


@pytest.fixture
def officer(town: Municipality) -> User:
    return make_user("ช่างวัด", "asset_officer")


@pytest.fixture
def road(town: Municipality) -> Asset:
    kind = AssetClass.objects.create(key="road", name="ถนน", geometry=GeometryKind.LINE, is_road=True)
    line = LineString(point(0), point(400), point(1000), srid=4326)
    return Asset.objects.create(asset_class=kind, number="ถ-001", name="ถนนทดสอบ", shape=line, length_m=1000)


def take(town: Municipality, content: bytes, *, name: str = "เที่ยว.csv", by: User | None = None) -> RoadTrace:
    trace = roads.upload_trace(by, stream=io.BytesIO(content), file_name=name, at=NOW)
    roads.measure_trace(town.pk, trace.pk)
    trace.refresh_from_db()
    return trace


def bad(trace: RoadTrace) -> list[float]:
    return [each.from_m for each in stretches_of(trace) if each.grade in BAD]


@pytest.mark.parametrize("write", [as_csv, as_gpx])
def test_a_trace_with_known_bumps_finds_them_within_one_stretch(
    town: Municipality, road: Asset, write: Any
) -> None:
    bumps = [180, 525, 870]
    trace = take(town, write(ride(bumps=bumps)), name="ride.gpx")
    assert trace.state == TraceState.READY, trace.failure
    found = bad(trace)
    assert all(any(at - 50 <= bump <= at + 100 for at in found) for bump in bumps)
    assert all(any(at - 50 <= bump <= at + 100 for bump in bumps) for at in found)
    assert {each.asset_id for each in stretches_of(trace)} == {road.pk}


@pytest.mark.parametrize("write", [as_csv, as_gpx])
def test_a_smooth_trace_finds_none(town: Municipality, road: Asset, write: Any) -> None:
    trace = take(town, write(ride()))
    assert trace.state == TraceState.READY, trace.failure
    assert bad(trace) == []
    assert len(stretches_of(trace)) == 20
    assert trace.counts["samples"] == trace.counts["used"] + sum(trace.counts["dropped"].values())


def test_a_ride_speaks_on_the_map_only_while_it_is_in_use(
    town: Municipality, road: Asset, officer: User
) -> None:
    trace = take(town, as_csv(ride(rough=(400, 500))), by=officer)
    assert not RoadStretch.objects.newest().exists()
    roads.use_trace(officer, trace.pk, at=NOW)
    assert RoadStretch.objects.newest().count() == 20
    assert metres_by_grade(officer)["broken"] == pytest.approx(100, abs=51)
    roads.withdraw_trace(officer, trace.pk, at=NOW)
    assert not RoadStretch.objects.newest().exists()
    roads.use_trace(officer, trace.pk, at=NOW)
    assert RoadStretch.objects.newest().count() == 20


def later(rows: Iterator[tuple[float, float, float, float]], days: int) -> Iterator[Any]:
    return ((at + 86400 * days, lat, lon, value) for at, lat, lon, value in rows)


def test_a_newer_ride_over_the_same_stretches_becomes_the_newest(town: Municipality, road: Asset) -> None:
    old = take(town, as_csv(ride(rough=(400, 500))))
    new = take(town, as_csv(later(ride(length_m=500), 3)))
    # The newer ride is put in use first: the day of the ride counts, not the day of the click.
    for trace in (new, old):
        roads.use_trace(None, trace.pk, at=NOW)
    newest = RoadStretch.objects.newest()
    assert {each.from_m for each in newest.filter(trace=new)} >= {0, 100, 400, 450}
    assert {each.from_m for each in newest.filter(trace=old)} >= {500, 950}
    assert newest.filter(from_m=450).get().trace_id == new.pk
    assert newest.values("from_m").distinct().count() == newest.count() == 20
    roads.withdraw_trace(None, new.pk, at=NOW)
    assert RoadStretch.objects.newest().filter(trace=old).count() == 20


def test_a_newer_ride_that_was_too_slow_hides_nothing(town: Municipality, road: Asset) -> None:
    for content in (as_csv(ride()), as_csv(later(ride(kmh=12, length_m=300), 1))):
        roads.use_trace(None, take(town, content).pk, at=NOW)
    assert not RoadStretch.objects.newest().filter(grade=RoughnessGrade.UNKNOWN).exists()


def test_off_every_road_the_newer_ride_speaks_as_well(town: Municipality) -> None:
    old, new = take(town, as_csv(ride())), take(town, as_csv(later(ride(away_m=8), 1)))
    for trace in (old, new):
        roads.use_trace(None, trace.pk, at=NOW)
    assert set(RoadStretch.objects.newest().values_list("trace", "asset")) == {(new.pk, None)}
    roads.withdraw_trace(None, new.pk, at=NOW)
    assert set(RoadStretch.objects.newest().values_list("trace", flat=True)) == {old.pk}


def test_a_summary_adds_up_by_length(town: Municipality, road: Asset) -> None:
    trace = take(town, as_csv(ride(rough=(400, 500))))
    [found] = summarise(stretches_of(trace))
    assert found.asset == road
    assert found.measured_m == pytest.approx(1000, abs=2)
    assert found.covered_share == pytest.approx(1, abs=0.01)
    assert found.condition == 3
    assert sum(metres for *_names, metres in found.parts) == pytest.approx(found.measured_m)


def test_headings_nobody_can_guess_wait_for_a_choice(town: Municipality, road: Asset) -> None:
    content = as_csv(ride()).replace(b"time,latitude,longitude,", b"c1;c2;c3;".replace(b";", b","), 1)
    trace = roads.upload_trace(None, stream=io.BytesIO(content), file_name="x.csv", at=NOW)
    assert trace.state == TraceState.MAPPING
    mapping = {"time": "c1", "lat": "c2", "lon": "c3", "vertical": trace.reading["columns"][3]}
    with pytest.raises(UnableToReadTrace, match="เวลา"):
        roads.choose_columns(None, trace.pk, mapping=mapping | {"time": "ไม่มี"}, unit="", on=NOW.date())
    roads.choose_columns(None, trace.pk, mapping=mapping, unit="ms2", on=NOW.date())
    roads.measure_trace(town.pk, trace.pk)
    trace.refresh_from_db()
    assert trace.state == TraceState.READY, trace.failure


@pytest.mark.parametrize("separator", [";", "\t"])
def test_separators_and_decimal_commas(town: Municipality, road: Asset, separator: str) -> None:
    content = as_csv(ride()).decode().replace(",", separator).replace(".", ",").encode()
    trace = take(town, content)
    assert trace.state == TraceState.READY, trace.failure
    assert len(stretches_of(trace)) == 20


def test_bad_rows_are_named_and_the_good_ones_kept(town: Municipality, road: Asset) -> None:
    lines = as_csv(ride()).decode().splitlines()
    lines[10] = lines[10].rsplit(",", 1)[0] + ",แรง"
    lines[20] = "เมื่อวาน" + lines[20][lines[20].index(",") :]
    trace = take(town, "\n".join(lines).encode())
    assert trace.state == TraceState.READY
    assert [each[:3] for each in trace.problems] == [
        [11, "vertical", "not_number"],
        [21, "time", "unreadable"],
    ]
    assert trace.problem_counts == {"vertical.not_number": 1, "time.unreadable": 1}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"1,2,3\n4,5,6\n", "no_header"),
        (b"%PDF-1.4 ...", "pdf"),
        (b'<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"></gpx>', "empty"),
        (b'<?xml version="1.0"?><gpx><trk><trkseg><trkpt lat="13" lon="100"><time>', "broken_gpx"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><gpx><trk></trk></gpx>', "broken_gpx"),
    ],
)
def test_files_that_are_no_ride_are_refused_and_nothing_is_kept(
    town: Municipality, content: bytes, code: str
) -> None:
    with pytest.raises((UnableToReadTrace, UnableToStoreFile)) as refused:
        roads.upload_trace(None, stream=io.BytesIO(content), file_name="x.csv", at=NOW)
    assert refused.value.code == code
    assert refused.value.message
    assert not RoadTrace.objects.exists()


def broken(content: bytes, place: int, value: str) -> bytes:
    lines = content.decode().splitlines()
    rows = [line.split(",") for line in lines[1:]]
    for row in rows:
        row[place] = value
    return "\n".join([lines[0], *(",".join(row) for row in rows)]).encode()


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [(3, "9.81", "คงที่"), (1, "0", "เป็น 0"), (2, "", "ตำแหน่ง"), (3, "x", "ความเร่ง"), (0, "เมื่อวาน", "เวลา")],
)
def test_what_cannot_be_measured_fails_with_words(
    town: Municipality, place: int, value: str, words: str
) -> None:
    trace = take(town, broken(as_csv(ride(length_m=200)), place, value))
    assert trace.state == TraceState.FAILED
    assert words in trace.failure
    assert not trace.stretches.exists()


def test_swapped_columns_are_put_right_by_their_values(town: Municipality, road: Asset) -> None:
    content = as_csv(ride()).replace(b"latitude,longitude", b"longitude,latitude", 1)
    trace = take(town, content)
    assert trace.state == TraceState.READY, trace.failure
    assert trace.reading["mapping"]["lat"] == "longitude"


def test_times_backwards_are_said(town: Municipality) -> None:
    lines = as_csv(ride(length_m=200)).splitlines()
    trace = take(town, b"\n".join([lines[0], *reversed(lines[1:])]))
    assert trace.state == TraceState.FAILED
    assert "ถอยหลัง" in trace.failure


def test_only_those_who_may_import_bring_rides(town: Municipality, road: Asset) -> None:
    reader = make_user("ผู้ดู", "officer")
    with pytest.raises(UnableToAct):
        roads.upload_trace(reader, stream=io.BytesIO(as_csv(ride())), file_name="x.csv", at=NOW)
    trace = take(town, as_csv(ride()))
    for act in (roads.use_trace, roads.withdraw_trace):
        with pytest.raises(UnableToAct):
            act(reader, trace.pk, at=NOW)


def test_a_ride_that_is_being_measured_cannot_be_used(town: Municipality) -> None:
    trace = roads.upload_trace(None, stream=io.BytesIO(as_csv(ride())), file_name="x.csv", at=timezone.now())
    with pytest.raises(UnableToReadTrace) as refused:
        roads.use_trace(None, trace.pk, at=NOW)
    assert refused.value.code == "not_ready"
    with pytest.raises(UnableToReadTrace):
        roads.withdraw_trace(None, trace.pk, at=NOW)


def test_the_town_may_move_its_limits(town: Municipality, road: Asset) -> None:
    from cddp.foundation.tenancy.models import TownSetting
    from cddp.registers.assets.queries.road_limits import LIMITS_SETTING

    TownSetting.objects.create(key=LIMITS_SETTING, value={"fair": 0.05, "rough": 0.1})
    trace = take(town, as_csv(ride()))
    assert len(bad(trace)) == 20
    assert Decimal(str(trace.counts["rate_hz"])) == 50
