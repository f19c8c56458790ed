"""จับคู่กับทะเบียน: which house and which person of the register each row of a file means, by set operations.

Nothing is guessed: a person is found by the identity number (and a name or birth date that agrees), or by name
and birth date in the same house; whatever else looks alike is listed as ambiguous. May be run again at any time
before the rows are applied; it starts from the staging tables alone.

The rows go through temporary tables, because only those can be analysed by the program's role, and a planner
without statistics joins 100,000 rows one by one.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.thai_text import search_key
from cddp.registers.residents.models import Area, ImportBatch, ImportHouse
from cddp.registers.residents.services.importing.statements import (
    ABSENCES,
    HOUSES_BY_ADDRESS,
    HOUSES_BY_CODE,
    HOUSES_OF_CENTRAL_REGISTER,
    HOUSES_RESET,
    HOUSES_UNIQUE_CODES,
    OUTCOMES,
    OUTCOMES_OF_OTHER_STAYS,
    PEOPLE_AMBIGUOUS,
    PEOPLE_BY_ID,
    PEOPLE_BY_NAME,
    PEOPLE_TABLES,
    PEOPLE_TWICE,
    ROWS_NEW_MOVEMENT,
    ROWS_RESET,
)

AreaKey = tuple[int | None, str, str]
"""(moo, name of village or community, tambon) as the file says them."""

MATCHING_CODES: Final = ("namesake", "id_of_other", "matched_twice")


def match_batch(batch: ImportBatch, *, previous_extract: date | None) -> None:
    """Find houses, persons and outcomes of the staged rows. Inside a transaction of the batch's town."""
    match_areas(batch.pk)
    parameters: dict[str, Any] = {
        "batch": batch.pk,
        "town": required_municipality_id(),
        "codes": list(MATCHING_CODES),
        "since": previous_extract,
    }
    refresh_statistics("importrow", "importhouse")
    with connection.cursor() as cursor:
        _match_houses(cursor, parameters)
        _match_people(cursor, parameters)
        if previous_extract is not None:
            cursor.execute(ROWS_NEW_MOVEMENT, parameters)
        cursor.execute("DELETE FROM residents_importabsence WHERE batch_id = %(batch)s", parameters)
        cursor.execute(ABSENCES, parameters)


def refresh_statistics(*tables: str) -> None:
    """Let the planner know of rows that were written a moment ago; else it takes the tables for empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT residents_analyze_import(%s::text[])", [list(tables)])


def _match_houses(cursor: CursorWrapper, parameters: dict[str, Any]) -> None:
    cursor.execute(HOUSES_RESET, parameters)
    cursor.execute("SELECT EXISTS (SELECT 1 FROM residents_house)")
    if not cursor.fetchone()[0]:
        return
    for statement in (HOUSES_BY_CODE, HOUSES_OF_CENTRAL_REGISTER, HOUSES_BY_ADDRESS, HOUSES_UNIQUE_CODES):
        cursor.execute(statement, parameters)


def _match_people(cursor: CursorWrapper, parameters: dict[str, Any]) -> None:
    cursor.execute(ROWS_RESET, parameters)
    cursor.execute("SELECT EXISTS (SELECT 1 FROM residents_person)")
    if not cursor.fetchone()[0]:
        cursor.execute(OUTCOMES_OF_OTHER_STAYS, parameters)
        return
    for statement in PEOPLE_TABLES:
        cursor.execute(statement, parameters)
    for statement in (PEOPLE_BY_ID, PEOPLE_BY_NAME, PEOPLE_TWICE, PEOPLE_AMBIGUOUS, OUTCOMES):
        cursor.execute(statement, parameters)
    cursor.execute(OUTCOMES_OF_OTHER_STAYS, parameters)


# ── areas ─────────────────────────────────────────────────────────────────────────────────────────


def match_areas(batch_id: UUID) -> list[AreaKey]:
    """Tell the houses of the file their areas; return the areas that the register does not have yet."""
    keys = area_keys(batch_id)
    known = known_areas()
    missing = []
    for key in keys:
        area = find_area(key, known)
        if area is not None:
            # Asked again for each area that is made: rows that know theirs must not be written anew.
            houses_in(batch_id, key).exclude(area_id=area.pk).update(area_id=area.pk)
        elif key[0] is not None or key[1]:
            missing.append(key)
    return missing


def area_keys(batch_id: UUID) -> list[AreaKey]:
    """Return the areas that the houses of the file name, each once."""
    houses = ImportHouse.objects.filter(batch_id=batch_id)
    return list(
        houses.values_list("moo", "area_name", "tambon").distinct().order_by("moo", "area_name", "tambon")
    )


def houses_in(batch_id: UUID, key: AreaKey) -> QuerySet[ImportHouse]:
    """Return the staged houses under one area key."""
    moo, name, tambon = key
    return ImportHouse.objects.filter(batch_id=batch_id, moo=moo, area_name=name, tambon=tambon)


def known_areas() -> dict[object, list[Area]]:
    """Return the areas of the town by number and by name."""
    known: dict[object, list[Area]] = defaultdict(list)
    for area in Area.objects.all():
        if area.number is not None:
            known[area.number].append(area)
        known[_area_name_key(area.name)].append(area)
    return known


def _area_name_key(name: str) -> str:
    return search_key(name, drop_title=False).removeprefix("ชุมชน").removeprefix("บ้าน")


def find_area(key: AreaKey, known: dict[object, list[Area]]) -> Area | None:
    """Return the one area that a key means: by number, told apart by name; without a number by name alone."""
    moo, name, _tambon = key
    named = known.get(_area_name_key(name), []) if name else []
    if moo is None:
        return _only(named)
    numbered = known.get(moo, [])
    both = [area for area in numbered if area in named]
    return _only(both) or _only(numbered)


def _only(areas: Iterable[Area]) -> Area | None:
    found = list(areas)
    return found[0] if len(found) == 1 else None
