"""ตรวจยอดกับบัญชีทุกคืน: compare each level with the lines of its ledger; what differs is shown, never mended.

A difference means that something other than the services wrote there, or that they are wrong: a person decides.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import DecimalField, F, Q, Sum, Value
from django.db.models.functions import Coalesce

from cddp.foundation.audit import services as audit
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.town_settings import keep_setting
from cddp.operations.maintenance.models import Movement, Part
from cddp.operations.maintenance.queries.stock import DIFFERENCES_SETTING
from cddp.operations.maintenance.services.ledger import free_of, watch

# One statement, and so one moment: a movement is in both sums or in neither.
COMPARE = """
SELECT coalesce(l.part_id, m.part_id), coalesce(l.store_id, m.store_id),
       coalesce(l.on_hand, 0), coalesce(m.on_hand, 0),
       coalesce(l.reserved, 0), coalesce(m.reserved, 0),
       coalesce(l.value_satang, 0), coalesce(m.value_satang, 0)
FROM (SELECT part_id, store_id, on_hand, reserved, value_satang
      FROM maintenance_stocklevel WHERE municipality_id = %(town)s) l
FULL JOIN (SELECT part_id, store_id, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved,
                  sum(value_delta_satang) AS value_satang
           FROM maintenance_movement WHERE municipality_id = %(town)s GROUP BY part_id, store_id) m
  ON m.part_id = l.part_id AND m.store_id = l.store_id
WHERE (coalesce(l.on_hand, 0), coalesce(l.reserved, 0), coalesce(l.value_satang, 0))
   IS DISTINCT FROM (coalesce(m.on_hand, 0), coalesce(m.reserved, 0), coalesce(m.value_satang, 0))
   OR (l.on_hand = 0 AND l.value_satang <> 0)
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Difference:
    """ยอดไม่ตรงบัญชี: what the level says and what the ledger adds up to."""

    part_id: str
    store_id: str
    on_hand: str
    on_hand_ledger: str
    reserved: str
    reserved_ledger: str
    value_satang: int
    value_satang_ledger: int


@transaction.atomic
def recount(*, at: dt.datetime) -> list[Difference]:
    """Compare levels with the ledger, keep what differs for the waiting items, look again at what runs low."""
    found = compare()
    kept: dict[str, Any] = {"at": at.isoformat(), "differences": [asdict(each) for each in found]}
    keep_setting(DIFFERENCES_SETTING, kept)
    if found:
        audit.record("maintenance.stock.differs", Movement, changes={"levels": [None, len(found)]})
    _watch_all(at)
    return found


def compare() -> list[Difference]:
    """Return where level and ledger differ now."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARE, {"town": required_municipality_id()})
        rows = cursor.fetchall()
    return [
        Difference(
            part_id=str(row[0]),
            store_id=str(row[1]),
            on_hand=str(row[2]),
            on_hand_ledger=str(row[3]),
            reserved=str(row[4]),
            reserved_ledger=str(row[5]),
            value_satang=int(row[6]),
            value_satang_ledger=int(row[7]),
        )
        for row in rows
    ]


def _watch_all(at: dt.datetime) -> None:
    """Tell of what fell to its reorder point while two stores gave at the same moment."""
    zero = Value(Decimal(0), output_field=DecimalField(max_digits=14, decimal_places=2))
    free = Coalesce(Sum(F("levels__on_hand") - F("levels__reserved")), zero)
    is_low = Q(reorder_point__gt=0, all_free__lte=F("reorder_point"))
    parts = Part.objects.annotate(all_free=free).filter(
        (is_low & Q(ran_low_at=None)) | (~is_low & Q(ran_low_at__isnull=False))
    )
    for part in parts:
        watch(part, partial(free_of, part.pk), at=at)
