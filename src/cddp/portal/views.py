"""หน้าแรกของประชาชน หน้าเทศบาล โต๊ะทำงาน และการค้นหาทั้งระบบ."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cddp.foundation.accounts.access import public, requires, user_of
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.values.masking import holds_personal_number
from cddp.insight.dashboards.queries import list_waiting
from cddp.operations.complaints.models import Report
from cddp.portal.queries import open_figures, search_everywhere

SHORTEST_SEARCH = 2
LONGEST_SEARCH = 100
RECENT_SHOWN = 6


@public
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Say what this is and which towns it serves."""
    towns = Municipality.objects.defer("boundary").order_by("is_demo", "name_th")
    return render(request, "portal/front.html", {"towns": towns})


@public
@require_safe
def town(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the open figures of one town; nothing personal."""
    found = get_object_or_404(Municipality.objects.defer("boundary"), slug=slug)
    with town_context(found.pk):
        figures = open_figures()
    return render(request, "portal/town.html", {"town": found, "figures": figures})


@requires("desk.view")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, and the ways to their work."""
    user = user_of(request)
    recent = Report.objects.visible_to(user).select_related("category").order_by("-requested_at", "-id")
    context = {
        "waiting": list_waiting(user),
        "recent": recent.defer("search_text")[:RECENT_SHOWN] if user.has_perm("complaints.view") else (),
    }
    return render(request, "portal/desk.html", context)


@requires("desk.view")
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("q")
def search(request: HttpRequest) -> HttpResponse:
    """Search people, houses, reports and whatever else the person may see, in one box.

    What is typed comes in the body of a POST: a name or a number in an address would stay in logs and histories.
    """
    text = _asked(request)
    groups = search_everywhere(user_of(request), text) if len(text) >= SHORTEST_SEARCH else []
    only = [result for group in groups for result in group.results]
    context = {
        "text": text,
        "global_search_text": text,
        "groups": groups,
        "count": len(only),
        "is_short": bool(text) and len(text) < SHORTEST_SEARCH,
        "breadcrumbs": [(_("ค้นหา"), "")],
    }
    if request.htmx and not request.htmx.boosted:  # type: ignore[attr-defined]
        return render(request, "portal/search.html#results", context)
    return render(request, "portal/search.html", context)


def _asked(request: HttpRequest) -> str:
    text = (request.POST if request.method == "POST" else request.GET).get("q", "")
    text = text.replace("\x00", "").strip()[:LONGEST_SEARCH]
    # A link may carry words; an identity number in one is not even looked up.
    return "" if request.method != "POST" and holds_personal_number(text) else text
