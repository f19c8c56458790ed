"""อ่านแผนที่ในโพรเซสแยก: a process of its own that opens one file with GDAL and writes what it finds as JSON lines.

    python -m cddp.registers.assets.gateways.geo_child '{"task": "rows", "path": …, "driver": …}'

GDAL is a large C library, and the file comes from outside: a crash, an endless loop or a swollen allocation ends this
process, not the worker. It opens by one named driver only, has limits on memory, time and file size, and neither
Django nor settings, database or keys. Bytes of a .dbf come through as they are (ENCODING=) and are decoded here by the
codec that was found.
"""

import ctypes
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

from cddp.registers.assets.rules.importing.encodings import decode, unique_names

MEMORY_BYTES = 3 * 2**30
CPU_SECONDS = 600
FILE_BYTES = 2**30
VECTOR, READ_ONLY = 0x04, 0x00
FAILURE = 3
SAMPLE_ROWS, SAMPLE_POINTS = 6, 400
LONGEST_TEXT = 5_000

_P, _S, _I = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
# name → (what it returns, what it takes)
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "GDALAllRegister": (None, []),
    "GDALOpenEx": (_P, [_S, ctypes.c_uint, ctypes.POINTER(_S), ctypes.POINTER(_S), _P]),
    "GDALDatasetGetLayerCount": (_I, [_P]),
    "GDALDatasetGetLayer": (_P, [_P, _I]),
    "OGR_L_GetName": (_S, [_P]),
    "OGR_L_GetFeatureCount": (ctypes.c_int64, [_P, _I]),
    "OGR_L_GetGeomType": (_I, [_P]),
    "OGR_L_GetSpatialRef": (_P, [_P]),
    "OSRExportToWkt": (_I, [_P, ctypes.POINTER(_P)]),
    "OGR_L_GetLayerDefn": (_P, [_P]),
    "OGR_FD_GetFieldCount": (_I, [_P]),
    "OGR_FD_GetFieldDefn": (_P, [_P, _I]),
    "OGR_Fld_GetNameRef": (_S, [_P]),
    "OGRGeometryTypeToName": (_S, [_I]),
    "OGR_L_ResetReading": (None, [_P]),
    "OGR_L_GetNextFeature": (_P, [_P]),
    "OGR_F_IsFieldSetAndNotNull": (_I, [_P, _I]),
    "OGR_F_GetFieldAsString": (_S, [_P, _I]),
    "OGR_F_GetGeometryRef": (_P, [_P]),
    "OGR_F_Destroy": (None, [_P]),
    "OGR_G_IsEmpty": (_I, [_P]),
    "OGR_G_HasCurveGeometry": (_I, [_P, _I]),
    "OGR_G_GetLinearGeometry": (_P, [_P, ctypes.c_double, _P]),
    "OGR_G_DestroyGeometry": (None, [_P]),
    "OGR_G_WkbSize": (_I, [_P]),
    "OGR_G_ExportToIsoWkb": (_I, [_P, _I, _P]),
    "OGR_G_Is3D": (_I, [_P]),
    "OGR_G_IsMeasured": (_I, [_P]),
    "OGR_G_FlattenTo2D": (None, [_P]),
    "OGR_G_GetEnvelope": (None, [_P, ctypes.POINTER(ctypes.c_double * 4)]),
    "CPLSetConfigOption": (None, [_S, _S]),
    "CPLErrorReset": (None, []),
    "CPLGetLastErrorType": (_I, []),
    "CPLGetLastErrorMsg": (_S, []),
    "VSIFree": (None, [_P]),
}


