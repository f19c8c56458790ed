"""สิ่งที่ Open311 บอกทุกคน: reports as the specification's service requests, by the rules of `queries.public`.

Nothing of who spoke; words only where an officer has looked, and masked; places rounded, addresses as the name of
the quarter; pictures that were let out. A report without a category, or of a private or hidden problem, is not there.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.choices import (
    CLOSED_STATES,
    CategoryFamily,
    Channel,
    Outcome,
    PhotoKind,
    ReportState,
)
from cddp.operations.complaints.models import Category, CategoryMapping, Need, Photo, Report
from cddp.operations.complaints.queries.public import QUIET_FAMILIES, may_be_read, rounded_spot
from cddp.operations.complaints.rules.open311 import (
    CLOSED,
    NEED_ID,
    NO,
    OPEN,
    TOLD_BEFORE,
    YES,
    Attribute,
    Service,
    ServiceRequest,
    shortened,
    status_notes,
)
from cddp.operations.complaints.rules.open311_asking import Asked
from cddp.operations.complaints.rules.public_text import public_text
from cddp.registers.residents.models import Area

SERVICE_OF_POST = """
SELECT c.id, EXISTS (SELECT 1 FROM complaints_intake i
                     WHERE i.municipality_id = %(town)s AND i.channel = %(channel)s AND i.external_id = %(earlier)s)
FROM complaints_category c
WHERE c.municipality_id = %(town)s AND c.key = %(key)s AND c.is_active AND NOT c.is_private
"""

# (number of the problem, id of a picture that was let out) -> its address
PhotoAddress = Callable[[str, UUID], str]


@dataclass(frozen=True)
class Showing:
    """วิธีแสดง: what a list needs to know besides its rows: whose town, where pictures stand, how much is asked."""

    town: str
    photo_address: PhotoAddress
    extended: bool = False


_FIELDS = (
    "number", "description", "state", "state_label", "follows_need", "point", "requested_at", "updated_at",
    "finished_at", "category__key", "category__name",
    "need__number", "need__family", "need__state", "need__outcome", "need__outcome_words", "need__agency",
    "need__plan_year", "need__came_back_count", "need__promised_at", "need__shape", "need__area_code",
    "need__voices", "need__unnamed", "need__reports_count", "need__division__name",
)  # fmt: skip


# ── services ──────────────────────────────────────────────────────────────────────────────────────────


def list_services() -> list[Service]:
    """Return what may be reported in the current town: its categories, but for the private ones."""
    words: dict[UUID, list[str]] = {}
    for category_id, label in CategoryMapping.objects.values_list("category_id", "label").order_by("label"):
        if label not in words.setdefault(category_id, []):
            words[category_id].append(label)
    return [_service(each, words.get(each.pk, [])) for each in _offered().order_by("order", "name", "pk")]


def find_service(key: str) -> Category | None:
    """Return the category behind a service code, if it is offered to everybody."""
    return _offered().filter(key=key).first()


def find_service_of_post(key: str, *, earlier_id: str) -> tuple[UUID | None, bool]:
    """Return the category's id behind a service code, and whether a message of this id came before; one query."""
    values: dict[str, Any] = {
        "town": required_municipality_id(),
        "key": key,
        "channel": Channel.OPEN311.value,
        "earlier": earlier_id,
    }
    # Each post asks this: written out, it costs a tenth of what the ORM takes to write it.
    with connection.cursor() as cursor:
        cursor.execute(SERVICE_OF_POST, values)
        row = cursor.fetchone()
    return (row[0], row[1]) if row else (None, False)


def attributes_of_services() -> list[Attribute]:
    """Return what each service asks for besides where and what; nothing of it must be answered."""
    return [
        Attribute(
            code=TOLD_BEFORE,
            datatype="singlevaluelist",
            order=1,
            description=_("เคยแจ้งเรื่องนี้มาก่อนหรือไม่"),
            values=((YES, _("เคย")), (NO, _("ไม่เคย"))),
        ),
        Attribute(
            code=NEED_ID,
            order=2,
            description=_("เลขที่ปัญหาที่มีผู้แจ้งแล้ว ถ้าเป็นเรื่องเดียวกัน"),
            datatype_description=_("ค่า need_id ใน extended_attributes ของเรื่องที่แสดงอยู่"),
        ),
    ]


def _offered() -> QuerySet[Category]:
    return Category.objects.filter(is_active=True, is_private=False)


def _service(category: Category, words: Sequence[str]) -> Service:
    return Service(
        service_code=category.key,
        service_name=category.name,
        keywords=",".join(word.replace(",", " ") for word in words) or None,
        group=str(CategoryFamily(category.family).label),
    )


# ── requests ──────────────────────────────────────────────────────────────────────────────────────────


def list_requests(asked: Asked, showing: Showing) -> list[ServiceRequest]:
    """Return the service requests that a client asked for, newest first; three queries, however many they are."""
    rows = _public_rows()
    rows = _numbered(rows, asked.numbers) if asked.numbers else _filtered(rows, asked)
    rows = rows.order_by("-requested_at", "-id")[asked.first_row : asked.first_row + asked.page_size]
    return _as_requests(list(rows), showing)


