"""เลขที่ใบสั่งงาน: "12/2570", by fiscal year, without a gap and without a double.

The row of the year is locked until the transaction ends, so it is asked for as the last thing: others who open work
at the same moment wait only for the commit. A transaction that is rolled back gives its number back.
"""

import datetime as dt
from typing import Any

from django.db import connection

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.identifiers import uuid7
from cddp.foundation.values.thai_dates import BANGKOK, fiscal_year
from cddp.foundation.values.thai_text import search_key
from cddp.operations.maintenance.models import WorkOrder

PLACEHOLDER = "~"
NUMBER = """
WITH counted AS (
  INSERT INTO maintenance_workcounter (id, municipality_id, fiscal_year, last)
  VALUES (%(id)s, %(town)s, %(year)s, 1)
  ON CONFLICT (municipality_id, fiscal_year) DO UPDATE SET last = maintenance_workcounter.last + 1
  RETURNING last
)
UPDATE maintenance_workorder w
SET number = counted.last || '/' || %(year)s::text,
    search_text = counted.last || '/' || %(year)s::text || ' ' || w.search_text
FROM counted WHERE w.municipality_id = %(town)s AND w.id = %(work)s
RETURNING w.number, w.search_text
"""


def placeholder(order: WorkOrder) -> str:
    """Return what stands in the place of the number until the last moment; unique as the order is."""
    return f"{PLACEHOLDER}{order.pk.hex[-19:]}"


def give_number(order: WorkOrder, *, at: dt.datetime) -> None:
    """Give an order that is already written the next number of its fiscal year."""
    values: dict[str, Any] = {
        "id": uuid7(),
        "town": required_municipality_id(),
        "year": fiscal_year(at.astimezone(BANGKOK).date()),
        "work": order.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, values)
        order.number, order.search_text = cursor.fetchone()


def search_text_of(*words: str) -> str:
    """Return the words by which an order is found; its number is put before them."""
    return " ".join(key for word in words if (key := search_key(word, drop_title=False, drop_tones=True)))
