"""อ่านตารางไม่ได้: every reason for which a file is refused, in words that tell what to do."""

from typing import Final

from cddp.foundation.values.errors import UnableTo

# code → (what is wrong, how to mend it)
REASONS: Final[dict[str, tuple[str, str]]] = {
    "empty": ("ไฟล์ว่างเปล่า ไม่มีข้อมูล", "ตรวจสอบว่าส่งออกไฟล์สำเร็จแล้วเลือกไฟล์ใหม่"),
    "too_large": ("ไฟล์ใหญ่เกิน {limit_mb:,} เมกะไบต์", "แบ่งไฟล์เป็นหลายส่วนแล้วนำเข้าทีละส่วน"),
    "zip_bomb": (
        "ไฟล์ขยายออกแล้วใหญ่ผิดปกติ อาจเป็นไฟล์อันตราย จึงไม่เปิด",
        "เปิดไฟล์ในโปรแกรมตาราง คัดลอกเฉพาะข้อมูลไปไฟล์ใหม่ แล้วบันทึกเป็น .xlsx หรือ .csv",
    ),
    "encrypted": ("ไฟล์ตั้งรหัสผ่านไว้", "เปิดไฟล์ ยกเลิกรหัสผ่าน แล้วบันทึกใหม่เป็น .xlsx"),
    "old_xls": ("ไฟล์เป็น Excel รุ่นเก่า (.xls) ซึ่งไม่รองรับ", "เปิดไฟล์แล้วเลือก บันทึกเป็น > Excel Workbook (.xlsx)"),
    "xlsb": ("ไฟล์เป็น Excel แบบไบนารี (.xlsb) ซึ่งไม่รองรับ", "เปิดไฟล์แล้วเลือก บันทึกเป็น > Excel Workbook (.xlsx)"),
    "ods": ("ไฟล์เป็น OpenDocument (.ods) ซึ่งไม่รองรับ", "เปิดไฟล์แล้วบันทึกเป็น .xlsx หรือ .csv"),
    "pdf": ("ไฟล์เป็นเอกสาร PDF ไม่ใช่ตาราง", "ขอไฟล์ต้นฉบับ .xlsx หรือ .csv จากผู้ส่ง"),
    "html": (
        "ไฟล์เป็นหน้าเว็บ (HTML) ที่ตั้งชื่อเหมือน Excel",
        "เปิดไฟล์ด้วย Excel แล้วเลือก บันทึกเป็น > Excel Workbook (.xlsx)",
    ),
    "not_a_table": ("ไฟล์ไม่ใช่ตาราง", "เลือกไฟล์ .xlsx หรือ .csv"),
    "broken_xlsx": ("ไฟล์ Excel เสียหาย อ่านต่อไม่ได้", "เปิดไฟล์ด้วย Excel ให้ซ่อมแซม แล้วบันทึกใหม่เป็น .xlsx"),
    "unknown_encoding": (
        "อ่านตัวอักษรในไฟล์ไม่ได้ (ไม่ใช่ UTF-8, UTF-16 หรือ TIS-620)",
        "บันทึกไฟล์ใหม่เป็น CSV UTF-8",
    ),
    "unclosed_quote": (
        'เครื่องหมายคำพูด (") ที่เปิดในบรรทัด {line:,} ไม่มีตัวปิด',
        "แก้เครื่องหมายคำพูดในบรรทัดนั้น แล้วนำเข้าใหม่",
    ),
    "lost_text": (
        "ตัวอักษรไทยในไฟล์เสียหายจากการบันทึกผิดรหัส (เช่น “เธ…”) และกู้คืนไม่ได้ครบ",
        "ขอไฟล์ต้นฉบับที่ยังไม่ได้เปิดแล้วบันทึกซ้ำ หรือส่งออกใหม่เป็น .xlsx",
    ),
    "line_too_long": ("บรรทัด {line:,} ยาวผิดปกติ", "ตรวจสอบว่าเป็นไฟล์ตารางแบบข้อความจริง"),
    "no_header": (
        "หาแถวหัวตารางไม่พบ",
        "ให้มีแถวหัวตารางที่บอกชื่อคอลัมน์ เช่น เลขประจำตัวประชาชน ชื่อ นามสกุล หรือระบุเลขแถวหัวตารางเอง",
    ),
    "no_such_sheet": ("ไม่พบแผ่นงาน “{sheet}” ในไฟล์", "เลือกแผ่นงานจากรายการ"),
    "too_many_columns": ("ตารางมีเกิน {limit:,} คอลัมน์", "ลบคอลัมน์ที่ไม่ใช้ แล้วบันทึกใหม่"),
}


class UnableToReadTable(UnableTo, ValueError):
    """อ่านตารางไม่ได้: `code` for programs, `message` and `fix` in Thai, `line` in the file or 0."""

    def __init__(self, code: str, *, line: int = 0, **facts: object) -> None:
        message, fix = REASONS[code]
        super().__init__(message.format(line=line, **facts), code=code)
        self.fix = fix
        self.line = line
