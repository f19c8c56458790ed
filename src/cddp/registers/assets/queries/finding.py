"""หาทรัพย์สิน: by what a label says, and by where it stands."""

import re
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon

from cddp.foundation.accounts.models import User
from cddp.foundation.values.thai_text import to_arabic_digits
from cddp.registers.assets.models import Asset

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
HEAVY = ("search_text", "shape_3857")


def find_by_code(user: User, text: str) -> Asset | None:
    """Return the asset that a code means: the address in its QR, its number, or the number it had before."""
    typed = to_arabic_digits(text).strip()
    if not typed:
        return None
    rows = Asset.objects.visible_to(user).select_related("asset_class").defer(*HEAVY)
    if found := _ID.search(typed):
        return rows.filter(pk=UUID(found.group())).first()
    return rows.filter(number=typed).first() or rows.filter(former_number=typed).order_by("pk").first()


def list_near(point: Point, *, family: str, radius_m: float, limit: int = 5) -> list[tuple[Asset, float]]:
    """Return the kept assets of classes that complaints of this family are about, the nearest first, with metres.

    `point` is in EPSG:4326. The index is asked for a frame; metres are then measured on the spheroid.
    """
    frame = point.transform(3857, clone=True)
    # In EPSG:3857 a metre on the ground is 1 / cos(latitude) units long: under 1.07 everywhere in Thailand.
    reach = radius_m * 1.07
    box = Polygon.from_bbox((frame.x - reach, frame.y - reach, frame.x + reach, frame.y + reach))
    box.srid = 3857
    rows = (
        Asset.objects.kept()
        .filter(shape__isnull=False, shape_3857__bboverlaps=box, asset_class__families__contains=[family])
        .select_related("asset_class")
        .defer(*HEAVY)
        .annotate(distance=Distance("shape", point, spheroid=True))
        .order_by("distance", "pk")
    )
    near = [(asset, float(asset.distance.m)) for asset in rows[:limit]]
    return [(asset, metres) for asset, metres in near if metres <= radius_m]
