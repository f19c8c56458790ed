"""แก้ไขหมู่/ชุมชน."""

from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.thai_text import normalise_line
from cddp.registers.residents import policies
from cddp.registers.residents.choices import AreaKind
from cddp.registers.residents.errors import UnableToChangeArea
from cddp.registers.residents.models import Area, House
from cddp.registers.residents.services.houses import refresh_search

__all__ = ["change_area", "make_area"]

CHANGEABLE = ("kind", "code", "number", "name", "tambon_code")
PORTION = 2_000


@transaction.atomic
def make_area(
    *,
    name: str,
    code: str,
    kind: str = AreaKind.MOO,
    number: int | None = None,
    tambon_code: str = "",
    boundary: MultiPolygon | None = None,
    by: User | None = None,
) -> Area:
    """Add a village or community. Raises UnableToChangeArea for a code in use."""
    policies.require(by, "residents.change")
    area = Area(boundary=boundary)
    _put(area, {"kind": kind, "code": code, "number": number, "name": name, "tambon_code": tambon_code})
    area.save(force_insert=True)
    audit.record("residents.area.made", area, changes={"name": [None, area.name]})
    return area


@transaction.atomic
def change_area(area: Area, *, by: User | None = None, **changes: Any) -> Area:
    """Change name, number, code or kind; the search words of its houses follow."""
    policies.require(by, "residents.change")
    policies.require_area_in_reach(by, area)
    locked = Area.objects.select_for_update().get(pk=area.pk)
    before = {name: getattr(locked, name) for name in CHANGEABLE}
    _put(locked, changes)
    after = {name: getattr(locked, name) for name in CHANGEABLE}
    if difference := audit.changes_between(before, after):
        locked.save(update_fields=list(difference))
        audit.record("residents.area.changed", locked, changes=difference)
        if {"name", "number"} & set(difference):
            _refresh_houses(locked)
    return locked


def _put(area: Area, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(area, name, normalise_line(value) if isinstance(value, str) else value)
    if not area.name or not area.code:
        raise UnableToChangeArea(_("โปรดระบุชื่อและรหัสของหมู่หรือชุมชน"), code="blank")
    if Area.objects.filter(code=area.code).exclude(pk=area.pk).exists():
        raise UnableToChangeArea(_("รหัสนี้เป็นของหมู่หรือชุมชนอื่นแล้ว"), code="code_taken")


def _refresh_houses(area: Area) -> None:
    houses = list(House.objects.filter(area=area))
    for house in houses:
        house.area = area
        refresh_search(house)
    House.objects.bulk_update(houses, ["search_text"], batch_size=PORTION)
