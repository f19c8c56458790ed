"""การนำเข้าทรัพย์สิน: one file of features or rows, what became of each, and how to undo it."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.files.models import StoredFile
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.assets.choices import ImportOutcome, ImportState
from cddp.registers.assets.models.classes import AssetClass


class AssetMapping(TenantModel):
    """การจับคู่คอลัมน์ที่จำไว้: how this town read a layer with these columns the last time."""

    fingerprint = models.CharField(_("ลายนิ้วมือของคอลัมน์"), max_length=64)
    mapping = models.JSONField(_("การจับคู่"), default=dict)
    updated_at = models.DateTimeField(_("แก้ไขเมื่อ"), auto_now=True)

    class Meta:
        verbose_name = _("การจับคู่คอลัมน์ทรัพย์สิน")
        verbose_name_plural = _("การจับคู่คอลัมน์ทรัพย์สิน")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fingerprint"], name="asset_mapping_columns")
        ]

    def __str__(self) -> str:
        return self.fingerprint[:12]


class AssetImportQuerySet(models.QuerySet["AssetImport"]):
    """การนำเข้าที่มองเห็น."""

    def visible_to(self, user: User) -> "AssetImportQuerySet":
        """Return the imports of the town to those who may import; nobody else sees any."""
        return self if user.has_perm("assets.import") else self.none()


class AssetImport(TenantModel):
    """การนำเข้าหนึ่งครั้ง: from the upload over the preview to the import, and perhaps its undoing.

    `reading` says how the file is read: {"layer", "encoding", "srid", "datum_operation", "sheet", "header_row"},
    each with what was found and what a person corrected; `mapping` is {our field or "attr.<key>": their column}.
    """

    file = TenantForeignKey(StoredFile, verbose_name=_("ไฟล์"), on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("ชื่อไฟล์"), max_length=255)
    asset_class = TenantForeignKey(
        AssetClass,
        verbose_name=_("ประเภททรัพย์สิน"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(
        _("สถานะ"), max_length=10, choices=ImportState.choices, default=ImportState.READING
    )
    reading = models.JSONField(_("วิธีอ่านไฟล์"), default=dict, blank=True)
    columns = models.JSONField(_("คอลัมน์ในไฟล์"), default=list, blank=True)
    mapping = models.JSONField(_("การจับคู่คอลัมน์"), default=dict, blank=True)
    counts = models.JSONField(_("จำนวนแถว"), default=dict, blank=True)
    # {"field|code": rows}
    problem_counts = models.JSONField(_("จำนวนปัญหา"), default=dict, blank=True)
    rows_done = models.PositiveIntegerField(_("แถวที่ทำแล้ว"), default=0)
    rows_total = models.PositiveIntegerField(_("แถวทั้งหมด"), default=0)
    failure = models.TextField(_("เหตุที่ไม่สำเร็จ"), blank=True)
    started_by = models.UUIDField(_("ผู้นำเข้า"), null=True, blank=True)
    started_by_label = models.CharField(_("ชื่อผู้นำเข้า"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("อัปโหลดเมื่อ"), auto_now_add=True)
    imported_at = models.DateTimeField(_("นำเข้าเมื่อ"), null=True, blank=True)
    undone_at = models.DateTimeField(_("ย้อนกลับเมื่อ"), null=True, blank=True)

    objects = AssetImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("การนำเข้าทรัพย์สิน")
        verbose_name_plural = _("การนำเข้าทรัพย์สิน")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["municipality", "-created_at", "-id"], name="asset_import_created")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_forgotten(self) -> bool:
        """True when its rows and its file are gone by the retention policy: it cannot be undone any more."""
        return bool(self.counts.get("forgotten"))

    @property
    def is_busy(self) -> bool:
        """True while a job works on it or it waits for one."""
        return self.state in {
            ImportState.READING,
            ImportState.CHECKING,
            ImportState.IMPORTING,
            ImportState.UNDOING,
        }


class AssetImportRow(TenantModel):
    """แถวในไฟล์นำเข้า: one feature of the file and what became of it. `id` becomes the id of a new asset."""

    # No foreign key on staging rows: 100,000 checks of one and the same parent cost more than they tell.
    batch_id = models.UUIDField(_("การนำเข้า"))
    row_number = models.IntegerField(_("แถวที่"))
    outcome = models.CharField(_("ผล"), max_length=10, choices=ImportOutcome.choices, blank=True)
    # [[field, problem code], …]
    problems = models.JSONField(_("ปัญหา"), default=list, blank=True)
    # The row as it stood in the file, {column: text}
    raw = models.JSONField(_("แถวต้นฉบับ"), default=dict)
    # Our fields with normalised values, {field: value}
    values = models.JSONField(_("ค่าที่อ่านได้"), default=dict, blank=True)
    shape = models.GeometryField(_("ตำแหน่ง"), srid=4326, null=True, blank=True, spatial_index=False)
    asset_id = models.UUIDField(_("ทรัพย์สินในทะเบียน"), null=True, blank=True)
    # What an import changed, as it was: {field: value}, and the version it had afterwards
    before = models.JSONField(_("ค่าเดิม"), default=dict, blank=True)
    version_after = models.PositiveIntegerField(_("รุ่นหลังแก้ไข"), default=0)

    class Meta:
        verbose_name = _("แถวในไฟล์นำเข้าทรัพย์สิน")
        verbose_name_plural = _("แถวในไฟล์นำเข้าทรัพย์สิน")
        indexes = [
            models.Index(fields=["municipality", "batch_id", "row_number"], name="asset_import_row_batch"),
            models.Index(
                fields=["municipality", "batch_id", "outcome", "row_number"], name="asset_import_row_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row_number} {self.outcome}"
