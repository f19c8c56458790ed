"""มุมมองที่บันทึกไว้: how each person likes their lists."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Division, User
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel


class SavedView(TenantModel):
    """มุมมองที่บันทึกไว้: a search, filters and order of one list under a name; a division may share it."""

    user = models.ForeignKey(User, verbose_name=_("เจ้าของ"), on_delete=models.CASCADE, related_name="+")
    division = TenantForeignKey(
        Division,
        verbose_name=_("กองที่ใช้ร่วมกัน"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    list_key = models.CharField(_("รายการ"), max_length=80)
    name = models.CharField(_("ชื่อมุมมอง"), max_length=80)
    query = models.CharField(_("เงื่อนไข"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)

    class Meta:
        verbose_name = _("มุมมองที่บันทึกไว้")
        verbose_name_plural = _("มุมมองที่บันทึกไว้")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "list_key", "user", "name"], name="saved_view_name"
            )
        ]
        indexes = [models.Index(fields=["municipality", "list_key", "division"], name="saved_view_shared")]

    def __str__(self) -> str:
        return self.name


class ColumnChoice(TenantModel):
    """คอลัมน์ที่เลือก: the columns of one list that one person wants to see, in order."""

    user = models.ForeignKey(User, verbose_name=_("ผู้ใช้"), on_delete=models.CASCADE, related_name="+")
    list_key = models.CharField(_("รายการ"), max_length=80)
    columns = ArrayField(models.CharField(max_length=60), verbose_name=_("คอลัมน์"), default=list)

    class Meta:
        verbose_name = _("คอลัมน์ที่เลือก")
        verbose_name_plural = _("คอลัมน์ที่เลือก")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "list_key", "user"], name="column_choice_list")
        ]

    def __str__(self) -> str:
        return self.list_key
