"""ใบสั่งงาน: one piece of work on the town's things, who does it, what was done, what it cost."""

import datetime as dt

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.files.models import StoredFile
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.operations.maintenance.choices import (
    STATE_LOOKS,
    CheckKind,
    PhotoKind,
    Priority,
    WorkKind,
    WorkSource,
    WorkState,
)
from cddp.operations.maintenance.models.schedules import PreventiveSchedule
from cddp.registers.assets.models import Asset


class WorkCounter(TenantModel):
    """เลขที่ใบสั่งงานล่าสุด: the last number given in a fiscal year; locked with the work order, so no gap, no double."""

    fiscal_year = models.PositiveSmallIntegerField(_("ปีงบประมาณ (พ.ศ.)"))
    last = models.PositiveIntegerField(_("เลขล่าสุด"), default=0)

    class Meta:
        verbose_name = _("เลขที่ใบสั่งงานล่าสุด")
        verbose_name_plural = _("เลขที่ใบสั่งงานล่าสุด")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year"], name="work_counter_year")
        ]

    def __str__(self) -> str:
        return f"{self.last}/{self.fiscal_year}"


class Contractor(TenantModel):
    """ผู้รับจ้าง: a firm that works for the town."""

    name = models.CharField(_("ชื่อ"), max_length=200)
    tax_number = models.CharField(_("เลขประจำตัวผู้เสียภาษี"), max_length=13, blank=True)
    phone = models.CharField(_("โทรศัพท์"), max_length=40, blank=True)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    class Meta:
        verbose_name = _("ผู้รับจ้าง")
        verbose_name_plural = _("ผู้รับจ้าง")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="contractor_name")]

    def __str__(self) -> str:
        return self.name


class WorkOrderQuerySet(models.QuerySet["WorkOrder"]):
    """ใบสั่งงานที่มองเห็น."""

    def visible_to(self, user: User) -> "WorkOrderQuerySet":
        """Return the work orders this person may see: all, or, for a technician only, those of the crew."""
        if user.membership is None:
            return self.none()
        if user.has_perm("maintenance.view"):
            return self
        if user.has_perm("maintenance.work"):
            return self.of_crew(user)
        return self.none()

    def of_crew(self, user: User) -> "WorkOrderQuerySet":
        """Return the work orders that this person leads or works on."""
        if user.membership is None:
            return self.none()
        crews = WorkCrew.objects.filter(member_id=user.membership.pk).values("work_order")
        return self.filter(Q(lead_id=user.membership.pk) | Q(pk__in=crews))

    def open(self) -> "WorkOrderQuerySet":
        """Return the work that is neither accepted nor cancelled."""
        return self.filter(is_open=True)


