"""พักแถวของไฟล์: read, judge and place every row in the staging table; nothing of the register changes."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.types.json import Jsonb

from cddp.foundation.accounts.models import Division
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.identifiers import uuid7
from cddp.foundation.values.thai_text import search_key
from cddp.registers.assets.choices import GeometryKind
from cddp.registers.assets.gateways.import_sources import SourceRow
from cddp.registers.assets.models import AssetImport, AssetModel
from cddp.registers.assets.queries.attributes import blanks_of, list_fields
from cddp.registers.assets.queries.import_positions import reach_of_town
from cddp.registers.assets.rules.importing.projections import PROJECTIONS, WGS84, bounds_of, proj_string
from cddp.registers.assets.rules.importing.rows import RowReader, RowReading
from cddp.registers.assets.rules.shapes import MOST_POINTS
from cddp.registers.assets.services.importing.statements import (
    BOUNDS,
    INCOMING,
    INCOMING_COLUMNS,
    KEEP_STAGED,
    LINES,
    PLACE,
    POINTS,
)

PORTION_ROWS: Final = 2_000
LONGEST_RAW: Final = 1_000


@dataclass(slots=True)
class Staging:
    """การพักแถวของไฟล์หนึ่ง: how its rows are read and placed."""

    found: AssetImport
    reader: RowReader
    parameters: dict[str, Any]
    is_line: bool
    last_row: int = 0
    placed: int = 0
    columns: list[str] = field(default_factory=list)

    def tuple_of(self, row: SourceRow) -> tuple[Any, ...]:
        """Return one row in the order of INCOMING_COLUMNS."""
        self.last_row = max(self.last_row, row.number)
        reading = self.reader.read(row.texts)
        source = self._source_of(row, reading)
        values = reading.values | ({"attributes": reading.attributes} if reading.attributes else {})
        if reading.lacks:
            values["lacks"] = reading.lacks
        raw = {name: row.texts.get(name, "")[:LONGEST_RAW].replace("\x00", "") for name in self.columns}
        self.placed += source is not None
        return (uuid7(), row.number, Jsonb(raw), Jsonb(values), Jsonb(reading.problems), source)

    def _source_of(self, row: SourceRow, reading: RowReading) -> str | None:
        """Return the shape in the file's own numbers as hexadecimal WKB, None where there is none to take."""
        if row.wkb:
            if row.is_tall:
                reading.problems.append(("shape", "flattened"))
            if is_sound(row.wkb):
                return row.wkb
            reading.problems.append(("shape", "unsound"))
        elif reading.position is not None:
            x, y = reading.position
            return str(GEOSGeometry(f"POINT({x!r} {y!r})").hex.decode())
        elif not any(code == "position_unreadable" for _field, code in reading.problems):
            reading.problems.append(("shape", "empty_shape"))
        return None


def is_sound(wkb: str) -> bool:
    """Tell whether a shape can be built at all: closed rings, two points to a line."""
    try:
        GEOSGeometry(wkb)
    except (GEOSException, GDALException, ValueError, TypeError):
        return False
    return True


def new_staging(found: AssetImport, *, today: dt.date) -> Staging:
    """Return a staging for one import, in the current town."""
    asset_class = found.asset_class
    if asset_class is None:
        raise ValueError("an import is checked once its class is known")
    projection = PROJECTIONS[found.reading.get("projection") or "4326"]
    models = AssetModel.objects.filter(asset_class=asset_class, is_active=True)
    known = {_key(each.name): str(each.pk) for each in models} | {
        _key(str(each)): str(each.pk) for each in models
    }
    divisions = {_key(each.name): str(each.pk) for each in Division.objects.all()}
    reader = RowReader(
        found.mapping,
        blanks=blanks_of(list_fields(asset_class)),
        models=known,
        divisions=divisions,
        today=today,
        is_degrees=projection.is_degrees,
        is_swapped=projection.is_swapped,
    )
    is_line = asset_class.geometry == GeometryKind.LINE
    return Staging(found, reader, _parameters(found, projection.key), is_line, columns=list(found.columns))


def _key(text: str) -> str:
    return search_key(text, drop_title=False)


def _parameters(found: AssetImport, key: str) -> dict[str, Any]:
    west, south, east, north = bounds_of(key)
    return {
        "town": required_municipality_id(),
        "batch": found.pk,
        "proj": proj_string(key, found.reading["datum"]),
        "wgs84": WGS84,
        "swapped": PROJECTIONS[key].is_swapped,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "reach": reach_of_town(),
        "most_points": MOST_POINTS,
    }


def portions(rows: Iterable[SourceRow]) -> Iterator[list[SourceRow]]:
    """Yield the rows portion by portion."""
    each = iter(rows)
    while portion := list(islice(each, PORTION_ROWS)):
        yield portion


def stage_portion(staging: Staging, portion: list[SourceRow]) -> None:
    """Put one portion into the staging table, its shapes brought to EPSG:4326 and judged."""
    rows = [staging.tuple_of(row) for row in portion]
    names = ", ".join(f'"{name}"' for name in INCOMING_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS incoming_rows")
        cursor.execute(INCOMING)
        with cursor.copy(f"COPY incoming_rows ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        _place(cursor, staging)
        cursor.execute(KEEP_STAGED, staging.parameters)


def _place(cursor: CursorWrapper, staging: Staging) -> None:
    for statement in (*PLACE, *(LINES if staging.is_line else POINTS), *BOUNDS):
        cursor.execute(statement, staging.parameters)
