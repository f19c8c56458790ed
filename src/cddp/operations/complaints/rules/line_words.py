"""คำที่ตอบทาง LINE: short Thai that is read on a small screen by old eyes, one question at a time.

Messages are LINE's own JSON: a text, and buttons above the keyboard (quick replies). LINE on a computer shows no
buttons, so whatever a button does may be typed as well. Limits of LINE: 5,000 signs a text, 13 buttons, 20 signs
a label.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cddp.foundation.values.thai_dates import format_short
from cddp.operations.complaints.rules.line_drafts import Draft, Step
from cddp.operations.complaints.rules.line_taps import Action, write_tap

Message = dict[str, Any]
Button = dict[str, Any]

MOST_BUTTONS: Final = 13
LABEL_SIGNS: Final = 20
TEXT_SIGNS: Final = 5000
# What is quoted back of somebody's words; the rest was read, and is on record.
QUOTED_SIGNS: Final = 300
_LEADING_VOWELS: Final = "เแโใไ"


@dataclass(frozen=True)
class Choice:
    """ตัวเลือกประเภท: a category's key and the name on its button."""

    key: str
    name: str


@dataclass(frozen=True)
class Alike:
    """เรื่องที่คล้ายกัน: a problem that is known, in words that may be shown to anybody."""

    need_id: str
    title: str
    voices: int
    told_at: dt.datetime


@dataclass(frozen=True)
class Own:
    """เรื่องของผู้ถาม: one of the person's own reports, as "my reports" lists it."""

    number: str
    title: str
    state_words: str
    asked_at: dt.datetime
    promised_at: dt.datetime | None = None
    link: str = ""


# ── parts ─────────────────────────────────────────────────────────────────────────────────────────


def text_message(words: str, buttons: Sequence[Button] = ()) -> Message:
    """Return one text with its buttons, cut to what LINE takes."""
    message: Message = {"type": "text", "text": cut(words, TEXT_SIGNS)}
    if buttons:
        message["quickReply"] = {"items": list(buttons[:MOST_BUTTONS])}
    return message


def cut(text: str, signs: int) -> str:
    """Return the beginning of a text, as LINE counts (UTF-16), never ending in half a Thai syllable's vowel."""
    if len(text.encode("utf-16-le")) // 2 <= signs:
        return text
    kept = text
    while len(kept.encode("utf-16-le")) // 2 > signs - 1:
        kept = kept[:-1]
    return kept.rstrip().rstrip(_LEADING_VOWELS) + "…"


def tap_button(label: str, action: Action, *about: object) -> Button:
    """Return a button that tells us something; its label stands in the chat as if it had been written."""
    short = cut(label, LABEL_SIGNS)
    tap = {"type": "postback", "label": short, "data": write_tap(action, *about), "displayText": short}
    return {"type": "action", "action": tap}


def _phone_button(kind: str, label: str) -> Button:
    return {"type": "action", "action": {"type": kind, "label": label}}


CAMERA: Final = _phone_button("camera", "ถ่ายรูป")
ALBUM: Final = _phone_button("cameraRoll", "เลือกรูปที่มี")
LOCATION: Final = _phone_button("location", "ส่งตำแหน่ง")
CANCEL: Final = tap_button("ยกเลิก", Action.CANCEL)
MINE: Final = tap_button("เรื่องของฉัน", Action.MINE)
HELP: Final = tap_button("วิธีใช้", Action.HELP)
NEW: Final = tap_button("แจ้งเรื่องใหม่", Action.NEW)


# ── asking, step by step ──────────────────────────────────────────────────────────────────────────


def ask(
    step: Step,
    draft: Draft,
    choices: Sequence[Choice] = (),
    alike: Sequence[Alike] = (),
    *,
    category: str = "",
) -> list[Message]:
    """Return the question of a step. `category` is the name of the one chosen, `alike` what is asked before filing."""
    if step is Step.CONFIRM:
        return [_same_one(draft, alike[0]) if alike else summary(draft, category)]
    if step is Step.CATEGORY:
        named = [
            tap_button(choice.name, Action.CATEGORY, choice.key) for choice in choices[: MOST_BUTTONS - 2]
        ]
        buttons = [*named, tap_button("ไม่แน่ใจ", Action.SKIP, Step.CATEGORY.value), CANCEL]
        return [text_message("เป็นเรื่องประเภทไหน\nกดเลือก หรือพิมพ์ “ไม่แน่ใจ” ก็ได้", buttons)]
    words, buttons = _QUESTIONS[step]
    if step is Step.PLACE and draft.photos:
        words = f"ได้รับรูปแล้ว {len(draft.photos)} รูป\n\n{words}"
    return [text_message(words, buttons)]


