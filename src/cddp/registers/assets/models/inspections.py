"""การตรวจสภาพ: what somebody saw on a day, from 1 (as new) to 5 (beyond use)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.assets.choices import Condition, Source
from cddp.registers.assets.models.assets import Asset


class Inspection(TenantModel):
    """การตรวจสภาพ: one dated look at an asset; never changed, a newer one stands beside it.

    The phone makes the id, so that the same inspection sent twice is one.
    """

    asset = TenantForeignKey(
        Asset, verbose_name=_("ทรัพย์สิน"), on_delete=models.PROTECT, related_name="inspections"
    )
    condition = models.PositiveSmallIntegerField(_("สภาพ"), choices=Condition.choices)
    on = models.DateField(_("วันที่ตรวจ"))
    notes = models.TextField(_("สิ่งที่พบ"), blank=True)
    source = models.CharField(_("ที่มา"), max_length=12, choices=Source.choices, default=Source.INSPECTION)
    # {"roughness": 2.4, …}: figures of a measuring method
    measures = models.JSONField(_("ค่าที่วัดได้"), default=dict, blank=True)
    at = models.DateTimeField(_("บันทึกเมื่อ"))
    by = models.UUIDField(_("รหัสผู้ตรวจ"), null=True, blank=True)
    by_label = models.CharField(_("ผู้ตรวจ"), max_length=150, blank=True)

    append_only = True

    class Meta:
        verbose_name = _("การตรวจสภาพ")
        verbose_name_plural = _("การตรวจสภาพ")
        ordering = ["-on", "-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(condition__gte=1, condition__lte=5), name="inspection_condition"
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "asset", "on"], name="inspection_asset"),
            models.Index(fields=["municipality", "on"], name="inspection_on"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.on} {self.condition}"
