"""พักแถวของไฟล์: read, judge and place every row in the staging table; nothing of the register changes."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.types.json import Jsonb

from cddp.foundation.accounts.models import Division
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.identifiers import uuid7
from cddp.foundation.values.thai_text import search_key
from cddp.registers.assets.choices import GeometryKind
from cddp.registers.assets.gateways.import_sources import SourceRow
from cddp.registers.assets.gateways.transforming import Transformer, UntransformableShape, point_wkb
from cddp.registers.assets.models import AssetImport, AssetModel
from cddp.registers.assets.queries.attributes import blanks_of, list_fields
from cddp.registers.assets.queries.import_positions import FAR_M, reach_of_town
from cddp.registers.assets.rules.importing.projections import PROJECTIONS
from cddp.registers.assets.rules.importing.rows import RowReader, RowReading
from cddp.registers.assets.rules.shapes import MOST_POINTS
from cddp.registers.assets.services.importing.statements import (
    BOUNDS,
    INCOMING,
    INCOMING_COLUMNS,
    KEEP_STAGED,
    LINES,
    POINTS,
)

PORTION_ROWS: Final = 2_000
LONGEST_RAW: Final = 1_000


@dataclass(slots=True)
class Staging:
    """การพักแถวของไฟล์หนึ่ง: how its rows are read and placed."""

    found: AssetImport
    reader: RowReader
    transformer: Transformer
    parameters: dict[str, Any]
    is_line: bool
    last_row: int = 0
    placed: int = 0
    columns: list[str] = field(default_factory=list)

    def tuple_of(self, row: SourceRow) -> tuple[Any, ...]:
        """Return one row in the order of INCOMING_COLUMNS."""
        self.last_row = max(self.last_row, row.number)
        reading = self.reader.read(row.texts)
        shape = self._shape_of(row, reading)
        values = reading.values | ({"attributes": reading.attributes} if reading.attributes else {})
        if reading.lacks:
            values["lacks"] = reading.lacks
        raw = {name: row.texts.get(name, "")[:LONGEST_RAW].replace("\x00", "") for name in self.columns}
        return (uuid7(), row.number, Jsonb(raw), Jsonb(values), Jsonb(reading.problems), shape)

    def _shape_of(self, row: SourceRow, reading: RowReading) -> str | None:
        """Return where the row lies, in EPSG:4326 as hexadecimal EWKB; None where nothing is to be taken."""
        wkb = bytes.fromhex(row.wkb) if row.wkb else point_wkb(*reading.position) if reading.position else b""
        if not wkb:
            if not any(code == "position_unreadable" for _field, code in reading.problems):
                reading.problems.append(("shape", "empty_shape"))
            return None
        self.placed += 1
        if row.is_tall:
            reading.problems.append(("shape", "flattened"))
        try:
            return str(self.transformer.shape(wkb).hexewkb.decode())
        except UntransformableShape as fault:
            reading.problems.append(("shape", fault.code))
        return None


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
    transformer = Transformer(projection.key, found.reading["datum"])
    return Staging(found, reader, transformer, _parameters(found), is_line, columns=list(found.columns))


def _key(text: str) -> str:
    return search_key(text, drop_title=False)


def _parameters(found: AssetImport) -> dict[str, Any]:
    return {
        "town": required_municipality_id(),
        "batch": found.pk,
        "reach": reach_of_town(),
        "far": reach_of_town(FAR_M),
        "most_points": MOST_POINTS,
    }


def portions(rows: Iterable[SourceRow]) -> Iterator[list[SourceRow]]:
    """Yield the rows portion by portion."""
    each = iter(rows)
    while portion := list(islice(each, PORTION_ROWS)):
        yield portion


def stage_portion(staging: Staging, portion: list[SourceRow]) -> None:
    """Put one portion into the staging table, its shapes judged."""
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
    for statement in (*(LINES if staging.is_line else POINTS), *BOUNDS):
        cursor.execute(statement, staging.parameters)
