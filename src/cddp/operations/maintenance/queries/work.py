"""อ่านใบสั่งงาน: the queues of the office and how many stand in each, search, one order, an asset's history."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.values.thai_dates import format_short
from cddp.foundation.values.thai_text import search_key, to_arabic_digits
from cddp.operations.maintenance.choices import WorkKind, WorkState
from cddp.operations.maintenance.models import WorkOrder, WorkStatus
from cddp.operations.maintenance.models.work import WorkOrderQuerySet

APPROVE, PLAN, TODAY, DOING, PARTS, ACCEPT, MINE, ALL = (
    "approve",
    "plan",
    "today",
    "doing",
    "parts",
    "accept",
    "mine",
    "all",
)
# What a list never shows, and what makes its rows long.
HEAVY = ("search_text", "shape", "shape_3857", "description", "result")
NEVER = dt.date(9999, 12, 31)
WITHOUT_DONE = ~Q(state=WorkState.DONE)
REPEATED_WITHIN = dt.timedelta(days=365)
SHORTLY = 3


@dataclass(frozen=True)
class Queue:
    """คิวงาน: how many open orders stand in it, and how many of those are past their last day."""

    key: str
    open: int
    late: int


def condition_of(queue: str, user: User, today: dt.date) -> Q:
    """Return what an open order must be to stand in a queue."""
    if queue == MINE:
        member = user.membership.pk if user.membership else None
        return Q(lead_id=member) | Q(crew__member_id=member)
    conditions = {
        APPROVE: Q(state=WorkState.REQUESTED),
        PLAN: Q(state=WorkState.APPROVED),
        TODAY: Q(state=WorkState.PLANNED, planned_on__lte=today),
        DOING: Q(state=WorkState.IN_PROGRESS),
        PARTS: Q(state=WorkState.AWAITING_PARTS),
        ACCEPT: Q(state=WorkState.DONE),
    }
    return conditions.get(queue, Q())


def late_on(today: dt.date) -> Q:
    """Return what makes an open order late: its last day is past, and it is not done."""
    return Q(is_open=True, due_on__lt=today) & WITHOUT_DONE


def count_queues(user: User, today: dt.date) -> dict[str, Queue]:
    """Return the queues by key, from one statement over the open orders; asked once for a request."""
    kept: dict[str, Queue] | None = user.__dict__.get("_work_queues")
    if kept is None:
        kept = user.__dict__["_work_queues"] = _count_queues(user, today)
    return kept


def _count_queues(user: User, today: dt.date) -> dict[str, Queue]:
    keys = (APPROVE, PLAN, TODAY, DOING, PARTS, ACCEPT, MINE, ALL)
    counts: dict[str, Any] = {}
    for key in keys:
        held = condition_of(key, user, today)
        # A crew of several gives several rows: each order counts once.
        counts[f"{key}_open"] = Count("pk", filter=held, distinct=True)
        counts[f"{key}_late"] = Count("pk", filter=held & late_on(today), distinct=True)
    found = WorkOrder.objects.visible_to(user).open().order_by().aggregate(**counts)
    return {key: Queue(key, found[f"{key}_open"], found[f"{key}_late"]) for key in keys}


def choose_queue(asked: str, queues: dict[str, Queue], user: User) -> str:
    """Return the queue to show: the one asked for, else the first that waits for this person, else all."""
    if asked in queues:
        return asked
    waiting = []
    if user.has_perm("maintenance.plan"):
        waiting += [APPROVE, PLAN]
    if user.has_perm("maintenance.accept"):
        waiting.append(ACCEPT)
    if user.has_perm("maintenance.work"):
        waiting.append(MINE)
    return next((key for key in waiting if queues[key].open), ALL)


def list_orders(user: User, queue: str, today: dt.date) -> WorkOrderQuerySet:
    """Return the orders of a queue with what a list shows of them; `all` has the ended ones too."""
    rows = WorkOrder.objects.visible_to(user)
    if queue == MINE:
        rows = rows.of_crew(user)
    elif queue != ALL:
        rows = rows.open().filter(condition_of(queue, user, today))
    return (
        with_due(rows)
        .select_related("asset__asset_class", "division", "lead__user", "contractor")
        .defer(*HEAVY, "asset__search_text", "asset__shape", "asset__shape_3857", "asset__attributes")
    )


def with_due(rows: WorkOrderQuerySet) -> WorkOrderQuerySet:
    """Let each row say by when it is wanted: its last day, else the planned one, else never: what is late is first."""
    return rows.annotate(wanted=Coalesce("due_on", "planned_on", Value(NEVER)))


def search_orders(rows: QuerySet[WorkOrder], text: str) -> QuerySet[WorkOrder]:
    """Return the orders by their number, else by words of the work, its place, its asset, what it refers to."""
    typed = to_arabic_digits(text).strip()
    if typed.count("/") == 1 and typed.replace("/", "").isdigit():
        return rows.filter(number=typed)
    for word in text.split():
        # LIKE on the prepared column: the one form that uses the trigram index under row-level security.
        if key := search_key(word, drop_title=False, drop_tones=True):
            rows = rows.filter(search_text__contains=key)
    return rows


def get_order(user: User, pk: UUID) -> WorkOrder:
    """Return one order with what its page names. Raises Http404."""
    rows = WorkOrder.objects.visible_to(user).select_related(
        "asset__asset_class",
        "asset__model",
        "division",
        "lead__user",
        "contractor",
        "schedule",
        "signature",
    )
    return get_object_or_404(rows.defer("search_text", "shape_3857", "asset__search_text"), pk=pk)


# ── an asset's history ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class AssetWork:
    """งานของทรัพย์สิน: how often it was repaired within a year, what all its work has cost."""

    orders: int
    open: int
    repeats: int
    cost_satang: int


def count_for_asset(asset_id: UUID, at: dt.datetime) -> AssetWork:
    """Return an asset's work in figures. A repair counts from when it was asked for, unless it was cancelled."""
    repaired = Q(kind=WorkKind.CORRECTIVE, requested_at__gte=at - REPEATED_WITHIN)
    found = (
        WorkOrder.objects.filter(asset_id=asset_id)
        .exclude(state=WorkState.CANCELLED)
        .aggregate(
            orders=Count("pk"),
            open=Count("pk", filter=Q(is_open=True)),
            repeats=Count("pk", filter=repaired),
            labour=Coalesce(Sum("labour_satang"), 0),
            parts=Coalesce(Sum("parts_satang"), 0),
            contract=Coalesce(Sum("contract_satang"), 0),
        )
    )
    return AssetWork(
        orders=found["orders"],
        open=found["open"],
        repeats=found["repeats"],
        cost_satang=found["labour"] + found["parts"] + found["contract"],
    )


