"""อ่านคลังอะไหล่: what lies where, what is promised to whom, and what the ledger says."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.town_settings import read_setting
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.maintenance.choices import MovementKind
from cddp.operations.maintenance.models import Movement, Part, StockLevel, Store
from cddp.operations.maintenance.rules.stock import NOTHING
from cddp.registers.assets.models import AssetClass, AssetModel

DIFFERENCES_SETTING = "maintenance.stock_differences"
FREE = F("on_hand") - F("reserved")


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


# ── screens ───────────────────────────────────────────────────────────────────────────────────────────


def list_stores(*, also_closed: bool = False) -> QuerySet[Store]:
    """Return the stores that are in use: depots first, then vans."""
    rows = Store.objects.all() if also_closed else Store.objects.filter(is_active=True)
    return rows.select_related("keeper__user", "division").order_by("kind", "name", "pk")


def count_stores() -> list[Store]:
    """Return every store with `parts` (kinds in it) and `worth` (satang)."""
    kept = Count("levels", filter=Q(levels__on_hand__gt=0))
    rows = list_stores(also_closed=True).annotate(parts=kept, worth=Coalesce(Sum("levels__value_satang"), 0))
    return list(rows)


def list_levels(part: Part) -> list[StockLevel]:
    """Return where a part lies or lay: depots first."""
    rows = part.levels.select_related("store").annotate(free=FREE)
    return list(rows.order_by("store__kind", "store__name", "pk"))


def list_in_store(store: Store) -> QuerySet[StockLevel]:
    """Return what is kept in a store, by shelf."""
    return store.levels.select_related("part").annotate(free=FREE)


def list_movements(user: User) -> QuerySet[Movement]:
    """Return the ledger, to those who work with parts."""
    may = user.membership is not None and (
        user.has_perm("maintenance.view") or user.has_perm("maintenance.work")
    )
    rows = Movement.objects.all() if may else Movement.objects.none()
    return rows.select_related("part", "store", "work_order").defer(
        "part__search_text", "work_order__search_text", "work_order__shape", "work_order__shape_3857"
    )


def list_holders(part: Part) -> list[dict[str, Any]]:
    """Return the work orders that hold a reservation of a part: number, title, store, how many."""
    lines = Movement.objects.filter(part=part, work_order__isnull=False)
    held = lines.values("work_order_id", "work_order__number", "work_order__title", "store__name")
    rows: Any = held.annotate(left=Sum("reserved_delta")).filter(left__gt=0).order_by("work_order__number")
    return list(rows)


def usage_by_month(part: Part, months: Sequence[dt.date]) -> list[Decimal]:
    """Return how many were used in each of these months (their first days): issued and not given back."""
    kinds = (MovementKind.ISSUE, MovementKind.RETURN)
    since = dt.datetime.combine(months[0], dt.time.min, BANGKOK)
    lines = Movement.objects.filter(part=part, kind__in=kinds, at__gte=since)
    month = TruncMonth("at", tzinfo=BANGKOK)
    rows = lines.annotate(month=month).order_by().values_list("month").annotate(used=Sum("on_hand_delta"))
    found = {moment.date(): -used for moment, used in rows}
    return [found.get(each, NOTHING) for each in months]


def find_differences() -> dict[str, Any]:
    """Return what the nightly recount found: {"at", "differences"}; {} where it has not run."""
    kept = read_setting(DIFFERENCES_SETTING)
    return kept if isinstance(kept, dict) else {}


def list_targets() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a part may fit, for a list to choose from: each class with its models, in two statements."""
    models = defaultdict(list)
    for model in AssetModel.objects.filter(is_active=True).order_by("maker", "name"):
        models[model.asset_class_id].append((f"model:{model.pk}", str(model)))
    classes = AssetClass.objects.filter(is_active=True).order_by("order", "name")
    every = _("ทุกรุ่นของประเภทนี้")
    return [
        (each.name, [(f"class:{each.pk}", f"{each.name} · {every}"), *models[each.pk]]) for each in classes
    ]
