"""สิ่งที่รับเข้ามา: envelopes kept as they came, the imports that brought them, and their odd rows."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.files.models import StoredFile
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.operations.complaints.choices import (
    ODD_FIXES,
    BatchState,
    Channel,
    OddReason,
    RefusalReason,
    Signature,
)


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """การนำเข้าที่มองเห็น."""

    def visible_to(self, user: User) -> "ImportBatchQuerySet":
        """Return the imports this person may see: those who may import see all of the town."""
        return self if user.has_perm("complaints.import") else self.none()

    def under_way(self) -> "ImportBatchQuerySet":
        """Return imports that wait or run."""
        return self.filter(state__in=[BatchState.WAITING, BatchState.RUNNING])


class ImportBatch(TenantModel):
    """การนำเข้าหนึ่งไฟล์: its counts grow with each portion, in the portion's own transaction, so that a worker
    that takes it up after a crash goes on after `rows_done`."""

    channel = models.CharField(_("ช่องทาง"), max_length=12, choices=Channel.choices)
    file_name = models.CharField(_("ชื่อไฟล์"), max_length=255)
    stored_file = TenantForeignKey(
        StoredFile, verbose_name=_("ไฟล์"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("สถานะ"), max_length=8, choices=BatchState.choices, default=BatchState.WAITING)
    rows_total = models.PositiveIntegerField(_("จำนวนแถวในไฟล์"), null=True, blank=True)
    rows_done = models.PositiveIntegerField(_("อ่านแล้ว"), default=0)
    added = models.PositiveIntegerField(_("เรื่องใหม่"), default=0)
    changed = models.PositiveIntegerField(_("เรื่องที่เปลี่ยน"), default=0)
    unchanged = models.PositiveIntegerField(_("เรื่องเดิม"), default=0)
    set_aside = models.PositiveIntegerField(_("เก็บไว้โดยไม่เป็นเรื่องใหม่"), default=0)
    placed = models.PositiveIntegerField(_("มีพิกัด"), default=0)
    odd_rows = models.PositiveIntegerField(_("แถวที่ผิดปกติ"), default=0)
    odd_counts = models.JSONField(_("จำนวนตามเหตุ"), default=dict, blank=True)
    message = models.CharField(_("ข้อความ"), max_length=400, blank=True)
    started_by = models.UUIDField(_("ผู้นำเข้า"), null=True, blank=True)
    created_at = models.DateTimeField(_("เริ่มเมื่อ"), auto_now_add=True)
    finished_at = models.DateTimeField(_("เสร็จเมื่อ"), null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("การนำเข้าเรื่องร้องเรียน")
        verbose_name_plural = _("การนำเข้าเรื่องร้องเรียน")
        indexes = [models.Index(fields=["municipality", "-created_at", "-id"], name="complaint_batch_time")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.state in (BatchState.WAITING, BatchState.RUNNING)

    @property
    def odd_counts_named(self) -> list[tuple[str, str, int]]:
        """Return (reason, Thai words, rows), most frequent first."""
        named = [(reason, str(OddReason(reason).label), count) for reason, count in self.odd_counts.items()]
        return sorted(named, key=lambda entry: -entry[2])


class Intake(TenantModel):
    """ซองรับเรื่อง: one message as it came, less who sent it (the reporter stands apart, encrypted).

    Rows are only ever added; of a message that its sender took back (LINE "unsend", PDPA) the payload alone is
    emptied, and `forgotten_at` says so. `sender_hash` tells messages of one LINE user apart without naming them.
    """

    channel = models.CharField(_("ช่องทาง"), max_length=12, choices=Channel.choices)
    external_id = models.CharField(_("เลขที่ของต้นทาง"), max_length=120)
    payload = models.JSONField(_("ข้อมูลดิบ"))
    batch = TenantForeignKey(
        ImportBatch,
        verbose_name=_("การนำเข้า"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    received_at = models.DateTimeField(_("รับเมื่อ"))
    occurred_at = models.DateTimeField(_("เวลาของต้นทาง"), null=True, blank=True)
    signature = models.CharField(
        _("ผลตรวจลายเซ็น"), max_length=8, choices=Signature.choices, default=Signature.NONE
    )
    sender_hash = models.BinaryField(_("ลายนิ้วมือของผู้ส่ง"), max_length=32, null=True, blank=True)
    forgotten_at = models.DateTimeField(_("ลบเนื้อหาเมื่อ"), null=True, blank=True)

    append_only = True
    forgettable = ("payload", "forgotten_at")

    class Meta:
        verbose_name = _("ซองรับเรื่อง")
        verbose_name_plural = _("ซองรับเรื่อง")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "channel", "external_id"], name="intake_external_id"
            )
        ]
        indexes = [
            models.Index(
                fields=["municipality", "sender_hash", "occurred_at"],
                name="intake_sender",
                condition=models.Q(sender_hash__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.external_id}"


class RefusedDelivery(TenantModel):
    """สิ่งที่ไม่รับ: how often in an hour a channel sent what could not be taken; nothing of it was read or kept."""

    channel = models.CharField(_("ช่องทาง"), max_length=12, choices=Channel.choices)
    reason = models.CharField(_("เหตุ"), max_length=16, choices=RefusalReason.choices)
    hour = models.DateTimeField(_("ชั่วโมง"))
    count = models.PositiveIntegerField(_("จำนวนครั้ง"), default=1)
    last_at = models.DateTimeField(_("ครั้งล่าสุด"))

    class Meta:
        verbose_name = _("สิ่งที่ส่งมาแต่ไม่รับ")
        verbose_name_plural = _("สิ่งที่ส่งมาแต่ไม่รับ")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "channel", "reason", "hour"], name="refused_delivery_hour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason} {self.count}"


class OddRowQuerySet(models.QuerySet["OddRow"]):
    """แถวผิดปกติที่มองเห็น."""

    def visible_to(self, user: User) -> "OddRowQuerySet":
        """Return the odd rows this person may see: raw words of people, so only who imports or triages."""
        may = user.has_perm("complaints.import") or user.has_perm("complaints.triage")
        return self if may else self.none()


class OddRow(TenantModel):
    """แถวที่ผิดปกติ: one reason about one row that came in. `raw` keeps a row that became no report of its own."""

    batch = TenantForeignKey(
        ImportBatch, verbose_name=_("การนำเข้า"), on_delete=models.PROTECT, related_name="odd"
    )
    channel = models.CharField(_("ช่องทาง"), max_length=12, choices=Channel.choices)
    row_number = models.PositiveIntegerField(_("แถวที่"))
    number = models.CharField(_("เลขที่เรื่อง"), max_length=120)
    report = TenantForeignKey(
        "Report",
        verbose_name=_("เรื่อง"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="odd_rows",
    )
    reason = models.CharField(_("เหตุ"), max_length=20, choices=OddReason.choices)
    value = models.CharField(_("ค่าที่พบ"), max_length=400, blank=True)
    raw = models.JSONField(_("ข้อมูลดิบ"), null=True, blank=True)
    created_at = models.DateTimeField(_("พบเมื่อ"))

    objects = OddRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("แถวที่ผิดปกติ")
        verbose_name_plural = _("แถวที่ผิดปกติ")
        constraints = [
            # Importing the same file again finds the same oddities: they are told once.
            models.UniqueConstraint(
                fields=["municipality", "channel", "number", "reason", "value"], name="odd_row_once"
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "report"], name="odd_row_report"),
            models.Index(fields=["municipality", "reason", "-id"], name="odd_row_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.reason}"

    @property
    def explanation(self) -> str:
        return str(OddReason(self.reason).label)

    @property
    def fix(self) -> str:
        """Return what to do about it, in Thai."""
        words: Any = ODD_FIXES[OddReason(self.reason)]
        return str(words)