def list_of_asset(user: User, asset_id: UUID, *, limit: int) -> list[WorkOrder]:
    """Return an asset's orders that this person sees, what is open first, then the newest."""
    rows = WorkOrder.objects.visible_to(user).filter(asset_id=asset_id)
    return list(rows.defer(*HEAVY).order_by("-is_open", "-requested_at", "-pk")[:limit])


# ── words ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Due:
    """กำหนดเสร็จเป็นคำ: how it stands (late, today, soon, later, none), the words, and the day itself."""

    kind: str
    words: str
    date: str = ""


def due_of(order: WorkOrder, today: dt.date) -> Due:
    """Return the last day of an order as people read it; what is done or ended has none any more."""
    if order.due_on is None or not order.is_open or order.state == WorkState.DONE:
        return Due("none", "")
    days, date = (order.due_on - today).days, format_short(order.due_on)
    if days < 0:
        return Due("late", _("เกินกำหนด %(days)s วัน") % {"days": -days}, date)
    if days == 0:
        return Due("today", _("ครบกำหนดวันนี้"), date)
    return Due("soon" if days <= SHORTLY else "later", _("อีก %(days)s วัน") % {"days": days}, date)


def was_finished_by(order: WorkOrder) -> UUID | None:
    """Return who last said that the work is done; None for the town itself, and for work that never was."""
    ends = WorkStatus.objects.filter(work_order=order, state=WorkState.DONE).order_by("-at", "-pk")
    return ends.values_list("by", flat=True).first()
