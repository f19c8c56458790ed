"""บันทึกการใช้งาน: who did what, when and why; rows are only ever added."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from cddp.foundation.tenancy.models import TenantModel


class AuditEntry(TenantModel):
    """รายการบันทึก: one act or one look, with its purpose (PDPA, Computer Crime Act)."""

    at = models.DateTimeField(_("เวลา"), auto_now_add=True)
    action = models.CharField(_("การกระทำ"), max_length=80)
    actor_id = models.UUIDField(_("รหัสผู้กระทำ"), null=True, blank=True)
    actor_label = models.CharField(_("ผู้กระทำ"), max_length=150, blank=True)
    target_kind = models.CharField(_("ชนิดของสิ่งที่ถูกกระทำ"), max_length=60)
    target_id = models.UUIDField(_("รหัสของสิ่งที่ถูกกระทำ"), null=True, blank=True)
    changes = models.JSONField(_("สิ่งที่เปลี่ยน"), default=dict, blank=True)
    purpose = models.CharField(_("วัตถุประสงค์"), max_length=200, blank=True)
    request_id = models.CharField(_("รหัสคำขอ"), max_length=40, blank=True)
    address = models.GenericIPAddressField(_("ที่อยู่ไอพี"), null=True, blank=True)

    append_only = True

    class Meta:
        verbose_name = _("รายการบันทึกการใช้งาน")
        verbose_name_plural = _("บันทึกการใช้งาน")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["municipality", "target_id", "-at"], name="audit_target"),
            models.Index(fields=["municipality", "actor_id", "-at"], name="audit_actor"),
            models.Index(fields=["municipality", "-at"], name="audit_at"),
            BrinIndex(fields=["at"], name="audit_at_brin"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