class WorkOrder(TenantModel):
    """ใบสั่งงาน: one piece of work, from the request to its acceptance.

    It does not know the problem that caused it (complaints.NeedWork points here); `source_words` and `source_url`
    repeat for the technician what it is about. `shape` is where to go. Costs are sums of what stands below, in satang.
    `down_from`/`down_until`: while the work kept the asset out of use.
    """

    number = models.CharField(_("เลขที่"), max_length=20)
    title = models.CharField(_("งาน"), max_length=200)
    description = models.TextField(_("รายละเอียด"), blank=True)
    kind = models.CharField(_("ชนิดงาน"), max_length=12, choices=WorkKind.choices, default=WorkKind.CORRECTIVE)
    source = models.CharField(_("ที่มา"), max_length=12, choices=WorkSource.choices, default=WorkSource.MANUAL)
    source_words = models.CharField(_("อ้างอิงถึง"), max_length=200, blank=True)
    source_id = models.UUIDField(_("รหัสที่มา"), null=True, blank=True)
    asset = TenantForeignKey(
        Asset, verbose_name=_("ทรัพย์สิน"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    schedule = TenantForeignKey(
        PreventiveSchedule,
        verbose_name=_("แผนบำรุงรักษา"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_orders",
    )
    shape = models.GeometryField(_("ตำแหน่ง"), srid=4326, null=True, blank=True, spatial_index=False)
    shape_3857 = models.GeneratedField(
        verbose_name=_("ตำแหน่งสำหรับแสดงผล"),
        expression=Transform("shape", 3857),
        output_field=models.GeometryField(srid=3857, null=True, spatial_index=False),
        db_persist=True,
    )
    place = models.CharField(_("สถานที่"), max_length=300, blank=True)
    area_code = models.CharField(_("หมู่/ชุมชน"), max_length=20, blank=True)

    state = models.CharField(
        _("สถานะ"), max_length=14, choices=WorkState.choices, default=WorkState.REQUESTED
    )
    state_since = models.DateTimeField(_("อยู่ในสถานะตั้งแต่"))
    is_open = models.BooleanField(_("ยังไม่จบ"), default=True)
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
    lead = TenantForeignKey(
        Membership,
        verbose_name=_("หัวหน้างาน"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    planned_on = models.DateField(_("วันที่นัดทำ"), null=True, blank=True)
    planned_from = models.TimeField(_("ตั้งแต่เวลา"), null=True, blank=True)
    planned_minutes = models.PositiveIntegerField(_("ใช้เวลาประมาณ (นาที)"), null=True, blank=True)
    due_on = models.DateField(_("ต้องเสร็จภายใน"), null=True, blank=True)
    # A place in the technician's round of the day; null = by the map
    round_order = models.PositiveSmallIntegerField(_("ลำดับในวัน"), null=True, blank=True)

    requested_at = models.DateTimeField(_("ขอเมื่อ"))
    started_at = models.DateTimeField(_("เริ่มทำเมื่อ"), null=True, blank=True)
    done_at = models.DateTimeField(_("ทำเสร็จเมื่อ"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("ตรวจรับเมื่อ"), null=True, blank=True)
    result = models.TextField(_("ผลการทำงาน"), blank=True)
    cause = models.CharField(_("สาเหตุ"), max_length=200, blank=True)
    down_from = models.DateTimeField(_("หยุดใช้งานตั้งแต่"), null=True, blank=True)
    down_until = models.DateTimeField(_("หยุดใช้งานถึง"), null=True, blank=True)

    contractor = TenantForeignKey(
        Contractor,
        verbose_name=_("ผู้รับจ้าง"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    contract_number = models.CharField(_("เลขที่สัญญาหรือใบสั่งจ้าง"), max_length=80, blank=True)
    contract_satang = models.BigIntegerField(_("ค่าจ้าง (สตางค์)"), default=0)
    labour_satang = models.BigIntegerField(_("ค่าแรง (สตางค์)"), default=0)
    parts_satang = models.BigIntegerField(_("ค่าอะไหล่ (สตางค์)"), default=0)

    signature = TenantForeignKey(
        StoredFile,
        verbose_name=_("ลายเซ็นผู้ตรวจรับ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    accepted_by_label = models.CharField(_("ผู้ตรวจรับ"), max_length=150, blank=True)
    version = models.PositiveIntegerField(_("รุ่น"), default=1)
    search_text = models.TextField(_("ข้อความสำหรับค้นหา"), blank=True, editable=False)
    by = models.UUIDField(_("รหัสผู้เปิด"), null=True, blank=True)
    by_label = models.CharField(_("ผู้เปิด"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("ใบสั่งงาน")
        verbose_name_plural = _("ใบสั่งงาน")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "number"], name="work_order_number"),
            # A listener or a schedule told twice opens one work order.
            models.UniqueConstraint(
                fields=["municipality", "source", "source_id"],
                name="work_order_source",
                condition=Q(source_id__isnull=False, is_open=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "state", "requested_at", "id"],
                name="work_order_state",
                condition=Q(is_open=True),
            ),
            models.Index(fields=["municipality", "requested_at", "id"], name="work_order_requested"),
            models.Index(fields=["municipality", "planned_on", "id"], name="work_order_planned"),
            models.Index(
                fields=["municipality", "lead", "planned_on", "id"],
                name="work_order_lead",
                condition=Q(is_open=True),
            ),
            models.Index(fields=["municipality", "asset", "requested_at"], name="work_order_asset"),
            models.Index(fields=["municipality", "schedule", "requested_at"], name="work_order_schedule"),
            models.Index(fields=["municipality", "done_at", "id"], name="work_order_done"),
            GistIndex(
                F("municipality_id"),
                F("shape_3857"),
                name="work_order_tile",
                condition=Q(shape__isnull=False, is_open=True),
            ),
            GinIndex(
                F("municipality_id"), OpClass(F("search_text"), name="gin_trgm_ops"), name="work_order_search"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("maintenance:work_order", args=[self.pk])

    @property
    def state_look(self) -> tuple[str, str]:
        """Return the class of the state's badge and its icon."""
        return STATE_LOOKS[WorkState(self.state)]

    @property
    def cost_satang(self) -> int:
        """Return labour, parts and contract together."""
        return self.labour_satang + self.parts_satang + self.contract_satang

    def is_overdue(self, on: dt.date) -> bool:
        """Tell whether the last day was past on that day."""
        return self.is_open and self.due_on is not None and self.due_on < on


class WorkStatus(TenantModel):
    """ความเคลื่อนไหวของใบสั่งงาน: a state it was in, from when, who said so and why."""

    work_order = TenantForeignKey(
        WorkOrder, verbose_name=_("ใบสั่งงาน"), on_delete=models.PROTECT, related_name="statuses"
    )
    state = models.CharField(_("สถานะ"), max_length=14, choices=WorkState.choices)
    note = models.TextField(_("หมายเหตุ"), blank=True)
    at = models.DateTimeField(_("เมื่อ"))
    by = models.UUIDField(_("รหัสผู้ทำ"), null=True, blank=True)
    by_label = models.CharField(_("ผู้ทำ"), max_length=150, blank=True)

    append_only = True

    class Meta:
        verbose_name = _("ความเคลื่อนไหวของใบสั่งงาน")
        verbose_name_plural = _("ความเคลื่อนไหวของใบสั่งงาน")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["municipality", "work_order", "at"], name="work_status_order")]

    def __str__(self) -> str:
        return f"{self.work_order_id} {self.state}"


class WorkCrew(TenantModel):
    """ผู้ร่วมงาน: who works on it beside the lead."""

    work_order = TenantForeignKey(
        WorkOrder, verbose_name=_("ใบสั่งงาน"), on_delete=models.CASCADE, related_name="crew"
    )
    member = TenantForeignKey(
        Membership, verbose_name=_("เจ้าหน้าที่"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("ผู้ร่วมงาน")
        verbose_name_plural = _("ผู้ร่วมงาน")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "work_order", "member"], name="work_crew_member")
        ]
        indexes = [models.Index(fields=["municipality", "member"], name="work_crew_of_member")]

    def __str__(self) -> str:
        return f"{self.work_order_id} {self.member_id}"


class WorkCheck(TenantModel):
    """รายการตรวจในใบสั่งงาน: one line to tick or to measure."""

    work_order = TenantForeignKey(
        WorkOrder, verbose_name=_("ใบสั่งงาน"), on_delete=models.CASCADE, related_name="checks"
    )
    order = models.PositiveSmallIntegerField(_("ลำดับ"), default=0)
    words = models.CharField(_("รายการ"), max_length=200)
    kind = models.CharField(_("ชนิด"), max_length=8, choices=CheckKind.choices, default=CheckKind.TICK)
    unit = models.CharField(_("หน่วย"), max_length=40, blank=True)
    is_required = models.BooleanField(_("ต้องทำก่อนปิดงาน"), default=False)
    # "yes", "no", a number or a text, as written; empty until done
    answer = models.CharField(_("ผล"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("ทำเมื่อ"), null=True, blank=True)
    answered_by_label = models.CharField(_("ผู้ทำ"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("รายการตรวจในใบสั่งงาน")
        verbose_name_plural = _("รายการตรวจในใบสั่งงาน")
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["municipality", "work_order", "order"], name="work_check_order")]

    def __str__(self) -> str:
        return self.words


class WorkTime(TenantModel):
    """เวลาทำงาน: who worked how long on it; the hourly cost is kept as it was on that day."""

    work_order = TenantForeignKey(
        WorkOrder, verbose_name=_("ใบสั่งงาน"), on_delete=models.PROTECT, related_name="times"
    )
    member = TenantForeignKey(
        Membership,
        verbose_name=_("เจ้าหน้าที่"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    who = models.CharField(_("ชื่อ"), max_length=150)
    on = models.DateField(_("วันที่"))
    minutes = models.PositiveIntegerField(_("นาที"))
    hour_satang = models.PositiveIntegerField(_("ค่าแรงต่อชั่วโมง (สตางค์)"), default=0)
    note = models.CharField(_("หมายเหตุ"), max_length=200, blank=True)
    at = models.DateTimeField(_("บันทึกเมื่อ"))
    by_label = models.CharField(_("ผู้บันทึก"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("เวลาทำงาน")
        verbose_name_plural = _("เวลาทำงาน")
        ordering = ["on", "id"]
        constraints = [models.CheckConstraint(condition=Q(minutes__gte=1), name="work_time_minutes")]
        indexes = [models.Index(fields=["municipality", "work_order", "on"], name="work_time_order")]

    def __str__(self) -> str:
        return f"{self.who} {self.minutes}"


class WorkPhoto(TenantModel):
    """รูปงาน: before and after, drawn anew without place or device (files.pictures)."""

    work_order = TenantForeignKey(
        WorkOrder, verbose_name=_("ใบสั่งงาน"), on_delete=models.PROTECT, related_name="photos"
    )
    kind = models.CharField(_("ชนิด"), max_length=8, choices=PhotoKind.choices)
    file = TenantForeignKey(StoredFile, verbose_name=_("ไฟล์"), on_delete=models.PROTECT, related_name="+")
    preview = TenantForeignKey(StoredFile, verbose_name=_("รูปย่อ"), on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(_("ผู้ถ่าย"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("ได้รับเมื่อ"))
    removed_at = models.DateTimeField(_("นำออกเมื่อ"), null=True, blank=True)

    class Meta:
        verbose_name = _("รูปงาน")
        verbose_name_plural = _("รูปงาน")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["municipality", "work_order", "created_at"], name="work_photo_order")]

    def __str__(self) -> str:
        return f"{self.work_order_id} {self.kind}"


class SentAct(TenantModel):
    """รายการที่ส่งจากโทรศัพท์: an act that a phone made offline; its id is the phone's, so twice sent is once done.

    `answer` repeats what the phone was told the first time.
    """

    kind = models.CharField(_("ชนิด"), max_length=20)
    work_order_id = models.UUIDField(_("ใบสั่งงาน"), null=True, blank=True)
    made_at = models.DateTimeField(_("ทำในโทรศัพท์เมื่อ"))
    received_at = models.DateTimeField(_("ได้รับเมื่อ"))
    answer = models.JSONField(_("คำตอบ"), default=dict, blank=True)
    by = models.UUIDField(_("รหัสผู้ทำ"), null=True, blank=True)

    class Meta:
        verbose_name = _("รายการที่ส่งจากโทรศัพท์")
        verbose_name_plural = _("รายการที่ส่งจากโทรศัพท์")
        indexes = [models.Index(fields=["municipality", "work_order_id", "made_at"], name="sent_act_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
