"""อ่านคลังอะไหล่: what lies where, what is promised to whom, and what the ledger says."""

from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from cddp.operations.maintenance.choices import MovementKind
from cddp.operations.maintenance.models import Movement, PartAlternative, PartFit, StockLevel, Store
from cddp.operations.maintenance.rules.stock import NOTHING
from cddp.registers.assets.models import Asset

FREE = F("on_hand") - F("reserved")


def reserved_by(work_order_id: UUID, part_id: UUID, store_id: UUID) -> Decimal:
    """Return how many of a part in a store are reserved for a work order: the sum of its lines."""
    lines = Movement.objects.filter(work_order_id=work_order_id, part_id=part_id, store_id=store_id)
    return lines.aggregate(total=Sum("reserved_delta"))["total"] or NOTHING


def out_on_work(work_order_id: UUID, part_id: UUID) -> tuple[Decimal, int]:
    """Return how many of a part a work order has taken and not given back, and what they were issued for."""
    kinds = (MovementKind.ISSUE, MovementKind.RETURN)
    lines = Movement.objects.filter(work_order_id=work_order_id, part_id=part_id, kind__in=kinds)
    sums = lines.aggregate(quantity=Sum("on_hand_delta"), value=Sum("value_delta_satang"))
    return -(sums["quantity"] or NOTHING), -int(sums["value"] or 0)


def last_price(level: StockLevel) -> int:
    """Return what one of a part costs as far as is known: the average here, else what it was last bought for."""
    if level.on_hand:
        return int((level.value_satang / level.on_hand).to_integral_value())
    bought = Movement.objects.filter(
        part_id=level.part_id, kind=MovementKind.RECEIVE, value_delta_satang__gt=0
    )
    newest = bought.order_by("-at", "-id").values_list("value_delta_satang", "quantity").first()
    return int((newest[0] / newest[1]).to_integral_value()) if newest else 0


def list_elsewhere(part_id: UUID, *, but: UUID) -> list[tuple[str, Decimal]]:
    """Return the other stores where a part is free, and how many."""
    rows = StockLevel.objects.filter(part_id=part_id, on_hand__gt=F("reserved"), store__is_active=True)
    free = rows.exclude(store_id=but).annotate(free=FREE).order_by("-free", "store__name")
    return list(free.values_list("store__name", "free"))


def list_promised(part_id: UUID, store_id: UUID) -> list[str]:
    """Return the numbers of the work orders for which a part is reserved in a store."""
    lines = Movement.objects.filter(part_id=part_id, store_id=store_id, work_order__isnull=False)
    held = lines.values("work_order__number").annotate(left=Sum("reserved_delta")).filter(left__gt=0)
    return list(held.order_by("work_order__number").values_list("work_order__number", flat=True))


def fits_asset(part_id: UUID, asset_id: UUID) -> bool:
    """Tell whether a part may be used on an asset: by model, by class, in place of one that fits, or on anything."""
    stands_in = PartAlternative.objects.filter(other_id=part_id).values("part_id")
    fits = PartFit.objects.filter(Q(part_id=part_id) | Q(part_id__in=stands_in))
    asset = Asset.objects.filter(pk=asset_id).filter(
        Q(model_id=OuterRef("model_id")) | Q(asset_class_id=OuterRef("asset_class_id"))
    )
    said = list(fits.annotate(is_it=Exists(asset)).values_list("is_it", flat=True))
    return not said or any(said)


def list_stores() -> QuerySet[Store]:
    """Return the stores that are in use: depots first, then vans."""
    return Store.objects.filter(is_active=True).select_related("keeper__user").order_by("kind", "name", "pk")