_QUESTIONS: Final[dict[Step, tuple[str, list[Button]]]] = {
    Step.START: (
        "พิมพ์เล่าปัญหาที่พบได้เลย\nเช่น “ไฟถนนดับหน้าวัด” หรือส่งรูปมาก่อนก็ได้",
        [CAMERA, ALBUM, MINE, HELP],
    ),
    Step.DESCRIBE: (
        "ช่วยเล่าสั้น ๆ ว่าเกิดอะไรขึ้น\nเช่น “ท่อตัน น้ำขังมาสองวัน”",
        [tap_button("ข้าม", Action.SKIP, Step.DESCRIBE.value), CANCEL],
    ),
    Step.PHOTO: (
        "รับข้อความแล้ว\nมีรูปไหม ส่งได้หลายรูป\nถ้าไม่มี กด “ไม่มีรูป” หรือพิมพ์ “ข้าม”",
        [CAMERA, ALBUM, tap_button("ไม่มีรูป", Action.SKIP, Step.PHOTO.value), CANCEL],
    ),
    Step.PLACE: (
        "อยู่ตรงไหน\nกด “ส่งตำแหน่ง” แล้วเลื่อนหมุดไปที่เกิดเหตุ\nหรือพิมพ์บอก เช่น “หน้าตลาดบ้านกลาง”",
        [LOCATION, tap_button("ไม่ทราบ", Action.SKIP, Step.PLACE.value), CANCEL],
    ),
}


def summary(draft: Draft, category: str = "") -> Message:
    """Return what was gathered, to be read once more before it is filed."""
    lines = ["ตรวจดูอีกครั้ง", ""]
    lines.append(f"เรื่อง: {cut(draft.text, QUOTED_SIGNS)}" if draft.texts else "เรื่อง: (ดูจากรูป)")
    lines.append(f"รูป: {len(draft.photos)} รูป" if draft.photos else "รูป: ไม่มี")
    lines.append(f"สถานที่: {_place_words(draft)}")
    lines.append(f"ประเภท: {category or 'ให้เจ้าหน้าที่เลือก'}")
    lines += ["", "ถูกต้องแล้วกด “ส่งเรื่อง”\n(หรือพิมพ์ “ยืนยัน”)"]
    return text_message("\n".join(lines), _CONFIRM_BUTTONS)


_CONFIRM_BUTTONS: Final = [
    tap_button("ส่งเรื่อง", Action.CONFIRM),
    CAMERA,
    ALBUM,
    LOCATION,
    tap_button("แก้ประเภท", Action.CHANGE, Step.CATEGORY.value),
    CANCEL,
]


def _place_words(draft: Draft) -> str:
    if draft.place is not None:
        return cut(draft.place.title or draft.place.address or "ตามหมุดที่ส่งมา", 120)
    return cut(draft.place_words, 120) or "ไม่ได้ระบุ"


def _same_one(draft: Draft, alike: Alike) -> Message:
    voices = f"{alike.voices:,} คน " if alike.voices > 1 else ""
    words = (
        "มีคนแจ้งเรื่องคล้ายกันใกล้จุดนี้แล้ว\n"
        f"“{cut(alike.title, 120)}”\n({voices}แจ้งล่าสุด {format_short(alike.told_at)})\n\n"
        "เป็นเรื่องเดียวกันไหม\nถ้าใช่ กด “ใช่ ร่วมแจ้ง” เรื่องจะมีน้ำหนักขึ้น และท่านจะได้รับแจ้งผลด้วย"
    )
    buttons = [
        tap_button("ใช่ ร่วมแจ้ง", Action.JOIN, alike.need_id),
        tap_button("ไม่ใช่ ส่งเรื่องใหม่", Action.CONFIRM),
        CANCEL,
    ]
    return text_message(words, buttons)


# ── answers ───────────────────────────────────────────────────────────────────────────────────────


def welcome(town: str) -> list[Message]:
    """Greet somebody who has just come, and say what becomes of their words."""
    words = (
        f"สวัสดี ที่นี่ {town}\nแจ้งปัญหาบ้านเมืองได้ที่แชตนี้ ตลอดเวลา\n\n"
        "พิมพ์เล่าปัญหา หรือส่งรูปมาได้เลย แล้วจะถามต่อทีละข้อ\n\n"
        "ข้อมูลของท่านใช้เพื่อแก้ปัญหาและแจ้งผลเท่านั้น ชื่อบัญชีไม่เปิดเผยต่อผู้อื่น"
    )
    return [text_message(words, _QUESTIONS[Step.START][1])]


