"""งานของการทดสอบ: work orders, people and pictures in few words."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from cddp.operations.maintenance.models import Checklist, ChecklistItem, WorkOrder
from cddp.operations.maintenance.services import moving
from cddp.operations.maintenance.services.opening import open_work

AT = dt.datetime(2026, 11, 26, 3, tzinfo=dt.UTC)  # 10:00 in Thailand, fiscal year 2570
TODAY = dt.date(2026, 11, 26)
RESULT = "เปลี่ยนหลอดและขั้วหลอด ทดสอบแล้วติดดี"


def opened(by=None, title: str = "เปลี่ยนหลอดไฟหน้าวัด", **more) -> WorkOrder:
    return open_work(by, title=title, at=more.pop("at", AT), **more)


def planned(by=None, *, lead=None, crew=(), on: dt.date = TODAY, **more) -> WorkOrder:
    order = opened(by, **more)
    return moving.plan(
        by,
        order.pk,
        version=None,
        planned_on=on,
        lead_id=lead.membership.pk if lead else None,
        crew_ids=[each.membership.pk for each in crew],
        at=AT,
    )


def begun(by=None, **more) -> WorkOrder:
    order = planned(None, **more)
    return moving.start(by, order.pk, version=None, at=AT)


def done(by=None, **more) -> WorkOrder:
    order = begun(by, **more)
    return moving.finish(by, order.pk, version=None, result=RESULT, at=AT)


def checklist(*words: str, required: bool = True, kind: str = "tick") -> Checklist:
    made = Checklist.objects.create(name=f"แบบ {timezone.now():%f}")
    for place, each in enumerate(words):
        ChecklistItem.objects.create(checklist=made, order=place, words=each, is_required=required, kind=kind)
    return made


def picture(name: str = "after.jpg", *, colour: str = "navy", exif: bool = False) -> SimpleUploadedFile:
    stream = io.BytesIO()
    drawn = Image.new("RGB", (64, 48), colour)
    tags = Image.Exif()
    if exif:
        tags[0x010F] = "PhoneMaker"
    drawn.save(stream, "JPEG", exif=tags)
    return SimpleUploadedFile(name, stream.getvalue(), content_type="image/jpeg")
