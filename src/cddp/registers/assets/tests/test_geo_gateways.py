"""ไฟล์แผนที่ที่ขอบของมัน: texts that are too long, columns whose names SQLite takes for one."""

import io
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from cddp.registers.assets.gateways import import_sources
from cddp.registers.assets.gateways.geo_child import LONGEST_TEXT
from cddp.registers.assets.gateways.geo_writing import (
    FieldToWrite,
    RowToWrite,
    distinct_names,
    write_geopackage,
)
from cddp.registers.assets.tests.geo_samples import feature, geojson


def rows_of(content: bytes, name: str) -> tuple[list[str], list[Any]]:
    reading, columns = import_sources.look(io.BytesIO(content), name, {})
    return columns, list(import_sources.iterate(io.BytesIO(content), name, reading, columns))


@pytest.mark.parametrize("letter", ["x", "ก"])
def test_a_text_is_cut_whatever_its_letters(letter: str) -> None:
    content = geojson([feature("Point", [99.0, 18.5], {"ชื่อ": letter * (LONGEST_TEXT + 500)})], 4326)
    _columns, rows = rows_of(content, "a.geojson")
    assert rows[0].texts["ชื่อ"] == letter * LONGEST_TEXT


def test_names_that_differ_in_case_only_or_are_taken_get_a_number() -> None:
    names = ["ชื่อ", "fid", "Pole", "pole", "POLE", "pole (2)", "Geom"]
    assert distinct_names(names, taken=("fid", "geom")) == [
        "ชื่อ", "fid (2)", "Pole", "pole (2)", "POLE (3)", "pole (2) (2)", "Geom (2)",
    ]  # fmt: skip


def test_a_geopackage_holds_columns_whose_names_sqlite_takes_for_one(tmp_path: Path) -> None:
    fields = [FieldToWrite(name) for name in ("ชื่อ", "FID", "geom", "Pole", "pole")]
    rows = [RowToWrite(Point(99, 18.5, srid=4326), ["ไฟ", "ก", "ข", "ค", "ง"])]
    path = tmp_path / "out.gpkg"
    assert write_geopackage(path, "assets", "ทรัพย์สิน", fields, rows) == 1
    held = sqlite3.connect(path).execute("SELECT * FROM assets").fetchone()
    assert held[2:] == ("ไฟ", "ก", "ข", "ค", "ง")
    columns, found = rows_of(path.read_bytes(), "out.gpkg")
    assert list(found[0].texts.values()) == ["ไฟ", "ก", "ข", "ค", "ง"]
    assert columns == ["ชื่อ", "FID (2)", "geom (2)", "Pole", "pole (2)"]
