"""ขั้นตอนของการนำเข้าทรัพย์สิน: what a person does to an import; each refusal keeps what was chosen."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.choices import ImportState
from cddp.registers.assets.errors import UnableToImport
from cddp.registers.assets.forms.imports import ReadingForm
from cddp.registers.assets.models import Asset
from cddp.registers.assets.services import importing
from cddp.registers.assets.services.importing.opening import may_pin_datum
from cddp.registers.assets.tasks import imports as tasks
from cddp.registers.assets.views.imports import (
    PERMISSION,
    columns_form,
    crumbs_of_imports,
    find_import,
    show_columns,
    show_result,
)

SHOWN_KEPT = 50


@requires(PERMISSION)
@require_POST
def import_reading(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read the file in another way: layer, encoding, projection, datum operation, class."""
    found = find_import(request, pk)
    form = ReadingForm(request.POST, found=found, may_pin=may_pin_datum(user_of(request)))
    if not form.is_valid():
        return show_columns(request, found, reading_form=form)
    try:
        tasks.start_reading(
            user_of(request),
            pk,
            asset_class_id=form.cleaned_data["asset_class"].pk,
            values=form.values,
            # As it was posted: whoever may not pin it has no such blank, and is told so instead of being overheard.
            as_town=bool(request.POST.get("as_town")),
        )
    except UnableTo as refusal:
        return show_columns(request, found, reading_form=form, refusal=refusal)
    return redirect("assets:import", pk=pk)


@requires(PERMISSION)
@require_POST
def import_columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Fix the columns and start the dry run."""
    found = find_import(request, pk)
    form = columns_form(found, request.POST)
    if not form.is_valid():
        return show_columns(request, found, form=form)
    try:
        tasks.start_check(user_of(request), pk, mapping=form.mapping)
    except UnableTo as refusal:
        return show_columns(request, found, form=form, refusal=refusal)
    return redirect("assets:import", pk=pk)


@requires(PERMISSION)
@require_POST
def import_projection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the projection that is proposed, and check all rows again."""
    found = find_import(request, pk)
    try:
        tasks.start_check_in(user_of(request), pk, projection=request.POST.get("projection", ""))
    except UnableTo as refusal:
        return show_result(request, found, refusal)
    return redirect("assets:import", pk=pk)


@requires(PERMISSION)
@require_POST
def import_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the good rows go in."""
    found = find_import(request, pk)
    try:
        tasks.start_import(
            user_of(request), pk, is_sure_of_places=request.POST.get("is_sure_of_places") == "on"
        )
    except UnableTo as refusal:
        return show_result(request, found, refusal)
    return redirect("assets:import", pk=pk)


@requires(PERMISSION)
@require_POST
def import_resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Queue the job of an import anew, when it gives no sign of life."""
    tasks.take_up_again(find_import(request, pk))
    messages.success(request, _("สั่งให้ทำต่อแล้ว"))
    return redirect("assets:import", pk=pk)


@requires(PERMISSION)
@require_POST
def import_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give up an import before it begins."""
    importing.cancel_import(user_of(request), find_import(request, pk).pk)
    messages.success(request, _("ยกเลิกแล้ว ไม่มีอะไรในทะเบียนเปลี่ยนแปลง"))
    return redirect("assets:imports")


@requires(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what an undo takes back and what stays; do it on POST."""
    found = find_import(request, pk)
    refusal: UnableTo | None = None
    if request.method == "POST":
        try:
            tasks.start_undo(user_of(request), pk, leave_changed=request.POST.get("leave_changed") == "on")
        except UnableToImport as error:
            refusal = error
        else:
            return redirect("assets:import", pk=pk)
    if found.state != ImportState.IMPORTED:
        return redirect("assets:import", pk=pk)
    if found.is_forgotten:
        return show_result(request, found, refusal)
    plan = importing.plan_undo(found)
    shown = Asset.objects.visible_to(user_of(request)).filter(pk__in=plan.kept[:SHOWN_KEPT])
    values = {
        "found": found,
        "plan": plan,
        "kept": shown.only("number", "name").order_by("number"),
        "more": max(0, len(plan.kept) - SHOWN_KEPT),
        "refusal": refusal,
        "breadcrumbs": crumbs_of_imports(
            (found.file_name, reverse("assets:import", args=[found.pk])), (_("ย้อนกลับ"), "")
        ),
    }
    return render(request, "assets/imports/undo.html", values, status=422 if refusal else 200)
