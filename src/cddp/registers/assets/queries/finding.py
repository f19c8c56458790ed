"""ค้นทรัพย์สิน: by what a label or a person says, and by place."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance, Transform
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.measure import D
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.values.thai_text import normalise_line, search_key, to_arabic_digits
from cddp.registers.assets.errors import UnableToFindAsset
from cddp.registers.assets.models import Asset

# What a QR label says: the address of the asset ("https://…/a/<id>/"), or the id alone.
_LABEL: Final = re.compile(
    r"(?:^|/a/)([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?$", re.IGNORECASE
)
LONGEST_CODE: Final = 300
# A degree is never shorter on the ground than this anywhere in the country.
METRES_OF_DEGREE: Final = 103_000


def get_asset(user: User, asset_id: UUID) -> Asset:
    """Return one asset with its class, or Http404."""
    rows = Asset.objects.visible_to(user).defer("search_text", "shape_3857")
    return get_object_or_404(
        rows.select_related("asset_class", "model", "division", "holder__user", "parent"), pk=asset_id
    )


def find_by_code(user: User, text: str) -> Asset | None:
    """Return the asset of a scanned label, of an asset number, or of a number it had before."""
    code = normalise_line(text)[:LONGEST_CODE]
    rows = Asset.objects.visible_to(user).select_related("asset_class")
    if label := _LABEL.search(code):
        return rows.filter(pk=UUID(label[1])).first()
    number = to_arabic_digits(code)
    if not number:
        return None
    # The number it has now goes before one that another had once.
    found = rows.filter(number=number).first() or rows.filter(former_number=number).order_by("pk").first()
    return found if found is not None or number == code else rows.filter(number=code).first()


def get_by_code(user: User, text: str, *, field: str | None = None) -> Asset:
    """Return the same, or raise UnableToFindAsset for the blank in which it was typed."""
    found = find_by_code(user, text)
    if found is None:
        raise UnableToFindAsset(_("ไม่พบทรัพย์สินเลข “%(number)s”") % {"number": text}, field=field)
    return found


def search(user: User, text: str) -> QuerySet[Asset]:
    """Return the assets whose number, name, place or attribute holds each of these words; none for no words."""
    keys = keys_of(text)
    if not keys:
        return Asset.objects.none()
    return Asset.objects.visible_to(user).filter(*(Q(search_text__contains=key) for key in keys))


def keys_of(text: str) -> list[str]:
    """Return the words of a search in the form in which they are kept."""
    keys = [search_key(word, drop_title=False, drop_tones=True) for word in text.split()]
    return [key for key in keys if key]


def list_near(
    point: GEOSGeometry, *, family: str, radius_m: float, limit: int = 5
) -> Sequence[tuple[Asset, float]]:
    """Return (asset, metres) of the kept assets that complaints of this family may be about, the nearest first.

    The box by the index first, then the distance in the town's own UTM zone. `family=""` means any class.
    """
    srid = Municipality.objects.only("utm_srid").get(pk=required_municipality_id()).utm_srid
    box = point.buffer(radius_m / METRES_OF_DEGREE).envelope
    rows = Asset.objects.kept().filter(
        shape__isnull=False,
        shape_3857__bboverlaps=box.transform(3857, clone=True),
        asset_class__is_active=True,
    )
    if family:
        rows = rows.filter(asset_class__families__contains=[family])
    here = point.transform(srid, clone=True)
    near = (
        rows.annotate(in_zone=Transform("shape", srid))
        .annotate(distance=Distance("in_zone", here))
        .filter(in_zone__dwithin=(here, D(m=radius_m)))
        .select_related("asset_class")
        .defer("search_text", "shape_3857")
        .order_by("distance", "pk")[:limit]
    )
    return [(asset, float(asset.distance.m)) for asset in near]  # type: ignore[attr-defined]
