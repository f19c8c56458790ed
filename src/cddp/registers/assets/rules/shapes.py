"""รูปร่างที่รับได้: does a shape fit its class and lie in the country."""

from collections.abc import Sequence
from typing import Final

from cddp.foundation.values.thailand import EAST, NORTH, SOUTH, WEST
from cddp.registers.assets.choices import GeometryKind

MOST_POINTS: Final = 20_000
FITTING: Final = {
    GeometryKind.POINT: ("Point",),
    GeometryKind.LINE: ("LineString", "MultiLineString"),
    GeometryKind.NONE: ("Point",),
}


def lacks_of_shape(
    kind: str, geometry_type: str, extent: Sequence[float], points: int, *, is_sound: bool
) -> str:
    """Return why a shape is not taken ("kind", "outside", "too_many", "unsound"), "" when it is.

    What has no fixed place, such as a car, may still be seen at one: a point.
    """
    if geometry_type not in FITTING[GeometryKind(kind)]:
        return "kind"
    if not is_sound:
        return "unsound"
    west, south, east, north = extent
    if not (west >= WEST and east <= EAST and south >= SOUTH and north <= NORTH):
        return "outside"
    return "too_many" if points > MOST_POINTS else ""
