"""อ่านแผนการค้น: which index a plan of PostgreSQL uses, and for which column."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Plan = dict[str, Any]


def plan_of(statement: str, values: Sequence[Any] = ()) -> Plan:
    """Return the plan of a statement under the current role and town."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
        found = cursor.fetchone()[0]
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def plan_of_rows(rows: QuerySet[Any]) -> Plan:
    """Return the plan of a queryset."""
    statement, values = rows.query.sql_with_params()
    return plan_of(statement, values)


def nodes(plan: Plan) -> Iterator[Plan]:
    """Yield every node."""
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def uses_index(plan: Plan, index: str, column: str) -> bool:
    """Tell whether `index` is entered with a condition on `column`, not only on the town."""
    return any(
        node.get("Index Name") == index and column in node.get("Index Cond", "") for node in nodes(plan)
    )


def filters_whole_table(plan: Plan, table: str) -> bool:
    """Tell whether rows of the table are read one after another, or by the town alone, and then thrown away."""
    return any(
        node.get("Relation Name") == table
        and (node["Node Type"].endswith("Seq Scan") or _enters_by_town_only(node))
        for node in nodes(plan)
    )


def _enters_by_town_only(node: Plan) -> bool:
    condition = node.get("Index Cond", "") or node.get("Recheck Cond", "")
    return bool(condition) and condition.count("municipality_id") == 1 and " AND " not in condition
