"""ปัญหาของเซลล์: every fault a row may have, why, and how to mend it in the file, in Thai."""

from typing import Final, Literal, NamedTuple

Severity = Literal["error", "unclear", "warning"]


class ProblemText(NamedTuple):
    """คำอธิบายปัญหา: `severity` "error" keeps the row out, "unclear" leaves it for a person, "warning" lets it in."""

    severity: Severity
    reason: str
    fix: str


_DATE_FIX: Final = "เขียนเป็น วัน/เดือน/ปี พ.ศ. เช่น 23/11/2569 หากไม่ทราบวันหรือเดือนให้ใส่ 0"

PROBLEMS: Final[dict[str, ProblemText]] = {
    "no_name": ProblemText("error", "ไม่มีชื่อบุคคล", "ใส่ชื่อตัวและนามสกุลในแถวนี้"),
    "unreadable_row": ProblemText("error", "อ่านแถวนี้ไม่ได้ ตัวอักษรเสียหาย", "ขอไฟล์ต้นฉบับแล้วคัดลอกแถวนี้ใหม่"),
    "id_shared": ProblemText(
        "unclear",
        "เลขประจำตัวเดียวกันอยู่กับคนต่างชื่อต่างวันเกิดในไฟล์",
        "ตรวจสอบว่าเลขเป็นของใคร แก้หรือลบเลขของอีกแถว",
    ),
    "id_of_other": ProblemText(
        "unclear",
        "เลขประจำตัวนี้เป็นของคนอื่นในทะเบียน (ชื่อและวันเกิดไม่ตรงกัน)",
        "ตรวจสอบเลขจากบัตรประชาชน หากเป็นคนเดียวกันที่เปลี่ยนชื่อ ให้แก้ชื่อในทะเบียนก่อน",
    ),
    "two_houses": ProblemText("unclear", "คนเดียวกันมีชื่ออยู่ในบ้านสองหลังของไฟล์", "เหลือไว้เฉพาะแถวของบ้านที่ถูกต้อง"),
    "namesake": ProblemText(
        "unclear",
        "มีคนชื่อเดียวกันในทะเบียน แต่ไม่มีเลขประจำตัวหรือบ้านที่ยืนยันว่าเป็นคนเดียวกัน",
        "ใส่เลขประจำตัวประชาชน หรือวันเกิดและบ้านเลขที่ให้ครบ",
    ),
    "namesake_in_file": ProblemText(
        "unclear", "มีคนชื่อเดียวกันในบ้านเดียวกันของไฟล์ และไม่มีเลขหรือวันเกิดให้แยกกัน", "ใส่เลขประจำตัวประชาชนหรือวันเกิด"
    ),
    "matched_twice": ProblemText(
        "unclear", "มากกว่าหนึ่งแถวในไฟล์ตรงกับบุคคลเดียวกันในทะเบียน", "ใส่เลขประจำตัวประชาชนให้ทุกแถว"
    ),
    "taken_meanwhile": ProblemText("unclear", "มีผู้เพิ่มบุคคลที่ใช้เลขนี้ระหว่างการนำเข้า", "นำเข้าไฟล์นี้อีกครั้ง ระบบจะจับคู่ให้"),
    "same_person_differs": ProblemText(
        "warning", "คนเดียวกันซ้ำในไฟล์แต่ข้อมูลบางช่องต่างกัน ใช้แถวแรก", "ลบแถวที่ไม่เป็นปัจจุบัน"
    ),
    "checksum": ProblemText(
        "warning", "หลักสุดท้ายของเลขประจำตัว (เลขตรวจสอบ) ไม่ถูกต้อง", "ตรวจสอบเลข 13 หลักจากบัตรประชาชนหรือทะเบียนบ้าน"
    ),
    "first_digit": ProblemText("warning", "เลขประจำตัวไม่ขึ้นต้นด้วย 9", "ตรวจสอบเลข 13 หลักจากบัตรประชาชน"),
    "damaged": ProblemText(
        "warning",
        "ตัวเลขถูกโปรแกรมตารางปัดเป็นเลขย่อ (เช่น 1.50991E+12) ตัวเลขท้ายหายไป",
        "ตั้งคอลัมน์เป็น “ข้อความ” ก่อนวางข้อมูล แล้วส่งออกใหม่",
    ),
    "length": ProblemText("warning", "จำนวนหลักไม่ครบ", "ใส่ตัวเลขให้ครบทุกหลัก"),
    "letters": ProblemText("warning", "มีอักขระอื่นปนในตัวเลข", "ใส่เฉพาะตัวเลข"),
    "id_shared_dropped": ProblemText(
        "warning", "เลขนี้ไม่ถูกต้องและใช้ซ้ำกับคนอื่นในไฟล์ จึงนำเข้าโดยไม่มีเลข", "ใส่เลขที่ถูกต้องของแต่ละคน"
    ),
    "date_unreadable": ProblemText("warning", "อ่านวันที่ไม่ได้ จึงเว้นว่างไว้", _DATE_FIX),
    "date_future": ProblemText("warning", "วันที่อยู่ในอนาคต จึงเว้นว่างไว้", "ตรวจสอบปี พ.ศ."),
    "date_too_old": ProblemText("warning", "อายุเกิน 125 ปี จึงเว้นวันเกิดไว้", "ตรวจสอบว่าเป็น พ.ศ. หรือ ค.ศ."),
    "no_birth_date": ProblemText("warning", "ไม่มีวันเกิด", "ใส่วันเกิด หากทราบเฉพาะปีให้ใส่เฉพาะปี พ.ศ."),
    "no_family_name": ProblemText("warning", "ไม่มีนามสกุล", "ใส่นามสกุล หากมีชื่อเดียวไม่ต้องแก้"),
    "sex_unreadable": ProblemText("warning", "อ่านเพศไม่ได้", "ใส่ ชาย หรือ หญิง"),
    "sex_against_title": ProblemText("warning", "เพศไม่ตรงกับคำนำหน้า", "ตรวจสอบเพศและคำนำหน้า"),
    "phone_unreadable": ProblemText(
        "warning", "อ่านเบอร์โทรศัพท์ไม่ได้ จึงเว้นว่างไว้", "ใส่เบอร์ 9–10 หลัก เช่น 0812345678"
    ),
    "house_code_not_11": ProblemText(
        "warning", "รหัสประจำบ้านไม่ใช่เลข 11 หลัก เก็บไว้ตามที่เขียน", "ใส่รหัสประจำบ้าน 11 หลักจากทะเบียนบ้าน"
    ),
    "house_code_damaged": ProblemText(
        "warning", "รหัสประจำบ้านถูกปัดเป็นเลขย่อ จึงเว้นว่างไว้", "ตั้งคอลัมน์เป็น “ข้อความ” แล้วส่งออกใหม่"
    ),
    "house_code_shared": ProblemText(
        "warning", "รหัสประจำบ้านเดียวกันใช้กับหลายที่อยู่ ใช้ที่อยู่ของแถวแรก", "ตรวจสอบรหัสประจำบ้านของแต่ละหลัง"
    ),
    "no_house": ProblemText(
        "warning", "ไม่มีบ้านเลขที่และรหัสประจำบ้าน บุคคลเข้าทะเบียนโดยยังไม่มีบ้าน", "ใส่บ้านเลขที่และหมู่ที่"
    ),
    "moo_unreadable": ProblemText("warning", "อ่านหมู่ที่ไม่ได้", "ใส่เลขหมู่ที่ เช่น 4"),
    "point_swapped": ProblemText("warning", "ละติจูดกับลองจิจูดสลับช่องกัน ระบบสลับให้แล้ว", "สลับสองคอลัมน์ในไฟล์"),
    "point_unreadable": ProblemText("warning", "อ่านพิกัดไม่ได้", "ใส่ละติจูด เช่น 18.5301 และลองจิจูด เช่น 99.0402"),
    "point_zero": ProblemText("warning", "พิกัดเป็น 0,0 ถือว่าไม่มีพิกัด", "เว้นว่าง หรือปักหมุดบนแผนที่ภายหลัง"),
    "point_outside": ProblemText(
        "warning", "พิกัดอยู่นอกเขตเทศบาลเกิน 5 กิโลเมตร จึงไม่ใช้", "ตรวจสอบพิกัด หรือปักหมุดบนแผนที่ภายหลัง"
    ),
    "type_area_unreadable": ProblemText("warning", "อ่านประเภทการอยู่อาศัยไม่ได้", "ใส่ 1, 2 หรือ 3"),
    "formula_error": ProblemText("warning", "สูตรในเซลล์ให้ผลผิดพลาด (#N/A)", "วางเป็นค่าแทนสูตร"),
    "too_long": ProblemText("warning", "ข้อความยาวเกินช่อง ตัดส่วนท้ายออก", "ย่อข้อความในช่องนี้"),
}


def text_of(code: str) -> ProblemText:
    """Return the words for a problem code; an unknown code (of an older version) reads as a warning."""
    return PROBLEMS.get(code, ProblemText("warning", code, ""))
