"""รับเรื่อง: the one door by which a report comes in, whatever the channel.

Envelope, report and problem are written in one transaction with the jobs that tell others, so what was acknowledged
is there once and whole. The same (channel, external_id) again is answered with the report it made before.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import TenantModel
from cddp.foundation.values.identifiers import uuid7
from cddp.foundation.values.thai_text import normalise, normalise_line
from cddp.operations.complaints.choices import LinkMethod, ReportState, Signature
from cddp.operations.complaints.errors import UnableToTakeReport
from cddp.operations.complaints.events import NeedCameBack, NeedGrew, NeedOpened, ReportReceived
from cddp.operations.complaints.models import Need, NeedLink, Report, ReportStatus
from cddp.operations.complaints.queries.candidates import Candidate, find_candidates
from cddp.operations.complaints.queries.terms import Terms, find_terms
from cddp.operations.complaints.rules.linking import joins_by_itself
from cddp.operations.complaints.rules.numbers import new_follow_code, new_number
from cddp.operations.complaints.rules.traffy import content_hash
from cddp.operations.complaints.services.coming_back import BACK_FIELDS, react_to
from cddp.operations.complaints.services.counting import recount
from cddp.operations.complaints.services.fast_rows import insert_together
from cddp.operations.complaints.services.lamps import match_outage
from cddp.operations.complaints.services.locking import lock_need
from cddp.operations.complaints.services.opening import first_status_of, need_of
from cddp.operations.complaints.services.portions import search_text_of, storable
from cddp.operations.complaints.services.telling import tell_reports
from cddp.operations.complaints.services.voices import Contact, reporter_of, voice_of

LONGEST_TEXT = 20_000
EXTERNAL_ID_SIGNS = 120


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """เรื่องที่ส่งมา: what a channel hands over. `payload` is the message without who sent it; times are aware.

    `external_id` is the channel's own id of this message: the same one again is the same report. `point` is where,
    `shape` a stretch of road or an area (EPSG:4326). `joins_need_id` is the problem the reporter said it is,
    `asset_id` the town's thing it is about, where the channel knows (the code on a lamp was read).
    """

    channel: str
    external_id: str
    payload: dict[str, Any]
    description: str
    requested_at: dt.datetime
    received_at: dt.datetime
    category_id: UUID | None = None
    point: Point | None = None
    shape: GEOSGeometry | None = None
    address: str = ""
    contact: Contact = field(default_factory=Contact)
    joins_need_id: UUID | None = None
    told_before: bool | None = None
    filed_by: User | None = None
    signature: str = Signature.NONE
    number: str = ""
    asset_id: UUID | None = None


@dataclass(frozen=True)
class Receipt:
    """ใบรับเรื่อง: the report, its problem, and whether it was new. `candidates` are what it may also be about."""

    report: Report
    need_id: UUID
    is_new: bool
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Joining:
    """ปัญหาที่จะรวมด้วย: which one, and how it was chosen (as `link_reports` takes it)."""

    need_id: UUID
    how: dict[str, Any]


def receive(incoming: Incoming) -> Receipt:
    """Take a report in, once. Raises UnableToTakeReport with words for the sender; nothing is kept then."""
    text = _text_of(incoming)
    intake = _write_envelope(incoming)
    if intake is None:
        return _known_receipt(incoming)
    where = incoming.shape if incoming.shape is not None else incoming.point
    terms = find_terms(incoming.category_id, where, incoming.channel)
    candidates = find_candidates(
        where,
        terms.family,
        text,
        category_id=incoming.category_id,
        radius_m=terms.radius_m,
        at=incoming.requested_at,
        asset_id=incoming.asset_id,
    )
    report = _report(incoming, text, intake, terms)
    joining = _choose_need(incoming, candidates, terms)
    if joining is None:
        report.need = need = need_of(report, terms)
        need.asset_id = incoming.asset_id
        insert_together([need, first_status_of(need), *_rows_of(report, incoming)])
        publish(NeedOpened(need_id=need.pk))
        if need.asset_id is not None:
            match_outage(need, at=incoming.received_at)
    else:
        _join(report, joining, incoming)
    need_id = _need_id_of(report)
    publish(ReportReceived(report_id=report.pk, need_id=need_id, channel=incoming.channel))
    return Receipt(report, need_id, is_new=True, candidates=tuple(candidates))


def _join(report: Report, joining: Joining, incoming: Incoming) -> None:
    """Write the report as one more voice of a known problem, which opens again if it was closed."""
    at = incoming.received_at
    need = lock_need(joining.need_id, None)
    days = react_to(need, [report], at=at)
    report.need, report.is_private, report.state = need, need.is_private, need.state
    report.finished_at = need.finished_at if need.state == ReportState.FINISHED else None
    insert_together(_rows_of(report, incoming))
    if days is not None:
        need.save(update_fields=BACK_FIELDS)
        tell_reports(need, note="", at=at)
        publish(NeedCameBack(need_id=need.pk, report_id=report.pk, days=days))
    recount([need.pk])
    NeedLink(report=report, need=need, act=uuid7(), at=at, **joining.how).save(force_insert=True)
    publish(NeedGrew(need_id=need.pk, report_id=report.pk))


# ── the envelope ──────────────────────────────────────────────────────────────────────────────────

ENVELOPE = """
INSERT INTO complaints_intake
  (id, municipality_id, channel, external_id, payload, received_at, occurred_at, signature)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (municipality_id, channel, external_id) DO NOTHING RETURNING id
