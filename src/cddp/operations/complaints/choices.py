"""คำของเรื่องร้องเรียน: the words that are kept in the database, and what people read for them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """ช่องทาง: the way a report came in."""

    TRAFFY = "traffy", _("Traffy Fondue")
    COUNTER = "counter", _("เจ้าหน้าที่รับเรื่อง")
    PHONE = "phone", _("โทรศัพท์")
    LINE = "line", _("LINE")
    WEB = "web", _("เว็บไซต์")
    OPEN311 = "open311", _("Open311")
    ENODE = "enode", _("ร้านค้าชุมชน (E-Node)")


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

# The states from which nobody has yet taken the matter up, to the one in which most has been done.
OPEN_STATES = tuple(state for state in ReportState if state not in CLOSED_STATES)

STATE_COLOURS = {
    ReportState.RECEIVED: "#b3261e",
    ReportState.TRIAGED: "#a15c00",
    ReportState.IN_PROGRESS: "#8a6d00",
    ReportState.FORWARDED: "#5b4bb7",
    ReportState.FOLLOW_UP: "#1f6f9f",
    ReportState.FINISHED: "#2e7d4f",
    ReportState.IRRELEVANT: "#6b7280",
}


# How a state looks in lists and headings: the badge's class and its icon; the words stand beside.
STATE_LOOKS = {
    ReportState.RECEIVED: ("badge-bad", "inbox"),
    ReportState.TRIAGED: ("badge-warn", "loader"),
    ReportState.IN_PROGRESS: ("badge-warn", "loader"),
    ReportState.FORWARDED: ("badge-note", "send"),
    ReportState.FOLLOW_UP: ("badge-note", "eye"),
    ReportState.FINISHED: ("badge-good", "circle-check"),
    ReportState.IRRELEVANT: ("", "ban"),
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


class Outcome(TextChoices):
    """ผลสุดท้าย: the honest ends. Each needs what makes it honest: a photo or reason, whose it is, why, which year."""

    DONE = "done", _("ดำเนินการแล้วเสร็จ")
    NOT_OURS = "not_ours", _("ไม่ใช่หน้าที่ของเทศบาล")
    CANNOT = "cannot", _("ดำเนินการไม่ได้")
    IN_PLAN = "in_plan", _("บรรจุในแผนพัฒนาท้องถิ่น")


# What the fixed state becomes. A need that entered the plan is not done: it is followed up, without a deadline.
STATE_OF_OUTCOME = {
    Outcome.DONE: ReportState.FINISHED,
    Outcome.NOT_OURS: ReportState.IRRELEVANT,
    Outcome.CANNOT: ReportState.IRRELEVANT,
    Outcome.IN_PLAN: ReportState.FOLLOW_UP,
}


class Priority(TextChoices):
    """ความเร่งด่วน."""

    NORMAL = "normal", _("ปกติ")
    URGENT = "urgent", _("ด่วน")
    EMERGENCY = "emergency", _("ฉุกเฉิน")


class LinkMethod(TextChoices):
    """วิธีรวมเรื่อง: who or what said that a report is about this need."""

    MANUAL = "manual", _("เจ้าหน้าที่รวมเอง")
    SUGGESTED = "suggested", _("เจ้าหน้าที่รับคำแนะนำ")
    CITIZEN = "citizen", _("ผู้แจ้งบอกว่าเป็นเรื่องเดียวกัน")
    AUTO = "auto", _("ระบบรวมให้")
    SPLIT = "split", _("แยกออกเป็นเรื่องของตัวเอง")


class NoteKind(TextChoices):
    """ชนิดข้อความ: what stays in the office, and what the reporters read or wrote."""

    INTERNAL = "internal", _("บันทึกภายใน")
    PUBLIC = "public", _("ข้อความถึงผู้แจ้ง")
    QUESTION = "question", _("คำถามถึงผู้แจ้ง")
    ANSWER = "answer", _("คำตอบจากผู้แจ้ง")


class Placeholder(TextChoices):
    """ช่องว่างในข้อความสำเร็จรูป: {number} is filled in from the problem, and so on."""

    NUMBER = "number", _("เลขที่เรื่อง")
    CATEGORY = "category", _("ประเภทเรื่อง")
    PLACE = "place", _("สถานที่")
    DUE = "due", _("กำหนดเสร็จ")
    AGENCY = "agency", _("หน่วยงานที่รับเรื่องต่อ")


class PhotoKind(TextChoices):
    """ชนิดรูป."""

    BEFORE = "before", _("จากผู้แจ้ง")
    AFTER = "after", _("หลังดำเนินการ")


class PhotoVisibility(TextChoices):
    """การเผยแพร่รูป: faces and plates stay inside until an officer has looked."""

    WAITING = "waiting", _("รอตรวจ")
    PUBLISHED = "published", _("เผยแพร่แล้ว")
    WITHHELD = "withheld", _("ไม่เผยแพร่")


class Signature(TextChoices):
    """ผลตรวจลายเซ็นของข้อความที่เข้ามา."""

    NONE = "none", _("ช่องทางนี้ไม่มีลายเซ็น")
    VALID = "valid", _("ลายเซ็นถูกต้อง")


class RefusalReason(TextChoices):
    """เหตุที่ไม่รับสิ่งที่ส่งมา."""

    BAD_SIGNATURE = "bad_signature", _("ลายเซ็นไม่ถูกต้อง")
    NO_SIGNATURE = "no_signature", _("ไม่มีลายเซ็น")
    TOO_LARGE = "too_large", _("ใหญ่เกินกำหนด")
    TOO_MANY = "too_many", _("ส่งถี่เกินกำหนด")
    UNREADABLE = "unreadable", _("อ่านไม่ได้")
    UNKNOWN_SENDER = "unknown_sender", _("ไม่รู้จักผู้ส่ง")


class DispatchState(TextChoices):
    """สถานะการส่งออกไปยังระบบอื่น."""

    QUEUED = "queued", _("รอส่ง")
    SENT = "sent", _("ส่งแล้ว")
    FAILED = "failed", _("ส่งไม่สำเร็จ")


class OutgoingKind(TextChoices):
    """ชนิดสิ่งที่แจ้งกลับ Traffy."""

    STATE = "state", _("สถานะ")
    WORDS = "words", _("ข้อความถึงผู้แจ้ง")
    FORWARD = "forward", _("ส่งต่อหน่วยงาน")


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
    STATE_CONFLICT = "state_conflict", _("ต้นทางกับเทศบาลเปลี่ยนสถานะไม่ตรงกัน")
    # of a whole answer or a signal of another system, not of one row
    NOISY_ANSWER = "noisy_answer", _("มีข้อความแปลกปลอมปนมากับคำตอบ")
    CUT_ANSWER = "cut_answer", _("ต้นทางส่งรายการมาไม่ครบ")
    QUOTA_LOW = "quota_low", _("โควตาของต้นทางใกล้หมด")
    FAILED_CALL = "failed_call", _("อ่านจากต้นทางไม่สำเร็จ")
    STRANGE_SIGNAL = "strange_signal", _("สัญญาณจากต้นทางอ่านไม่ได้")


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
    OddReason.STATE_CONFLICT: _("ใช้สถานะของเทศบาลซึ่งใหม่กว่าและกำลังแจ้งต้นทาง เปิดเรื่องเพื่อตรวจว่าถูกต้อง"),
    OddReason.NOISY_ANSWER: _("ระบบตัดออกแล้วอ่านต่อได้ แจ้งผู้ดูแลต้นทางหากพบบ่อย"),
    OddReason.CUT_ANSWER: _("ระบบจะอ่านส่วนที่เหลือในรอบถัดไป หากพบบ่อยให้นำเข้าเป็นไฟล์"),
    OddReason.QUOTA_LOW: _("ขอเพิ่มโควตาจากต้นทาง ระหว่างนี้ระบบอ่านห่างขึ้น"),
    OddReason.FAILED_CALL: _("ระบบลองใหม่เอง หากยังไม่ได้ให้ตรวจหน้าตั้งค่า"),
    OddReason.STRANGE_SIGNAL: _("ไม่ได้ใช้สัญญาณนี้ รอบอ่านปกติจะได้ข้อมูลเอง"),
}


class TraffyFault(TextChoices):
    """เหตุที่คุยกับ Traffy ไม่สำเร็จ: every way in which a call may fail; there is no other."""

    WRONG_PASSWORD = "wrong_password", _("ชื่อผู้ใช้หรือรหัสผ่านของ Traffy ไม่ถูกต้อง แก้ในหน้าตั้งค่า")
    TOKEN_REFUSED = "token_refused", _("Traffy ไม่รับรหัสเข้าใช้ แม้ขอใหม่แล้ว ติดต่อ Traffy Fondue")
    NOT_ALLOWED = "not_allowed", _("บัญชี Traffy นี้ไม่มีสิทธิ์ทำรายการนี้ ติดต่อ Traffy Fondue")
    QUOTA_USED_UP = "quota_used_up", _("โควตาของเดือนนี้หมดแล้ว จะเริ่มใหม่วันที่ 1 ของเดือนหน้า")
    TOO_MANY = "too_many", _("Traffy ขอให้เรียกช้าลง ระบบจะลองใหม่เอง")
    TIMED_OUT = "timed_out", _("Traffy ไม่ตอบในเวลาที่กำหนด ระบบจะลองใหม่เอง")
    UNREACHABLE = "unreachable", _("ติดต่อ Traffy ไม่ได้ ตรวจอินเทอร์เน็ตของเครื่องแม่ข่าย ระบบจะลองใหม่เอง")
    SERVER_ERROR = "server_error", _("ระบบของ Traffy ขัดข้อง ระบบจะลองใหม่เอง")
    NOT_JSON = "not_json", _("คำตอบของ Traffy อ่านไม่ได้ ระบบจะลองใหม่เอง")
    FILE_NOT_FOUND = "file_not_found", _("Traffy ตอบว่าไม่พบไฟล์ ตรวจที่อยู่ของ Traffy ในการติดตั้ง")
    WRONG_SHAPE = "wrong_shape", _("คำตอบของ Traffy ไม่มีส่วนที่ต้องมี ระบบจะลองใหม่เอง")
    TOO_LARGE = "too_large", _("คำตอบของ Traffy ใหญ่ผิดปกติ จึงหยุดอ่าน")
    NO_SUCH_TICKET = "no_such_ticket", _("Traffy ไม่รู้จักเลขที่เรื่องนี้")
    REFUSED = "refused", _("Traffy ไม่รับรายการนี้")


# The same call may do better in a while, with nobody changing anything.
FAULTS_THAT_PASS = frozenset(
    {
        TraffyFault.TOO_MANY,
        TraffyFault.TIMED_OUT,
        TraffyFault.UNREACHABLE,
        TraffyFault.SERVER_ERROR,
        TraffyFault.NOT_JSON,
        TraffyFault.FILE_NOT_FOUND,
        TraffyFault.WRONG_SHAPE,
        TraffyFault.TOKEN_REFUSED,
        TraffyFault.QUOTA_USED_UP,
    }
)
# The call may have reached Traffy and been done all the same.
FAULTS_OF_UNSURE_END = frozenset(
    {
        TraffyFault.TIMED_OUT,
        TraffyFault.SERVER_ERROR,
        TraffyFault.NOT_JSON,
        TraffyFault.WRONG_SHAPE,
        TraffyFault.TOO_LARGE,
    }
)
# Another call of the same account may fare better at once.
FAULTS_OF_ONE_CALL = frozenset({TraffyFault.NO_SUCH_TICKET, TraffyFault.REFUSED, TraffyFault.TOO_LARGE})


class GeoReportProblem(TextChoices):
    """เหตุที่ตอบ Open311 ไม่ได้: what a client of the GeoReport API did wrong; each has one answer.

    `%(field)s` is the name in the specification, `%(limit)s` what would still be taken.
    """

    NO_KEY = "no_key", _("ต้องส่ง api_key ในเนื้อหาของคำขอ")
    KEY_IN_ADDRESS = (
        "key_in_address",
        _("api_key ต้องอยู่ในเนื้อหาของคำขอ ไม่ใช่ในที่อยู่ซึ่งถูกเก็บในบันทึก กรุณาขอ api_key ใหม่"),
    )
    BAD_KEY = "bad_key", _("api_key ใช้ไม่ได้ หมดอายุ หรือไม่มีสิทธิ์แจ้งเรื่องของเทศบาลนี้")
    TOO_MANY = "too_many", _("ส่งถี่เกินไป รับได้ไม่เกิน %(limit)s เรื่องต่อนาที กรุณารอสักครู่")
    NOT_A_FORM = "not_a_form", _("ต้องส่งเป็น application/x-www-form-urlencoded")
    FILE_SENT = "file_sent", _("ไม่รับไฟล์แนบ กรุณาส่งที่อยู่ของรูปใน media_url")
    WRONG_METHOD = "wrong_method", _("ใช้วิธีนี้กับที่อยู่นี้ไม่ได้")
    UNKNOWN_FORMAT = "unknown_format", _("ไม่มีรูปแบบนี้ มีเฉพาะ xml และ json")
    UNKNOWN_TOWN = "unknown_town", _("ไม่พบ jurisdiction_id นี้")
    UNKNOWN_SERVICE = "unknown_service", _("ไม่พบ service_code นี้")
    UNKNOWN_REQUEST = "unknown_request", _("ไม่พบ service_request_id นี้")
    UNKNOWN_TOKEN = "unknown_token", _("ไม่พบ token นี้")
    UNKNOWN_NEED = "unknown_need", _("ไม่พบปัญหาเลขที่ที่ระบุใน %(field)s")
    MISSING = "missing", _("ต้องส่ง %(field)s")
    NO_PLACE = "no_place", _("ต้องส่งตำแหน่ง: lat กับ long หรือ address_string หรือ address_id")
    HALF_POINT = "half_point", _("ต้องส่ง lat และ long คู่กัน")
    BAD_NUMBER = "bad_number", _("%(field)s ต้องเป็นตัวเลข")
    BAD_POINT = "bad_point", _("พิกัดไม่อยู่ในประเทศไทย กรุณาตรวจ lat และ long")
    TOO_LONG = "too_long", _("%(field)s ยาวเกินกำหนด รับได้ไม่เกิน %(limit)s ตัวอักษร")
    TOO_MANY_VALUES = "too_many_values", _("%(field)s ส่งได้ไม่เกิน %(limit)s ค่า")
    NOT_IN_LIST = "not_in_list", _("ค่าของ %(field)s ไม่อยู่ในรายการที่เลือกได้")
    BAD_EMAIL = "bad_email", _("email ไม่ถูกต้อง")
    BAD_ADDRESS = "bad_address", _("%(field)s ต้องเป็นที่อยู่เว็บที่ขึ้นต้นด้วย http:// หรือ https://")
    BAD_TIME = "bad_time", _("%(field)s ต้องเป็นวันเวลาตาม W3C เช่น 2026-01-31T08:30:00+07:00")
    BACKWARDS = "backwards", _("start_date ต้องไม่อยู่หลัง end_date")
    TOO_WIDE = "too_wide", _("start_date ถึง end_date ห่างกันได้ไม่เกิน %(limit)s วัน")
    OUT_OF_RANGE = "out_of_range", _("%(field)s ต้องเป็นจำนวนเต็มตั้งแต่ 1 ถึง %(limit)s")
    TOO_DEEP = "too_deep", _("ดูได้ถึงรายการที่ %(limit)s กรุณาแคบช่วงวันด้วย start_date และ end_date")


class GeoReportFault(TextChoices):
    """เหตุที่คุยกับเซิร์ฟเวอร์ Open311 อื่นไม่สำเร็จ."""

    TIMED_OUT = "timed_out", _("เซิร์ฟเวอร์ปลายทางไม่ตอบในเวลาที่กำหนด")
    UNREACHABLE = "unreachable", _("ติดต่อเซิร์ฟเวอร์ปลายทางไม่ได้")
    SERVER_ERROR = "server_error", _("เซิร์ฟเวอร์ปลายทางขัดข้อง")
    TOO_LARGE = "too_large", _("คำตอบของเซิร์ฟเวอร์ปลายทางใหญ่ผิดปกติ จึงหยุดอ่าน")
    UNREADABLE = "unreadable", _("คำตอบของเซิร์ฟเวอร์ปลายทางอ่านไม่ได้")
    NOT_ALLOWED = "not_allowed", _("เซิร์ฟเวอร์ปลายทางไม่รับ api_key นี้")
    NOT_FOUND = "not_found", _("เซิร์ฟเวอร์ปลายทางไม่พบสิ่งที่ขอ")
    REFUSED = "refused", _("เซิร์ฟเวอร์ปลายทางไม่รับรายการนี้")
