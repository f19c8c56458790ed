"""ทางกลับ: the links above a page of the register."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cddp.registers.assets.models import Asset


def crumbs(*last: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Return the links from the register down."""
    return [(_("ทรัพย์สิน"), reverse("assets:assets")), *last]


def crumbs_of(asset: Asset, *last: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Return the links from the register over an asset down."""
    return crumbs((asset.number or asset.name, asset.get_absolute_url() if last else ""), *last)
