"""เรื่องร้องเรียนสมมติ: what people of a demo town told by every channel over two years, and the work on it."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Final

from cddp.config.demo.grievance_rows import GrievanceRows
from cddp.config.demo.invention import RowIds
from cddp.config.demo.pictures import draw_picture
from cddp.config.demo.registry import HouseSketch
from cddp.config.demo.troubles import Trouble, invent_troubles
from cddp.foundation.accounts.models import Division, Membership
from cddp.operations.complaints.choices import Channel, PhotoKind, PhotoVisibility, Priority, ReportState
from cddp.operations.complaints.models import Agency, Category, Need, Photo, RoutingRule
from cddp.operations.complaints.services.escalating import escalate_overdue
from cddp.operations.complaints.services.photos import add_photo
from cddp.operations.complaints.services.setting_up import set_up_town

HOUSES_PER_COMPLAINT: Final = 6
MOST_COMPLAINTS: Final = 2_000
PHOTOGRAPHED: Final = 10
# The first that fits: (category or family, division, role of who works on it, urgency).
ROUTES: Final = (
    ("flood", "works", "director", Priority.URGENT),
    ("lighting", "works", "technician", Priority.NORMAL),
    ("cables", "works", "technician", Priority.URGENT),
    ("stray-animals", "health", "", Priority.NORMAL),
    ("road", "works", "", Priority.NORMAL),
    ("water", "works", "", Priority.NORMAL),
    ("green", "works", "", Priority.NORMAL),
    ("clean", "health", "", Priority.NORMAL),
    ("nuisance", "health", "", Priority.NORMAL),
    ("people", "welfare", "care_officer", Priority.NORMAL),
    ("safety", "clerk-office", "", Priority.NORMAL),
    ("service", "clerk-office", "complaints_officer", Priority.NORMAL),
)
# Exchanges beginning with 0 do not exist: nobody has these numbers.
LOCAL_AGENCIES: Final = (
    ("ผู้รับเหมาดูแลไฟฟ้าสาธารณะ (สมมติ)", "053-000-101", "ซ่อมไฟส่องสว่างนอกเวลาราชการ"),
    ("หมวดทางหลวงสมมติ", "053-000-102", "ไฟและผิวทางบนทางหลวงที่ผ่านเขตเทศบาล"),
)


def make_complaints(random: Random, ids: RowIds, houses: list[HouseSketch], now: datetime) -> int:
    """Add complaints and the work on them to the current town; return how many reports."""
    set_up_town(at=now)
    _add_agencies()
    _add_routes()
    count = min(MOST_COMPLAINTS, max(1, len(houses) // HOUSES_PER_COMPLAINT))
    troubles = invent_troubles(random, houses, now, voices=count)
    rows = GrievanceRows(random, ids, now)
    needs = [rows.add(trouble) for trouble in sorted(troubles, key=lambda each: each.voices[0].at)]
    rows.write()
    _take_pictures(random, rows, needs)
    escalate_overdue(at=now)
    return len(rows.reports)


def _add_agencies() -> None:
    Agency.objects.bulk_create(
        [Agency(name=name, phone=phone, what_for=what_for) for name, phone, what_for in LOCAL_AGENCIES],
        ignore_conflicts=True,
    )


def _add_routes() -> None:
    divisions = dict(Division.objects.values_list("code", "pk"))
    categories = dict(Category.objects.values_list("key", "pk"))
    workers = {role: row.pk for row in Membership.objects.order_by("pk") for role in row.roles}
    RoutingRule.objects.bulk_create(
        [
            RoutingRule(
                order=place * 10,
                category_id=categories.get(kind) if _is_category(kind) else None,
                family="" if _is_category(kind) else kind,
                division_id=divisions[division],
                assignee_id=workers.get(role),
                priority=priority,
            )
            for place, (kind, division, role, priority) in enumerate(ROUTES, start=1)
            if division in divisions
        ]
    )


def _is_category(kind: str) -> bool:
    return kind in ("flood", "lighting", "cables", "stray-animals")


# ── pictures ──────────────────────────────────────────────────────────────────────────────────────


def _take_pictures(random: Random, rows: GrievanceRows, needs: list[tuple[Trouble, Need]]) -> None:
    """Draw what the latest reporters photographed; some are published, some wait, one stays inside."""
    visible = (PhotoVisibility.PUBLISHED, PhotoVisibility.WAITING, PhotoVisibility.PUBLISHED)
    for place, (trouble, need) in enumerate(_photographed(needs)):
        report = next(
            (each for each in rows.voices_of(need) if each.channel in (Channel.LINE, Channel.WEB)),
            rows.voices_of(need)[0],
        )
        before = add_photo(
            need=need,
            report=report,
            stream=draw_picture(trouble.picture, random, is_after=False),
            name="before.jpg",
            by_label="ผู้แจ้ง",
            at=report.requested_at,
        )
        _decide(rows, before, PhotoVisibility.WITHHELD if place == 5 else visible[place % 3])
        if need.finished_at is not None and need.state == ReportState.FINISHED:
            after = add_photo(
                need=need,
                report=None,
                stream=draw_picture(trouble.picture, random, is_after=True),
                name="after.jpg",
                kind=PhotoKind.AFTER,
                by_label=rows.worker_label,
                at=need.finished_at,
            )
            _decide(rows, after, PhotoVisibility.PUBLISHED)


def _photographed(needs: list[tuple[Trouble, Need]]) -> Iterator[tuple[Trouble, Need]]:
    latest = [(trouble, need) for trouble, need in reversed(needs) if trouble.picture]
    yield from latest[:PHOTOGRAPHED]


def _decide(rows: GrievanceRows, photo: Photo, visibility: PhotoVisibility) -> None:
    if visibility is PhotoVisibility.WAITING:
        return
    Photo.objects.filter(pk=photo.pk).update(
        visibility=visibility, decided_by_label=rows.officer_label, decided_at=photo.created_at
    )
    waiting = Photo.objects.filter(need_id=photo.need_id, visibility=PhotoVisibility.WAITING).count()
    Need.objects.filter(pk=photo.need_id).update(photos_waiting=waiting)
