"""ชั้นแผนที่ของทะเบียน: areas, houses and households."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import LayerQuery, LegendEntry, MapLayer, map_layers
from cddp.registers.residents.choices import AreaKind, FactLevel, MembershipKind, RegistryState
from cddp.registers.residents.models import Area, House, Household, HouseholdMembership
from cddp.registers.residents.queries import map_rows
from cddp.registers.residents.queries.facts import list_current_facts

AREA_COLOURS = {AreaKind.MOO: "#5b7f5b", AreaKind.COMMUNITY: "#7a6aa8", AreaKind.ZONE: "#8a7350"}
FACT_TABLES = ("residents_currentfact", "residents_facttype")


def _area_legend(user: User, query: LayerQuery) -> list[LegendEntry]:
    return [LegendEntry(kind.value, kind.label, colour) for kind, colour in AREA_COLOURS.items()]


def _area_details(user: User, area_id: UUID) -> Mapping[str, Any] | None:
    area = Area.objects.visible_to(user).filter(pk=area_id).first()
    if area is None:
        return None
    houses = House.objects.visible_to(user).active().filter(area=area).count()
    return {
        "title": str(area),
        "subtitle": area.get_kind_display(),
        "url": f"{reverse('residents:houses')}?area={area.pk}",
        "rows": [(_("บ้าน"), f"{houses:,} หลัง")],
    }


def _house_details(user: User, house_id: UUID) -> Mapping[str, Any] | None:
    house = House.objects.visible_to(user).select_related("area").filter(pk=house_id).first()
    if house is None:
        return None
    facts = list_current_facts(user, [house.pk], timezone.localdate())[house.pk]
    details: dict[str, Any] = {
        "title": f"บ้านเลขที่ {house.number}",
        "subtitle": str(house.area or ""),
        "url": reverse("residents:house", args=[house.pk]),
        "rows": [(_("ผู้อยู่อาศัย"), _people_words(house)), *((f.fact_type.name, f.text) for f in facts)],
    }
    if user.has_perm("residents.record_fact") and house.state == RegistryState.ACTIVE:
        address = reverse("residents:quick_fact", args=["houses", house.pk])
        details |= {"template": "residents/map/quick_fact.html", "context": {"quick_fact_url": address}}
    return details


def _people_words(house: House) -> str:
    stays = HouseholdMembership.objects.filter(household__house=house, ended_on=None)
    registered = stays.filter(kind=MembershipKind.REGISTERED).count()
    resident = stays.filter(kind=MembershipKind.RESIDENT).count()
    return f"ในทะเบียน {registered} คน · อยู่จริง {resident} คน"


def _household_details(user: User, household_id: UUID) -> Mapping[str, Any] | None:
    household = (
        Household.objects.visible_to(user).select_related("house__area").filter(pk=household_id).first()
    )
    if household is None:
        return None
    facts = list_current_facts(user, [household.pk], timezone.localdate())[household.pk]
    return {
        "title": f"บ้านเลขที่ {household.house.number} · {household}",
        "subtitle": str(household.house.area or ""),
        "url": reverse("residents:house", args=[household.house_id]),
        "rows": [(fact.fact_type.name, fact.text) for fact in facts],
    }


map_layers.add(
    MapLayer(
        key="areas",
        label=_("หมู่/ชุมชน"),
        permission="residents.view",
        geometry="polygon",
        rows=map_rows.list_areas,
        geometry_field="boundary_3857",
        properties=("name",),
        legend=_area_legend,
        details=_area_details,
        model="residents.Area",
        row_url=lambda area: f"{reverse('residents:houses')}?area={area.pk}",
        order=10,
    )
)
map_layers.add(
    MapLayer(
        key="houses",
        label=_("บ้าน"),
        permission="residents.view",
        export_permission="residents.export",
        geometry="point",
        rows=map_rows.list_houses,
        geometry_field="point_3857",
        properties=("number",),
        legend=lambda user, query: map_rows.legend_of(user, query, FactLevel.HOUSE, _("บ้าน")),
        fields=lambda user: map_rows.layer_fields(user, FactLevel.HOUSE),
        details=_house_details,
        version_tables=("residents_house", *FACT_TABLES, "residents_householdmembership"),
        list_url_name="residents:houses",
        model="residents.House",
        counted=True,
        counted_where=map_rows.HOUSE_ON_MAP,
        row_url=lambda house: reverse("residents:house", args=[house.pk]),
        order=20,
    )
)
map_layers.add(
    MapLayer(
        key="households",
        label=_("ครัวเรือน"),
        permission="residents.view",
        export_permission="residents.export",
        geometry="point",
        rows=map_rows.list_households,
        geometry_field="house__point_3857",
        legend=lambda user, query: map_rows.legend_of(user, query, FactLevel.HOUSEHOLD, _("ครัวเรือน")),
        fields=lambda user: map_rows.layer_fields(user, FactLevel.HOUSEHOLD),
        details=_household_details,
        version_tables=("residents_household", "residents_house", *FACT_TABLES),
        model="residents.Household",
        row_url=lambda household: reverse("residents:house", args=[household.house_id]),
        visible_at_start=False,
        order=30,
    )
)
