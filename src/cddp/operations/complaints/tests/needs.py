"""ตัวช่วยสร้างเรื่องและปัญหาสำหรับการทดสอบ: invented reports at invented places."""

import datetime as dt
from itertools import count

from django.contrib.gis.geos import Point

from cddp.operations.complaints.choices import Channel
from cddp.operations.complaints.models import Category
from cddp.operations.complaints.services.categories import set_up_categories
from cddp.operations.complaints.services.receiving import Incoming, Receipt, receive
from cddp.operations.complaints.services.voices import Contact

NOW = dt.datetime(2026, 11, 26, 3, 0, tzinfo=dt.UTC)  # a Thursday, 10:00 in Thailand
PLACE = (99.0075, 18.5803)
METRE = 1 / 111_320
_numbers = count(1)


def category(key: str = "lighting") -> Category:
    set_up_categories()
    return Category.objects.get(key=key)


def point(east_m: float = 0, north_m: float = 0) -> Point:
    return Point(PLACE[0] + east_m * METRE / 0.948, PLACE[1] + north_m * METRE, srid=4326)


def tell(
    text: str = "ไฟทางดับหน้าวัดป่าสัก มืดมาก",
    *,
    key: str = "lighting",
    at: dt.datetime = NOW,
    east_m: float = 0,
    channel: str = Channel.WEB,
    phone: str = "",
    external_id: str = "",
    **more,
) -> Receipt:
    """Take one report in, as a channel does."""
    return receive(
        Incoming(
            channel=channel,
            external_id=external_id or f"test-{next(_numbers)}",
            payload={"text": text},
            description=text,
            requested_at=at,
            received_at=at,
            category_id=category(key).pk if key else None,
            point=more.pop("point", point(east_m)),
            contact=more.pop("contact", Contact(phone=phone)),
            **more,
        )
    )
