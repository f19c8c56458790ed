"""บันทึกข้อเท็จจริงในสองแตะ: choose what, choose its value; undo takes it back. One fragment for map and pages."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cddp.foundation.accounts.access import requires
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_dates import UnableToReadDate, parse_date
from cddp.registers.residents.errors import UnableToRecordFact
from cddp.registers.residents.models import FactType, House, Household, Person
from cddp.registers.residents.queries.facts import find_fact, list_current_facts, list_fact_types, show
from cddp.registers.residents.services import facts as services
from cddp.registers.residents.views.purpose import bear_purpose, record_list_look

KINDS: dict[str, tuple[str, Any]] = {
    "houses": ("house", House),
    "households": ("household", Household),
    "people": ("person", Person),
}
PLURAL_OF = {level: plural for plural, (level, _model) in KINDS.items()}
NUMBER_CHIPS = range(7)


def _subject(request: HttpRequest, kind: str, pk: UUID) -> tuple[str, Any]:
    if kind not in KINDS:
        raise Http404
    level, model = KINDS[kind]
    return level, get_object_or_404(model.objects.visible_to(request.user), pk=pk)


@requires("residents.record_fact")
@bear_purpose
def quick_fact(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """First tap: which fact (GET); second tap: its value (GET ?type=…); then saved (POST), with undo."""
    level, subject = _subject(request, kind, pk)
    types = list(list_fact_types(request.user, level=level))  # type: ignore[arg-type]
    asked = request.POST.get("type") or request.GET.get("type", "")
    chosen = next((each for each in types if str(each.pk) == asked), None)
    values: dict[str, Any] = {"kind": kind, "subject": subject, "types": types, "chosen": chosen}
    if level == "person" and (chosen is not None or not getattr(request, "htmx", False)):
        # The name of the page and the value of now are looks like any other.
        record_list_look(request, [subject])
    if request.method == "POST":
        if chosen is None:
            raise Http404
        return _record(request, values)
    if chosen is not None:
        values |= _value_choices(_current(request, subject, chosen))
    return _respond(request, values)


def _record(request: HttpRequest, values: dict[str, Any]) -> HttpResponse:
    chosen: FactType = values["chosen"]
    written, note = request.POST.get("value") or request.POST.get("typed", ""), request.POST.get("note", "")
    try:
        fact = services.record_fact(
            chosen,
            values["subject"],
            written,
            observed_at=_observed_at(request.POST.get("observed_on", "")),
            note=note,
            by=request.user,  # type: ignore[arg-type]
        )
    except UnableTo as refusal:
        typed = {"written": written, "note": note, "observed_on": request.POST.get("observed_on", "")}
        values |= _value_choices("") | typed | {"problem": refusal.message}
        return _respond(request, values, status=refusal.status)
    text = show(chosen, fact.value)
    messages.success(request, _("บันทึกแล้ว %(name)s: %(text)s") % {"name": chosen.name, "text": text})
    return _respond(request, values | {"chosen": None, "saved": fact, "saved_text": text}, changed=True)


def _observed_at(written: str) -> dt.datetime | None:
    """Return noon of the day that was written, None for "now"."""
    try:
        read = parse_date(written, not_after=timezone.localdate())
    except UnableToReadDate as problem:
        raise UnableToRecordFact(f"{problem} {problem.fix}", code="observed_on") from None
    if read is None or read.date == timezone.localdate():
        return None
    return timezone.make_aware(dt.datetime.combine(read.date, dt.time(12)))


def _current(request: HttpRequest, subject: Any, chosen: FactType) -> str:
    facts = list_current_facts(request.user, [subject.pk], timezone.localdate())[subject.pk]  # type: ignore[arg-type]
    return next((fact.text for fact in facts if fact.fact_type == chosen), "")


def _value_choices(current: str) -> dict[str, Any]:
    return {"numbers": NUMBER_CHIPS, "current": current}


def _respond(
    request: HttpRequest, values: dict[str, Any], *, status: int = 200, changed: bool = False
) -> HttpResponse:
    fragment = bool(getattr(request, "htmx", False))
    back = _page_of(values["kind"], values["subject"])
    template = "residents/_quick_fact.html" if fragment else "residents/quick_fact.html"
    values |= {
        "back": back,
        "address": reverse("residents:quick_fact", args=[values["kind"], values["subject"].pk]),
    }
    if changed and not fragment:
        return redirect(back)
    # htmx swaps only answers of success; a refused value must show its reason in the same place.
    response = render(request, template, values, status=200 if fragment else status)
    if changed:
        response["HX-Trigger"] = "facts-changed"
    return response


def _page_of(kind: str, subject: Any) -> str:
    if kind == "people":
        return reverse("residents:person", args=[subject.pk])
    return reverse("residents:house", args=[subject.house_id if kind == "households" else subject.pk])


@requires("residents.record_fact")
@require_POST
def fact_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a statement back; it stays in the history as withdrawn."""
    fact = find_fact(request.user, pk)  # type: ignore[arg-type]
    if fact is None:
        raise Http404
    kind = PLURAL_OF[fact.level]
    level, subject = _subject(request, kind, fact.subject_id)
    services.withdraw_fact(fact, reason=request.POST.get("reason", ""), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("ถอนรายการแล้ว"))
    types = list(list_fact_types(request.user, level=level))  # type: ignore[arg-type]
    return _respond(request, {"kind": kind, "subject": subject, "types": types, "chosen": None}, changed=True)
