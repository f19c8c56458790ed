"""เป็นเรื่องเดียวกันหรือไม่: two problems side by side, made one, taken apart, and taken back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.gis.db.models.functions import Distance
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints.choices import LinkMethod
from cddp.operations.complaints.errors import UnableToLink
from cddp.operations.complaints.models import Need, NeedLink, Photo, Report
from cddp.operations.complaints.queries.candidates import Candidate, find_candidates
from cddp.operations.complaints.queries.needs import (
    ALL,
    due_of,
    get_need,
    list_needs,
    list_photos,
    list_voices,
    search_needs,
    voices_words,
)
from cddp.operations.complaints.queries.terms import DEFAULT_RADIUS_M
from cddp.operations.complaints.services.linking import merge_needs, split_report, undo_act
from cddp.operations.complaints.views.crumbs import HOME, crumbs_of
from cddp.operations.complaints.views.need_page import place_of

VOICES_COMPARED = 5
FOUND_AT_MOST = 8
SIDES = ("a", "b")


@dataclass(frozen=True)
class Side:
    """ข้างหนึ่งของการเปรียบเทียบ."""

    letter: str
    need: Need
    voices: list[Report]
    photos: list[Photo]
    due: Any
    told: str


@requires("complaints.triage")
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest) -> HttpResponse:
    """Show two problems side by side; make them one."""
    user = user_of(request)
    first = get_need(user, _id(request, "a"))
    if not request.GET.get("b"):
        return _choose_other(request, user, first)
    second = get_need(user, _id(request, "b"))
    if first.pk == second.pk:
        return redirect("complaints:need", first.pk)
    if request.method != "POST":
        return _show(request, first, second)
    into, other = (second, first) if request.POST.get("into") == str(second.pk) else (first, second)
    try:
        with transaction.atomic():
            act = _merge(request, user, other, into)
    except UnableTo as refusal:
        both = (get_need(user, first.pk), get_need(user, second.pk))
        return _show(request, *both, problem=refusal.message, status=refusal.status)
    messages.success(request, _("รวมเป็นเรื่องเดียวแล้ว"))
    return redirect(f"{into.get_absolute_url()}?act={act}")


def _id(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        raise Http404 from None


def _merge(request: HttpRequest, user: User, other: Need, into: Need) -> UUID:
    version = request.POST.get(f"version_{into.pk}", "")
    candidate = _likeness(other, into, list_voices(other, limit=1))
    how: dict[str, Any] = {"method": LinkMethod.MANUAL}
    if candidate is not None:
        how = {
            "method": LinkMethod.SUGGESTED,
            "score": candidate.score,
            "reasons": {"words": list(candidate.words)},
        }
    return merge_needs(
        user,
        other.pk,
        into.pk,
        # No version fits -1: an address without one is a page that nobody has seen.
        version=int(version) if version.isascii() and version.isdigit() else -1,
        at=timezone.now(),
        **how,
    )


def _likeness(one: Need, other: Need, voices: list[Report]) -> Candidate | None:
    """Return why these two may be one, None when nothing says so."""
    if one.is_private or one.shape is None or not voices:
        return None
    found = find_candidates(
        one.shape,
        one.family,
        voices[-1].description,
        category_id=one.category_id,
        radius_m=one.category.radius_m if one.category else DEFAULT_RADIUS_M,
        at=max(one.last_told_at, other.last_told_at),
        without=[one.pk],
    )
    return next((each for each in found if each.need_id == other.pk), None)


def _show(
    request: HttpRequest, first: Need, second: Need, *, problem: str = "", status: int = 200
) -> HttpResponse:
    at = timezone.now()
    sides = [
        Side(
            letter,
            need,
            list_voices(need, limit=VOICES_COMPARED),
            list_photos(need),
            due_of(need, at=at),
            voices_words(need),
        )
        for letter, need in zip(SIDES, (first, second), strict=True)
    ]
    older = min(sides, key=lambda side: (side.need.opened_at, side.need.pk))
    values = {
        "sides": sides,
        "problem": problem,
        "into": request.POST.get("into") or str(older.need.pk),
        "metres": _metres_between(first, second),
        "days": abs(first.opened_at - second.opened_at).days,
        "likeness": _likeness(second, first, sides[1].voices),
        "map": _map_of(first, second),
        "breadcrumbs": crumbs_of(first, (_("เปรียบเทียบ"), "")),
    }
    return render(request, "complaints/needs/compare.html", values, status=status)


def _metres_between(first: Need, second: Need) -> int | None:
    if first.shape is None or second.shape is None:
        return None
    rows = Need.objects.filter(pk=second.pk).annotate(apart=Distance("shape", first.shape, spheroid=True))
    apart: Any = rows.values_list("apart", flat=True).first()
    return round(apart.m) if apart is not None else None


def _map_of(first: Need, second: Need) -> dict[str, str] | None:
    """Return the middle of the two and both pins, as texts that no locale changes."""
    places = [place for place in (place_of(first), place_of(second)) if place is not None]
    if not places:
        return None
    middle = {
        name: f"{sum(float(place[name]) for place in places) / len(places):.6f}" for name in ("lng", "lat")
    }
    apart = max(abs(float(places[0][name]) - float(places[-1][name])) for name in ("lng", "lat"))
    return middle | {
        "pins": ";".join(f"{place['lng']},{place['lat']}" for place in places),
        "zoom": "18" if apart < 0.001 else "16" if apart < 0.005 else "14",
    }


def _choose_other(request: HttpRequest, user: User, first: Need) -> HttpResponse:
    """Look for the other one by its number or its words."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = search_needs(list_needs(user, ALL).exclude(pk=first.pk), text) if text else Need.objects.none()
    values = {
        "need": first,
        "text": text,
        "found": list(rows.order_by("-opened_at")[:FOUND_AT_MOST]),
        "breadcrumbs": crumbs_of(first, (_("รวมกับเรื่องอื่น"), "")),
    }
    return render(request, "complaints/needs/choose_other.html", values)


