"""สร้างเมืองสาธิต: ./cddp demo [--households N] [--towns M]: invented towns in real outlines."""

import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.utils import timezone

from cddp.config.demo import making
from cddp.config.demo.towns import DemoTown, bangkok_test_town, demo_towns
from cddp.foundation.tenancy.current import town_context

DEFAULT_HOUSEHOLDS = 2_000
MOST_TOWNS = 98
MOST_PROCESSES = 4
Counts = dict[str, int]


class Command(BaseCommand):
    """คำสั่งสร้างเมืองสาธิต."""

    help = "สร้างเมืองสาธิต: คนและบ้านสมมติ ในเขตตำบลจริง · make demo towns (invented people)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Sizes and seed."""
        parser.add_argument(
            "--households",
            type=int,
            default=DEFAULT_HOUSEHOLDS,
            help="ครัวเรือนต่อเมือง หรือรวมทุกเมืองเมื่อเกิน 20,000 · each town; in all when above 20,000",
        )
        parser.add_argument("--towns", type=int, default=3, help="จำนวนเมือง · how many towns (1–98)")
        parser.add_argument("--seed", type=int, default=2569, help="เลขตั้งต้นของการสุ่ม · same seed, same rows")
        parser.add_argument(
            "--people-per-household", type=float, default=None, metavar="X", help="คนต่อครัวเรือน"
        )
        parser.add_argument(
            "--registry-only", action="store_true", help="เฉพาะบ้านและคน ไม่มีข้อเท็จจริง เรื่องร้องเรียน และบัญชี"
        )
        parser.add_argument(
            "--bangkok-test",
            action="store_true",
            help="เพิ่มเมืองทดสอบสำหรับเรื่องจาก Traffy · add the Bangkok test town",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the towns that are not there yet."""
        if not 1 <= options["towns"] <= MOST_TOWNS or options["households"] < options["towns"]:
            raise CommandError("จำนวนเมืองต้องอยู่ระหว่าง 1 ถึง 98 และแต่ละเมืองต้องมีอย่างน้อยหนึ่งครัวเรือน")
        began = time.monotonic()
        households = options["households"]
        if households > making.LARGE_TOWN_HOUSES:
            households //= options["towns"]
        order = making.Order(
            households=households,
            seed=options["seed"],
            now=timezone.now().replace(microsecond=0),
            people_per_household=options["people_per_household"],
            registry_only=options["registry_only"] or households > making.LARGE_TOWN_HOUSES,
        )
        made = sum(self._tell(*each) for each in make_towns(list(demo_towns(options["towns"])), order))
        if options["bangkok_test"]:
            made += self._tell(*make_one(bangkok_test_town(), order))
        if made:
            # What was poured in at once is not known to the planner yet: the first pages would take many seconds.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        took = time.monotonic() - began
        self.stdout.write(
            f"สร้างใหม่ {made} เมือง ใน {took:.1f} วินาที" if made else "มีเมืองสาธิตครบแล้ว ไม่ได้เพิ่มอะไร"
        )

    def _tell(self, town: DemoTown, counts: Counts | None, seconds: float) -> bool:
        if counts is None:
            self.stdout.write(f"  {town.name_th}: มีอยู่แล้ว")
            return False
        words = " · ".join(f"{name} {count:,}" for name, count in counts.items())
        self.stdout.write(f"  {town.name_th} (สาธิต): {words} · {seconds:.1f} วินาที")
        self.stdout.flush()
        return True


def make_one(town: DemoTown, order: making.Order) -> tuple[DemoTown, Counts | None, float]:
    """Make one town; return it with its counts (None when it was there) and the seconds it took."""
    began = time.monotonic()
    counts = None
    if making.make_town(town, order):
        with town_context(town.id):
            counts = making.count_rows()
    return town, counts, time.monotonic() - began


def make_towns(towns: list[DemoTown], order: making.Order) -> Iterator[tuple[DemoTown, Counts | None, float]]:
    """Make towns one by one, large ones in as many processes as there are cores; yield each as it is done."""
    if not order.is_large or len(towns) == 1:
        yield from (make_one(town, order) for town in towns)
        return
    # A forked child must not speak on its parent's connection.
    connections.close_all()
    with ProcessPoolExecutor(min(MOST_PROCESSES, os.cpu_count() or 1), get_context("fork")) as pool:
        for done in as_completed([pool.submit(make_one, town, order) for town in towns]):
            yield done.result()
