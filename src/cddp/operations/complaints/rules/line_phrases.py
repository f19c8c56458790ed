"""คำที่พิมพ์แทนปุ่ม: words that people type instead of tapping; whole messages only, so no complaint is mistaken.

LINE on a computer shows no quick replies, and many rather type than tap.
"""

import re
from enum import Enum
from typing import Final

from cddp.foundation.values.thai_text import search_key


class Phrase(Enum):
    """สิ่งที่พิมพ์: OTHER is what most texts are: somebody's own words."""

    CONFIRM = "confirm"
    YES = "yes"
    CANCEL = "cancel"
    SKIP = "skip"
    MINE = "mine"
    HELP = "help"
    GREETING = "greeting"
    THANKS = "thanks"
    OTHER = "other"


_PHRASES: Final = {
    Phrase.CONFIRM: "ยืนยัน ส่งเรื่อง ยืนยันส่งเรื่อง ยืนยันการแจ้ง ส่งเลย",
    Phrase.YES: "ใช่ ตกลง โอเค ok okay ถูกต้อง ถูกแล้ว ได้ ส่ง",
    Phrase.CANCEL: "ยกเลิก ไม่แจ้งแล้ว เริ่มใหม่ cancel",
    Phrase.SKIP: "ข้าม ไม่มีรูป ไม่มี ไม่ทราบ ไม่แน่ใจ skip",
    Phrase.MINE: "เรื่องของฉัน เรื่องของผม เรื่องที่แจ้ง เรื่องที่แจ้งไว้ ติดตามเรื่อง ดูเรื่องของฉัน ถึงไหนแล้ว",
    Phrase.HELP: "ช่วยเหลือ ช่วยด้วยใช้ไม่เป็น วิธีใช้ วิธีแจ้ง เมนู menu help",
    Phrase.GREETING: "สวัสดี หวัดดี ดี เริ่ม แจ้งเรื่อง แจ้งปัญหา ร้องเรียน ร้องทุกข์ ทดสอบ hello hi start test",
    Phrase.THANKS: "ขอบคุณ ขอบคุณมาก ขอบใจ รับทราบ ทราบแล้ว thanks thankyou thx",
}
# Particles at the end say how polite somebody is, not what they want.
_PARTICLES = re.compile("(?:มากๆ|มาก)?(?:นะ|น่ะ)?(?:ครับผม|ครับ|คับ|ค้าบ|ค่ะ|คะ|ค่า|จ้า|จ้ะ|จ๊ะ|จ๋า|ฮะ|นะ)*$")
_LONGEST: Final = 40


def _key(text: str) -> str:
    return _PARTICLES.sub("", search_key(text, drop_title=False))


_BY_KEY: Final = {_key(words): phrase for phrase, listed in _PHRASES.items() for words in listed.split(" ")}


def read_phrase(text: str) -> Phrase:
    """Tell which phrase a whole message is. One of particles, blanks or signs alone says no more than thanks."""
    if len(text) > _LONGEST:
        return Phrase.OTHER
    key = _key(text)
    return _BY_KEY.get(key, Phrase.OTHER) if key else Phrase.THANKS