def help_words() -> list[Message]:
    """Explain the four steps, and what may be typed."""
    words = (
        "วิธีแจ้งเรื่อง\n1. พิมพ์เล่าปัญหา\n2. ส่งรูป (ถ้ามี)\n3. ส่งตำแหน่ง หรือพิมพ์บอกสถานที่\n"
        "4. เลือกประเภท แล้วกด “ส่งเรื่อง”\n\n"
        "พิมพ์ “เรื่องของฉัน” เพื่อดูเรื่องที่แจ้งไว้\nพิมพ์ “ยกเลิก” เพื่อเริ่มใหม่\n"
        "ส่งข้อความหรือรูปผิด กดค้างแล้วเลือก “ยกเลิกข้อความ” ระบบจะลบตามให้"
    )
    return [text_message(words, [NEW, MINE])]


def filed(number: str, *, link: str = "", is_joined: bool = False) -> Message:
    """Say that it is on record, and by what number."""
    words = f"รับเรื่องแล้ว ขอบคุณที่แจ้ง\nเลขที่ {number}"
    if is_joined:
        words += "\nรวมเป็นอีกหนึ่งเสียงของเรื่องที่มีผู้แจ้งไว้แล้ว"
    words += "\n\nเมื่อเจ้าหน้าที่รับไปดำเนินการ จะแจ้งวันที่คาดว่าเสร็จให้ทราบทางนี้"
    return text_message(words + (f"\n\nติดตามได้ที่\n{link}" if link else ""), [MINE, NEW])


def already_filed(number: str) -> Message:
    """Answer a second tap on "confirm"."""
    return text_message(f"เรื่องนี้รับไว้แล้ว เลขที่ {number}", [MINE, NEW])


def not_filed(reason: str) -> Message:
    """Say why a report could not be taken; `reason` is a whole sentence."""
    return text_message(f"ยังรับเรื่องนี้ไม่ได้\n{reason}", [NEW, HELP])


def nothing_to_file() -> Message:
    """Answer "confirm" when nothing was told."""
    return text_message("ยังไม่มีข้อความหรือรูป\nพิมพ์เล่าปัญหาที่พบได้เลย", [CAMERA, ALBUM, CANCEL])


def cancelled() -> Message:
    """Confirm that the draft is dropped."""
    return text_message("ยกเลิกแล้ว ไม่ได้ส่งเรื่องนี้\nพิมพ์เล่าเรื่องใหม่ได้ทุกเมื่อ", [NEW, MINE])


def my_reports(own: Sequence[Own]) -> list[Message]:
    """List the person's latest reports, newest first."""
    if not own:
        return [text_message("ยังไม่มีเรื่องที่แจ้งทาง LINE นี้\nพิมพ์เล่าปัญหาที่พบได้เลย", [NEW, HELP])]
    told = ["เรื่องของท่าน", *("\n".join(_own_lines(each)) for each in own)]
    return [text_message("\n\n".join(told), [NEW, HELP])]


def _own_lines(own: Own) -> list[str]:
    lines = [
        f"■ {cut(own.title, 80)}",
        f"เลขที่ {own.number} แจ้ง {format_short(own.asked_at)}",
        own.state_words,
    ]
    if own.promised_at is not None:
        lines.append(f"คาดว่าเสร็จ {format_short(own.promised_at)}")
    return lines + ([own.link] if own.link else [])


def rated(score: int, number: str) -> Message:
    """Thank for the stars; whoever is unhappy may have it opened again."""
    if score <= 2:
        again = tap_button("ยังไม่เรียบร้อย", Action.REOPEN, number)
        return text_message("ขอบคุณที่บอก\nถ้ายังไม่เรียบร้อย กดให้เจ้าหน้าที่ดูอีกครั้งได้", [again, MINE])
    return text_message("ขอบคุณสำหรับคะแนน", [MINE, NEW])


def reopened(number: str) -> Message:
    """Say that it is open again, and ask what is wrong."""
    return text_message(f"เปิดเรื่อง {number} ให้เจ้าหน้าที่ดูอีกครั้งแล้ว\nยังไม่เรียบร้อยตรงไหน พิมพ์หรือส่งรูปได้เลย")


def ask_answer(number: str, question: str) -> Message:
    """Repeat an officer's question to somebody who wants to answer it."""
    asked = f"“{cut(question, 1000)}”\n\n" if question else ""
    return text_message(f"เรื่อง {number}\n{asked}พิมพ์คำตอบ หรือส่งรูปได้เลย")


