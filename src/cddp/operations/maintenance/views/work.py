"""หน้าใบสั่งงาน."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cddp.foundation.accounts.access import signed_in, user_of
from cddp.operations.maintenance.models import WorkOrder


@signed_in
@require_safe
def work_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one work order: what is to do next, and by whom."""
    order = get_object_or_404(WorkOrder.objects.visible_to(user_of(request)), pk=pk)
    return render(request, "maintenance/work/order.html", {"order": order})
