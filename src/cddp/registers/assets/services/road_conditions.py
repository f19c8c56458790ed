"""ใช้ผลวัดเป็นสภาพถนน: an officer lets what a ride says of one road stand as its inspection."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.registers.assets import policies
from cddp.registers.assets.choices import RoughnessGrade, Source, TraceState
from cddp.registers.assets.errors import UnableToReadTrace
from cddp.registers.assets.models import Inspection, RoadTrace
from cddp.registers.assets.queries.roads import condition_id, summarise_road
from cddp.registers.assets.rules.trace_rows import LOCAL
from cddp.registers.assets.services import inspecting


@transaction.atomic
def use_as_condition(
    by: User | None, trace_id: UUID, asset_id: UUID, *, condition: int, notes: str = "", at: dt.datetime
) -> Inspection:
    """Write what a ride says of one road as an inspection of it; once, however often it is asked.

    Raises UnableToReadTrace when the ride is not in use or did not measure this road.
    """
    policies.require(by, "assets.inspect")
    trace = RoadTrace.objects.select_for_update().get(pk=trace_id)
    if trace.state != TraceState.IN_USE or trace.started_at is None:
        raise UnableToReadTrace(_("ใช้เป็นผลตรวจสภาพได้เฉพาะเที่ยวที่ใช้งานอยู่"), code="not_in_use")
    found = summarise_road(trace, asset_id)
    if found is None or found.roughness is None:
        raise UnableToReadTrace(_("เที่ยวนี้ไม่ได้วัดถนนสายนี้"), code="not_measured")
    return inspecting.inspect(
        by,
        asset_id,
        inspection_id=condition_id(trace.pk, asset_id),
        condition=condition,
        on=trace.started_at.astimezone(LOCAL).date(),
        notes=notes,
        source=Source.TRACE,
        measures={
            "roughness": round(found.roughness, 2),
            "worst": round(found.worst or 0.0, 2),
            "measured_m": round(found.measured_m),
            "metres": {grade: round(found.metres.get(grade, 0.0)) for grade in RoughnessGrade.values},
            "trace": str(trace.pk),
        },
        at=at,
    )
