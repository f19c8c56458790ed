"""ทางของการตั้งค่า: the town's own rules."""

from django.urls import path

from cddp.operations.complaints.views import line, traffy
from cddp.operations.complaints.views.settings import (
    agencies,
    citizens,
    holidays,
    hub,
    promises,
    routing,
    wordings,
)

urlpatterns = [
    path("complaints/settings/", hub.settings, name="settings"),
    path("complaints/settings/promises/", promises.promises, name="promises"),
    path("complaints/settings/holidays/", holidays.holidays, name="holidays"),
    path("complaints/settings/holidays/fill/", holidays.holidays_fill, name="holidays_fill"),
    path(
        "complaints/settings/holidays/<uuid:pk>/observed/", holidays.holiday_observed, name="holiday_observed"
    ),
    path("complaints/settings/holidays/<uuid:pk>/remove/", holidays.holiday_remove, name="holiday_remove"),
    path("complaints/settings/routing/", routing.routing, name="routing"),
    path("complaints/settings/routing/new/", routing.rule_new, name="rule_new"),
    path("complaints/settings/routing/<uuid:pk>/", routing.rule_edit, name="rule_edit"),
    path("complaints/settings/routing/<uuid:pk>/move/", routing.rule_move, name="rule_move"),
    path("complaints/settings/routing/<uuid:pk>/remove/", routing.rule_remove, name="rule_remove"),
    path("complaints/settings/wordings/", wordings.wordings, name="wordings"),
    path("complaints/settings/wordings/new/", wordings.wording_new, name="wording_new"),
    path("complaints/settings/wordings/<uuid:pk>/", wordings.wording_edit, name="wording_edit"),
    path("complaints/settings/wordings/<uuid:pk>/in-use/", wordings.wording_in_use, name="wording_in_use"),
    path("complaints/settings/agencies/", agencies.agencies, name="agencies"),
    path("complaints/settings/agencies/new/", agencies.agency_new, name="agency_new"),
    path("complaints/settings/agencies/<uuid:pk>/", agencies.agency_edit, name="agency_edit"),
    path("complaints/settings/agencies/<uuid:pk>/in-use/", agencies.agency_in_use, name="agency_in_use"),
    path("complaints/settings/public/", citizens.public_pages, name="public_pages"),
    path("complaints/settings/line/", line.settings, name="line_settings"),
    path("complaints/settings/line/check/", line.check, name="line_check"),
    path("complaints/settings/traffy/", traffy.settings, name="traffy_settings"),
    path("complaints/settings/traffy/check/", traffy.check, name="traffy_check"),
    path("complaints/settings/traffy/key/", traffy.renew_key, name="traffy_renew_key"),
]
