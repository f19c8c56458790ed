"""รูปหน้าจอ: pictures small enough to live in a repository."""

from io import BytesIO
from pathlib import Path

from PIL import Image

LARGEST_BYTES = 400_000


def keep(png: bytes, path: Path) -> None:
    """Write a screenshot as a PNG of at most 400 kB: with fewer colours if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in (0, 256, 128, 64):
        small = picture.quantize(colours, dither=Image.Dither.NONE) if colours else picture
        buffer = BytesIO()
        small.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= LARGEST_BYTES:
            break
    path.write_bytes(buffer.getvalue())
