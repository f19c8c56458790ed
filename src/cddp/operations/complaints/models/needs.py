"""ปัญหา: one real problem that many voices speak of, what became of it, and which report belongs to it."""

import datetime as dt
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import PointOnSurface, Transform
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.operations.complaints.choices import (
    CLOSED_STATES,
    STATE_LOOKS,
    CategoryFamily,
    LinkMethod,
    Outcome,
    Priority,
    ReportState,
)
from cddp.operations.complaints.models.categories import Category
from cddp.operations.complaints.models.reports import Report
from cddp.registers.assets.models import Asset

# A need without a running deadline sorts after all others, and one index serves both.
NEVER = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)


_NOBODY = UUID(int=0)


@cache
def _needs_path() -> str:
    """Return where the pages of problems stand: a list of fifty asks fifty times, and `reverse` is slow."""
    return reverse("complaints:need", args=[_NOBODY]).removesuffix(f"{_NOBODY}/")


class NeedQuerySet(models.QuerySet["Need"]):
    """ปัญหาที่มองเห็น."""

    def visible_to(self, user: User) -> "NeedQuerySet":
        """Return the needs this person may see: private ones only for those who may, and for who works on them."""
        if not user.has_perm("complaints.view") or user.membership is None:
            return self.none()
        if user.has_perm("complaints.view_private"):
            return self
        return self.filter(Q(is_private=False) | Q(assignee_id=user.membership.pk))

    def open(self) -> "NeedQuerySet":
        """Return the needs that still wait for something."""
        return self.filter(is_open=True)

    def overdue(self, at: dt.datetime) -> "NeedQuerySet":
        """Return the open needs whose promised day is past."""
        return self.filter(is_open=True, due_at__lt=at)

    def mine(self, user: User) -> "NeedQuerySet":
        """Return the needs that are this person's own work."""
        return self.filter(assignee_id=user.membership.pk) if user.membership else self.none()

    def of_division(self, user: User) -> "NeedQuerySet":
        """Return the needs of the division this person works in."""
        division_id = user.membership.division_id if user.membership else None
        return self.filter(division_id=division_id) if division_id else self.none()

    def open_to_the_public(self) -> "NeedQuerySet":
        """Return the needs that may stand on public pages, where only allow-listed fields are shown."""
        return self.filter(is_private=False, is_hidden=False, reports_count__gt=0)


