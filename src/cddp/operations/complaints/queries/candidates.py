"""ปัญหาที่อาจเป็นเรื่องเดียวกัน: known problems near a report, each with the reason why it is suggested."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from math import cos, radians
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.thai_text import search_key
from cddp.operations.complaints.rules.linking import RECENT_DAYS, SUGGEST_THRESHOLD, Likeness

SHOWN = 5
LOOKED_AT = 20
TEXT_COMPARED = 400
# The family's reach: a report need not be of the very category to be about the same hole.
WIDEST_M = 250

NEAR = """
SELECT n.id, n.number, n.title, n.state, n.is_open, n.finished_at, n.last_told_at, n.category_id, n.voices, n.unnamed,
       n.is_private, ST_Distance(n.shape::geography, %(place)s::geometry::geography) AS distance_m,
       greatest(similarity(n.search_text, %(text)s), word_similarity(%(text)s, n.search_text) * 0.9) AS likeness
FROM complaints_need n
WHERE n.municipality_id = %(town)s AND n.family = %(family)s AND n.shape IS NOT NULL AND n.reports_count > 0
  AND n.shape_3857 && ST_Expand(ST_Transform(%(place)s::geometry, 3857), %(reach)s)
  AND (n.is_open OR n.finished_at > %(since)s) AND NOT n.is_private AND n.id <> ALL(%(without)s)
ORDER BY distance_m LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Candidate:
    """ปัญหาที่ใกล้เคียง: a known problem, how like it is, and why in Thai words."""

    need_id: UUID
    number: str
    title: str
    state: str
    is_open: bool
    voices: int
    likeness: Likeness
    words: tuple[str, ...]

    @property
    def score(self) -> float:
        return self.likeness.score

    @property
    def distance_m(self) -> int:
        return round(self.likeness.distance_m)


def find_candidates(
    shape: GEOSGeometry | None,
    family: str,
    text: str,
    *,
    category_id: UUID | None,
    radius_m: int,
    at: dt.datetime,
    without: Collection[UUID] = (),
) -> list[Candidate]:
    """Return the known problems that a report may be about, likeliest first; [] where there is no place.

    `shape` is in EPSG:4326. Private problems are never among them: whoever asks learns nothing of those.
    """
    if shape is None:
        return []
    reach_m = min(WIDEST_M, radius_m * 1.5)
    values: dict[str, Any] = {
        "town": required_municipality_id(),
        "family": family,
        "place": shape.hexewkb.decode(),
        # In EPSG:3857 a metre on the ground is 1 / cos(latitude) units long.
        "reach": reach_m / cos(radians(shape.centroid.y)),
        "text": comparable(text),
        "since": at - dt.timedelta(days=RECENT_DAYS),
        "without": list(without),
        "limit": LOOKED_AT,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAR, values)
        found = [_candidate(row, category_id, radius_m, at) for row in cursor.fetchall()]
    likely = [each for each in found if each.score >= SUGGEST_THRESHOLD and each.distance_m <= reach_m]
    return sorted(likely, key=lambda each: -each.score)[:SHOWN]


def comparable(text: str) -> str:
    """Return the beginning of a text in the form in which problems are compared."""
    return search_key(text[:TEXT_COMPARED], drop_title=False, drop_tones=True)


def _candidate(row: Any, category_id: UUID | None, radius_m: int, at: dt.datetime) -> Candidate:
    (
        need_id,
        number,
        title,
        state,
        is_open,
        finished_at,
        told_at,
        category,
        voices,
        unnamed,
        _p,
        metres,
        like,
    ) = row
    likeness = Likeness(
        distance_m=float(metres),
        radius_m=radius_m,
        same_category=category is not None and category == category_id,
        similarity=float(like or 0),
        days_apart=abs((at - told_at).total_seconds()) / 86_400,
    )
    return Candidate(
        need_id=need_id,
        number=number,
        title=title,
        state=state,
        is_open=is_open,
        voices=voices + unnamed,
        likeness=likeness,
        words=tuple(
            _words(likeness, is_open=is_open, finished_at=finished_at, at=at, voices=voices + unnamed)
        ),
    )


def _words(
    likeness: Likeness, *, is_open: bool, finished_at: dt.datetime | None, at: dt.datetime, voices: int
) -> list[str]:
    words = [_("ห่าง %(metres)s เมตร") % {"metres": round(likeness.distance_m)}]
    words.append(_("ประเภทเดียวกัน") if likeness.same_category else _("กลุ่มเรื่องเดียวกัน"))
    if likeness.similarity >= 0.2:
        words.append(_("ข้อความคล้ายกัน %(share)s%%") % {"share": round(min(1, likeness.similarity) * 100)})
    if not is_open and finished_at is not None:
        days = max(0, (at - finished_at).days)
        words.append(ngettext("ปิดไปเมื่อ %(days)s วันก่อน", "ปิดไปเมื่อ %(days)s วันก่อน", days) % {"days": days})
    if voices > 1:
        words.append(_("มีผู้แจ้งแล้ว %(voices)s ราย") % {"voices": voices})
    return words
