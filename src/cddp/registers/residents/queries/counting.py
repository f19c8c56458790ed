"""นับแถวที่เกี่ยวข้อง: counts as subqueries.

Django groups by the `id` alone, since it knows no composite key; PostgreSQL then refuses the other columns of the
table, because there the key is (municipality_id, id). A subquery needs no grouping of the outer rows.
"""

from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce


def count_of(rows: QuerySet[Any], reference: str) -> Combinable:
    """Return the number of `rows`, which are tied to the outer row by `reference` ("area_id") = OuterRef("pk")."""
    counted = rows.order_by().values(reference).annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
