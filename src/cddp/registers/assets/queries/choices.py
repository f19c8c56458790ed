"""ตัวเลือกของทะเบียน: what forms and filters of assets offer, asked once for each of them."""

from collections.abc import Iterable
from functools import cached_property
from uuid import UUID

from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.accounts.queries import list_members
from cddp.registers.assets.models import AssetClass, AssetModel
from cddp.registers.residents.models import Area


class Choices:
    """ตัวเลือก: each read when first asked for."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def classes(self) -> list[AssetClass]:
        return list(AssetClass.objects.all())

    @cached_property
    def divisions(self) -> list[Division]:
        return list(Division.objects.all())

    @cached_property
    def members(self) -> list[Membership]:
        return sorted(list_members().filter(is_active=True), key=lambda each: str(each.user))

    @cached_property
    def areas(self) -> list[tuple[str, str]]:
        rows = Area.objects.visible_to(self.user).only("code", "number", "name")
        return [(area.code, str(area)) for area in rows]


def list_models(asset_class_id: UUID, *, also: UUID | None = None) -> list[AssetModel]:
    """Return the makers' models of a class in use, and the one an asset has already."""
    rows = AssetModel.objects.filter(asset_class_id=asset_class_id)
    return [each for each in rows if each.is_active or each.pk == also]


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """Return {code: name} of these villages."""
    wanted = {code for code in codes if code}
    rows = Area.objects.filter(code__in=wanted).only("code", "number", "name") if wanted else []
    return {area.code: str(area) for area in rows}
