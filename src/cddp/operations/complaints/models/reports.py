"""เรื่องร้องเรียน: one voice about one thing, and what happened to it."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Division, User
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.operations.complaints.choices import CLOSED_STATES, STATE_LOOKS, Channel, ReportState
from cddp.operations.complaints.models.categories import Category
from cddp.operations.complaints.models.intakes import ImportBatch, Intake


class ReportQuerySet(models.QuerySet["Report"]):
    """เรื่องที่มองเห็น."""

    def visible_to(self, user: User) -> "ReportQuerySet":
        """Return the reports this person may see: private ones only for those who may, and for who works on them."""
        if not user.has_perm("complaints.view") or user.membership is None:
            return self.none()
        if user.has_perm("complaints.view_private"):
            return self
        theirs = self.model.need.field.related_model._default_manager.filter(
            is_private=True, assignee_id=user.membership.pk
        )
        return self.filter(Q(is_private=False) | Q(need_id__in=theirs.values("pk")))

    def open(self) -> "ReportQuerySet":
        """Return the reports that still wait for something."""
        return self.exclude(state__in=CLOSED_STATES)

    def placed(self) -> "ReportQuerySet":
        """Return the reports that stand on the map."""
        return self.exclude(point=None)


class Report(TenantModel):
    """เรื่องร้องเรียน: one voice (Open311: service request). Its state is kept with the label as it came."""

    intake = TenantForeignKey(
        Intake, verbose_name=_("ซองรับเรื่อง"), on_delete=models.PROTECT, related_name="reports"
    )
    channel = models.CharField(_("ช่องทาง"), max_length=12, choices=Channel.choices)
    number = models.CharField(_("เลขที่เรื่อง"), max_length=120)
    need = TenantForeignKey(
        "Need",
        verbose_name=_("ปัญหา"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    is_private = models.BooleanField(_("เรื่องลับ"), default=False)
    follows_need = models.BooleanField(_("สถานะตามปัญหา"), default=True)
    follow_code = models.CharField(_("รหัสติดตาม"), max_length=20, blank=True)
    voice_hash = models.BinaryField(_("ลายนิ้วมือของผู้แจ้ง"), max_length=32, null=True, blank=True)
    told_before = models.BooleanField(_("เคยแจ้งมาก่อน"), null=True, blank=True)
    description = models.TextField(_("ข้อความ"), blank=True)
    category = TenantForeignKey(
        Category,
        verbose_name=_("ประเภทเรื่อง"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    category_labels = ArrayField(
        models.CharField(max_length=80), verbose_name=_("ประเภทตามต้นทาง"), default=list, blank=True
    )
    state = models.CharField(
        _("สถานะ"), max_length=12, choices=ReportState.choices, default=ReportState.RECEIVED
    )
    state_label = models.CharField(_("สถานะตามต้นทาง"), max_length=80, blank=True)
    point = models.PointField(_("พิกัด"), srid=4326, null=True, blank=True, spatial_index=False)
    point_3857 = models.GeneratedField(
        verbose_name=_("พิกัดสำหรับแสดงผล"),
        expression=Transform("point", 3857),
        output_field=models.PointField(srid=3857, null=True, spatial_index=False),
        db_persist=True,
    )
    shape = models.GeometryField(_("แนวหรือขอบเขต"), srid=4326, null=True, blank=True, spatial_index=False)
    address = models.CharField(_("สถานที่"), max_length=500, blank=True)
    organisation = models.CharField(_("หน่วยงานตามต้นทาง"), max_length=500, blank=True)
    division = TenantForeignKey(
        Division,
        verbose_name=_("กองที่รับผิดชอบ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    requested_at = models.DateTimeField(_("แจ้งเมื่อ"))
    updated_at = models.DateTimeField(_("เคลื่อนไหวล่าสุด"))
    finished_at = models.DateTimeField(_("เสร็จเมื่อ"), null=True, blank=True)
    reopen_count = models.PositiveSmallIntegerField(_("เปิดซ้ำ (ครั้ง)"), default=0)
    rating = models.PositiveSmallIntegerField(_("คะแนนจากผู้แจ้ง"), null=True, blank=True)
    photo_urls = ArrayField(models.CharField(max_length=500), verbose_name=_("รูป"), default=list, blank=True)
    after_photo_urls = ArrayField(
        models.CharField(max_length=500), verbose_name=_("รูปหลังแก้ไข"), default=list, blank=True
    )
    is_odd = models.BooleanField(_("มีข้อสังเกต"), default=False)
    content_hash = models.CharField(_("ลายนิ้วมือของข้อมูลล่าสุด"), max_length=64, editable=False)
    search_text = models.TextField(_("ข้อความสำหรับค้นหา"), blank=True, editable=False)
    created_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("เรื่องร้องเรียน")
        verbose_name_plural = _("เรื่องร้องเรียน")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "channel", "number"], name="report_number"),
            models.UniqueConstraint(
                fields=["municipality", "follow_code"],
                name="report_follow_code",
                condition=~Q(follow_code=""),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "requested_at", "id"], name="report_time"),
            models.Index(fields=["municipality", "state", "requested_at", "id"], name="report_state"),
            models.Index(fields=["municipality", "category", "requested_at", "id"], name="report_category"),
            models.Index(fields=["municipality", "need", "requested_at", "id"], name="report_need"),
            models.Index(
                fields=["municipality", "requested_at", "id"],
                name="report_alone",
                condition=Q(need__isnull=True),
            ),
            models.Index(
                fields=["municipality", "voice_hash", "-requested_at"],
                name="report_voice",
                condition=Q(voice_hash__isnull=False),
            ),
            GistIndex(F("municipality_id"), F("point_3857"), name="report_tile", condition=~Q(point=None)),
            GinIndex(
                F("municipality_id"), OpClass(F("search_text"), name="gin_trgm_ops"), name="report_search"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("complaints:report", args=[self.pk])

    @property
    def title(self) -> str:
        """Return the first line of what was written, cut for a heading."""
        first = self.description.split("\n", 1)[0].strip()
        return f"{first[:79]}…" if len(first) > 80 else first or self.number

    @property
    def state_look(self) -> tuple[str, str]:
        """Return the class of the state's badge and its icon."""
        return STATE_LOOKS[ReportState(self.state)]

    @property
    def state_words(self) -> str:
        """Return the label as it came, or the name of the fixed state."""
        return self.state_label or str(ReportState(self.state).label)

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED_STATES


