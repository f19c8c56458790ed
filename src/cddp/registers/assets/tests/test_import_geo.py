"""นำเข้าแผนที่จริง: a GeoPackage and a TIS-620 shapefile of 5,000 features in EPSG:24047, made with GDAL.

Counts add up, and positions are those of the pinned datum operation, reckoned by hand; PROJ's own choice is 189 m off.
"""

import time
from pathlib import Path
from typing import Any

import pytest

from cddp.foundation.tenancy.models import Municipality
from cddp.registers.assets.choices import ImportState
from cddp.registers.assets.models import Asset, AssetClass, AssetEvent
from cddp.registers.assets.queries.import_positions import transformed_by_default
from cddp.registers.assets.rules.importing.projections import DATUM_OPERATIONS
from cddp.registers.assets.services.holding import search_text_of
from cddp.registers.assets.tests.geo_samples import (
    EAST,
    NORTH,
    by_hand,
    check,
    geojson,
    geopackage,
    lamp_features,
    metres_between,
    outline,
    shapefile,
    take,
)
from cddp.registers.assets.tests.samples import lamps, village

RTSD = DATUM_OPERATIONS["rtsd"].shifts
FEATURES = 5_000


@pytest.fixture
def kind(town: Municipality) -> AssetClass:
    outline(town)
    return lamps()


def worst_m(features: list[dict[str, Any]]) -> float:
    """Return how far the worst asset lies from where its feature is by hand."""
    expected = {each["properties"]["รหัสครุภัณฑ์"]: each["geometry"]["coordinates"] for each in features}
    rows = Asset.objects.values_list("number", "shape")
    return max(metres_between(shape.coords, by_hand(*expected[number], RTSD)) for number, shape in rows)


@pytest.mark.parametrize(("write", "name"), [(geopackage, "ไฟถนน.gpkg"), (shapefile, "ไฟถนน.zip")])
def test_five_thousand_lamps_in_indian_1975_lie_where_the_pinned_operation_says(
    town: Municipality, kind: AssetClass, tmp_path: Path, write: Any, name: str
) -> None:
    features = lamp_features(FEATURES)
    content = write(tmp_path, geojson(features))
    village(east_m=0)
    began = time.monotonic()
    found = check(town, content, name, kind)
    assert found.state == ImportState.READY, found.failure
    assert (found.reading["projection"], found.reading["projection_found"]) == ("24047", "file")
    assert found.reading["datum"] == "rtsd"
    assert found.counts["new"] == found.counts["total"] == found.counts["inside"] == FEATURES
    assert found.counts["refused"] == found.counts["changed"] == found.counts["same"] == 0
    take(town, found)
    took = time.monotonic() - began
    assert Asset.objects.count() == AssetEvent.objects.count() == FEATURES
    assert worst_m(features) < 0.01
    first = Asset.objects.get(number="420-69-00000")
    assert first.name == "ไฟถนนหน้าวัด 0"
    assert first.attributes == {"watts": 50}
    assert first.search_text == search_text_of(first)
    off = transformed_by_default([(EAST, NORTH)], "24047")[0]
    assert 185 < metres_between(first.shape.coords, off) < 195
    print(
        f"\n{name}: {FEATURES} in {took:.1f} s, worst {worst_m(features) * 1000:.2f} mm from the hand-reckoned place"
    )
    assert took < 20


def test_pinned_operations_agree_within_three_metres_and_the_default_does_not() -> None:
    by_key = {key: by_hand(EAST, NORTH, each.shifts) for key, each in DATUM_OPERATIONS.items()}
    assert max(metres_between(one, other) for one in by_key.values() for other in by_key.values()) < 3.5
