"""หน้าทรัพย์สิน: what is it, does it work, in what state, where, who keeps it, what did it cost; then its life."""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.panels import panels_of
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.forms.acts import DocumentForm, OutageForm, RestoreForm
from cddp.registers.assets.models import Asset, Inspection, Outage
from cddp.registers.assets.queries.attributes import list_fields, read_values
from cddp.registers.assets.queries.choices import area_names
from cddp.registers.assets.queries.finding import get_asset
from cddp.registers.assets.queries.timeline import list_moments
from cddp.registers.assets.rules.periods import months_after
from cddp.registers.assets.rules.spans import span_of
from cddp.registers.assets.views.crumbs import crumbs_of

PHOTOS_SHOWN = 12
LOOKS_SHOWN = 12
OUTAGES_SHOWN = 10
PARTS_SHOWN = 50
RIGHTS = ("change", "inspect", "dispose")


@requires("assets.view")
@require_safe
def asset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one asset."""
    return show(request, get_asset(user_of(request), pk))


def show(
    request: HttpRequest,
    found: Asset,
    *,
    bound: str = "",
    forms_by_key: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page; `bound` names the form that was refused and stays open with what was typed."""
    user, at = user_of(request), timezone.now()
    fields = list_fields(found.asset_class)
    outages = list(found.outages.all()[:OUTAGES_SHOWN])
    looks = list(found.inspections.all()[:LOOKS_SHOWN])
    values = {
        "asset": found,
        "can": rights_of(user),
        "is_gone": found.state == AssetState.DISPOSED,
        "own": read_values(fields, found.attributes),
        "area": area_names([found.area_code]).get(found.area_code, ""),
        "place": place_of(found),
        "out": next((each for each in outages if each.until_at is None), None),
        "outages": [_outage(each, at) for each in outages],
        "down_share": _share_down(outages, found, at),
        "looks": _with_photos(looks, found),
        "next_look": next_look(found),
        "is_look_late": is_look_late(found, timezone.localdate(at)),
        "warranty": _warranty(found, timezone.localdate(at)),
        "photos": list(found.photos.filter(removed_at=None).select_related("file", "preview")[:PHOTOS_SHOWN]),
        "documents": list(found.documents.filter(removed_at=None).select_related("file")),
        "parts": list(
            found.children.exclude(state=AssetState.DISPOSED).select_related("asset_class")[:PARTS_SHOWN]
        ),
        "moments": list_moments(found, fields),
        "panels": panels_of(request, "assets.asset", found),
        "forms": {
            "outage": OutageForm(auto_id="outage_%s"),
            "document": DocumentForm(auto_id="document_%s"),
            "restore": RestoreForm(auto_id="restore_%s", initial={"version": found.version}),
        }
        | (forms_by_key or {}),
        "bound": bound,
        "breadcrumbs": crumbs_of(found),
    }
    return render(request, "assets/asset.html", values, status=status)


def rights_of(user: User) -> dict[str, bool]:
    """Return what this person may do with assets."""
    return {name: user.has_perm(f"assets.{name}") for name in RIGHTS}


def place_of(found: Asset) -> dict[str, Any] | None:
    """Return where the small map opens, and the line to draw; None when it stands nowhere."""
    if found.shape is None:
        return None
    middle = found.shape if found.shape.geom_type == "Point" else found.shape.point_on_surface
    is_line = found.shape.geom_type != "Point"
    return {
        "lat": f"{middle.y:.6f}",
        "lng": f"{middle.x:.6f}",
        "geojson": found.shape.geojson if is_line else "",
        "layer": "asset_lines" if is_line else "assets",
        "zoom": 16 if is_line else 17,
    }


def next_look(found: Asset) -> dt.date | None:
    """Return when the next inspection is due; None when the class asks for none or it never began."""
    months = found.asset_class.inspect_every_months
    return months_after(found.inspected_on, months) if months and found.inspected_on else None


def is_look_late(found: Asset, today: dt.date) -> bool:
    """Tell whether a look is due now."""
    if not found.asset_class.inspect_every_months or found.state in {AssetState.DISPOSED, AssetState.MISSING}:
        return False
    due = next_look(found)
    return due is None or due < today


def _outage(outage: Outage, at: dt.datetime) -> dict[str, Any]:
    return {"row": outage, "lasted": span_words(outage.seconds(at))}


def span_words(seconds: float) -> str:
    """Return a length of time as people say it: "3 วัน", "4 ชั่วโมง 20 นาที"."""
    days, hours, minutes = span_of(seconds)
    if days:
        return _("%(days)s วัน") % {"days": f"{days:,}"}
    if hours:
        return _("%(hours)s ชั่วโมง %(minutes)s นาที") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)s นาที") % {"minutes": minutes}


def _share_down(outages: list[Outage], found: Asset, at: dt.datetime) -> int | None:
    """Return how many days of the last 365 it did not work; None when nothing is known of it."""
    if not outages:
        return None
    year_ago = at - dt.timedelta(days=365)
    seconds = sum(
        max(0.0, ((each.until_at or at) - max(each.from_at, year_ago)).total_seconds()) for each in outages
    )
    return round(seconds / 86_400)


def _with_photos(looks: list[Inspection], found: Asset) -> list[dict[str, Any]]:
    by_look: dict[UUID | None, list[Any]] = {}
    if looks:
        keys = [each.pk for each in looks]
        for photo in found.photos.filter(removed_at=None, inspection_id__in=keys):
            by_look.setdefault(photo.inspection_id, []).append(photo)
    return [{"row": each, "photos": by_look.get(each.pk, [])} for each in looks]


def _warranty(found: Asset, today: dt.date) -> dict[str, Any] | None:
    if found.warranty_until is None:
        return None
    left = (found.warranty_until - today).days
    return {"until": found.warranty_until, "is_over": left < 0, "is_ending": 0 <= left <= 90, "days": left}
