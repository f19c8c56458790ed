"""การตรวจนับ: the yearly count of what the town owns (regulation on supplies 2560, clause 213)."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Division, User
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.assets.choices import Condition, StockTakeResult
from cddp.registers.assets.models.assets import Asset
from cddp.registers.assets.models.classes import AssetClass


class StockTakeQuerySet(models.QuerySet["StockTake"]):
    """รอบการตรวจนับที่มองเห็น."""

    def visible_to(self, user: User) -> "StockTakeQuerySet":
        """Return the rounds of the town to those who may see the register."""
        if not user.has_perm("assets.view") or user.membership is None:
            return self.none()
        return self

    def open(self) -> "StockTakeQuerySet":
        """Return the rounds that go on."""
        return self.filter(closed_at=None)


class StockTake(TenantModel):
    """รอบการตรวจนับ: which assets are to be found, who goes, and whether the round is over."""

    name = models.CharField(_("ชื่อรอบ"), max_length=120)
    fiscal_year = models.PositiveSmallIntegerField(_("ปีงบประมาณ (พ.ศ.)"))
    asset_class = TenantForeignKey(
        AssetClass,
        verbose_name=_("เฉพาะประเภท"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    division = TenantForeignKey(
        Division,
        verbose_name=_("เฉพาะกอง"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    committee = models.TextField(_("คณะกรรมการตรวจสอบพัสดุ"), blank=True)
    opened_at = models.DateTimeField(_("เริ่มเมื่อ"))
    closed_at = models.DateTimeField(_("ปิดเมื่อ"), null=True, blank=True)
    by_label = models.CharField(_("ผู้เปิดรอบ"), max_length=150, blank=True)

    objects = StockTakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("รอบการตรวจนับ")
        verbose_name_plural = _("รอบการตรวจนับ")
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["municipality", "-opened_at", "-id"], name="stock_take_opened")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("assets:stock_take", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Tell whether things can still be counted in it."""
        return self.closed_at is None

    @property
    def members(self) -> list[str]:
        """Return the names of the committee, one a line as they were typed."""
        return [name.strip() for name in self.committee.splitlines() if name.strip()]


class StockTakeLine(TenantModel):
    """ผลการตรวจนับรายการ: what was found of one asset in one round; a later scan replaces an earlier one."""

    stock_take = TenantForeignKey(
        StockTake, verbose_name=_("รอบการตรวจนับ"), on_delete=models.CASCADE, related_name="lines"
    )
    asset = TenantForeignKey(Asset, verbose_name=_("ทรัพย์สิน"), on_delete=models.PROTECT, related_name="+")
    # Empty until somebody looked.
    result = models.CharField(_("ผล"), max_length=12, choices=StockTakeResult.choices, blank=True)
    condition = models.PositiveSmallIntegerField(_("สภาพ"), choices=Condition.choices, null=True, blank=True)
    note = models.CharField(_("หมายเหตุ"), max_length=300, blank=True)
    seen_at = models.DateTimeField(_("ตรวจเมื่อ"), null=True, blank=True)
    by = models.UUIDField(_("รหัสผู้ตรวจ"), null=True, blank=True)
    by_label = models.CharField(_("ผู้ตรวจ"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("ผลการตรวจนับ")
        verbose_name_plural = _("ผลการตรวจนับ")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "stock_take", "asset"], name="stock_take_asset")
        ]
        indexes = [
            models.Index(fields=["municipality", "stock_take", "result", "id"], name="stock_take_result")
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.result}"
