"""หน้าจอของบ้าน: list, page, forms, and the point on the map."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.access import requires
from cddp.foundation.audit.queries import list_history
from cddp.foundation.ui.listing import BooleanFilter, ChoiceFilter, Column, ListPage
from cddp.foundation.ui.panels import panels_of
from cddp.foundation.values.errors import UnableTo
from cddp.registers.residents.choices import PointSource, RegistryState
from cddp.registers.residents.errors import UnableToChangeChanged
from cddp.registers.residents.forms.registers import HouseForm, PointForm
from cddp.registers.residents.models import CurrentFact, FactType, House
from cddp.registers.residents.queries.facts import list_current_facts, list_statements
from cddp.registers.residents.queries.households import find_next_without_point, list_households
from cddp.registers.residents.queries.merging import list_ids_stood_for, list_open_merges
from cddp.registers.residents.queries.timeline import list_moments
from cddp.registers.residents.rules.finding import read_query
from cddp.registers.residents.services import houses as services
from cddp.registers.residents.views.filters import FactFilter, area_choices, stale_choices
from cddp.registers.residents.views.purpose import bear_purpose, record_list_look
from cddp.registers.residents.views.rights import rights_of

LABELS = {
    "number": "บ้านเลขที่",
    "house_code": "รหัสประจำบ้าน",
    "area": "หมู่/ชุมชน",
    "road": "ถนน",
    "lane": "ตรอก/ซอย",
    "is_central_register": "ทะเบียนบ้านกลาง",
    "point": "พิกัด",
}


def _search(houses: QuerySet[House], text: str) -> QuerySet[House]:
    query = read_query(text)
    if query.house_code:
        return houses.filter(house_code=query.house_code)
    if query.number:
        houses = houses.filter(search_text__startswith=f".{query.number}")
    if query.moo is not None:
        houses = houses.filter(area__number=query.moo)
    for word in query.words.split(" ")[:5]:
        houses = houses.filter(search_text__contains=word)
    return houses


def _with_stale(houses: QuerySet[House], values: list[str]) -> QuerySet[House]:
    stale = CurrentFact.objects.filter(
        subject_id=OuterRef("pk"),
        fact_type__in=FactType.objects.filter(pk__in=values),
        stale_on__lte=timezone.localdate(),
    )
    return houses.filter(Exists(stale))


HOUSES = ListPage(
    key="residents.houses",
    title=gettext_lazy("บ้าน"),
    noun=gettext_lazy("หลัง"),
    question=gettext_lazy("มีบ้านใดบ้างในเขตเทศบาล"),
    columns=[
        Column("number", gettext_lazy("บ้านเลขที่"), sort=("number_order", "number")),
        Column(
            "area",
            gettext_lazy("หมู่/ชุมชน"),
            value=lambda house: str(house.area or ""),
            sort=("area__number", "number_order", "number"),
        ),
        Column("road", gettext_lazy("ถนน")),
        Column("lane", gettext_lazy("ตรอก/ซอย")),
        Column("house_code", gettext_lazy("รหัสประจำบ้าน"), sort="house_code"),
        Column("point_source", gettext_lazy("พิกัด"), value=lambda house: house.get_point_source_display()),
        Column("state", gettext_lazy("สถานะ"), value=lambda h: h.get_state_display(), default_visible=False),
        Column("updated_at", gettext_lazy("แก้ไขเมื่อ"), sort="updated_at", default_visible=False),
    ],
    filters=[
        ChoiceFilter("area", gettext_lazy("หมู่/ชุมชน"), choices=area_choices, field="area_id"),
        BooleanFilter(
            "placed",
            gettext_lazy("พิกัด"),
            yes=gettext_lazy("มีพิกัด"),
            no=gettext_lazy("ยังไม่มีพิกัด"),
            apply=lambda rows, yes: (
                rows.filter(point__isnull=False)
                if yes
                else rows.filter(point=None, is_central_register=False)
            ),
        ),
        ChoiceFilter(
            "state",
            gettext_lazy("สถานะ"),
            choices=[(s.value, s.label) for s in RegistryState if s != RegistryState.MERGED],
        ),
        FactFilter("fact", gettext_lazy("ข้อเท็จจริง"), level="house"),
        ChoiceFilter("stale", gettext_lazy("ข้อมูลพ้นกำหนด"), choices=stale_choices("house"), apply=_with_stale),
    ],
    search=_search,
    search_hint=gettext_lazy("บ้านเลขที่ หมู่ รหัสประจำบ้าน ถนน"),
    default_sort="area",
    row_link=lambda house: reverse("residents:house", args=[house.pk]),
    export_name="houses",
    export_permission="residents.export",
    empty_title=gettext_lazy("ยังไม่มีบ้าน"),
    empty_text=gettext_lazy("นำเข้าทะเบียนราษฎร์ หรือเพิ่มบ้านทีละหลัง"),
)


@requires("residents.view")
def houses(request: HttpRequest) -> HttpResponse:
    """List houses; filtered by area, point, any fact; as page, file or paper."""
    rows = House.objects.visible_to(request.user).exclude(state=RegistryState.MERGED).select_related("area")  # type: ignore[arg-type]
    actions = []
    if request.user.has_perm("residents.change"):
        actions.append({"label": _("เพิ่มบ้าน"), "url": reverse("residents:house_new"), "icon": "plus"})
    crumbs = [(_("ทะเบียน"), reverse("residents:find")), (_("บ้าน"), "")]
    return HOUSES.respond(request, rows, {"breadcrumbs": crumbs, "actions": actions})


def _load(request: HttpRequest, pk: UUID) -> House:
    rows = House.objects.visible_to(request.user).select_related("area", "merged_into")  # type: ignore[arg-type]
    return get_object_or_404(rows, pk=pk)


@requires("residents.view")
@bear_purpose
def house(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show who lives in a house, what is known about it, and what happened to it."""
    user: Any = request.user
    found, today = _load(request, pk), timezone.localdate()
    views = list_households(user, found, today)
    ids = list_ids_stood_for(found)
    facts = list_current_facts(user, [found.pk, *(view.household.pk for view in views)], today)
    people = {dweller.person.pk: dweller.person for view in views for dweller in view.dwellers}
    if people:
        record_list_look(request, list(people.values()))
    values = {
        "house": found,
        "can": rights_of(user),
        **_place(found.point, ""),
        "households": [{"view": view, "facts": facts.get(view.household.pk, [])} for view in views],
        "registered_count": sum(view.registered_count for view in views),
        "resident_count": sum(view.resident_count for view in views),
        "facts": facts.get(found.pk, []),
        "moments": list_moments(list_history(found.pk), statements=list_statements(user, ids), labels=LABELS),
        "merges": list_open_merges(found) if user.has_perm("residents.merge") else [],
        "panels": panels_of(request, "residents.house", found),
        "is_active": found.state == RegistryState.ACTIVE,
        "breadcrumbs": [*_crumbs(None), (found.number, "")],
    }
    return render(request, "residents/house.html", values)


