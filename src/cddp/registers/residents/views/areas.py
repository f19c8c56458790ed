"""หน้าจอหมู่และชุมชน."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cddp.foundation.accounts.access import requires
from cddp.foundation.values.errors import UnableTo
from cddp.registers.residents.choices import AreaKind
from cddp.registers.residents.forms.registers import AreaForm
from cddp.registers.residents.models import Area
from cddp.registers.residents.queries.households import with_house_counts
from cddp.registers.residents.services import areas as services
from cddp.registers.residents.views.rights import rights_of


@requires("residents.view")
def areas(request: HttpRequest) -> HttpResponse:
    """List the villages and communities with the number of their houses."""
    rows = with_house_counts(Area.objects.visible_to(request.user))  # type: ignore[arg-type]
    crumbs = [(_("ทะเบียน"), reverse("residents:find")), (_("หมู่และชุมชน"), "")]
    return render(
        request,
        "residents/areas.html",
        {"areas": rows, "can": rights_of(request.user), "breadcrumbs": crumbs},
    )


def _show(request: HttpRequest, form: AreaForm, title: str) -> HttpResponse:
    back = reverse("residents:areas")
    values = {
        "form": form,
        "title": title,
        "back": back,
        "breadcrumbs": [(_("หมู่และชุมชน"), back), (title, "")],
    }
    return render(request, "residents/form.html", values, status=422 if form.is_bound else 200)


@requires("residents.change")
def area_new(request: HttpRequest) -> HttpResponse:
    """Add a village or community."""
    user: Any = request.user
    form = AreaForm(request.POST or None, initial={"kind": AreaKind.MOO})
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, _("เพิ่มหมู่หรือชุมชน"))
    try:
        made = services.make_area(**form.cleaned_data, by=user)
    except UnableTo as refusal:
        form.add_error("code", refusal.message)
        return _show(request, form, _("เพิ่มหมู่หรือชุมชน"))
    messages.success(request, _("เพิ่ม %(area)s แล้ว") % {"area": made})
    return redirect("residents:areas")


@requires("residents.change")
def area_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change the name, number or code of an area."""
    user: Any = request.user
    area = get_object_or_404(Area.objects.visible_to(user), pk=pk)
    form = AreaForm(
        request.POST or None, initial={n: getattr(area, n) for n in ("kind", "number", "name", "code")}
    )
    title = _("แก้ไข %(area)s") % {"area": area}
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, title)
    try:
        services.change_area(area, by=user, **form.cleaned_data)
    except UnableTo as refusal:
        form.add_error("code", refusal.message)
        return _show(request, form, title)
    messages.success(request, _("บันทึกแล้ว"))
    return redirect("residents:areas")
