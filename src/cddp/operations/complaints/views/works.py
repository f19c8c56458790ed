"""ทรัพย์สินและงานซ่อมของเรื่อง: choose the thing, open a work order, say that a known one is done for it too."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.operations.complaints.errors import UnableToChangeNeed
from cddp.operations.complaints.forms import works as forms
from cddp.operations.complaints.models import Need
from cddp.operations.complaints.queries.assets import OFFERED_ON_PAGE, Offer, offer_assets, search_assets
from cddp.operations.complaints.queries.choices import Choices
from cddp.operations.complaints.queries.needs import get_need
from cddp.operations.complaints.queries.works import find_order
from cddp.operations.complaints.services import assigning, works
from cddp.operations.complaints.views.crumbs import crumbs_of
from cddp.operations.complaints.views.need_page import place_of
from cddp.operations.complaints.views.needs import PAGE
from cddp.registers.assets.queries.finding import get_by_code


@requires("complaints.triage")
@require_safe
def choose_asset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the things near a problem on the map, and those that were searched for."""
    user = user_of(request)
    found = get_need(user, pk)
    text = request.GET.get("q", "").strip()
    offers = search_assets(user, text) if text else offer_assets(user, found, limit=OFFERED_ON_PAGE)
    values = {
        "need": found,
        "offers": offers,
        "text": text,
        "place": place_of(found),
        "pins": _pins(offers),
        "form": forms.AssetForm(
            Choices(), initial={"version": found.version, "seen_at": found.updated_at.isoformat()}
        ),
        "breadcrumbs": crumbs_of(found, (_("ทรัพย์สิน"), "")),
    }
    return render(request, "complaints/needs/asset.html", values)


@requires("complaints.triage")
@require_POST
def asset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which thing a problem is about."""
    return PAGE.respond(request, pk, forms.AssetForm, _asset)


def _asset(user: User, found: Need, form: forms.AssetForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    asset_id = asked["asset"]
    if asked["takes_away"]:
        asset_id = None
    elif asset_id is None:
        asset_id = get_by_code(user, asked["number"].strip()).pk
    assigning.set_asset(user, found.pk, version=asked["version"], asset_id=asset_id, at=at)
    return _("บันทึกทรัพย์สินของเรื่องแล้ว") if asset_id else _("เอาทรัพย์สินออกจากเรื่องแล้ว")


@requires("complaints.work")
@require_POST
def work(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a work order for a problem."""
    return PAGE.respond(request, pk, forms.WorkForm, _work)


def _work(user: User, found: Need, form: forms.WorkForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    order = works.open_work_for_need(
        user,
        found.pk,
        version=asked["version"],
        title=asked["title"],
        priority=asked["priority"],
        division_id=asked["division"],
        lead_id=asked["lead"],
        planned_on=asked["planned_on"],
        at=at,
    )
    return _("เปิดใบสั่งงาน %(number)s แล้ว") % {"number": order.number}


@requires("complaints.work")
@require_POST
def attach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that a known work order is done for this problem too."""
    return PAGE.respond(request, pk, forms.AttachForm, _attach)


def _attach(user: User, found: Need, form: forms.AttachForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    order_id = asked["order"]
    if order_id is None:
        order = find_order(user, asked["number"])
        if order is None:
            raise UnableToChangeNeed(
                _("ไม่พบใบสั่งงานเลขที่ “%(number)s”") % {"number": asked["number"]}, code="no_work"
            )
        order_id = order.pk
    link = works.attach_work(user, found.pk, order_id, version=asked["version"], at=at)
    return _("ผูกกับใบสั่งงาน %(number)s แล้ว") % {"number": link.work_order.number}


@requires("complaints.work")
@require_POST
def detach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the link to a work order back."""
    return PAGE.respond(request, pk, forms.DetachForm, _detach)


def _detach(user: User, found: Need, form: forms.DetachForm, at: dt.datetime) -> str:
    asked = form.cleaned_data
    link = works.detach_work(user, found.pk, asked["order"], version=asked["version"], at=at)
    return _("เลิกผูกกับใบสั่งงาน %(number)s แล้ว") % {"number": link.work_order.number}


def _pins(offers: list[Offer]) -> str:
    """Return the places of the offers as the map reads them: "lng,lat;lng,lat", lettered in this order."""
    pairs: list[Any] = [
        offer.asset.shape for offer in offers[:OFFERED_ON_PAGE] if offer.asset.shape is not None
    ]
    middles = [shape if shape.geom_type == "Point" else shape.point_on_surface for shape in pairs]
    return ";".join(f"{middle.x:.6f},{middle.y:.6f}" for middle in middles)
