"""ปัญหาที่อาจเป็นเรื่องเดียวกัน: known problems near a report, each with the reason why it is suggested."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.choices import Channel
from cddp.operations.complaints.rules.comparing import (
    READ_SIGNS,
    Wording,
    cited_numbers,
    compare,
    contradict,
    read_wording,
)
from cddp.operations.complaints.rules.linking import RECENT_DAYS, Likeness

SHOWN = 5
LOOKED_AT = 20
# A little beyond the category's own reach is shown to people; never further than this.
WIDEST_M = 250
# What Traffy reads out of the name of a street, a canal or a bridge tells where, not what.
PLACE_LABELS = frozenset({"ถนน", "คลอง", "สะพาน"})
# Labels are often wrong: so near, a problem of any family is looked at. The words must then speak for it.
ANY_FAMILY_M = 30
SHOWN_SIMILARITY = 0.2

# Distances on the plane of EPSG:3857 become metres on the ground by the cosine of the latitude (true to a part in ten
# thousand within a town).
PLACE = "ST_Transform(ST_GeomFromEWKB(%(place)s), 3857)"
CHOSEN = f"""
SELECT n.id, n.number, n.title, n.state, n.is_open, n.finished_at, n.last_told_at, n.category_id, n.family,
       n.voices + n.unnamed AS told, ST_Distance(n.shape_3857, {PLACE}) * %(scale)s AS metres
FROM complaints_need n
WHERE n.municipality_id = %(town)s AND n.reports_count > 0 AND NOT n.is_private AND n.id <> ALL(%(without)s)
"""
# CASE, since an OR of two boxes doubles what the planner weighs, and planning is most of this statement.
NEAR = f"""{CHOSEN}
  AND n.shape IS NOT NULL AND (n.is_open OR n.finished_at > %(since)s)
  AND n.shape_3857 && ST_Expand({PLACE}, %(widest)s)
  AND CASE WHEN %(family)s IS NULL OR n.family = %(family)s THEN n.shape_3857 && ST_Expand({PLACE}, %(reach)s)
           ELSE n.shape_3857 && ST_Expand({PLACE}, %(any_family)s) END
ORDER BY metres LIMIT %(limit)s
"""
# What is cited may lie elsewhere (a pin at the office) or have no place at all.
CITED = f"""{CHOSEN}
  AND n.id = ANY(ARRAY(SELECT r.need_id FROM complaints_report r
                       WHERE r.municipality_id = %(town)s AND r.channel = ANY(%(channels)s)
                         AND r.number = ANY(%(numbers)s)
                       UNION SELECT m.id FROM complaints_need m
                       WHERE m.municipality_id = %(town)s AND m.number = ANY(%(numbers)s)))
LIMIT %(limit)s
"""
# Two voices of one lamp are one problem, wherever their pins stand. Of a road that is too little: it is long.
OF_ASSET = f"""{CHOSEN}
  AND n.asset_id = %(asset)s AND (n.is_open OR n.finished_at > %(since)s)
  AND EXISTS (SELECT 1 FROM assets_asset a JOIN assets_assetclass k
                ON k.municipality_id = a.municipality_id AND k.id = a.asset_class_id
              WHERE a.municipality_id = %(town)s AND a.id = %(asset)s AND k.geometry <> 'line')
