"""รายการที่อาจซ้ำ: side by side, merge, say they are two, and undo."""

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
from cddp.foundation.accounts.models import User
from cddp.foundation.values.thai_dates import PartialDate, format_short
from cddp.registers.residents.choices import RegistryState
from cddp.registers.residents.models import House, Household, Merge, Person
from cddp.registers.residents.queries.duplicates import suggest_houses, suggest_people
from cddp.registers.residents.queries.facts import list_current_facts
from cddp.registers.residents.queries.finding import find_anything, home_of, with_homes
from cddp.registers.residents.queries.households import list_stays
from cddp.registers.residents.queries.identity import masked_citizen_id
from cddp.registers.residents.services import merging as services
from cddp.registers.residents.views.purpose import bear_purpose, record_list_look

KINDS: dict[str, Any] = {"people": Person, "houses": House, "households": Household}
RECENT = 20
CANDIDATES = 20


@requires("residents.merge")
@bear_purpose
def duplicates(request: HttpRequest) -> HttpResponse:
    """List the pairs that look like one, and the last merges with their undo."""
    user: Any = request.user
    people, houses = suggest_people(user), suggest_houses(user)
    merges = list(Merge.objects.filter(undone_at=None)[:RECENT])
    merged = _people_of(user, merges)
    seen = {row.pk: row for s in people for row in (s.first, s.second)} | merged
    record_list_look(request, list(seen.values()))
    names = _names_of(user, merges, merged)
    values = {
        "people": people,
        "houses": houses,
        "merges": [{"merge": each, "kept": names.get(each.kept_id, ""), "absorbed": names.get(each.absorbed_id, "")}
                   for each in merges],
        "breadcrumbs": [(_("ทะเบียน"), reverse("residents:find")), (_("รายการที่อาจซ้ำ"), "")],
    }  # fmt: skip
    return render(request, "residents/duplicates.html", values)


def _people_of(user: User, merges: list[Merge]) -> dict[UUID, Person]:
    ids = {pk for each in merges for pk in (each.kept_id, each.absorbed_id)}
    return Person.objects.visible_to(user).in_bulk(ids) if ids else {}


def _names_of(user: User, merges: list[Merge], people: dict[UUID, Person]) -> dict[UUID, str]:
    ids = {pk for each in merges for pk in (each.kept_id, each.absorbed_id)}
    if not ids:
        return {}
    names = {pk: person.full_name for pk, person in people.items()}
    houses = House.objects.visible_to(user).filter(pk__in=ids).select_related("area")
    households = Household.objects.visible_to(user).filter(pk__in=ids).select_related("house__area")
    names |= {house.pk: f"บ้านเลขที่ {house}" for house in houses}
    return names | {each.pk: f"{each} บ้านเลขที่ {each.house}" for each in households}


@requires("residents.merge")
@bear_purpose
def compare(request: HttpRequest, kind: str, first: UUID, second: UUID) -> HttpResponse:
    """Show two rows side by side; merge them (the first is kept) or say they are two."""
    user: Any = request.user
    if kind not in KINDS or first == second:
        raise Http404
    rows = KINDS[kind].objects.visible_to(user)
    rows = (
        with_homes(rows)
        if kind == "people"
        else rows.select_related("area" if kind == "houses" else "house__area")
    )
    pair = rows.in_bulk([first, second])
    if len(pair) < 2:
        raise Http404
    kept, other = pair[first], pair[second]
    if request.method == "POST":
        return _decide(request, kept, other)
    if kind == "people":
        record_list_look(request, [kept, other])
    problem = services.problem_of(kept, other)
    values = {
        "kind": kind,
        "kept": kept,
        "other": other,
        "lines": _compared(request, kind, kept, other),
        "problem": problem[1] if problem else "",
        "swap_url": reverse("residents:compare", args=[kind, other.pk, kept.pk]),
        "breadcrumbs": [(_("รายการที่อาจซ้ำ"), reverse("residents:duplicates")), (_("เปรียบเทียบ"), "")],
    }
    return render(request, "residents/compare.html", values)


