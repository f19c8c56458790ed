"""ลายเซ็น: what was drawn on the screen, kept as a small picture, drawn anew and encrypted at rest."""

import base64
import binascii
import io
from uuid import UUID

from django.utils.translation import gettext as _
from PIL import Image

from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.services import store_upload
from cddp.operations.maintenance.errors import UnableToChangeWork
from cddp.operations.maintenance.services.doing import FILE_PERMISSION

PREFIX = "data:image/png;base64,"
LARGEST_TEXT = 600_000
LARGEST_SIDE = 2_000
KEPT_SIDE = 800
# A dot is no signature: so many pixels must be dark.
FEWEST_PIXELS = 60


def keep_signature(drawn: str, *, by: UUID | None) -> StoredFile | None:
    """Keep what <signature-pad> sent; None for nothing. Raises UnableToChangeWork for what is no signature."""
    if not drawn.strip():
        return None
    picture = _read(drawn.strip())
    flat = Image.new("L", picture.size, 255)
    flat.paste(picture.convert("L"), mask=picture.getchannel("A"))
    if sum(flat.histogram()[:160]) < FEWEST_PIXELS:
        raise _refusal()
    flat.thumbnail((KEPT_SIDE, KEPT_SIDE))
    stream = io.BytesIO()
    flat.save(stream, "PNG", optimize=True)
    stream.seek(0)
    return store_upload(stream, "signature.png", permission=FILE_PERMISSION, by=by)


def _read(drawn: str) -> Image.Image:
    if not drawn.startswith(PREFIX) or len(drawn) > LARGEST_TEXT:
        raise _refusal()
    try:
        raw = base64.b64decode(drawn.removeprefix(PREFIX), validate=True)
        with Image.open(io.BytesIO(raw), formats=["PNG"]) as picture:
            if max(picture.size) > LARGEST_SIDE:
                raise _refusal()
            return picture.convert("RGBA")
    except (binascii.Error, OSError, SyntaxError, ValueError) as fault:
        raise _refusal() from fault


def _refusal() -> UnableToChangeWork:
    return UnableToChangeWork(_("อ่านลายเซ็นไม่ได้ กรุณาเซ็นใหม่ หรือพิมพ์ชื่อแทน"), field="signature", code="signature")
