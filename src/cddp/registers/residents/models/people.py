"""บุคคลและการอยู่อาศัย: persons, and in which household they are registered or live."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.residents.choices import (
    DatePrecision,
    EndReason,
    MembershipKind,
    MembershipRole,
    RegistryState,
    Sex,
    VitalState,
)
from cddp.registers.residents.models.houses import THAI, Household


class PersonQuerySet(models.QuerySet["Person"]):
    """บุคคลที่มองเห็น."""

    def visible_to(self, user: User) -> "PersonQuerySet":
        """Return the persons this person may see; a volunteer sees those in the areas in their care."""
        if not user.has_perm("residents.view_person") or user.membership is None:
            return self.none()
        areas = user.membership.area_limit
        if areas is None:
            return self
        here = HouseholdMembership.objects.filter(ended_on=None, household__house__area__code__in=areas)
        return self.filter(pk__in=here.values("person_id"))

    def active(self) -> "PersonQuerySet":
        """Return persons alive and not merged into another row."""
        return self.filter(state=RegistryState.ACTIVE, vital_state=VitalState.ALIVE)


class Person(TenantModel):
    """บุคคล: one person known to the town. The identity number is encrypted; a keyed hash finds it exactly."""

    title = models.CharField(_("คำนำหน้า"), max_length=40, blank=True)
    given_name = models.CharField(_("ชื่อ"), max_length=120, db_collation=THAI)
    family_name = models.CharField(_("นามสกุล"), max_length=120, blank=True, db_collation=THAI)
    sex = models.CharField(_("เพศ"), max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("วันเกิด"), null=True, blank=True)
    birth_precision = models.CharField(
        _("ความละเอียดของวันเกิด"), max_length=6, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    citizen_id_encrypted = models.BinaryField(_("เลขประจำตัวประชาชน (เข้ารหัส)"), null=True, blank=True)
    citizen_id_hash = models.BinaryField(
        _("ดัชนีเลขประจำตัวประชาชน"), max_length=32, null=True, blank=True, editable=False
    )
    citizen_id_is_valid = models.BooleanField(_("เลขประจำตัวถูกต้องตามหลักตรวจสอบ"), default=True)
    citizen_id_note = models.CharField(_("เหตุที่ยอมรับเลขที่ไม่ถูกต้อง"), max_length=200, blank=True)
    phone = models.CharField(_("โทรศัพท์"), max_length=20, blank=True)
    nationality = models.CharField(_("สัญชาติ"), max_length=60, blank=True)
    vital_state = models.CharField(
        _("การมีชีวิต"), max_length=5, choices=VitalState.choices, default=VitalState.ALIVE
    )
    death_date = models.DateField(_("วันที่เสียชีวิต"), null=True, blank=True)
    state = models.CharField(
        _("สถานะ"), max_length=8, choices=RegistryState.choices, default=RegistryState.ACTIVE
    )
    merged_into = TenantForeignKey(
        "self",
        verbose_name=_("รวมกับบุคคล"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
    )
    search_name = models.TextField(_("ชื่อสำหรับค้นหา"), blank=True, editable=False)
    version = models.PositiveIntegerField(_("รุ่น"), default=1, editable=False)
    created_at = models.DateTimeField(_("สร้างเมื่อ"), auto_now_add=True)
    updated_at = models.DateTimeField(_("แก้ไขเมื่อ"), auto_now=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("บุคคล")
        verbose_name_plural = _("บุคคล")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "citizen_id_hash"],
                name="person_citizen_id",
                condition=Q(state=RegistryState.ACTIVE) & ~Q(citizen_id_hash=None),
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "citizen_id_hash"], name="person_id_lookup"),
            models.Index(fields=["municipality", "given_name", "family_name", "id"], name="person_name"),
            models.Index(fields=["municipality", "birth_date", "id"], name="person_birth"),
            models.Index(
                fields=["municipality", "merged_into"], name="person_absorbed", condition=~Q(merged_into=None)
            ),
            models.Index(fields=["municipality", "phone"], name="person_phone", condition=~Q(phone="")),
            GinIndex(
                F("municipality_id"), OpClass(F("search_name"), name="gin_trgm_ops"), name="person_search"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Return e.g. "นางสาวสมศรี ใจดี" (Thai titles stand without a space)."""
        return f"{self.title}{self.given_name} {self.family_name}".strip()


class HouseholdMembership(TenantModel):
    """การอยู่ในครัวเรือน: a person in a household from one day to another, registered or actually living there.

    Registered and actual residence are separate rows, each with its dates and source: a survey never
    overwrites the register (TYPEAREA 1 has both, 2 only the registered, 3 only the actual one here).
    """

    person = TenantForeignKey(
        Person, verbose_name=_("บุคคล"), on_delete=models.PROTECT, related_name="memberships"
    )
    household = TenantForeignKey(
        Household, verbose_name=_("ครัวเรือน"), on_delete=models.PROTECT, related_name="memberships"
    )
    kind = models.CharField(
        _("ลักษณะการอยู่"), max_length=10, choices=MembershipKind.choices, default=MembershipKind.REGISTERED
    )
    role = models.CharField(
        _("สถานภาพในบ้าน"), max_length=10, choices=MembershipRole.choices, default=MembershipRole.OCCUPANT
    )
    started_on = models.DateField(_("ตั้งแต่"), null=True, blank=True)
    ended_on = models.DateField(_("ถึง"), null=True, blank=True)
    end_reason = models.CharField(
        _("เหตุที่สิ้นสุด"), max_length=20, choices=EndReason.choices, blank=True, default=EndReason.NONE
    )
    source = models.CharField(_("ที่มา"), max_length=40, default="registry")
    created_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)

    class Meta:
        verbose_name = _("การอยู่ในครัวเรือน")
        verbose_name_plural = _("การอยู่ในครัวเรือน")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "person", "kind"],
                name="membership_open_once",
                condition=Q(ended_on=None),
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "household", "ended_on"], name="membership_household"),
            models.Index(fields=["municipality", "person", "-started_on"], name="membership_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.role}"
