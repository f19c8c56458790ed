"""อะไหล่: what is kept to repair with, and which models it fits."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.assets.models import AssetClass, AssetModel


class PartQuerySet(models.QuerySet["Part"]):
    """อะไหล่ที่มองเห็น."""

    def visible_to(self, user: User) -> "PartQuerySet":
        """Return the town's parts to those who work with them."""
        if user.membership is None:
            return self.none()
        may = user.has_perm("maintenance.view") or user.has_perm("maintenance.work")
        return self if may else self.none()


class Part(TenantModel):
    """อะไหล่: one kind of spare part, in one unit. Quantities have two decimals (cable in metres).

    When what is free in all stores falls to `reorder_point`, `reorder_quantity` are put on the purchase list.
    """

    code = models.CharField(_("รหัส"), max_length=40)
    name = models.CharField(_("ชื่อ"), max_length=200)
    unit = models.CharField(_("หน่วยนับ"), max_length=40, default="อัน")
    barcode = models.CharField(_("บาร์โค้ด"), max_length=60, blank=True)
    reorder_point = models.DecimalField(_("จุดสั่งซื้อ"), max_digits=12, decimal_places=2, default=0)
    reorder_quantity = models.DecimalField(_("จำนวนสั่งซื้อ"), max_digits=12, decimal_places=2, default=0)
    supplier = models.CharField(_("ผู้ขายประจำ"), max_length=200, blank=True)
    notes = models.CharField(_("หมายเหตุ"), max_length=300, blank=True)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)
    # Since when what is free is at or below the reorder point; its keepers were told then, once.
    ran_low_at = models.DateTimeField(_("ใกล้หมดตั้งแต่"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("รุ่น"), default=1)
    search_text = models.TextField(_("ข้อความสำหรับค้นหา"), blank=True, editable=False)
    created_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("อะไหล่")
        verbose_name_plural = _("อะไหล่")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code"], name="part_code"),
            models.UniqueConstraint(
                fields=["municipality", "barcode"], name="part_barcode", condition=~Q(barcode="")
            ),
            models.CheckConstraint(
                condition=Q(reorder_point__gte=0, reorder_quantity__gte=0), name="part_reorder"
            ),
        ]
        indexes = [
            GinIndex(F("municipality_id"), OpClass(F("search_text"), name="gin_trgm_ops"), name="part_search")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PartFit(TenantModel):
    """ใช้กับรุ่น: the part fits this model, or every model of this class; so many of it to one asset."""

    part = TenantForeignKey(Part, verbose_name=_("อะไหล่"), on_delete=models.CASCADE, related_name="fits")
    model = TenantForeignKey(
        AssetModel, verbose_name=_("รุ่น"), on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    asset_class = TenantForeignKey(
        AssetClass,
        verbose_name=_("ประเภททรัพย์สิน"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    position = models.CharField(_("ตำแหน่งที่ใช้"), max_length=120, blank=True)
    per_asset = models.DecimalField(_("จำนวนต่อชิ้น"), max_digits=8, decimal_places=2, default=1)

    class Meta:
        verbose_name = _("ใช้กับรุ่น")
        verbose_name_plural = _("ใช้กับรุ่น")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "part", "model"], name="part_fit_model", condition=Q(asset_class=None)
            ),
            models.UniqueConstraint(
                fields=["municipality", "part", "asset_class"], name="part_fit_class", condition=Q(model=None)
            ),
            models.CheckConstraint(
                condition=Q(model=None, asset_class__isnull=False) | Q(model__isnull=False, asset_class=None),
                name="part_fit_one",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "part"], name="part_fit_of_part"),
            models.Index(fields=["municipality", "model"], name="part_fit_of_model"),
            models.Index(fields=["municipality", "asset_class"], name="part_fit_of_class"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} → {self.model_id or self.asset_class_id}"


class PartAlternative(TenantModel):
    """ใช้แทนกันได้: `other` may stand in for `part`."""

    part = TenantForeignKey(
        Part, verbose_name=_("อะไหล่"), on_delete=models.CASCADE, related_name="alternatives"
    )
    other = TenantForeignKey(Part, verbose_name=_("ใช้แทนด้วย"), on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("อะไหล่ที่ใช้แทนกัน")
        verbose_name_plural = _("อะไหล่ที่ใช้แทนกัน")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "part", "other"], name="part_alternative_pair"),
            models.CheckConstraint(condition=~Q(part=F("other")), name="part_alternative_other"),
        ]
        indexes = [models.Index(fields=["municipality", "other"], name="part_alternative_of_other")]

    def __str__(self) -> str:
        return f"{self.part_id} ~ {self.other_id}"
