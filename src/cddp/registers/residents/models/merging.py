"""การรวมรายการซ้ำ: what a merge moved, so that it can be undone, and pairs known to be different."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.tenancy.models import TenantModel
from cddp.registers.residents.choices import FactLevel


class Merge(TenantModel):
    """การรวมรายการ: one row absorbed by another of the same kind; undone, it leaves both as they were.

    `moved` holds every change of another row: [{"table": "membership", "id": …, "field": "person",
    "before": …, "after": …}]; `filled` names the blank fields of the kept row that took the absorbed row's
    value. Neither holds an identity number.
    """

    kind = models.CharField(_("ชนิดของรายการ"), max_length=10, choices=FactLevel.choices)
    kept_id = models.UUIDField(_("รายการที่เก็บไว้"))
    absorbed_id = models.UUIDField(_("รายการที่ถูกรวม"))
    moved = models.JSONField(_("สิ่งที่ย้าย"), default=list)
    filled = models.JSONField(_("ช่องที่เติม"), default=list)
    reason = models.CharField(_("เหตุผล"), max_length=300, blank=True)
    merged_at = models.DateTimeField(_("รวมเมื่อ"), auto_now_add=True)
    merged_by = models.UUIDField(_("ผู้รวม"), null=True, blank=True)
    undone_at = models.DateTimeField(_("แยกกลับเมื่อ"), null=True, blank=True)
    undone_by = models.UUIDField(_("ผู้แยกกลับ"), null=True, blank=True)

    class Meta:
        verbose_name = _("การรวมรายการซ้ำ")
        verbose_name_plural = _("การรวมรายการซ้ำ")
        ordering = ["-merged_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "absorbed_id"],
                name="merge_absorbed_once",
                condition=Q(undone_at=None),
            ),
            models.CheckConstraint(condition=~Q(kept_id=F("absorbed_id")), name="merge_two_rows"),
        ]
        indexes = [
            models.Index(fields=["municipality", "kept_id"], name="merge_kept"),
            models.Index(fields=["municipality", "-merged_at"], name="merge_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.merged_at:%Y-%m-%d}"


class DistinctPair(TenantModel):
    """คู่ที่ไม่ซ้ำกัน: two rows that look alike and that a person said are two; never suggested again."""

    kind = models.CharField(_("ชนิดของรายการ"), max_length=10, choices=FactLevel.choices)
    first_id = models.UUIDField(_("รายการแรก"))
    second_id = models.UUIDField(_("รายการที่สอง"))
    decided_at = models.DateTimeField(_("ตัดสินเมื่อ"), auto_now_add=True)
    decided_by = models.UUIDField(_("ผู้ตัดสิน"), null=True, blank=True)

    class Meta:
        verbose_name = _("คู่ที่ไม่ซ้ำกัน")
        verbose_name_plural = _("คู่ที่ไม่ซ้ำกัน")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "first_id", "second_id"], name="distinct_pair_once"
            ),
            models.CheckConstraint(condition=Q(first_id__lt=F("second_id")), name="distinct_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
