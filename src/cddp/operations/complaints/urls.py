"""เส้นทางของเรื่องร้องเรียน."""

from django.urls import path

from cddp.operations.complaints.views import imports, reports

app_name = "complaints"

urlpatterns = [
    path("complaints/", reports.inbox, name="inbox"),
    path("complaints/odd/", reports.odd_rows, name="odd_rows"),
    path("complaints/imports/", imports.imports, name="imports"),
    path("complaints/imports/<uuid:pk>/", imports.import_batch, name="import_batch"),
    path("complaints/imports/<uuid:pk>/progress/", imports.import_progress, name="import_progress"),
    path("complaints/<uuid:pk>/", reports.report, name="report"),
]
