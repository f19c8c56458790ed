"""รับแจ้งแทนประชาชน: one page for the counter and the phone, filled in while the person talks, and its receipt."""

import json
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.forms.counter import FilingForm
from cddp.operations.complaints.models import Need, Report, Reporter
from cddp.operations.complaints.queries.callers import SHOWN, list_earlier_reports
from cddp.operations.complaints.queries.candidates import Candidate, find_candidates
from cddp.operations.complaints.queries.choices import Choices, list_choices
from cddp.operations.complaints.queries.suggestions import suggest
from cddp.operations.complaints.queries.terms import Terms, find_terms
from cddp.operations.complaints.services.receiving import Incoming, Receipt, receive
from cddp.operations.complaints.services.voices import Contact, voice_of
from cddp.operations.complaints.views.crumbs import HOME
from cddp.registers.residents.models import Area, House
from cddp.registers.residents.queries.finding import find_places

SHORTEST_TEXT = 6
PLACES_SHOWN = 8
PAPERS = ("80", "a5")


@requires("complaints.file")
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("phone", "name", "description")
def new(request: HttpRequest) -> HttpResponse:
    """Take a report from somebody who stands here or calls; the same page sent twice files one report."""
    choices = list_choices(working=False)
    if request.method != "POST":
        return _show(
            request, FilingForm(choices, initial={"client_id": uuid7(), "channel": "counter"}), choices
        )
    form = FilingForm(choices, request.POST)
    if not form.is_valid():
        return _show(request, form, choices, status=422)
    try:
        with transaction.atomic():
            receipt = _file(user_of(request), form)
    except UnableTo as refusal:
        form.add_error("description", refusal.message)
        return _show(request, form, choices, status=422)
    if not receipt.is_new:
        messages.info(request, _("เรื่องนี้บันทึกไว้แล้ว นี่คือใบรับเรื่องเดิม"))
    return redirect("complaints:filed", receipt.report.pk)


def _file(user: User, form: FilingForm) -> Receipt:
    asked, at = form.cleaned_data, timezone.now()
    house = asked["house"]
    if house is not None and not House.objects.visible_to(user).filter(pk=house).exists():
        house = None
    joins = asked["joins"]
    if joins is not None and not Need.objects.visible_to(user).filter(pk=joins).exists():
        joins = None
    return receive(
        Incoming(
            channel=asked["channel"],
            external_id=str(asked["client_id"]),
            payload={"text": asked["description"], "address": asked["address"]},
            description=asked["description"],
            requested_at=at,
            received_at=at,
            category_id=asked["category"],
            point=form.point,
            address=asked["address"],
            contact=Contact(name=asked["name"], phone=asked["phone"], house_id=house),
            joins_need_id=joins,
            told_before=asked["told_before"] or None,
            filed_by=user,
        )
    )


def _show(request: HttpRequest, form: FilingForm, choices: Choices, status: int = 200) -> HttpResponse:
    user = user_of(request)
    town = user.membership.municipality if user.membership else None
    values = {
        "form": form,
        "bounds": ",".join(f"{edge:.5f}" for edge in town.boundary.extent) if town and town.boundary else "",
        "may_look_up": user.has_perm("residents.view"),
        "may_recognise": user.has_perm("complaints.reporter"),
        "breadcrumbs": [HOME, (_("รับแจ้ง"), "")],
        **(_advice(request, form, choices) if form.is_bound else {}),
    }
    return render(request, "complaints/counter/new.html", values, status=status)


# ── help while typing ─────────────────────────────────────────────────────────────────────────────


@requires("complaints.file")
@require_POST
@sensitive_post_parameters("phone", "name", "description")
def advise(request: HttpRequest) -> HttpResponse:
    """Say what category the words speak of, what it would mean, and which known problems are near."""
    choices = list_choices(working=False)
    form = FilingForm(choices, request.POST)
    return render(request, "complaints/counter/_advice.html", _advice(request, form, choices))


