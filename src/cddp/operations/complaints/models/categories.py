"""ประเภทเรื่อง: the town's categories, and the table that leads other systems' labels to them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.operations.complaints.choices import CategoryFamily, Channel


class Category(TenantModel):
    """ประเภทเรื่อง: what a report is about (Open311: service).

    Two reports of one family within `radius_m` may be one problem; private ones are never compared.
    """

    key = models.SlugField(_("รหัสประเภท"), max_length=60)
    name = models.CharField(_("ชื่อประเภท"), max_length=120)
    family = models.CharField(
        _("กลุ่มเรื่อง"), max_length=10, choices=CategoryFamily.choices, default=CategoryFamily.OTHER
    )
    radius_m = models.PositiveSmallIntegerField(_("ระยะที่ถือว่าใกล้กัน (เมตร)"), default=40)
    is_private = models.BooleanField(_("เรื่องลับเฉพาะผู้เกี่ยวข้อง"), default=False)
    order = models.PositiveSmallIntegerField(_("ลำดับ"), default=50)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    class Meta:
        verbose_name = _("ประเภทเรื่อง")
        verbose_name_plural = _("ประเภทเรื่อง")
        ordering = ["order", "name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "key"], name="category_key")]

    def __str__(self) -> str:
        return self.name


class CategoryMapping(TenantModel):
    """ตารางจับคู่ประเภท: a label of a channel, in the years when it meant this category.

    Traffy renamed and recut its types between 2022 and 2025; the same word may mean two things in two years.
    """

    channel = models.CharField(_("ช่องทาง"), max_length=12, choices=Channel.choices, default=Channel.TRAFFY)
    label = models.CharField(_("ชื่อที่ต้นทางใช้"), max_length=80)
    year_from = models.PositiveSmallIntegerField(_("ตั้งแต่ปี ค.ศ."), default=2000)
    year_until = models.PositiveSmallIntegerField(_("ถึงปี ค.ศ."), null=True, blank=True)
    category = TenantForeignKey(
        Category, verbose_name=_("ประเภทเรื่อง"), on_delete=models.PROTECT, related_name="mappings"
    )

    class Meta:
        verbose_name = _("การจับคู่ประเภท")
        verbose_name_plural = _("ตารางจับคู่ประเภท")
        ordering = ["channel", "label", "year_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "channel", "label", "year_from"], name="category_mapping_label"
            ),
            models.CheckConstraint(
                condition=Q(year_until=None) | Q(year_until__gte=models.F("year_from")),
                name="category_mapping_years",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} → {self.category_id}"
