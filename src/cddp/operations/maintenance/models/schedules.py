"""แผนบำรุงรักษา: work that comes round by the calendar or by a meter, and the checklists it brings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.operations.maintenance.choices import CheckKind, IntervalUnit, WorkKind
from cddp.registers.assets.choices import Condition
from cddp.registers.assets.models import Asset, AssetClass


class Checklist(TenantModel):
    """แบบรายการตรวจ: lines that a work order is given when it is opened."""

    name = models.CharField(_("ชื่อ"), max_length=120)
    asset_class = TenantForeignKey(
        AssetClass,
        verbose_name=_("สำหรับประเภท"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    class Meta:
        verbose_name = _("แบบรายการตรวจ")
        verbose_name_plural = _("แบบรายการตรวจ")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="checklist_name")]

    def __str__(self) -> str:
        return self.name


class ChecklistItem(TenantModel):
    """รายการในแบบ."""

    checklist = TenantForeignKey(
        Checklist, verbose_name=_("แบบรายการตรวจ"), on_delete=models.CASCADE, related_name="items"
    )
    order = models.PositiveSmallIntegerField(_("ลำดับ"), default=0)
    words = models.CharField(_("รายการ"), max_length=200)
    kind = models.CharField(_("ชนิด"), max_length=8, choices=CheckKind.choices, default=CheckKind.TICK)
    unit = models.CharField(_("หน่วย"), max_length=40, blank=True)
    is_required = models.BooleanField(_("ต้องทำก่อนปิดงาน"), default=False)

    class Meta:
        verbose_name = _("รายการในแบบ")
        verbose_name_plural = _("รายการในแบบ")
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["municipality", "checklist", "order"], name="checklist_item_order")]

    def __str__(self) -> str:
        return self.words


class PreventiveScheduleQuerySet(models.QuerySet["PreventiveSchedule"]):
    """แผนบำรุงรักษาที่มองเห็น."""

    def visible_to(self, user: User) -> "PreventiveScheduleQuerySet":
        """Return the town's schedules to those who plan work or do it."""
        if user.membership is None:
            return self.none()
        may = user.has_perm("maintenance.view") or user.has_perm("maintenance.work")
        return self if may else self.none()

    def active(self) -> "PreventiveScheduleQuerySet":
        """Return those that still open work."""
        return self.filter(is_active=True)


class PreventiveSchedule(TenantModel):
    """แผนบำรุงรักษา: one asset's recurring work, by interval, by meter, or whichever comes first.

    `next_on` and `next_meter` say when the next work order is opened (`lead_days` before); they move when that work
    is done, counted from the day it was done.
    """

    asset = TenantForeignKey(Asset, verbose_name=_("ทรัพย์สิน"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("งาน"), max_length=200)
    kind = models.CharField(_("ชนิดงาน"), max_length=12, choices=WorkKind.choices, default=WorkKind.PREVENTIVE)
    checklist = TenantForeignKey(
        Checklist,
        verbose_name=_("แบบรายการตรวจ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
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
    every = models.PositiveSmallIntegerField(_("ทุก"), null=True, blank=True)
    unit = models.CharField(
        _("หน่วยของรอบ"), max_length=6, choices=IntervalUnit.choices, default=IntervalUnit.MONTHS
    )
    meter = models.CharField(_("มาตรวัด"), max_length=40, blank=True)
    every_meter = models.DecimalField(_("ทุกค่ามาตร"), max_digits=12, decimal_places=1, null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("เปิดใบสั่งงานล่วงหน้า (วัน)"), default=7)
    next_on = models.DateField(_("ครั้งต่อไป"), null=True, blank=True)
    next_meter = models.DecimalField(
        _("ครั้งต่อไปเมื่อมาตรถึง"), max_digits=12, decimal_places=1, null=True, blank=True
    )
    last_done_on = models.DateField(_("ทำครั้งล่าสุด"), null=True, blank=True)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)
    version = models.PositiveIntegerField(_("รุ่น"), default=1)
    created_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)

    objects = PreventiveScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("แผนบำรุงรักษา")
        verbose_name_plural = _("แผนบำรุงรักษา")
        constraints = [
            models.CheckConstraint(
                condition=Q(every__gte=1) | Q(every_meter__gt=0), name="schedule_has_a_rhythm"
            )
        ]
        indexes = [
            models.Index(
                fields=["municipality", "next_on", "id"], name="schedule_next", condition=Q(is_active=True)
            ),
            models.Index(fields=["municipality", "asset"], name="schedule_asset"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class MeterReading(TenantModel):
    """ค่ามาตร: what a meter of an asset (hours, kilometres) showed at a moment.

    It runs forward. A lower value needs a `reason`, or is the first of a new meter (`is_new_meter`).
    """

    asset = TenantForeignKey(Asset, verbose_name=_("ทรัพย์สิน"), on_delete=models.PROTECT, related_name="+")
    meter = models.CharField(_("มาตรวัด"), max_length=40)
    value = models.DecimalField(_("ค่า"), max_digits=12, decimal_places=1)
    at = models.DateTimeField(_("เมื่อ"))
    is_new_meter = models.BooleanField(_("เปลี่ยนมาตรใหม่"), default=False)
    reason = models.CharField(_("เหตุผล"), max_length=200, blank=True)
    by_label = models.CharField(_("ผู้อ่าน"), max_length=150, blank=True)

    append_only = True

    class Meta:
        verbose_name = _("ค่ามาตร")
        verbose_name_plural = _("ค่ามาตร")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["municipality", "asset", "meter", "-at"], name="meter_reading_asset")]

    def __str__(self) -> str:
        return f"{self.meter} {self.value}"


class RoundSettings(TenantModel):
    """ข้อตกลงของงานช่าง: one row for a town. `propose_from`: an inspection this bad or worse asks for work by itself."""

    propose_from = models.PositiveSmallIntegerField(
        _("เสนองานซ่อมเมื่อตรวจพบสภาพ"), choices=Condition.choices, null=True, blank=True
    )
    version = models.PositiveIntegerField(_("รุ่น"), default=1)

    class Meta:
        verbose_name = _("ข้อตกลงของงานช่าง")
        verbose_name_plural = _("ข้อตกลงของงานช่าง")
        constraints = [models.UniqueConstraint(fields=["municipality"], name="round_settings_one")]

    def __str__(self) -> str:
        return str(self.municipality_id)
