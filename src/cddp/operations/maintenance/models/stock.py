"""คลังอะไหล่: stores, the ledger of movements, and its sum by part and store."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Division, Membership
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.operations.maintenance.choices import MovementKind, StoreKind
from cddp.operations.maintenance.models.parts import Part
from cddp.operations.maintenance.models.work import WorkOrder


class Store(TenantModel):
    """คลัง: a depot, or a technician's van."""

    code = models.CharField(_("รหัส"), max_length=20)
    name = models.CharField(_("ชื่อคลัง"), max_length=120)
    kind = models.CharField(_("ชนิดคลัง"), max_length=8, choices=StoreKind.choices, default=StoreKind.DEPOT)
    keeper = TenantForeignKey(
        Membership, verbose_name=_("ผู้ดูแล"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    division = TenantForeignKey(
        Division, verbose_name=_("กอง"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    point = models.PointField(_("ที่ตั้ง"), srid=4326, null=True, blank=True, spatial_index=False)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    class Meta:
        verbose_name = _("คลัง")
        verbose_name_plural = _("คลัง")
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "code"], name="store_code")]

    def __str__(self) -> str:
        return self.name


class StockLevel(TenantModel):
    """ยอดคงเหลือ: the sum of the movements of one part in one store, and the row that a movement locks.

    `free = on_hand − reserved`. `value_satang / on_hand` is the weighted average cost. The database refuses what is
    negative; a nightly recount compares it with the ledger.
    """

    part = TenantForeignKey(Part, verbose_name=_("อะไหล่"), on_delete=models.PROTECT, related_name="levels")
    store = TenantForeignKey(Store, verbose_name=_("คลัง"), on_delete=models.PROTECT, related_name="levels")
    on_hand = models.DecimalField(_("คงเหลือ"), max_digits=12, decimal_places=2, default=0)
    reserved = models.DecimalField(_("จองแล้ว"), max_digits=12, decimal_places=2, default=0)
    value_satang = models.BigIntegerField(_("มูลค่า (สตางค์)"), default=0)
    shelf = models.CharField(_("ชั้นวาง"), max_length=60, blank=True)
    updated_at = models.DateTimeField(_("เคลื่อนไหวล่าสุด"), auto_now=True)

    class Meta:
        verbose_name = _("ยอดคงเหลือ")
        verbose_name_plural = _("ยอดคงเหลือ")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "part", "store"], name="stock_level_part_store"),
            models.CheckConstraint(
                condition=Q(on_hand__gte=0, reserved__gte=0, value_satang__gte=0)
                & Q(reserved__lte=F("on_hand")),
                name="stock_level_never_below_zero",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "store", "part"], name="stock_level_store")]

    def __str__(self) -> str:
        return f"{self.part_id} {self.store_id} {self.on_hand}"


class Movement(TenantModel):
    """การเคลื่อนไหวของอะไหล่: one line of the ledger; never changed, a wrong one is put right by its opposite.

    `quantity` is what was asked, above zero; `on_hand_delta`, `reserved_delta` and `value_delta_satang` are what it
    did to the level, and `*_after` what stood there then. Both lines of a transfer share its `act`.
    """

    part = TenantForeignKey(Part, verbose_name=_("อะไหล่"), on_delete=models.PROTECT, related_name="movements")
    store = TenantForeignKey(Store, verbose_name=_("คลัง"), on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(_("ชนิด"), max_length=12, choices=MovementKind.choices)
    quantity = models.DecimalField(_("จำนวน"), max_digits=12, decimal_places=2)
    on_hand_delta = models.DecimalField(_("เปลี่ยนยอดคงเหลือ"), max_digits=12, decimal_places=2)
    reserved_delta = models.DecimalField(_("เปลี่ยนยอดจอง"), max_digits=12, decimal_places=2)
    value_delta_satang = models.BigIntegerField(_("เปลี่ยนมูลค่า (สตางค์)"), default=0)
    on_hand_after = models.DecimalField(_("คงเหลือหลังรายการ"), max_digits=12, decimal_places=2)
    reserved_after = models.DecimalField(_("จองหลังรายการ"), max_digits=12, decimal_places=2)
    work_order = TenantForeignKey(
        WorkOrder,
        verbose_name=_("ใบสั่งงาน"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="movements",
    )
    act = models.UUIDField(_("การกระทำ"))
    reference = models.CharField(_("เอกสารอ้างอิง"), max_length=120, blank=True)
    reason = models.CharField(_("เหตุผล"), max_length=300, blank=True)
    at = models.DateTimeField(_("เมื่อ"))
    by = models.UUIDField(_("รหัสผู้ทำ"), null=True, blank=True)
    by_label = models.CharField(_("ผู้ทำ"), max_length=150, blank=True)

    append_only = True

    class Meta:
        verbose_name = _("การเคลื่อนไหวของอะไหล่")
        verbose_name_plural = _("การเคลื่อนไหวของอะไหล่")
        ordering = ["at", "id"]
        constraints = [
            # The same act sent twice finds itself here; the second line of a transfer stands behind its first.
            models.UniqueConstraint(
                fields=["municipality", "act"],
                name="movement_act_once",
                condition=~Q(kind=MovementKind.TRANSFER_IN),
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="movement_quantity"),
        ]
        indexes = [
            models.Index(fields=["municipality", "part", "store", "at", "id"], name="movement_part"),
            models.Index(
                fields=["municipality", "work_order", "at"],
                name="movement_work",
                condition=Q(work_order__isnull=False),
            ),
            models.Index(fields=["municipality", "at", "id"], name="movement_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"
