"""แบบกรอกของบุคคล: change, add, move in and out, death."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from cddp.foundation.accounts.access import requires
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_dates import PartialDate
from cddp.registers.residents.choices import MembershipKind, RegistryState, Sex
from cddp.registers.residents.errors import UnableToChangeChanged
from cddp.registers.residents.forms.registers import (
    DeathForm,
    EndStayForm,
    MoveForm,
    NewDwellerForm,
    PersonForm,
)
from cddp.registers.residents.models import House, Household, HouseholdMembership, Person
from cddp.registers.residents.queries.finding import find_houses
from cddp.registers.residents.queries.identity import masked_citizen_id
from cddp.registers.residents.rules.finding import read_query
from cddp.registers.residents.services import identity
from cddp.registers.residents.services import people as services
from cddp.registers.residents.views.houses import with_version
from cddp.registers.residents.views.people import load_person, people_crumbs
from cddp.registers.residents.views.purpose import needs_purpose


def _show_form(
    request: HttpRequest, form: Any, title: str, back: str, crumbs: list[tuple[str, str]], **more: Any
) -> HttpResponse:
    status = more.pop("status", 422 if form.is_bound else 200)
    values = {"form": form, "title": title, "back": back, "breadcrumbs": [*crumbs, (title, "")], **more}
    return render(request, "residents/form.html", values, status=status)


@requires("residents.change")
@sensitive_post_parameters("citizen_id")
@needs_purpose
def person_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a person; of two people at once the second sees the difference."""
    found = load_person(request, pk)
    birth = PartialDate(found.birth_date, found.birth_precision) if found.birth_date else None  # type: ignore[arg-type]
    initial = {name: getattr(found, name) for name in (*services.CHANGEABLE, "version")}
    initial |= {
        "birth": birth,
        "citizen_id": masked_citizen_id(found),
        "override_reason": found.citizen_id_note,
    }
    form = PersonForm(request.POST or None, initial=initial)
    title, back = _("แก้ไขบุคคล"), reverse("residents:person", args=[found.pk])
    crumbs = [*people_crumbs(), (found.full_name, back)]
    if request.method != "POST" or not form.is_valid():
        return _show_form(request, form, title, back, crumbs)
    try:
        with transaction.atomic():
            _save_person(found, form, request.user)
    except UnableToChangeChanged as refusal:
        found.refresh_from_db()
        form.data = with_version(request, found.version)
        more = {"difference": refusal.difference, "problem": refusal.message, "status": refusal.status}
        return _show_form(request, form, title, back, crumbs, **more)
    except UnableTo as refusal:
        form.add_error(_field_of(refusal), refusal.message)
        return _show_form(request, form, title, back, crumbs)
    messages.success(request, _("บันทึกแล้ว"))
    return redirect(back)


def _save_person(found: Person, form: PersonForm, user: Any) -> None:
    """Save fields and number in one transaction: a refused number leaves the rest unsaved too."""
    digits = form.cleaned_data["citizen_id"]
    services.change_person(found, version=form.cleaned_data["version"] or 0, by=user, **form.changes)
    if digits == form.fields["citizen_id"].KEEP:  # type: ignore[attr-defined]
        return
    if digits:
        reason = form.cleaned_data["override_reason"]
        identity.set_citizen_id(found, digits, override_reason=reason, by=user)
    elif found.citizen_id_hash:
        identity.clear_citizen_id(found, by=user)


def _field_of(refusal: UnableTo) -> str | None:
    fields = {
        "doubtful": "override_reason",
        "taken": "citizen_id",
        "unreadable": "citizen_id",
        "birth_date": "birth",
        "name": "given_name",
        "death_date": "death_date",
    }
    return fields.get(refusal.code)


@requires("residents.change")
@sensitive_post_parameters("citizen_id")
def person_new(request: HttpRequest, house_pk: UUID) -> HttpResponse:
    """Add a person to a house: who they are, and how they live there."""
    user: Any = request.user
    house = get_object_or_404(House.objects.visible_to(user).active(), pk=house_pk)
    form = NewDwellerForm(request.POST or None, initial={"kind": MembershipKind.RESIDENT, "sex": Sex.UNKNOWN})
    title, back = (
        _("เพิ่มคนในบ้านเลขที่ %(number)s") % {"number": house.number},
        reverse("residents:house", args=[house.pk]),
    )
    crumbs = [(_("บ้าน"), reverse("residents:houses")), (house.number, back)]
    if request.method != "POST" or not form.is_valid():
        return _show_form(request, form, title, back, crumbs)
    try:
        with transaction.atomic():
            made = _make_dweller(form, _household_of(request, house), user)
    except UnableTo as refusal:
        form.add_error(_field_of(refusal), refusal.message)
        return _show_form(request, form, title, back, crumbs)
    messages.success(request, _("เพิ่ม %(name)s แล้ว") % {"name": made.full_name})
    return redirect(back)


