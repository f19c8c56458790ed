"""สร้างไฟล์ทะเบียนราษฎรตัวอย่าง: PYTHONPATH=src python -m tests.samples.registry OUT_DIR --households 2000 [--seed 2569]

Writes, of one invented town:
  first_tis620.csv    (a) extract of 1 June, TIS-620, dates as 23/11/2569
  first.xlsx          (b) the same people: 3 title rows, a merged header of two rows, Thai digits, mixed dates and IDs
  later_tis620.csv    (c) extract of 1 November
  printed_utf8.csv    (d) as (a), UTF-8 with BOM, as a printed report: titles, header on every page, blanks, totals
  hostile/            (e) files that must be refused politely (see hostile.py)
  truth.json          rows and dirt of each
"""

import argparse
import copy
import csv
import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from cddp.foundation.values.thai_text import to_thai_digits
from tests.samples.dirt import soil_houses, soil_people
from tests.samples.extract import COLUMNS, MIXED, PLAIN, Truth, write_person
from tests.samples.hostile import write_hostile
from tests.samples.later import let_time_pass, repeat_some
from tests.samples.townsfolk import Person, build_town

Lines = Sequence[tuple[Person, bool]]
PAGE = 500


def write_samples(folder: Path, households: int = 2000, seed: int = 2569) -> dict[str, Truth]:
    """Write all the files into a folder and return the truth of each by file name; the same seed, the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    town = build_town(households, seed)
    soil_houses(town, town.houses[:households])  # the last is the central register
    soil_people(town, town.people)
    first = repeat_some(town, town.people)
    truths = [
        _write_csv(folder / "first_tis620.csv", first, seed),
        _write_xlsx(folder / "first.xlsx", first, seed),
        _write_printed(folder / "printed_utf8.csv", first, seed),
    ]
    # The truths above keep the people as they were; what follows happens to the same people.
    kept = copy.deepcopy(truths)
    people, changes = let_time_pass(town)
    later = _write_csv(folder / "later_tis620.csv", repeat_some(town, people), seed + 1)
    later.changes = changes
    result = {truth.file: truth for truth in [*kept, later]}
    (folder / "truth.json").write_text(
        json.dumps({name: truth.as_json() for name, truth in result.items()}, ensure_ascii=False, indent=1),
        "utf-8",
    )
    return result


def _write_csv(path: Path, lines: Lines, seed: int) -> Truth:
    truth, draw = Truth(path.name, header=1), Random(seed)
    with path.open("w", encoding="cp874", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row, (person, repeated) in enumerate(lines, 2):
            writer.writerow(write_person(person, PLAIN, draw))
            truth.note(row, person, repeated=repeated)
    return truth


def _write_printed(path: Path, lines: Lines, seed: int) -> Truth:
    truth, draw = Truth(path.name, title=2, header=1, footer=2), Random(seed)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([["รายงานบัญชีรายชื่อบุคคลในทะเบียนบ้าน"], ["ข้อมูล ณ วันที่ 1 มิถุนายน 2569"], [], COLUMNS])
        truth.empty += 1
        row = 4
        for place, (person, repeated) in enumerate(lines):
            if place and place % PAGE == 0:
                writer.writerows([[], COLUMNS])
                row += 2
                truth.empty += 1
                truth.repeated_header += 1
            row += 1
            writer.writerow(write_person(person, PLAIN, draw))
            truth.note(row, person, repeated=repeated)
        writer.writerows([["รวมทั้งสิ้น", len(lines)], ["พิมพ์เมื่อ 1/6/2569 เวลา 09:00 น."]])
    return truth


# ── the workbook ────────────────────────────────────────────────────────────────────────────────

_GROUPS = {1: ("ชื่อ - สกุล", 3), 6: ("ที่อยู่ตามทะเบียนบ้าน", 7), 17: ("พิกัด", 2)}


def _write_xlsx(path: Path, lines: Lines, seed: int) -> Truth:
    truth, draw = Truth(path.name, title=3, header=2), Random(seed)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"created": dt.datetime(2026, 6, 1)})
        sheet = book.add_worksheet("ทะเบียนราษฎร")
        day_format = book.add_format({"num_format": "dd/mm/yyyy"})
        _write_top(book, sheet)
        for row, (person, repeated) in enumerate(lines, 6):
            cells = write_person(person, MIXED, draw)
            kinds = _write_line(sheet, row - 1, cells, person, draw, day_format)
            truth.note(row, person, repeated=repeated)
            for kind in kinds:
                truth.dirt[kind].append(row)
        book.add_worksheet("หมายเหตุ").write(0, 0, "ข้อมูลสมมติทั้งหมด")
    return truth


def _write_top(book: Any, sheet: Any) -> None:
    centred = book.add_format({"align": "center", "bold": True})
    last = len(COLUMNS) - 1
    sheet.merge_range(0, 0, 0, last, "บัญชีรายชื่อบุคคลในทะเบียนบ้าน", centred)
    sheet.merge_range(1, 0, 1, last, "เทศบาลตำบลตัวอย่าง อำเภอเมืองลำพูน จังหวัดลำพูน", centred)
    sheet.merge_range(2, 0, 2, last, to_thai_digits("ข้อมูล ณ วันที่ 1 มิถุนายน 2569"), centred)
    grouped = {place for start, (_, size) in _GROUPS.items() for place in range(start, start + size)}
    for start, (name, size) in _GROUPS.items():
        sheet.merge_range(3, start, 3, start + size - 1, name, centred)
    for place, name in enumerate(COLUMNS):
        # Rows are streamed out in order, so the lower cell of a vertical merge is the name's blank partner.
        if place not in grouped:
            sheet.write(3, place, name, centred)
    for place, name in enumerate(COLUMNS):
        if place in grouped:
            sheet.write(4, place, name, centred)


def _write_line(
    sheet: Any, row: int, cells: list[str], person: Person, draw: Random, day_format: Any
) -> set[str]:
    """Write a row as people type it; return the dirt that only a workbook can have."""
    kinds = set()
    for place, text in enumerate(cells):
        if not text:
            continue
        luck = draw.random()
        if place == 0 and text.isdigit() and len(text) == 13 and text[0] != "0" and luck < 0.4:
            sheet.write_number(row, place, float(text) if luck < 0.1 else int(text))
            kinds.add("id_as_number")
        elif (
            place == 5
            and luck < 0.15
            and "birth_impossible" not in person.dirt
            and person.born_precision == "day"
        ):
            sheet.write_datetime(row, place, dt.datetime.combine(person.born, dt.time()), day_format)
            kinds.add("birth_as_day_cell")
        elif (
            place in (8, 15, 16, 17, 18)
            and text.isascii()
            and text.replace(".", "").isdigit()
            and text[0] != "0"
        ):
            sheet.write_number(row, place, float(text))
        else:
            sheet.write_string(row, place, text)
    return kinds


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="สร้างไฟล์ทะเบียนราษฎรตัวอย่างที่สกปรกเหมือนของจริง")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--households", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2569)
    options = parser.parse_args()
    for name, truth in write_samples(options.folder, options.households, options.seed).items():
        print(f"{name}: {truth.total} แถว, ข้อมูล {truth.data}", dict(truth.as_json()["changes"]))
    for path in write_hostile(options.folder / "hostile"):
        print(f"hostile/{path.name}: {path.stat().st_size:,} ไบต์")


if __name__ == "__main__":
    main()
