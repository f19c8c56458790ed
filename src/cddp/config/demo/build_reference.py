"""สร้างไฟล์อ้างอิง: how the small files in `reference/` were made from the public originals.

Run by a developer when the originals change, never by the product:
    python -m cddp.config.demo.build_reference TAMBON_GEOJSON_GZ AGE_BY_TAMBON_CSV
"""

import csv
import gzip
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parent / "reference"
TAMBONS = ("TH510101", "TH510112", "TH520305", "TH520306", "TH520308")
ATTRIBUTION = (
    "แนวเขตตำบล: กรมแผนที่ทหาร (Royal Thai Survey Department) และ UN OCHA COD-AB (2565) "
    "สัญญาอนุญาต CC BY-IGO ปรับให้เรียบง่ายแล้ว ไม่ใช่แนวเขตเทศบาลตามกฎหมาย"
)
# The source counts 29.1 % of 60 and over; a town of this kind is asked to have about 30 %.
ELDERLY_SHARE = 0.30
ELDERLY_FROM = 60
BAND_YEARS = 5
LAST_BAND = 95


def main(tambons: Path, ages: Path) -> None:
    """Write `tambons.geojson` and `age_pyramid.yaml`."""
    (REFERENCE / "tambons.geojson").write_text(
        json.dumps(extract_tambons(tambons), ensure_ascii=False, separators=(",", ":")) + "\n",
        encoding="utf-8",
    )
    (REFERENCE / "age_pyramid.yaml").write_text(pyramid_text(count_ages(ages)), encoding="utf-8")


def extract_tambons(path: Path) -> dict[str, Any]:
    """Return the outlines of the demo tambons with six decimals (0.1 m) and their names."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    wanted = [f for f in features if f["properties"]["ADM3_PCODE"] in TAMBONS]
    return {
        "type": "FeatureCollection",
        "attribution": ATTRIBUTION,
        "features": [_feature(f) for f in sorted(wanted, key=lambda f: f["properties"]["ADM3_PCODE"])],
    }


def _feature(source: dict[str, Any]) -> dict[str, Any]:
    names = source["properties"]
    return {
        "type": "Feature",
        "properties": {
            "code": names["ADM3_PCODE"][2:],
            "name_th": names["ADM3_TH"],
            "name_en": names["ADM3_EN"],
        },
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": _rounded(source["geometry"]["coordinates"]),
        },
    }


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, 6)
    return [_rounded(part) for part in coordinates]


def count_ages(path: Path) -> Counter[tuple[int, str]]:
    """Return persons by (first year of the five-year band, "male" | "female") over all tambons."""
    counts: Counter[tuple[int, str]] = Counter()
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            band = min(int(row["age"]) // BAND_YEARS * BAND_YEARS, LAST_BAND)
            counts[band, "male"] += int(row["male"])
            counts[band, "female"] += int(row["female"])
    return counts


def pyramid_text(counts: Counter[tuple[int, str]]) -> str:
    """Return the YAML: shares (0–1) by band and sex; the bands from 60 on are scaled to 30 % together."""
    total = counts.total()
    old = sum(count for (band, _), count in counts.items() if band >= ELDERLY_FROM) / total
    lines = [
        "# ปิรามิดอายุ: shares of the population by five-year band (first year of age) and sex; all add up to 1.",
        f"# Source: published civil registration statistics, 39 tambons of Lampang, {total:,} persons,",
        "# summed by build_reference.py.",
        f"# The bands from {ELDERLY_FROM} on held {old:.3f} and were scaled to {ELDERLY_SHARE:.2f} together.",
        f"persons_counted: {total}",
        "bands:",
    ]
    for band in range(0, LAST_BAND + 1, BAND_YEARS):
        scale = ELDERLY_SHARE / old if band >= ELDERLY_FROM else (1 - ELDERLY_SHARE) / (1 - old)
        male, female = (counts[band, sex] / total * scale for sex in ("male", "female"))
        lines.append(f"  - {{from_age: {band}, male: {male:.6f}, female: {female:.6f}}}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
