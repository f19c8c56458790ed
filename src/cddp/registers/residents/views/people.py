"""หน้าจอของบุคคล: list, page, forms, moves, death; every look is recorded with its purpose."""

from typing import Any
from uuid import UUID

from django.db.models import Func, IntegerField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cddp.foundation.accounts.access import requires
from cddp.foundation.audit import services as audit
from cddp.foundation.audit.queries import list_history
from cddp.foundation.ui.listing import ChoiceFilter, Column, ListPage
from cddp.foundation.ui.panels import panels_of
from cddp.foundation.values.thai_dates import PartialDate
from cddp.registers.residents.choices import (
    MembershipKind,
    RegistryState,
    Sex,
    VitalState,
)
from cddp.registers.residents.models import FactType, Person
from cddp.registers.residents.queries.facts import list_current_facts, list_statements
from cddp.registers.residents.queries.finding import home_of
from cddp.registers.residents.queries.households import age_of, list_stays
from cddp.registers.residents.queries.identity import masked_citizen_id
from cddp.registers.residents.queries.merging import list_ids_stood_for, list_open_merges
from cddp.registers.residents.queries.people import list_people, living_in, of_age, with_stale_fact
from cddp.registers.residents.queries.timeline import list_moments
from cddp.registers.residents.rules.ages import ALL_ELDERLY, BROAD, ELDERLY, AgeBand, read_band
from cddp.registers.residents.services import identity
from cddp.registers.residents.views.filters import FactFilter, area_choices, stale_choices
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


def load_person(request: HttpRequest, pk: UUID) -> Person:
    """Return the person if this user may see them, else 404."""
    rows = Person.objects.visible_to(request.user).select_related("merged_into")  # type: ignore[arg-type]
    return get_object_or_404(rows, pk=pk)


@requires("residents.view_person")
@needs_purpose
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one person: identity masked, facts, stays over time. The look is recorded."""
    found = load_person(request, pk)
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
        "breadcrumbs": [*people_crumbs(), (found.full_name, "")],
    }
    return render(request, "residents/person.html", values | more, status=more.get("status", 200))


def people_crumbs() -> list[tuple[str, str]]:
    """Return the way to the list of persons."""
    return [(_("ทะเบียน"), reverse("residents:find")), (_("บุคคล"), reverse("residents:people"))]


@requires("residents.reveal_id")
@require_POST
@needs_purpose
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the identity number once, for a stated purpose; never kept by the browser."""
    found = load_person(request, pk)
    digits = identity.reveal_citizen_id(found, purpose=request.POST.get("purpose", ""), by=request.user)  # type: ignore[arg-type]
    template = "residents/_citizen_id.html" if getattr(request, "htmx", False) else ""
    if template:
        response = render(request, template, {"person": found, "digits": digits})
    else:
        response = _show(request, found, digits=digits)
    response["Cache-Control"] = "no-store"
    return response
