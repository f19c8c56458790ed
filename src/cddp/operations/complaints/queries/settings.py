"""อ่านค่าตั้งของเรื่องร้องเรียน: what the town's own tables hold, for the screens on which they are set."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from cddp.foundation.accounts.models import Division, User
from cddp.foundation.accounts.queries import list_colleagues
from cddp.operations.complaints.models import (
    Agency,
    Category,
    Holiday,
    MessageTemplate,
    RoutingRule,
    ServiceLevel,
)
from cddp.operations.complaints.queries.terms import Terms, find_terms
from cddp.operations.complaints.rules.routing import Circumstances, misfits
from cddp.registers.residents.models import Area

DEFAULT = "default"


def list_days_off(year: int) -> list[Holiday]:
    """Return the table's days of a year (ค.ศ.)."""
    return list(Holiday.objects.filter(date__year=year))


def list_years_of_days_off() -> list[int]:
    """Return the years (ค.ศ.) of which the table holds days."""
    return [day.year for day in Holiday.objects.dates("date", "year")]


def list_promises() -> dict[str, int]:
    """Return {"<category id or default>.<urgency>": working days} as the form names its fields."""
    rows = ServiceLevel.objects.values_list("category_id", "priority", "working_days")
    return {f"{category_id or DEFAULT}.{priority}": days for category_id, priority, days in rows}


def list_rules() -> list[RoutingRule]:
    """Return the rules in their order, each with what it names."""
    return list(RoutingRule.objects.select_related("category", "division", "assignee__user"))


def list_offered(user: User) -> dict[str, Any]:
    """Return what the form of a rule offers: categories, areas, divisions, colleagues and their divisions."""
    colleagues = list_colleagues(permission="complaints.work")
    areas = Area.objects.visible_to(user).defer("boundary", "boundary_3857")
    return {
        "categories": list(Category.objects.filter(is_active=True).values_list("pk", "name")),
        "areas": [(area.code, str(area)) for area in areas],
        "divisions": list(Division.objects.values_list("pk", "name")),
        "colleagues": [
            (each.pk, f"{each.user} · {each.division}" if each.division else str(each.user))
            for each in colleagues
        ],
        "division_of": {str(each.pk): str(each.division_id) for each in colleagues},
    }


@dataclass(frozen=True)
class Trial:
    """ผลการลองกติกา: the terms such a report would get, which rule gave them, and why the others did not."""

    terms: Terms
    winner: UUID | None
    misfits: Mapping[UUID, Sequence[str]]


def try_rules(
    user: User, rules: Sequence[RoutingRule], *, category_id: UUID | None, area_code: str, channel: str
) -> Trial:
    """Ask the very statement that serves real reports, for a report told in the midst of an area."""
    area = Area.objects.visible_to(user).filter(code=area_code).exclude(boundary=None).first()
    place = area.boundary.point_on_surface if area is not None and area.boundary else None
    terms = find_terms(category_id, place, channel)
    facts = Circumstances(category_id, terms.family, terms.area_code, channel)
    found = {rule.pk: misfits(rule, facts) for rule in rules}
    fitting = (rule.pk for rule in rules if rule.is_active and not found[rule.pk])
    return Trial(terms, next(fitting, None), found)


def count_settings(*, today: dt.date) -> dict[str, int]:
    """Return how much of each the town has, for the cards of the hub; one statement a table."""
    days = Holiday.objects.aggregate(
        this_year=Count("pk", filter=Q(date__year=today.year, is_observed=True)),
        next_year=Count("pk", filter=Q(date__year=today.year + 1, is_observed=True)),
    )
    return {
        **days,
        "promises": ServiceLevel.objects.count(),
        "rules": RoutingRule.objects.filter(is_active=True).count(),
        "wordings": MessageTemplate.objects.filter(is_active=True).count(),
        "agencies": Agency.objects.filter(is_active=True).count(),
    }
