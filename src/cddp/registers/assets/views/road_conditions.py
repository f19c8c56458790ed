"""ใช้ผลวัดเป็นสภาพถนน."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cddp.foundation.accounts.access import requires, user_of
from cddp.registers.assets.forms.roads import ConditionForm
from cddp.registers.assets.models import Asset, RoadTrace
from cddp.registers.assets.services.road_conditions import use_as_condition


@requires("assets.inspect")
@require_POST
def road_trace_condition(request: HttpRequest, pk: UUID, asset_id: UUID) -> HttpResponse:
    """Write what a ride says of one road as an inspection of it."""
    user = user_of(request)
    trace = get_object_or_404(RoadTrace.objects.visible_to(user), pk=pk)
    road = get_object_or_404(Asset.objects.visible_to(user), pk=asset_id)
    form = ConditionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("โปรดเลือกสภาพ 1–5"))
        return redirect(trace)
    use_as_condition(user, pk, road.pk, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("บันทึกเป็นผลตรวจสภาพของ %(road)s แล้ว") % {"road": road.name})
    return redirect(f"{trace.get_absolute_url()}?road={road.pk}")
