"""ตั้งค่าแบบรายการตรวจ และว่าการตรวจสภาพจะเสนองานเองหรือไม่."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.values.errors import UnableTo
from cddp.operations.maintenance.forms.schedules import ChecklistForm, LineFormSet, ProposeForm
from cddp.operations.maintenance.models import Checklist
from cddp.operations.maintenance.queries.schedules import propose_from
from cddp.operations.maintenance.services import checklists, proposing
from cddp.registers.assets.models import AssetClass

CONFIGURE = "maintenance.configure"
TITLE = gettext_lazy("แบบรายการตรวจ")


@requires(CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def checklist_list(request: HttpRequest) -> HttpResponse:
    """Show the templates; and from which condition on an inspection asks for work."""
    form = ProposeForm(request.POST or None, initial={"propose_from": propose_from() or ""})
    if request.method == "POST" and form.is_valid():
        proposing.set_propose_from(user_of(request), form.cleaned_data["propose_from"])
        messages.success(request, _("บันทึกแล้ว"))
        return redirect("maintenance:checklists")
    rows = Checklist.objects.select_related("asset_class").annotate(lines=Count("items"))
    values = {"checklists": rows, "form": form, "breadcrumbs": [(TITLE, "")]}
    return render(
        request, "maintenance/schedules/checklists.html", values, status=422 if form.errors else 200
    )


@requires(CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def checklist_new(request: HttpRequest) -> HttpResponse:
    """Make a template."""
    return _edit(request, None)


@requires(CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def checklist_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a template; work that is open keeps the lines it was given."""
    return _edit(request, get_object_or_404(Checklist, pk=pk))


@requires(CONFIGURE)
@require_POST
def checklist_in_use(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop offering a template, or offer it again."""
    row = checklists.set_in_use(user_of(request), pk, is_active=request.POST.get("active") == "1")
    messages.success(request, f"{row.name}: {_('นำกลับมาใช้แล้ว') if row.is_active else _('เลิกใช้แล้ว')}")
    return redirect("maintenance:checklists")


def _edit(request: HttpRequest, row: Checklist | None) -> HttpResponse:
    classes = list(AssetClass.objects.filter(is_active=True).values_list("pk", "name"))
    initial = {"name": row.name, "asset_class_id": row.asset_class_id} if row else {}
    form = ChecklistForm(request.POST or None, initial=initial, classes=classes)
    lines = LineFormSet(request.POST or None, initial=_lines_of(row), prefix="lines")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        try:
            checklists.keep_checklist(
                user_of(request), row.pk if row else None, **form.cleaned_data, lines=lines.lines()
            )
        except UnableTo as refusal:
            form.add_error(getattr(refusal, "field", None), refusal.message)
        else:
            messages.success(request, _("บันทึกแล้ว"))
            return redirect("maintenance:checklists")
    title = row.name if row else _("เพิ่มแบบรายการตรวจ")
    has_errors = bool(form.errors) or (lines.is_bound and not lines.is_valid())
    values = {
        "form": form,
        "lines": lines,
        "title": title,
        "breadcrumbs": [(TITLE, reverse("maintenance:checklists")), (title, "")],
    }
    return render(request, "maintenance/schedules/checklist.html", values, status=422 if has_errors else 200)


def _lines_of(row: Checklist | None) -> list[dict[str, Any]]:
    if row is None:
        return []
    return [
        {
            "place": place,
            "words": each.words,
            "kind": each.kind,
            "unit": each.unit,
            "is_required": each.is_required,
        }
        for place, each in enumerate(row.items.all(), 1)
    ]
