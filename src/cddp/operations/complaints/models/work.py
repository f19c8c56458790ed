"""งานของเจ้าหน้าที่: notes and messages, assignments, pauses, escalation; the town's own rules for them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Division, Membership
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.operations.complaints.choices import CategoryFamily, Channel, NoteKind, Priority
from cddp.operations.complaints.models.categories import Category
from cddp.operations.complaints.models.needs import Need
from cddp.operations.complaints.models.reports import Report
from cddp.operations.maintenance.models import WorkOrder


class NeedNote(TenantModel):
    """ข้อความ: what staff note among themselves, tell the reporters or ask them, and what they answered.

    With `report` it concerns that voice alone; without, all voices of the need.
    """

    need = TenantForeignKey(Need, verbose_name=_("ปัญหา"), on_delete=models.PROTECT, related_name="notes")
    report = TenantForeignKey(
        Report, verbose_name=_("เรื่อง"), on_delete=models.PROTECT, null=True, blank=True, related_name="notes"
    )
    kind = models.CharField(_("ชนิด"), max_length=10, choices=NoteKind.choices)
    body = models.TextField(_("ข้อความ"))
    at = models.DateTimeField(_("เมื่อ"))
    by = models.UUIDField(_("รหัสผู้เขียน"), null=True, blank=True)
    by_label = models.CharField(_("ผู้เขียน"), max_length=150, blank=True)
    source_id = models.CharField(_("เลขที่ของต้นทาง"), max_length=120, blank=True)

    append_only = True
    forgettable = ("body",)

    class Meta:
        verbose_name = _("ข้อความของเรื่อง")
        verbose_name_plural = _("ข้อความของเรื่อง")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["municipality", "need", "at"], name="need_note_need")]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "report", "source_id"],
                name="need_note_source",
                condition=~Q(source_id=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.kind}"


class NeedAssignment(TenantModel):
    """การมอบหมาย: who had the need from when; handing it on does not restart the clock."""

    need = TenantForeignKey(
        Need, verbose_name=_("ปัญหา"), on_delete=models.PROTECT, related_name="assignments"
    )
    division = TenantForeignKey(
        Division, verbose_name=_("กอง"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    assignee = TenantForeignKey(
        Membership,
        verbose_name=_("ผู้รับผิดชอบ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.CharField(_("เหตุผล"), max_length=300, blank=True)
    at = models.DateTimeField(_("เมื่อ"))
    by = models.UUIDField(_("รหัสผู้มอบ"), null=True, blank=True)
    by_label = models.CharField(_("ผู้มอบ"), max_length=150, blank=True)

    append_only = True

    class Meta:
        verbose_name = _("การมอบหมายเรื่อง")
        verbose_name_plural = _("การมอบหมายเรื่อง")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["municipality", "need", "at"], name="need_assignment_need")]

    def __str__(self) -> str:
        return f"{self.need_id} → {self.division_id}"


class DeadlinePause(TenantModel):
    """การพักเวลา: the clock stood still from … until …, and why (waiting for the reporter, for parts, for rain)."""

    need = TenantForeignKey(Need, verbose_name=_("ปัญหา"), on_delete=models.PROTECT, related_name="pauses")
    from_at = models.DateTimeField(_("ตั้งแต่"))
    until_at = models.DateTimeField(_("ถึง"), null=True, blank=True)
    reason = models.CharField(_("เหตุผล"), max_length=300)
    by_label = models.CharField(_("ผู้สั่งพัก"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("การพักเวลา")
        verbose_name_plural = _("การพักเวลา")
        ordering = ["from_at", "id"]
        indexes = [models.Index(fields=["municipality", "need", "from_at"], name="deadline_pause_need")]

    def __str__(self) -> str:
        return f"{self.need_id} {self.from_at:%Y-%m-%d}"


class NeedWork(TenantModel):
    """งานที่เกิดจากปัญหา: the town does this work order for this need; the work order does not know why it came.

    `heard` names the end of the work (done at …, cancelled at …) that the need has already answered to, so that the
    same news told twice is told once. Merging leaves the rows with the need they were made for: the need that took
    it in reads them too (queries/works), and undoing the merge has nothing to give back.
    """

    need = TenantForeignKey(Need, verbose_name=_("ปัญหา"), on_delete=models.PROTECT, related_name="works")
    work_order = TenantForeignKey(
        WorkOrder, verbose_name=_("ใบสั่งงาน"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("เมื่อ"))
    by = models.UUIDField(_("รหัสผู้เปิด"), null=True, blank=True)
    by_label = models.CharField(_("ผู้เปิด"), max_length=150, blank=True)
    undone_at = models.DateTimeField(_("ยกเลิกเมื่อ"), null=True, blank=True)
    heard = models.CharField(_("ตอนจบที่รับทราบแล้ว"), max_length=60, blank=True, editable=False)

    class Meta:
        verbose_name = _("งานที่เกิดจากปัญหา")
        verbose_name_plural = _("งานที่เกิดจากปัญหา")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "need", "work_order"], name="need_work_pair")
        ]
        indexes = [models.Index(fields=["municipality", "work_order"], name="need_work_order")]

    def __str__(self) -> str:
        return f"{self.need_id} → {self.work_order_id}"


class Escalation(TenantModel):
    """การแจ้งผู้บังคับบัญชา: an overdue need was put before the next person up, once a level."""

    need = TenantForeignKey(
        Need, verbose_name=_("ปัญหา"), on_delete=models.PROTECT, related_name="escalations"
    )
    level = models.PositiveSmallIntegerField(_("ระดับ"))
    told = models.CharField(_("แจ้งถึง"), max_length=300, blank=True)
    at = models.DateTimeField(_("เมื่อ"))

    append_only = True

    class Meta:
        verbose_name = _("การแจ้งผู้บังคับบัญชา")
        verbose_name_plural = _("การแจ้งผู้บังคับบัญชา")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["municipality", "need", "at"], name="escalation_need")]

    def __str__(self) -> str:
        return f"{self.need_id} {self.level}"


class RoutingRule(TenantModel):
    """กติกาส่งเรื่อง: the first rule in order whose conditions all hold says which division gets a new need.

    An empty condition holds for everything.
    """

    order = models.PositiveSmallIntegerField(_("ลำดับ"), default=50)
    category = TenantForeignKey(
        Category,
        verbose_name=_("ประเภทเรื่อง"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    family = models.CharField(_("กลุ่มเรื่อง"), max_length=10, choices=CategoryFamily.choices, blank=True)
    area_code = models.CharField(_("หมู่/ชุมชน"), max_length=20, blank=True)
    channel = models.CharField(_("ช่องทาง"), max_length=12, choices=Channel.choices, blank=True)
    division = TenantForeignKey(Division, verbose_name=_("กอง"), on_delete=models.PROTECT, related_name="+")
    assignee = TenantForeignKey(
        Membership,
        verbose_name=_("ผู้รับผิดชอบ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    priority = models.CharField(
        _("ความเร่งด่วน"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    class Meta:
        verbose_name = _("กติกาส่งเรื่อง")
        verbose_name_plural = _("กติกาส่งเรื่อง")
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["municipality", "order", "id"], name="routing_rule_order")]

    def __str__(self) -> str:
        return f"{self.order} → {self.division_id}"


class ServiceLevel(TenantModel):
    """มาตรฐานเวลา: in how many working days a category of a priority is promised; without category, for all others."""

    category = TenantForeignKey(
        Category,
        verbose_name=_("ประเภทเรื่อง"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    priority = models.CharField(_("ความเร่งด่วน"), max_length=10, choices=Priority.choices)
    working_days = models.PositiveSmallIntegerField(_("วันทำการ"))

    class Meta:
        verbose_name = _("มาตรฐานเวลา")
        verbose_name_plural = _("มาตรฐานเวลา")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "category", "priority"],
                name="service_level_category",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.category_id} {self.priority} {self.working_days}"


class Holiday(TenantModel):
    """วันหยุด: a day on which the office is closed; the town adds its own."""

    date = models.DateField(_("วันที่"))
    name = models.CharField(_("ชื่อวันหยุด"), max_length=120)
    is_observed = models.BooleanField(_("หยุดทำการ"), default=True)

    class Meta:
        verbose_name = _("วันหยุด")
        verbose_name_plural = _("วันหยุด")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["municipality", "date"], name="holiday_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class MessageTemplate(TenantModel):
    """ข้อความสำเร็จรูป: words to the reporters, with {number} {category} {place} {due} {agency} to be filled in."""

    name = models.CharField(_("ชื่อ"), max_length=120)
    body = models.TextField(_("ข้อความ"))
    order = models.PositiveSmallIntegerField(_("ลำดับ"), default=50)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)
    version = models.PositiveIntegerField(_("รุ่น"), default=1)

    class Meta:
        verbose_name = _("ข้อความสำเร็จรูป")
        verbose_name_plural = _("ข้อความสำเร็จรูป")
        ordering = ["order", "name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="message_template_name")]

    def __str__(self) -> str:
        return self.name


class Agency(TenantModel):
    """หน่วยงานอื่น: whose matter it is when it is not ours (กรมทางหลวง, การไฟฟ้า, อบจ.)."""

    name = models.CharField(_("ชื่อหน่วยงาน"), max_length=200)
    phone = models.CharField(_("โทรศัพท์"), max_length=60, blank=True)
    what_for = models.CharField(_("รับเรื่องอะไร"), max_length=200, blank=True)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    class Meta:
        verbose_name = _("หน่วยงานอื่น")
        verbose_name_plural = _("หน่วยงานอื่น")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="agency_name")]

    def __str__(self) -> str:
        return self.name
