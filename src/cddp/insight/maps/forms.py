"""แบบรับข้อมูลของแผนที่: what the browser posts when an area was drawn."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from cddp.foundation.values.errors import UnableTo

LARGEST_BODY = 200_000
MOST_LAYERS = 20
UNKEEPABLE = (b"%00", b"\\u0000", b"\\ud")
"""NUL and halves of signs: no database keeps them, our map sends none."""


class UnableToReadShape(UnableTo):
    """อ่านบริเวณที่วาดไม่ได้."""

    code = "shape"


@dataclass(frozen=True)
class DrawnShape:
    """บริเวณที่วาด: `layers` maps each asked layer to its query string (colour, filters, day)."""

    shape: dict[str, Any]
    layers: Mapping[str, QueryDict]


def read_shape(body: bytes) -> DrawnShape:
    """Return the posted shape. Raises UnableToReadShape when it is not what our map sends."""
    try:
        if len(body) > LARGEST_BODY or any(mark in body.lower() for mark in UNKEEPABLE):
            raise ValueError(len(body))
        posted = json.loads(body)
        layers = {str(key): QueryDict(str(query)) for key, query in posted["layers"].items()}
        if not isinstance(posted["shape"], dict) or len(layers) > MOST_LAYERS:
            raise ValueError(posted)
        return DrawnShape(posted["shape"], layers)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnableToReadShape(_("อ่านบริเวณที่วาดไม่ได้ กรุณาวาดใหม่")) from error