def _make_dweller(form: NewDwellerForm, household: Household, user: Any) -> Person:
    given = form.cleaned_data
    digits = given["citizen_id"] or ""
    reason = given["override_reason"]
    made = services.make_person(**form.changes, citizen_id=digits, override_reason=reason, by=user)
    services.move_in(made, household, on=given["started_on"], kind=given["kind"], role=given["role"], by=user)
    return made


def _household_of(request: HttpRequest, house: House) -> Household:
    households = house.households.filter(state=RegistryState.ACTIVE).order_by("sequence")
    chosen = request.GET.get("household", "")
    return next((each for each in households if str(each.pk) == chosen), households[0])


@requires("residents.change")
@needs_purpose
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a person move into a house, which is chosen by number and moo."""
    user: Any = request.user
    found = load_person(request, pk)
    form = MoveForm(request.POST or None, initial={"kind": MembershipKind.RESIDENT})
    title, back = _("ย้ายเข้าบ้าน"), reverse("residents:person", args=[found.pk])
    crumbs = [*people_crumbs(), (found.full_name, back)]
    if request.method != "POST" or not form.is_valid():
        return _show_form(request, form, title, back, crumbs)
    houses = list(find_houses(user, read_query(form.cleaned_data["house"])).select_related("area")[:6])
    chosen = request.POST.get("chosen", "")
    house = next((each for each in houses if str(each.pk) == chosen), houses[0] if len(houses) == 1 else None)
    if house is None:
        words = _("ไม่พบบ้านนี้") if not houses else _("พบหลายหลัง โปรดเลือกด้านล่างแล้วบันทึกอีกครั้ง")
        form.add_error("house", words)
        return _show_form(request, form, title, back, crumbs, candidates=houses)
    given = form.cleaned_data
    try:
        services.move_in(
            found,
            _household_of(request, house),
            on=given["started_on"],
            kind=given["kind"],
            role=given["role"],
            by=user,
        )
    except UnableTo as refusal:
        form.add_error(None, refusal.message)
        return _show_form(request, form, title, back, crumbs)
    messages.success(request, _("ย้ายเข้าบ้านเลขที่ %(house)s แล้ว") % {"house": house})
    return redirect(back)


@requires("residents.change")
@needs_purpose
def stay_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a stay."""
    user: Any = request.user
    visible = HouseholdMembership.objects.filter(person__in=Person.objects.visible_to(user))
    stay = get_object_or_404(visible.select_related("person", "household__house__area"), pk=pk)
    form = EndStayForm(request.POST or None, initial={"reason": "moved_out"})
    back = reverse("residents:person", args=[stay.person_id])
    title = _("ย้ายออกจากบ้านเลขที่ %(house)s") % {"house": stay.household.house}
    crumbs = [*people_crumbs(), (stay.person.full_name, back)]
    if request.method != "POST" or not form.is_valid():
        return _show_form(request, form, title, back, crumbs)
    try:
        services.move_out(stay, on=form.cleaned_data["ended_on"], reason=form.cleaned_data["reason"], by=user)
    except UnableTo as refusal:
        form.add_error("ended_on", refusal.message)
        return _show_form(request, form, title, back, crumbs)
    messages.success(request, _("บันทึกการย้ายออกแล้ว"))
    return redirect(back)


@requires("residents.change")
@needs_purpose
def death(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a death."""
    found = load_person(request, pk)
    form = DeathForm(request.POST or None)
    title, back = _("บันทึกการเสียชีวิต"), reverse("residents:person", args=[found.pk])
    crumbs = [*people_crumbs(), (found.full_name, back)]
    if request.method != "POST" or not form.is_valid():
        return _show_form(request, form, title, back, crumbs)
    try:
        services.record_death(found, on=form.cleaned_data["death_date"], by=request.user)  # type: ignore[arg-type]
    except UnableTo as refusal:
        form.add_error("death_date", refusal.message)
        return _show_form(request, form, title, back, crumbs)
    messages.success(request, _("บันทึกแล้ว"))
    return redirect(back)
