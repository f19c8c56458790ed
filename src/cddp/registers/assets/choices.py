"""คำที่ใช้ในทะเบียนทรัพย์สิน: the words of the asset register (ISO 55000)."""

from typing import NamedTuple

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class GeometryKind(TextChoices):
    """รูปร่างบนแผนที่: how assets of a class stand on the map."""

    POINT = "point", _("จุด")
    LINE = "line", _("เส้น")
    NONE = "none", _("ไม่มีตำแหน่งประจำ")


class AttributeKind(TextChoices):
    """ชนิดของช่องข้อมูล: what an attribute of a class holds."""

    TEXT = "text", _("ข้อความ")
    NUMBER = "number", _("ตัวเลข")
    BOOLEAN = "boolean", _("ใช่หรือไม่")
    DATE = "date", _("วันที่")
    CHOICE = "choice", _("ตัวเลือก")


class AssetState(TextChoices):
    """สถานะ: where an asset is in its life. `broken` is decided by outages, never typed."""

    IN_USE = "in_use", _("ใช้งาน")
    BROKEN = "broken", _("ชำรุด")
    STORED = "stored", _("เก็บรอใช้")
    MISSING = "missing", _("หาไม่พบ")
    DISPOSED = "disposed", _("จำหน่ายแล้ว")


class Condition(IntegerChoices):
    """สภาพ: 1 (as new) to 5 (beyond use), the five grades of the IPWEA manual (IIMM)."""

    VERY_GOOD = 1, _("ดีมาก")
    GOOD = 2, _("ดี")
    FAIR = 3, _("พอใช้")
    POOR = 4, _("แย่")
    VERY_POOR = 5, _("ใช้การไม่ได้")


class Look(NamedTuple):
    """หน้าตา: the badge's class, the icon beside the words, the colour on the map."""

    badge: str
    icon: str
    colour: str


STATE_LOOKS = {
    AssetState.IN_USE: Look("badge-good", "circle-check", "#2e7d4f"),
    AssetState.BROKEN: Look("badge-bad", "triangle-alert", "#c62828"),
    AssetState.STORED: Look("badge-note", "package", "#5b6f8f"),
    AssetState.MISSING: Look("badge-warn", "search", "#b26a00"),
    AssetState.DISPOSED: Look("", "archive", "#8a8a8a"),
}

CONDITION_LOOKS = {
    Condition.VERY_GOOD: Look("badge-good", "circle-check", "#1b7f4b"),
    Condition.GOOD: Look("badge-good", "circle-check", "#6a9f2f"),
    Condition.FAIR: Look("badge-warn", "circle-minus", "#c9a20a"),
    Condition.POOR: Look("badge-bad", "triangle-alert", "#d9701a"),
    Condition.VERY_POOR: Look("badge-bad", "octagon-x", "#b3261e"),
}
NEVER_INSPECTED = Look("", "circle-question-mark", "#9a9a9a")


class Acquisition(TextChoices):
    """วิธีการได้มา."""

    PURCHASE = "purchase", _("ซื้อ")
    CONTRACT = "contract", _("จ้าง")
    DONATION = "donation", _("รับบริจาค")
    TRANSFER = "transfer", _("รับโอน")
    OTHER = "other", _("อื่น ๆ")
    UNKNOWN = "unknown", _("ไม่ทราบ")


class Funding(TextChoices):
    """ประเภทเงิน: which money paid for it."""

    REVENUE = "revenue", _("เงินรายได้")
    SUBSIDY = "subsidy", _("เงินอุดหนุนทั่วไป")
    SPECIFIC = "specific", _("เงินอุดหนุนเฉพาะกิจ")
    RESERVE = "reserve", _("เงินสะสม")
    LOAN = "loan", _("เงินกู้")
    DONATED = "donated", _("เงินหรือของบริจาค")
    OTHER = "other", _("อื่น ๆ")
    UNKNOWN = "unknown", _("ไม่ทราบ")


class Disposal(TextChoices):
    """วิธีการจำหน่าย: the ways of clause 215 and 217 of the Ministry of Finance's regulation on supplies, 2560."""

    SALE = "sale", _("ขาย")
    EXCHANGE = "exchange", _("แลกเปลี่ยน")
    TRANSFER = "transfer", _("โอน")
    DESTRUCTION = "destruction", _("แปรสภาพหรือทำลาย")
    WRITE_OFF = "write_off", _("จำหน่ายเป็นสูญ")


