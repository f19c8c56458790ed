"""ทำหลายรายการพร้อมกัน: act on the ticked rows, or on every row of the filter, after asking."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from cddp.foundation.ui.listing.bound import BoundList
from cddp.foundation.ui.listing.declaration import BulkAction
from cddp.foundation.values.errors import UnableTo


class UnableToActOnNothing(UnableTo):
    """ไม่ได้เลือกรายการ."""

    code = "nothing_selected"


def run_bulk_action(request: HttpRequest, bound: BoundList) -> HttpResponse:
    """Run the posted action. Raises PermissionDenied, UnableToActOnNothing, and what the action raises."""
    actions: dict[str, BulkAction] = {action.key: action for action in bound.bulk_actions}
    action = actions.get(request.POST["bulk"])
    if action is None:
        raise PermissionDenied
    rows = _selected(request, bound)
    if action.confirm and request.POST.get("confirmed") != "1":
        values = {
            "list": bound,
            "action": action,
            "count": rows.count(),
            "selected": request.POST.getlist("selected"),
        }
        # Reached only where scripts do not run: elsewhere <confirm-dialog> has asked.
        return render(request, "ui/list_confirm.html", values)
    outcome = action.run(request, rows)
    if isinstance(outcome, HttpResponse):
        return outcome
    if outcome:
        messages.success(request, outcome)
    return HttpResponseRedirect(bound.address())


def _selected(request: HttpRequest, bound: BoundList) -> QuerySet[Any]:
    if request.POST.get("all_matching") == "1":
        return bound.matching
    ids = [identifier for text in request.POST.getlist("selected") if (identifier := _identifier(text))]
    if not ids:
        raise UnableToActOnNothing(_("ยังไม่ได้เลือกรายการ กรุณาเลือกอย่างน้อยหนึ่งรายการ"))
    return bound.queryset.filter(pk__in=ids)


def _identifier(text: str) -> UUID | int | None:
    try:
        return UUID(text)
    except ValueError:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
