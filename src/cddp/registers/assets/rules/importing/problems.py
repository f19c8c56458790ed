"""ปัญหาของแถว: every code that reading or matching can leave on a row, why, and how to mend it."""

from typing import Final, Literal, NamedTuple

Severity = Literal["error", "warning"]


class ProblemText(NamedTuple):
    """คำอธิบายปัญหา: an "error" keeps the row out, a "warning" lets it in."""

    severity: Severity
    reason: str
    fix: str


_DATE_FIX: Final = "เขียนเป็น วัน/เดือน/ปี พ.ศ. เช่น 23/11/2569"
PROBLEMS: Final[dict[str, ProblemText]] = {
    # the row
    "no_name": ProblemText("warning", "ไม่มีชื่อ รายการใหม่ใช้ชื่อประเภทแทน", "ใส่ชื่อในคอลัมน์ที่จับคู่เป็น “ชื่อ”"),
    "unreadable_row": ProblemText("error", "ตัวอักษรในแถวนี้เสียหาย", "เลือกรหัสอักขระให้ถูก หรือขอไฟล์ต้นฉบับ"),
    "too_long": ProblemText("error", "ข้อความยาวเกินช่อง", "ย่อข้อความในช่องนี้"),
    # numbers
    "twice_in_file": ProblemText("error", "เลขครุภัณฑ์นี้อยู่มากกว่าหนึ่งแถวในไฟล์", "เหลือไว้แถวเดียวต่อหนึ่งเลข"),
    "matched_twice": ProblemText(
        "error", "มากกว่าหนึ่งแถวในไฟล์ตรงกับทรัพย์สินเดียวกันในทะเบียน (เลขปัจจุบันหรือเลขเดิม)", "เหลือไว้แถวเดียว หรือแก้เลข"
    ),
    "former_number_shared": ProblemText(
        "error", "เลขเดิมนี้เป็นของทรัพย์สินหลายรายการในทะเบียน", "ใส่เลขครุภัณฑ์ปัจจุบันแทนเลขเดิม"
    ),
    "disposed": ProblemText("error", "เลขนี้เป็นของทรัพย์สินที่จำหน่ายไปแล้ว", "ใช้เลขอื่น หรือยกเลิกการจำหน่ายในทะเบียนก่อน"),
    "other_class": ProblemText("error", "เลขนี้เป็นของทรัพย์สินประเภทอื่นในทะเบียน", "เลือกประเภทให้ตรง หรือแก้เลขในไฟล์"),
    "taken_meanwhile": ProblemText("error", "มีผู้ใช้เลขนี้ขึ้นทะเบียนระหว่างการนำเข้า", "นำเข้าไฟล์นี้อีกครั้ง ระบบจะจับคู่ให้"),
    "gone_meanwhile": ProblemText(
        "error", "ทรัพย์สินนี้ถูกลบหรือจำหน่ายระหว่างการนำเข้า", "ตรวจในทะเบียน แล้วนำเข้าแถวนี้ใหม่"
    ),
    "disposed_kept": ProblemText("warning", "จำหน่ายแล้วในทะเบียน ไม่แก้ด้วยไฟล์", ""),
    "id_unreadable": ProblemText("warning", "อ่านรหัสในระบบไม่ได้ จึงไม่ใช้จับคู่", "คงรหัสตามไฟล์ที่ส่งออก"),
    "no_number": ProblemText(
        "warning", "ไม่มีเลขครุภัณฑ์ จึงจับคู่กับของเดิมไม่ได้ แถวนี้เพิ่มเป็นรายการใหม่ทุกครั้ง", "ใส่เลขครุภัณฑ์"
    ),
    # positions
    "empty_shape": ProblemText("warning", "ไม่มีตำแหน่งในแถวนี้", "ปักหมุดในหน้าทรัพย์สินภายหลัง"),
    "kind_point": ProblemText(
        "error", "รูปร่างไม่ใช่จุด แต่ทรัพย์สินประเภทนี้เป็นจุด", "เลือกประเภทที่เป็นเส้น หรือแปลงเป็นจุดก่อน (QGIS: Centroids)"
    ),
    "kind_line": ProblemText(
        "error", "รูปร่างไม่ใช่เส้น แต่ทรัพย์สินประเภทนี้เป็นเส้น", "เลือกประเภทที่เป็นจุด หรือวาดเป็นเส้นก่อน"
    ),
    "parts_point": ProblemText(
        "error", "หลายจุดอยู่ในรายการเดียว", "แยกเป็นรายการละจุด (QGIS: Multipart to singleparts)"
    ),
    "parts_line": ProblemText(
        "error",
        "เส้นขาดเป็นหลายท่อนและต่อกันไม่ได้",
        "แยกเป็นรายการละท่อน (QGIS: Multipart to singleparts) หรือลากให้ต่อกัน",
    ),
    "mended": ProblemText("warning", "รูปร่างผิดหลักเรขาคณิต ระบบซ่อมให้แล้ว", "ตรวจแนวบนแผนที่หลังนำเข้า"),
    "from_polygon": ProblemText("warning", "รูปในไฟล์เป็นพื้นที่ ใช้จุดภายในพื้นที่เป็นตำแหน่ง", "ตรวจหมุดบนแผนที่หลังนำเข้า"),
    "joined": ProblemText("warning", "เส้นหลายท่อนที่ต่อกัน รวมเป็นเส้นเดียวแล้ว", ""),
    "flattened": ProblemText("warning", "ตัดค่าความสูง (Z) หรือค่าวัด (M) ออก เก็บเฉพาะตำแหน่งบนพื้นราบ", ""),
    "unsound": ProblemText(
        "error", "รูปร่างเสียหายและซ่อมไม่ได้ เช่น เส้นที่ยาวศูนย์หรือพิกัดไม่ใช่ตัวเลข", "วาดใหม่ในโปรแกรมแผนที่"
    ),
    "too_many_points": ProblemText("error", "เส้นมีจุดเกิน 20,000 จุด", "ลดจำนวนจุด (QGIS: Simplify)"),
    "outside_country": ProblemText(
        "error", "ตำแหน่งอยู่นอกประเทศไทยหรือกลางทะเล", "ตรวจระบบพิกัดที่เลือก โซน 47 หรือ 48 และการสลับช่อง"
    ),
    "far_from_town": ProblemText(
        "error",
        "ตำแหน่งห่างจากเขตเทศบาลเกิน 20 กิโลเมตร ระบบพิกัดอาจผิด หรือสลับค่าเหนือกับค่าตะวันออก",
        "เลือกระบบพิกัดหรือโซนอื่นแล้วตรวจใหม่ ของที่อยู่ตรงนั้นจริงให้ขึ้นทะเบียนทีละรายการ",
    ),
    "outside_town": ProblemText("warning", "ตำแหน่งอยู่นอกเขตเทศบาลเกิน 5 กิโลเมตร", "ตรวจพิกัดของแถวนี้"),
    "position_unreadable": ProblemText(
        "error", "อ่านพิกัดไม่ได้", "ใส่ละติจูด เช่น 18.5301 และลองจิจูด เช่น 99.0402 หรือค่า UTM เป็นเมตร"
    ),
    # values
    "date_unreadable": ProblemText("error", "อ่านวันที่ไม่ได้", _DATE_FIX),
    "date_future": ProblemText("error", "วันที่อยู่ในอนาคต", "ตรวจว่าเป็นปี พ.ศ. หรือ ค.ศ."),
    "date_not_exact": ProblemText("warning", "รู้เฉพาะปีหรือเดือน ใช้วันแรกของช่วงนั้น", _DATE_FIX),
    "warranty_order": ProblemText("error", "วันหมดประกันอยู่ก่อนวันที่ได้มา", "ตรวจวันที่ทั้งสองช่อง"),
    "money_unreadable": ProblemText(
        "error", "อ่านจำนวนเงินไม่ได้", "เขียนเป็นบาท ทศนิยมไม่เกินสองตำแหน่ง เช่น 1,250.50"
    ),
    "money_negative": ProblemText("error", "จำนวนเงินติดลบหรือมากเกินไป", "ใส่ราคาทุนเป็นบาท"),
    "years_unreadable": ProblemText("error", "อายุการใช้งานต้องเป็นจำนวนปี 1–100", "ใส่ตัวเลข เช่น 10"),
    "state_unknown": ProblemText("error", "ไม่รู้จักสถานะนี้", "ใส่ ใช้งาน เก็บรอใช้ หรือ หาไม่พบ"),
    "state_broken": ProblemText(
        "warning", "สถานะชำรุดตั้งด้วยการนำเข้าไม่ได้ เข้าทะเบียนเป็นใช้งาน", "บันทึกว่าชำรุดในหน้าทรัพย์สิน พร้อมวันที่เริ่มชำรุด"
    ),
    "state_disposed": ProblemText("error", "แถวนี้จำหน่ายแล้ว ไม่ขึ้นทะเบียนใหม่", "ลบแถวนี้ หรือจำหน่ายในหน้าทรัพย์สิน"),
    "condition_unknown": ProblemText("error", "ไม่รู้จักสภาพนี้", "ใส่ 1 (ดีมาก) ถึง 5 (ใช้การไม่ได้) หรือคำของระดับนั้น"),
    "condition_kept": ProblemText("warning", "ทรัพย์สินนี้มีการตรวจสภาพในระบบแล้ว ไม่แก้ด้วยไฟล์", ""),
    "acquisition_unknown": ProblemText(
        "warning", "ไม่รู้จักวิธีการได้มานี้ บันทึกเป็น “อื่น ๆ”", "ใส่ ซื้อ จ้าง รับบริจาค หรือรับโอน"
    ),
    "funding_unknown": ProblemText(
        "warning", "ไม่รู้จักประเภทเงินนี้ บันทึกเป็น “อื่น ๆ”", "ใส่ เช่น เงินรายได้ เงินอุดหนุนทั่วไป"
    ),
    "model_unknown": ProblemText("warning", "ไม่มีรุ่นนี้ในประเภท จึงเว้นว่างไว้", "เพิ่มรุ่นในการตั้งค่าประเภททรัพย์สินก่อน"),
    "division_unknown": ProblemText("warning", "ไม่มีกองชื่อนี้ จึงเว้นว่างไว้", "ใช้ชื่อกองตามที่ตั้งไว้ในระบบ"),
    "parent_unknown": ProblemText("warning", "ไม่พบเลขครุภัณฑ์ของทรัพย์สินหลัก จึงเว้นว่างไว้", "ขึ้นทะเบียนทรัพย์สินหลักก่อน"),
    # attributes of the class, as rules.attributes says them
    "required": ProblemText("error", "ช่องนี้ต้องกรอก", "ใส่ค่าในคอลัมน์ที่จับคู่ไว้"),
    "number": ProblemText("error", "ต้องเป็นตัวเลข", "ใส่เฉพาะตัวเลข ไม่ต้องใส่หน่วย"),
    "boolean": ProblemText("error", "ตอบได้เฉพาะใช่หรือไม่ใช่", "ใส่ ใช่ ไม่ใช่ มี ไม่มี 1 หรือ 0"),
    "date": ProblemText("error", "ต้องเป็นวันที่", _DATE_FIX),
    "choice": ProblemText("error", "ไม่อยู่ในตัวเลือกของช่องนี้", "ใช้คำตามตัวเลือก หรือเพิ่มตัวเลือกในการตั้งค่าประเภท"),
}
ERRORS: Final = frozenset(code for code, text in PROBLEMS.items() if text.severity == "error")


def text_of(code: str) -> ProblemText:
    """Return the words for a problem code; an unknown code (of an older version) reads as a warning."""
    return PROBLEMS.get(code, ProblemText("warning", code, ""))
