"""รับเข้า โอน สแกน: papers of several lines, and the phone's camera that finds a part by its barcode."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.operations.maintenance.errors import UnableToMoveLine, UnableToMoveStock
from cddp.operations.maintenance.forms.stock import (
    LineFormSet,
    PricedLineFormSet,
    ReceiveForm,
    StoresForm,
    TransferForm,
)
from cddp.operations.maintenance.models import Part, WorkOrder
from cddp.operations.maintenance.queries.parts import find_part
from cddp.operations.maintenance.services.documents import Line, receive_lines, transfer_lines
from cddp.operations.maintenance.views.stock import (
    STOCK,
    crumbs,
    finder,
    lines_words,
    looks,
    part_codes,
    store_options,
)
from cddp.registers.assets.queries.finding import find_by_code


@requires(STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def stock_receive(request: HttpRequest) -> HttpResponse:
    """Take a delivery in; `store` and `part` of the address fill the first blanks."""
    posted = request.POST if request.method == "POST" else None
    form = ReceiveForm(posted, stores=store_options(), initial=_asked(request))
    lines = _lines(request, PricedLineFormSet)
    if posted is not None and form.is_valid() and lines.is_valid():
        wanted = _wanted(form, lines)
        if wanted:
            values = form.cleaned_data
            try:
                receive_lines(
                    user_of(request),
                    store_id=values["store"],
                    lines=[line for line, _form in wanted],
                    act=values["act"],
                    reference=values["reference"],
                    at=timezone.now(),
                )
            except UnableToMoveStock as refusal:
                _point_at(form, wanted, refusal)
            else:
                messages.success(request, _("รับเข้า %(lines)s แล้ว") % {"lines": lines_words(len(wanted))})
                return redirect("maintenance:store", values["store"])
    return _show(request, form, lines, title=_("รับอะไหล่เข้าคลัง"), button=_("บันทึกรับเข้า"))


@requires(STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def stock_transfer(request: HttpRequest) -> HttpResponse:
    """Move parts between stores, as when a van is loaded."""
    posted = request.POST if request.method == "POST" else None
    form = TransferForm(posted, stores=store_options(), initial=_asked(request))
    lines = _lines(request, LineFormSet)
    if posted is not None and form.is_valid() and lines.is_valid():
        wanted = _wanted(form, lines)
        if wanted:
            values = form.cleaned_data
            try:
                transfer_lines(
                    user_of(request),
                    store_id=values["store"],
                    to_store_id=values["to_store"],
                    lines=[line for line, _form in wanted],
                    act=values["act"],
                    reason=values["reason"],
                    at=timezone.now(),
                )
            except UnableToMoveStock as refusal:
                _point_at(form, wanted, refusal)
            else:
                messages.success(request, _("โอน %(lines)s แล้ว") % {"lines": lines_words(len(wanted))})
                return redirect("maintenance:store", values["to_store"])
    return _show(request, form, lines, title=_("โอนอะไหล่"), button=_("บันทึกการโอน"))


def _asked(request: HttpRequest) -> dict[str, Any]:
    return {"store": request.GET.get("store", "")}


def _lines(request: HttpRequest, formset: Any) -> Any:
    user = user_of(request)
    initial = []
    if code := request.GET.get("part", ""):
        part = find_part(user, code)
        initial = [{"part": f"{part.code} {part.name}"}] if part else []
    posted = request.POST if request.method == "POST" else None
    return formset(posted, prefix="lines", initial=initial, form_kwargs={"find": finder(user)})


def _wanted(form: StoresForm, lines: Any) -> list[tuple[Line, Any]]:
    """Return the lines that say something, each with its form; complain when there is none."""
    found = []
    for each in lines:
        part: Part | None = each.cleaned_data.get("part")
        if part is not None:
            price = each.cleaned_data.get("unit_price")
            found.append((Line(part.pk, each.cleaned_data["quantity"], price), each))
    if not found:
        form.add_error(None, _("กรุณากรอกอย่างน้อยหนึ่งรายการ"))
    return found


def _point_at(form: StoresForm, wanted: list[tuple[Line, Any]], refusal: UnableToMoveStock) -> None:
    """Put a refusal where it belongs: on its line, on a blank of the head, or above all."""
    if isinstance(refusal, UnableToMoveLine) and refusal.field not in form.fields:
        line = wanted[refusal.place][1]
        line.add_error(refusal.field if refusal.field in line.fields else None, refusal.message)
    else:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def _show(request: HttpRequest, form: StoresForm, lines: Any, *, title: str, button: str) -> HttpResponse:
    is_wrong = bool(form.errors) or any(line.errors for line in lines if line.is_bound)
    context = {
        "form": form,
        "lines": lines,
        "title": title,
        "button": button,
        "codes": part_codes(user_of(request)),
        "has_prices": isinstance(form, ReceiveForm),
        "is_wrong": is_wrong,
        "breadcrumbs": crumbs((title, "")),
    }
    return render(request, "maintenance/stock/document.html", context, status=422 if is_wrong else 200)


# ── scanning ──────────────────────────────────────────────────────────────────────────────────────────


@looks
@require_safe
def stock_scan(request: HttpRequest) -> HttpResponse:
    """Find a part by its code, or a thing by its label; with `work` go back to the parts of that work order."""
    user = user_of(request)
    code = request.GET.get("code", "").replace("\x00", "").strip()[:200]
    work = _work(request)
    found = find_part(user, code) if code else None
    if found is not None and work is not None:
        return redirect(f"{reverse('maintenance:work_parts', args=[work.pk])}?q={found.code}")
    if found is not None:
        return redirect("maintenance:part", found.pk)
    if code and (asset := find_by_code(user, code)) is not None:
        # The label of a thing, not of a part.
        return redirect(asset)
    context = {
        "code": code,
        "work": work,
        "keeps": user.has_perm(STOCK),
        "breadcrumbs": crumbs((_("สแกน"), "")),
    }
    return render(request, "maintenance/stock/scan.html", context, status=404 if code else 200)


def _work(request: HttpRequest) -> WorkOrder | None:
    try:
        pk = UUID(request.GET.get("work", ""))
    except ValueError:
        return None
    return WorkOrder.objects.visible_to(user_of(request)).filter(pk=pk).first()