# ── taking apart and taking back ──────────────────────────────────────────────────────────────────


@requires("complaints.triage")
@require_POST
def split(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give one voice a problem of its own."""
    user = user_of(request)
    report = get_object_or_404(Report.objects.visible_to(user), pk=pk)
    try:
        with transaction.atomic():
            own = split_report(user, report.pk, at=timezone.now())
    except UnableToLink as refusal:
        messages.error(request, refusal.message)
        return redirect("complaints:need", report.need_id) if report.need_id else redirect(report)
    act = NeedLink.objects.filter(report=report, undone_at=None).order_by("-at", "-pk").first()
    messages.success(request, _("แยกเป็นเรื่อง %(number)s แล้ว") % {"number": own.number})
    return redirect(f"{own.get_absolute_url()}?act={act.act}" if act else own.get_absolute_url())


@requires("complaints.triage")
@require_POST
def undo(request: HttpRequest, act: UUID) -> HttpResponse:
    """Take an act of linking back, whole."""
    user = user_of(request)
    links = list(NeedLink.objects.filter(act=act).select_related("need"))
    seen = Need.objects.visible_to(user).filter(pk__in=[link.need_id for link in links])
    if not links or not seen.exists():
        raise Http404
    try:
        with transaction.atomic():
            undo_act(user, act, at=timezone.now())
    except UnableToLink as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("เลิกทำแล้ว เรื่องกลับไปอยู่ที่เดิม"))
    return redirect(_after_undo(user, links))


def _after_undo(user: User, links: list[NeedLink]) -> str:
    """Return the page of the problem that still has voices: the one joined, else the one left."""
    ids = [pk for link in links for pk in (link.need_id, link.from_need_id) if pk]
    left = Need.objects.visible_to(user).filter(pk__in=ids, reports_count__gt=0)
    need = left.filter(pk=links[0].need_id).first() or left.first()
    return need.get_absolute_url() if need else str(HOME[1])
