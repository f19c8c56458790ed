"""เปิดไฟล์แผนที่: GeoJSON, GeoPackage and zipped Shapefile; unpacked with care, read by GDAL in a child process.

What a file is, is judged by its first bytes. A zip is looked through before anything is unpacked: its parts keep the
size that its table of contents declares, and are written under names of our own.
"""

import json
import logging
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, Literal

from django.conf import settings
from django.contrib.gis.gdal.libgdal import lgdal
from django.utils.translation import gettext as _

from cddp.foundation.files.tables.encoding import detect_encoding
from cddp.registers.assets.errors import UnableToImport
from cddp.registers.assets.rules.importing.encodings import Encoding, decide

log = logging.getLogger(__name__)

Kind = Literal["geojson", "gpkg", "shapefile", "table"]
DRIVERS: Final = {"geojson": "GeoJSON", "gpkg": "GPKG", "shapefile": "ESRI Shapefile"}
MOST_UNPACKED: Final = 2**30
MOST_PARTS: Final = 2_000
MOST_RATIO: Final = 250
SMALL_PART: Final = 20 * 2**20
MOST_FEATURES: Final = 500_000
MOST_COLUMNS: Final = 500
SECONDS: Final = 900
_SHAPE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".cst")
_DBF_SAMPLE_BYTES: Final = 16 * 2**20


@dataclass(frozen=True)
class GeoSource:
    """แหล่งข้อมูลหนึ่ง: one file that GDAL opens. `label` is what the person calls it, `lacks` the parts missing."""

    path: Path
    driver: str
    label: str
    encoding: Encoding = field(default_factory=lambda: Encoding("utf-8", "standard"))
    lacks: tuple[str, ...] = ()


# ── what it is ────────────────────────────────────────────────────────────────────────────────────


def kind_of(stream: IO[bytes]) -> Kind:
    """Tell what a file is by its content. Raises UnableToImport for what is none of ours."""
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    if head.startswith(b"SQLite format 3\x00"):
        if head[68:72] in (b"GPKG", b"GP10", b"GP11"):
            return "gpkg"
        raise UnableToImport(_("ไฟล์เป็นฐานข้อมูล SQLite แต่ไม่ใช่ GeoPackage โปรดส่งออกเป็น .gpkg"), code="not_gpkg")
    if head.startswith(b"\x00\x00\x27\x0a"):
        raise UnableToImport(
            _("ไฟล์ .shp อย่างเดียวไม่มีตารางแนบ โปรดรวม .shp .dbf .shx .prj (และ .cpg ถ้ามี) เป็นไฟล์ .zip ไฟล์เดียว"),
            code="bare_shp",
        )
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(stream)
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if bare.startswith(b"{"):
        return "geojson"
    _refuse_others(bare)
    return "table"


def _refuse_others(bare: bytes) -> None:
    if bare.startswith(b"<") and (
        b"<kml" in bare[:2048] or b"<gml" in bare[:2048] or b"FeatureCollection" in bare
    ):
        raise UnableToImport(
            _("ไฟล์ KML หรือ GML ยังไม่รองรับ โปรดเปิดใน QGIS แล้วส่งออกเป็น GeoPackage"), code="not_supported"
        )
    if bare.startswith(b"AC10"):
        raise UnableToImport(
            _("ไฟล์เป็นแบบ CAD (.dwg) โปรดส่งออกจากโปรแกรมแผนที่เป็น GeoPackage"), code="not_supported"
        )


def _kind_of_zip(stream: IO[bytes]) -> Kind:
    with _archive(stream) as archive:
        names = {part.filename for part in archive.infolist()}
    if "[Content_Types].xml" in names:
        return "table"
    ends = {PurePosixPath(name.lower()).suffix for name in names if not _is_litter(name)}
    if ".shp" in ends:
        return "shapefile"
    if ".gpkg" in ends:
        return "gpkg"
    if ends & {".geojson", ".json"}:
        return "geojson"
    raise UnableToImport(
        _("ในไฟล์ .zip ไม่มี .shp .gpkg หรือ .geojson โปรดรวมไฟล์แผนที่ทุกส่วนไว้ใน .zip เดียวกัน"), code="no_layer"
    )


