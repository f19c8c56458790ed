"""แผงอะไหล่ในใบสั่งงาน: what fits, where it lies, and one tap to reserve, take or give it back."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cddp.foundation.accounts.access import user_of
from cddp.foundation.accounts.models import User
from cddp.operations.maintenance.choices import ENDED_STATES, WorkState
from cddp.operations.maintenance.errors import UnableToMoveStock
from cddp.operations.maintenance.forms.stock import WorkPartForm
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries.parts import list_fitting
from cddp.operations.maintenance.rules.stock import format_quantity
from cddp.operations.maintenance.services import stock
from cddp.operations.maintenance.views.stock import STOCK, WORK, looks

CHANGED = "parts-changed"


def panel_of(request: HttpRequest, work: WorkOrder, **more: Any) -> dict[str, Any]:
    """Return what the template of the panel reads, as `parts_panel` and `work`."""
    user = user_of(request)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = list_fitting(user, work, search=search)
    may = user.has_perm(WORK) or user.has_perm(STOCK)
    may_take = may and work.state not in ENDED_STATES
    return {
        "parts_panel": {
            "fitting": [each for each in found if each.how != "other"],
            "others": [each for each in found if each.how == "other"],
            "search": search,
            "may": may,
            "may_take": may_take,
            "may_reserve": may_take and work.state != WorkState.DONE,
            "new_act": uuid4,
            **more,
        },
        "work": work,
    }


@looks
@require_http_methods(["GET", "HEAD", "POST"])
def work_parts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the parts of a work order, or move one of them: htmx gets the panel, all else a page of its own."""
    user = user_of(request)
    work = get_object_or_404(WorkOrder.objects.visible_to(user), pk=pk)
    if request.method != "POST":
        return _show(request, work)
    if not (user.has_perm(WORK) or user.has_perm(STOCK)):
        raise PermissionDenied
    form = WorkPartForm(request.POST)
    part_id = form.data.get("part", "")
    if not form.is_valid():
        problem = next(iter(form.errors.get("quantity", [_("กรุณาเลือกคลังและจำนวนอีกครั้ง")])))
        return _show(request, work, status=422, problem=problem, problem_part=part_id, typed=request.POST)
    try:
        told = _move(user, work, form.cleaned_data)
    except UnableToMoveStock as refusal:
        more = {"problem": refusal.message, "asks_reason": refusal.field == "reason", "typed": request.POST}
        return _show(request, work, status=422, problem_part=part_id, **more)
    if request.htmx:  # type: ignore[attr-defined]
        return _show(request, work, told=told, told_part=part_id)
    return redirect("maintenance:work_parts", pk)


def _move(user: User, work: WorkOrder, values: dict[str, Any]) -> str:
    """Do it, and return what was done in words."""
    name, _colon, key = values["do"].partition(":")
    store_id = UUID(key) if key else values["store"]
    if store_id is None:
        raise UnableToMoveStock(_("กรุณาเลือกคลัง"), field="store", code="no_store")
    line = getattr(stock, name)(
        user,
        part_id=values["part"],
        store_id=store_id,
        quantity=values["quantity"] or Decimal(1),
        act=values["act"],
        work_order_id=work.pk,
        reason=values["reason"],
        at=timezone.now(),
    )
    told = {"kind": line.get_kind_display(), "many": format_quantity(line.quantity), "store": line.store.name}
    return _("%(kind)s %(many)s แล้ว · %(store)s") % told


def _show(request: HttpRequest, work: WorkOrder, *, status: int = 200, **more: Any) -> HttpResponse:
    values = panel_of(request, work, **more)
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "maintenance/_parts_panel.html", values, status=status)
        if "told" in more:
            response["HX-Trigger"] = CHANGED
        return response
    values["breadcrumbs"] = [
        (_("ใบสั่งงาน"), reverse("maintenance:work_orders")),
        (work.number, work.get_absolute_url()),
        (_("อะไหล่"), ""),
    ]
    return render(request, "maintenance/stock/work_parts.html", values, status=status)
