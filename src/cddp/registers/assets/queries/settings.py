"""อ่านการตั้งค่าประเภททรัพย์สิน."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404

from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.models import AssetClass, DepreciationRate


@dataclass(frozen=True)
class ClassLine:
    """ประเภทหนึ่งบรรทัด: how many the town has, and how long they last."""

    row: AssetClass
    rate: DepreciationRate | None


def list_classes() -> list[ClassLine]:
    """Return all classes with the number of kept assets and the newest useful life; two queries."""
    kept = Count("assets", filter=~Q(assets__state=AssetState.DISPOSED))
    classes = AssetClass.objects.annotate(assets_count=kept).order_by("-is_active", "order", "name")
    newest = {rate.asset_class_id: rate for rate in DepreciationRate.objects.order_by("effective_from")}
    return [ClassLine(each, newest.get(each.pk)) for each in classes]


def get_class(class_id: UUID) -> AssetClass:
    """Return one class, or Http404."""
    return get_object_or_404(AssetClass, pk=class_id)


def parts_of(
    asset_class: AssetClass,
) -> dict[str, Sequence[Any]]:
    """Return the blanks, useful lives and makers' models of a class."""
    models = asset_class.models.annotate(assets_count=Count("assets")).order_by("-is_active", "maker", "name")
    return {
        "attributes": list(asset_class.attributes.order_by("-is_active", "order", "name")),
        "rates": list(asset_class.rates.order_by("-effective_from")),
        "models": list(models),
    }