def question(number: str, question_id: str, words: str) -> Message:
    """Put an officer's question to the person."""
    told = f"เจ้าหน้าที่ถามเกี่ยวกับเรื่อง {number}\n“{cut(words, 1000)}”"
    return text_message(told, [tap_button("ตอบคำถาม", Action.ANSWER, number, question_id), MINE])


def added(number: str) -> Message:
    """Confirm an answer or an addition."""
    return text_message(f"ส่งถึงเจ้าหน้าที่แล้ว (เรื่อง {number})\nมีอะไรเพิ่มอีก ส่งต่อได้เลย", [MINE, NEW])


def not_possible(reason: str) -> Message:
    """Say why what was asked cannot be done now; `reason` is a whole sentence."""
    return text_message(reason, [MINE, NEW])


def cannot_read(step: Step) -> Message:
    """Say what can be sent, to somebody who sent a sticker, film, voice or file."""
    _words, buttons = _QUESTIONS.get(step, _QUESTIONS[Step.START])
    return text_message("ระบบอ่านได้เฉพาะข้อความ รูปถ่าย และตำแหน่ง\nช่วยพิมพ์หรือส่งรูปแทนได้ไหม", buttons)


def thanks() -> Message:
    """Answer a kind word."""
    return text_message("ยินดีรับใช้\nมีเรื่องใหม่ พิมพ์เล่ามาได้เลย", [NEW, MINE])


def old_button() -> Message:
    """Answer a button that means nothing any more."""
    return text_message("ปุ่มนี้ใช้ไม่ได้แล้ว\nพิมพ์เล่าเรื่อง หรือพิมพ์ “เรื่องของฉัน” ได้เลย", [NEW, MINE, HELP])


def group_words() -> Message:
    """Answer an invitation to a group, once; what is said there is not read."""
    return text_message(
        "ขอบคุณที่เชิญ\nบัญชีนี้รับเรื่องในแชตส่วนตัวเท่านั้น และไม่อ่านข้อความในกลุ่ม\nกดชื่อบัญชีแล้วเลือก “แชต” ได้เลย"
    )


# ── the three milestones ──────────────────────────────────────────────────────────────────────────
#
# What was pushed is kept for the record, so nobody's own words stand in it: a message that is unsent later must
# not live on there. The category and the day say well enough which report it is.


@dataclass(frozen=True)
class About:
    """เรื่องที่แจ้งผล: by what the person knows the report again."""

    number: str
    category: str
    asked_at: dt.datetime
    link: str = ""

    @property
    def words(self) -> str:
        """Return "เลขที่ … (ประเภท)" and the day it was told."""
        kind = f" ({cut(self.category, 80)})" if self.category else ""
        return f"เลขที่ {self.number}{kind}\nแจ้งเมื่อ {format_short(self.asked_at)}"


def promised(about: About, due: dt.datetime) -> Message:
    """Milestone 1: somebody works on it, and by when it should be done."""
    words = f"เจ้าหน้าที่รับเรื่องของท่านแล้ว\n{about.words}\n\nคาดว่าเสร็จภายใน {format_short(due)}"
    return text_message(_with_link(words, about.link), [MINE])


def finished(about: About, result: str) -> Message:
    """Milestone 2: it is done; how satisfied are you?"""
    told = f"\n\n{cut(result, 1000)}" if result else ""
    words = f"เรื่องของท่านแล้วเสร็จ\n{about.words}{told}"
    stars = [
        tap_button(f"{'★' * score} {score}", Action.RATE, about.number, score) for score in range(5, 0, -1)
    ]
    again = tap_button("ยังไม่เรียบร้อย", Action.REOPEN, about.number)
    return text_message(_with_link(words, about.link) + "\n\nพอใจแค่ไหน กดให้คะแนนได้", [*stars, again, MINE])


def planned(about: About, plan_year: int | None, result: str) -> Message:
    """Milestone 3: it stands in the plan of a year (พ.ศ.)."""
    year = f"ปี {plan_year} " if plan_year else ""
    told = f"\n\n{cut(result, 1000)}" if result else ""
    words = f"เรื่องของท่านบรรจุในแผนพัฒนาท้องถิ่น{year}แล้ว\n{about.words}{told}"
    return text_message(_with_link(words, about.link), [MINE])


def _with_link(words: str, link: str) -> str:
    return f"{words}\n\nดูรูปและรายละเอียด\n{link}" if link else words
