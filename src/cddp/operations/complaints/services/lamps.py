"""ไฟดับ: a lamp is dark while an open problem of lights speaks of it, and lit again when that is done.

An outage bears the problem's id. Only an end as done lights the lamp: what is not ours, cannot be done or waits for
the plan stays dark, and whoever looks at the map should see that.
"""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from cddp.operations.complaints.choices import CategoryFamily
from cddp.operations.complaints.models import Need
from cddp.operations.complaints.queries.works import kin_of
from cddp.registers.assets.choices import AssetState, Source
from cddp.registers.assets.models import Asset, Outage
from cddp.registers.assets.services.outages import begin_outage, end_outage


def match_outage(need: Need, *, at: dt.datetime) -> None:
    """Let the lamp of an open problem be dark, and let no other lamp be dark because of it."""
    is_dark = _darkens(need)
    for outage in _outages_of([need.pk]):
        if not is_dark or outage.asset_id != need.asset_id:
            end_outage(None, outage.asset_id, reference=str(need.pk), by_label=_label_of(need), at=at)
    if is_dark and need.asset_id is not None:
        begin_outage(
            None,
            need.asset_id,
            source=Source.COMPLAINT,
            reference=str(need.pk),
            words=need.title,
            by_label=_label_of(need),
            from_at=at if need.came_back_count else need.opened_at,
        )


def light_up(need_id: UUID, *, at: dt.datetime) -> None:
    """End what this problem, and those it took in, said to be dark; nothing when it was opened again since."""
    need = Need.objects.get(pk=need_id)
    if need.is_open:
        return
    for outage in _outages_of(kin_of(need_id)):
        end_outage(None, outage.asset_id, reference=outage.reference, by_label=_label_of(need), at=at)


def darken_again(need_id: UUID, *, at: dt.datetime) -> None:
    """Let the lamp of a problem that came back be dark; nothing when it ended again meanwhile."""
    need = Need.objects.select_related("asset__asset_class").get(pk=need_id)
    if _darkens(need):
        match_outage(need, at=at)


def _darkens(need: Need) -> bool:
    asset: Asset | None = need.asset
    if not need.is_open or need.family != CategoryFamily.LIGHT or asset is None:
        return False
    return bool(asset.asset_class.is_lamp) and asset.state != AssetState.DISPOSED


def _outages_of(need_ids: Iterable[UUID]) -> list[Outage]:
    references = [str(need_id) for need_id in need_ids]
    return list(Outage.objects.open().filter(source=Source.COMPLAINT, reference__in=references))


def _label_of(need: Need) -> str:
    return _("เรื่อง %(number)s") % {"number": need.number}
