"""หน้าข้อความสำเร็จรูป."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.values.errors import UnableTo, UnableToChangeStale
from cddp.operations.complaints.choices import Placeholder
from cddp.operations.complaints.errors import UnableToConfigure
from cddp.operations.complaints.forms.settings import WordingForm
from cddp.operations.complaints.models import MessageTemplate
from cddp.operations.complaints.rules.wording import fill, list_strangers
from cddp.operations.complaints.services.wordings import keep_template, set_in_use
from cddp.operations.complaints.views.settings.hub import crumbs_under_settings

# What the preview puts into the blanks.
SAMPLE: dict[str, str] = {
    Placeholder.NUMBER: "N-7K3M9QXA",
    Placeholder.CATEGORY: "ไฟฟ้าแสงสว่าง",
    Placeholder.PLACE: "ซอยข้างตลาด หมู่ 3",
    Placeholder.DUE: "4 ธ.ค. 2569",
    Placeholder.AGENCY: "การไฟฟ้าส่วนภูมิภาค",
}


@requires("complaints.configure")
@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """Show the wordings, each as a reporter would read it."""
    rows = list(MessageTemplate.objects.all())
    context = {
        "wordings": [{"row": row, "preview": fill(row.body, SAMPLE)} for row in rows],
        "breadcrumbs": crumbs_under_settings(_("ข้อความสำเร็จรูป")),
    }
    return render(request, "complaints/settings/wordings.html", context)


@requires("complaints.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def wording_new(request: HttpRequest) -> HttpResponse:
    """Write a wording, seeing how it will read."""
    return _edit(request, None, WordingForm(request.POST or None), _("เพิ่มข้อความ"))


@requires("complaints.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def wording_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a wording, seeing how it will read."""
    row = get_object_or_404(MessageTemplate, pk=pk)
    initial = {"name": row.name, "body": row.body, "version": row.version}
    return _edit(request, row, WordingForm(request.POST or None, initial=initial), _("แก้ไขข้อความ"))


@requires("complaints.configure")
@require_POST
def wording_in_use(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop offering a wording, or offer it again."""
    is_active = request.POST.get("active") == "1"
    row = set_in_use(user_of(request), MessageTemplate, pk, is_active=is_active)
    messages.success(request, f"{row.name}: {_('นำกลับมาใช้แล้ว') if is_active else _('เลิกใช้แล้ว')}")
    return redirect("complaints:wordings")


def _edit(request: HttpRequest, row: MessageTemplate | None, form: WordingForm, title: str) -> HttpResponse:
    is_preview = "preview" in request.POST or bool(getattr(request, "htmx", False))
    if request.method == "POST" and not is_preview and form.is_valid():
        try:
            given = form.cleaned_data | {"is_active": row.is_active if row else True}
            keep_template(user_of(request), row.pk if row else None, **given)
        except UnableToConfigure as refusal:
            form.add_error(refusal.field, refusal.message)
        except UnableToChangeStale as refusal:
            return _show(request, row, form, title, refusal=refusal)
        else:
            messages.success(request, _("บันทึกข้อความแล้ว"))
            return redirect("complaints:wordings")
    return _show(request, row, form, title, is_preview=is_preview)


def _show(
    request: HttpRequest,
    row: MessageTemplate | None,
    form: WordingForm,
    title: str,
    *,
    refusal: UnableTo | None = None,
    is_preview: bool = False,
) -> HttpResponse:
    body = form["body"].value() or ""
    context = {
        "form": form,
        "title": title,
        "row": row,
        "refusal": refusal,
        "preview": fill(body, SAMPLE),
        "strangers": list_strangers(body),
        "placeholders": Placeholder.choices,
        "breadcrumbs": crumbs_under_settings(title, (_("ข้อความสำเร็จรูป"), reverse("complaints:wordings"))),
    }
    template = "complaints/settings/wording.html"
    if getattr(request, "htmx", False):
        return render(request, f"{template}#preview", context)
    failed = request.method == "POST" and not is_preview
    status = refusal.status if refusal else 422 if failed else 200
    return render(request, template, context, status=status)