def _advice(request: HttpRequest, form: FilingForm, choices: Choices) -> dict[str, Any]:
    form.is_valid()  # half of it is still missing while one types: what can be read is read
    asked = form.cleaned_data
    text = str(asked.get("description") or "")
    suggestions = suggest(text, choices) if len(text) >= SHORTEST_TEXT else []
    chosen = choices.category(asked.get("category"))
    about = chosen or (suggestions[0].category if suggestions else None)
    terms = find_terms(about.id, form.point, str(asked.get("channel") or "")) if about else None
    return {
        "suggestions": [
            {"each": each, "fill": json.dumps({"filing_category": str(each.category.id)})}
            for each in suggestions
        ],
        "chosen": chosen,
        "about": about,
        "terms": terms,
        "division": next(
            (each.name for each in choices.divisions if terms and each.id == terms.division_id), ""
        ),
        "candidates": _candidates(form, text, about.id if about else None, terms),
        "joins": str(asked.get("joins") or ""),
    }


def _candidates(
    form: FilingForm, text: str, category_id: UUID | None, terms: Terms | None
) -> list[Candidate]:
    if terms is None or terms.is_private:
        return []
    return find_candidates(
        form.point, terms.family, text, category_id=category_id, radius_m=terms.radius_m, at=timezone.now()
    )


@requires("residents.view")
@require_POST
@sensitive_post_parameters("place_text")
def places(request: HttpRequest) -> HttpResponse:
    """Find a house or an area by what the person says; one press puts it into the form."""
    text = request.POST.get("place_text", "").strip()[:100]
    found = find_places(user_of(request), text, PLACES_SHOWN) if len(text) >= 2 else None
    rows = [_house(each) for each in found.houses] + [_area(each) for each in found.areas] if found else []
    return render(request, "complaints/counter/_places.html", {"rows": rows, "text": text})


def _house(house: House) -> dict[str, Any]:
    words = " ".join(
        part
        for part in (
            _("บ้านเลขที่ %(number)s") % {"number": house.number},
            str(house.area or ""),
            house.lane and _("ซอย%(lane)s") % {"lane": house.lane},
            house.road and _("ถนน%(road)s") % {"road": house.road},
        )
        if part
    )
    return _place(words, "house", house.point, house=str(house.pk))


def _area(area: Area) -> dict[str, Any]:
    middle = area.boundary.point_on_surface if area.boundary else None
    return _place(str(area), "map-pin", middle, house="")


def _place(words: str, icon: str, point: Any, *, house: str) -> dict[str, Any]:
    values = {
        "filing_address": words,
        "filing_lat": f"{point.y:.6f}" if point else "",
        "filing_lng": f"{point.x:.6f}" if point else "",
        "filing_house": house,
    }
    return {"words": words, "icon": icon, "is_placed": point is not None, "fill": json.dumps(values)}


@requires("complaints.reporter")
@require_POST
@sensitive_post_parameters("phone")
def caller(request: HttpRequest) -> HttpResponse:
    """Say whether this telephone told of anything before; each such look is recorded."""
    voice = voice_of(Contact(phone=request.POST.get("phone", "")[:40]))
    reports = list_earlier_reports(user_of(request), voice)
    if reports:
        audit.record_looks(
            "complaints.reporter.recognised", Report, [each.pk for each in reports], purpose=_("รับแจ้งเรื่องใหม่")
        )
    values = {"reports": reports[:SHOWN], "has_more": len(reports) > SHOWN, "is_known": voice is not None}
    return render(request, "complaints/counter/_caller.html", values)


# ── the receipt ───────────────────────────────────────────────────────────────────────────────────


@requires("complaints.file")
@require_safe
def filed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the number and the secret to follow it by, to whoever filed it; also as a slip of paper."""
    user = user_of(request)
    mine = Reporter.objects.filter(filed_by=user.pk).values("report_id")
    report = get_object_or_404(
        Report.objects.visible_to(user).filter(pk__in=mine).select_related("category", "need"), pk=pk
    )
    address = follow_address(request, user, report)
    values = {
        "report": report,
        "address": address,
        "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=2) if address else "",
        "paper": request.GET.get("paper") if request.GET.get("paper") in PAPERS else "",
        "has_company": report.need is not None and report.need.reports_count > 1,
        "breadcrumbs": [HOME, (_("ใบรับเรื่อง"), "")],
    }
    template = "complaints/counter/slip.html" if values["paper"] else "complaints/counter/receipt.html"
    return render(request, template, values)


def follow_address(request: HttpRequest, user: User, report: Report) -> str:
    """Return the citizen's own page of this report, which the code on the slip opens; "" where there is none."""
    if user.membership is None or not report.follow_code:
        return ""
    try:
        path = reverse("complaints:followed", args=[user.membership.municipality.slug, report.follow_code])
    except NoReverseMatch:
        return ""
    return request.build_absolute_uri(path)
