"""ถนนที่วัดจากโทรศัพท์: rides with a phone's accelerometer, and how rough each stretch of road was."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.files.models import StoredFile
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.assets.choices import ROUGHNESS_LOOKS, AssetState, Look, RoughnessGrade, TraceState
from cddp.registers.assets.models.assets import Asset


class RoadTraceQuerySet(models.QuerySet["RoadTrace"]):
    """เที่ยววัดที่มองเห็น."""

    def visible_to(self, user: User) -> "RoadTraceQuerySet":
        """Return the rides of the town to those who may see its assets."""
        if not user.has_perm("assets.view") or user.membership is None:
            return self.none()
        return self


class RoadTrace(TenantModel):
    """การวัดหนึ่งเที่ยว: one ride over the roads with a phone in the car; times, places, vertical acceleration.

    `reading` says how the file is read: {"kind": "csv" or "gpx", "columns": […], "samples": [[…], …],
    "mapping": {our field: their column}, "unit", "on"}. `problems` are the first rows left out, [[row, field,
    code, what stood there], …]; `problem_counts` counts them all by "field.code".
    """

    file = TenantForeignKey(StoredFile, verbose_name=_("ไฟล์"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("ชื่อเที่ยว"), max_length=200)
    vehicle = models.CharField(_("รถที่ใช้"), max_length=120, blank=True)
    state = models.CharField(
        _("สถานะ"), max_length=10, choices=TraceState.choices, default=TraceState.MAPPING
    )
    reading = models.JSONField(_("วิธีอ่านไฟล์"), default=dict, blank=True)
    started_at = models.DateTimeField(_("เริ่มวัดเมื่อ"), null=True, blank=True)
    ended_at = models.DateTimeField(_("วัดเสร็จเมื่อ"), null=True, blank=True)
    # {"samples", "used", "dropped": {reason: n}, "length_m", "unmatched_m", "rate_hz", "unit", "axes"}
    counts = models.JSONField(_("จำนวนค่า"), default=dict, blank=True)
    problems = models.JSONField(_("แถวที่ไม่รับ"), default=list, blank=True)
    problem_counts = models.JSONField(_("จำนวนปัญหา"), default=dict, blank=True)
    bytes_done = models.PositiveBigIntegerField(_("อ่านแล้ว (ไบต์)"), default=0)
    failure = models.TextField(_("เหตุที่ไม่สำเร็จ"), blank=True)
    by = models.UUIDField(_("ผู้นำเข้า"), null=True, blank=True)
    by_label = models.CharField(_("ชื่อผู้นำเข้า"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("นำเข้าเมื่อ"), auto_now_add=True)
    used_at = models.DateTimeField(_("เริ่มใช้เมื่อ"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("ถอนออกเมื่อ"), null=True, blank=True)

    objects = RoadTraceQuerySet.as_manager()

    class Meta:
        verbose_name = _("การวัดถนน")
        verbose_name_plural = _("การวัดถนน")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["municipality", "-created_at", "-id"], name="road_trace_created"),
            models.Index(fields=["municipality", "-started_at", "-id"], name="road_trace_started"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("assets:road_trace", args=[self.pk])

    @property
    def is_forgotten(self) -> bool:
        """True when the raw ride is gone by the retention policy; what it measured is there."""
        return bool(self.counts.get("forgotten"))


class RoadStretchQuerySet(models.QuerySet["RoadStretch"]):
    """ช่วงถนนที่มองเห็น."""

    def visible_to(self, user: User) -> "RoadStretchQuerySet":
        """Return the measured stretches of the town to those who may see its assets."""
        if not user.has_perm("assets.view") or user.membership is None:
            return self.none()
        return self

    def newest(self) -> "RoadStretchQuerySet":
        """Return what each stretch of a road that the town still has is like, by its newest ride in use."""
        return self.filter(is_newest=True).exclude(asset__state=AssetState.DISPOSED)


class RoadStretch(TenantModel):
    """ช่วงถนน 50 เมตร: how rough one stretch rode in one trace.

    `roughness` is the root mean square of the vertical acceleration in m/s², brought to a speed of 40 km/h;
    `worst` its largest peak. `from_m` and `until_m` are chainage along the road asset; without an asset the
    stretch was ridden off any known road.
    """

    trace = TenantForeignKey(
        RoadTrace, verbose_name=_("การวัดถนน"), on_delete=models.CASCADE, related_name="stretches"
    )
    asset = TenantForeignKey(
        Asset,
        verbose_name=_("ถนน"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stretches",
    )
    from_m = models.FloatField(_("ตั้งแต่เมตรที่"), default=0)
    until_m = models.FloatField(_("ถึงเมตรที่"), default=0)
    line = models.LineStringField(_("แนว"), srid=4326, spatial_index=False)
    line_3857 = models.GeneratedField(
        verbose_name=_("แนวสำหรับแสดงผล"),
        expression=Transform("line", 3857),
        output_field=models.LineStringField(srid=3857, spatial_index=False),
        db_persist=True,
    )
    roughness = models.FloatField(_("ความขรุขระ (m/s²)"), null=True, blank=True)
    worst = models.FloatField(_("แรงกระแทกสูงสุด (m/s²)"), null=True, blank=True)
    speed_kmh = models.FloatField(_("ความเร็วเฉลี่ย (กม./ชม.)"), null=True, blank=True)
    samples = models.PositiveIntegerField(_("จำนวนค่า"), default=0)
    grade = models.CharField(
        _("ระดับ"), max_length=8, choices=RoughnessGrade.choices, default=RoughnessGrade.UNKNOWN
    )
    on = models.DateField(_("วันที่วัด"))
    # The newest trace in use over the same stretch is what the map shows: services.newest decides.
    is_newest = models.BooleanField(_("ค่าล่าสุดของช่วง"), default=False)

    objects = RoadStretchQuerySet.as_manager()

    class Meta:
        verbose_name = _("ช่วงถนน")
        verbose_name_plural = _("ช่วงถนน")
        indexes = [
            models.Index(fields=["municipality", "asset", "from_m"], name="road_stretch_asset"),
            models.Index(fields=["municipality", "trace"], name="road_stretch_trace"),
            GistIndex(
                F("municipality_id"), F("line_3857"), name="road_stretch_tile", condition=Q(is_newest=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.from_m:.0f}–{self.until_m:.0f}"

    @property
    def look(self) -> Look:
        """Return badge, icon and colour of the grade."""
        return ROUGHNESS_LOOKS[RoughnessGrade(self.grade)]

    @property
    def length_m(self) -> float:
        """Return how long the stretch is along its road."""
        return self.until_m - self.from_m