"""


def _write_envelope(incoming: Incoming) -> UUID | None:
    """Write the envelope; None when this message came before, or comes at this very moment a second time."""
    values: list[Any] = [
        uuid7(),
        required_municipality_id(),
        incoming.channel,
        incoming.external_id[:EXTERNAL_ID_SIGNS],
        Jsonb(storable(incoming.payload)),
        incoming.received_at,
        incoming.requested_at,
        incoming.signature,
    ]
    # The ORM does not tell whether a row of ON CONFLICT DO NOTHING went in.
    with connection.cursor() as cursor:
        cursor.execute(ENVELOPE, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _known_receipt(incoming: Incoming) -> Receipt:
    report = Report.objects.filter(
        intake__channel=incoming.channel, intake__external_id=incoming.external_id[:EXTERNAL_ID_SIGNS]
    ).first()
    if report is None:
        raise UnableToTakeReport(_("ข้อความนี้เคยรับไว้แล้ว แต่ไม่ได้เป็นเรื่องร้องเรียน"), code="known_envelope")
    return Receipt(report, _need_id_of(report), is_new=False)


# ── the report ────────────────────────────────────────────────────────────────────────────────────


def _text_of(incoming: Incoming) -> str:
    text = normalise(incoming.description.replace("\x00", "").encode("utf-8", "replace").decode("utf-8"))
    if len(text) > LONGEST_TEXT:
        raise UnableToTakeReport(
            _("ข้อความยาว %(length)s ตัวอักษร รับได้ไม่เกิน %(limit)s กรุณาย่อข้อความ หรือแนบรูปเอกสารแทน")
            % {"length": f"{len(text):,}", "limit": f"{LONGEST_TEXT:,}"},
            code="text_too_long",
        )
    return text


def _report(incoming: Incoming, text: str, intake_id: UUID, terms: Terms) -> Report:
    number = incoming.number or new_number()
    address = normalise_line(incoming.address)[:500]
    point = incoming.point
    if point is None and incoming.shape is not None:
        point = incoming.shape.point_on_surface if incoming.shape.num_coords > 2 else incoming.shape.centroid
    return Report(
        intake_id=intake_id,
        channel=incoming.channel,
        number=number,
        follow_code=new_follow_code(),
        voice_hash=voice_of(incoming.contact),
        is_private=terms.is_private,
        told_before=incoming.told_before,
        description=text,
        category_id=incoming.category_id,
        point=point,
        shape=incoming.shape,
        address=address,
        requested_at=incoming.requested_at,
        updated_at=incoming.requested_at,
        content_hash=content_hash(incoming.payload),
        search_text=search_text_of(number, text, address),
    )


def _rows_of(report: Report, incoming: Incoming) -> list[TenantModel]:
    """Return the report with the first line of its history, who took it in and, sealed, who spoke; all unsaved."""
    first = ReportStatus(
        report=report, state=report.state, at=report.requested_at, recorded_at=incoming.received_at
    )
    taken_in = audit.prepare(
        "complaints.report.received",
        report,
        changes={"channel": [None, incoming.channel], "need": [None, str(report.need_id)]},
    )
    if not incoming.contact.is_known and incoming.filed_by is None:
        return [report, first, taken_in]
    return [report, first, taken_in, reporter_of(report, incoming.contact, filed_by=incoming.filed_by)]


# ── which problem ─────────────────────────────────────────────────────────────────────────────────


def _choose_need(incoming: Incoming, candidates: Sequence[Candidate], terms: Terms) -> Joining | None:
    if terms.is_private:
        return None
    if incoming.joins_need_id is not None:
        said = next((each for each in candidates if each.need_id == incoming.joins_need_id), None)
        return _said_to_join(incoming.joins_need_id, said)
    return next(
        (
            _joining(each.need_id, each, LinkMethod.AUTO)
            for each in candidates
            if joins_by_itself(each.likeness, is_private=terms.is_private)
        ),
        None,
    )


def _said_to_join(need_id: UUID, candidate: Candidate | None) -> Joining | None:
    """Follow the reporter's word; a problem that was merged since leads to the one that took it in."""
    found = Need.objects.filter(pk=need_id, is_private=False).values_list("pk", "merged_into_id").first()
    return _joining(found[1] or found[0], candidate, LinkMethod.CITIZEN) if found else None


def _joining(need_id: UUID, candidate: Candidate | None, method: LinkMethod) -> Joining:
    how: dict[str, Any] = {"method": method}
    if candidate is not None:
        how |= {"score": candidate.score, "reasons": {"words": list(candidate.words)}}
    return Joining(need_id, how)


def _need_id_of(report: Report) -> UUID:
    if report.need_id is None:
        raise UnableToTakeReport(_("เรื่องนี้กำลังจัดเข้าหมวด กรุณาลองอีกครั้งในอีกครู่หนึ่ง"), code="not_adopted")
    return report.need_id
