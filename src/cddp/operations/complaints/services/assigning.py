"""จัดเรื่อง: what a problem is about, where it is, how urgent, and whose work it is. The clock is never restarted."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.audit import services as audit
from cddp.foundation.notify.services import notify
from cddp.foundation.values.thai_text import normalise_line
from cddp.operations.complaints.choices import Priority
from cddp.operations.complaints.errors import UnableToChangeNeed
from cddp.operations.complaints.models import Category, Need, NeedAssignment
from cddp.operations.complaints.policies import may_assign, may_triage, refuse_unless
from cddp.operations.complaints.queries.terms import find_terms
from cddp.operations.complaints.services.deadlines import deadline_of
from cddp.operations.complaints.services.lamps import match_outage
from cddp.operations.complaints.services.locking import lock_need
from cddp.operations.complaints.services.works import give_asset_to_work
from cddp.registers.assets.choices import AssetState
from cddp.registers.assets.models import Asset


def assign(
    user: User,
    need_id: UUID,
    *,
    version: int | None,
    division_id: UUID | None,
    assignee_id: UUID | None = None,
    reason: str = "",
    at: dt.datetime,
) -> Need:
    """Give the problem to a division, or to one person of it, who is told. Raises UnableToChangeNeed."""
    refuse_unless(may_assign(user))
    need = lock_need(need_id, user, version=version)
    division = get_object_or_404(Division, pk=division_id) if division_id else None
    assignee = _assignee(assignee_id, division)
    before = {"division": need.division_id, "assignee": need.assignee_id}
    need.division = division or (assignee.division if assignee else None)
    need.assignee = assignee
    if before == {"division": need.division_id, "assignee": need.assignee_id}:
        raise UnableToChangeNeed(_("ผู้รับผิดชอบเป็นคนเดิมอยู่แล้ว"), code="unchanged")
    NeedAssignment(
        need=need,
        division=need.division,
        assignee=assignee,
        reason=normalise_line(reason)[:300],
        at=at,
        by=user.pk,
        by_label=str(user),
    ).save(force_insert=True)
    _save(
        need,
        ["division", "assignee"],
        "complaints.need.assigned",
        audit.changes_between(before, {"division": need.division_id, "assignee": need.assignee_id}),
        at=at,
    )
    if assignee is not None and assignee.user_id != user.pk:
        notify(
            [assignee.user_id],
            _("ได้รับมอบหมายเรื่อง %(number)s") % {"number": need.number},
            body=need.title,
            link=need.get_absolute_url(),
        )
    return need


def set_category(
    user: User, need_id: UUID, *, version: int | None, category_id: UUID, at: dt.datetime
) -> Need:
    """Say what the problem is about. Its promise is counted again from its opening, by the new category's terms."""
    refuse_unless(may_triage(user))
    need = lock_need(need_id, user, version=version)
    category = get_object_or_404(Category, pk=category_id, is_active=True)
    before = {"category": need.category_id, "is_private": need.is_private}
    need.category, need.family, need.is_private = category, category.family, category.is_private
    fields = ["category", "family", "is_private", *_promise_again(need, at)]
    if need.division_id is None:
        terms = find_terms(category.pk, need.shape, "")
        need.division_id = terms.division_id
        fields.append("division")
    need.reports.update(category=category, is_private=category.is_private)
    changes = audit.changes_between(before, {"category": category.pk, "is_private": category.is_private})
    _save(need, fields, "complaints.need.categorised", changes, at=at)
    if need.asset_id is not None:
        match_outage(need, at=at)
    return need


def set_priority(user: User, need_id: UUID, *, version: int | None, priority: str, at: dt.datetime) -> Need:
    """Say how urgent the problem is; its promise is counted again from its opening."""
    refuse_unless(may_triage(user))
    need = lock_need(need_id, user, version=version)
    before, need.priority = need.priority, Priority(priority).value
    fields = ["priority", *_promise_again(need, at)]
    return _save(need, fields, "complaints.need.prioritised", {"priority": [before, need.priority]}, at=at)


