"""ทรัพย์สินตัวอย่างของการทดสอบ: invented things at invented places."""

import datetime as dt
import io
from typing import Any

from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cddp.registers.assets.choices import AttributeKind, GeometryKind
from cddp.registers.assets.models import Asset, AssetAttribute, AssetClass
from cddp.registers.assets.services.registering import register_asset
from cddp.registers.residents.models import Area

NOW = dt.datetime(2026, 11, 26, 3, 0, tzinfo=dt.UTC)  # a Thursday, 10:00 in Thailand
PLACE = (99.0075, 18.5803)
METRE = 1 / 111_320


def point(east_m: float = 0, north_m: float = 0) -> Point:
    return Point(PLACE[0] + east_m * METRE / 0.948, PLACE[1] + north_m * METRE, srid=4326)


def line(*east: float) -> LineString:
    return LineString(*(point(each) for each in east), srid=4326)


def lamps() -> AssetClass:
    """Return the class of street lights, with four blanks of its own."""
    kind = AssetClass.objects.filter(key="lamp-test").first()
    if kind is not None:
        return kind
    kind = AssetClass.objects.create(
        key="lamp-test", name="ไฟถนนทดสอบ", families=["light"], is_lamp=True, icon="lightbulb"
    )
    blanks: list[tuple[str, str, str, str, list[list[str]]]] = [
        ("watts", "กำลังไฟ", AttributeKind.NUMBER, "วัตต์", []),
        ("lamp_type", "ชนิดหลอด", AttributeKind.CHOICE, "", [["led", "แอลอีดี"], ["hps", "โซเดียม"]]),
        ("has_meter", "มีมิเตอร์", AttributeKind.BOOLEAN, "", []),
        ("lit_on", "วันที่เปิดใช้", AttributeKind.DATE, "", []),
    ]
    for order, (key, name, sort, unit, options) in enumerate(blanks):
        AssetAttribute.objects.create(
            asset_class=kind, key=key, name=name, kind=sort, unit=unit, options=options, order=order
        )
    return kind


def roads() -> AssetClass:
    """Return the class of roads."""
    return AssetClass.objects.get_or_create(
        key="road-test",
        defaults={
            "name": "ถนนทดสอบ", "geometry": GeometryKind.LINE, "is_road": True, "families": ["road"], "icon": "route",
        },
    )[0]  # fmt: skip


def lamp(number: str = "", **values: Any) -> Asset:
    """Register a street light, on the town's own behalf."""
    usual = {"number": number, "name": "ไฟถนนหน้าวัดป่าสัก", "shape": point()}
    return register_asset(None, asset_class_id=lamps().pk, values=usual | values, at=values.pop("at", NOW))


def village(code: str = "51010101", number: int = 1, east_m: float = 0) -> Area:
    """Make a village 200 m wide around a place."""
    here = point(east_m)
    ring = Polygon.from_bbox((here.x - 0.001, here.y - 0.001, here.x + 0.001, here.y + 0.001))
    ring.srid = 4326
    return Area.objects.create(
        code=code, number=number, name="บ้านทดสอบ", boundary=MultiPolygon(ring, srid=4326)
    )


def picture(colour: str = "red") -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(stream, "JPEG")
    return SimpleUploadedFile("photo.jpg", stream.getvalue(), "image/jpeg")
