"""ค่าตั้งของเทศบาล: read and write one setting of the current town."""

from typing import Any

from django.db import transaction

from cddp.foundation.tenancy.models import TownSetting


def read_setting(key: str) -> Any:
    """Return the value that the town keeps under the key, or None."""
    return TownSetting.objects.filter(key=key).values_list("value", flat=True).first()


@transaction.atomic
def keep_setting(key: str, value: Any) -> TownSetting:
    """Keep the value under the key; who asks judges the right and writes the audit."""
    TownSetting.objects.get_or_create(key=key, defaults={"value": value})
    row = TownSetting.objects.select_for_update().get(key=key)
    if row.value != value:
        row.value = value
        row.save(update_fields=["value", "updated_at"])
    return row