@requires("residents.merge")
@bear_purpose
def choose_other(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Choose by the one box which row is the same as this one; what is typed goes in the body of a POST."""
    user: Any = request.user
    if kind not in ("people", "houses"):
        raise Http404
    kept = get_object_or_404(KINDS[kind].objects.visible_to(user), pk=pk)
    text = request.POST.get("q", "").replace("\x00", "").strip()[:200] if request.method == "POST" else ""
    found = find_anything(user, text, CANDIDATES) if text else None
    rows: list[Any] = [] if found is None else list(found.people if kind == "people" else found.houses)
    rows = [row for row in rows if row.pk != kept.pk]
    if kind == "people":
        record_list_look(request, [kept, *rows])
    name = kept.full_name if kind == "people" else _("บ้านเลขที่ %(house)s") % {"house": kept}
    values = {
        "kind": kind,
        "kept": kept,
        "name": name,
        "text": text,
        "rows": [{"row": row, "stay": home_of(row) if kind == "people" else None} for row in rows],
        "breadcrumbs": [(_("รายการที่อาจซ้ำ"), reverse("residents:duplicates")), (_("เลือกรายการที่ซ้ำ"), "")],
    }
    return render(request, "residents/choose_other.html", values)


def _decide(request: HttpRequest, kept: Any, other: Any) -> HttpResponse:
    user: Any = request.user
    if request.POST.get("decision") == "distinct":
        services.say_distinct(kept, other, by=user)
        messages.success(request, _("บันทึกว่าเป็นคนละรายการแล้ว จะไม่เสนออีก"))
        return redirect("residents:duplicates")
    services.merge(kept, other, reason=request.POST.get("reason", ""), by=user)
    messages.success(request, _("รวมรายการแล้ว แยกกลับได้จากหน้านี้"))
    return redirect("residents:duplicates")


def _compared(request: HttpRequest, kind: str, kept: Any, other: Any) -> list[dict[str, Any]]:
    describe: Any = {
        "people": _describe_person,
        "houses": _describe_house,
        "households": _describe_household,
    }[kind]
    left, right = describe(kept), describe(other)
    lines = [(name, left[name], right[name]) for name in left]
    facts = list_current_facts(request.user, [kept.pk, other.pk], timezone.localdate())  # type: ignore[arg-type]
    by_name = [{fact.fact_type.name: fact.text for fact in facts.get(row.pk, [])} for row in (kept, other)]
    for name in sorted(by_name[0].keys() | by_name[1].keys()):
        lines.append((name, by_name[0].get(name, ""), by_name[1].get(name, "")))
    return [
        {"name": name, "left": a or "–", "right": b or "–", "differs": bool(a and b and a != b)}
        for name, a, b in lines
    ]


def _describe_person(person: Person) -> dict[str, str]:
    birth = PartialDate(person.birth_date, person.birth_precision) if person.birth_date else None  # type: ignore[arg-type]
    homes = [
        f"{stay.get_kind_display()}: {stay.household.house}"
        for stay in list_stays([person.pk])
        if not stay.ended_on
    ]
    return {
        _("ชื่อ"): person.full_name,
        _("เลขประจำตัวประชาชน"): masked_citizen_id(person),
        _("เพศ"): str(person.get_sex_display()),
        _("วันเกิด"): format_short(birth) if birth else "",
        _("การมีชีวิต"): str(person.get_vital_state_display()),
        _("บ้าน"): " · ".join(homes),
        _("โทรศัพท์"): person.phone,
        _("สัญชาติ"): person.nationality,
    }


def _describe_house(house: House) -> dict[str, str]:
    return {
        _("บ้านเลขที่"): house.number,
        _("หมู่/ชุมชน"): str(house.area or ""),
        _("รหัสประจำบ้าน"): house.house_code,
        _("ถนน"): house.road,
        _("ตรอก/ซอย"): house.lane,
        _("พิกัด"): f"{house.point.y:.5f}, {house.point.x:.5f}" if house.point else "",
        _("ครัวเรือน"): str(house.households.filter(state=RegistryState.ACTIVE).count()),
    }


def _describe_household(household: Household) -> dict[str, str]:
    return {
        _("ครัวเรือน"): str(household),
        _("บ้าน"): str(household.house),
        _("คนที่อยู่ตอนนี้"): str(household.memberships.filter(ended_on=None).count()),
    }


@requires("residents.merge")
@require_POST
def merge_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make two rows two again."""
    made = get_object_or_404(Merge, pk=pk)
    services.unmerge(made, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("แยกรายการกลับแล้ว"))
    return redirect("residents:duplicates")
