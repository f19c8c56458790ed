"""ใช่เรื่องนี้ไหม: known problems near what somebody is writing, told as everybody may know them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from cddp.operations.complaints.choices import Channel
from cddp.operations.complaints.models import Category
from cddp.operations.complaints.queries.candidates import Candidate, find_candidates
from cddp.operations.complaints.queries.public import PublicNeed, list_public_by_id
from cddp.operations.complaints.queries.terms import DEFAULT_RADIUS_M, find_terms
from cddp.operations.complaints.rules.classifying import suggest_categories
from cddp.operations.complaints.rules.points import PointReading

SHOWN = 3
LOOKED_AT_SIGNS = 2_000
SURE_ENOUGH = 0.5
# Exact distances from three made-up places would lead to the very door.
STEPS_M = (25, 50, 100, 250)


@dataclass(frozen=True)
class Likely:
    """เรื่องที่อาจใช่: a known problem and how far it is, in steps."""

    need: PublicNeed
    distance: str


@dataclass(frozen=True)
class Near:
    """สิ่งที่ใกล้เคียง: known problems, what the words seem to be about, and whether that is nobody else's business."""

    needs: Sequence[Likely] = ()
    guess: Category | None = None
    is_guess_taken: bool = False
    is_private: bool = False


def look_near(said: Mapping[str, Any], place: PointReading, *, at: dt.datetime) -> Near:
    """Return what may be the same; nothing without a place, and nothing for private matters."""
    text = str(said.get("text", ""))[:LOOKED_AT_SIGNS]
    chosen, taken = said.get("category"), said.get("guess")
    guess = None if chosen else taken or _guess(text)
    category = chosen or taken
    if category is not None and category.is_private:
        return Near(guess=guess, is_guess_taken=taken is not None, is_private=True)
    if not place.is_placed:
        return Near(guess=guess, is_guess_taken=taken is not None)
    point = Point(place.longitude, place.latitude, srid=4326)
    found = _candidates(category, point, text, at=at)
    shown = list_public_by_id([each.need_id for each in found])
    likely = [Likely(shown[each.need_id], _steps(each.distance_m)) for each in found if each.need_id in shown]
    return Near(likely[:SHOWN], guess, is_guess_taken=taken is not None)


def _guess(text: str) -> Category | None:
    """Return the category that the words speak for, where they do so clearly."""
    best = next(iter(suggest_categories(text)), None)
    if best is None or best.confidence < SURE_ENOUGH:
        return None
    return Category.objects.filter(key=best.category, is_active=True).first()


def _candidates(category: Category | None, point: Point, text: str, *, at: dt.datetime) -> list[Candidate]:
    if category is not None:
        terms = find_terms(category.pk, point, Channel.WEB)
        return find_candidates(
            point, terms.family, text, category_id=category.pk, radius_m=terms.radius_m, at=at
        )
    # Nobody said what it is about: every family, close by.
    return find_candidates(point, None, text, category_id=None, radius_m=DEFAULT_RADIUS_M, at=at)


def _steps(distance_m: int | None) -> str:
    if distance_m is None:
        return ""
    step = next((each for each in STEPS_M if distance_m <= each), STEPS_M[-1])
    return _("ห่างไม่เกิน %(metres)s เมตร") % {"metres": step}
