"""วัดการนำเข้า: 100,000 rows of a civil register against PostgreSQL's own COPY of the same file."""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from _city import connect, drop_database, make_database, variables
from _measure import Report

# One for each run: two people may measure at once.
DATABASE = f"cddp_bench_import_{os.getpid()}"
ROWS = 100_000
TOWN_ID = 5183
RATIO_LIMIT = 10
HEADINGS = (
    "เลขประจำตัวประชาชน", "คำนำหน้า", "ชื่อ", "นามสกุล", "เพศ", "วันเกิด", "รหัสประจำบ้าน", "บ้านเลขที่", "หมู่ที่",
    "ชื่อหมู่บ้าน", "ถนน", "สถานภาพในบ้าน", "ละติจูด", "ลองจิจูด",
)  # fmt: skip


def measure(report: Report) -> None:
    """Import in a process of its own, as the worker does, into a database that was just made."""
    drop_database(DATABASE)
    make_database(DATABASE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        done = subprocess.run(
            [sys.executable, __file__, str(path)],
            env=variables(DATABASE, "owner") | {"CDDP_DATA_DIR": os.environ["CDDP_DATA_DIR"]},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"the import failed: {done.stderr[-3000:]}")
        imported, took, loaded = done.stdout.split()[-3:]
        copied = sorted(_copy(path) for _ in range(3))[1]
    if int(imported) != ROWS:
        raise SystemExit(f"{imported} of {ROWS} rows were imported")
    report.told("import_100000_rows", float(took), "s")
    report.told("copy_100000_rows", copied, "s")
    report.told("register_load_100000_rows", float(loaded), "s")
    report.told("import_ratio_to_register_load", float(took) / float(loaded), "x")
    report.at_most("import_ratio", float(took) / copied, "x", RATIO_LIMIT)
    drop_database(DATABASE)


def _copy(path: Path) -> float:
    """Return the seconds that a plain COPY of the file into a table of texts takes."""
    from time import perf_counter

    columns = ", ".join(f"c{place} text" for place in range(len(HEADINGS)))
    with connect(DATABASE) as city:
        city.execute("DROP TABLE IF EXISTS plain_copy")
        city.execute(f"CREATE TABLE plain_copy ({columns})")
        began = perf_counter()
        with city.cursor().copy("COPY plain_copy FROM STDIN WITH (FORMAT csv, HEADER)") as copy:
            copy.write(path.read_bytes())
        return perf_counter() - began


def write_register(path: Path) -> None:
    """Write the file: invented people of a town of 37,000 houses, as a registry office would send them."""
    from django.utils import timezone

    from cddp.config.demo import making, registry
    from cddp.config.demo.invention import CitizenIds, RowIds, seeded
    from cddp.config.demo.population import draw_people, form_families
    from cddp.config.demo.towns import named_towns

    town = named_towns()[0]
    order = making.Order(households=ROWS * 37 // 100, seed=9, now=timezone.now())
    random = seeded(9, town.id, "register")
    ids, numbers = RowIds(random, 0), CitizenIds(random, town.number)
    plane, plan = making.lay_out(town, order)
    areas = []
    for number, village in enumerate(town.villages, start=1):
        areas.append(registry.AreaRow(str(number), number, village["name"], village["road"], "moo"))
    areas = [areas[place % len(areas)] for place in range(len(plan.centres))]
    houses = registry.sketch_houses(random, ids, plan, areas, plane)
    codes = {house.id: f"98{place:09d}" for place, house in enumerate(houses, start=10_000_001)}
    people = draw_people(random, ROWS)
    residents = registry.sketch_residents(
        random, ids, houses, form_families(random, people, len(houses)), order.today
    )
    names = registry.load_names()
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADINGS)
        for each in residents:
            given = random.choice(names["given"][each.resident.sex]["middle"])
            person = (numbers.next("1"), given, random.choice(names["family"]))
            rows.writerow(_row(each, person, codes[each.house.id]))


def _row(each: Any, person: tuple[str, str, str], code: str) -> tuple[object, ...]:
    one, house, born = each.resident, each.house, each.birth_date
    digits, given_name, family_name = person
    title, sex = ("นาย", "ชาย") if one.sex == "male" else ("นาง", "หญิง")
    return (
        digits, title, given_name, family_name, sex, f"{born.day:02d}/{born.month:02d}/{born.year + 543}",
        code, house.number, house.area.number, house.area.name, house.area.road,
        "เจ้าบ้าน" if one.role == "head" else "ผู้อาศัย",
        f"{house.lat:.6f}" if house.has_point else "", f"{house.lon:.6f}" if house.has_point else "",
    )  # fmt: skip


def main(path: Path) -> None:
    """Make an empty town as the owner, write the file, and import it as the program's role; print rows and seconds."""
    import django

    django.setup()
    from time import perf_counter

    from django.db import connection

    from cddp.config.demo.making import provide_municipality
    from cddp.config.demo.towns import named_towns

    provide_municipality(named_towns()[0])
    write_register(path)
    connection.close()
    connection.settings_dict["USER"] = "cddp_app"
    from cddp.registers.residents.services.importing import import_registry_file

    began = perf_counter()
    batch = import_registry_file(TOWN_ID, path)
    took = perf_counter() - began
    print(batch.counts if hasattr(batch, "counts") else batch, file=sys.stderr)
    from cddp.foundation.tenancy.current import town_context
    from cddp.registers.residents.models import Person

    with town_context(TOWN_ID):
        count = Person.objects.count()
    connection.close()
    print(count, f"{took:.3f}", f"{load_register():.3f}")


def load_register() -> float:
    """Return the seconds to COPY as many ready-made rows into the register's own tables of another town.

    The floor of any import: the same keys, indexes, checks and triggers, without reading, judging or matching.
    """
    from time import perf_counter

    from django.db import connection
    from django.utils import timezone

    from cddp.config.demo import making
    from cddp.config.demo.towns import named_towns
    from cddp.foundation.tenancy.bulk import copy_into
    from cddp.foundation.tenancy.current import town_context

    town = named_towns()[2]
    connection.settings_dict["USER"] = "cddp_owner"
    making.provide_municipality(town)
    connection.close()
    connection.settings_dict["USER"] = "cddp_app"
    order = making.Order(
        ROWS * 37 // 100, 9, timezone.now(), people_per_household=100 / 37, registry_only=True
    )
    waiting: list[tuple[Any, Any, list[Any]]] = []
    with town_context(town.id):
        making.copy_into = lambda model, columns, rows: waiting.append((model, columns, list(rows)))
        making.make_registry(town, order)
        began = perf_counter()
        for model, columns, rows in waiting:
            copy_into(model, columns, rows)
    return perf_counter() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]))
