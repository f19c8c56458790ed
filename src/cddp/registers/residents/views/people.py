"""หน้าจอของบุคคล: list, page, forms, moves, death; every look is recorded with its purpose."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Func, IntegerField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from cddp.foundation.accounts.access import requires
from cddp.foundation.audit import services as audit
from cddp.foundation.audit.queries import list_history
from cddp.foundation.ui.listing import ChoiceFilter, Column, ListPage
from cddp.foundation.values.errors import UnableTo
from cddp.foundation.values.thai_dates import PartialDate
from cddp.registers.residents.choices import (
    MembershipKind,
    RegistryState,
    Sex,
    VitalState,
)
from cddp.registers.residents.errors import UnableToChangeChanged
from cddp.registers.residents.forms.registers import (
    DeathForm,
    EndStayForm,
    MoveForm,
    NewDwellerForm,
    PersonForm,
)
from cddp.registers.residents.models import FactType, House, Household, HouseholdMembership, Person
from cddp.registers.residents.queries.facts import list_current_facts, list_statements
from cddp.registers.residents.queries.finding import find_houses, home_of
from cddp.registers.residents.queries.households import age_of, list_stays
from cddp.registers.residents.queries.identity import masked_citizen_id
from cddp.registers.residents.queries.merging import list_ids_stood_for, list_open_merges
from cddp.registers.residents.queries.people import list_people, living_in, of_age, with_stale_fact
from cddp.registers.residents.queries.timeline import list_moments
from cddp.registers.residents.rules.ages import ALL_ELDERLY, BROAD, ELDERLY, AgeBand, read_band
from cddp.registers.residents.rules.finding import read_query
from cddp.registers.residents.services import identity
from cddp.registers.residents.services import people as services
from cddp.registers.residents.views.filters import FactFilter, area_choices, stale_choices
from cddp.registers.residents.views.houses import panels_of, with_version
from cddp.registers.residents.views.purpose import (
    needs_purpose,
    needs_purpose_to_take_away,
    purpose_of,
    record_list_look,
)
from cddp.registers.residents.views.rights import rights_of

LABELS = {
    "title": "คำนำหน้า",
    "given_name": "ชื่อ",
    "family_name": "นามสกุล",
    "sex": "เพศ",
    "birth_date": "วันเกิด",
    "phone": "โทรศัพท์",
    "nationality": "สัญชาติ",
    "vital_state": "การมีชีวิต",
    "death_date": "วันที่เสียชีวิต",
}


class DaysLived(Func):
    """จำนวนวันตั้งแต่เกิด: so that a list by age begins with the youngest."""

    template = "(current_date - %(expressions)s)"
    output_field = IntegerField()


class AgeFilter(ChoiceFilter):
    """ช่วงอายุ: bands like "60-69" and "80-"; any such band may stand in an address."""

    def read(self, params: Any, request: HttpRequest) -> list[str] | None:
        return [text for text in params.getlist(self.key) if read_band(text)] or None

    def words(self, value: Any, request: HttpRequest) -> str:
        return ", ".join(band.label for text in value if (band := read_band(text)))


def _by_age(rows: QuerySet[Person], values: list[str]) -> QuerySet[Person]:
    bands: list[AgeBand] = [band for text in values if (band := read_band(text))]
    return of_age(rows, bands, timezone.localdate())


def _by_stale(rows: QuerySet[Person], values: list[str]) -> QuerySet[Person]:
    for fact_type in FactType.objects.filter(pk__in=values):
        rows = with_stale_fact(rows, fact_type, timezone.localdate())
    return rows


def _home_words(person: Person) -> str:
    stay = home_of(person)
    return str(stay.household.house) if stay else ""


def _home_link(person: Person) -> str | None:
    stay = home_of(person)
    return reverse("residents:house", args=[stay.household.house_id]) if stay else None


def _kind_words(person: Person) -> str:
    return " · ".join(str(stay.get_kind_display()) for stay in person.stays_now)  # type: ignore[attr-defined]


PEOPLE = ListPage(
    key="residents.people",
    title=gettext_lazy("บุคคล"),
    noun=gettext_lazy("คน"),
    question=gettext_lazy("ใครอยู่ที่ไหน ตามทะเบียนและตามจริง"),
    columns=[
        Column("name", gettext_lazy("ชื่อ"), value=lambda p: p.full_name, sort=("given_name", "family_name")),
        Column(
            "age",
            gettext_lazy("อายุ"),
            value=lambda p: age_of(p, timezone.localdate()),
            sort=DaysLived("birth_date"),
            numeric=True,
        ),
        Column("sex", gettext_lazy("เพศ"), value=lambda p: p.get_sex_display()),
        Column("house", gettext_lazy("บ้าน"), value=_home_words, link=_home_link),
        Column("kind", gettext_lazy("ลักษณะการอยู่"), value=_kind_words),
        Column(
            "vital_state",
            gettext_lazy("สถานะ"),
            value=lambda p: p.get_vital_state_display(),
            default_visible=False,
        ),
        Column("phone", gettext_lazy("โทรศัพท์"), default_visible=False),
    ],
    filters=[
        ChoiceFilter(
            "area",
            gettext_lazy("หมู่/ชุมชน"),
            choices=area_choices,
            apply=lambda rows, values: living_in(rows, area_ids=values),
        ),
        ChoiceFilter(
            "kind",
            gettext_lazy("ลักษณะการอยู่"),
            choices=MembershipKind.choices,
            apply=lambda rows, values: living_in(rows, kinds=values),
        ),
        AgeFilter(
            "age",
            gettext_lazy("อายุ"),
            choices=[(band.key, band.label) for band in (*BROAD, *ELDERLY, ALL_ELDERLY)],
            apply=_by_age,
        ),
        ChoiceFilter("sex", gettext_lazy("เพศ"), choices=Sex.choices),
        ChoiceFilter("vital", gettext_lazy("สถานะ"), choices=VitalState.choices, field="vital_state"),
        FactFilter("fact", gettext_lazy("ข้อเท็จจริง"), level="person"),
        ChoiceFilter("stale", gettext_lazy("ข้อมูลพ้นกำหนด"), choices=stale_choices("person"), apply=_by_stale),
    ],
    default_sort="name",
    row_link=lambda person: reverse("residents:person", args=[person.pk]),
    export_name="people",
    export_permission="residents.export",
    on_look=record_list_look,
    empty_title=gettext_lazy("ไม่มีบุคคลตามเงื่อนไขนี้"),
)


@requires("residents.view_person")
@needs_purpose_to_take_away
def people(request: HttpRequest) -> HttpResponse:
    """List persons; each page that is shown is recorded. A name is looked for in the one box, not in an address."""
    crumbs = [(_("ทะเบียน"), reverse("residents:find")), (_("บุคคล"), "")]
    find_by_name = {"label": _("ค้นหาด้วยชื่อ"), "url": reverse("residents:find"), "icon": "search"}
    rows = list_people(request.user)  # type: ignore[arg-type]
    return PEOPLE.respond(request, rows, {"breadcrumbs": crumbs, "actions": [find_by_name]})


def _load(request: HttpRequest, pk: UUID) -> Person:
    rows = Person.objects.visible_to(request.user).select_related("merged_into")  # type: ignore[arg-type]
    return get_object_or_404(rows, pk=pk)


@requires("residents.view_person")
@needs_purpose
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one person: identity masked, facts, stays over time. The look is recorded."""
    found = _load(request, pk)
    audit.record("residents.person.viewed", found)
    return _show(request, found)


