"""ทางของเจ้าหน้าที่: everything below complaints/ but the settings."""

from django.urls import path

from cddp.operations.complaints.views import (
    comparing,
    counter,
    imports,
    inbox,
    line,
    needs,
    photos,
    placing,
    traffy,
    triage,
    voices,
    works,
)

# What an officer may do on the page of a problem, each by a POST of its own.
NEED_ACTS = [
    path(f"complaints/needs/<uuid:pk>/{act.__name__}/", act, name=f"need_{act.__name__}")
    for act in (
        needs.accept,
        needs.step,
        needs.close,
        needs.reopen,
        needs.pause,
        needs.resume,
        needs.assign,
        needs.category,
        needs.priority,
        needs.title,
        needs.hidden,
        needs.message,
        needs.internal,
        needs.photo,
        works.asset,
        works.work,
        works.attach,
        works.detach,
    )
]

urlpatterns = [
    path("complaints/", inbox.inbox, name="inbox"),
    path("complaints/bulk/<slug:action>/", triage.bulk, name="bulk"),
    path("complaints/reports/", voices.reports, name="reports"),
    path("complaints/needs/<uuid:pk>/", needs.need, name="need"),
    path("complaints/needs/<uuid:pk>/place/", placing.place, name="need_place"),
    path("complaints/needs/<uuid:pk>/assets/", works.choose_asset, name="need_assets"),
    *NEED_ACTS,
    path("complaints/compare/", comparing.compare, name="compare"),
    path("complaints/acts/<uuid:act>/undo/", comparing.undo, name="undo"),
    path("complaints/new/", counter.new, name="file"),
    path("complaints/new/advice/", counter.advise, name="file_advice"),
    path("complaints/new/places/", counter.places, name="file_places"),
    path("complaints/new/caller/", counter.caller, name="file_caller"),
    path("complaints/photos/", photos.review, name="photos"),
    path("complaints/photos/<uuid:pk>/", photos.picture, name="photo"),
    path("complaints/photos/<uuid:pk>/preview/", photos.preview, name="photo_preview"),
    path("complaints/photos/<uuid:pk>/decide/", photos.decide, name="photo_decide"),
    path("complaints/odd/", voices.odd_rows, name="odd_rows"),
    path("complaints/imports/", imports.imports, name="imports"),
    path("complaints/imports/<uuid:pk>/", imports.import_batch, name="import_batch"),
    path("complaints/imports/<uuid:pk>/progress/", imports.import_progress, name="import_progress"),
    path("complaints/<uuid:pk>/", voices.report, name="report"),
    path("complaints/<uuid:pk>/contact/", voices.contact, name="contact"),
    path("complaints/<uuid:pk>/split/", comparing.split, name="split"),
    path("complaints/<uuid:pk>/receipt/", counter.filed, name="filed"),
    path("complaints/line/", line.untold, name="line_untold"),
    path("complaints/line/slips/", line.slips, name="line_slips"),
    path("complaints/line/again/", line.all_again, name="line_all_again"),
    path("complaints/line/<uuid:pk>/again/", line.again, name="line_again"),
    path("complaints/line/<uuid:pk>/settle/", line.settle, name="line_settle"),
    path("complaints/traffy/", traffy.outgoing, name="traffy_outgoing"),
    path("complaints/traffy/<uuid:pk>/again/", traffy.send_again, name="traffy_send_again"),
]
