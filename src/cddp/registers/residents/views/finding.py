"""ช่องค้นหาเดียว: anybody or any house. What is typed goes in the body of a POST, never in an address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cddp.foundation.accounts.access import requires
from cddp.foundation.values.masking import holds_personal_number
from cddp.registers.residents.models import Area, House, Person
from cddp.registers.residents.queries.finding import Found, find_anything, home_of
from cddp.registers.residents.queries.households import age_of
from cddp.registers.residents.views.purpose import bear_purpose, record_list_look

LIMIT = 30


@requires("residents.view")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("q")
@bear_purpose
def find(request: HttpRequest) -> HttpResponse:
    """Show the box, and what was found under it, grouped: houses, people, areas."""
    if holds_personal_number(request.GET.get("q", "")):
        # An identity number in an address would stay in logs and histories: it is not even looked up.
        return redirect("residents:find")
    text = _asked(request)
    found = find_anything(request.user, text, LIMIT) if text else None  # type: ignore[arg-type]
    values: dict[str, Any] = {"text": text, "found": found, "limit": LIMIT}
    if found is not None:
        values["people"] = _people(request, found)
    else:
        values |= _summary(request)
    template = "residents/_found.html" if getattr(request, "htmx", False) else "residents/find.html"
    return render(request, template, values)


def _asked(request: HttpRequest) -> str:
    if request.method == "POST":
        return request.POST.get("q", "").replace("\x00", "").strip()[:200]
    return request.GET.get("q", "").replace("\x00", "").strip()[:200]


def _people(request: HttpRequest, found: Found) -> list[dict[str, Any]]:
    record_list_look(request, found.people)
    today = timezone.localdate()
    return [
        {
            "person": person,
            "age": age_of(person, today),
            "stay": home_of(person),
        }
        for person in found.people
    ]


def _summary(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    houses = House.objects.visible_to(user).active()
    return {
        "house_count": houses.count(),
        "person_count": Person.objects.visible_to(user).active().count()
        if user.has_perm("residents.view_person")
        else None,
        "without_point_count": houses.without_point().count(),
        "areas": Area.objects.visible_to(user),
    }
