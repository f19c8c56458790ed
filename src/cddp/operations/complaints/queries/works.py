"""งานของปัญหา: the work orders that are done for a problem, also those of the problems that it took in.

A work order stays with the problem for which it was opened. When problems are merged the taker reads the works of
all that it absorbed, level by level; undoing the merge gives them back by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Polygon
from django.contrib.gis.measure import Distance as Metres
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.models import Need, NeedWork
from cddp.operations.complaints.queries.reports import frame_of
from cddp.operations.maintenance.choices import WorkState
from cddp.operations.maintenance.models import WorkOrder, WorkStatus

NEAR_M = 150
OFFERED = 6
SHOWN_ON_WORK = 20

# What a problem absorbed, and what those had absorbed before.
KIN = """
WITH RECURSIVE kin AS (
  SELECT n.id FROM complaints_need n WHERE n.municipality_id = %s AND n.id = %s
  UNION
  SELECT n.id FROM complaints_need n JOIN kin ON n.merged_into_id = kin.id WHERE n.municipality_id = %s
) SELECT id FROM kin
"""
# Where the way of the merges ends: the problem that speaks for these now.
TAKERS = """
WITH RECURSIVE way AS (
  SELECT n.id, n.merged_into_id FROM complaints_need n WHERE n.municipality_id = %s AND n.id = ANY(%s)
  UNION
  SELECT n.id, n.merged_into_id FROM complaints_need n JOIN way ON n.id = way.merged_into_id
  WHERE n.municipality_id = %s
) SELECT id FROM way WHERE merged_into_id IS NULL
"""


@dataclass(frozen=True)
class Work:
    """งานหนึ่งใบ: the link, the work order, and in whose words it waits for parts."""

    link: NeedWork
    order: WorkOrder
    may_open: bool
    waits_for: str = ""

    @property
    def is_under_way(self) -> bool:
        """Tell whether somebody is still to do something."""
        return self.order.is_open and self.order.state != WorkState.DONE


def kin_of(need_id: UUID) -> list[UUID]:
    """Return the problem and all that were merged into it."""
    return _ids(KIN, need_id)


def takers_of(need_ids: Collection[UUID]) -> list[UUID]:
    """Return the problems that speak for these now: themselves, or those that took them in."""
    return _ids(TAKERS, list(need_ids))


def _values(asked: UUID | list[UUID]) -> list[Any]:
    town = required_municipality_id()
    return [town, asked, town]


def _ids(statement: str, asked: UUID | list[UUID]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(asked))
        return [row[0] for row in cursor.fetchall()]


def links_of(need_id: UUID) -> QuerySet[NeedWork]:
    """Return the standing links of a problem, and of all it took in, to their work, the oldest first."""
    kin = RawSQL(KIN, _values(need_id))  # noqa: S611  (values are bound)
    rows = NeedWork.objects.filter(need_id__in=kin, undone_at=None)
    return rows.select_related("work_order__lead__user", "work_order__division").order_by("at", "pk")


def list_works(user: User, need: Need) -> list[Work]:
    """Return the work that is done for a problem, with what each order waits for; three queries."""
    links = list(links_of(need.pk))
    if not links:
        return []
    ids = {link.work_order_id for link in links}
    seen = set(WorkOrder.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    waiting = [link.work_order_id for link in links if link.work_order.state == WorkState.AWAITING_PARTS]
    words = _waiting_words(waiting) if waiting else {}
    return [
        Work(link, link.work_order, link.work_order_id in seen, words.get(link.work_order_id, ""))
        for link in links
    ]


def _waiting_words(work_order_ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = WorkStatus.objects.filter(work_order_id__in=work_order_ids, state=WorkState.AWAITING_PARTS)
    return dict(rows.order_by("at", "pk").values_list("work_order_id", "note"))


def waiting_words_of(order: WorkOrder) -> str:
    """Return in whose words this order waits for parts, "" when nobody wrote any."""
    return _waiting_words([order.pk]).get(order.pk, "")


def list_attachable(user: User, need: Need) -> list[WorkOrder]:
    """Return open work nearby or on the same thing to which a problem may also belong, the same thing first."""
    if not user.has_perm("maintenance.request"):
        return []
    rows = WorkOrder.objects.visible_to(user).open().exclude(_is_linked(need))
    about = Q(asset_id=need.asset_id) if need.asset_id else Q(pk=None)
    if need.shape is None:
        return list(rows.filter(about).order_by("-requested_at")[:OFFERED])
    place = need.shape if need.shape.geom_type == "Point" else need.shape.point_on_surface
    box = Polygon.from_bbox(frame_of(place, NEAR_M))
    box.srid = 3857
    near = Q(shape__isnull=False, shape_3857__bboverlaps=box)
    found = rows.filter(about | near).annotate(distance=Distance("shape", place, spheroid=True))
    return sorted(
        (each for each in found.order_by("-requested_at")[:50] if _is_near(each, need)),
        key=lambda each: (each.asset_id != need.asset_id or need.asset_id is None, _metres(each)),
    )[:OFFERED]


def _is_linked(need: Need) -> Exists:
    return Exists(NeedWork.objects.filter(work_order=OuterRef("pk"), need_id=need.pk, undone_at=None))


def _metres(order: WorkOrder) -> float:
    distance: Metres | None = getattr(order, "distance", None)
    return float(distance.m) if distance is not None else 0.0


def _is_near(order: WorkOrder, need: Need) -> bool:
    return (need.asset_id is not None and order.asset_id == need.asset_id) or _metres(order) <= NEAR_M


def find_order(user: User, number: str) -> WorkOrder | None:
    """Return the work order with this number ("12/2570"), None when there is none that the person may see."""
    return WorkOrder.objects.visible_to(user).filter(number=number.strip()).first()


def list_needs_of_work(user: User, work_order_id: UUID) -> list[Need]:
    """Return the problems for which this work is done, as far as the person may see them."""
    links = NeedWork.objects.filter(work_order_id=work_order_id, undone_at=None)
    takers = takers_of(list(links.values_list("need_id", flat=True)))
    rows = Need.objects.visible_to(user).filter(pk__in=takers).select_related("category")
    return list(rows.defer("search_text", "shape", "shape_3857", "mark_3857").order_by("opened_at"))[
        :SHOWN_ON_WORK
    ]


def list_needs_of_asset(user: User, asset_id: UUID, *, limit: int = SHOWN_ON_WORK) -> list[Need]:
    """Return the problems that were told of a thing, the open ones first, then the newest."""
    rows = Need.objects.visible_to(user).filter(asset_id=asset_id, reports_count__gt=0)
    return list(
        rows.defer("search_text", "shape", "shape_3857", "mark_3857").order_by("-is_open", "-opened_at")[
            :limit
        ]
    )


def has_open_work(need_id: UUID, *, without: UUID | None = None) -> bool:
    """Tell whether somebody is still to do something for this problem."""
    rows = links_of(need_id).filter(work_order__is_open=True)
    return rows.exclude(work_order__state=WorkState.DONE).exclude(work_order_id=without).exists()
