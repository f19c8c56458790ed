"""นับจำนวนบนแผนที่ใหม่: after a restore from outside, or to check that the triggers told the truth."""

from typing import Any

from django.core.management.base import BaseCommand

from cddp.insight.maps.services.setting_up import rebuild_everywhere


class Command(BaseCommand):
    """Counts every counted layer anew in every town."""

    help = "นับจำนวนของทุกชั้นแผนที่ใหม่ในทุกเทศบาล"

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and say how many rows each layer has."""
        for layer, rows in rebuild_everywhere().items():
            self.stdout.write(f"{layer}: {rows:,}")
