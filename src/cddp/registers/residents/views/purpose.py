"""วัตถุประสงค์ที่ดูข้อมูลบุคคล: asked once in a session, shown on every page of a person, changeable."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cddp.foundation.accounts.access import View, requires
from cddp.foundation.audit import services as audit
from cddp.foundation.audit.context import state_purpose
from cddp.foundation.values.masking import mask_text
from cddp.registers.residents.forms.registers import PurposeForm
from cddp.registers.residents.models import Person

PURPOSE_SESSION_KEY = "residents.purpose"


def needs_purpose(view: View) -> View:
    """Let a view run only when the person has said why they look; everything it records bears the purpose."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        purpose = purpose_of(request)
        if not purpose:
            # What only takes a POST cannot be returned to by an address.
            back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
            form = PurposeForm(initial={"next": back})
            return render(request, "residents/purpose.html", {"form": form})
        state_purpose(purpose)
        return view(request, *args, **kwargs)

    return asked


def needs_purpose_to_take_away(view: View) -> View:
    """Let a list of persons leave as a file or on paper only for a stated purpose; on the screen it is recorded."""
    asked, bearing = needs_purpose(view), bear_purpose(view)

    @wraps(view)
    def judged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        takes_away = bool(request.GET.get("export") or request.GET.get("print"))
        return (asked if takes_away else bearing)(request, *args, **kwargs)

    return judged


def purpose_of(request: HttpRequest) -> str:
    """Return why this person looks at personal data in this session, "" when they have not said."""
    return str(request.session.get(PURPOSE_SESSION_KEY, ""))


def bear_purpose(view: Callable[..., HttpResponse]) -> View:
    """Let what a view records bear the purpose of the session, if one was stated."""

    @wraps(view)
    def bearing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if purpose := purpose_of(request):
            state_purpose(purpose)
        return view(request, *args, **kwargs)

    return bearing


@requires("residents.view_person")
def purpose(request: HttpRequest) -> HttpResponse:
    """Ask for the purpose, or change it."""
    if request.method != "POST":
        asked_for = request.GET.get("next", "")
        form = PurposeForm(initial={"next": asked_for})
        return render(request, "residents/purpose.html", {"form": form, "current": purpose_of(request)})
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return render(request, "residents/purpose.html", {"form": form}, status=422)
    words = mask_text(form.words)[:200]
    request.session[PURPOSE_SESSION_KEY] = words
    audit.record("residents.purpose.stated", Person, purpose=words)
    return HttpResponseRedirect(_next(request, form.cleaned_data["next"]))


def _next(request: HttpRequest, address: str) -> str:
    allowed = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if address and allowed else reverse("residents:people")


def record_list_look(request: HttpRequest, rows: Any) -> None:
    """Record that these persons were seen in a list, one entry each, one statement."""
    record_looks_at(request, [row.pk for row in rows])


def record_looks_at(request: HttpRequest, person_ids: Iterable[UUID]) -> None:
    """Record that the persons with these ids were seen in a list."""
    audit.record_looks(
        "residents.person.listed",
        Person,
        person_ids,
        purpose=purpose_of(request) or _("ดูรายการ"),
    )
