"""ขึ้นทะเบียนและแก้ไข: choose a class, fill in what it asks, change it later."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.choices import GeometryKind
from cddp.registers.assets.errors import AssetChangedMeanwhile, UnableToChangeAsset
from cddp.registers.assets.forms.assets import AssetForm, initial_attributes
from cddp.registers.assets.models import Asset, AssetClass
from cddp.registers.assets.queries.attributes import list_fields
from cddp.registers.assets.queries.choices import Choices, list_models
from cddp.registers.assets.queries.finding import find_by_code, get_asset
from cddp.registers.assets.services.registering import change_asset, register_asset
from cddp.registers.assets.views.crumbs import crumbs, crumbs_of

SHOWN = (
    "number", "name", "serial", "state", "place", "acquired_on", "acquisition", "funding", "cost_satang",
    "supplier", "contract_number", "warranty_until", "life_years", "former_number", "notes", "version",
)  # fmt: skip
REFERENCES = ("model", "division", "holder")
GROUPS = {
    GeometryKind.POINT: gettext_lazy("ตั้งอยู่กับที่"),
    GeometryKind.LINE: gettext_lazy("เป็นแนวเส้น"),
    GeometryKind.NONE: gettext_lazy("ครุภัณฑ์และยานพาหนะ"),
}


@requires("assets.change")
@require_http_methods(["GET", "HEAD", "POST"])
def asset_new(request: HttpRequest) -> HttpResponse:
    """Choose the class, then fill in the form of that class (?class=<key>)."""
    classes = list(AssetClass.objects.filter(is_active=True))
    asked = request.GET.get("class", "")
    chosen = next((each for each in classes if each.key == asked), None)
    if chosen is None:
        return _show_classes(request, classes)
    form = _form(request, chosen, is_new=True, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        saved = _save(request, form, chosen, None)
        if saved is not None:
            if chosen.geometry == GeometryKind.LINE:
                messages.success(request, _("ขึ้นทะเบียนแล้ว ต่อไปวาดแนวบนแผนที่"))
                return redirect("assets:asset_shape", saved.pk)
            messages.success(request, _("ขึ้นทะเบียนแล้ว"))
            return redirect(saved)
    return _show(request, form, chosen, None)


@requires("assets.change")
@require_http_methods(["GET", "HEAD", "POST"])
def asset_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is written of an asset; a stale page keeps what was typed and shows what is there now."""
    found = get_asset(user_of(request), pk)
    data = request.POST if request.method == "POST" else None
    form = _form(request, found.asset_class, is_new=False, data=data, asset=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, form, found.asset_class, found)
        except AssetChangedMeanwhile as refusal:
            return _show_conflict(request, found, refusal)
        if saved is not None:
            messages.success(request, _("บันทึกแล้ว"))
            return redirect(saved)
    return _show(request, form, found.asset_class, found)


def _save(request: HttpRequest, form: AssetForm, chosen: AssetClass, asset: Asset | None) -> Asset | None:
    user, at = user_of(request), timezone.now()
    values = form.values()
    typed = form.cleaned_data.get("parent", "").strip()
    parent = find_by_code(user, typed) if typed else None
    if typed and parent is None:
        form.take("parent", _("ไม่พบทรัพย์สิน “%(text)s”") % {"text": typed[:60]})
        return None
    values["parent"] = parent
    try:
        if asset is None:
            return register_asset(user, asset_class_id=chosen.pk, values=values, at=at)
        return change_asset(user, asset.pk, version=form.cleaned_data["version"] or 0, values=values, at=at)
    except UnableToChangeAsset as refusal:
        form.take(refusal.field, refusal.message)
    except AssetChangedMeanwhile:
        raise
    except UnableTo as refusal:
        form.take(None, refusal.message)
    return None


def _form(
    request: HttpRequest, chosen: AssetClass, *, is_new: bool, data: Any, asset: Asset | None = None
) -> AssetForm:
    fields = list_fields(chosen)
    initial: dict[str, Any] = {}
    if asset is not None:
        initial = {name: getattr(asset, name) for name in SHOWN}
        initial |= {name: getattr(asset, f"{name}_id") for name in REFERENCES}
        initial |= initial_attributes(fields, asset.attributes)
        initial["parent"] = (asset.parent.number or str(asset.parent.pk)) if asset.parent else ""
    return AssetForm(
        data,
        initial=initial,
        asset_class=chosen,
        fields=fields,
        models=list_models(chosen.pk, also=asset.model_id if asset else None),
        choices=Choices(user_of(request)),
        is_new=is_new,
        state=asset.state if asset else "",
    )


def _show_conflict(request: HttpRequest, found: Asset, refusal: AssetChangedMeanwhile) -> HttpResponse:
    """Keep what was typed; the next save goes over what another has written, knowingly."""
    now = get_object_or_404(Asset.objects.visible_to(user_of(request)), pk=found.pk)
    typed = request.POST.copy()
    typed["version"] = str(now.version)
    form = _form(request, found.asset_class, is_new=False, data=typed, asset=found)
    form.is_valid()
    form.add_error(None, refusal.message)
    newest = now.events.order_by("-at", "-id").first()
    return _show(request, form, found.asset_class, found, status=refusal.status, newest=newest)


def _show_classes(request: HttpRequest, classes: list[AssetClass]) -> HttpResponse:
    groups = [(title, [each for each in classes if each.geometry == kind]) for kind, title in GROUPS.items()]
    values = {
        "groups": [(title, members) for title, members in groups if members],
        "breadcrumbs": crumbs((_("เพิ่มทรัพย์สิน"), "")),
    }
    return render(request, "assets/choose_class.html", values)


def _show(
    request: HttpRequest,
    form: AssetForm,
    chosen: AssetClass,
    found: Asset | None,
    *,
    status: int = 0,
    newest: Any = None,
) -> HttpResponse:
    town = user_of(request).membership
    boundary = town.municipality.boundary if town else None
    title = _("แก้ไขทรัพย์สิน") if found else _("เพิ่ม%(name)s") % {"name": chosen.name}
    values = {
        "form": form,
        "asset": found,
        "chosen": chosen,
        "title": title,
        "newest": newest,
        "bounds": ",".join(f"{edge:.5f}" for edge in boundary.extent) if boundary else "",
        "breadcrumbs": crumbs_of(found, (title, "")) if found else crumbs((title, "")),
    }
    return render(request, "assets/edit.html", values, status=status or (422 if form.errors else 200))
