"""จัดเรื่องที่ยังไม่มีปัญหา: ./cddp adopt_reports: reports of an older version get their problems, in all towns.

Safe to run at any time and again after a break: each portion is one transaction, and only what waits is taken.
"""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.complaints.services.adopting import Adoption, adopt_lone_reports


class Command(BaseCommand):
    """คำสั่งจัดเรื่องเข้าปัญหา."""

    help = "จัดเรื่องที่ยังไม่มีปัญหาเข้าปัญหา ทุกเทศบาล · give reports without a problem theirs"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which town."""
        parser.add_argument("--town", help="ชื่อเทศบาลในที่อยู่เว็บ · slug; all towns without it")

    def handle(self, *args: Any, town: str | None, **options: Any) -> None:
        """Adopt until nothing is left; tell of the towns where something was."""
        towns = Municipality.objects.order_by("pk")
        if town is not None:
            towns = towns.filter(slug=town)
            if not towns:
                raise CommandError(f"ไม่มีเทศบาล “{town}” · no such town")
        for each in towns:
            began = time.monotonic()
            done = adopt_all(each.pk)
            if done.taken:
                self.stdout.write(
                    f"  {each.name_th}: {done.taken:,} เรื่อง · ปัญหาใหม่ {done.opened:,} · รวมกับปัญหาเดิม {done.joined:,}"
                    f" · {time.monotonic() - began:.1f} วินาที"
                )


def adopt_all(municipality_id: int) -> Adoption:
    """Adopt portion after portion, each in a transaction of its own; return the sum."""
    total, left = Adoption(), True
    while left:
        with town_context(municipality_id):
            done = adopt_lone_reports()
        total.taken += done.taken
        total.opened += done.opened
        total.joined += done.joined
        left = done.left and done.taken > 0
    return total
