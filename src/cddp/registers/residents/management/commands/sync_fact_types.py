"""ปรับชนิดข้อเท็จจริงที่แอปประกาศ: give every town the fact types that the apps declare. Run after each update."""

from typing import Any

from django.core.management.base import BaseCommand

from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.registers.residents.services.fact_types import sync_declared_fact_types


class Command(BaseCommand):
    """คำสั่งปรับชนิดข้อเท็จจริง."""

    help = "ปรับชนิดข้อเท็จจริงที่แอปประกาศให้ทุกเทศบาล · give every town the declared fact types"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, change what was declared anew; the towns' own decisions stay."""
        for municipality in Municipality.objects.all():
            with town_context(municipality.pk):
                changed = sync_declared_fact_types()
            self.stdout.write(f"{municipality}: {changed}")
