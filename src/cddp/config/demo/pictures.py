"""รูปสมมติ: drawings of what people photograph: a lamp, a hole, a flood, rubbish, a drain, a tree; before and after.

Drawn, so that no real street, face or number plate is in a demo.
"""

from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Final

from PIL import Image, ImageDraw

SIZE: Final = (960, 720)
HORIZON: Final = 330
Draw = ImageDraw.ImageDraw

SKY, NIGHT, GRASS, ROAD, KERB = "#b9d6ea", "#141a2e", "#7d9a58", "#6b6b70", "#c9c6bd"


def draw_picture(name: str, random: Random, *, is_after: bool) -> BytesIO:
    """Return a JPEG of the thing, before or after the work."""
    picture = Image.new("RGB", SIZE, NIGHT if name == "lamp" else SKY)
    draw = ImageDraw.Draw(picture)
    _street(draw, at_night=name == "lamp")
    DRAWINGS[name](draw, random, is_after)
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=80)
    stream.seek(0)
    return stream


def _street(draw: Draw, *, at_night: bool) -> None:
    width, height = SIZE
    draw.rectangle((0, HORIZON, width, height), fill="#243020" if at_night else GRASS)
    draw.polygon(
        [(400, HORIZON), (560, HORIZON), (900, height), (60, height)], fill="#2b2c33" if at_night else ROAD
    )
    for place in range(6):
        top = HORIZON + 12 + place * place * 11
        draw.polygon(
            [(478, top), (484, top), (488, top + 8 + place * 5), (474, top + 8 + place * 5)], fill="#d8d3b0"
        )


def _lamp(draw: Draw, random: Random, is_after: bool) -> None:
    """Lamps along the left edge, smaller towards the horizon."""
    for far in (0.72, 0.52, 0.28, 0.0):
        x, foot = 90 + far * 320 + random.randrange(6), 690 - far * 360
        tall, thick = 560 * (1 - far), 14 * (1 - far) + 2
        if is_after:
            pool = 260 * (1 - far)
            draw.ellipse((x - 20, foot - pool * 0.12, x + pool * 1.6, foot + pool * 0.2), fill="#57522f")
        draw.line((x, foot, x, foot - tall), fill="#8d9099", width=round(thick))
        draw.line(
            (x, foot - tall, x + tall * 0.2, foot - tall * 1.04), fill="#8d9099", width=round(thick * 0.7)
        )
        head = tall * 0.05 + 3
        end = x + tall * 0.2, foot - tall * 1.04
        draw.ellipse(
            (end[0] - head, end[1] - head * 0.6, end[0] + head, end[1] + head * 0.6),
            fill="#ffe9a3" if is_after else "#3a3d46",
        )


def _pothole(draw: Draw, random: Random, is_after: bool) -> None:
    x, y = 430 + random.randrange(80), 520
    if is_after:
        draw.rounded_rectangle((x - 150, y - 50, x + 160, y + 80), 18, fill="#3f3f44")
        return
    draw.ellipse((x - 150, y - 45, x + 150, y + 75), fill="#3b352d")
    draw.ellipse((x - 118, y - 18, x + 112, y + 66), fill="#7d8b93")
    for _ in range(40):
        stone_x, stone_y = x + random.randrange(-190, 190), y + random.randrange(-70, 110)
        draw.ellipse((stone_x, stone_y, stone_x + 9, stone_y + 7), fill="#54504a")


def _flood(draw: Draw, random: Random, is_after: bool) -> None:
    draw.polygon([(70, 330), (70, 180), (200, 110), (330, 180), (330, 330)], fill="#c9a87a")
    draw.rectangle((160, 230, 240, 330), fill="#6d4c35")
    if is_after:
        draw.rectangle((0, 640, SIZE[0], 660), fill="#8a8f7c")
        return
    draw.rectangle((0, 300, SIZE[0], SIZE[1]), fill="#8b7f63")
    for _ in range(60):
        x, y = random.randrange(SIZE[0]), random.randrange(310, SIZE[1])
        draw.line((x, y, x + 60, y), fill="#a39779", width=3)


def _rubbish(draw: Draw, random: Random, is_after: bool) -> None:
    draw.rounded_rectangle((640, 380, 740, 540), 12, fill="#2f6f4e")
    draw.rectangle((630, 366, 750, 386), fill="#25573d")
    if is_after:
        return
    for _ in range(34):
        x, y, size = random.randrange(560, 850), random.randrange(480, 610), random.randrange(26, 60)
        draw.ellipse(
            (x, y, x + size, y + size * 0.8), fill=random.choice(("#22242a", "#e8e6df", "#3c6ea5", "#b3543f"))
        )


def _drain(draw: Draw, random: Random, is_after: bool) -> None:
    x = 360 + random.randrange(60)
    draw.rectangle((x, 480, x + 250, 640), fill=KERB)
    if is_after:
        for place in range(8):
            draw.rectangle((x + 22 + place * 27, 500, x + 34 + place * 27, 620), fill="#4b4d52")
        return
    draw.polygon([(x + 30, 500), (x + 190, 492), (x + 226, 610), (x + 70, 628)], fill="#17181b")
    draw.line((x + 30, 500, x + 226, 610), fill="#8f8c84", width=16)


def _tree(draw: Draw, random: Random, is_after: bool) -> None:
    if is_after:
        draw.rectangle((150, 470, 190, 560), fill="#6b4a2d")
        draw.ellipse((140, 452, 200, 486), fill="#b98b56")
        return
    draw.line((90, 600, 800, 470), fill="#6b4a2d", width=44)
    for _ in range(70):
        x, y = random.randrange(430, 860), random.randrange(360, 620)
        draw.ellipse((x, y, x + 70, y + 48), fill=random.choice(("#3f6b35", "#4d7d3f", "#345a2c")))


DRAWINGS: Final[dict[str, Callable[[Draw, Random, bool], None]]] = {
    "lamp": _lamp,
    "pothole": _pothole,
    "flood": _flood,
    "rubbish": _rubbish,
    "drain": _drain,
    "tree": _tree,
}
