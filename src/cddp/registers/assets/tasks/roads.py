"""งานเบื้องหลังของการวัดถนน, and the steps of a screen that leave one behind."""

import datetime as dt
from collections.abc import Mapping
from typing import IO
from uuid import UUID

from django.db import transaction

from cddp.foundation.accounts.models import User
from cddp.foundation.audit.context import Acting, acting
from cddp.foundation.events.jobs import town_task
from cddp.foundation.tenancy.current import town_context
from cddp.registers.assets.choices import TraceState
from cddp.registers.assets.models import RoadTrace
from cddp.registers.assets.services import roads


@town_task(name="assets.measure_trace", in_transaction=False)
def measure_trace(municipality_id: int, trace_id: str) -> None:
    """Measure an uploaded ride in the name of who brought it."""
    with town_context(municipality_id):
        trace = RoadTrace.objects.get(pk=UUID(trace_id))
        who = Acting(user_id=trace.by, label=trace.by_label)
    with acting(who):
        roads.measure_trace(municipality_id, UUID(trace_id))


@transaction.atomic
def start_upload(
    by: User | None, *, stream: IO[bytes], file_name: str, name: str, vehicle: str, at: dt.datetime
) -> RoadTrace:
    """Keep a ride's file; measure it at once when its columns were understood. Raises as services.roads does."""
    trace = roads.upload_trace(by, stream=stream, file_name=file_name, name=name, vehicle=vehicle, at=at)
    if trace.state == TraceState.MEASURING:
        measure_trace.defer(trace_id=str(trace.pk))
    return trace


@transaction.atomic
def start_measuring(
    by: User | None, trace_id: UUID, *, mapping: Mapping[str, str], unit: str, on: dt.date
) -> RoadTrace:
    """Fix the columns and measure the ride (anew). Raises UnableToReadTrace."""
    trace = roads.choose_columns(by, trace_id, mapping=mapping, unit=unit, on=on)
    measure_trace.defer(trace_id=str(trace.pk))
    return trace
