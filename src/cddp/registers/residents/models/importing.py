"""การนำเข้าทะเบียน: one upload of the civil registration, what became of each row, and how to undo it.

The rows of a file wait in `ImportRow` and `ImportHouse` (staging) with their normalised values; matching and
applying are then set operations of the database. A new person takes the id of the row that brought them, a new
house and its first household that of the `ImportHouse`: so a portion that runs again can make nothing twice.
"""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.files.models import StoredFile
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.residents.choices import (
    DatePrecision,
    ImportMovement,
    ImportOutcome,
    ImportState,
    MembershipRole,
    Sex,
    VitalState,
)


class ColumnMapping(TenantModel):
    """การจับคู่คอลัมน์ที่จำไว้: how this town read a table with these headings the last time."""

    fingerprint = models.CharField(_("ลายนิ้วมือของหัวตาราง"), max_length=64)
    mapping = models.JSONField(_("การจับคู่"), default=dict)
    updated_at = models.DateTimeField(_("แก้ไขเมื่อ"), auto_now=True)
    updated_by = models.UUIDField(_("ผู้แก้ไข"), null=True, blank=True)

    class Meta:
        verbose_name = _("การจับคู่คอลัมน์")
        verbose_name_plural = _("การจับคู่คอลัมน์")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fingerprint"], name="column_mapping_header")
        ]

    def __str__(self) -> str:
        return self.fingerprint[:12]


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """การนำเข้าที่มองเห็น."""

    def visible_to(self, user: User) -> "ImportBatchQuerySet":
        """Return the imports of the town to those who may import; nobody else sees any."""
        return self if user.has_perm("residents.import") else self.none()

    def applied(self) -> "ImportBatchQuerySet":
        """Return the imports whose rows are in the register now."""
        return self.filter(state=ImportState.IMPORTED)


