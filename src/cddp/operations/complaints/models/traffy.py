"""บัญชี Traffy Fondue: how the town signs in there, and what is still to be told to it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.operations.complaints.choices import DispatchState
from cddp.operations.complaints.models.reports import Report


class TraffyAccount(TenantModel):
    """บัญชี Traffy Fondue: at most one a town; password and token are encrypted."""

    username = models.CharField(_("ชื่อผู้ใช้"), max_length=150)
    password_sealed = models.BinaryField(_("รหัสผ่าน"))
    org_ids = ArrayField(models.CharField(max_length=20), verbose_name=_("รหัสหน่วยงาน"), default=list)
    is_active = models.BooleanField(_("ใช้งานอยู่"), default=True)
    webhook_key = models.CharField(_("กุญแจในที่อยู่รับแจ้ง"), max_length=64)
    token_sealed = models.BinaryField(_("โทเคน"), null=True, blank=True)
    token_until = models.DateTimeField(_("โทเคนใช้ได้ถึง"), null=True, blank=True)
    credit_balance = models.IntegerField(_("โควตาคงเหลือ"), null=True, blank=True)
    exhausted_until = models.DateTimeField(_("โควตาหมดถึง"), null=True, blank=True)
    statuses = models.JSONField(_("สถานะที่หน่วยงานใช้"), default=list, blank=True)
    last_polled_at = models.DateTimeField(_("อ่านล่าสุดเมื่อ"), null=True, blank=True)
    last_problem = models.CharField(_("ปัญหาล่าสุด"), max_length=300, blank=True)
    updated_at = models.DateTimeField(_("แก้ไขเมื่อ"), auto_now=True)

    class Meta:
        verbose_name = _("บัญชี Traffy Fondue")
        verbose_name_plural = _("บัญชี Traffy Fondue")
        constraints = [models.UniqueConstraint(fields=["municipality"], name="traffy_account_town")]

    def __str__(self) -> str:
        return self.username


class TraffyOutgoing(TenantModel):
    """สิ่งที่แจ้งกลับ Traffy: one change or comment of ours on one ticket, until it has arrived there.

    `fingerprint` recognises our own change when Traffy tells it back to us.
    """

    report = TenantForeignKey(
        Report, verbose_name=_("เรื่อง"), on_delete=models.PROTECT, related_name="traffy_outgoing"
    )
    kind = models.CharField(_("ชนิด"), max_length=12)
    body = models.JSONField(_("เนื้อหา"), default=dict)
    fingerprint = models.CharField(_("ลายนิ้วมือ"), max_length=64)
    state = models.CharField(
        _("สถานะการส่ง"), max_length=8, choices=DispatchState.choices, default=DispatchState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("จำนวนครั้งที่ส่ง"), default=0)
    last_problem = models.CharField(_("ปัญหาล่าสุด"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("สร้างเมื่อ"), auto_now_add=True)
    sent_at = models.DateTimeField(_("ส่งเมื่อ"), null=True, blank=True)

    class Meta:
        verbose_name = _("สิ่งที่แจ้งกลับ Traffy")
        verbose_name_plural = _("สิ่งที่แจ้งกลับ Traffy")
        indexes = [
            models.Index(fields=["municipality", "report", "-created_at"], name="traffy_outgoing_report"),
            models.Index(fields=["municipality", "state", "created_at"], name="traffy_outgoing_state"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"