def _crumbs(found: House | None) -> list[tuple[str, str]]:
    crumbs = [(_("ทะเบียน"), reverse("residents:find")), (_("บ้าน"), reverse("residents:houses"))]
    if found is not None:
        crumbs.append((found.number, reverse("residents:house", args=[found.pk])))
    return crumbs


def _show_form(request: HttpRequest, form: HouseForm, found: House | None, **more: Any) -> HttpResponse:
    title = _("แก้ไขบ้าน") if found else _("เพิ่มบ้าน")
    back = reverse("residents:house", args=[found.pk]) if found else reverse("residents:houses")
    status = more.pop("status", 422 if form.is_bound else 200)
    values = {
        "form": form,
        "title": title,
        "back": back,
        "breadcrumbs": [*_crumbs(found), (title, "")],
        **more,
    }
    return render(request, "residents/form.html", values, status=status)


@requires("residents.change")
def house_new(request: HttpRequest) -> HttpResponse:
    """Add a house."""
    user: Any = request.user
    form = HouseForm(user, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show_form(request, form, None)
    form.cleaned_data.pop("version")
    try:
        made = services.make_house(**form.cleaned_data, by=user)
    except UnableTo as refusal:
        form.add_error(None, refusal.message)
        return _show_form(request, form, None)
    messages.success(request, _("เพิ่มบ้านเลขที่ %(number)s แล้ว") % {"number": made.number})
    return redirect("residents:house", pk=made.pk)


def with_version(request: HttpRequest, version: int) -> QueryDict:
    """Return what was posted, with the version that stands now: to be saved again in sight of the difference."""
    typed = request.POST.copy()
    typed["version"] = str(version)
    return typed


@requires("residents.change")
def house_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a house; of two people at once the second sees the difference and loses nothing."""
    user: Any = request.user
    found = _load(request, pk)
    initial = {name: getattr(found, name) for name in (*services.CHANGEABLE, "version")}
    form = HouseForm(user, request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _show_form(request, form, found)
    changes = form.cleaned_data
    version = changes.pop("version") or 0
    try:
        services.change_house(found, version=version, by=user, **changes)
    except UnableToChangeChanged as refusal:
        found.refresh_from_db()
        # What was typed stays; saving again is a decision made in sight of the difference.
        form.data = with_version(request, found.version)
        more = {"difference": refusal.difference, "problem": refusal.message, "status": refusal.status}
        return _show_form(request, form, found, **more)
    except UnableTo as refusal:
        form.add_error(None, refusal.message)
        return _show_form(request, form, found)
    messages.success(request, _("บันทึกแล้ว"))
    return redirect("residents:house", pk=found.pk)


@requires("residents.change")
def house_point(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a house on the map by tapping it, or take it off."""
    user: Any = request.user
    found = _load(request, pk)
    start = {"version": found.version} | (
        {"lat": round(found.point.y, 6), "lng": round(found.point.x, 6)} if found.point else {}
    )
    form = PointForm(request.POST or None, initial=start)
    if request.method == "POST" and request.POST.get("remove"):
        services.set_point(found, None, PointSource.NONE, by=user)
        messages.success(request, _("เอาตำแหน่งออกแล้ว"))
        return redirect("residents:house", pk=found.pk)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            services.set_point(found, form.point, PointSource.MAP, by=user, version=version)
        except UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            return _after_point(request, found)
    title = _("ตำแหน่งของบ้านเลขที่ %(number)s") % {"number": found.number}
    values = {
        "house": found,
        "form": form,
        "title": title,
        "in_work_list": "work" in request.GET,
        **_place(_centre_of_area(found), "centre_"),
        "breadcrumbs": [*_crumbs(found), (_("ตำแหน่ง"), "")],
    }
    if values["in_work_list"]:
        values["next_house"] = find_next_without_point(user, found)
        values["previous_house"] = find_next_without_point(user, found, backward=True)
    status = 422 if form.is_bound else 200
    return render(request, "residents/house_point.html", values, status=status)


def _after_point(request: HttpRequest, found: House) -> HttpResponse:
    messages.success(request, _("ปักตำแหน่งบ้านเลขที่ %(number)s แล้ว") % {"number": found.number})
    next_house = request.POST.get("next_house", "")
    if next_house:
        following = House.objects.visible_to(request.user).filter(pk=next_house).first()  # type: ignore[arg-type]
        if following is not None:
            return redirect(reverse("residents:house_point", args=[following.pk]) + "?work=1")
        return redirect("residents:without_point")
    return redirect("residents:house", pk=found.pk)


def _place(point: Any, prefix: str) -> dict[str, str]:
    """Return latitude and longitude as texts for attributes (no thousands, no local decimal sign)."""
    return {f"{prefix}lat": f"{point.y:.6f}", f"{prefix}lng": f"{point.x:.6f}"} if point else {}


def _centre_of_area(found: House) -> Any:
    """Return where the map starts: the house's own point, else a neighbour of its area, else nothing."""
    if found.point is not None:
        return found.point
    if found.area_id is None:
        return None
    near = House.objects.filter(area_id=found.area_id, point__isnull=False).order_by("number_order")
    closest = near.filter(number_order__gte=found.number_order).first() or near.last()
    return closest.point if closest else None


WITHOUT_POINT = ListPage(
    key="residents.without_point",
    title=gettext_lazy("บ้านที่ยังไม่มีพิกัด"),
    noun=gettext_lazy("หลัง"),
    question=gettext_lazy("บ้านใดยังไม่อยู่บนแผนที่"),
    columns=[
        Column(
            "number",
            gettext_lazy("บ้านเลขที่"),
            sort=("area__number", "number_order", "number"),
            link=lambda house: reverse("residents:house_point", args=[house.pk]) + "?work=1",
        ),
        Column("area", gettext_lazy("หมู่/ชุมชน"), value=lambda house: str(house.area or "")),
        Column("road", gettext_lazy("ถนน")),
        Column("house_code", gettext_lazy("รหัสประจำบ้าน")),
    ],
    filters=[ChoiceFilter("area", gettext_lazy("หมู่/ชุมชน"), choices=area_choices, field="area_id")],
    search=_search,
    search_hint=gettext_lazy("บ้านเลขที่ หมู่ ถนน"),
    default_sort="number",
    export_name="houses-without-point",
    export_permission="residents.export",
    empty_title=gettext_lazy("บ้านทุกหลังมีพิกัดแล้ว"),
)


@requires("residents.change")
def without_point(request: HttpRequest) -> HttpResponse:
    """List the houses that are not on the map yet; the first button starts to work through them."""
    user: Any = request.user
    rows = House.objects.visible_to(user).active().without_point().select_related("area")
    first = find_next_without_point(user, None)
    actions = []
    if first is not None:
        start = reverse("residents:house_point", args=[first.pk]) + "?work=1"
        actions.append({"label": _("เริ่มปักทีละหลัง"), "url": start, "icon": "map-pin"})
    crumbs = [*_crumbs(None), (_("ยังไม่มีพิกัด"), "")]
    return WITHOUT_POINT.respond(request, rows, {"breadcrumbs": crumbs, "actions": actions})