def _show(request: HttpRequest, found: Person, **more: Any) -> HttpResponse:
    user: Any = request.user
    today, ids = timezone.localdate(), list_ids_stood_for(found)
    stays = list(list_stays(ids))
    birth = PartialDate(found.birth_date, found.birth_precision) if found.birth_date else None  # type: ignore[arg-type]
    values = {
        "person": found,
        "can": rights_of(user),
        "age": age_of(found, today),
        "birth": birth,
        "masked": masked_citizen_id(found),
        "purpose": purpose_of(request),
        "stays": stays,
        "stays_now": [stay for stay in stays if stay.ended_on is None],
        "facts": list_current_facts(user, [found.pk], today)[found.pk],
        "moments": list_moments(list_history(found.pk), stays, list_statements(user, ids), labels=LABELS),
        "merges": list_open_merges(found) if user.has_perm("residents.merge") else [],
        "panels": panels_of(request, "residents.person", found),
        "is_active": found.state == RegistryState.ACTIVE,
        "breadcrumbs": [*_crumbs(), (found.full_name, "")],
    }
    return render(request, "residents/person.html", values | more, status=more.get("status", 200))


def _crumbs() -> list[tuple[str, str]]:
    return [(_("ทะเบียน"), reverse("residents:find")), (_("บุคคล"), reverse("residents:people"))]


@requires("residents.reveal_id")
@require_POST
@needs_purpose
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the identity number once, for a stated purpose; never kept by the browser."""
    found = _load(request, pk)
    digits = identity.reveal_citizen_id(found, purpose=request.POST.get("purpose", ""), by=request.user)  # type: ignore[arg-type]
    template = "residents/_citizen_id.html" if getattr(request, "htmx", False) else ""
    if template:
        response = render(request, template, {"person": found, "digits": digits})
    else:
        response = _show(request, found, digits=digits)
    response["Cache-Control"] = "no-store"
    return response


# ── forms ─────────────────────────────────────────────────────────────────────────────────────────


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
    found = _load(request, pk)
    birth = PartialDate(found.birth_date, found.birth_precision) if found.birth_date else None  # type: ignore[arg-type]
    initial = {name: getattr(found, name) for name in (*services.CHANGEABLE, "version")}
    initial |= {
        "birth": birth,
        "citizen_id": masked_citizen_id(found),
        "override_reason": found.citizen_id_note,
    }
    form = PersonForm(request.POST or None, initial=initial)
    title, back = _("แก้ไขบุคคล"), reverse("residents:person", args=[found.pk])
    crumbs = [*_crumbs(), (found.full_name, back)]
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
    found = _load(request, pk)
    form = MoveForm(request.POST or None, initial={"kind": MembershipKind.RESIDENT})
    title, back = _("ย้ายเข้าบ้าน"), reverse("residents:person", args=[found.pk])
    crumbs = [*_crumbs(), (found.full_name, back)]
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
    crumbs = [*_crumbs(), (stay.person.full_name, back)]
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
    found = _load(request, pk)
    form = DeathForm(request.POST or None)
    title, back = _("บันทึกการเสียชีวิต"), reverse("residents:person", args=[found.pk])
    crumbs = [*_crumbs(), (found.full_name, back)]
    if request.method != "POST" or not form.is_valid():
        return _show_form(request, form, title, back, crumbs)
    try:
        services.record_death(found, on=form.cleaned_data["death_date"], by=request.user)  # type: ignore[arg-type]
    except UnableTo as refusal:
        form.add_error("death_date", refusal.message)
        return _show_form(request, form, title, back, crumbs)
    messages.success(request, _("บันทึกแล้ว"))
    return redirect(back)
