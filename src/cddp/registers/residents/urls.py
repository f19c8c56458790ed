"""เส้นทางของทะเบียน."""

from django.urls import path

from cddp.registers.residents.views import (
    areas,
    duplicates,
    fact_types,
    facts,
    finding,
    houses,
    people,
    purpose,
)

app_name = "residents"

urlpatterns = [
    path("residents/", finding.find, name="find"),
    path("residents/purpose/", purpose.purpose, name="purpose"),
    path("residents/houses/", houses.houses, name="houses"),
    path("residents/houses/new/", houses.house_new, name="house_new"),
    path("residents/houses/without-point/", houses.without_point, name="without_point"),
    path("residents/houses/<uuid:pk>/", houses.house, name="house"),
    path("residents/houses/<uuid:pk>/edit/", houses.house_edit, name="house_edit"),
    path("residents/houses/<uuid:pk>/point/", houses.house_point, name="house_point"),
    path("residents/houses/<uuid:house_pk>/people/new/", people.person_new, name="person_new"),
    path("residents/people/", people.people, name="people"),
    path("residents/people/<uuid:pk>/", people.person, name="person"),
    path("residents/people/<uuid:pk>/edit/", people.person_edit, name="person_edit"),
    path("residents/people/<uuid:pk>/reveal/", people.reveal, name="reveal"),
    path("residents/people/<uuid:pk>/move/", people.move, name="move"),
    path("residents/people/<uuid:pk>/death/", people.death, name="death"),
    path("residents/stays/<uuid:pk>/end/", people.stay_end, name="stay_end"),
    path("residents/<slug:kind>/<uuid:pk>/quick-fact/", facts.quick_fact, name="quick_fact"),
    path("residents/facts/<uuid:pk>/withdraw/", facts.fact_withdraw, name="fact_withdraw"),
    path("residents/fact-types/", fact_types.fact_types, name="fact_types"),
    path("residents/fact-types/new/", fact_types.fact_type_new, name="fact_type_new"),
    path("residents/fact-types/<uuid:pk>/edit/", fact_types.fact_type_edit, name="fact_type_edit"),
    path("residents/fact-types/<uuid:pk>/retire/", fact_types.fact_type_retire, name="fact_type_retire"),
    path("residents/duplicates/", duplicates.duplicates, name="duplicates"),
    path("residents/duplicates/<slug:kind>/<uuid:first>/<uuid:second>/", duplicates.compare, name="compare"),
    path("residents/merges/<uuid:pk>/undo/", duplicates.merge_undo, name="merge_undo"),
    path("residents/areas/", areas.areas, name="areas"),
    path("residents/areas/new/", areas.area_new, name="area_new"),
    path("residents/areas/<uuid:pk>/edit/", areas.area_edit, name="area_edit"),
]
