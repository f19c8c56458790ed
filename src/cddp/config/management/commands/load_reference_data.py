"""โหลดข้อมูลอ้างอิง: places of the country and what else ships with the program; safe to run at every start."""

from typing import Any

import yaml
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from cddp.config.demo.towns import REFERENCE, load_tambons, tambon_outline
from cddp.foundation.places.models import AdministrativeArea, AdministrativeLevel
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.complaints.services.adopting import has_lone_reports
from cddp.operations.complaints.services.setting_up import set_up_town
from cddp.operations.complaints.tasks import adopt_reports_soon
from cddp.registers.assets.services.setting_up import set_up_classes
from cddp.registers.residents.services.fact_types import sync_declared_fact_types


class Command(BaseCommand):
    """คำสั่งโหลดข้อมูลอ้างอิง."""

    help = "โหลดพื้นที่ปกครองและชนิดข้อเท็จจริงที่มากับโปรแกรม · load places and declared fact types"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Load; rows that are there are brought up to date."""
        count = load_administrative_areas()
        changed = 0
        for municipality_id in Municipality.objects.values_list("id", flat=True):
            with town_context(municipality_id):
                changed += sync_declared_fact_types()
                set_up_town(at=timezone.now())
                set_up_classes()
                if has_lone_reports():
                    # Reports of a version without problems; the worker gives them theirs, which may take minutes.
                    adopt_reports_soon()
        self.stdout.write(f"พื้นที่ปกครอง {count} แห่ง · ชนิดข้อเท็จจริงที่ปรับ {changed} รายการ")


def load_administrative_areas() -> int:
    """Put in provinces, districts and tambons of the demo towns, with outlines; return how many there are."""
    written = yaml.safe_load((REFERENCE / "administrative_areas.yaml").read_text(encoding="utf-8"))["areas"]
    areas = [AdministrativeArea(**row) for row in written]
    tambons = load_tambons()
    areas += [
        AdministrativeArea(
            level=AdministrativeLevel.TAMBON,
            boundary=tambon_outline(code),
            attribution=tambons["attribution"],
            **feature["properties"],
        )
        for code, feature in tambons["by_code"].items()
    ]
    AdministrativeArea.objects.bulk_create(
        areas,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["level", "name_th", "name_en", "boundary", "attribution"],
    )
    return len(areas)
