"""เส้นทางของการตั้งค่าทรัพย์สิน."""

from django.urls import path

from cddp.registers.assets.views import classes

CLASS = "assets/settings/classes/<uuid:pk>/"

urlpatterns = [
    path("assets/settings/classes/", classes.classes, name="classes"),
    path("assets/settings/classes/new/", classes.class_new, name="class_new"),
    path(CLASS, classes.asset_class, name="class"),
    path(f"{CLASS}edit/", classes.class_edit, name="class_edit"),
    path(f"{CLASS}attributes/new/", classes.attribute_edit, name="attribute_new"),
    path(f"{CLASS}attributes/<uuid:attribute_id>/", classes.attribute_edit, name="attribute_edit"),
    path(f"{CLASS}rates/new/", classes.rate_edit, name="rate_new"),
    path(f"{CLASS}rates/<uuid:rate_id>/", classes.rate_edit, name="rate_edit"),
    path(f"{CLASS}rates/<uuid:rate_id>/remove/", classes.rate_remove, name="rate_remove"),
    path(f"{CLASS}models/new/", classes.model_edit, name="model_new"),
    path(f"{CLASS}models/<uuid:model_id>/", classes.model_edit, name="model_edit"),
]
