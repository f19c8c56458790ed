"""เส้นทางของทะเบียนทรัพย์สิน."""

from django.urls import path

from cddp.registers.assets.views import acts, asset_page, editing, papers, register

urlpatterns = [
    path("assets/", register.assets, name="assets"),
    path("assets/new/", editing.asset_new, name="asset_new"),
    path("assets/photos/<uuid:pk>/", papers.photo, name="photo"),
    path("assets/photos/<uuid:pk>/preview/", papers.photo_preview, name="photo_preview"),
    path("assets/<uuid:pk>/", asset_page.asset, name="asset"),
    path("assets/<uuid:pk>/edit/", editing.asset_edit, name="asset_edit"),
    path("assets/<uuid:pk>/inspect/", acts.asset_inspect, name="asset_inspect"),
    path("assets/<uuid:pk>/outage/", acts.outage_begin, name="outage_begin"),
    path("assets/<uuid:pk>/outage/end/", acts.outage_end, name="outage_end"),
    path("assets/<uuid:pk>/dispose/", acts.asset_dispose, name="asset_dispose"),
    path("assets/<uuid:pk>/restore/", acts.asset_restore, name="asset_restore"),
    path("assets/<uuid:pk>/photos/", papers.photos_add, name="photos_add"),
    path("assets/<uuid:pk>/photos/<uuid:photo_id>/remove/", papers.photo_remove, name="photo_remove"),
    path("assets/<uuid:pk>/documents/", papers.document_add, name="document_add"),
    path(
        "assets/<uuid:pk>/documents/<uuid:document_id>/remove/",
        papers.document_remove,
        name="document_remove",
    ),
]
