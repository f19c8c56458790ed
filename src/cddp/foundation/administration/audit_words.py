"""คำของบันทึกการใช้งาน: an action's code ("residents.person.viewed") in words a person reads."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from cddp.foundation.audit.models import AuditEntry

VERBS = {
    "absorbed": _("ถูกรวมเข้ากับรายการอื่น"),
    "added": _("เพิ่ม"),
    "amended": _("แก้ให้ตรงกับที่ผู้แจ้งส่ง"),
    "applied": _("ดำเนินการ"),
    "asked": _("ขอ"),
    "began": _("เริ่ม"),
    "cancelled": _("ยกเลิก"),
    "changed": _("แก้ไข"),
    "checked": _("ตรวจ"),
    "citizen_id_revealed": _("เปิดดูเลขประจำตัวประชาชน"),
    "columns_chosen": _("เลือกคอลัมน์"),
    "confirmed": _("ยืนยัน"),
    "died": _("บันทึกการเสียชีวิต"),
    "disposed": _("จำหน่าย"),
    "downloaded": _("ดาวน์โหลด"),
    "ended": _("สิ้นสุด"),
    "exported": _("ส่งออก"),
    "failed": _("ไม่สำเร็จ"),
    "given": _("ให้สิทธิ์"),
    "imported": _("นำเข้า"),
    "joined": _("รวมช่วง"),
    "listed": _("เปิดดูในรายการ"),
    "made": _("สร้าง"),
    "merged": _("รวมรายการ"),
    "moved_in": _("ย้ายเข้า"),
    "moved_out": _("ย้ายออก"),
    "recorded": _("บันทึก"),
    "registered": _("ขึ้นทะเบียน"),
    "released": _("ปล่อยคืน"),
    "removed": _("นำออก"),
    "renamed": _("เปลี่ยนชื่อ"),
    "reshaped": _("แก้ไขตำแหน่ง"),
    "restored": _("ยกเลิกการจำหน่าย"),
    "resumed": _("ให้กลับมาใช้งาน"),
    "revoked": _("ยกเลิก"),
    "said_distinct": _("ยืนยันว่าเป็นคนละรายการ"),
    "selected": _("เลือกบนแผนที่"),
    "sent_again": _("ส่งอีกครั้ง"),
    "set": _("ตั้งค่า"),
    "settled": _("บันทึกว่าแจ้งทางอื่นแล้ว"),
    "split": _("แบ่งช่วง"),
    "stated": _("ระบุวัตถุประสงค์"),
    "stopped": _("ระงับ"),
    "stored": _("เก็บไฟล์"),
    "undo_requested": _("ขอย้อนคืน"),
    "undone": _("ย้อนคืน"),
    "unmerged": _("แยกรายการคืน"),
    "uploaded": _("อัปโหลด"),
    "viewed": _("เปิดดู"),
    "withdrawn": _("ถอน"),
    "words_taken_back": _("ลบข้อความที่ผู้แจ้งยกเลิก"),
}


def words_of_action(entry: AuditEntry) -> str:
    """Return the Thai verb of an action; a verb without a word of its own is shown as it is stored."""
    return str(VERBS.get(entry.action.rsplit(".", 1)[-1], entry.action))


def words_of_target(entry: AuditEntry) -> str:
    """Return the Thai name of the kind of row that was acted on."""
    try:
        return str(apps.get_model(entry.target_kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return entry.target_kind
