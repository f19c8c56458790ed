"""คำของเรื่องร้องเรียน: the words that are kept in the database, and what people read for them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """ช่องทาง: the way a report came in."""

    TRAFFY = "traffy", _("Traffy Fondue")
    COUNTER = "counter", _("เจ้าหน้าที่รับเรื่อง")


class ReportState(TextChoices):
    """ประเภทสถานะ: fixed, so that screens and figures can rely on it; labels are each town's and channel's own."""

    RECEIVED = "received", _("รอรับเรื่อง")
    TRIAGED = "triaged", _("รับเรื่องแล้ว")
    IN_PROGRESS = "in_progress", _("กำลังดำเนินการ")
    FORWARDED = "forwarded", _("ส่งต่อ")
    FOLLOW_UP = "follow_up", _("ติดตามเรื่อง")
    FINISHED = "finished", _("เสร็จสิ้น")
    IRRELEVANT = "irrelevant", _("ไม่เกี่ยวข้อง")


CLOSED_STATES = (ReportState.FINISHED, ReportState.IRRELEVANT)

STATE_COLOURS = {
    ReportState.RECEIVED: "#b3261e",
    ReportState.TRIAGED: "#a15c00",
    ReportState.IN_PROGRESS: "#8a6d00",
    ReportState.FORWARDED: "#5b4bb7",
    ReportState.FOLLOW_UP: "#1f6f9f",
    ReportState.FINISHED: "#2e7d4f",
    ReportState.IRRELEVANT: "#6b7280",
}


class CategoryFamily(TextChoices):
    """กลุ่มเรื่อง: which kind of work a category calls for; near reports of one family may be one problem."""

    ROAD = "road", _("ถนนและทางเท้า")
    WATER = "water", _("น้ำและการระบายน้ำ")
    LIGHT = "light", _("ไฟฟ้าและแสงสว่าง")
    CLEAN = "clean", _("ความสะอาดและสิ่งแวดล้อม")
    GREEN = "green", _("ต้นไม้และที่สาธารณะ")
    SAFETY = "safety", _("ความปลอดภัยและจราจร")
    NUISANCE = "nuisance", _("เหตุรำคาญ")
    PEOPLE = "people", _("คนและสวัสดิการ")
    SERVICE = "service", _("บริการของเทศบาล")
    PRIVATE = "private", _("เรื่องส่วนบุคคลหรือทุจริต")
    OTHER = "other", _("อื่น ๆ")


class BatchState(TextChoices):
    """สถานะการนำเข้า."""

    WAITING = "waiting", _("รอคิว")
    RUNNING = "running", _("กำลังนำเข้า")
    DONE = "done", _("เสร็จแล้ว")
    FAILED = "failed", _("ไม่สำเร็จ")


class OddReason(TextChoices):
    """เหตุที่ผิดปกติ: what is odd about a row that came in. The row is kept all the same."""

    MALFORMED_LINE = "malformed_line", _("บรรทัดนี้อ่านไม่ได้ (ไม่ใช่ JSON ที่สมบูรณ์)")
    NOT_A_TICKET = "not_a_ticket", _("บรรทัดนี้ไม่ใช่ข้อมูลเรื่องร้องเรียน")
    MISSING_ID = "missing_id", _("ไม่มีเลขที่เรื่อง")
    REPEATED_ID = "repeated_id", _("เลขที่เรื่องซ้ำในไฟล์เดียวกัน")
    OLDER_THAN_KNOWN = "older_than_known", _("ข้อมูลเก่ากว่าที่ระบบมีอยู่")
    EMPTY_TYPE = "empty_type", _("ไม่ได้ระบุประเภทเรื่อง")
    UNKNOWN_TYPE = "unknown_type", _("ประเภทเรื่องที่ยังไม่รู้จัก")
    EMPTY_TEXT = "empty_text", _("ไม่มีข้อความ")
    HIDDEN_CHARACTERS = "hidden_characters", _("มีอักขระที่มองไม่เห็นในข้อความ")
    GARBLED_TEXT = "garbled_text", _("ข้อความเป็นภาษาต่างดาว (รหัสอักขระผิด)")
    NO_PHOTO = "no_photo", _("ที่อยู่รูปไม่มีชื่อไฟล์")
    BAD_PHOTO = "bad_photo", _("ที่อยู่รูปไม่ถูกต้อง")
    NO_POINT = "no_point", _("ไม่มีพิกัด")
    UNREADABLE_POINT = "unreadable_point", _("พิกัดอ่านไม่ได้")
    ZERO_POINT = "zero_point", _("พิกัดเป็นศูนย์")
    SWAPPED_POINT = "swapped_point", _("ละติจูดกับลองจิจูดสลับกัน")
    IMPOSSIBLE_POINT = "impossible_point", _("พิกัดไม่มีอยู่จริงบนโลก")
    OUTSIDE_THAILAND = "outside_thailand", _("พิกัดอยู่นอกประเทศไทย")
    OUTSIDE_TOWN = "outside_town", _("พิกัดอยู่นอกเขตเทศบาล")
    UNKNOWN_STATE = "unknown_state", _("สถานะที่ยังไม่รู้จัก")
    EMPTY_STATE = "empty_state", _("ไม่มีสถานะ")
    UNREADABLE_TIME = "unreadable_time", _("วันเวลาอ่านไม่ได้")
    FUTURE_TIME = "future_time", _("วันเวลาอยู่ในอนาคต")
    BAD_RATING = "bad_rating", _("คะแนนไม่อยู่ในช่วง 1–5")


ODD_FIXES = {
    OddReason.MALFORMED_LINE: _("เก็บข้อความเดิมไว้แล้ว ดาวน์โหลดไฟล์จากต้นทางใหม่แล้วนำเข้าอีกครั้ง"),
    OddReason.NOT_A_TICKET: _("เก็บข้อความเดิมไว้แล้ว ตรวจสอบว่าเลือกไฟล์ถูกหรือไม่"),
    OddReason.MISSING_ID: _("ระบบตั้งเลขจากเนื้อหาให้ นำเข้าซ้ำจะไม่เพิ่มเรื่องใหม่"),
    OddReason.REPEATED_ID: _("ใช้แถวที่มีการเคลื่อนไหวล่าสุด แถวอื่นเก็บไว้ที่นี่"),
    OddReason.OLDER_THAN_KNOWN: _("ไม่ได้ย้อนสถานะ ส่งออกไฟล์ใหม่จากต้นทางหากต้องการข้อมูลล่าสุด"),
    OddReason.EMPTY_TYPE: _("เปิดเรื่องแล้วเลือกประเภทเมื่อคัดแยก"),
    OddReason.UNKNOWN_TYPE: _("เพิ่มชื่อนี้ในตารางจับคู่ประเภท แล้วนำเข้าอีกครั้ง"),
    OddReason.EMPTY_TEXT: _("ดูรูปและพิกัดแทน หรือสอบถามผู้แจ้ง"),
    OddReason.HIDDEN_CHARACTERS: _("ระบบตัดออกให้แล้ว ข้อความเดิมอยู่ในข้อมูลดิบ"),
    OddReason.GARBLED_TEXT: _("ระบบแปลงกลับให้แล้ว ตรวจทานข้อความกับข้อมูลดิบ"),
    OddReason.NO_PHOTO: _("ถือว่าไม่มีรูป"),
    OddReason.BAD_PHOTO: _("ถือว่าไม่มีรูป ค่าเดิมอยู่ในข้อมูลดิบ"),
    OddReason.NO_POINT: _("ปักตำแหน่งจากที่อยู่ในเรื่อง"),
    OddReason.UNREADABLE_POINT: _("ปักตำแหน่งจากที่อยู่ในเรื่อง"),
    OddReason.ZERO_POINT: _("ผู้แจ้งไม่ได้ส่งตำแหน่ง ปักตำแหน่งจากที่อยู่ในเรื่อง"),
    OddReason.SWAPPED_POINT: _("ระบบสลับให้แล้ว ตรวจตำแหน่งบนแผนที่"),
    OddReason.IMPOSSIBLE_POINT: _("ปักตำแหน่งจากที่อยู่ในเรื่อง"),
    OddReason.OUTSIDE_THAILAND: _("ไม่นำขึ้นแผนที่ ปักตำแหน่งใหม่จากที่อยู่ในเรื่อง"),
    OddReason.OUTSIDE_TOWN: _("ตรวจว่าเป็นเรื่องของเทศบาลหรือควรส่งต่อ"),
    OddReason.UNKNOWN_STATE: _("แสดงตามที่ต้นทางเขียน และนับเป็นกำลังดำเนินการ"),
    OddReason.EMPTY_STATE: _("นับเป็นรอรับเรื่อง"),
    OddReason.UNREADABLE_TIME: _("ใช้เวลาที่นำเข้าแทน แก้ที่ต้นทางแล้วนำเข้าอีกครั้ง"),
    OddReason.FUTURE_TIME: _("ตรวจนาฬิกาของต้นทาง"),
    OddReason.BAD_RATING: _("ไม่นับคะแนนนี้"),
}
