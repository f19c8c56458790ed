"""พื้นที่ บ้าน และครัวเรือน: areas, houses and households."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.residents.choices import AreaKind, PointSource, RegistryState

THAI = "th-x-icu"


class AreaQuerySet(models.QuerySet["Area"]):
    """พื้นที่ที่มองเห็น."""

    def visible_to(self, user: User) -> "AreaQuerySet":
        """Return the areas this person may see: a volunteer sees those in their care."""
        if not user.has_perm("residents.view") or user.membership is None:
            return self.none()
        codes = user.membership.area_limit
        return self if codes is None else self.filter(code__in=codes)


class Area(TenantModel):
    """หมู่/ชุมชน: a village or community of the town, the unit that people here think in."""

    kind = models.CharField(_("ชนิด"), max_length=10, choices=AreaKind.choices, default=AreaKind.MOO)
    code = models.CharField(_("รหัส"), max_length=20)
    number = models.PositiveIntegerField(_("หมู่ที่"), null=True, blank=True)
    name = models.CharField(_("ชื่อ"), max_length=120, db_collation=THAI)
    tambon_code = models.CharField(_("รหัสตำบล"), max_length=6, blank=True)
    boundary = models.MultiPolygonField(_("แนวเขต"), srid=4326, null=True, blank=True, spatial_index=False)
    boundary_3857 = models.GeneratedField(
        verbose_name=_("แนวเขตสำหรับแสดงผล"),
        expression=Transform("boundary", 3857),
        output_field=models.MultiPolygonField(srid=3857, null=True, spatial_index=False),
        db_persist=True,
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("หมู่/ชุมชน")
        verbose_name_plural = _("หมู่/ชุมชน")
        ordering = ["number", "name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "code"], name="area_code")]

    def __str__(self) -> str:
        return f"หมู่ {self.number} {self.name}" if self.number else self.name


class HouseQuerySet(models.QuerySet["House"]):
    """บ้านที่มองเห็น."""

    def visible_to(self, user: User) -> "HouseQuerySet":
        """Return the houses this person may see: a volunteer sees those of the areas in their care."""
        if not user.has_perm("residents.view") or user.membership is None:
            return self.none()
        areas = user.membership.area_limit
        return self if areas is None else self.filter(area__code__in=areas)

    def active(self) -> "HouseQuerySet":
        """Return houses that are neither ended nor merged into another."""
        return self.filter(state=RegistryState.ACTIVE)

    def without_point(self) -> "HouseQuerySet":
        """Return the houses that are not on the map yet."""
        return self.filter(point=None, is_central_register=False)


class House(TenantModel):
    """บ้าน: a dwelling with its registration code (รหัสประจำบ้าน, 11 digits), address and point."""

    house_code = models.CharField(_("รหัสประจำบ้าน"), max_length=20, blank=True)
    number = models.CharField(_("บ้านเลขที่"), max_length=40)
    number_order = models.IntegerField(_("ลำดับเลขที่บ้าน"), default=0)
    area = TenantForeignKey(
        Area,
        verbose_name=_("หมู่/ชุมชน"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="houses",
    )
    road = models.CharField(_("ถนน"), max_length=120, blank=True)
    lane = models.CharField(_("ตรอก/ซอย"), max_length=120, blank=True)
    is_central_register = models.BooleanField(_("ทะเบียนบ้านกลาง"), default=False)
    point = models.PointField(_("พิกัด"), srid=4326, null=True, blank=True, spatial_index=False)
    point_3857 = models.GeneratedField(
        verbose_name=_("พิกัดสำหรับแสดงผล"),
        expression=Transform("point", 3857),
        output_field=models.PointField(srid=3857, null=True, spatial_index=False),
        db_persist=True,
    )
    point_source = models.CharField(
        _("ที่มาของพิกัด"), max_length=16, choices=PointSource.choices, blank=True, default=PointSource.NONE
    )
    state = models.CharField(
        _("สถานะ"), max_length=8, choices=RegistryState.choices, default=RegistryState.ACTIVE
    )
    merged_into = TenantForeignKey(
        "self",
        verbose_name=_("รวมกับบ้าน"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
    )
    search_text = models.TextField(_("ข้อความสำหรับค้นหา"), blank=True, editable=False)
    version = models.PositiveIntegerField(_("รุ่น"), default=1, editable=False)
    created_at = models.DateTimeField(_("สร้างเมื่อ"), auto_now_add=True)
    updated_at = models.DateTimeField(_("แก้ไขเมื่อ"), auto_now=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("บ้าน")
        verbose_name_plural = _("บ้าน")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "house_code"],
                name="house_code",
                condition=~Q(house_code="") & Q(state=RegistryState.ACTIVE),
            )
        ]
        indexes = [
            models.Index(
                fields=["municipality", "area", "number_order", "number", "id"], name="house_address"
            ),
            GistIndex(F("municipality_id"), F("point_3857"), name="house_tile", condition=~Q(point=None)),
            GinIndex(
                F("municipality_id"), OpClass(F("search_text"), name="gin_trgm_ops"), name="house_search"
            ),
            models.Index(
                fields=["municipality", "area", "number_order", "id"],
                name="house_without_point",
                condition=Q(point=None),
            ),
            # Also spares the foreign key a look through all houses for each one that an undone import takes away.
            models.Index(
                fields=["municipality", "merged_into"], name="house_absorbed", condition=~Q(merged_into=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.area}" if self.area else self.number


class HouseholdQuerySet(models.QuerySet["Household"]):
    """ครัวเรือนที่มองเห็น."""

    def visible_to(self, user: User) -> "HouseholdQuerySet":
        """Return the households of the houses this person may see."""
        if not user.has_perm("residents.view") or user.membership is None:
            return self.none()
        codes = user.membership.area_limit
        return self if codes is None else self.filter(house__area__code__in=codes)

    def active(self) -> "HouseholdQuerySet":
        """Return households that are neither ended nor merged into another."""
        return self.filter(state=RegistryState.ACTIVE)


class Household(TenantModel):
    """ครัวเรือน: people who live in one house and share its budget (NSO definition)."""

    house = TenantForeignKey(
        House, verbose_name=_("บ้าน"), on_delete=models.PROTECT, related_name="households"
    )
    sequence = models.PositiveSmallIntegerField(_("ครัวเรือนที่"), default=1)
    name = models.CharField(_("ชื่อเรียก"), max_length=120, blank=True)
    state = models.CharField(
        _("สถานะ"), max_length=8, choices=RegistryState.choices, default=RegistryState.ACTIVE
    )
    merged_into = TenantForeignKey(
        "self",
        verbose_name=_("รวมกับครัวเรือน"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
    )
    created_at = models.DateTimeField(_("สร้างเมื่อ"), auto_now_add=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("ครัวเรือน")
        verbose_name_plural = _("ครัวเรือน")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "house", "sequence"], name="household_sequence")
        ]
        indexes = [
            models.Index(
                fields=["municipality", "merged_into"],
                name="household_absorbed",
                condition=~Q(merged_into=None),
            )
        ]

    def __str__(self) -> str:
        return self.name or f"ครัวเรือนที่ {self.sequence}"