def find_request(number: str, showing: Showing) -> ServiceRequest | None:
    """Return one service request by its number, if everybody may see it."""
    rows = _numbered(_public_rows(), [number]).order_by("-requested_at", "-id")[:1]
    found = _as_requests(list(rows), showing)
    return found[0] if found else None


def is_public_number(number: str) -> bool:
    """Tell whether everybody may see the report of this number."""
    return _numbered(_public_rows(), [number]).exists()


def _public_rows() -> QuerySet[Report]:
    open_to_all = {"need__is_private": False, "need__is_hidden": False, "need__reports_count__gt": 0}
    rows = Report.objects.filter(is_private=False, category__is_private=False, **open_to_all)
    return rows.select_related("category", "need", "need__division").only(*_FIELDS)


def _numbered(rows: QuerySet[Report], numbers: Collection[str]) -> QuerySet[Report]:
    # Numbers are unique within a channel: with all channels named, the index of both finds them.
    return rows.filter(channel__in=Channel.values, number__in=numbers)


def _filtered(rows: QuerySet[Report], asked: Asked) -> QuerySet[Report]:
    rows = rows.filter(requested_at__gte=asked.since, requested_at__lte=asked.until)
    if asked.service_codes:
        rows = rows.filter(category__key__in=asked.service_codes)
    if len(set(asked.statuses)) == 1:
        is_closed = asked.statuses[0] == CLOSED
        rows = rows.filter(state__in=CLOSED_STATES) if is_closed else rows.exclude(state__in=CLOSED_STATES)
    return rows


def _as_requests(reports: Sequence[Report], showing: Showing) -> list[ServiceRequest]:
    areas = _area_names({_need(report).area_code for report in reports} - {""})
    photos = _photos_of(reports)
    return [
        _as_request(
            report,
            showing,
            address=areas.get(_need(report).area_code),
            photo=photos.get(report.pk),
        )
        for report in reports
    ]


def _as_request(
    report: Report, showing: Showing, *, address: str | None, photo: UUID | None
) -> ServiceRequest:
    need, category = _need(report), report.category
    is_closed = report.state in CLOSED_STATES
    spot = None if need.family in QUIET_FAMILIES else rounded_spot(report.point or need.shape)
    return ServiceRequest(
        service_request_id=report.number,
        status=CLOSED if is_closed else OPEN,
        status_notes=_notes(report, need),
        service_name=category.name if category else None,
        service_code=category.key if category else "",
        description=(shortened(public_text(report.description)) or None) if may_be_read(need) else None,
        agency_responsible=_agency(need, showing.town),
        requested_datetime=report.requested_at,
        updated_datetime=(report.finished_at or report.updated_at) if is_closed else report.updated_at,
        expected_datetime=need.promised_at,
        address=address,
        long=spot[0] if spot else None,
        lat=spot[1] if spot else None,
        media_url=showing.photo_address(need.number, photo) if photo else None,
        extended_attributes=_extension(need) if showing.extended else {},
    )


def _need(report: Report) -> Need:
    need: Need | None = report.need
    if need is None:
        raise ValueError("a public report has a problem")
    return need


def _notes(report: Report, need: Need) -> str:
    """Return the honest end in words; of a voice that goes its own way, its own state."""
    if not report.follows_need:
        return public_text(report.state_words)
    return status_notes(
        need.state_words,
        words=public_text(need.outcome_words),
        agency=need.agency,
        plan_year=need.plan_year,
    )


def _agency(need: Need, town: str) -> str:
    """Return who has it now: the office it was handed on to, else the town and its division."""
    handed_on = need.state == ReportState.FORWARDED or need.outcome == Outcome.NOT_OURS
    if handed_on and need.agency:
        return need.agency
    return f"{town} · {need.division.name}" if need.division else town


def _extension(need: Need) -> dict[str, Any]:
    return {"need_id": need.number, "voices": need.voices + need.unnamed, "came_back": need.came_back_count}


def _area_names(codes: Collection[str]) -> dict[str, str]:
    if not codes:
        return {}
    return {
        area.code: str(area) for area in Area.objects.filter(code__in=codes).only("code", "number", "name")
    }


def _photos_of(reports: Sequence[Report]) -> dict[UUID, UUID]:
    """Return {report: picture}: of its own sending if one was let out, else of its problem."""
    need_ids = {report.need_id for report in reports}
    rows = Photo.objects.published().filter(need__in=need_ids).order_by("created_at", "id")
    own: dict[UUID, UUID] = {}
    shared: dict[UUID, UUID] = {}
    for pk, report_id, need_id, kind in rows.values_list("pk", "report_id", "need_id", "kind"):
        if report_id is not None:
            own.setdefault(report_id, pk)
        if kind == PhotoKind.BEFORE:
            shared.setdefault(need_id, pk)
    return {
        report.pk: picture
        for report in reports
        if (picture := own.get(report.pk) or shared.get(report.need_id)) is not None  # type: ignore[arg-type]
    }
