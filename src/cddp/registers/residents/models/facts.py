"""ข้อเท็จจริง: dated statements about houses, households and persons (ARCHITECTURE §4)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.residents.choices import FactLevel, FactSource, FactValueKind, Sensitivity


class FactTypeQuerySet(models.QuerySet["FactType"]):
    """ชนิดข้อเท็จจริงที่มองเห็น."""

    def visible_to(self, user: User) -> "FactTypeQuerySet":
        """Return the kinds this person may see: sensitive ones need the right to see persons."""
        if not user.has_perm("residents.view"):
            return self.none()
        if user.has_perm("residents.view_person"):
            return self
        return self.exclude(sensitivity=Sensitivity.SENSITIVE).exclude(level=FactLevel.PERSON)


class FactType(TenantModel):
    """ชนิดข้อเท็จจริง: what can be stated, made by apps or by officers on a screen."""

    key = models.SlugField(_("รหัสชนิด"), max_length=60)
    name = models.CharField(_("ชื่อ"), max_length=120)
    description = models.TextField(_("คำอธิบาย"), blank=True)
    level = models.CharField(_("เป็นข้อเท็จจริงของ"), max_length=10, choices=FactLevel.choices)
    value_kind = models.CharField(_("ชนิดของค่า"), max_length=8, choices=FactValueKind.choices)
    unit = models.CharField(_("หน่วย"), max_length=40, blank=True)
    # Each choice: {"value": "red", "label": "กลุ่มสีแดง", "colour": "#c0392b"}
    choices = models.JSONField(_("ตัวเลือก"), default=list, blank=True)
    sensitivity = models.CharField(
        _("ชั้นความลับ"), max_length=10, choices=Sensitivity.choices, default=Sensitivity.INTERNAL
    )
    fresh_months = models.PositiveIntegerField(_("ถือว่าเป็นปัจจุบัน (เดือน)"), null=True, blank=True, default=12)
    declared_by = models.CharField(_("ประกาศโดย"), max_length=60, blank=True)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)

    objects = FactTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("ชนิดข้อเท็จจริง")
        verbose_name_plural = _("ชนิดข้อเท็จจริง")
        ordering = ["level", "name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "key"], name="fact_type_key")]

    def __str__(self) -> str:
        return self.name


class Fact(TenantModel):
    """ข้อเท็จจริง: one statement; never overwritten. A wrong one is withdrawn by a later row."""

    fact_type = TenantForeignKey(
        FactType, verbose_name=_("ชนิด"), on_delete=models.PROTECT, related_name="facts"
    )
    level = models.CharField(_("เป็นข้อเท็จจริงของ"), max_length=10, choices=FactLevel.choices)
    # A house, household or person by `level`. No foreign key: one column serves all three kinds in one index.
    subject_id = models.UUIDField(_("รหัสของบ้าน ครัวเรือน หรือบุคคล"))
    # number, text, boolean, ISO date, or the value of a choice, as JSON; null in a row that withdraws another
    value = models.JSONField(_("ค่า"), null=True)
    source = models.CharField(_("ที่มา"), max_length=10, choices=FactSource.choices)
    source_id = models.UUIDField(_("รหัสของที่มา"), null=True, blank=True)
    observed_at = models.DateTimeField(_("ณ เวลา"))
    recorded_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)
    recorded_by = models.UUIDField(_("ผู้บันทึก"), null=True, blank=True)
    note = models.CharField(_("หมายเหตุ"), max_length=300, blank=True)
    # What was true before the withdrawn statement becomes current again.
    withdraws = TenantForeignKey(
        "self",
        verbose_name=_("ถอนรายการ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="withdrawals",
    )

    append_only = True

    class Meta:
        verbose_name = _("ข้อเท็จจริง")
        verbose_name_plural = _("ข้อเท็จจริง")
        indexes = [
            models.Index(
                fields=["municipality", "subject_id", "fact_type", "-observed_at", "-id"], name="fact_subject"
            ),
            models.Index(fields=["municipality", "fact_type", "-observed_at"], name="fact_type_time"),
            models.Index(
                fields=["municipality", "withdraws"], name="fact_withdrawn", condition=~Q(withdraws=None)
            ),
            models.Index(fields=["municipality", "recorded_at"], name="fact_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.fact_type_id}: {self.value}"


class CurrentFact(TenantModel):
    """ค่าปัจจุบัน: the newest statement of each kind about each subject, so that lists and maps need one look-up.

    Written only by `services.facts`, in the transaction that adds the fact.
    """

    fact_type = TenantForeignKey(
        FactType, verbose_name=_("ชนิด"), on_delete=models.PROTECT, related_name="current_facts"
    )
    level = models.CharField(_("เป็นข้อเท็จจริงของ"), max_length=10, choices=FactLevel.choices)
    subject_id = models.UUIDField(_("รหัสของบ้าน ครัวเรือน หรือบุคคล"))
    value = models.JSONField(_("ค่า"))
    # The value as text, for filters, map classes and group by.
    value_text = models.CharField(_("ค่าเป็นข้อความ"), max_length=200)
    fact = TenantForeignKey(Fact, verbose_name=_("ข้อเท็จจริง"), on_delete=models.PROTECT, related_name="+")
    observed_at = models.DateTimeField(_("ณ เวลา"))
    stale_on = models.DateField(_("พ้นกำหนดเป็นปัจจุบัน"), null=True, blank=True)

    class Meta:
        verbose_name = _("ค่าปัจจุบันของข้อเท็จจริง")
        verbose_name_plural = _("ค่าปัจจุบันของข้อเท็จจริง")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fact_type", "subject_id"], name="current_fact_once"
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "subject_id"], name="current_fact_subject"),
            models.Index(fields=["municipality", "fact_type", "value_text"], name="current_fact_value"),
            models.Index(
                fields=["municipality", "fact_type", "stale_on"],
                name="current_fact_stale",
                condition=~Q(stale_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact_type_id}: {self.value}"
