"""รวมและแยกเรื่อง: say which reports are one problem, and take it back without a trace of harm.

Every move of a report is a NeedLink that remembers what it changed. Undoing an act gives reports and problems their
former state back, unless somebody has worked on them since: then the voices move and the work stays.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.choices import CLOSED_STATES, Channel, LinkMethod
from cddp.operations.complaints.errors import UnableToLink
from cddp.operations.complaints.events import NeedCameBack, NeedGrew, NeedOpened
from cddp.operations.complaints.models import Need, NeedLink, Report
from cddp.operations.complaints.policies import may_triage, refuse_unless
from cddp.operations.complaints.queries.terms import find_terms
from cddp.operations.complaints.services.coming_back import BACK_FIELDS, react_to
from cddp.operations.complaints.services.counting import recount
from cddp.operations.complaints.services.lamps import match_outage
from cddp.operations.complaints.services.locking import lock_need, lock_needs
from cddp.operations.complaints.services.opening import open_need
from cddp.operations.complaints.services.snapshots import Memory, give_back
from cddp.operations.complaints.services.telling import move_reports

MOST_AT_ONCE = 500


def link_reports(
    user: User | None,
    report_ids: Iterable[UUID],
    need_id: UUID,
    *,
    method: str,
    score: float | None = None,
    reasons: dict[str, Any] | None = None,
    at: dt.datetime,
) -> UUID:
    """Move these reports to one problem; return the act, by which it can be undone.

    `user` is None where the reporter or the system chose. Raises UnableToLink.
    """
    refuse_unless(user is None or may_triage(user))
    reports = _lock_reports(report_ids)
    needs = lock_needs({need_id, *(report.need_id for report in reports if report.need_id)}, user)
    need = needs[need_id]
    moving = [report for report in reports if report.need_id != need.pk]
    if not moving:
        raise UnableToLink(_("เรื่องเหล่านี้รวมอยู่ด้วยกันแล้ว"), code="already_linked")
    if need.merged_into_id is not None:
        raise UnableToLink(_("เรื่องปลายทางถูกรวมไปกับเรื่องอื่นแล้ว กรุณาเลือกเรื่องนั้นแทน"), code="absorbed")
    how = {"method": method, "score": score, "reasons": reasons or {}}
    return _move(user, moving, need, needs, how, at=at)


def merge_needs(
    user: User,
    from_need_id: UUID,
    into_need_id: UUID,
    *,
    version: int | None,
    method: str = LinkMethod.MANUAL,
    score: float | None = None,
    reasons: dict[str, Any] | None = None,
    at: dt.datetime,
) -> UUID:
    """Move all voices of one problem to another. `version` is that of the problem which takes them in."""
    refuse_unless(may_triage(user))
    lock_need(into_need_id, user, version=version)
    ids = list(Report.objects.filter(need_id=from_need_id).values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if not ids:
        raise UnableToLink(_("เรื่องนี้ถูกรวมไปแล้ว"), code="empty")
    if len(ids) > MOST_AT_ONCE:
        raise UnableToLink(
            _("รวมได้ครั้งละไม่เกิน %(most)s เรื่อง กรุณารวมเรื่องเล็กเข้าเรื่องใหญ่") % {"most": MOST_AT_ONCE},
            code="too_many",
        )
    return link_reports(user, ids, into_need_id, method=method, score=score, reasons=reasons, at=at)


def split_report(user: User, report_id: UUID, *, at: dt.datetime) -> Need:
    """Give one report a problem of its own; return it. Raises UnableToLink for the only voice of a problem."""
    refuse_unless(may_triage(user))
    report = _lock_reports([report_id])[0]
    if report.need_id is None:
        raise Http404
    needs = lock_needs([report.need_id], user)
    if needs[report.need_id].reports_count < 2:
        raise UnableToLink(_("เรื่องนี้มีผู้แจ้งรายเดียว ไม่มีอะไรให้แยก"), code="alone")
    own = open_need(report, find_terms(report.category_id, report.shape or report.point, report.channel))
    how: dict[str, Any] = {"method": LinkMethod.SPLIT, "score": None, "reasons": {}}
    _move(user, [report], own, {**needs, own.pk: own}, how, at=at)
    publish(NeedOpened(need_id=own.pk))
    return own


def undo_act(user: User, act: UUID, *, at: dt.datetime) -> None:
    """Take one act back: each report returns to where it was. Raises UnableToLink when one has moved on since."""
    refuse_unless(may_triage(user))
    links = list(NeedLink.objects.filter(act=act, undone_at=None).select_for_update().order_by("pk"))
    if not links:
        raise UnableToLink(_("การรวมนี้ถูกยกเลิกไปแล้ว"), code="undone")
    reports = {report.pk: report for report in _lock_reports(link.report_id for link in links)}
    if any(reports[link.report_id].need_id != link.need_id for link in links):
        raise UnableToLink(_("มีเรื่องที่ถูกย้ายต่อไปแล้ว กรุณายกเลิกการย้ายครั้งหลังก่อน"), code="moved_on")
    if any(link.from_need_id is None for link in links):
        # It came straight into this problem: there is no former one, so it gets its own.
        for link in links:
            split_report(user, link.report_id, at=at)
    else:
        needs = lock_needs({pk for link in links for pk in (link.need_id, link.from_need_id) if pk}, user)
        restores = next(link.restores for link in links if link.restores)
        _return_reports(links, restores["reports"])
        _return_needs(links, needs, restores["needs"])
        for need in Need.objects.filter(pk__in=needs, asset__isnull=False).select_related(
            "asset__asset_class"
        ):
            match_outage(need, at=at)
    NeedLink.objects.filter(act=act).update(undone_at=at, undone_by_label=str(user))
    audit.record(
        "complaints.report.unlinked", NeedLink, target_id=links[0].need_id, changes={"act": [str(act), None]}
    )


# ── moving ────────────────────────────────────────────────────────────────────────────────────────


def _lock_reports(report_ids: Iterable[UUID]) -> list[Report]:
    wanted = set(report_ids)
    found = list(Report.objects.filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk"))
    if not found or len(found) != len(wanted):
        raise Http404
    return found


def _move(
    user: User | None,
    moving: Sequence[Report],
    need: Need,
    needs: Mapping[UUID, Need],
    how: dict[str, Any],
    *,
    at: dt.datetime,
) -> UUID:
    act = uuid7()
    followers = _followers(need, moving)
    reports_memory, needs_memory = Memory([*moving, *followers]), Memory(needs.values())
    links = [
        NeedLink(
            report=report,
            need=need,
            from_need_id=report.need_id,
            act=act,
            at=at,
            by=user.pk if user else None,
            by_label=str(user) if user else "",
            **how,
        )
        for report in moving
    ]
    days = react_to(need, moving, at=at)
    if need.state != needs_memory.before[need.pk]["state"]:
        move_reports(followers, need.state, note="", at=at)
    _take_in(moving, need, at=at)
    _settle(need, needs, at=at)
    links[0].restores = {"reports": reports_memory.pairs(), "needs": needs_memory.pairs()}
    NeedLink.objects.bulk_create(links)
    audit.record(
        "complaints.report.linked",
        need,
        changes={"reports": [None, [str(report.pk) for report in moving]], "method": [None, how["method"]]},
    )
    _publish(need, moving, days, is_split=how["method"] == LinkMethod.SPLIT)
    return act


def _publish(need: Need, moving: Sequence[Report], days: int | None, *, is_split: bool) -> None:
    newest = max(moving, key=lambda report: report.requested_at)
    if days is not None:
        publish(NeedCameBack(need_id=need.pk, report_id=newest.pk, days=days))
    if not is_split:
        publish(NeedGrew(need_id=need.pk, report_id=newest.pk))


def _followers(need: Need, moving: Sequence[Report]) -> list[Report]:
    """Return the voices that a closed problem takes with it when it opens again."""
    if need.state not in CLOSED_STATES:
        return []
    theirs = need.reports.filter(follows_need=True).exclude(channel=Channel.TRAFFY)
    return list(theirs.exclude(pk__in=[report.pk for report in moving]).select_for_update(of=("self",)))


def _take_in(moving: Sequence[Report], need: Need, *, at: dt.datetime) -> None:
    """Let the reports belong to the problem, and those that follow it share its state."""
    for report in moving:
        report.need, report.is_private = need, need.is_private
    Report.objects.bulk_update(moving, ["need", "is_private"])
    # A ticket of Traffy keeps the state it has there until we change it there.
    sharing = [r for r in moving if r.follows_need and r.channel != Channel.TRAFFY and r.state != need.state]
    if sharing:
        move_reports(sharing, need.state, note="", at=at)


def _settle(need: Need, needs: Mapping[UUID, Need], *, at: dt.datetime) -> None:
    """Write the problems, count their voices, and let those that lost all lead to the one that took them."""
    if need.shape is None:
        placed = need.reports.exclude(point=None).order_by("requested_at", "pk").first()
        if placed is not None:
            need.shape, need.address = placed.shape or placed.point, need.address or placed.address
    left = [each for each in needs.values() if each.pk != need.pk]
    need.updated_at = at
    kept = set(Report.objects.filter(need__in=left).values_list("need_id", flat=True).distinct())
    if need.asset_id is None:
        # What is known of the thing goes along with the last voice; the undoing gives it back.
        need.asset_id = next((each.asset_id for each in left if each.asset_id and each.pk not in kept), None)
    for each in needs.values():
        each.version += 1
        each.merged_into_id = need.pk if each in left and each.pk not in kept else each.merged_into_id
        each.save(update_fields=[*BACK_FIELDS, "shape", "address", "asset", "merged_into"])
    recount(needs)


# ── undoing ───────────────────────────────────────────────────────────────────────────────────────


def _return_reports(links: Sequence[NeedLink], pairs: Mapping[str, Any]) -> None:
    """Give the voices that moved, and those that came along in state, back what they were."""
    homes = {link.report_id: link.from_need_id for link in links}
    for report in Report.objects.filter(pk__in=pairs).select_for_update(of=("self",)).order_by("pk"):
        fields = {name.removesuffix("_id") for name in give_back(report, **pairs[str(report.pk)])}
        if report.pk in homes:
            report.need_id = homes[report.pk]
            fields.add("need")
        if fields:
            report.save(update_fields=fields)


def _return_needs(links: Sequence[NeedLink], needs: Mapping[UUID, Need], pairs: Mapping[str, Any]) -> None:
    kept = set(Report.objects.filter(need__in=needs.values()).values_list("need_id", flat=True).distinct())
    for pk, each in needs.items():
        fields = give_back(each, **pairs[str(pk)]) if str(pk) in pairs else []
        if pk in kept:
            each.merged_into_id = None
        elif each.merged_into_id is None:
            each.merged_into_id = links[0].from_need_id
        each.version += 1
        names = {name.removesuffix("_id") for name in fields} | {"merged_into", "version"}
        each.save(update_fields=names)
    recount(needs)
