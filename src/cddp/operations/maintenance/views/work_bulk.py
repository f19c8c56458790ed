"""ทำใบสั่งงานหลายใบพร้อมกัน: ask once, then do each by itself; what could not be done is said one by one."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.ui.bulk import MOST_AT_ONCE, Outcome, do_each, seen_versions
from cddp.operations.maintenance.errors import UnableToChangeWork
from cddp.operations.maintenance.forms.work import BULK_FORMS
from cddp.operations.maintenance.models import WorkOrder
from cddp.operations.maintenance.queries import work as queries
from cddp.operations.maintenance.queries.work_choices import list_choices
from cddp.operations.maintenance.services import moving


def ask(action: str) -> Callable[[HttpRequest, QuerySet[Any]], HttpResponse]:
    """Return what an action of the list does first: it shows the ticked orders and asks for the rest."""

    def show(request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        orders = list(rows.order_by("requested_at", "pk")[: MOST_AT_ONCE + 1])
        if len(orders) > MOST_AT_ONCE:
            raise UnableToChangeWork(
                _("ทำได้ครั้งละไม่เกิน %(most)s ใบ กรุณากรองให้แคบลง") % {"most": MOST_AT_ONCE}, code="too_many"
            )
        return _show_bulk(request, action, orders, BULK_FORMS[action](list_choices()))

    return show


@requires("maintenance.plan")
@require_POST
def bulk(request: HttpRequest, action: str) -> HttpResponse:
    """Do it to each, in a savepoint of its own."""
    user, at = user_of(request), timezone.now()
    kind = BULK_FORMS.get(action)
    if kind is None:
        raise Http404
    seen = seen_versions(request, "order")
    found = WorkOrder.objects.visible_to(user).filter(pk__in=seen).defer(*queries.HEAVY)
    orders = list(found.order_by("requested_at", "pk"))
    if not orders:
        raise UnableToChangeWork(_("ยังไม่ได้เลือกรายการ กรุณาเลือกอย่างน้อยหนึ่งรายการ"), code="nothing")
    form = kind(list_choices(), request.POST)
    if not form.is_valid():
        return _show_bulk(request, action, orders, form, status=422)
    outcome = do_each(orders, lambda each: DO[action](user, each, seen[each.pk], form.cleaned_data, at))
    return _tell(request, form, outcome)


def _show_bulk(
    request: HttpRequest, action: str, orders: Sequence[WorkOrder], form: Any, status: int = 200
) -> HttpResponse:
    values = {"action": action, "orders": orders, "form": form, "breadcrumbs": _crumbs(form.title)}
    return render(request, "maintenance/work/bulk.html", values, status=status)


def _tell(request: HttpRequest, form: Any, outcome: Outcome[WorkOrder]) -> HttpResponse:
    words = _("ทำแล้ว %(count)s ใบ") % {"count": len(outcome.done)}
    if not outcome.failed:
        messages.success(request, words)
        return redirect("maintenance:work_orders")
    values = {"outcome": outcome, "title": form.title, "words": words, "breadcrumbs": _crumbs(form.title)}
    return render(request, "maintenance/work/bulk_result.html", values)


def _crumbs(title: Any) -> list[tuple[Any, str]]:
    return [(_("ใบสั่งงาน"), reverse("maintenance:work_orders")), (title, "")]


def _approve(user: User, order: WorkOrder, version: int, asked: dict[str, Any], at: dt.datetime) -> bool:
    moving.approve(user, order.pk, version=version, note=asked["note"], at=at)
    return True


def _plan(user: User, order: WorkOrder, version: int, asked: dict[str, Any], at: dt.datetime) -> bool:
    moving.plan(
        user,
        order.pk,
        version=version,
        planned_on=asked["planned_on"],
        planned_from=order.planned_from,
        planned_minutes=order.planned_minutes,
        lead_id=asked["lead"],
        crew_ids=asked["crew"],
        at=at,
    )
    return True


DO: dict[str, Callable[[User, WorkOrder, int, dict[str, Any], dt.datetime], bool]] = {
    "approve": _approve,
    "plan": _plan,
}
