"""ไฟล์นำเข้าทุกชนิด: one door to map files and tables; what is in them, and their rows one after the other."""

import re
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final, NamedTuple

from django.utils.translation import gettext as _

from cddp.foundation.files.tables import TableSource, UnableToReadTable, open_table
from cddp.foundation.values.thai_text import repair_mojibake
from cddp.registers.assets.errors import UnableToImport
from cddp.registers.assets.gateways import geo_files
from cddp.registers.assets.gateways.geo_files import GeoSource
from cddp.registers.assets.rules.importing.columns import placed_in, suggest_mapping
from cddp.registers.assets.rules.importing.projections import identify, plausible
from cddp.registers.assets.rules.importing.rows import position_of

SAMPLE_ROWS: Final = 5
SAMPLE_POINTS: Final = 400
# The apostrophe that an export puts before what a spreadsheet would run as a formula.
_SHIELD: Final = re.compile(r"^'(?=[=+\-@\t\r\n＝＋－＠])")


class SourceRow(NamedTuple):
    """แถวจากไฟล์: number as the file counts it, texts by column, hexadecimal WKB of a shape, whether it had heights."""

    number: int
    texts: Mapping[str, str]
    wkb: str = ""
    is_tall: bool = False


def look(stream: IO[bytes], name: str, asked: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return (the reading, the columns) of a file; `asked` may fix layer, encoding, sheet, header_row, and by which
    columns of a table its rows are `placed`.

    The reading holds what is shown without opening the file again: layers, the first rows, places all over it.
    Raises UnableToImport.
    """
    kind = geo_files.kind_of(stream)
    if kind == "table":
        return _look_at_table(stream, name, asked)
    with geo_files.unpacked(stream, kind, name) as sources:
        if not sources:
            raise UnableToImport(
                _("ในไฟล์ .zip ไม่มีไฟล์ .shp โปรดรวม .shp .dbf .shx .prj ไว้ด้วยกัน"), code="no_layer"
            )
        return _look_at_map(kind, sources, asked)


def _look_at_map(
    kind: str, sources: list[GeoSource], asked: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    source, layer = _chosen(kind, sources, str(asked.get("layer") or ""))
    codec = str(asked.get("encoding") or source.encoding.codec)
    found = geo_files.look_at(source, layer=layer, codec=codec)
    layers = found["layers"]
    if not layers:
        raise UnableToImport(_("ไฟล์นี้ไม่มีชั้นข้อมูลแผนที่"), code="no_layer")
    if not found["layer"]:
        found = geo_files.look_at(source, layer=layers[0]["name"], codec=codec)
    here = next(each for each in layers if each["name"] == found["layer"])
    projection = identify(here["wkt"])
    said = "standard" if kind == "geojson" and projection == "4326" else "file"
    names = [each["name"] for each in layers] if kind == "gpkg" else geo_files.labels_of(sources)
    chosen = here["name"] if kind == "gpkg" else source.label
    reading = {
        "kind": kind,
        "layers": names,
        "layer": chosen,
        "count": here["count"],
        "geometry": here["geometry"],
        "encoding": codec,
        "encoding_found": "person" if asked.get("encoding") else source.encoding.found,
        "is_mojibake": source.encoding.is_mojibake and not asked.get("encoding"),
        "named": _name_of(here["wkt"]),
        "projection": projection,
        "projection_found": said if projection else "",
        "lacks": list(source.lacks),
        "points": found["points"],
    }
    reading["rows"] = [_repaired(row, reading) for row in found["rows"][:SAMPLE_ROWS]]
    return reading, _repaired(here["columns"], reading)


def _name_of(wkt: str) -> str:
    """Return how a projection calls itself: the first quoted words."""
    return wkt.split('"')[1][:80] if wkt.count('"') > 1 else ""


def _chosen(kind: str, sources: list[GeoSource], layer: str) -> tuple[GeoSource, str]:
    """Return the file and the name of the layer in it: a zip holds a shapefile for each layer, a GeoPackage many."""
    if kind == "gpkg":
        return sources[0], layer
    return next((each for each in sources if each.label == layer), sources[0]), ""


def _repaired(texts: list[str], reading: Mapping[str, Any]) -> list[str]:
    return [repair_mojibake(text) for text in texts] if reading.get("is_mojibake") else list(texts)


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


def _open(stream: IO[bytes], name: str, reading: Mapping[str, Any]) -> TableSource:
    return open_table(stream, name, sheet=reading.get("sheet") or None, header_row=reading.get("header_row"))


def _look_at_table(
    stream: IO[bytes], name: str, asked: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    try:
        with _open(stream, name, asked) as table:
            columns = table.column_names
            rows = table.sample(SAMPLE_POINTS)
            reading: dict[str, Any] = {
                "kind": "table",
                "layers": [],
                "layer": "",
                "sheets": table.sheets,
                "sheet": table.sheet,
                "header_row": table.header_rows[0],
                "encoding": table.encoding,
                "encoding_found": "table",
                "lacks": [],
            }
    except UnableToReadTable as refusal:
        raise _in_words(refusal) from None
    texts = [{column: row.text(column) for column in columns} for row in rows]
    reading["rows"] = [[row[column][:200] for column in columns] for row in texts[:SAMPLE_ROWS]]
    placed = dict(asked.get("placed") or {})
    if not placed or not set(placed.values()) <= set(columns):
        placed = placed_in(suggest_mapping(columns, has_shapes=False))
    reading |= {"placed": placed} | positions_in(texts, placed)
    return reading, columns


def positions_in(texts: list[dict[str, str]], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Return the places of rows, and the projection that needs no asking: degrees in Thailand, latitude named so."""
    found = [position_of(row, mapping, latitude_first=True) for row in texts]
    points = [list(point) for point in found if point is not None]
    could_be = plausible(points)
    projection = "4326" if could_be and could_be[0] == "4326" else ""
    return {"points": points, "projection": projection, "projection_found": "degrees" if projection else ""}


def _in_words(refusal: UnableToReadTable) -> UnableToImport:
    if refusal.code == "no_header":
        words = _("หาแถวหัวตารางไม่พบ ให้มีแถวที่บอกชื่อคอลัมน์ เช่น เลขครุภัณฑ์ ชื่อ ละติจูด ลองจิจูด")
        return UnableToImport(words, code="no_header")
    return UnableToImport(f"{refusal.message} {refusal.fix}".strip(), code=refusal.code)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────


def iterate(
    stream: IO[bytes], name: str, reading: Mapping[str, Any], columns: list[str]
) -> Iterator[SourceRow]:
    """Yield the rows of the chosen layer or sheet. Raises UnableToImport where the file is broken."""
    if reading["kind"] == "table":
        yield from _table_rows(stream, name, reading)
        return
    with geo_files.unpacked(stream, reading["kind"], name) as sources:
        source, layer = _chosen(reading["kind"], sources, str(reading["layer"]))
        for number, texts, wkb, is_tall in geo_files.read_rows(
            source, layer=layer, codec=str(reading["encoding"])
        ):
            yield SourceRow(number, dict(zip(columns, _repaired(texts, reading), strict=True)), wkb, is_tall)


def _table_rows(stream: IO[bytes], name: str, reading: Mapping[str, Any]) -> Iterator[SourceRow]:
    try:
        with _open(stream, name, reading) as table:
            for row in table.data_rows():
                texts = {column: _SHIELD.sub("", cell.text) for column, cell in row.cells.items()}
                yield SourceRow(row.number, texts)
    except UnableToReadTable as refusal:
        raise _in_words(refusal) from None
