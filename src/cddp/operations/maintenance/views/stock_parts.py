"""หน้าอะไหล่: what is free and where, what it fits, who holds it, how much is used; and the forms of one part."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.values.thai_dates import MONTHS_SHORT, to_buddhist_year
from cddp.operations.maintenance.errors import PartChangedMeanwhile, UnableToConfigure, UnableToMoveStock
from cddp.operations.maintenance.forms.stock import FitFormSet, MoveForm, PartForm, ShelfForm
from cddp.operations.maintenance.models import Part, PartAlternative, PartFit, StockLevel, WorkOrder
from cddp.operations.maintenance.queries.parts import list_parts
from cddp.operations.maintenance.queries.stock import (
    list_holders,
    list_levels,
    list_movements,
    list_targets,
    usage_by_month,
)
from cddp.operations.maintenance.rules.stock import format_quantity
from cddp.operations.maintenance.services import parts as services
from cddp.operations.maintenance.services import stock
from cddp.operations.maintenance.views.stock import (
    STOCK,
    crumbs,
    finder,
    looks,
    signed,
    store_options,
)
from cddp.operations.maintenance.views.stock_lists import LEDGER

MONTHS_SHOWN = 12
LINES_SHOWN = 15
MOVES = {
    "issue": gettext_lazy("เบิก"),
    "count": gettext_lazy("ปรับยอดตามที่นับ"),
    "write_off": gettext_lazy("ตัดจำหน่าย"),
}


@looks
@require_safe
def part(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one part."""
    user = user_of(request)
    return render(
        request, "maintenance/stock/part.html", _page(user, get_object_or_404(list_parts(user), pk=pk))
    )


def _page(user: User, found: Any) -> dict[str, Any]:
    levels = list_levels(found)
    fits = PartFit.objects.filter(part=found).select_related("model__asset_class", "asset_class")
    lines = list(list_movements(user).filter(part=found).order_by("-at", "-id")[:LINES_SHOWN])
    return {
        "part": found,
        "worth": int(found.worth),
        "average": round(found.worth / found.on_hand) if found.on_hand else None,
        "levels": [level for level in levels if level.on_hand or level.reserved or level.shelf],
        "fits": sorted(fits, key=lambda fit: (fit.model_id is None, str(fit.model or fit.asset_class))),
        "alternatives": _alternatives(found),
        "holders": list_holders(found),
        "lines": [(line, signed(line.on_hand_delta), signed(line.reserved_delta)) for line in lines],
        "usage": _usage(found),
        "keeps": user.has_perm(STOCK),
        "moves": MOVES.items(),
        "breadcrumbs": crumbs((found.name, "")),
    }


def _alternatives(found: Part) -> list[tuple[Part, bool]]:
    """Return the parts that may stand in for this one, and those for which it may (True: this one stands in)."""
    pairs = PartAlternative.objects.filter(part=found) | PartAlternative.objects.filter(other=found)
    rows = pairs.select_related("part", "other").order_by("part__name", "other__name")
    return [(pair.other, False) if pair.part_id == found.pk else (pair.part, True) for pair in rows]


def _usage(found: Part) -> Mapping[str, Any] | None:
    months = _months(timezone.localdate())
    used = usage_by_month(found, months)
    if not any(used):
        return None
    labels = [f"{MONTHS_SHORT[each.month - 1]} {to_buddhist_year(each) % 100:02d}" for each in months]
    return {"labels": labels, "series": [{"name": _("ใช้ไป"), "values": [float(each) for each in used]}]}


