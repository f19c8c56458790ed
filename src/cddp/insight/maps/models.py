"""ตารางของแผนที่: counts for low zooms, versions of layers, and what a person selected."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.models import User
from cddp.foundation.tenancy.models import TenantModel


class TileCount(TenantModel):
    """จำนวนในช่องแผนที่: how many rows of a layer stand in one cell (z, x, y); see `TileCountDelta` for the newest."""

    layer = models.CharField(_("ชั้นข้อมูล"), max_length=40)
    z = models.PositiveSmallIntegerField(_("ระดับซูม"))
    x = models.IntegerField(_("ช่องตามแนวนอน"))
    y = models.IntegerField(_("ช่องตามแนวตั้ง"))
    count = models.BigIntegerField(_("จำนวน"))

    class Meta:
        verbose_name = _("จำนวนในช่องแผนที่")
        verbose_name_plural = _("จำนวนในช่องแผนที่")
        constraints = [
            # A tile is a range of integers: a B-tree finds it in 0.5 ms where a GiST index took 3 s.
            models.UniqueConstraint(fields=["municipality", "layer", "z", "x", "y"], name="tile_count_cell")
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.z}/{self.x}/{self.y}: {self.count}"


class TileCountDelta(TenantModel):
    """ส่วนเพิ่มลดที่ยังไม่รวม: one statement's change of one finest cell, written by triggers, folded by a job.

    A read adds these to `TileCount`, so the numbers are right before the fold; and nobody waits for the row that
    counts the whole town.
    """

    layer = models.CharField(_("ชั้นข้อมูล"), max_length=40)
    x = models.IntegerField(_("ช่องตามแนวนอน"))
    y = models.IntegerField(_("ช่องตามแนวตั้ง"))
    change = models.IntegerField(_("เพิ่มหรือลด"))

    class Meta:
        verbose_name = _("ส่วนเพิ่มลดที่ยังไม่รวม")
        verbose_name_plural = _("ส่วนเพิ่มลดที่ยังไม่รวม")
        indexes = [models.Index(fields=["municipality", "layer", "x", "y"], name="tile_delta_cell")]

    def __str__(self) -> str:
        return f"{self.layer} {self.x}/{self.y}: {self.change:+}"


class TableVersion(TenantModel):
    """รุ่นของตาราง: how many committed transactions changed a table of the town; `TableChange` holds the newest."""

    table = models.CharField(_("ตาราง"), max_length=63)
    version = models.BigIntegerField(_("รุ่น"), default=0)

    class Meta:
        verbose_name = _("รุ่นของตาราง")
        verbose_name_plural = _("รุ่นของตาราง")
        constraints = [models.UniqueConstraint(fields=["municipality", "table"], name="table_version_once")]

    def __str__(self) -> str:
        return f"{self.table}: {self.version}"


class TableChange(TenantModel):
    """การเปลี่ยนแปลงที่ยังไม่รวม: one transaction that changed a table, written by triggers.

    A row of its own for each transaction, so that writers never wait for each other, and so that the sum grows
    exactly when a transaction commits.
    """

    table = models.CharField(_("ตาราง"), max_length=63)
    transaction = models.BigIntegerField(_("เลขธุรกรรม"))

    class Meta:
        verbose_name = _("การเปลี่ยนแปลงที่ยังไม่รวม")
        verbose_name_plural = _("การเปลี่ยนแปลงที่ยังไม่รวม")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "table", "transaction"], name="table_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.table}: {self.transaction}"


class SelectionQuerySet(models.QuerySet["Selection"]):
    """การเลือกพื้นที่ที่มองเห็น."""

    def visible_to(self, user: User) -> "SelectionQuerySet":
        """Return the person's own selections."""
        return self.filter(user_id=user.pk)


class Selection(TenantModel):
    """การเลือกพื้นที่: a shape that a person drew on the map, kept for a day so that it can be listed and exported."""

    user_id = models.UUIDField(_("ผู้เลือก"))
    layer = models.CharField(_("ชั้นข้อมูล"), max_length=40)
    area = models.PolygonField(_("บริเวณ"), srid=4326, spatial_index=False)
    colour_by = models.CharField(_("ระบายสีตาม"), max_length=80, blank=True)
    filters = models.JSONField(_("ตัวกรอง"), default=dict, blank=True)
    at_date = models.DateField(_("ณ วันที่"), null=True, blank=True)
    created_at = models.DateTimeField(_("สร้างเมื่อ"), auto_now_add=True)

    objects = SelectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("การเลือกพื้นที่")
        verbose_name_plural = _("การเลือกพื้นที่")
        indexes = [models.Index(fields=["municipality", "created_at"], name="selection_age")]

    def __str__(self) -> str:
        return f"{self.layer} {self.created_at:%H:%M}"
