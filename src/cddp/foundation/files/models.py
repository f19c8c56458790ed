"""ไฟล์: what people upload, kept by content, opened only through a permission check."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cddp.foundation.tenancy.models import TenantModel


class StoredFile(TenantModel):
    """ไฟล์ที่เก็บ: the stored name is the hash of the content; a file is never changed, only added or forgotten."""

    name = models.CharField(_("ชื่อไฟล์"), max_length=255)
    content_type = models.CharField(_("ชนิดของเนื้อหา"), max_length=100)
    size_bytes = models.BigIntegerField(_("ขนาด (ไบต์)"))
    sha256 = models.CharField(_("ลายนิ้วมือของเนื้อหา"), max_length=64)
    is_encrypted = models.BooleanField(_("เข้ารหัส"), default=False)
    permission = models.CharField(_("สิทธิ์ที่ต้องมี"), max_length=80)
    uploaded_by = models.UUIDField(_("ผู้อัปโหลด"), null=True, blank=True)
    created_at = models.DateTimeField(_("อัปโหลดเมื่อ"), auto_now_add=True)

    class Meta:
        verbose_name = _("ไฟล์")
        verbose_name_plural = _("ไฟล์")
        indexes = [models.Index(fields=["municipality", "sha256"], name="file_sha256")]

    def __str__(self) -> str:
        return self.name

    @property
    def storage_name(self) -> str:
        """Return the path below the storage's root."""
        end = ".sealed" if self.is_encrypted else ""
        return f"{self.municipality_id}/{self.sha256[:2]}/{self.sha256}{end}"
