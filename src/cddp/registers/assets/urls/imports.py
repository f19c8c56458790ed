"""เส้นทางของการนำเข้าและส่งออกทรัพย์สิน."""

from django.urls import path

from cddp.registers.assets.views import exports, import_steps, imports

IMPORT = "assets/imports/<uuid:pk>/"

urlpatterns = [
    path("assets/export/", exports.export, name="export"),
    path("assets/imports/", imports.imports, name="imports"),
    path("assets/imports/new/", imports.import_new, name="import_new"),
    path(IMPORT, imports.import_page, name="import"),
    path(f"{IMPORT}reading/", import_steps.import_reading, name="import_reading"),
    path(f"{IMPORT}columns/", import_steps.import_columns, name="import_columns"),
    path(f"{IMPORT}places.json", imports.import_places, name="import_places"),
    path(f"{IMPORT}progress/", imports.import_progress, name="import_progress"),
    path(f"{IMPORT}resume/", import_steps.import_resume, name="import_resume"),
    path(f"{IMPORT}projection/", import_steps.import_projection, name="import_projection"),
    path(f"{IMPORT}confirm/", import_steps.import_confirm, name="import_confirm"),
    path(f"{IMPORT}cancel/", import_steps.import_cancel, name="import_cancel"),
    path(f"{IMPORT}undo/", import_steps.import_undo, name="import_undo"),
    path(f"{IMPORT}rows/", imports.import_rows, name="import_rows"),
    path(f"{IMPORT}refused/", imports.import_refused, name="import_refused"),
]