class ImportBatch(TenantModel):
    """การนำเข้าหนึ่งครั้ง: from the upload over the dry run to the import, and perhaps its undoing."""

    file = TenantForeignKey(StoredFile, verbose_name=_("ไฟล์"), on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("ชื่อไฟล์"), max_length=255)
    state = models.CharField(
        _("สถานะ"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    # {"sheet": name, "encoding": name, "header_row": number}: only what a person corrected
    reading = models.JSONField(_("วิธีอ่านไฟล์"), default=dict, blank=True)
    # {field of ours: name of the column}
    mapping = models.JSONField(_("การจับคู่คอลัมน์"), default=dict, blank=True)
    extract_date = models.DateField(_("ข้อมูล ณ วันที่"))
    is_complete = models.BooleanField(_("เป็นทะเบียนครบทุกคนของพื้นที่ในไฟล์"), default=False)
    # {outcome: rows}, and "total", "gone", "houses", "new_houses", "no_point" …
    counts = models.JSONField(_("จำนวนแถว"), default=dict, blank=True)
    # {"field.code": rows}
    problem_counts = models.JSONField(_("จำนวนปัญหา"), default=dict, blank=True)
    rows_done = models.PositiveIntegerField(_("แถวที่ทำแล้ว"), default=0)
    rows_total = models.PositiveIntegerField(_("แถวทั้งหมด"), default=0)
    # Portions up to this row of the file are in the register: a resumed import goes on after it.
    checkpoint_row = models.PositiveIntegerField(_("นำเข้าแล้วถึงแถว"), default=0)
    failure = models.TextField(_("เหตุที่ไม่สำเร็จ"), blank=True)
    started_by = models.UUIDField(_("ผู้นำเข้า"), null=True, blank=True)
    started_by_label = models.CharField(_("ชื่อผู้นำเข้า"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("อัปโหลดเมื่อ"), auto_now_add=True)
    imported_at = models.DateTimeField(_("นำเข้าเมื่อ"), null=True, blank=True)
    undone_at = models.DateTimeField(_("ย้อนกลับเมื่อ"), null=True, blank=True)
    # Renewed with each portion: an import that stays silent was killed, and others need not wait for it.
    alive_at = models.DateTimeField(_("ทำงานล่าสุด"), null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("การนำเข้าทะเบียน")
        verbose_name_plural = _("การนำเข้าทะเบียน")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["municipality", "-created_at", "-id"], name="import_created"),
            models.Index(fields=["municipality", "state"], name="import_state"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        """True while a job works on it or it waits for one."""
        return self.state in {
            ImportState.CHECKING,
            ImportState.WAITING,
            ImportState.IMPORTING,
            ImportState.UNDOING,
        }


class ImportHouse(TenantModel):
    """บ้านในไฟล์นำเข้า: one house of the file, however many rows name it. `id` becomes the id of a new house."""

    # No foreign key on staging rows: 100,000 checks of one and the same parent cost more than they tell.
    batch_id = models.UUIDField(_("การนำเข้า"))
    ordinal = models.IntegerField(_("ลำดับ"))
    first_row = models.IntegerField(_("แถวแรก"))
    house_code = models.CharField(_("รหัสประจำบ้าน"), max_length=20, blank=True)
    house_code_is_valid = models.BooleanField(_("รหัสประจำบ้านถูกรูปแบบ"), default=False)
    number = models.CharField(_("บ้านเลขที่"), max_length=40, blank=True)
    number_order = models.IntegerField(_("ลำดับเลขที่บ้าน"), default=0)
    moo = models.IntegerField(_("หมู่ที่"), null=True, blank=True)
    area_name = models.CharField(_("หมู่บ้าน/ชุมชน"), max_length=120, blank=True)
    tambon = models.CharField(_("ตำบล"), max_length=60, blank=True)
    area_id = models.UUIDField(_("พื้นที่"), null=True, blank=True)
    road = models.CharField(_("ถนน"), max_length=120, blank=True)
    lane = models.CharField(_("ตรอก/ซอย"), max_length=120, blank=True)
    is_central_register = models.BooleanField(_("ทะเบียนบ้านกลาง"), default=False)
    point = models.PointField(_("พิกัด"), srid=4326, null=True, blank=True, spatial_index=False)
    search_text = models.TextField(_("ข้อความสำหรับค้นหา"), blank=True)
    house_id = models.UUIDField(_("บ้านในทะเบียน"), null=True, blank=True)
    household_id = models.UUIDField(_("ครัวเรือนในทะเบียน"), null=True, blank=True)
    matched_by = models.CharField(_("จับคู่ด้วย"), max_length=8, blank=True)

    class Meta:
        verbose_name = _("บ้านในไฟล์นำเข้า")
        verbose_name_plural = _("บ้านในไฟล์นำเข้า")
        indexes = [
            models.Index(fields=["municipality", "batch_id", "ordinal"], name="import_house_batch"),
            models.Index(fields=["municipality", "batch_id", "first_row"], name="import_house_row"),
        ]

    def __str__(self) -> str:
        return self.number


class ImportRow(TenantModel):
    """แถวในไฟล์นำเข้า: one row of the file and what became of it. `id` becomes the id of a new person."""

    batch_id = models.UUIDField(_("การนำเข้า"))
    row_number = models.IntegerField(_("แถวที่"))
    outcome = models.CharField(_("ผล"), max_length=10, choices=ImportOutcome.choices)
    movement = models.CharField(_("ความเคลื่อนไหว"), max_length=12, choices=ImportMovement.choices, blank=True)
    # [[field, problem code], …]: words and the cell itself are looked up when shown
    problems = models.JSONField(_("ปัญหา"), default=list, blank=True)
    # The row as it stood in the file, as JSON {column: text}
    raw_encrypted = models.BinaryField(_("แถวต้นฉบับ (เข้ารหัส)"))
    house_ordinal = models.IntegerField(_("บ้านในไฟล์"), null=True, blank=True)
    same_as_row = models.IntegerField(_("คนเดียวกับแถวที่"), null=True, blank=True)
    citizen_id_encrypted = models.BinaryField(_("เลขประจำตัวประชาชน (เข้ารหัส)"), null=True, blank=True)
    citizen_id_hash = models.BinaryField(_("ดัชนีเลขประจำตัวประชาชน"), null=True, blank=True)
    citizen_id_is_valid = models.BooleanField(_("เลขประจำตัวถูกต้อง"), default=True)
    title = models.CharField(_("คำนำหน้า"), max_length=40, blank=True)
    given_name = models.CharField(_("ชื่อ"), max_length=120, blank=True, db_collation="th-x-icu")
    family_name = models.CharField(_("นามสกุล"), max_length=120, blank=True, db_collation="th-x-icu")
    search_name = models.TextField(_("ชื่อสำหรับค้นหา"), blank=True)
    sex = models.CharField(_("เพศ"), max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("วันเกิด"), null=True, blank=True)
    birth_precision = models.CharField(
        _("ความละเอียดของวันเกิด"), max_length=6, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    phone = models.CharField(_("โทรศัพท์"), max_length=20, blank=True)
    nationality = models.CharField(_("สัญชาติ"), max_length=60, blank=True)
    vital_state = models.CharField(
        _("การมีชีวิต"), max_length=5, choices=VitalState.choices, default=VitalState.ALIVE
    )
    death_date = models.DateField(_("วันที่เสียชีวิต"), null=True, blank=True)
    role = models.CharField(_("สถานภาพในบ้าน"), max_length=10, choices=MembershipRole.choices, blank=True)
    # None = this row does not say; an empty value changes nothing
    is_registered = models.BooleanField(_("มีชื่อในทะเบียนบ้าน"), null=True, default=True)
    is_resident = models.BooleanField(_("อยู่จริง"), null=True, blank=True)
    has_left = models.BooleanField(_("ย้ายออกแล้ว"), default=False)
    moved_in_on = models.DateField(_("วันที่ย้ายเข้า"), null=True, blank=True)
    person_id = models.UUIDField(_("บุคคลในทะเบียน"), null=True, blank=True)
    candidate_ids = ArrayField(models.UUIDField(), verbose_name=_("บุคคลที่อาจใช่"), default=list, blank=True)

    class Meta:
        verbose_name = _("แถวในไฟล์นำเข้า")
        verbose_name_plural = _("แถวในไฟล์นำเข้า")
        indexes = [models.Index(fields=["municipality", "batch_id", "row_number"], name="import_row_batch")]

    def __str__(self) -> str:
        return f"{self.row_number} {self.outcome}"


class ImportAbsence(TenantModel):
    """ผู้ที่ไม่พบในไฟล์: a person registered in the areas of the file whom the file does not name."""

    batch = TenantForeignKey(
        ImportBatch, verbose_name=_("การนำเข้า"), on_delete=models.CASCADE, related_name="absences"
    )
    # No foreign keys: they would be looked through for each person that an undo takes away.
    person_id = models.UUIDField(_("บุคคล"))
    membership_id = models.UUIDField(_("การอยู่"))

    class Meta:
        verbose_name = _("ผู้ที่ไม่พบในไฟล์")
        verbose_name_plural = _("ผู้ที่ไม่พบในไฟล์")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "batch", "membership_id"], name="import_absence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class ImportChange(TenantModel):
    """การเปลี่ยนแปลงจากการนำเข้า: what one portion made or changed, so that it can be undone.

    Rows that were made: one entry per portion and table with their ids. A row that was changed: one entry with
    its former values (encrypted JSON, they are personal data) and the version it had afterwards.
    """

    batch = TenantForeignKey(
        ImportBatch, verbose_name=_("การนำเข้า"), on_delete=models.CASCADE, related_name="changes"
    )
    table = models.CharField(_("ตาราง"), max_length=20)
    made_ids = ArrayField(models.UUIDField(), verbose_name=_("แถวที่สร้าง"), default=list, blank=True)
    row_id = models.UUIDField(_("แถวที่แก้ไข"), null=True, blank=True)
    before_encrypted = models.BinaryField(_("ค่าเดิม (เข้ารหัส)"), null=True, blank=True)
    version_after = models.PositiveIntegerField(_("รุ่นหลังแก้ไข"), default=0)

    class Meta:
        verbose_name = _("การเปลี่ยนแปลงจากการนำเข้า")
        verbose_name_plural = _("การเปลี่ยนแปลงจากการนำเข้า")
        indexes = [
            models.Index(fields=["municipality", "batch", "table"], name="import_change_batch"),
            models.Index(
                fields=["municipality", "row_id"], name="import_change_row", condition=~Q(row_id=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id or len(self.made_ids)}"