@contextmanager
def _archive(stream: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Open a zip that is safe to unpack. Raises UnableToImport otherwise."""
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, struct.error):
        raise UnableToImport(_("ไฟล์ .zip เสียหาย เปิดไม่ได้ โปรดบีบอัดใหม่"), code="broken_zip") from None
    with archive:
        parts = archive.infolist()
        if any(part.flag_bits & 0x1 for part in parts):
            raise UnableToImport(_("ไฟล์ .zip ตั้งรหัสผ่านไว้ โปรดบีบอัดใหม่โดยไม่ตั้งรหัส"), code="encrypted")
        swollen = any(
            part.file_size > SMALL_PART and part.file_size > MOST_RATIO * max(part.compress_size, 1)
            for part in parts
        )
        if swollen or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise UnableToImport(
                _("ไฟล์ .zip ขยายออกแล้วใหญ่ผิดปกติ อาจเป็นไฟล์อันตราย จึงไม่เปิด โปรดส่งเฉพาะชั้นข้อมูลที่ต้องการ"),
                code="zip_bomb",
            )
        yield archive


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


# ── unpacking ─────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def unpacked(stream: IO[bytes], kind: str, name: str) -> Iterator[list[GeoSource]]:
    """Lay the file out in a folder of its own for the length of the context. Raises UnableToImport."""
    with tempfile.TemporaryDirectory(prefix="cddp-geo-") as folder:
        place = Path(folder)
        stream.seek(0)
        zipped = stream.read(4) == b"PK\x03\x04"
        stream.seek(0)
        if kind == "shapefile":
            with _archive(stream) as archive:
                yield _shapefiles(archive, place)
            return
        if zipped:
            with _archive(stream) as archive:
                yield [_single(archive, kind, place)]
            return
        path = place / f"file.{kind}"
        with path.open("wb") as target:
            shutil.copyfileobj(stream, target, 2**20)
        yield [_source(path, kind, Path(name).stem)]


def _single(archive: zipfile.ZipFile, kind: str, place: Path) -> GeoSource:
    ends = {"gpkg": (".gpkg",), "geojson": (".geojson", ".json")}[kind]
    part = next(
        part
        for part in archive.infolist()
        if part.filename.lower().endswith(ends) and not _is_litter(part.filename)
    )
    path = place / f"file.{kind}"
    _write_part(archive, part, path)
    return _source(path, kind, PurePosixPath(_name_of(part)).stem)


def _source(path: Path, kind: str, label: str) -> GeoSource:
    if kind == "geojson":
        _in_utf8(path)
    return GeoSource(path, DRIVERS[kind], label)


def _in_utf8(path: Path) -> None:
    """Rewrite a GeoJSON that was saved as TIS-620 or UTF-16: the standard knows UTF-8 only."""
    with path.open("rb") as stream:
        codec = detect_encoding(stream).codec
    if codec in ("utf-8", "utf-8-sig"):
        return
    whole = path.read_bytes().decode(codec, "replace")
    path.write_text(whole, encoding="utf-8")


def _shapefiles(archive: zipfile.ZipFile, place: Path) -> list[GeoSource]:
    """Return the shapefiles of a zip, wherever their folders lie; parts belong together by path and stem."""
    parts: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for part in archive.infolist():
        path = PurePosixPath(part.filename.replace("\\", "/"))
        if path.suffix.lower() in _SHAPE_PARTS and not _is_litter(part.filename):
            parts.setdefault(str(path.with_suffix("")).lower(), {})[path.suffix.lower()] = part
    sources = []
    for number, found in enumerate(each for each in parts.values() if ".shp" in each):
        stem = place / f"layer{number}"
        for end, part in found.items():
            if end not in (".cpg", ".cst"):
                _write_part(archive, part, stem.with_suffix(end))
        named = next(
            (
                archive.read(found[end])[:200].decode("ascii", "ignore")
                for end in (".cpg", ".cst")
                if end in found
            ),
            "",
        )
        label = str(PurePosixPath(_name_of(found[".shp"]).replace("\\", "/")).with_suffix(""))
        lacks = tuple(end for end in (".dbf", ".shx", ".prj") if end not in found)
        encoding = _dbf_encoding(stem.with_suffix(".dbf"), named)
        sources.append(GeoSource(stem.with_suffix(".shp"), DRIVERS["shapefile"], label, encoding, lacks))
    return sources


def _name_of(part: zipfile.ZipInfo) -> str:
    """Return a part's name; without the UTF-8 mark it is Windows-874 where Thai programs packed it."""
    if part.flag_bits & 0x800 or part.filename.isascii():
        return part.filename
    raw = part.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp874", "replace")


def _write_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, path: Path) -> None:
    try:
        with archive.open(part) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 2**20)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, struct.error, ValueError):
        raise UnableToImport(
            _("ส่วน %(name)s ในไฟล์ .zip เสียหาย โปรดบีบอัดใหม่") % {"name": PurePosixPath(part.filename).name},
            code="broken_zip",
        ) from None


