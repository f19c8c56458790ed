"""เทศบาลและตารางของเทศบาล: municipalities, and the base of every table that belongs to one."""

from typing import Any

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.identifiers import uuid7


class MunicipalityKind(models.TextChoices):
    """ประเภทองค์กรปกครองส่วนท้องถิ่น: kinds of local government (DLA)."""

    CITY = "city", _("เทศบาลนคร")
    TOWN = "town", _("เทศบาลเมือง")
    SUBDISTRICT = "subdistrict", _("เทศบาลตำบล")
    SAO = "sao", _("องค์การบริหารส่วนตำบล")
    OTHER = "other", _("อื่น ๆ")


class Municipality(models.Model):
    """เทศบาล: one local government; its key is its national (DOPA) code, so rows can move between clusters."""

    id = models.IntegerField(_("รหัสองค์กรปกครองส่วนท้องถิ่น"), primary_key=True)
    slug = models.SlugField(_("ชื่อในที่อยู่เว็บ"), unique=True)
    kind = models.CharField(_("ประเภท"), max_length=16, choices=MunicipalityKind.choices)
    name_th = models.CharField(_("ชื่อ"), max_length=120)
    name_en = models.CharField(_("ชื่อภาษาอังกฤษ"), max_length=120)
    province_th = models.CharField(_("จังหวัด"), max_length=60, blank=True)
    tambon_codes = models.JSONField(_("รหัสตำบลในเขต"), default=list, blank=True)
    boundary = models.MultiPolygonField(_("เขตเทศบาล"), srid=4326, null=True, blank=True)
    utm_srid = models.IntegerField(_("โซนพิกัด UTM"), default=32647)
    is_demo = models.BooleanField(_("เมืองสาธิต"), default=False)
    attribution = models.TextField(_("ที่มาของแนวเขต"), blank=True)
    created_at = models.DateTimeField(_("สร้างเมื่อ"), auto_now_add=True)

    # Towns are set up by the operator; the program itself may only read them.
    provisioned = True

    class Meta:
        verbose_name = _("เทศบาล")
        verbose_name_plural = _("เทศบาล")
        ordering = ["name_th"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """Return e.g. "เทศบาลตำบลบ้านกลาง (สาธิต)"."""
        kind = "" if self.kind == MunicipalityKind.OTHER else self.get_kind_display()
        name = f"{kind}{self.name_th}"
        return f"{name} (สาธิต)" if self.is_demo else name


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """กุญแจในเทศบาลเดียวกัน: a foreign key that cannot cross towns.

    The database constraint is on (municipality_id, this) and made by `tenancy.security` after migrations;
    indexes are declared by the model so that they begin with the town.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        super().__init__(*args, **kwargs)


class TenantModel(models.Model):
    """แถวของเทศบาล: the base of each table that row-level security splits by town."""

    id = models.UUIDField(_("รหัส"), primary_key=True, default=uuid7, editable=False)
    municipality = models.ForeignKey(
        Municipality,
        verbose_name=_("เทศบาล"),
        on_delete=models.PROTECT,
        related_name="+",
        default=required_municipality_id,
        editable=False,
        db_index=False,
    )

    # Rows of an append-only table are never changed or deleted by the program: the database refuses it,
    # but for the columns named as forgettable, which are emptied when a person takes their words back.
    append_only = False
    forgettable: tuple[str, ...] = ()

    class Meta:
        abstract = True


class TownSetting(TenantModel):
    """ค่าตั้งของเทศบาล: one setting of one town, chosen on a screen or by a command."""

    key = models.CharField(_("ชื่อค่า"), max_length=80)
    value = models.JSONField(_("ค่า"))
    updated_at = models.DateTimeField(_("แก้ไขเมื่อ"), auto_now=True)

    class Meta:
        verbose_name = _("ค่าตั้งของเทศบาล")
        verbose_name_plural = _("ค่าตั้งของเทศบาล")
        constraints = [models.UniqueConstraint(fields=["municipality", "key"], name="town_setting_key")]

    def __str__(self) -> str:
        return self.key
