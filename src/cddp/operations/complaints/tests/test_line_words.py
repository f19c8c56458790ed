"""Every message keeps LINE's limits, whatever people and towns are called."""

import datetime as dt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.operations.complaints.rules import line_words as words
from cddp.operations.complaints.rules.line_chat import fold_conversation
from cddp.operations.complaints.rules.line_drafts import Draft, Step
from cddp.operations.complaints.rules.line_events import read_events
from cddp.operations.complaints.rules.line_taps import Action, Tap, read_tap
from tests.fakes.line import faults_in
from tests.fakes.line_people import Person, body_of

AT = dt.datetime(2026, 11, 26, 3, tzinfo=dt.UTC)
LONG = "ถนนเป็นหลุมลึกมาก 🌊" * 500
CHOICES = [words.Choice(f"key-{number}", f"ประเภทที่มีชื่อยาวมากกว่ายี่สิบตัวอักษร {number}") for number in range(29)]
ALIKE = words.Alike("0190a000-0000-7000-8000-000000000001", LONG, 12, AT)
OWN = words.Own("K7QM-2XPD", LONG, "กำลังดำเนินการ", AT, AT, "https://town.example/t/x/follow/" + "x" * 100)
ABOUT = words.About("K7QM-2XPD", LONG, AT, "https://town.example/x")


def draft(*acts) -> Draft:
    person = Person(Random(4))
    for act in acts:
        act(person)
    return fold_conversation(read_events(body_of(person.events)).events).draft


FULL = draft(
    lambda person: person.text(LONG),
    lambda person: person.photos([b"1", b"2"]),
    lambda person: person.location(18.5, 99.0, address=LONG),
)
EVERYTHING = {
    **{f"ask {step.value}": words.ask(step, FULL, CHOICES, category=LONG) for step in Step},
    **{f"ask {step.value} of nothing": words.ask(step, Draft()) for step in Step},
    "same one": words.ask(Step.CONFIRM, FULL, CHOICES, [ALIKE]),
    "welcome": words.welcome("เทศบาลตำบลบ้านกลาง"),
    "help": words.help_words(),
    "filed": [words.filed("K7QM-2XPD", link="https://town.example/x", is_joined=True)],
    "already": [words.already_filed("K7QM-2XPD")],
    "not filed": [words.not_filed(LONG)],
    "nothing": [words.nothing_to_file()],
    "cancelled": [words.cancelled()],
    "none of mine": words.my_reports([]),
    "mine": words.my_reports([OWN] * 5),
    "rated": [words.rated(5, "K7QM-2XPD"), words.rated(1, "K7QM-2XPD")],
    "reopened": [words.reopened("K7QM-2XPD")],
    "answer": [words.ask_answer("K7QM-2XPD", LONG), words.ask_answer("K7QM-2XPD", "")],
    "question": [words.question("K7QM-2XPD", "0190a000-0000-7000-8000-000000000001", LONG)],
    "added": [words.added("K7QM-2XPD")],
    "not possible": [words.not_possible(LONG)],
    "cannot read": [words.cannot_read(step) for step in (Step.START, Step.PLACE, Step.CONFIRM)],
    "thanks": [words.thanks()],
    "old": [words.old_button()],
    "group": [words.group_words()],
    "promised": [words.promised(ABOUT, AT)],
    "finished": [words.finished(ABOUT, LONG)],
    "planned": [words.planned(ABOUT, 2570, LONG), words.planned(ABOUT, None, "")],
}


@pytest.mark.parametrize("name", EVERYTHING)
def test_line_would_take_it(name):
    assert faults_in(EVERYTHING[name]) is None


def buttons_of(message) -> list[dict]:
    return [item["action"] for item in message.get("quickReply", {"items": []})["items"]]


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_of_our_buttons_is_understood_when_it_comes_back(name):
    for message in EVERYTHING[name]:
        for button in buttons_of(message):
            if button["type"] == "postback":
                assert read_tap(button["data"]) is not None
                assert button["displayText"] == button["label"]


def test_the_phone_itself_takes_photos_and_tells_the_place():
    kinds = [button["type"] for button in buttons_of(words.ask(Step.PHOTO, Draft())[0])]
    assert kinds == ["camera", "cameraRoll", "postback", "postback"]
    assert buttons_of(words.ask(Step.PLACE, Draft())[0])[0] == {"type": "location", "label": "ส่งตำแหน่ง"}


def test_categories_leave_room_for_those_who_do_not_know():
    buttons = buttons_of(words.ask(Step.CATEGORY, FULL, CHOICES)[0])
    assert len(buttons) == 13
    assert [read_tap(each["data"]) for each in buttons[:2]] == [
        Tap(Action.CATEGORY, ("key-0",)),
        Tap(Action.CATEGORY, ("key-1",)),
    ]
    assert buttons[-2]["label"] == "ไม่แน่ใจ"


def test_a_summary_repeats_what_was_told():
    told = draft(
        lambda person: person.text("ไฟดับ"), lambda person: person.location(18.5, 99.0, title="วัดป่าสัก")
    )
    text = words.summary(told, "ไฟฟ้าแสงสว่าง")["text"]
    assert "เรื่อง: ไฟดับ" in text
    assert "รูป: ไม่มี" in text
    assert "สถานที่: วัดป่าสัก" in text
    assert "ประเภท: ไฟฟ้าแสงสว่าง" in text


def test_who_is_unhappy_may_have_it_opened_again():
    [again, _mine] = buttons_of(words.rated(1, "K7QM-2XPD"))
    assert read_tap(again["data"]) == Tap(Action.REOPEN, ("K7QM-2XPD",))
    assert read_tap(buttons_of(words.rated(5, "K7QM-2XPD"))[0]["data"]).action is Action.MINE


def test_stars_carry_the_number_and_the_score():
    taps = [read_tap(button["data"]) for button in buttons_of(words.finished(ABOUT, ""))]
    assert [tap.about for tap in taps[:5]] == [("K7QM-2XPD", str(score)) for score in (5, 4, 3, 2, 1)]


def test_dates_are_thai():
    assert "ภายใน 26 พ.ย. 2569" in words.promised(ABOUT, AT)["text"]
    assert "แผนพัฒนาท้องถิ่นปี 2570 แล้ว" in words.planned(ABOUT, 2570, "")["text"]


@given(st.text(max_size=80), st.integers(2, 60))
def test_a_cut_text_fits_and_ends_in_no_half_of_a_sign(text, signs):
    kept = words.cut(text, signs)
    assert len(kept.encode("utf-16-le", "surrogatepass")) // 2 <= signs or kept == text
    if kept != text:
        assert kept.endswith("…")
        assert kept[-2:-1] not in tuple("เแโใไ") or kept == "…"