def _months(today: dt.date) -> list[dt.date]:
    places = [today.year * 12 + today.month - 1 - back for back in reversed(range(MONTHS_SHOWN))]
    return [dt.date(place // 12, place % 12 + 1, 1) for place in places]


@looks
def part_movements(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the ledger of one part."""
    user = user_of(request)
    found = get_object_or_404(Part.objects.visible_to(user), pk=pk)
    page = replace(
        LEDGER,
        title=f"{LEDGER.title}: {found.name}",
        columns=[column for column in LEDGER.columns if column.key != "part"],
        export_name=f"movements-{found.code}"
        if found.code.isascii() and found.code.isalnum()
        else "movements",
    )
    above = crumbs((found.name, reverse("maintenance:part", args=[pk])), (LEDGER.title, ""))
    return page.respond(request, list_movements(user).filter(part=found), {"breadcrumbs": above})


# ── what there is ─────────────────────────────────────────────────────────────────────────────────────


@requires(STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def part_new(request: HttpRequest) -> HttpResponse:
    """Add a part; `barcode` and `code` of the address come from a scan that found nothing."""
    initial = {"barcode": request.GET.get("barcode", "")[:60], "code": request.GET.get("code", "")[:40]}
    return _edit(request, None, initial, [])


@requires(STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def part_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a part and what it fits."""
    found = get_object_or_404(Part.objects.visible_to(user_of(request)), pk=pk)
    others = (
        PartAlternative.objects.filter(part=found)
        .order_by("other__code")
        .values_list("other__code", flat=True)
    )
    initial = {name: getattr(found, name) for name in (*services.PART_FIELDS, "version")}
    initial["alternatives"] = ", ".join(others)
    fits = [
        {
            "target": f"model:{fit.model_id}" if fit.model_id else f"class:{fit.asset_class_id}",
            "position": fit.position,
            "per_asset": fit.per_asset,
        }
        for fit in PartFit.objects.filter(part=found).order_by("position", "pk")
    ]
    return _edit(request, found, initial, fits)


def _edit(
    request: HttpRequest, found: Part | None, initial: dict[str, Any], fits: list[dict[str, Any]]
) -> HttpResponse:
    user = user_of(request)
    posted = request.POST if request.method == "POST" else None
    form = PartForm(posted, initial=initial, find=finder(user))
    lines: Any = FitFormSet(posted, initial=fits, prefix="fits", form_kwargs={"targets": list_targets()})
    status = 200
    if posted is not None:
        if form.is_valid() and lines.is_valid():
            kept = _keep(user, found, form, lines)
            if kept is not None:
                messages.success(request, _("บันทึกแล้ว"))
                return redirect("maintenance:part", kept.pk)
        status = 422
    title = _("แก้ไขอะไหล่") if found else _("เพิ่มอะไหล่")
    back = reverse("maintenance:part", args=[found.pk]) if found else reverse("maintenance:parts")
    above = crumbs((found.name, back), (title, "")) if found else crumbs((title, ""))
    context = {"form": form, "lines": lines, "title": title, "back": back, "breadcrumbs": above}
    return render(request, "maintenance/stock/part_form.html", context, status=status)


def _keep(user: User, found: Part | None, form: PartForm, lines: Any) -> Part | None:
    values = dict(form.cleaned_data)
    version, alternatives = values.pop("version"), values.pop("alternatives")
    fits = [fit for line in lines if (fit := line.fit())]
    try:
        return services.keep_part(
            user,
            found.pk if found else None,
            version=version if found else None,
            values=values,
            fits=fits,
            alternatives=alternatives,
            at=timezone.now(),
        )
    except UnableToConfigure as refusal:
        form.add_error(refusal.field, refusal.message)
    except PartChangedMeanwhile as refusal:
        form.add_error(None, refusal.message)
    return None


@requires(STOCK)
@require_POST
def part_shelf(request: HttpRequest, pk: UUID, store: UUID) -> HttpResponse:
    """Say on which shelf it lies."""
    form = ShelfForm(request.POST)
    if not form.is_valid():
        raise Http404
    services.set_shelf(user_of(request), part_id=pk, store_id=store, shelf=form.cleaned_data["shelf"])
    messages.success(request, _("บันทึกแล้ว"))
    return redirect("maintenance:part", pk)


# ── what moves ────────────────────────────────────────────────────────────────────────────────────────


@requires(STOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def part_move(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Issue, count or write off one part."""
    user = user_of(request)
    found = get_object_or_404(list_parts(user), pk=pk)
    if kind not in MOVES:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = MoveForm(kind, posted, stores=store_options(), initial={"store": request.GET.get("store", "")})
    if posted is not None and form.is_valid():
        told = _move(user, found, kind, form)
        if told is not None:
            messages.success(request, told)
            return redirect("maintenance:part", pk)
    back = reverse("maintenance:part", args=[pk])
    context = {
        "form": form,
        "part": found,
        "title": f"{MOVES[kind]} {found.name}",
        "levels": list_levels(found),
        "kind": kind,
        "back": back,
        "breadcrumbs": crumbs((found.name, back), (MOVES[kind], "")),
    }
    return render(request, "maintenance/stock/move.html", context, status=422 if form.errors else 200)


def _move(user: User, found: Any, kind: str, form: MoveForm) -> str | None:
    """Do it, and return what to tell; None when the form says why not."""
    values = form.cleaned_data
    place = {"part_id": found.pk, "store_id": values["store"], "act": values["act"], "at": timezone.now()}
    quantity: Decimal = values["quantity"]
    try:
        if kind == "count":
            line = stock.count(user, **place, counted=quantity, reason=values["reason"])
            if line is None:
                return _("ตรงกับบัญชีแล้ว ไม่มีอะไรต้องปรับ")
        elif kind == "write_off":
            line = stock.write_off(user, **place, quantity=quantity, reason=values["reason"])
        else:
            work_order_id = _work_order(user, values["work_order"])
            line = stock.issue(
                user, **place, quantity=quantity, reason=values["reason"], work_order_id=work_order_id
            )
    except UnableToMoveStock as refusal:
        named = "quantity" if refusal.field == "counted" else refusal.field
        form.add_error(named if named in form.fields else None, refusal.message)
        return None
    left = StockLevel.objects.get(part_id=found.pk, store_id=values["store"]).on_hand
    told = {"kind": line.get_kind_display(), "many": format_quantity(line.quantity), "unit": found.unit}
    return _("%(kind)s %(many)s %(unit)s แล้ว คลังนี้เหลือ %(left)s") % (told | {"left": format_quantity(left)})


def _work_order(user: User, number: str) -> UUID | None:
    if not number.strip():
        return None
    found = (
        WorkOrder.objects.visible_to(user).filter(number=number.strip()).values_list("pk", flat=True).first()
    )
    if found is None:
        raise UnableToMoveStock(_("ไม่พบใบสั่งงานเลขที่นี้"), field="work_order", code="unknown_work")
    return found
