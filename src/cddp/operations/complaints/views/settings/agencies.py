"""หน้าหน่วยงานอื่น."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.operations.complaints.errors import UnableToConfigure
from cddp.operations.complaints.forms.settings import AgencyForm
from cddp.operations.complaints.models import Agency
from cddp.operations.complaints.services.wordings import keep_agency, set_in_use
from cddp.operations.complaints.views.settings.hub import crumbs_under_settings


@requires("complaints.configure")
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Show whose matter it may be when it is not the town's."""
    context = {"agencies": Agency.objects.all(), "breadcrumbs": crumbs_under_settings(_("หน่วยงานอื่น"))}
    return render(request, "complaints/settings/agencies.html", context)


@requires("complaints.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def agency_new(request: HttpRequest) -> HttpResponse:
    """Add an agency."""
    return _edit(request, None, AgencyForm(request.POST or None), _("เพิ่มหน่วยงาน"))


@requires("complaints.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def agency_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an agency."""
    row = get_object_or_404(Agency, pk=pk)
    initial = {name: getattr(row, name) for name in ("name", "phone", "what_for")}
    return _edit(request, row, AgencyForm(request.POST or None, initial=initial), _("แก้ไขหน่วยงาน"))


@requires("complaints.configure")
@require_POST
def agency_in_use(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop offering an agency, or offer it again."""
    is_active = request.POST.get("active") == "1"
    row = set_in_use(user_of(request), Agency, pk, is_active=is_active)
    messages.success(request, f"{row.name}: {_('นำกลับมาใช้แล้ว') if is_active else _('เลิกใช้แล้ว')}")
    return redirect("complaints:agencies")


def _edit(request: HttpRequest, row: Agency | None, form: AgencyForm, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            keep_agency(user_of(request), row.pk if row else None, **form.cleaned_data)
        except UnableToConfigure as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("บันทึกแล้ว"))
            return redirect("complaints:agencies")
    back = reverse("complaints:agencies")
    context = {
        "form": form,
        "title": title,
        "back": back,
        "breadcrumbs": crumbs_under_settings(title, (_("หน่วยงานอื่น"), back)),
    }
    return render(request, "complaints/settings/form.html", context, status=422 if form.errors else 200)