def _load(library: str) -> Any:
    gdal = ctypes.CDLL(library)
    for name, (result, takes) in _FUNCTIONS.items():
        function = getattr(gdal, name)
        function.restype, function.argtypes = result, takes
    for option, value in {
        "SHAPE_RESTORE_SHX": "YES",  # a missing .shx only says where the records lie
        "SHAPE_ENCODING": "",
        "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
        "OGR_GEOJSON_MAX_OBJ_SIZE": "200",
        "GDAL_HTTP_TIMEOUT": "1",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "CPL_DEBUG": "OFF",
    }.items():
        gdal.CPLSetConfigOption(option.encode(), value.encode())
    gdal.GDALAllRegister()
    return gdal


def limit() -> None:
    """Bound what this process may take."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


class Source:
    """ไฟล์ที่เปิดแล้ว: the layers of one file; texts decoded by `codec`."""

    def __init__(self, library: str, path: str, driver: str, codec: str) -> None:
        self.gdal, self.codec = _load(library), codec
        drivers = (ctypes.c_char_p * 2)(driver.encode(), None)
        options = (ctypes.c_char_p * 2)(b"ENCODING=", None) if driver == "ESRI Shapefile" else None
        self.dataset = self.gdal.GDALOpenEx(path.encode(), VECTOR | READ_ONLY, drivers, options, None)
        if not self.dataset:
            raise ValueError(self.trouble())
        count = self.gdal.GDALDatasetGetLayerCount(self.dataset)
        self.layers = [self.gdal.GDALDatasetGetLayer(self.dataset, place) for place in range(count)]

    def trouble(self) -> str:
        """Return what GDAL said last."""
        return (self.gdal.CPLGetLastErrorMsg() or b"").decode("utf-8", "replace")[:300]

    def name_of(self, layer: Any) -> str:
        """Return the name of a layer."""
        return (self.gdal.OGR_L_GetName(layer) or b"").decode("utf-8", "replace")

    def layer_named(self, name: str) -> Any:
        """Return one layer: by its name, the only one for "", None if there is none."""
        named = [layer for layer in self.layers if self.name_of(layer) == name]
        return (named or self.layers)[0] if named or (self.layers and not name) else None

    def describe(self, layer: Any) -> dict[str, Any]:
        """Return name, number of features, kind of geometry, projection and columns of a layer."""
        kind = self.gdal.OGRGeometryTypeToName(self.gdal.OGR_L_GetGeomType(layer)) or b""
        return {
            "name": self.name_of(layer),
            "count": int(self.gdal.OGR_L_GetFeatureCount(layer, 1)),
            "geometry": kind.decode("ascii", "replace"),
            "wkt": self._wkt(layer),
            "columns": self.columns(layer),
        }

    def columns(self, layer: Any) -> list[str]:
        """Return the names of the columns, each once."""
        definition = self.gdal.OGR_L_GetLayerDefn(layer)
        names = []
        for place in range(self.gdal.OGR_FD_GetFieldCount(definition)):
            field = self.gdal.OGR_FD_GetFieldDefn(definition, place)
            names.append(decode(self.gdal.OGR_Fld_GetNameRef(field) or b"", self.codec))
        return unique_names(names)

    def _wkt(self, layer: Any) -> str:
        reference = self.gdal.OGR_L_GetSpatialRef(layer)
        if not reference:
            return ""
        text = ctypes.c_void_p()
        self.gdal.OSRExportToWkt(reference, ctypes.byref(text))
        found = ctypes.string_at(text).decode("utf-8", "replace") if text.value else ""
        self.gdal.VSIFree(text)
        return found

    def features(self, layer: Any) -> Iterator[Any]:
        """Yield the features in order; each is destroyed when the next is asked for."""
        self.gdal.CPLErrorReset()
        self.gdal.OGR_L_ResetReading(layer)
        while feature := self.gdal.OGR_L_GetNextFeature(layer):
            try:
                yield feature
            finally:
                self.gdal.OGR_F_Destroy(feature)

    def texts(self, feature: Any, columns: int) -> list[str]:
        """Return the values of a feature as texts, "" for nothing."""
        found = []
        for place in range(columns):
            if self.gdal.OGR_F_IsFieldSetAndNotNull(feature, place):
                raw = self.gdal.OGR_F_GetFieldAsString(feature, place) or b""
                text = raw.decode() if raw.isascii() else decode(raw, self.codec)
                found.append(text[:LONGEST_TEXT])
            else:
                found.append("")
        return found

    def wkb(self, feature: Any) -> tuple[str, bool]:
        """Return the geometry as hexadecimal WKB, flat and with straight edges, and whether it was not flat before."""
        geometry = self.gdal.OGR_F_GetGeometryRef(feature)
        if not geometry or self.gdal.OGR_G_IsEmpty(geometry):
            return "", False
        is_tall = bool(self.gdal.OGR_G_Is3D(geometry) or self.gdal.OGR_G_IsMeasured(geometry))
        if is_tall:
            self.gdal.OGR_G_FlattenTo2D(geometry)
        if not self.gdal.OGR_G_HasCurveGeometry(geometry, 0):
            return self._wkb(geometry), is_tall
        straight = self.gdal.OGR_G_GetLinearGeometry(geometry, 0.0, None)
        try:
            return self._wkb(straight), is_tall
        finally:
            self.gdal.OGR_G_DestroyGeometry(straight)

    def _wkb(self, geometry: Any) -> str:
        buffer = (ctypes.c_char * self.gdal.OGR_G_WkbSize(geometry))()
        self.gdal.OGR_G_ExportToIsoWkb(geometry, 1, buffer)
        return bytes(buffer).hex()

    def middle(self, feature: Any) -> list[float] | None:
        """Return the middle of a feature's extent."""
        geometry = self.gdal.OGR_F_GetGeometryRef(feature)
        if not geometry or self.gdal.OGR_G_IsEmpty(geometry):
            return None
        box = (ctypes.c_double * 4)()
        self.gdal.OGR_G_GetEnvelope(geometry, ctypes.byref(box))
        return [(box[0] + box[1]) / 2, (box[2] + box[3]) / 2]


