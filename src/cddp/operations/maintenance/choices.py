"""คำที่ใช้ในงานซ่อมบำรุง: the words of work orders, schedules and spare parts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WorkState(TextChoices):
    """สถานะใบสั่งงาน: requested → approved → planned → in progress → waiting for parts → done → accepted."""

    REQUESTED = "requested", _("ขอซ่อม")
    APPROVED = "approved", _("อนุมัติแล้ว")
    PLANNED = "planned", _("นัดวันแล้ว")
    IN_PROGRESS = "in_progress", _("กำลังทำ")
    AWAITING_PARTS = "awaiting_parts", _("รออะไหล่")
    DONE = "done", _("ทำเสร็จ รอตรวจรับ")
    ACCEPTED = "accepted", _("ตรวจรับแล้ว")
    CANCELLED = "cancelled", _("ยกเลิก")


# Work that is over for the technician; DONE still waits for whoever accepts.
FINISHED_STATES = frozenset({WorkState.DONE, WorkState.ACCEPTED})
ENDED_STATES = frozenset({WorkState.ACCEPTED, WorkState.CANCELLED})

# How a state looks: the badge's class and its icon; the words stand beside.
STATE_LOOKS = {
    WorkState.REQUESTED: ("badge-bad", "inbox"),
    WorkState.APPROVED: ("badge-note", "stamp"),
    WorkState.PLANNED: ("badge-note", "calendar"),
    WorkState.IN_PROGRESS: ("badge-warn", "wrench"),
    WorkState.AWAITING_PARTS: ("badge-warn", "package"),
    WorkState.DONE: ("badge-good", "circle-check"),
    WorkState.ACCEPTED: ("badge-good", "badge-check"),
    WorkState.CANCELLED: ("", "ban"),
}


class WorkKind(TextChoices):
    """ชนิดงาน."""

    CORRECTIVE = "corrective", _("ซ่อมแก้ไข")
    PREVENTIVE = "preventive", _("บำรุงรักษาตามแผน")
    INSPECTION = "inspection", _("ตรวจสภาพ")
    IMPROVEMENT = "improvement", _("ปรับปรุงหรือติดตั้งใหม่")


class WorkSource(TextChoices):
    """ที่มาของงาน."""

    NEED = "need", _("เรื่องร้องเรียน")
    INSPECTION = "inspection", _("การตรวจสภาพ")
    SCHEDULE = "schedule", _("แผนบำรุงรักษา")
    OUTAGE = "outage", _("แจ้งว่าใช้การไม่ได้")
    MANUAL = "manual", _("เจ้าหน้าที่เปิดเอง")


class Priority(TextChoices):
    """ความเร่งด่วน."""

    NORMAL = "normal", _("ปกติ")
    URGENT = "urgent", _("ด่วน")
    EMERGENCY = "emergency", _("ฉุกเฉิน")


class PhotoKind(TextChoices):
    """ชนิดรูป."""

    BEFORE = "before", _("ก่อนทำ")
    AFTER = "after", _("หลังทำ")


class CheckKind(TextChoices):
    """ชนิดรายการตรวจ."""

    TICK = "tick", _("ทำแล้วหรือยัง")
    NUMBER = "number", _("ค่าที่วัดได้")
    TEXT = "text", _("ข้อความ")


class StoreKind(TextChoices):
    """ชนิดคลัง."""

    DEPOT = "depot", _("คลังพัสดุ")
    VAN = "van", _("รถช่าง")


class MovementKind(TextChoices):
    """ชนิดการเคลื่อนไหวของอะไหล่: every change of stock is one of these, and stock is their sum."""

    RECEIVE = "receive", _("รับเข้า")
    RESERVE = "reserve", _("จอง")
    RELEASE = "release", _("ยกเลิกการจอง")
    ISSUE = "issue", _("เบิก")
    RETURN = "return", _("คืน")
    TRANSFER_OUT = "transfer_out", _("โอนออก")
    TRANSFER_IN = "transfer_in", _("โอนเข้า")
    COUNT = "count", _("ปรับยอดตามการนับ")
    WRITE_OFF = "write_off", _("ตัดจำหน่าย")


class IntervalUnit(TextChoices):
    """หน่วยของรอบ."""

    DAYS = "days", _("วัน")
    MONTHS = "months", _("เดือน")
