"""ผู้แจ้งและรูป: who spoke, apart from what was said and encrypted; and the pictures that came with it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.files.models import StoredFile
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.operations.complaints.choices import PhotoKind, PhotoVisibility
from cddp.operations.complaints.models.needs import Need
from cddp.operations.complaints.models.reports import Report
from cddp.registers.residents.models import House


class Reporter(TenantModel):
    """ผู้แจ้ง: how to reach the person behind one report. All of it encrypted; every look is recorded.

    `filed_by` is the officer or shop that filed for them and never counts as the person.
    """

    report = TenantForeignKey(
        Report, verbose_name=_("เรื่อง"), on_delete=models.PROTECT, related_name="reporters"
    )
    name_sealed = models.BinaryField(_("ชื่อ"), null=True, blank=True)
    phone_sealed = models.BinaryField(_("โทรศัพท์"), null=True, blank=True)
    email_sealed = models.BinaryField(_("อีเมล"), null=True, blank=True)
    line_sealed = models.BinaryField(_("บัญชี LINE"), null=True, blank=True)
    house = TenantForeignKey(
        House, verbose_name=_("บ้าน"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    filed_by = models.UUIDField(_("ผู้แจ้งแทน"), null=True, blank=True)
    filed_by_label = models.CharField(_("ชื่อผู้แจ้งแทน"), max_length=150, blank=True)
    forgotten_at = models.DateTimeField(_("ลบข้อมูลเมื่อ"), null=True, blank=True)
    created_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)

    class Meta:
        verbose_name = _("ผู้แจ้ง")
        verbose_name_plural = _("ผู้แจ้ง")
        constraints = [models.UniqueConstraint(fields=["municipality", "report"], name="reporter_report")]
        indexes = [models.Index(fields=["municipality", "created_at"], name="reporter_created")]

    def __str__(self) -> str:
        return str(self.report_id)


class LineContact(TenantModel):
    """ผู้ติดต่อทาง LINE: one LINE user of the town's account; the id is encrypted, found by its keyed hash."""

    contact_hash = models.BinaryField(_("ลายนิ้วมือของบัญชี"), max_length=32)
    user_sealed = models.BinaryField(_("บัญชี LINE"))
    followed_at = models.DateTimeField(_("เพิ่มเพื่อนเมื่อ"), null=True, blank=True)
    blocked_at = models.DateTimeField(_("บล็อกเมื่อ"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("ทักล่าสุดเมื่อ"), null=True, blank=True)

    class Meta:
        verbose_name = _("ผู้ติดต่อทาง LINE")
        verbose_name_plural = _("ผู้ติดต่อทาง LINE")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "contact_hash"], name="line_contact_hash")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PhotoQuerySet(models.QuerySet["Photo"]):
    """รูปที่มองเห็น."""

    def visible_to(self, user: User) -> "PhotoQuerySet":
        """Return the pictures of the needs this person may see."""
        return self.filter(forgotten_at=None, need__in=Need.objects.visible_to(user))

    def published(self) -> "PhotoQuerySet":
        """Return the pictures an officer has let out."""
        return self.filter(forgotten_at=None, visibility=PhotoVisibility.PUBLISHED)


class Photo(TenantModel):
    """รูป: one picture, drawn anew without place or device; inside the office until somebody lets it out."""

    need = TenantForeignKey(Need, verbose_name=_("ปัญหา"), on_delete=models.PROTECT, related_name="photos")
    report = TenantForeignKey(
        Report, verbose_name=_("เรื่อง"), on_delete=models.PROTECT, null=True, blank=True, related_name="photos"
    )
    kind = models.CharField(_("ชนิด"), max_length=8, choices=PhotoKind.choices, default=PhotoKind.BEFORE)
    file = TenantForeignKey(
        StoredFile, verbose_name=_("ไฟล์"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    preview = TenantForeignKey(
        StoredFile, verbose_name=_("รูปย่อ"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source_id = models.CharField(_("เลขที่ของต้นทาง"), max_length=120, blank=True)
    visibility = models.CharField(
        _("การเผยแพร่"), max_length=10, choices=PhotoVisibility.choices, default=PhotoVisibility.WAITING
    )
    decided_by_label = models.CharField(_("ผู้ตรวจ"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("ตรวจเมื่อ"), null=True, blank=True)
    by_label = models.CharField(_("ผู้ส่งรูป"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("ได้รับเมื่อ"))
    forgotten_at = models.DateTimeField(_("ลบเมื่อ"), null=True, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("รูป")
        verbose_name_plural = _("รูป")
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["municipality", "need", "created_at"], name="photo_need"),
            models.Index(fields=["municipality", "report"], name="photo_report"),
            models.Index(fields=["municipality", "file"], name="photo_file"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "report", "source_id"],
                name="photo_source",
                condition=~Q(source_id=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.kind}"