class Need(TenantModel):
    """ปัญหา: one real problem (one lamp, one stretch of road), for which many people may have asked.

    Its state is what its reporters see. `due_at` is NEVER while no deadline runs; `promised_at` keeps what people
    were told. The counts are of distinct people, households, channels and months, never of rows; `unnamed` counts
    reports of which nobody knows who spoke. A need whose reports all moved elsewhere stays, empty, and leads there.
    """

    number = models.CharField(_("เลขที่"), max_length=16)
    title = models.CharField(_("หัวเรื่อง"), max_length=120, blank=True)
    category = TenantForeignKey(
        Category,
        verbose_name=_("ประเภทเรื่อง"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
    )
    family = models.CharField(
        _("กลุ่มเรื่อง"), max_length=10, choices=CategoryFamily.choices, default=CategoryFamily.OTHER
    )
    is_private = models.BooleanField(_("เรื่องลับ"), default=False)
    is_hidden = models.BooleanField(_("ไม่แสดงต่อสาธารณะ"), default=False)
    shape = models.GeometryField(_("ตำแหน่ง"), srid=4326, null=True, blank=True, spatial_index=False)
    shape_3857 = models.GeneratedField(
        verbose_name=_("ตำแหน่งสำหรับแสดงผล"),
        expression=Transform("shape", 3857),
        output_field=models.GeometryField(srid=3857, null=True, spatial_index=False),
        db_persist=True,
    )
    # Where the map puts its mark: the middle of a stretch of road or of an area lies on it, not beside it.
    mark_3857 = models.GeneratedField(
        verbose_name=_("จุดบนแผนที่"),
        expression=Transform(PointOnSurface("shape"), 3857),
        output_field=models.PointField(srid=3857, null=True, spatial_index=False),
        db_persist=True,
    )
    address = models.CharField(_("สถานที่"), max_length=500, blank=True)
    area_code = models.CharField(_("หมู่/ชุมชน"), max_length=20, blank=True)
    asset = TenantForeignKey(
        Asset,
        verbose_name=_("ทรัพย์สินที่เกี่ยวข้อง"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    state = models.CharField(
        _("สถานะ"), max_length=12, choices=ReportState.choices, default=ReportState.RECEIVED
    )
    outcome = models.CharField(_("ผลสุดท้าย"), max_length=10, choices=Outcome.choices, blank=True)
    outcome_words = models.TextField(_("คำอธิบายผล"), blank=True)
    agency = models.CharField(_("หน่วยงานที่รับเรื่องต่อ"), max_length=200, blank=True)
    plan_year = models.PositiveSmallIntegerField(_("ปีแผนพัฒนา (พ.ศ.)"), null=True, blank=True)
    is_open = models.BooleanField(_("ยังไม่จบ"), default=True)
    state_since = models.DateTimeField(_("อยู่ในสถานะตั้งแต่"))
    finished_at = models.DateTimeField(_("จบเมื่อ"), null=True, blank=True)

    priority = models.CharField(
        _("ความเร่งด่วน"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    division = TenantForeignKey(
        Division,
        verbose_name=_("กองที่รับผิดชอบ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    assignee = TenantForeignKey(
        Membership,
        verbose_name=_("ผู้รับผิดชอบ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    opened_at = models.DateTimeField(_("แจ้งครั้งแรกเมื่อ"))
    updated_at = models.DateTimeField(_("เคลื่อนไหวล่าสุด"))
    due_at = models.DateTimeField(_("กำหนดเสร็จ"), default=NEVER)
    promised_at = models.DateTimeField(_("วันที่แจ้งผู้ร้องว่าจะเสร็จ"), null=True, blank=True)
    paused_at = models.DateTimeField(_("พักเวลาตั้งแต่"), null=True, blank=True)
    escalation_level = models.PositiveSmallIntegerField(_("ระดับการแจ้งผู้บังคับบัญชา"), default=0)

    reports_count = models.PositiveIntegerField(_("จำนวนเรื่องที่แจ้ง"), default=0)
    voices = models.PositiveIntegerField(_("จำนวนผู้แจ้ง"), default=0)
    unnamed = models.PositiveIntegerField(_("เรื่องที่ไม่รู้ว่าใครแจ้ง"), default=0)
    households = models.PositiveIntegerField(_("จำนวนครัวเรือน"), default=0)
    channels = models.PositiveSmallIntegerField(_("จำนวนช่องทาง"), default=0)
    months = models.PositiveSmallIntegerField(_("จำนวนเดือนที่มีผู้แจ้ง"), default=0)
    last_told_at = models.DateTimeField(_("แจ้งล่าสุดเมื่อ"))
    came_back_count = models.PositiveSmallIntegerField(_("กลับมาหลังปิดเรื่อง (ครั้ง)"), default=0)
    rating_count = models.PositiveIntegerField(_("จำนวนผู้ให้คะแนน"), default=0)
    rating_sum = models.PositiveIntegerField(_("คะแนนรวม"), default=0)
    photos_waiting = models.PositiveSmallIntegerField(_("รูปที่รอตรวจ"), default=0)

    merged_into = TenantForeignKey(
        "self",
        verbose_name=_("รวมกับเรื่อง"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
    )
    version = models.PositiveIntegerField(_("รุ่น"), default=1)
    search_text = models.TextField(_("ข้อความสำหรับค้นหา"), blank=True, editable=False)
    created_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("ปัญหา")
        verbose_name_plural = _("ปัญหา")
        constraints = [models.UniqueConstraint(fields=["municipality", "number"], name="need_number")]
        indexes = [
            # With what tells who sees a row, so that a queue is counted from its index alone.
            models.Index(
                fields=["municipality", "due_at", "id"],
                include=["is_private", "assignee", "reports_count"],
                name="need_due",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["municipality", "division", "due_at", "id"],
                include=["is_private", "assignee", "reports_count"],
                name="need_division_due",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["municipality", "assignee", "due_at", "id"],
                include=["is_private", "reports_count"],
                name="need_assignee_due",
                condition=Q(is_open=True),
            ),
            models.Index(fields=["municipality", "state", "due_at", "id"], name="need_state_due"),
            models.Index(fields=["municipality", "opened_at", "id"], name="need_opened"),
            models.Index(fields=["municipality", "category", "opened_at", "id"], name="need_category"),
            models.Index(
                fields=["municipality", "finished_at", "id"],
                name="need_finished",
                condition=Q(finished_at__isnull=False),
            ),
            models.Index(
                fields=["municipality", "merged_into"],
                name="need_merged",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(
                fields=["municipality", "asset", "opened_at"],
                name="need_asset",
                condition=Q(asset__isnull=False),
            ),
            GistIndex(
                F("municipality_id"),
                F("shape_3857"),
                name="need_near",
                condition=Q(shape__isnull=False, reports_count__gt=0),
            ),
            GistIndex(
                F("municipality_id"),
                F("mark_3857"),
                name="need_tile",
                condition=Q(shape__isnull=False, reports_count__gt=0, is_private=False),
            ),
            GinIndex(
                F("municipality_id"), OpClass(F("search_text"), name="gin_trgm_ops"), name="need_search"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"{_needs_path()}{self.pk}/"

    @property
    def state_look(self) -> tuple[str, str]:
        """Return the class of the state's badge and its icon."""
        return STATE_LOOKS[ReportState(self.state)]

    @property
    def state_words(self) -> str:
        """Return the honest end where there is one, else the name of the state."""
        return str(Outcome(self.outcome).label if self.outcome else ReportState(self.state).label)

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED_STATES

    @property
    def has_deadline(self) -> bool:
        return self.due_at < NEVER

    @property
    def rating(self) -> float | None:
        """Return the mean of the stars people gave, or None."""
        return self.rating_sum / self.rating_count if self.rating_count else None

    def is_overdue(self, at: dt.datetime) -> bool:
        """Tell whether the promised day was past at that moment."""
        return self.is_open and self.due_at < at


class NeedStatus(TenantModel):
    """ความเคลื่อนไหวของปัญหา: a state the need was in, from when, who said so and what people were told."""

    need = TenantForeignKey(Need, verbose_name=_("ปัญหา"), on_delete=models.PROTECT, related_name="statuses")
    state = models.CharField(_("สถานะ"), max_length=12, choices=ReportState.choices)
    outcome = models.CharField(_("ผลสุดท้าย"), max_length=10, choices=Outcome.choices, blank=True)
    note = models.TextField(_("ข้อความถึงผู้แจ้ง"), blank=True)
    reason = models.TextField(_("เหตุผลภายใน"), blank=True)
    agency = models.CharField(_("หน่วยงานที่รับเรื่องต่อ"), max_length=200, blank=True)
    came_back = models.BooleanField(_("กลับมาหลังปิดเรื่อง"), default=False)
    at = models.DateTimeField(_("เมื่อ"))
    by = models.UUIDField(_("รหัสผู้ทำ"), null=True, blank=True)
    by_label = models.CharField(_("ผู้ทำ"), max_length=150, blank=True)

    append_only = True

    class Meta:
        verbose_name = _("ความเคลื่อนไหวของปัญหา")
        verbose_name_plural = _("ความเคลื่อนไหวของปัญหา")
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["municipality", "need", "at"], name="need_status_need"),
            models.Index(fields=["municipality", "at"], name="need_status_at"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.state}"

    @property
    def state_words(self) -> str:
        """Return the honest end where there is one, else the name of the state."""
        return str(Outcome(self.outcome).label if self.outcome else ReportState(self.state).label)


class NeedLink(TenantModel):
    """การรวมเรื่อง: one report moved to one need, how, why, and where it was before; undone, never deleted.

    `restores` holds what undoing gives back: the report's state, and the state of the need it joined.
    One act of an officer may move many reports: they share `act`.
    """

    report = TenantForeignKey(Report, verbose_name=_("เรื่อง"), on_delete=models.PROTECT, related_name="links")
    need = TenantForeignKey(Need, verbose_name=_("ปัญหา"), on_delete=models.PROTECT, related_name="links")
    from_need = TenantForeignKey(
        Need,
        verbose_name=_("ย้ายจากปัญหา"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="departures",
    )
    act = models.UUIDField(_("การกระทำ"))
    method = models.CharField(_("วิธีรวม"), max_length=10, choices=LinkMethod.choices)
    score = models.FloatField(_("คะแนนความใกล้เคียง"), null=True, blank=True)
    reasons = models.JSONField(_("เหตุผล"), default=dict, blank=True)
    restores = models.JSONField(_("ค่าเดิม"), default=dict, blank=True)
    at = models.DateTimeField(_("เมื่อ"))
    by = models.UUIDField(_("รหัสผู้ทำ"), null=True, blank=True)
    by_label = models.CharField(_("ผู้ทำ"), max_length=150, blank=True)
    undone_at = models.DateTimeField(_("ยกเลิกเมื่อ"), null=True, blank=True)
    undone_by_label = models.CharField(_("ผู้ยกเลิก"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("การรวมเรื่อง")
        verbose_name_plural = _("การรวมเรื่อง")
        indexes = [
            models.Index(fields=["municipality", "report", "-at"], name="need_link_report"),
            models.Index(fields=["municipality", "need", "-at"], name="need_link_need"),
            models.Index(fields=["municipality", "from_need", "-at"], name="need_link_from"),
            models.Index(fields=["municipality", "act"], name="need_link_act"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} → {self.need_id}"

    @property
    def reason_words(self) -> list[str]:
        """Return why, in Thai, as written down when the link was made."""
        words: Any = self.reasons.get("words", [])
        return [str(word) for word in words]
