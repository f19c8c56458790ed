"""เอกสารหลายรายการ: a delivery, a loading of a van, a count sheet: many movements, each with an act of its own.

The act of a line follows from that of the document and its place, so a document sent twice is booked once.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction

from cddp.foundation.accounts.models import User
from cddp.operations.maintenance.errors import UnableToMoveLine, UnableToMoveStock
from cddp.operations.maintenance.models import Movement
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.services import stock
from cddp.operations.maintenance.services.ledger import hold_levels


@dataclass(frozen=True)
class Line:
    """รายการ: a part, how many, and for a delivery the price of one."""

    part_id: UUID
    quantity: Decimal
    unit_satang: int | None = None


@dataclass(frozen=True)
class Counted:
    """นับได้: how many lie there, and how many the books said when it was counted."""

    part_id: UUID
    counted: Decimal
    seen: Decimal


@transaction.atomic
def receive_lines(
    by: User | None, *, store_id: UUID, lines: Sequence[Line], act: UUID, reference: str = "", at: dt.datetime
) -> list[Movement]:
    """Take a delivery in, all of it or nothing. Raises UnableToMoveLine."""
    require(by, stock.STOCK)
    hold_levels([(line.part_id, store_id) for line in lines])
    found = []
    for place, line in enumerate(lines):
        try:
            found.append(
                stock.receive(
                    by,
                    part_id=line.part_id,
                    store_id=store_id,
                    quantity=line.quantity,
                    unit_satang=line.unit_satang,
                    act=uuid5(act, str(place)),
                    reference=reference,
                    at=at,
                )
            )
        except UnableToMoveStock as refusal:
            raise UnableToMoveLine(refusal, place) from None
    return found


@transaction.atomic
def transfer_lines(
    by: User | None,
    *,
    store_id: UUID,
    to_store_id: UUID,
    lines: Sequence[Line],
    act: UUID,
    reason: str = "",
    at: dt.datetime,
) -> list[Movement]:
    """Move parts from a store to another, all of them or nothing. Raises UnableToMoveLine."""
    require(by, stock.STOCK)
    if store_id != to_store_id:
        hold_levels([(line.part_id, store) for line in lines for store in (store_id, to_store_id)])
    found = []
    for place, line in enumerate(lines):
        try:
            left, _arrived = stock.transfer(
                by,
                part_id=line.part_id,
                store_id=store_id,
                to_store_id=to_store_id,
                quantity=line.quantity,
                act=uuid5(act, str(place)),
                reason=reason,
                at=at,
            )
        except UnableToMoveStock as refusal:
            raise UnableToMoveLine(refusal, place) from None
        found.append(left)
    return found


@transaction.atomic
def count_lines(
    by: User | None, *, store_id: UUID, lines: Sequence[Counted], act: UUID, reason: str = "", at: dt.datetime
) -> tuple[list[Movement], list[tuple[UUID, UnableToMoveStock]]]:
    """Book a count sheet; return what was set right, and the lines that must be counted again, with why."""
    require(by, stock.STOCK)
    hold_levels([(line.part_id, store_id) for line in lines])
    booked, refused = [], []
    for line in lines:
        try:
            movement = stock.count(
                by,
                part_id=line.part_id,
                store_id=store_id,
                counted=line.counted,
                seen=line.seen,
                act=uuid5(act, str(line.part_id)),
                reason=reason,
                at=at,
            )
        except UnableToMoveStock as refusal:
            refused.append((line.part_id, refusal))
        else:
            booked += [movement] if movement else []
    return booked, refused
