"""แผนที่ความหนาแน่น: how many problems lie in each square of the town, drawn over the outlines of its areas."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import connection

from cddp.foundation.accounts.models import User
from cddp.foundation.values.periods import Span
from cddp.operations.complaints.models.needs import NeedQuerySet
from cddp.operations.complaints.rules.board import heat_step, heat_steps
from cddp.registers.residents.models import Area

SQUARES_ACROSS = 28
# Outlines coarser than a hundredth of the picture, as text for an SVG path (north is up, y counts down).
FINENESS = 400
STATEMENT = """
WITH outline AS ({areas}),
frame AS (
  SELECT coalesce(
    (SELECT ST_Extent(boundary_3857) FROM outline)::box2d,
    (SELECT ST_Expand(ST_Extent(mark), 400)::box2d FROM (SELECT ST_Centroid(shape_3857) AS mark FROM ({needs}) n) m)
  ) AS box
),
size AS (
  SELECT ST_Expand(box, extent / {across}) AS box, extent / {across} AS side
  FROM (SELECT box, greatest(ST_XMax(box) - ST_XMin(box), ST_YMax(box) - ST_YMin(box)) AS extent FROM frame) f
)
SELECT 'frame', ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box), side, NULL FROM size WHERE side > 0
UNION ALL
SELECT 'area', NULL, NULL, NULL, NULL, NULL,
       ST_AsSVG(ST_Translate(ST_SimplifyPreserveTopology(boundary_3857, side * {across} / {fineness}),
                             -ST_XMin(box), -ST_YMax(box)), 1, 0)
FROM outline, size WHERE side > 0
UNION ALL
SELECT 'square', floor((ST_X(mark) - ST_XMin(box)) / side), floor((ST_Y(mark) - ST_YMin(box)) / side),
       count(*), NULL, NULL, NULL
FROM (SELECT ST_Centroid(shape_3857) AS mark FROM ({needs}) n) m, size
WHERE side > 0 GROUP BY 2, 3
"""


@dataclass(frozen=True)
class Square:
    """ช่องหนึ่งของแผนที่: its upper left corner, the count, the step of its colour, its midst as (latitude, longitude)."""

    x: float
    y: float
    count: int
    step: int
    place: tuple[float, float]


@dataclass(frozen=True)
class HeatMap:
    """แผนที่ความหนาแน่น: ready to be drawn, in metres of EPSG:3857 from the upper left corner."""

    width: float
    height: float
    side: float
    outlines: Sequence[str]
    squares: Sequence[Square]
    steps: Sequence[int]
    outside: int

    @property
    def legend(self) -> list[tuple[int, int, int | None]]:
        """Return (step, least, most) of each colour; the last has no most."""
        ends = [*(least - 1 for least in self.steps[1:]), None]
        return [
            (place, least, most) for place, (least, most) in enumerate(zip(self.steps, ends, strict=True), 1)
        ]


def draw_heat(user: User, rows: NeedQuerySet, span: Span) -> HeatMap | None:
    """Return the map of what opened in a span; None where nothing has a place. One statement."""
    told = rows.filter(opened_at__gte=span.start, opened_at__lt=span.end, shape__isnull=False)
    needs, need_params = told.order_by().values_list("shape_3857").query.sql_with_params()
    areas = Area.objects.visible_to(user).exclude(boundary=None).order_by().values_list("boundary_3857")
    outlines, area_params = areas.query.sql_with_params()
    statement = STATEMENT.format(areas=outlines, needs=needs, across=SQUARES_ACROSS, fineness=FINENESS)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*area_params, *need_params, *need_params])
        found = cursor.fetchall()
    frame = next((row[1:6] for row in found if row[0] == "frame"), None)
    counted = [(int(row[1]), int(row[2]), int(row[3])) for row in found if row[0] == "square"]
    if frame is None or not counted:
        return None
    return _drawn(frame, counted, [row[6] for row in found if row[0] == "area"])


def _drawn(
    frame: tuple[float, float, float, float, float], counted: list[tuple[int, int, int]], outlines: list[str]
) -> HeatMap:
    left, bottom, right, top, side = frame
    across, down = (right - left) / side, (top - bottom) / side
    inside = [each for each in counted if 0 <= each[0] <= across and 0 <= each[1] <= down]
    steps = heat_steps([count for _x, _y, count in inside])
    squares = [
        Square(
            x=column * side,
            y=top - bottom - (row + 1) * side,
            count=count,
            step=heat_step(count, steps),
            place=_place(left + (column + 0.5) * side, bottom + (row + 0.5) * side),
        )
        for column, row, count in sorted(inside, key=lambda each: -each[2])
    ]
    return HeatMap(
        width=right - left,
        height=top - bottom,
        side=side,
        outlines=outlines,
        squares=squares,
        steps=steps,
        outside=sum(count for _x, _y, count in counted) - sum(square.count for square in squares),
    )


def _place(x: float, y: float) -> tuple[float, float]:
    midst = Point(x, y, srid=3857)
    midst.transform(4326)
    return midst.y, midst.x