class EventKind(TextChoices):
    """ชนิดเหตุการณ์: what can happen to an asset in its life."""

    REGISTERED = "registered", _("ขึ้นทะเบียน")
    CHANGED = "changed", _("แก้ไขข้อมูล")
    MOVED = "moved", _("ย้ายตำแหน่ง")
    RESHAPED = "reshaped", _("แก้ไขแนวเส้น")
    SPLIT = "split", _("แบ่งช่วง")
    HANDED_OVER = "handed_over", _("เปลี่ยนผู้ดูแล")
    STATE = "state", _("เปลี่ยนสถานะ")
    COUNTED = "counted", _("ตรวจนับ")
    DISPOSED = "disposed", _("จำหน่าย")
    RESTORED = "restored", _("ยกเลิกการจำหน่าย")


class Source(TextChoices):
    """ที่มา: who or what told of a condition or an outage."""

    INSPECTION = "inspection", _("การตรวจสภาพ")
    COMPLAINT = "complaint", _("เรื่องร้องเรียน")
    SENSOR = "sensor", _("เซนเซอร์")
    WORK = "work", _("งานซ่อม")
    TRACE = "trace", _("การวัดความสั่นสะเทือน")
    COUNT = "count", _("การตรวจนับ")
    IMPORT = "import", _("การนำเข้า")
    OFFICER = "officer", _("เจ้าหน้าที่")


class ImportState(TextChoices):
    """สถานะการนำเข้า."""

    READING = "reading", _("กำลังอ่านไฟล์")
    MAPPING = "mapping", _("รอจับคู่คอลัมน์")
    CHECKING = "checking", _("กำลังตรวจ")
    READY = "ready", _("ตรวจแล้ว รอยืนยัน")
    IMPORTING = "importing", _("กำลังนำเข้า")
    IMPORTED = "imported", _("นำเข้าแล้ว")
    UNDOING = "undoing", _("กำลังย้อนกลับ")
    UNDONE = "undone", _("ย้อนกลับแล้ว")
    CANCELLED = "cancelled", _("ยกเลิก")
    FAILED = "failed", _("ไม่สำเร็จ")


class ImportOutcome(TextChoices):
    """ผลของแถว."""

    NEW = "new", _("เพิ่มใหม่")
    CHANGED = "changed", _("แก้ไข")
    SAME = "same", _("เหมือนเดิม")
    REFUSED = "refused", _("ไม่รับ")


class StockTakeResult(TextChoices):
    """ผลการตรวจนับ: what the committee found of one asset."""

    FOUND = "found", _("พบ ใช้งานได้")
    DAMAGED = "damaged", _("พบ ชำรุด")
    ELSEWHERE = "elsewhere", _("พบที่อื่น")
    NOT_NEEDED = "not_needed", _("พบ ไม่จำเป็นต้องใช้")
    MISSING = "missing", _("ไม่พบ")


class RoughnessGrade(TextChoices):
    """ระดับความเรียบของถนน."""

    SMOOTH = "smooth", _("เรียบ")
    FAIR = "fair", _("พอใช้")
    ROUGH = "rough", _("ขรุขระ")
    BROKEN = "broken", _("เสียหาย")
    UNKNOWN = "unknown", _("วัดไม่ได้")


ROUGHNESS_LOOKS = {
    RoughnessGrade.SMOOTH: Look("badge-good", "circle-check", "#1b7f4b"),
    RoughnessGrade.FAIR: Look("badge-note", "circle-minus", "#c9a20a"),
    RoughnessGrade.ROUGH: Look("badge-warn", "triangle-alert", "#d9701a"),
    RoughnessGrade.BROKEN: Look("badge-bad", "octagon-x", "#b3261e"),
    RoughnessGrade.UNKNOWN: Look("", "circle-question-mark", "#9a9a9a"),
}


class TraceState(TextChoices):
    """สถานะของเที่ยววัด: only a ride that is in use speaks on the map."""

    MAPPING = "mapping", _("รอเลือกคอลัมน์")
    MEASURING = "measuring", _("กำลังคำนวณ")
    READY = "ready", _("คำนวณแล้ว รอยืนยัน")
    IN_USE = "in_use", _("ใช้งานอยู่")
    WITHDRAWN = "withdrawn", _("ถอนออกแล้ว")
    FAILED = "failed", _("อ่านไม่สำเร็จ")


class Keeping(TextChoices):
    """การบันทึกมูลค่า: how the accounts keep a thing; derived from its cost, class and dates, never typed."""

    WRITTEN_OFF = "written_off", _("คิดค่าเสื่อมราคา")
    HELD = "held", _("ไม่คิดค่าเสื่อมราคา")
    LOW_VALUE = "low_value", _("ต่ำกว่าเกณฑ์ คุมจำนวน")
    INCOMPLETE = "incomplete", _("ข้อมูลไม่ครบ")