class ReportStatus(TenantModel):
    """ความเคลื่อนไหว: a state the report was in, from when, told by whom; rows are only ever added.

    `changes` holds the fields of the raw row that this message changed, as {field: [before, after]}, so that with
    the intake every version that ever came can be put together again.
    """

    report = TenantForeignKey(
        Report, verbose_name=_("เรื่อง"), on_delete=models.PROTECT, related_name="statuses"
    )
    state = models.CharField(_("สถานะ"), max_length=12, choices=ReportState.choices)
    state_label = models.CharField(_("สถานะตามต้นทาง"), max_length=80, blank=True)
    note = models.TextField(_("ข้อความถึงผู้แจ้ง"), blank=True)
    at = models.DateTimeField(_("เมื่อ"))
    batch = TenantForeignKey(
        ImportBatch,
        verbose_name=_("การนำเข้า"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    changes = models.JSONField(_("สิ่งที่เปลี่ยน"), default=dict, blank=True)
    content_hash = models.CharField(_("ลายนิ้วมือของข้อมูลรุ่นนี้"), max_length=64, blank=True, editable=False)
    recorded_at = models.DateTimeField(_("บันทึกเมื่อ"))

    append_only = True

    class Meta:
        verbose_name = _("ความเคลื่อนไหวของเรื่อง")
        verbose_name_plural = _("ความเคลื่อนไหวของเรื่อง")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["municipality", "report", "at"], name="report_status_report")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.state}"

    @property
    def state_words(self) -> str:
        """Return the label as it came, or the name of the fixed state."""
        return self.state_label or str(ReportState(self.state).label)
