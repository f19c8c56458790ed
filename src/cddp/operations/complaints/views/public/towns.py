"""เทศบาลในที่อยู่เว็บ: a public page runs in the name of the town whose slug stands in its address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from cddp.foundation.accounts.access import public
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality

TownView = Callable[..., HttpResponse]


def in_town(view: TownView) -> TownView:
    """Open to everybody: `view(request, town, …)`; an unknown slug is 404."""

    @wraps(view)
    def inside(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        town = get_object_or_404(Municipality.objects.defer("boundary"), slug=slug)
        with town_context(town.pk):
            return view(request, town, *args, **kwargs)

    return public(inside)


def kept_by_nobody(view: TownView) -> TownView:
    """Mark a page that a follow code opens: no browser or search engine keeps it, no link tells where it came from.

    The house's own policy already keeps the address from every other site; "no-referrer" would make a browser hide
    where a form was sent from, and the form be refused.
    """

    @wraps(view)
    def inside(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return inside


def crumbs(town: Municipality, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way back to the page of the town."""
    # The portal stands above us, so its page has no name here.
    home = (town.display_name, f"/t/{town.slug}/")
    return [home, *further]


def needs_crumb(town: Municipality) -> tuple[str, str]:
    """Return the step of the list of what was told."""
    return _("เรื่องที่แจ้งแล้ว"), reverse("complaints:public_needs", args=[town.slug])
