"""เรื่องที่แจ้งแล้ว: the public list and map, and the public page of one problem, from the allow-list alone."""

import datetime as dt
import hashlib
import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cddp.foundation.files.responses import respond_with_picture
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.complaints.choices import STATE_COLOURS, ReportState
from cddp.operations.complaints.models import Category
from cddp.operations.complaints.queries.public import (
    PublicQuestion,
    find_published_photo,
    find_story,
    list_public,
    list_spots,
)
from cddp.operations.complaints.views.public.towns import crumbs, in_town, needs_crumb
from cddp.registers.residents.models import Area

SPOTS_REMEMBERED_S = 60
OUTLINE_REMEMBERED_S = 600
# About 20 metres; an outline on a small map needs no more.
OUTLINE_TOLERANCE = 0.0002


@in_town
@require_safe
def public_needs(request: HttpRequest, town: Municipality) -> HttpResponse:
    """List what was told, newest first, with a map above."""
    question = _question(request)
    needs, further = list_public(question)
    narrowed = {
        key: value
        for key, value in (
            ("state", question.state),
            ("category", question.category),
            ("area", question.area),
        )
        if value
    }
    values = {
        "town": town,
        "needs": needs,
        "question": question,
        "narrowed": narrowed,
        "query": urlencode(narrowed),
        "further": urlencode(narrowed | {"before": f"{further[0].isoformat()}_{further[1]}"})
        if further
        else "",
        "categories": Category.objects.filter(is_active=True, is_private=False),
        "areas": [(area.code, str(area)) for area in Area.objects.only("code", "number", "name")],
        "breadcrumbs": crumbs(town, (_("เรื่องที่แจ้งแล้ว"), "")),
    }
    return render(request, "complaints/public/needs.html", values)


@in_town
@require_safe
def public_need(request: HttpRequest, town: Municipality, number: str) -> HttpResponse:
    """Show what everybody may know of one problem; a merged one leads to the one that took it in."""
    story = find_story(number, at=timezone.now())
    if story is None:
        raise Http404
    if story.need.number != number:
        return HttpResponseRedirect(reverse("complaints:public_need", args=[town.slug, story.need.number]))
    values = {
        "town": town,
        "story": story,
        "need": story.need,
        "breadcrumbs": crumbs(town, needs_crumb(town), (number, "")),
    }
    return render(request, "complaints/public/need.html", values)


@in_town
@require_safe
def public_photo(
    request: HttpRequest, town: Municipality, number: str, pk: UUID, size: str = ""
) -> HttpResponse:
    """Hand out a picture that an officer let out."""
    photo = find_published_photo(number, pk)
    file = (photo.preview if size == "preview" else photo.file) if photo else None
    if file is None:
        raise Http404
    return respond_with_picture(file, public=True)  # type: ignore[return-value]


@in_town
@require_safe
def spots(request: HttpRequest, town: Municipality) -> HttpResponse:
    """Answer the rounded places of what was told, as GeoJSON; the same answer again costs a 304."""
    question = _question(request)
    key = f"complaints.spots:{town.pk}:{question.state}:{question.category}:{question.area}"
    kept: tuple[str, str] | None = caches["local"].get(key)
    if kept is None:
        body = json.dumps(list_spots(question), ensure_ascii=False, separators=(",", ":"))
        kept = f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"', body
        caches["local"].set(key, kept, SPOTS_REMEMBERED_S)
    return _kept_awhile(request, *kept)


@in_town
@require_safe
def open_map(request: HttpRequest, town: Municipality) -> HttpResponse:
    """Answer what a map for everybody is drawn from: the outlines of town and villages, and the words of states."""
    key = f"complaints.open_map:{town.pk}:{get_language()}"
    kept: tuple[str, str] | None = caches["local"].get(key)
    if kept is None:
        body = json.dumps(_map_config(town), ensure_ascii=False, separators=(",", ":"))
        kept = f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"', body
        caches["local"].set(key, kept, OUTLINE_REMEMBERED_S)
    return _kept_awhile(request, *kept)


def _map_config(town: Municipality) -> dict[str, Any]:
    boundary = Municipality.objects.values_list("boundary", flat=True).get(pk=town.pk)
    villages = Area.objects.exclude(boundary=None).values_list("boundary", flat=True)
    outline = [_outline(each, "area") for each in villages if each is not None]
    if boundary is not None:
        outline.append(_outline(boundary, "town"))
    return {
        "isOpen": True,
        "town": {
            "id": town.pk,
            "name": town.display_name,
            "bounds": list(boundary.extent) if boundary else None,
            "attribution": town.attribution,
        },
        "baseMapStyle": settings.BASE_MAP_STYLE_URL,
        "layers": [],
        "outline": {"type": "FeatureCollection", "features": outline},
        "legend": [
            {"value": state.value, "label": str(state.label), "colour": STATE_COLOURS[state]}
            for state in ReportState
        ],
        "spotBase": reverse("complaints:public_needs", args=[town.slug]),
    }


def town_bounds(town: Municipality) -> str:
    """Return "west,south,east,north" of the town, or ""."""
    key = f"complaints.bounds:{town.pk}"
    kept: str | None = caches["local"].get(key)
    if kept is None:
        boundary = Municipality.objects.values_list("boundary", flat=True).get(pk=town.pk)
        kept = ",".join(f"{degrees:.5f}" for degrees in boundary.extent) if boundary else ""
        caches["local"].set(key, kept, OUTLINE_REMEMBERED_S)
    return kept


def _outline(shape: GEOSGeometry, kind: str) -> dict[str, Any]:
    simple = shape.simplify(OUTLINE_TOLERANCE, preserve_topology=True)
    return {"type": "Feature", "properties": {"kind": kind}, "geometry": json.loads(simple.json)}


def _kept_awhile(request: HttpRequest, tag: str, body: str) -> HttpResponse:
    fresh = request.headers.get("If-None-Match", "").removeprefix("W/") == tag
    response = HttpResponseNotModified() if fresh else HttpResponse(body, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=60"
    return response


def _question(request: HttpRequest) -> PublicQuestion:
    asked = request.GET
    return PublicQuestion(
        state=asked.get("state", "") if asked.get("state") in ("open", "closed") else "",
        category=asked.get("category", "")[:60],
        area=asked.get("area", "")[:20],
        before=_place_in_list(asked.get("before", "")),
    )


def _place_in_list(text: str) -> tuple[dt.datetime, UUID] | None:
    moment, _sign, row = text.partition("_")
    try:
        at, pk = parse_datetime(moment.replace(" ", "+")), UUID(row)
    except ValueError:
        return None
    return (at, pk) if at is not None and timezone.is_aware(at) else None
