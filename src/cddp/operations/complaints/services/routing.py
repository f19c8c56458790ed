"""กติกาส่งเรื่อง: the ordered rules by which a new problem finds its division; the first that fits wins."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.operations.complaints.errors import UnableToConfigure
from cddp.operations.complaints.models import RoutingRule
from cddp.operations.complaints.policies import may_configure, refuse_unless
from cddp.operations.complaints.services.settings_rows import remove_row, write_row

RULE_FIELDS = (
    "category_id", "family", "area_code", "channel", "division_id", "assignee_id", "priority", "is_active",
)  # fmt: skip
MOST_RULES = 200


def add_rule(user: User, values: Mapping[str, Any]) -> RoutingRule:
    """Add a rule after all others. Raises UnableToConfigure."""
    refuse_unless(may_configure(user))
    rules = _locked()
    if len(rules) >= MOST_RULES:
        raise UnableToConfigure(_("มีกติกาได้ไม่เกิน %(most)s ข้อ") % {"most": MOST_RULES}, code="too_many")
    rule = RoutingRule(order=max((each.order for each in rules), default=0) + 1)
    write_row(user, rule, _fitting(values), kind="routing_rule")
    return rule


def change_rule(user: User, pk: UUID, values: Mapping[str, Any]) -> RoutingRule:
    """Change what a rule asks for and where it leads; its place in the order stays."""
    rule = _one(_locked(), pk)
    write_row(user, rule, _fitting(values), kind="routing_rule")
    return rule


def remove_rule(user: User, pk: UUID) -> None:
    """Delete a rule; problems that it sent stay where they are."""
    remove_row(user, _one(_locked(), pk), kind="routing_rule", names=RULE_FIELDS)


def move_rule(user: User, pk: UUID, way: Literal["up", "down"]) -> bool:
    """Let a rule change places with its neighbour; False at the end of the row."""
    refuse_unless(may_configure(user))
    rules = _locked()
    place = rules.index(_one(rules, pk))
    other = place - 1 if way == "up" else place + 1
    if not 0 <= other < len(rules):
        return False
    rules[place], rules[other] = rules[other], rules[place]
    for number, rule in enumerate(rules, start=1):
        rule.order = number
    RoutingRule.objects.bulk_update(rules, ["order"])
    audit.record("complaints.routing_rule.changed", rules[other], changes={"order": [place + 1, other + 1]})
    return True


def _locked() -> list[RoutingRule]:
    # All of them: the order is one thing, and two people must not shuffle it at once.
    return list(RoutingRule.objects.select_for_update().order_by("order", "id"))


def _one(rules: list[RoutingRule], pk: UUID) -> RoutingRule:
    found = next((rule for rule in rules if rule.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _fitting(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in RULE_FIELDS if name in values}
