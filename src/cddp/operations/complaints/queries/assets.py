"""ทรัพย์สินของเรื่อง: which of the town's things a problem may be about, the nearest first."""

from dataclasses import dataclass

from cddp.foundation.accounts.models import User
from cddp.operations.complaints.models import Need
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.models import Asset
from cddp.registers.assets.queries.finding import list_near, search

NEAR_M = 100
OFFERED = 3
OFFERED_ON_PAGE = 8
FOUND_AT_MOST = 20


@dataclass(frozen=True)
class Offer:
    """ทรัพย์สินที่เสนอ: a thing, and how far from the problem it stands."""

    asset: Asset
    metres: int | None = None


def offer_assets(user: User, need: Need, *, limit: int = OFFERED) -> list[Offer]:
    """Return the nearest things of the classes that such problems are about."""
    if need.shape is None or not user.has_perm("assets.view"):
        return []
    place = need.shape if need.shape.geom_type == "Point" else need.shape.point_on_surface
    near = list_near(place, family=need.family, radius_m=NEAR_M, limit=limit + 1)
    return [Offer(asset, round(metres)) for asset, metres in near if asset.pk != need.asset_id][:limit]


def search_assets(user: User, text: str) -> list[Offer]:
    """Return the things whose number, name or place holds these words."""
    rows = search(user, text).exclude(state=AssetState.DISPOSED).select_related("asset_class")
    return [Offer(asset) for asset in rows.order_by("number", "pk")[:FOUND_AT_MOST]]
