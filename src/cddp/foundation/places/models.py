"""พื้นที่ปกครอง: provinces, districts, tambons and villages of the country, the same for every town."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class AdministrativeLevel(models.TextChoices):
    """ระดับพื้นที่: by the number of digits of the DOPA code (2, 4, 6, 8)."""

    PROVINCE = "province", _("จังหวัด")
    DISTRICT = "district", _("อำเภอ")
    TAMBON = "tambon", _("ตำบล")
    VILLAGE = "village", _("หมู่บ้าน")


class AdministrativeArea(models.Model):
    """พื้นที่ปกครอง: one place of the national code list (DOPA)."""

    code = models.CharField(_("รหัส"), max_length=8, primary_key=True)
    level = models.CharField(_("ระดับ"), max_length=10, choices=AdministrativeLevel.choices)
    name_th = models.CharField(_("ชื่อ"), max_length=120)
    name_en = models.CharField(_("ชื่อภาษาอังกฤษ"), max_length=120, blank=True)
    boundary = models.MultiPolygonField(_("แนวเขต"), srid=4326, null=True, blank=True)
    attribution = models.TextField(_("ที่มา"), blank=True)

    provisioned = True

    class Meta:
        verbose_name = _("พื้นที่ปกครอง")
        verbose_name_plural = _("พื้นที่ปกครอง")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_th
