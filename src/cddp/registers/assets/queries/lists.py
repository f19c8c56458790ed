"""รายการทรัพย์สิน: rows for lists, and which of them wait for something."""

import datetime as dt
from typing import Final

from django.db.models import DateField, DurationField, ExpressionWrapper, F, Func, Q, QuerySet, Value

from cddp.foundation.accounts.models import User
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.models import Asset
from cddp.registers.assets.queries.finding import keys_of

# What a list never shows, and what makes its rows long.
HEAVY: Final = ("search_text", "shape", "shape_3857", "notes", "attributes")
COUNTED_AT_MOST: Final = 1_000
ENDING_DAYS: Final = 90


def list_assets(user: User) -> QuerySet[Asset]:
    """Return the assets a person may see, with what a row of a list shows."""
    rows = Asset.objects.visible_to(user).defer(*HEAVY)
    return rows.select_related("asset_class", "division", "holder__user", "model")


def search_rows(rows: QuerySet[Asset], text: str) -> QuerySet[Asset]:
    """Narrow by words of number, name, place and attributes."""
    keys = keys_of(text)
    return rows.filter(*(Q(search_text__contains=key) for key in keys)) if keys else rows.none()


def due_for_inspection(*, today: dt.date) -> Q:
    """Return the condition of assets whose last look is older than their class allows, or that nobody ever saw."""
    interval = Func(
        Value(0),
        F("asset_class__inspect_every_months"),
        function="make_interval",  # (years, months)
        output_field=DurationField(),
    )
    oldest = ExpressionWrapper(Value(today, DateField()) - interval, output_field=DateField())
    is_looked_after = Q(asset_class__is_active=True, asset_class__inspect_every_months__gt=0)
    lapsed = Q(inspected_on=None) | Q(inspected_on__lt=oldest)
    return is_looked_after & lapsed & ~Q(state__in=[AssetState.DISPOSED, AssetState.MISSING])


def warranty(kind: str, *, today: dt.date) -> Q:
    """Return the condition of a warranty that runs ("valid"), ends soon ("ending"), is over ("over") or unknown."""
    soon = today + dt.timedelta(days=ENDING_DAYS)
    return {
        "ending": Q(warranty_until__gte=today, warranty_until__lte=soon),
        "valid": Q(warranty_until__gte=today),
        "over": Q(warranty_until__lt=today),
    }.get(kind, Q(warranty_until=None))


def list_broken(user: User) -> QuerySet[Asset]:
    """Return what does not work now, at most COUNTED_AT_MOST."""
    return Asset.objects.visible_to(user).out().order_by()[:COUNTED_AT_MOST]


def list_due(user: User, *, today: dt.date) -> QuerySet[Asset]:
    """Return what waits for a look, at most COUNTED_AT_MOST."""
    rows = Asset.objects.visible_to(user).filter(due_for_inspection(today=today))
    return rows.order_by()[:COUNTED_AT_MOST]
