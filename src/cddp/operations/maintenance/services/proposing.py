"""เสนองานจากการตรวจสภาพ: what was found in bad condition asks for its repair, if the town wants that."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.operations.maintenance.choices import Priority, WorkKind, WorkSource
from cddp.operations.maintenance.models import RoundSettings, WorkOrder
from cddp.operations.maintenance.policies import require
from cddp.operations.maintenance.queries.schedules import propose_from
from cddp.operations.maintenance.services.opening import open_work
from cddp.registers.assets.choices import AssetState, Condition
from cddp.registers.assets.models import Asset, Inspection


@transaction.atomic
def propose_work(asset_id: UUID, inspection_id: UUID, *, condition: int, at: dt.datetime) -> WorkOrder | None:
    """Ask for work on an asset found in bad condition, unless a repair of it is open already."""
    worst = propose_from()
    if worst is None or condition < worst:
        return None
    asset = Asset.objects.filter(pk=asset_id).exclude(state=AssetState.DISPOSED).first()
    if asset is None or _is_being_repaired(asset):
        return None
    inspection = Inspection.objects.filter(pk=inspection_id).first()
    return open_work(
        None,
        title=_("ซ่อม %(asset)s") % {"asset": asset.name},
        description=inspection.notes if inspection else "",
        kind=WorkKind.CORRECTIVE,
        source=WorkSource.INSPECTION,
        source_id=inspection_id,
        source_words=_("ตรวจพบสภาพ “%(condition)s”") % {"condition": Condition(condition).label},
        asset_id=asset.pk,
        shape=asset.shape,
        place=asset.place,
        area_code=asset.area_code,
        priority=Priority.URGENT if condition == Condition.VERY_POOR else Priority.NORMAL,
        division_id=asset.division_id,
        at=at,
    )


def _is_being_repaired(asset: Asset) -> bool:
    return WorkOrder.objects.open().filter(asset=asset, kind=WorkKind.CORRECTIVE).exists()


@transaction.atomic
def set_propose_from(by: User, condition: int | None) -> RoundSettings:
    """Say from which condition on an inspection asks for work; None: never by itself."""
    require(by, "maintenance.configure")
    row = RoundSettings.objects.select_for_update().first() or RoundSettings()
    before, row.propose_from = row.propose_from, condition
    row.save()
    audit.record("maintenance.rounds.configured", row, changes={"propose_from": [before, condition]})
    return row
