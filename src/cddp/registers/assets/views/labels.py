"""ป้าย QR: the address on a label, and the sheets of labels as PDF."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.audit import services as audit
from cddp.foundation.ui.listing import BulkAction
from cddp.foundation.ui.paper import PDF_TYPE, render_pdf
from cddp.foundation.values.thai_text import normalise_line, to_arabic_digits
from cddp.registers.assets.forms.labels import LabelsForm
from cddp.registers.assets.models import Asset
from cddp.registers.assets.queries.choices import Choices
from cddp.registers.assets.services.labels import LABELS_AT_MOST, LAYOUTS, lay_out
from cddp.registers.assets.views.crumbs import crumbs


@requires("assets.view")
@require_safe
def code(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lead from a label to its asset; whoever is not signed in signs in first."""
    return redirect(get_object_or_404(Asset.objects.visible_to(user_of(request)).only("pk"), pk=pk))


@requires("assets.view")
@require_http_methods(["GET", "HEAD", "POST"])
def labels(request: HttpRequest) -> HttpResponse:
    """Ask for which things and on which paper; answer with the sheets."""
    if request.method != "POST":
        return _show(request, _form(request, initial=_asked(request)))
    form = _form(request, request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    found = list(_chosen(request, form).only("number", "name")[: LABELS_AT_MOST + 1])
    if not found:
        form.add_error(None, _("ไม่มีทรัพย์สินตามที่เลือก โปรดเลือกใหม่"))
    elif len(found) > LABELS_AT_MOST:
        words = _("ตรงกับที่เลือกมากกว่า %(most)s รายการ โปรดเลือกให้แคบลง แล้วพิมพ์เป็นชุด")
        form.add_error(None, words % {"most": f"{LABELS_AT_MOST:,}"})
    if form.errors:
        return _show(request, form, status=422)
    return _paper(request, form, found)


def print_selected(request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    """Ask on which paper for the things that were ticked in the list."""
    keys = list(rows.values_list("pk", flat=True)[: LABELS_AT_MOST + 1])
    form = _form(request, initial={"ids": ",".join(key.hex for key in keys)})
    if len(keys) > LABELS_AT_MOST:
        form = _form(request, {"ids": ",".join(key.hex for key in keys), "layout": "3x8", "start": "1"})
        form.full_clean()
    return _show(request, form)


PRINT_LABELS = BulkAction("labels", gettext_lazy("พิมพ์ป้าย QR"), print_selected, icon="qr-code")


def _form(request: HttpRequest, *given: Any, **named: Any) -> LabelsForm:
    choices = Choices(user_of(request))
    return LabelsForm(*given, classes=choices.classes, divisions=choices.divisions, **named)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {"ids": request.GET.get("asset", ""), "asset_class": request.GET.get("class", "")}


def _chosen(request: HttpRequest, form: LabelsForm) -> QuerySet[Asset]:
    rows = Asset.objects.visible_to(user_of(request)).order_by("number", "pk")
    said = form.cleaned_data
    if said["ids"]:
        return rows.filter(pk__in=said["ids"])
    rows = rows.kept()
    if said["asset_class"]:
        rows = rows.filter(asset_class_id=said["asset_class"])
    if said["division"]:
        rows = rows.filter(division_id=said["division"])
    first, last = (to_arabic_digits(normalise_line(said[name])) for name in ("number_from", "number_to"))
    if first:
        rows = rows.filter(number__gte=first)
    return rows.filter(number__lte=last).exclude(number="") if last else rows


def _show(request: HttpRequest, form: LabelsForm, status: int = 200) -> HttpResponse:
    ids = [text for text in str(form["ids"].value() or "").split(",") if text]
    values = {
        "form": form,
        "count": len(ids),
        "layouts": LAYOUTS.values(),
        "most": LABELS_AT_MOST,
        "breadcrumbs": crumbs((_("พิมพ์ป้าย QR"), "")),
    }
    # Asked from the list by a POST to the list's address, so the form names its own.
    return render(request, "assets/labels/labels.html", values, status=status)


def _paper(request: HttpRequest, form: LabelsForm, found: list[Asset]) -> HttpResponse:
    layout = LAYOUTS[form.cleaned_data["layout"]]
    addresses = [request.build_absolute_uri(reverse("assets:code", args=[asset.pk])) for asset in found]
    sheets = lay_out(found, addresses, layout, start=form.cleaned_data["start"])
    pdf = render_pdf("assets/labels/sheets.html", {"sheets": sheets, "layout": layout})
    audit.record("assets.labels.printed", Asset, changes={"labels": [None, len(found)]})
    response = HttpResponse(pdf, content_type=PDF_TYPE)
    response["Content-Disposition"] = f'inline; filename="labels-{timezone.localdate():%Y%m%d}.pdf"'
    return response
