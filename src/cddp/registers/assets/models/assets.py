"""ทรัพย์สิน: one thing the town owns, its life, its pictures and papers, and the times it did not work."""

from typing import Any

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import Division, Membership, User
from cddp.foundation.files.models import StoredFile
from cddp.foundation.tenancy.models import TenantForeignKey, TenantModel
from cddp.registers.assets.choices import (
    CONDITION_LOOKS,
    NEVER_INSPECTED,
    STATE_LOOKS,
    Acquisition,
    AssetState,
    Condition,
    Disposal,
    EventKind,
    Funding,
    Look,
    Source,
)
from cddp.registers.assets.models.classes import AssetClass, AssetModel


class AssetQuerySet(models.QuerySet["Asset"]):
    """ทรัพย์สินที่มองเห็น."""

    def visible_to(self, user: User) -> "AssetQuerySet":
        """Return the assets of the town to those who may see the register."""
        if not user.has_perm("assets.view") or user.membership is None:
            return self.none()
        return self

    def kept(self) -> "AssetQuerySet":
        """Return what the town still owns."""
        return self.exclude(state=AssetState.DISPOSED)

    def out(self) -> "AssetQuerySet":
        """Return what does not work now."""
        return self.filter(state=AssetState.BROKEN)


class Asset(TenantModel):
    """ทรัพย์สิน: one thing that the town owns or keeps, with its government asset number (เลขครุภัณฑ์).

    `shape` is a point or a line in EPSG:4326; `length_m` is measured in the town's UTM zone. `attributes` holds the
    values of the class's own attributes by key. `condition`, `inspected_on` repeat the newest Inspection, `state`
    is BROKEN while an Outage is open. Money is in satang. `former_number` is the number before renumbering.
    """

    asset_class = TenantForeignKey(
        AssetClass, verbose_name=_("ประเภททรัพย์สิน"), on_delete=models.PROTECT, related_name="assets"
    )
    model = TenantForeignKey(
        AssetModel,
        verbose_name=_("รุ่น"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assets",
    )
    number = models.CharField(_("เลขครุภัณฑ์"), max_length=60, blank=True)
    former_number = models.CharField(_("เลขเดิม"), max_length=60, blank=True)
    name = models.CharField(_("ชื่อ"), max_length=200)
    serial = models.CharField(_("หมายเลขเครื่อง"), max_length=120, blank=True)
    state = models.CharField(_("สถานะ"), max_length=10, choices=AssetState.choices, default=AssetState.IN_USE)
    condition = models.PositiveSmallIntegerField(_("สภาพ"), choices=Condition.choices, null=True, blank=True)
    inspected_on = models.DateField(_("ตรวจสภาพล่าสุด"), null=True, blank=True)
    attributes = models.JSONField(_("ข้อมูลเฉพาะประเภท"), default=dict, blank=True)
    notes = models.TextField(_("หมายเหตุ"), blank=True)

    shape = models.GeometryField(_("ตำแหน่ง"), srid=4326, null=True, blank=True, spatial_index=False)
    shape_3857 = models.GeneratedField(
        verbose_name=_("ตำแหน่งสำหรับแสดงผล"),
        expression=Transform("shape", 3857),
        output_field=models.GeometryField(srid=3857, null=True, spatial_index=False),
        db_persist=True,
    )
    length_m = models.FloatField(_("ความยาว (เมตร)"), null=True, blank=True)
    place = models.CharField(_("สถานที่ตั้ง"), max_length=300, blank=True)
    area_code = models.CharField(_("หมู่/ชุมชน"), max_length=20, blank=True)

    division = TenantForeignKey(
        Division, verbose_name=_("กองที่ดูแล"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    holder = TenantForeignKey(
        Membership,
        verbose_name=_("ผู้ใช้งาน"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    parent = TenantForeignKey(
        "self",
        verbose_name=_("เป็นส่วนหนึ่งของ"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )

    acquired_on = models.DateField(_("วันที่ได้มา"), null=True, blank=True)
    acquisition = models.CharField(
        _("วิธีการได้มา"), max_length=10, choices=Acquisition.choices, default=Acquisition.UNKNOWN
    )
    funding = models.CharField(
        _("ประเภทเงิน"), max_length=10, choices=Funding.choices, default=Funding.UNKNOWN
    )
    cost_satang = models.BigIntegerField(_("ราคาทุน (สตางค์)"), null=True, blank=True)
    supplier = models.CharField(_("ผู้ขายหรือผู้รับจ้าง"), max_length=200, blank=True)
    contract_number = models.CharField(_("เลขที่สัญญา"), max_length=80, blank=True)
    warranty_until = models.DateField(_("รับประกันถึง"), null=True, blank=True)
    # Only where the asset differs from its class: else the class's DepreciationRate says.
    life_years = models.PositiveSmallIntegerField(_("อายุการใช้งานเฉพาะ (ปี)"), null=True, blank=True)

    disposed_on = models.DateField(_("วันที่จำหน่าย"), null=True, blank=True)
    disposal = models.CharField(_("วิธีการจำหน่าย"), max_length=12, choices=Disposal.choices, blank=True)
    disposal_number = models.CharField(_("เลขที่หนังสืออนุมัติจำหน่าย"), max_length=80, blank=True)
    disposal_satang = models.BigIntegerField(_("ราคาที่จำหน่ายได้ (สตางค์)"), null=True, blank=True)

    # The row of an import brought it: an undo takes away exactly these.
    batch_id = models.UUIDField(_("มาจากการนำเข้า"), null=True, blank=True)
    version = models.PositiveIntegerField(_("รุ่นของข้อมูล"), default=1, editable=False)
    search_text = models.TextField(_("ข้อความสำหรับค้นหา"), blank=True, editable=False)
    created_at = models.DateTimeField(_("บันทึกเมื่อ"), auto_now_add=True)
    updated_at = models.DateTimeField(_("แก้ไขเมื่อ"), auto_now=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("ทรัพย์สิน")
        verbose_name_plural = _("ทรัพย์สิน")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], name="asset_number", condition=~Q(number="")
            ),
            models.CheckConstraint(
                condition=Q(state=AssetState.DISPOSED, disposed_on__isnull=False)
                | (~Q(state=AssetState.DISPOSED) & Q(disposed_on=None)),
                name="asset_disposed_on",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "number", "id"], name="asset_in_order"),
            models.Index(fields=["municipality", "asset_class", "number", "id"], name="asset_class_number"),
            models.Index(fields=["municipality", "state", "number", "id"], name="asset_state"),
            models.Index(fields=["municipality", "division", "number", "id"], name="asset_division"),
            models.Index(fields=["municipality", "condition", "number", "id"], name="asset_condition"),
            models.Index(fields=["municipality", "area_code", "number", "id"], name="asset_area"),
            models.Index(
                fields=["municipality", "parent"], name="asset_parent", condition=Q(parent__isnull=False)
            ),
            models.Index(
                fields=["municipality", "model"], name="asset_model", condition=Q(model__isnull=False)
            ),
            models.Index(
                fields=["municipality", "batch_id"], name="asset_batch", condition=Q(batch_id__isnull=False)
            ),
            models.Index(fields=["municipality", "acquired_on", "id"], name="asset_acquired"),
            GistIndex(
                F("municipality_id"), F("shape_3857"), name="asset_tile", condition=Q(shape__isnull=False)
            ),
            GinIndex(
                F("municipality_id"), OpClass(F("search_text"), name="gin_trgm_ops"), name="asset_search"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("assets:asset", args=[self.pk])

    @property
    def state_look(self) -> Look:
        """Return badge, icon and colour of the state."""
        return STATE_LOOKS[AssetState(self.state)]

    @property
    def condition_look(self) -> Look:
        """Return badge, icon and colour of the condition; grey when nobody ever looked."""
        return CONDITION_LOOKS[Condition(self.condition)] if self.condition else NEVER_INSPECTED


class AssetEvent(TenantModel):
    """เหตุการณ์ของทรัพย์สิน: one thing that happened in its life, with what was before and after."""

    asset = TenantForeignKey(Asset, verbose_name=_("ทรัพย์สิน"), on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("ชนิด"), max_length=12, choices=EventKind.choices)
    # {field: [before, after]} in plain values
    changes = models.JSONField(_("สิ่งที่เปลี่ยน"), default=dict, blank=True)
    words = models.TextField(_("คำอธิบาย"), blank=True)
    at = models.DateTimeField(_("เมื่อ"))
    by = models.UUIDField(_("รหัสผู้ทำ"), null=True, blank=True)
    by_label = models.CharField(_("ผู้ทำ"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("เหตุการณ์ของทรัพย์สิน")
        verbose_name_plural = _("เหตุการณ์ของทรัพย์สิน")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["municipality", "asset", "at"], name="asset_event_asset")]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.kind}"


class AssetPhoto(TenantModel):
    """รูปทรัพย์สิน: drawn anew without place or device (files.pictures)."""

    asset = TenantForeignKey(Asset, verbose_name=_("ทรัพย์สิน"), on_delete=models.PROTECT, related_name="photos")
    inspection_id = models.UUIDField(_("จากการตรวจสภาพ"), null=True, blank=True)
    file = TenantForeignKey(StoredFile, verbose_name=_("ไฟล์"), on_delete=models.PROTECT, related_name="+")
    preview = TenantForeignKey(StoredFile, verbose_name=_("รูปย่อ"), on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(_("ผู้ถ่าย"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("ได้รับเมื่อ"))
    removed_at = models.DateTimeField(_("นำออกเมื่อ"), null=True, blank=True)

    class Meta:
        verbose_name = _("รูปทรัพย์สิน")
        verbose_name_plural = _("รูปทรัพย์สิน")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["municipality", "asset", "created_at"], name="asset_photo_asset")]

    def __str__(self) -> str:
        return str(self.asset_id)


class AssetDocument(TenantModel):
    """เอกสารของทรัพย์สิน: contract, hand-over note, warranty, manual."""

    asset = TenantForeignKey(
        Asset, verbose_name=_("ทรัพย์สิน"), on_delete=models.PROTECT, related_name="documents"
    )
    title = models.CharField(_("ชื่อเอกสาร"), max_length=200)
    file = TenantForeignKey(StoredFile, verbose_name=_("ไฟล์"), on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(_("ผู้แนบ"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("แนบเมื่อ"), auto_now_add=True)
    removed_at = models.DateTimeField(_("นำออกเมื่อ"), null=True, blank=True)

    class Meta:
        verbose_name = _("เอกสารของทรัพย์สิน")
        verbose_name_plural = _("เอกสารของทรัพย์สิน")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["municipality", "asset"], name="asset_document_asset")]

    def __str__(self) -> str:
        return self.title


class OutageQuerySet(models.QuerySet["Outage"]):
    """ช่วงที่ใช้การไม่ได้."""

    def open(self) -> "OutageQuerySet":
        """Return the outages that have not ended."""
        return self.filter(until_at=None)


class Outage(TenantModel):
    """ช่วงที่ใช้การไม่ได้: from when until when an asset did not do its work, and who said so.

    At most one is open for an asset. `reference` is the id of what told (need, work order, sensor event), so that
    the same teller ends what it began.
    """

    asset = TenantForeignKey(
        Asset, verbose_name=_("ทรัพย์สิน"), on_delete=models.PROTECT, related_name="outages"
    )
    from_at = models.DateTimeField(_("ตั้งแต่"))
    until_at = models.DateTimeField(_("ถึง"), null=True, blank=True)
    source = models.CharField(_("ที่มา"), max_length=12, choices=Source.choices)
    reference = models.CharField(_("อ้างอิง"), max_length=80, blank=True)
    words = models.CharField(_("อาการ"), max_length=300, blank=True)
    by_label = models.CharField(_("ผู้บันทึก"), max_length=150, blank=True)
    ended_by_label = models.CharField(_("ผู้บันทึกว่าใช้ได้แล้ว"), max_length=150, blank=True)

    objects = OutageQuerySet.as_manager()

    class Meta:
        verbose_name = _("ช่วงที่ใช้การไม่ได้")
        verbose_name_plural = _("ช่วงที่ใช้การไม่ได้")
        ordering = ["-from_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "asset"], name="outage_one_open", condition=Q(until_at=None)
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="outage_order"
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "asset", "from_at"], name="outage_asset"),
            models.Index(fields=["municipality", "from_at"], name="outage_from"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.from_at:%Y-%m-%d}"

    def seconds(self, at: Any) -> float:
        """Return how long it lasted, or has lasted at that moment."""
        return float(((self.until_at or at) - self.from_at).total_seconds())
