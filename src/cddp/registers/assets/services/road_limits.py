"""ตั้งเกณฑ์ความเรียบของถนน: the stretches that were measured are graded anew at once."""

from dataclasses import asdict

from django.db import transaction
from django.db.models import Case, CharField, F, Q, Value, When

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.tenancy.town_settings import keep_setting
from cddp.registers.assets import policies
from cddp.registers.assets.choices import RoughnessGrade
from cddp.registers.assets.models import RoadStretch
from cddp.registers.assets.queries.road_limits import LIMITS_SETTING, read_limits
from cddp.registers.assets.rules.roughness import Limits


@transaction.atomic
def set_limits(by: User | None, limits: Limits) -> Limits:
    """Settle the town's limits; what was left out for its speed stays left out until a ride is measured anew."""
    policies.require(by, "assets.configure")
    before = asdict(read_limits())
    row = keep_setting(LIMITS_SETTING, asdict(limits))
    RoadStretch.objects.exclude(roughness=None).update(grade=_grade(limits))
    audit.record("assets.road_limits.changed", row, changes=audit.changes_between(before, row.value))
    return limits


def _grade(limits: Limits) -> Case:
    """Say rules.roughness.grade_of in SQL."""
    return Case(
        When(roughness__gte=limits.broken, then=Value(RoughnessGrade.BROKEN)),
        When(Q(roughness__gte=limits.rough) | Q(worst__gte=limits.bump), then=Value(RoughnessGrade.ROUGH)),
        When(roughness__gte=limits.fair, then=Value(RoughnessGrade.FAIR)),
        When(roughness__isnull=False, then=Value(RoughnessGrade.SMOOTH)),
        default=F("grade"),
        output_field=CharField(),
    )
