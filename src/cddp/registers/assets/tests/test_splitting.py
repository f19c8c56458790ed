"""แบ่งถนน: two parts that add up, and one road again while nothing else has happened."""

import datetime as dt
import io

import pytest
from django.contrib.gis.geos import LineString, Point

from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import AssetState, EventKind, GeometryKind, Source
from cddp.registers.assets.errors import AssetChangedMeanwhile, UnableToAct, UnableToChangeAsset
from cddp.registers.assets.models import Asset, AssetClass, Inspection, RoadStretch
from cddp.registers.assets.services import roads
from cddp.registers.assets.services.splitting import find_split, join_roads, split_road
from cddp.registers.assets.tests.rides import as_csv, point, ride
from tests.towns import make_user

NOW = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def road(town: Municipality) -> Asset:
    kind = AssetClass.objects.create(key="road", name="ถนน", geometry=GeometryKind.LINE, is_road=True)
    line = LineString(point(0), point(400), point(1000), srid=4326)
    road = Asset.objects.create(
        asset_class=kind, number="ถ-001", name="ถนนทดสอบ", shape=line, length_m=1000, cost_satang=1_000_001,
        attributes={"surface": "asphalt"}, condition=3, inspected_on=NOW.date(),
    )  # fmt: skip
    Inspection.objects.create(asset=road, condition=3, on=NOW.date(), at=NOW - dt.timedelta(days=9))
    return road


def test_two_parts_add_up_to_what_was_one(road: Asset) -> None:
    first, second = split_road(None, road.pk, version=1, at_m=330, name="ช่วงหลัง", number="ถ-002", at=NOW)
    assert (first.pk, first.number, second.number, second.name) == (road.pk, "ถ-001", "ถ-002", "ช่วงหลัง")
    assert (first.length_m or 0) + (second.length_m or 0) == pytest.approx(1000, abs=2)
    assert first.length_m == pytest.approx(330, abs=1)
    assert first.shape.coords[-1] == pytest.approx(second.shape.coords[0])
    assert second.shape.coords[1] == pytest.approx(point(400))
    assert (first.cost_satang or 0) + (second.cost_satang or 0) == 1_000_001
    assert second.attributes == {"surface": "asphalt"}
    assert [each.condition for each in second.inspections.all()] == [3]
    assert first.inspections.count() == 1
    assert first.version == 2
    for part in (first, second):
        assert part.events.get().kind == EventKind.SPLIT


def test_measured_stretches_go_to_the_part_they_lie_on(town: Municipality, road: Asset) -> None:
    trace = roads.upload_trace(None, stream=io.BytesIO(as_csv(ride())), file_name="x.csv", at=NOW)
    roads.measure_trace(town.pk, trace.pk)
    roads.use_trace(None, trace.pk, at=NOW)
    first, second = split_road(None, road.pk, version=1, at_m=330, at=NOW)
    assert first.stretches.count() == 7  # the seventh, 300–350, has its middle before 330
    kept = second.stretches.order_by("from_m")
    assert [each.from_m for each in kept][:2] == [20, 70]
    assert RoadStretch.objects.newest().count() == 20
    join_roads(None, road.pk, at=NOW)
    assert sorted(road.stretches.values_list("from_m", flat=True)) == [50.0 * n for n in range(20)]
    assert RoadStretch.objects.newest().filter(asset=road).count() == 20


def test_an_untouched_split_is_taken_back(road: Asset) -> None:
    shape = road.shape.wkt
    _first, second = split_road(None, road.pk, version=1, at_m=330, at=NOW)
    joined = join_roads(None, road.pk, at=NOW + dt.timedelta(minutes=1))
    assert (joined.shape.wkt, joined.length_m, joined.cost_satang) == (shape, 1000, 1_000_001)
    second.refresh_from_db()
    assert (second.state, second.cost_satang) == (AssetState.DISPOSED, None)
    assert find_split(joined) is None
    with pytest.raises(UnableToChangeAsset) as refused:
        join_roads(None, road.pk, at=NOW)
    assert refused.value.code == "not_split"


def test_a_part_that_lives_on_is_not_joined(road: Asset) -> None:
    _first, second = split_road(None, road.pk, version=1, at_m=330, at=NOW)
    Inspection.objects.create(
        asset=second, condition=5, on=NOW.date(), at=NOW + dt.timedelta(hours=1), source=Source.OFFICER
    )
    with pytest.raises(UnableToChangeAsset) as refused:
        join_roads(None, road.pk, at=NOW + dt.timedelta(hours=2))
    assert refused.value.code == "touched"


def test_a_second_split_can_be_taken_back_after_the_first_part_was_split_again(road: Asset) -> None:
    split_road(None, road.pk, version=1, at_m=600, at=NOW)
    _first, third = split_road(None, road.pk, version=2, at_m=300, at=NOW + dt.timedelta(minutes=1))
    joined = join_roads(None, road.pk, at=NOW + dt.timedelta(minutes=2))
    assert joined.length_m == pytest.approx(600, abs=1)
    third.refresh_from_db()
    assert third.state == AssetState.DISPOSED


@pytest.mark.parametrize("at_m", [-5, 0, 0.5, 999.9, 5000, float("nan")])
def test_a_place_outside_the_line_is_refused(road: Asset, at_m: float) -> None:
    with pytest.raises(UnableToChangeAsset) as refused:
        split_road(None, road.pk, version=1, at_m=at_m, at=NOW)
    assert (refused.value.code, refused.value.field) == ("outside", "at_m")
    assert Asset.objects.count() == 1


def test_refusals(road: Asset) -> None:
    with pytest.raises(AssetChangedMeanwhile):
        split_road(None, road.pk, version=7, at_m=300, at=NOW)
    with pytest.raises(UnableToChangeAsset) as refused:
        split_road(None, road.pk, version=1, at_m=300, number="ถ-001", at=NOW)
    assert refused.value.code == "number_taken"
    with pytest.raises(UnableToAct):
        split_road(make_user("ผู้ดู", "officer"), road.pk, version=1, at_m=300, at=NOW)
    Asset.objects.filter(pk=road.pk).update(shape=Point(*point(0), srid=4326))
    with pytest.raises(UnableToChangeAsset) as refused:
        split_road(None, road.pk, version=1, at_m=300, at=NOW)
    assert refused.value.code == "no_line"


def test_a_disposed_road_is_not_split(road: Asset) -> None:
    Asset.objects.filter(pk=road.pk).update(state=AssetState.DISPOSED, disposed_on=NOW.date())
    with pytest.raises(UnableToChangeAsset) as refused:
        split_road(None, road.pk, version=1, at_m=300, at=NOW)
    assert refused.value.code == "disposed"