def _dbf_encoding(path: Path, named: str) -> Encoding:
    if not path.exists():
        return Encoding("utf-8", "standard")
    with path.open("rb") as stream:
        samples, language = _dbf_texts(stream)
    return decide(samples, named, language)


def _dbf_texts(stream: IO[bytes]) -> tuple[list[bytes], int]:
    """Return headings and texts of a .dbf as they stand there, and the language mark of its head."""
    head = stream.read(32)
    if len(head) < 32:
        return [], 0
    _rows, head_size, row_size = struct.unpack_from("<IHH", head, 4)
    fields = stream.read(max(head_size - 32, 0))
    samples, columns, place = [], [], 1
    for at in range(0, len(fields) - 31, 32):
        name, kind, width = fields[at : at + 11].split(b"\x00")[0], fields[at + 11 : at + 12], fields[at + 16]
        if name.startswith(b"\r"):
            break
        samples.append(name)
        if kind == b"C":
            columns.append((place, place + width))
        place += width
    whole = stream.read(_DBF_SAMPLE_BYTES)
    for start in range(0, len(whole) - row_size + 1, row_size) if row_size else ():
        samples += [whole[start + low : start + high].rstrip(b" \x00") for low, high in columns]
    return [text for text in samples if text], head[29]


# ── reading through the child ─────────────────────────────────────────────────────────────────────


def look_at(source: GeoSource, *, layer: str, codec: str) -> dict[str, Any]:
    """Return {"layers", "layer", "rows", "points"} of one source. Raises UnableToImport."""
    answer = next(_answers(source, "look", layer=layer, codec=codec), None)
    if not isinstance(answer, dict) or "layers" not in answer:
        raise _unreadable(answer)
    layers = answer["layers"]
    if any(len(each["columns"]) > MOST_COLUMNS or each["count"] > MOST_FEATURES for each in layers):
        raise UnableToImport(
            _("ชั้นข้อมูลมีเกิน %(most)s รายการหรือเกิน %(columns)s คอลัมน์ โปรดแบ่งเป็นหลายไฟล์")
            % {"most": f"{MOST_FEATURES:,}", "columns": MOST_COLUMNS},
            code="too_many",
        )
    return answer


def read_rows(source: GeoSource, *, layer: str, codec: str) -> Iterator[tuple[int, list[str], str, bool]]:
    """Yield (number, texts, hexadecimal WKB, was not flat) of each feature. Raises UnableToImport where it breaks."""
    for answer in _answers(source, "rows", layer=layer, codec=codec):
        if isinstance(answer, dict):
            raise _unreadable(answer)
        yield answer[0], answer[1], answer[2], answer[3]


def _unreadable(answer: Any) -> UnableToImport:
    # What GDAL says is English: it goes to the log of the worker, not to the screen.
    log.warning("geo file unreadable: %s", answer.get("trouble") if isinstance(answer, dict) else answer)
    return UnableToImport(
        _("ไฟล์แผนที่เสียหายหรือไม่ครบ อ่านไม่ได้จนจบ โปรดเปิดใน QGIS แล้วส่งออกใหม่เป็น GeoPackage"), code="unreadable"
    )


def _answers(source: GeoSource, task: str, *, layer: str, codec: str) -> Iterator[Any]:
    asked = {
        "task": task,
        "library": lgdal._name,
        "path": str(source.path),
        "driver": source.driver,
        "layer": layer,
        "codec": codec or "cp874",
    }
    command = [sys.executable, "-m", "cddp.registers.assets.gateways.geo_child", json.dumps(asked)]
    child = subprocess.Popen(  # noqa: S603  (our own program, our own arguments)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=source.path.parent,
        env=_environment(),
    )
    assert child.stdout is not None  # noqa: S101  (a pipe was asked for)
    try:
        for line in child.stdout:
            yield json.loads(line)
        if child.wait(timeout=SECONDS) != 0:
            yield {"trouble": f"ended with {child.returncode}"}
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
        child.stdout.close()


def _environment() -> dict[str, str]:
    """Nothing of ours goes over: no address of the database, no folder of keys."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "LD_LIBRARY_PATH", "PROJ_LIB", "GDAL_DATA")
        if name in os.environ
    }
    return kept | {
        "PYTHONPATH": str(settings.SOURCE.parent),
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",
    }


def labels_of(sources: Sequence[GeoSource]) -> list[str]:
    """Return what the person calls the files."""
    return [source.label for source in sources]
