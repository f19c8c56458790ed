"""พักแถว: the rows of a file, read and judged, into the staging tables, portion by portion."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.contrib.gis.geos import Point
from django.contrib.gis.geos.prepared import PreparedGeometry
from psycopg.types.json import Jsonb

from cddp.foundation.files.cipher import Seal
from cddp.foundation.files.tables import Row, TableSource
from cddp.foundation.tenancy.bulk import copy_into
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.identifiers import uuid7
from cddp.registers.residents.choices import ImportOutcome
from cddp.registers.residents.models import ImportHouse, ImportRow
from cddp.registers.residents.rules.houses import number_order_of, search_text_of
from cddp.registers.residents.rules.importing.addresses import HouseReading
from cddp.registers.residents.rules.importing.houses import FileHouses
from cddp.registers.residents.rules.importing.repeats import Repeats
from cddp.registers.residents.rules.importing.rows import PersonReading, RowReader

PORTION_ROWS: Final = 5_000
ROW_COLUMNS: Final = (
    "id", "municipality_id", "batch_id", "row_number", "outcome", "movement", "problems", "raw_encrypted",
    "house_ordinal", "same_as_row", "citizen_id_encrypted", "citizen_id_hash", "citizen_id_is_valid", "title",
    "given_name", "family_name", "search_name", "sex", "birth_date", "birth_precision", "phone", "nationality",
    "vital_state", "death_date", "role", "is_registered", "is_resident", "has_left", "moved_in_on", "candidate_ids",
)  # fmt: skip
HOUSE_COLUMNS: Final = (
    "id", "municipality_id", "batch_id", "ordinal", "first_row", "house_code", "house_code_is_valid", "number",
    "number_order", "moo", "area_name", "tambon", "road", "lane", "is_central_register", "point", "search_text",
    "matched_by",
)  # fmt: skip


@dataclass(slots=True)
class Staging:
    """การพักแถวของไฟล์หนึ่ง: the state between portions. `reach` is the area in which points are believed."""

    batch_id: UUID
    columns: list[str]
    reader: RowReader
    reach: PreparedGeometry | None
    municipality_id: int = field(default_factory=required_municipality_id)
    houses: FileHouses = field(default_factory=FileHouses)
    repeats: Repeats = field(default_factory=Repeats)
    problems: Counter[str] = field(default_factory=Counter)
    has_two_stays: bool = False
    last_row: int = 0
    raw_seal: Seal = field(init=False)
    id_seal: Seal = field(init=False)
    _beyond: dict[int, tuple[HouseReading, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.raw_seal = Seal(f"import_row:{self.municipality_id}")
        self.id_seal = Seal(f"citizen_id:{self.municipality_id}")

    def tuple_of(self, row: Row) -> tuple[Any, ...]:
        """Return one row of the staging table, in the order of ROW_COLUMNS."""
        self.last_row = row.number
        texts = [row.text(name) for name in self.columns]
        raw = self.raw_seal.encrypt(json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode())
        if row.kind != "data":
            return self._tuple(PersonReading(row.number), ImportOutcome.NOT_DATA, raw, -1, None)
        person = self.reader.read(row)
        if not person.is_usable:
            self._count(person)
            return self._tuple(person, ImportOutcome.REJECTED, raw, -1, None)
        self._judge_point(person)
        ordinal, house_problem = self.houses.place(person.house, row.number)
        if house_problem:
            person.problems.append(house_problem)
        verdict, same_as, problem = self.repeats.judge(person, ordinal, hash(_content(person, ordinal)))
        if problem == "id_shared_dropped":
            person.citizen_id, person.citizen_id_is_valid = "", True
        if problem:
            person.problems.append(("citizen_id" if problem.startswith("id_") else "row", problem))
        self._count(person)
        self.has_two_stays = self.has_two_stays or verdict == "also_lives"
        outcome = {"repeated": ImportOutcome.REPEATED, "ambiguous": ImportOutcome.AMBIGUOUS}.get(
            verdict, ImportOutcome.NEW
        )
        return self._tuple(person, outcome, raw, ordinal, same_as)

    def _judge_point(self, person: PersonReading) -> None:
        """Take away a point far outside the town; whoever shares the reading shares the judgement."""
        house = person.house
        if self.reach is None or (house.point is None and id(house) not in self._beyond):
            return
        known = self._beyond.get(id(house))
        if known is None:
            far = not self.reach.contains(Point(*house.point, srid=4326)) if house.point else False
            known = self._beyond[id(house)] = (house, far)
            if far:
                house.point = None
                house.problems = (*house.problems, ("latitude", "point_outside"))
                person.problems.append(("latitude", "point_outside"))

    def _count(self, person: PersonReading) -> None:
        for name, code in person.problems:
            self.problems[f"{name}.{code}"] += 1

    def _tuple(
        self, p: PersonReading, outcome: str, raw: bytes, ordinal: int, same_as: int | None
    ) -> tuple[Any, ...]:
        digits = p.citizen_id
        return (
            uuid7(), self.municipality_id, self.batch_id, p.row_number, outcome, "",
            Jsonb([list(problem) for problem in p.problems]) if p.problems else _NO_PROBLEMS,
            raw, ordinal if ordinal >= 0 else None, same_as,
            self.id_seal.encrypt(digits.encode()) if digits else None,
            self.id_seal.hash(digits) if digits else None,
            p.citizen_id_is_valid, p.title, p.given_name, p.family_name, p.search_name, p.sex, p.birth_date,
            p.birth_precision, p.phone, p.nationality, p.vital_state, p.death_date, p.role, p.is_registered,
            p.is_resident, p.has_left, p.moved_in_on, "{}",
        )  # fmt: skip

    def house_tuples(self) -> Iterator[tuple[Any, ...]]:
        """Yield the houses of the file, in the order of HOUSE_COLUMNS."""
        for house in self.houses.houses:
            h = house.reading
            yield (
                uuid7(), self.municipality_id, self.batch_id, house.ordinal, house.first_row, h.code,
                h.code_is_valid, h.number, number_order_of(h.number), h.moo, h.area_name, h.tambon, h.road, h.lane,
                h.is_central, _ewkb(h.point), search_text_of(
                    number=h.number, moo=None, area_name="", road=h.road, lane=h.lane, house_code=h.code
                ), "",
            )  # fmt: skip


_NO_PROBLEMS: Final = Jsonb([])


def _content(p: PersonReading, ordinal: int) -> tuple[Any, ...]:
    return (
        p.citizen_id, p.title, p.search_name, p.sex, p.birth_date, p.phone, p.nationality, p.vital_state,
        p.death_date, p.role, p.is_registered, p.is_resident, p.has_left, p.moved_in_on, ordinal,
    )  # fmt: skip


def _ewkb(point: tuple[float, float] | None) -> str | None:
    return f"SRID=4326;POINT({point[0]!r} {point[1]!r})" if point else None


def portions(table: TableSource) -> Iterator[list[Row]]:
    """Yield the filled rows of the table below its header, portion by portion."""
    rows = iter(table.rows())
    while portion := list(islice(rows, PORTION_ROWS)):
        yield portion


def stage_portion(staging: Staging, portion: list[Row]) -> None:
    """Put one portion into the staging table of the current town."""
    copy_into(ImportRow, ROW_COLUMNS, (staging.tuple_of(row) for row in portion))


def stage_houses(staging: Staging) -> None:
    """Put the houses of the file into their staging table, and settle what only the whole file shows."""
    copy_into(ImportHouse, HOUSE_COLUMNS, staging.house_tuples())
    rows = ImportRow.objects.filter(batch_id=staging.batch_id)
    for row in rows.filter(row_number__in=staging.repeats.doubtful_rows):
        row.outcome = ImportOutcome.AMBIGUOUS
        row.problems = [*row.problems, ["citizen_id", "id_shared"]]
        row.save(update_fields=["outcome", "problems"])
        staging.problems["citizen_id.id_shared"] += 1
    for row in rows.filter(row_number__in=staging.repeats.numberless_rows):
        row.citizen_id_encrypted = row.citizen_id_hash = None
        row.citizen_id_is_valid = True
        row.problems = [*row.problems, ["citizen_id", "id_shared_dropped"]]
        row.save(update_fields=["citizen_id_encrypted", "citizen_id_hash", "citizen_id_is_valid", "problems"])
        staging.problems["citizen_id.id_shared_dropped"] += 1


def clear_staging(batch_id: UUID) -> None:
    """Forget the rows of an earlier reading of the file."""
    ImportRow.objects.filter(batch_id=batch_id).delete()
    ImportHouse.objects.filter(batch_id=batch_id).delete()


def new_staging(
    batch_id: UUID,
    *,
    columns: list[str],
    mapping: Mapping[str, str],
    reach: PreparedGeometry | None,
    today: dt.date,
) -> Staging:
    """Return a staging for one file, in the current town."""
    return Staging(batch_id, columns, RowReader(mapping, today=today), reach)
