"""ทรัพย์สินและงานของการทดสอบ: a lamp at a distance, a work order for a problem, and the news of it."""

import io

from django.contrib.gis.geos import LineString, Point
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cddp.operations.complaints.models import Need
from cddp.operations.complaints.services.works import open_work_for_need
from cddp.operations.complaints.tests.needs import METRE, NOW, PLACE, point
from cddp.operations.complaints.tests.traffy_makers import run_jobs
from cddp.operations.maintenance.choices import Priority
from cddp.operations.maintenance.models import WorkOrder
from cddp.registers.assets.models import Asset, AssetClass

RESULT = "เปลี่ยนหลอดและขั้วหลอดใหม่ ทดสอบแล้วติดดี"


def lamp_class() -> AssetClass:
    made, _new = AssetClass.objects.get_or_create(
        key="test-lamp",
        defaults={"name": "ไฟถนน", "families": ["light"], "is_lamp": True, "icon": "lightbulb"},
    )
    return made


def lamp(number: str = "416-48-0001", *, east_m: float = 0, north_m: float = 0, **more) -> Asset:
    return Asset.objects.create(
        asset_class=more.pop("asset_class", None) or lamp_class(),
        number=number,
        name=more.pop("name", f"เสาไฟ {number}"),
        shape=more.pop("shape", point(east_m, north_m)),
        search_text=f"{number} เสาไฟ",
        **more,
    )


def road(number: str = "ถนน-1") -> Asset:
    made, _new = AssetClass.objects.get_or_create(
        key="test-road",
        defaults={"name": "ถนน", "geometry": "line", "families": ["road"], "is_road": True, "icon": "route"},
    )
    start = Point(*PLACE, srid=4326)
    line = LineString((start.x, start.y), (start.x + 2_000 * METRE, start.y), srid=4326)
    return Asset.objects.create(asset_class=made, number=number, name=number, shape=line, length_m=2_000)


def open_for(user, need: Need, *, title: str = "เปลี่ยนหลอดไฟ", at=NOW, **more) -> WorkOrder:
    return open_work_for_need(
        user,
        need.pk,
        version=None,
        title=title,
        priority=more.pop("priority", Priority.NORMAL),
        at=at,
        **more,
    )


def tell_news() -> None:
    """Tell every listener that waits of what happened."""
    run_jobs(only="tell_listener")


def picture(name: str = "after.jpg") -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue(), content_type="image/jpeg")
