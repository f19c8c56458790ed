"""คำในทะเบียน: the words that registers of residents keep in the database, and their Thai labels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AreaKind(TextChoices):
    """ชนิดพื้นที่: a village (หมู่), a town community (ชุมชน), or a zone of the town's own."""

    MOO = "moo", _("หมู่")
    COMMUNITY = "community", _("ชุมชน")
    ZONE = "zone", _("เขต")


class PointSource(TextChoices):
    """ที่มาของพิกัด: how a house got its point."""

    NONE = "", _("ยังไม่มีพิกัด")
    FILE = "file", _("จากไฟล์ทะเบียน")
    ADDRESS_MATCH = "address_match", _("จับคู่ที่อยู่")
    MAP = "map", _("ปักบนแผนที่")
    FIELD = "field", _("เก็บในพื้นที่")


class RegistryState(TextChoices):
    """สถานะของแถวในทะเบียน: rows are never deleted; they leave the register."""

    ACTIVE = "active", _("ปกติ")
    ENDED = "ended", _("จำหน่าย")
    MERGED = "merged", _("รวมกับรายการอื่น")


class Sex(TextChoices):
    """เพศตามทะเบียน."""

    MALE = "male", _("ชาย")
    FEMALE = "female", _("หญิง")
    UNKNOWN = "unknown", _("ไม่ระบุ")


class VitalState(TextChoices):
    """สถานะการมีชีวิต."""

    ALIVE = "alive", _("มีชีวิต")
    DEAD = "dead", _("เสียชีวิต")


class DatePrecision(TextChoices):
    """ความละเอียดของวันที่: many of the old know only the year of their birth."""

    DAY = "day", _("วัน")
    MONTH = "month", _("เดือน")
    YEAR = "year", _("ปี")


class MembershipKind(TextChoices):
    """ลักษณะการอยู่: registered in the house, or actually living there (TYPEAREA 1–3)."""

    REGISTERED = "registered", _("มีชื่อในทะเบียนบ้าน")
    RESIDENT = "resident", _("อยู่จริง")


class MembershipRole(TextChoices):
    """สถานภาพในบ้าน."""

    HEAD = "head", _("เจ้าบ้าน")
    SPOUSE = "spouse", _("คู่สมรส")
    CHILD = "child", _("บุตร")
    PARENT = "parent", _("บิดา/มารดา")
    RELATIVE = "relative", _("ญาติ")
    OCCUPANT = "occupant", _("ผู้อาศัย")


class EndReason(TextChoices):
    """เหตุที่สิ้นสุดการอยู่."""

    NONE = "", _("ยังอยู่")
    MOVED_OUT = "moved_out", _("ย้ายออก")
    DIED = "died", _("เสียชีวิต")
    ABSENT_FROM_EXTRACT = "absent_from_extract", _("ไม่พบในทะเบียนล่าสุด")
    CORRECTION = "correction", _("แก้ไขข้อมูล")
    MERGED = "merged", _("รวมรายการซ้ำ")


class FactLevel(TextChoices):
    """ข้อเท็จจริงของอะไร."""

    HOUSE = "house", _("บ้าน")
    HOUSEHOLD = "household", _("ครัวเรือน")
    PERSON = "person", _("บุคคล")


class FactValueKind(TextChoices):
    """ชนิดของค่า."""

    NUMBER = "number", _("ตัวเลข")
    TEXT = "text", _("ข้อความ")
    BOOLEAN = "boolean", _("ใช่/ไม่ใช่")
    DATE = "date", _("วันที่")
    CHOICE = "choice", _("ตัวเลือก")


class FactSource(TextChoices):
    """ที่มาของข้อเท็จจริง."""

    REGISTRY = "registry", _("ทะเบียนราษฎร์")
    SURVEY = "survey", _("แบบสำรวจ")
    CARE = "care", _("การประเมินผู้ดูแล")
    COMPLAINT = "complaint", _("เรื่องร้องเรียน")
    OFFICER = "officer", _("เจ้าหน้าที่บันทึก")


class Sensitivity(TextChoices):
    """ชั้นความลับของข้อเท็จจริง: sensitive ones (health, poverty) need the right to see persons."""

    PUBLIC = "public", _("เปิดเผยได้")
    INTERNAL = "internal", _("ใช้ภายใน")
    SENSITIVE = "sensitive", _("อ่อนไหว")


class ImportState(TextChoices):
    """สถานะของการนำเข้า."""

    UPLOADED = "uploaded", _("รอจับคู่คอลัมน์")
    CHECKING = "checking", _("กำลังตรวจสอบ")
    CHECKED = "checked", _("ตรวจสอบแล้ว รอยืนยัน")
    WAITING = "waiting", _("รอคิวนำเข้า")
    IMPORTING = "importing", _("กำลังนำเข้า")
    IMPORTED = "imported", _("นำเข้าแล้ว")
    UNDOING = "undoing", _("กำลังย้อนกลับ")
    UNDONE = "undone", _("ย้อนกลับแล้ว")
    FAILED = "failed", _("ไม่สำเร็จ")
    CANCELLED = "cancelled", _("ยกเลิก")


class ImportOutcome(TextChoices):
    """ผลของแต่ละแถวในไฟล์: each row of a file has exactly one."""

    NEW = "new", _("บุคคลใหม่")
    CHANGED = "changed", _("มีการเปลี่ยนแปลง")
    UNCHANGED = "unchanged", _("ไม่เปลี่ยนแปลง")
    REPEATED = "repeated", _("แถวซ้ำในไฟล์")
    AMBIGUOUS = "ambiguous", _("ไม่แน่ชัดว่าเป็นใคร")
    REJECTED = "rejected", _("นำเข้าไม่ได้")
    NOT_DATA = "not_data", _("หัวตาราง ท้ายตาราง แถวว่าง")


class ImportMovement(TextChoices):
    """ความเคลื่อนไหวของบุคคลระหว่างสองครั้งที่นำเข้า."""

    NONE = "", _("ไม่มี")
    BORN = "born", _("เกิด")
    MOVED_IN = "moved_in", _("ย้ายเข้า")
    MOVED_WITHIN = "moved_within", _("ย้ายภายในเขต")
    MOVED_OUT = "moved_out", _("ย้ายออก")
    DIED = "died", _("เสียชีวิต")