def look(source: Source, name: str) -> Iterator[Any]:
    """Yield one answer: all layers, and of the one asked for the first rows and places all over it."""
    layer = source.layer_named(name)
    layers = [source.describe(each) for each in source.layers]
    if layer is None:
        yield {"layers": layers, "layer": "", "rows": [], "points": []}
        return
    described = next(each for each in layers if each["name"] == source.name_of(layer))
    stride = max(1, described["count"] // SAMPLE_POINTS)
    rows: list[list[str]] = []
    points: list[list[float]] = []
    for place, feature in enumerate(source.features(layer)):
        if place < SAMPLE_ROWS:
            rows.append(source.texts(feature, len(described["columns"])))
        if place % stride == 0 and len(points) < SAMPLE_POINTS and (middle := source.middle(feature)):
            points.append(middle)
    yield {"layers": layers, "layer": described["name"], "rows": rows, "points": points}


def rows(source: Source, name: str) -> Iterator[Any]:
    """Yield [number, texts, WKB, was not flat] of each feature; {"trouble": words} where GDAL stopped early."""
    layer = source.layer_named(name)
    if layer is None:
        yield {"trouble": "no such layer"}
        return
    columns = len(source.columns(layer))
    for number, feature in enumerate(source.features(layer), 1):
        yield [number, source.texts(feature, columns), *source.wkb(feature)]
    if source.gdal.CPLGetLastErrorType() >= FAILURE:
        yield {"trouble": source.trouble()}


def main() -> None:
    """Do what the argument says."""
    asked = json.loads(sys.argv[1])
    limit()
    try:
        source = Source(asked["library"], asked["path"], asked["driver"], asked["codec"])
        answers = {"look": look, "rows": rows}[asked["task"]](source, asked["layer"])
        for answer in answers:
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    except (ValueError, MemoryError) as trouble:
        sys.stdout.write(json.dumps({"trouble": str(trouble) or "memory"}) + "\n")


if __name__ == "__main__":
    main()
