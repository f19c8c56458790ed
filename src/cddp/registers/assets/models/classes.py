"""ประเภททรัพย์สิน: the town's classes with their own attributes, the years they last, and makers' models."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.assets.choices import AttributeKind, GeometryKind


class AssetClass(TenantModel):
    """ประเภททรัพย์สิน: street light, road segment, drain, pump, CCTV, building, vehicle, equipment …

    `number_prefix` is the kind code (CCC) of the government asset number. `families` are the groups of complaints
    (complaints.CategoryFamily) that may be about an asset of this class. A class with `lights` counts as a lamp.
    """

    key = models.SlugField(_("รหัสประเภท"), max_length=60)
    name = models.CharField(_("ชื่อประเภท"), max_length=120)
    geometry = models.CharField(
        _("รูปร่างบนแผนที่"), max_length=8, choices=GeometryKind.choices, default=GeometryKind.POINT
    )
    icon = models.CharField(_("ไอคอน"), max_length=40, default="box")
    colour = models.CharField(_("สีบนแผนที่"), max_length=7, default="#5b6f8f")
    number_prefix = models.CharField(_("รหัสประเภทครุภัณฑ์"), max_length=12, blank=True)
    families = ArrayField(
        models.CharField(max_length=10), verbose_name=_("กลุ่มเรื่องร้องเรียน"), default=list, blank=True
    )
    is_lamp = models.BooleanField(_("เป็นดวงไฟสาธารณะ"), default=False)
    is_road = models.BooleanField(_("เป็นช่วงถนน"), default=False)
    inspect_every_months = models.PositiveSmallIntegerField(_("ตรวจสภาพทุก (เดือน)"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("ลำดับ"), default=50)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    class Meta:
        verbose_name = _("ประเภททรัพย์สิน")
        verbose_name_plural = _("ประเภททรัพย์สิน")
        ordering = ["order", "name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "key"], name="asset_class_key")]

    def __str__(self) -> str:
        return self.name


class AssetAttribute(TenantModel):
    """ช่องข้อมูลของประเภท: one thing that is asked of every asset of the class ("กำลังไฟ", วัตต์)."""

    asset_class = TenantForeignKey(
        AssetClass, verbose_name=_("ประเภททรัพย์สิน"), on_delete=models.CASCADE, related_name="attributes"
    )
    key = models.SlugField(_("รหัสช่อง"), max_length=60)
    name = models.CharField(_("ชื่อช่อง"), max_length=120)
    kind = models.CharField(_("ชนิด"), max_length=8, choices=AttributeKind.choices, default=AttributeKind.TEXT)
    unit = models.CharField(_("หน่วย"), max_length=40, blank=True)
    # [[value, Thai label], …], for a choice
    options = models.JSONField(_("ตัวเลือก"), default=list, blank=True)
    is_required = models.BooleanField(_("ต้องกรอก"), default=False)
    order = models.PositiveSmallIntegerField(_("ลำดับ"), default=50)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    class Meta:
        verbose_name = _("ช่องข้อมูลของประเภท")
        verbose_name_plural = _("ช่องข้อมูลของประเภท")
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "asset_class", "key"], name="asset_attribute_key")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})" if self.unit else self.name


class DepreciationRate(TenantModel):
    """อายุการใช้งานตามประกาศ: how many years assets of the class last, from the day the town's announcement says.

    Straight line over `life_years` down to `residual_satang` (1 baht). An asset follows the rate in force on the day
    it was acquired.
    """

    asset_class = TenantForeignKey(
        AssetClass, verbose_name=_("ประเภททรัพย์สิน"), on_delete=models.CASCADE, related_name="rates"
    )
    effective_from = models.DateField(_("ใช้กับทรัพย์สินที่ได้มาตั้งแต่"))
    life_years = models.PositiveSmallIntegerField(_("อายุการใช้งาน (ปี)"))
    residual_satang = models.BigIntegerField(_("มูลค่าคงเหลือสุดท้าย (สตางค์)"), default=100)
    source = models.CharField(_("ประกาศที่อ้างอิง"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("อายุการใช้งาน")
        verbose_name_plural = _("อายุการใช้งาน")
        ordering = ["effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "asset_class", "effective_from"], name="depreciation_rate_day"
            ),
            models.CheckConstraint(condition=Q(life_years__gte=1), name="depreciation_rate_years"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_class_id} {self.life_years}"


class AssetModel(TenantModel):
    """รุ่น: a maker's model, to which spare parts fit ("LED 50 W", Philips)."""

    asset_class = TenantForeignKey(
        AssetClass, verbose_name=_("ประเภททรัพย์สิน"), on_delete=models.PROTECT, related_name="models"
    )
    maker = models.CharField(_("ยี่ห้อ"), max_length=120, blank=True)
    name = models.CharField(_("รุ่น"), max_length=120)
    notes = models.CharField(_("หมายเหตุ"), max_length=300, blank=True)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    class Meta:
        verbose_name = _("รุ่น")
        verbose_name_plural = _("รุ่น")
        ordering = ["maker", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "asset_class", "maker", "name"], name="asset_model_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.name}".strip()
