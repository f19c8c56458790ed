"""สร้างเมืองสาธิต: ./cddp demo [--households N] [--towns M]: invented towns in real outlines."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cddp.config.demo import making
from cddp.config.demo.towns import DemoTown, bangkok_test_town, demo_towns
from cddp.foundation.tenancy.current import town_context

DEFAULT_HOUSEHOLDS = 2_000
MOST_TOWNS = 98


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
        made = sum(self._make(town, order) for town in demo_towns(options["towns"]))
        if options["bangkok_test"]:
            made += self._make(bangkok_test_town(), order)
        took = time.monotonic() - began
        self.stdout.write(
            f"สร้างใหม่ {made} เมือง ใน {took:.1f} วินาที" if made else "มีเมืองสาธิตครบแล้ว ไม่ได้เพิ่มอะไร"
        )

    def _make(self, town: DemoTown, order: making.Order) -> bool:
        began = time.monotonic()
        if not making.make_town(town, order):
            self.stdout.write(f"  {town.name_th}: มีอยู่แล้ว")
            return False
        with town_context(town.id):
            counts = " · ".join(f"{name} {count:,}" for name, count in making.count_rows().items())
        self.stdout.write(f"  {town.name_th} (สาธิต): {counts} · {time.monotonic() - began:.1f} วินาที")
        self.stdout.flush()
        return True
