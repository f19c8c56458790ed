"""`./cddp import KIND FILE --town SLUG`: hand a file to the app that reads its kind."""  # noqa: N999 (the word is the command)

import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality, MunicipalityKind
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints.services import traffy
from cddp.registers.residents.choices import ImportOutcome
from cddp.registers.residents.queries.importing import count_problems
from cddp.registers.residents.services.importing import import_registry_file as import_registry

Show = Callable[[int, int], None]
Importer = Callable[..., list[str]]

TEST_TOWN_ID = 9001  # no local government bears a code above 8999
# Corners of a frame around Bangkok, by eye: west, south, east, north.
TEST_TOWN_FRAME = (100.327, 13.49, 100.94, 13.956)


def import_traffy(file: Path, town: Municipality, show: Show, **_options: bool) -> list[str]:
    """Take a file of Traffy tickets; return what happened, in lines."""
    with town_context(town.pk):
        batch = traffy.open_batch(file_name=file.name)
    batch = traffy.import_tickets(
        lambda: file.open("rb"), batch.pk, municipality_id=town.pk, on_progress=show
    )
    if batch.message:
        raise CommandError(batch.message)
    return [
        (
            f"อ่าน {batch.rows_done:,} แถว: เรื่องใหม่ {batch.added:,} · เปลี่ยน {batch.changed:,} · "
            f"เหมือนเดิม {batch.unchanged:,} · เก็บไว้โดยไม่เป็นเรื่องใหม่ {batch.set_aside:,}"
        ),
        f"มีพิกัด {batch.placed:,} · แถวที่มีข้อสังเกต {batch.odd_rows:,}",
        *(f"  {count:>7,}  {words} ({reason})" for reason, words, count in batch.odd_counts_named),
    ]


def import_registry_file(
    file: Path, town: Municipality, show: Show, *, dry_run: bool, complete: bool
) -> list[str]:
    """Take a civil registration; return what happened to its rows, in lines."""
    batch = import_registry(town.pk, file, complete=complete, dry_run=dry_run)
    show(batch.rows_done, batch.counts["total"])
    with town_context(town.pk):
        problems = count_problems(batch)
    labels = dict(ImportOutcome.choices)
    return [
        f"{batch.file_name}: {batch.counts['total']:,} แถว · {batch.get_state_display()}",
        *(f"  {batch.counts[key]:>9,}  {labels[key]}" for key in ImportOutcome.values),
        f"  {batch.counts['gone']:>9,}  คนในทะเบียนเดิมที่ไม่พบในไฟล์",
        *(f"  {each.rows:>9,}  {each.label}: {each.reason}" for each in problems),
    ]


# One line for each kind of file.
IMPORTERS: dict[str, Importer] = {
    "registry": import_registry_file,
    "traffy": import_traffy,
}


class Command(BaseCommand):
    """นำเข้าไฟล์เข้าเทศบาลหนึ่ง."""

    help = "นำเข้าไฟล์เข้าเทศบาลหนึ่ง · import a file into one town"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(IMPORTERS), help="ชนิดของไฟล์ · kind of file")
        parser.add_argument("file", type=Path, help="ไฟล์ · file")
        parser.add_argument("--town", required=True, help="ชื่อเทศบาลในที่อยู่เว็บ · slug of the town")
        parser.add_argument(
            "--dry-run", action="store_true", help="ทะเบียน: ตรวจอย่างเดียว · registry: check only"
        )
        parser.add_argument(
            "--complete",
            action="store_true",
            help="ทะเบียน: ไฟล์มีทุกคนของพื้นที่ · registry: the file names everybody of its areas",
        )
        parser.add_argument(
            "--make-test-town",
            action="store_true",
            help="สร้างเมืองทดสอบชื่อนี้ (กรอบกรุงเทพฯ) ถ้ายังไม่มี · make a test town around Bangkok",
        )

    def handle(self, *args: Any, kind: str, file: Path, town: str, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"ไม่พบไฟล์ {file} · no such file")
        if options["make_test_town"]:
            make_test_town(town)
        place = Municipality.objects.filter(slug=town).first()
        if place is None:
            known = ", ".join(Municipality.objects.values_list("slug", flat=True))
            raise CommandError(f"ไม่มีเทศบาล “{town}” (มี: {known or '-'}) · no such town")
        began = time.monotonic()
        try:
            summary = IMPORTERS[kind](
                file, place, self._show, dry_run=options["dry_run"], complete=options["complete"]
            )
        except UnableTo as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write("\n".join([*summary, f"{time.monotonic() - began:.1f} วินาที"]))

    def _show(self, done: int, total: int) -> None:
        self.stderr.write(f"  {done:,} / {total:,}")


def make_test_town(slug: str) -> None:
    """Make a town around Bangkok for trying real tickets; as the owner of the tables, who alone may add towns."""
    if Municipality.objects.filter(slug=slug).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('tenancy_municipality', 'INSERT')")
        if not cursor.fetchone()[0]:
            raise CommandError(
                "สร้างเมืองทดสอบต้องเป็นเจ้าของฐานข้อมูล: CDDP_DATABASE_ROLE=owner ./cddp import … · needs the owner"
            )
    Municipality.objects.create(
        id=TEST_TOWN_ID,
        slug=slug,
        kind=MunicipalityKind.OTHER,
        name_th="กรุงเทพมหานคร",
        name_en="Bangkok (test)",
        province_th="กรุงเทพมหานคร",
        boundary=MultiPolygon(Polygon.from_bbox(TEST_TOWN_FRAME)),
        is_demo=True,
        attribution="กรอบสี่เหลี่ยมโดยประมาณ ใช้ทดสอบเท่านั้น",
    )
