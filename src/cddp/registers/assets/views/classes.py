"""ตั้งค่าประเภททรัพย์สิน: the classes, and for each its blanks, useful lives and makers' models."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.registers.assets.errors import UnableToConfigure
from cddp.registers.assets.forms.settings import AttributeForm, ClassForm, ModelForm, RateForm
from cddp.registers.assets.models import AssetAttribute, AssetClass, AssetModel, DepreciationRate
from cddp.registers.assets.queries.settings import get_class, list_classes, parts_of
from cddp.registers.assets.services import settings as services
from cddp.registers.assets.views.crumbs import crumbs

PERMISSION = "assets.configure"


@requires(PERMISSION)
@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    """Show what kinds of things the town keeps."""
    values = {"lines": list_classes(), "breadcrumbs": crumbs((_("ประเภททรัพย์สิน"), ""))}
    return render(request, "assets/settings/classes.html", values)


@requires(PERMISSION)
@require_safe
def asset_class(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one class with all that belongs to it."""
    found = get_class(pk)
    values = {"asset_class": found, **parts_of(found), "breadcrumbs": _crumbs((found.name, ""))}
    return render(request, "assets/settings/class.html", values)


@requires(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def class_new(request: HttpRequest) -> HttpResponse:
    """Add a class."""
    form = ClassForm(request.POST or None)
    saved = _saved(request, form, lambda values: services.save_class(user_of(request), None, values))
    return redirect("assets:class", saved.pk) if saved else _show(request, form, _("เพิ่มประเภท"), None)


@requires(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def class_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a class."""
    found = get_class(pk)
    form = ClassForm(request.POST or None, initial=_initial(found, services.CLASS_FIELDS))
    saved = _saved(request, form, lambda values: services.save_class(user_of(request), pk, values))
    return redirect("assets:class", pk) if saved else _show(request, form, _("แก้ไขประเภท"), found)


@requires(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def attribute_edit(request: HttpRequest, pk: UUID, attribute_id: UUID | None = None) -> HttpResponse:
    """Add a blank to a class, or change one."""
    found = get_class(pk)
    row = get_object_or_404(AssetAttribute, pk=attribute_id, asset_class=found) if attribute_id else None
    names = [name for name in services.ATTRIBUTE_FIELDS if name != "options"]
    form = AttributeForm(request.POST or None, initial=_initial(row, names), known=row.options if row else ())
    saved = _saved(
        request, form, lambda values: services.save_attribute(user_of(request), pk, attribute_id, values)
    )
    title = _("แก้ไขช่องข้อมูล") if row else _("เพิ่มช่องข้อมูล")
    return redirect("assets:class", pk) if saved else _show(request, form, title, found)


@requires(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def rate_edit(request: HttpRequest, pk: UUID, rate_id: UUID | None = None) -> HttpResponse:
    """Add a useful life from a day on, or change one."""
    found = get_class(pk)
    row = get_object_or_404(DepreciationRate, pk=rate_id, asset_class=found) if rate_id else None
    form = RateForm(request.POST or None, initial=_initial(row, services.RATE_FIELDS))
    saved = _saved(request, form, lambda values: services.save_rate(user_of(request), pk, rate_id, values))
    title = _("แก้ไขอายุการใช้งาน") if row else _("เพิ่มอายุการใช้งาน")
    return redirect("assets:class", pk) if saved else _show(request, form, title, found)


@requires(PERMISSION)
@require_POST
def rate_remove(request: HttpRequest, pk: UUID, rate_id: UUID) -> HttpResponse:
    """Take a useful life away."""
    services.remove_rate(user_of(request), pk, rate_id)
    messages.success(request, _("ลบอายุการใช้งานแล้ว"))
    return redirect("assets:class", pk)


@requires(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def model_edit(request: HttpRequest, pk: UUID, model_id: UUID | None = None) -> HttpResponse:
    """Add a maker's model, or change one."""
    found = get_class(pk)
    row = get_object_or_404(AssetModel, pk=model_id, asset_class=found) if model_id else None
    form = ModelForm(request.POST or None, initial=_initial(row, services.MODEL_FIELDS))
    saved = _saved(request, form, lambda values: services.save_model(user_of(request), pk, model_id, values))
    return (
        redirect("assets:class", pk)
        if saved
        else _show(request, form, _("แก้ไขรุ่น") if row else _("เพิ่มรุ่น"), found)
    )


def _initial(row: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} if row is not None else {}


def _saved(request: HttpRequest, form: forms.Form, save: Callable[[Mapping[str, Any]], Any]) -> Any:
    """Return the row that was written; None to show the form (again, with what was refused)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        saved = save(form.cleaned_data)
    except UnableToConfigure as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None
    messages.success(request, _("บันทึกแล้ว"))
    return saved


def _crumbs(*last: tuple[Any, str]) -> list[tuple[Any, str]]:
    return crumbs((_("ประเภททรัพย์สิน"), reverse("assets:classes")), *last)


def _show(request: HttpRequest, form: forms.Form, title: str, found: AssetClass | None) -> HttpResponse:
    back = reverse("assets:class", args=[found.pk]) if found else reverse("assets:classes")
    values = {
        "form": form,
        "title": title,
        "subject": found,
        "back": back,
        "breadcrumbs": _crumbs((found.name, back), (title, "")) if found else _crumbs((title, "")),
    }
    return render(request, "assets/settings/form.html", values, status=422 if form.errors else 200)