def set_place(
    user: User,
    need_id: UUID,
    *,
    version: int | None,
    shape: GEOSGeometry | None,
    address: str,
    at: dt.datetime,
) -> Need:
    """Say where the problem is: a point, a stretch of road or an area (EPSG:4326)."""
    refuse_unless(may_triage(user))
    need = lock_need(need_id, user, version=version)
    need.shape, need.address = shape, normalise_line(address)[:500]
    need.area_code = find_terms(need.category_id, shape, "").area_code
    kind = shape.geom_type if shape is not None else ""
    return _save(
        need, ["shape", "address", "area_code"], "complaints.need.placed", {"shape": [None, kind]}, at=at
    )


def set_asset(
    user: User, need_id: UUID, *, version: int | None, asset_id: UUID | None, at: dt.datetime
) -> Need:
    """Say which of the town's things the problem is about, or that none is known. A lamp is dark from then on."""
    refuse_unless(may_triage(user))
    need = lock_need(need_id, user, version=version)
    asset = get_object_or_404(Asset.objects.visible_to(user), pk=asset_id) if asset_id else None
    if asset is not None and asset.state == AssetState.DISPOSED:
        raise UnableToChangeNeed(_("ทรัพย์สินนี้จำหน่ายออกจากทะเบียนแล้ว"), code="disposed")
    before, need.asset = need.asset_id, asset
    if before == need.asset_id:
        raise UnableToChangeNeed(_("เรื่องนี้เป็นของทรัพย์สินนี้อยู่แล้ว"), code="unchanged")
    fields = ["asset"]
    if need.shape is None and asset is not None and asset.shape is not None:
        need.shape, need.area_code = asset.shape, asset.area_code
        need.address = need.address or asset.place
        fields += ["shape", "area_code", "address"]
    changes = {"asset": [None, str(asset) if asset is not None else ""]}
    _save(need, fields, "complaints.need.about", changes, at=at)
    if asset is not None:
        give_asset_to_work(need, asset, at=at)
    match_outage(need, at=at)
    return need


def set_title(user: User, need_id: UUID, *, version: int | None, title: str, at: dt.datetime) -> Need:
    """Give the problem a heading of the town's own words; the voices keep theirs."""
    refuse_unless(may_triage(user))
    need = lock_need(need_id, user, version=version)
    written = normalise_line(title)[:120]
    if not written:
        raise UnableToChangeNeed(_("กรุณาเขียนหัวเรื่อง"), code="empty")
    before, need.title = need.title, written
    return _save(need, ["title"], "complaints.need.titled", {"title": [before, written]}, at=at)


def set_hidden(user: User, need_id: UUID, *, version: int | None, is_hidden: bool, at: dt.datetime) -> Need:
    """Take the problem off the public pages, or put it there again."""
    refuse_unless(may_triage(user))
    need = lock_need(need_id, user, version=version)
    before, need.is_hidden = need.is_hidden, is_hidden
    return _save(need, ["is_hidden"], "complaints.need.hidden", {"is_hidden": [before, is_hidden]}, at=at)


def _assignee(assignee_id: UUID | None, division: Division | None) -> Membership | None:
    if assignee_id is None:
        return None
    member = get_object_or_404(Membership.objects.select_related("division"), pk=assignee_id, is_active=True)
    if division is not None and member.division_id != division.pk:
        raise UnableToChangeNeed(_("ผู้รับผิดชอบไม่ได้อยู่ในกองที่เลือก"), code="other_division")
    return member


def _promise_again(need: Need, at: dt.datetime) -> list[str]:
    """Count the deadline again from where its clock began, with the pauses it had."""
    if not need.is_open or need.paused_at is not None or need.outcome:
        return []
    need.due_at = deadline_of(need, at=at)
    return ["due_at"]


def _save(need: Need, fields: list[str], action: str, changes: Mapping[str, Any], *, at: dt.datetime) -> Need:
    need.updated_at = at
    need.version += 1
    need.save(update_fields=[*fields, "updated_at", "version"])
    audit.record(action, need, changes=changes)
    return need
