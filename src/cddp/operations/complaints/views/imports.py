"""นำเข้าเรื่อง: choose a file, watch it come in, read what came."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.ui.progress import Progress, respond_with_progress
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints import tasks
from cddp.operations.complaints.choices import BatchState
from cddp.operations.complaints.forms.imports import TicketFileForm
from cddp.operations.complaints.models import ImportBatch
from cddp.operations.complaints.services.uploads import receive_upload
from cddp.operations.complaints.views.crumbs import HOME

SHOWN = 20
CRUMB = (_("นำเข้าเรื่อง"), "/complaints/imports/")


@requires("complaints.import")
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Take a file, and show the imports there were."""
    form = TicketFileForm(request.POST, request.FILES) if request.method == "POST" else TicketFileForm()
    if request.method == "POST" and form.is_valid():
        try:
            upload = form.cleaned_data["file"]
            batch = receive_upload(user_of(request), upload, upload.name)
        except UnableTo as refusal:
            form.add_error("file", refusal.message)
        else:
            tasks.import_tickets.defer(batch_id=str(batch.pk))
            return redirect("complaints:import_batch", batch.pk)
    context = {
        "form": form,
        "batches": ImportBatch.objects.visible_to(user_of(request)).order_by("-created_at", "-id")[:SHOWN],
        "breadcrumbs": [HOME, (CRUMB[0], "")],
    }
    return render(request, "complaints/imports.html", context, status=422 if form.errors else 200)


@requires("complaints.import")
@require_safe
def import_batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one import: how far it is, then what came of it."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(user_of(request)), pk=pk)
    context = {
        "batch": batch,
        "progress": _progress(batch),
        "breadcrumbs": [HOME, CRUMB, (batch.file_name, "")],
    }
    return render(request, "complaints/import_batch.html", context)


@requires("complaints.import")
@require_safe
def import_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer the polling progress bar."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(user_of(request)), pk=pk)
    return respond_with_progress(request, _progress(batch))


def _progress(batch: ImportBatch) -> Progress:
    waiting = batch.state == BatchState.WAITING
    return Progress(
        title=_("รอคิว") if waiting else _("กำลังนำเข้าเรื่องร้องเรียน"),
        done=batch.rows_done,
        total=batch.rows_total or 0,
        is_finished=batch.state == BatchState.DONE,
        failure=batch.message if batch.state == BatchState.FAILED else "",
        next_url=reverse("complaints:import_batch", args=[batch.pk]),
    )