ORDER BY n.is_open DESC, n.last_told_at DESC LIMIT %(limit)s
"""
# The nearest are chosen first; only then is the first voice of each read.
WITH_FIRST_VOICE = """
SELECT near.*, first.description, first.category_labels FROM ({chosen}) near
LEFT JOIN LATERAL (
  SELECT left(r.description, %(read)s) AS description, r.category_labels FROM complaints_report r
  WHERE r.municipality_id = %(town)s AND r.need_id = near.id ORDER BY r.requested_at, r.id LIMIT 1
) first ON true
"""
NEAR_WITH_VOICE, CITED_WITH_VOICE, OF_ASSET_WITH_VOICE = (
    WITH_FIRST_VOICE.format(chosen=each) for each in (NEAR, CITED, OF_ASSET)
)


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
    closed_days: int | None

    @property
    def words(self) -> tuple[str, ...]:
        """Return the reasons, as a person reads them."""
        return tuple(_words(self))

    @property
    def score(self) -> float:
        return self.likeness.score

    @property
    def distance_m(self) -> int | None:
        metres = self.likeness.distance_m
        return None if metres is None else round(metres)


@dataclass(frozen=True)
class Asked:
    """เรื่องที่นำมาเทียบ: what is known of the report for which problems are looked up."""

    wording: Wording
    category_id: UUID | None
    family: str | None
    labels: frozenset[str]
    radius_m: int
    at: dt.datetime


def find_candidates(
    shape: GEOSGeometry | None,
    family: str | None,
    text: str,
    *,
    category_id: UUID | None,
    radius_m: int,
    at: dt.datetime,
    without: Collection[UUID] = (),
    labels: Collection[str] = (),
    asset_id: UUID | None = None,
) -> list[Candidate]:
    """Return the known problems that a report may be about, likeliest first.

    `shape` is in EPSG:4326; without a place only a problem whose number the text names is found. Without a family
    those of every family are as likely. `labels` are those of another system. Private problems are never among
    them: whoever asks learns nothing of those. `asset_id` is what the report is about, when that is known.
    """
    reach_m = min(WIDEST_M, radius_m * 1.5)
    values = _values(shape, family, text, reach_m=reach_m, at=at, without=without) | {"asset": asset_id}
    asked = Asked(read_wording(text), category_id, family, frozenset(labels) - PLACE_LABELS, radius_m, at)
    cited = _rows(CITED_WITH_VOICE, values) if values["numbers"] else []
    cited_ids = {row[0] for row in cited}
    near = _rows(NEAR_WITH_VOICE, values) if shape is not None else []
    of_asset = _rows(OF_ASSET_WITH_VOICE, values) if asset_id is not None else []
    others = {row[0]: row for row in (*near, *of_asset) if row[0] not in cited_ids}
    asset_ids = {row[0] for row in of_asset}
    found = [_candidate(row, asked, is_cited=True, same_asset=row[0] in asset_ids) for row in cited]
    found += [
        _candidate(row, asked, is_cited=False, same_asset=pk in asset_ids) for pk, row in others.items()
    ]
    return sorted(
        (each for each in found if each.likeness.is_worth_showing and _within(each, reach_m)),
        key=lambda each: (-each.score, each.likeness.distance_m or 0),
    )[:SHOWN]


def _values(
    shape: GEOSGeometry | None,
    family: str | None,
    text: str,
    *,
    reach_m: float,
    at: dt.datetime,
    without: Collection[UUID],
) -> dict[str, Any]:
    numbers = cited_numbers(text)
    scale = cos(radians(_middle_of(shape).y)) if shape is not None else 1.0
    return {
        "town": required_municipality_id(),
        "family": family,
        "place": bytes(shape.ewkb) if shape is not None else None,
        # In EPSG:3857 a metre on the ground is 1 / cos(latitude) units long.
        "scale": scale,
        "reach": reach_m / scale,
        "any_family": ANY_FAMILY_M / scale,
        "widest": max(reach_m, ANY_FAMILY_M) / scale,
        "since": at - dt.timedelta(days=RECENT_DAYS),
        "without": list(without),
        "numbers": numbers,
        # All of them: the index of the numbers begins with the channel.
        "channels": Channel.values,
        "limit": LOOKED_AT,
        "read": READ_SIGNS,
    }


def _middle_of(shape: GEOSGeometry) -> Point:
    return shape if isinstance(shape, Point) else shape.centroid


def _rows(statement: str, values: dict[str, Any]) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: Sequence[Any] = cursor.fetchall()
    return rows


def _within(candidate: Candidate, reach_m: float) -> bool:
    metres = candidate.likeness.distance_m
    likeness = candidate.likeness
    return likeness.is_cited or likeness.same_asset or (metres is not None and metres <= reach_m)


def _candidate(row: Any, asked: Asked, *, is_cited: bool, same_asset: bool) -> Candidate:
    need_id, number, title, state, is_open, finished_at, told_at, category, family, voices = row[:10]
    metres, description, labels = row[10:]
    wording = read_wording(description or "")
    both_known = category is not None and asked.category_id is not None
    same_category = (both_known and category == asked.category_id) or not asked.labels.isdisjoint(
        labels or ()
    )
    likeness = Likeness(
        distance_m=None if metres is None else float(metres),
        radius_m=asked.radius_m,
        same_category=same_category,
        same_family=asked.family in (None, family),
        days_apart=abs((asked.at - told_at).total_seconds()) / 86_400,
        wording=compare(asked.wording, wording),
        other_category=both_known and not same_category,
        contradicts=contradict(asked.wording, wording),
        place_is_sure=not (asked.wording.pin_is_elsewhere or wording.pin_is_elsewhere),
        is_cited=is_cited,
        same_asset=same_asset,
    )
    closed_days = None if is_open or finished_at is None else max(0, (asked.at - finished_at).days)
    return Candidate(
        need_id=need_id,
        number=number,
        title=title,
        state=state,
        is_open=is_open,
        voices=voices,
        likeness=likeness,
        closed_days=closed_days,
    )


def _words(candidate: Candidate) -> list[str]:
    likeness, closed_days, voices = candidate.likeness, candidate.closed_days, candidate.voices
    words = _words_of_place(likeness)
    if likeness.similarity >= SHOWN_SIMILARITY:
        words.append(_("ข้อความคล้ายกัน %(share)s%%") % {"share": round(likeness.similarity * 100)})
    if likeness.contradicts:
        words.append(_("ระบุหมายเลขหรือฝั่งไม่ตรงกัน"))
    if closed_days is not None:
        words.append(
            ngettext("ปิดไปเมื่อ %(days)s วันก่อน", "ปิดไปเมื่อ %(days)s วันก่อน", closed_days) % {"days": closed_days}
        )
    if voices > 1:
        words.append(_("มีผู้แจ้งแล้ว %(voices)s ราย") % {"voices": voices})
    return words


def _words_of_place(likeness: Likeness) -> list[str]:
    words = []
    if likeness.is_cited:
        words.append(_("ผู้แจ้งอ้างเลขที่ของเรื่องนี้"))
    if likeness.same_asset:
        words.append(_("ทรัพย์สินชิ้นเดียวกัน"))
    if likeness.distance_m is not None:
        words.append(_("ห่าง %(metres)s เมตร") % {"metres": f"{likeness.distance_m:,.0f}"})
    if likeness.same_category:
        words.append(_("ประเภทเดียวกัน"))
    elif likeness.same_family:
        words.append(_("กลุ่มเรื่องเดียวกัน"))
    return words
