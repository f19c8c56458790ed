"""A conversation means the same in whatever order, and however often, its events arrive."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cddp.operations.complaints.rules.line_chat import fold_conversation
from cddp.operations.complaints.rules.line_drafts import Step
from cddp.operations.complaints.rules.line_events import read_events
from cddp.operations.complaints.rules.line_meaning import Conversation, Prompt
from cddp.operations.complaints.rules.line_phrases import Phrase, read_phrase
from cddp.operations.complaints.rules.line_taps import Action, write_tap
from tests.fakes.line_people import Person, again, body_of

CONFIRM, CANCEL = write_tap(Action.CONFIRM), write_tap(Action.CANCEL)
LAMP = write_tap(Action.CATEGORY, "lighting")


@pytest.fixture
def person():
    return Person(Random(7))


def fold(*events, **more) -> Conversation:
    return fold_conversation(read_events(body_of(events)).events, **more)


def said(person: Person) -> Conversation:
    return fold(*person.events)


# ── the guided way ────────────────────────────────────────────────────────────────────────────────


def test_the_four_questions_and_the_filing(person):
    steps = []
    for act in (
        person.follow,
        lambda: person.text("ไฟถนนดับหน้าวัดป่าสัก"),
        person.photo,
        lambda: person.location(18.58, 99.01, title="วัดป่าสัก"),
        lambda: person.tap(LAMP),
        lambda: person.tap(CONFIRM),
    ):
        act()
        now = said(person)
        steps.append((now.prompt, now.step))
    assert steps == [
        (Prompt.WELCOME, Step.START),
        (Prompt.ASK, Step.PHOTO),
        (Prompt.ASK, Step.PLACE),
        (Prompt.ASK, Step.CATEGORY),
        (Prompt.ASK, Step.CONFIRM),
        (Prompt.FILED, Step.START),
    ]
    _follow, text, photo, place, _category, confirm = person.events
    [filing] = said(person).filings
    assert filing.key == confirm["webhookEventId"]
    assert (filing.text, filing.category_key) == ("ไฟถนนดับหน้าวัดป่าสัก", "lighting")
    assert filing.photo_ids == (photo["message"]["id"],)
    assert (filing.place.lat, filing.place.lng, filing.place.title) == (18.58, 99.01, "วัดป่าสัก")
    assert (filing.asked_at_ms, filing.confirmed_at_ms) == (text["timestamp"], confirm["timestamp"])
    assert filing.message_ids == {each["message"]["id"] for each in (text, photo, place)}
    assert (filing.joins_need_id, filing.is_emptied) == ("", False)


def test_a_photo_may_come_first_and_speak_for_itself(person):
    person.photo()
    assert said(person).step is Step.DESCRIBE
    person.tap(write_tap(Action.SKIP, "describe"))
    assert said(person).step is Step.PLACE
    person.tap(CONFIRM)
    [filing] = said(person).filings
    assert (filing.text, len(filing.photo_ids)) == ("", 1)


def test_everything_may_be_typed(person):
    person.text("สวัสดีค่ะ")
    assert said(person).prompt is Prompt.WELCOME
    person.text("ท่อตันหน้าบ้าน")
    person.text("ข้าม")
    assert said(person).step is Step.PLACE
    person.text("หน้าตลาดบ้านกลาง")
    assert said(person).step is Step.CATEGORY
    person.text("ท่อระบายน้ำ")
    words = {"ท่อระบายน้ำ": "drain"}
    assert fold(*person.events, category_words=words).step is Step.CONFIRM
    person.text("ใช่ค่ะ")
    [filing] = fold(*person.events, category_words=words).filings
    assert (filing.category_key, filing.place_words) == ("drain", "หน้าตลาดบ้านกลาง")
    assert filing.text == "ท่อตันหน้าบ้าน\nหน้าตลาดบ้านกลาง"
    assert filing.key == person.events[-1]["webhookEventId"]


def test_confirming_early_files_what_is_there(person):
    person.text("ไฟดับ")
    person.text("ยืนยัน")
    assert [filing.text for filing in said(person).filings] == ["ไฟดับ"]


@pytest.mark.parametrize("act", ["nothing", "place", "category", "sticker", "thanks"])
def test_without_word_or_photo_nothing_is_filed_and_what_came_waits(person, act):
    acts = {
        "place": lambda: person.location(18.5, 99.0),
        "category": lambda: person.tap(LAMP),
        "sticker": person.sticker,
        "thanks": lambda: person.text("ขอบคุณครับ"),
    }
    acts.get(act, lambda: None)()
    person.tap(CONFIRM)
    now = said(person)
    assert (now.filings, now.prompt) == ((), Prompt.NOTHING_TO_FILE)
    person.text("ไฟดับ")
    person.tap(CONFIRM)
    [filing] = said(person).filings
    assert (filing.place is not None, filing.category_key == "lighting") == (
        act == "place",
        act == "category",
    )


def test_each_filing_holds_what_came_since_the_one_before(person):
    for words in ("ไฟดับ", "ถนนเป็นหลุม", "น้ำท่วม"):
        person.text(words)
        person.tap(CONFIRM)
    now = said(person)
    assert [filing.text for filing in now.filings] == ["ไฟดับ", "ถนนเป็นหลุม", "น้ำท่วม"]
    assert now.draft.is_blank


def test_cancelling_drops_the_draft_alone(person):
    person.text("ไฟดับ")
    person.tap(CONFIRM)
    person.text("ผิดเรื่อง")
    person.tap(CANCEL)
    now = said(person)
    assert [filing.text for filing in now.filings] == ["ไฟดับ"]
    assert (now.draft.is_blank, now.prompt) == (True, Prompt.CANCELLED)
    person.text("เรื่องใหม่")
    person.text("ยกเลิก")
    assert said(person).draft.is_blank


def test_two_taps_on_confirm_are_one_filing(person):
    person.text("ไฟดับ")
    first = person.tap(CONFIRM)
    person.tap(CONFIRM)
    now = said(person)
    assert len(now.filings) == 1
    assert (now.prompt, now.prompt_about) == (Prompt.ALREADY_FILED, first["webhookEventId"])


def test_one_tap_joins_a_problem_that_is_known(person):
    person.text("ไฟดับ")
    person.tap(write_tap(Action.JOIN, "0190a000-0000-7000-8000-000000000001"))
    [filing] = said(person).filings
    assert filing.joins_need_id == "0190a000-0000-7000-8000-000000000001"


def test_a_part_may_be_changed_before_filing(person):
    person.text("ไฟดับ")
    person.photo()
    person.location(18.5, 99.0)
    person.tap(LAMP)
    person.tap(write_tap(Action.CHANGE, "category"))
    assert said(person).step is Step.CATEGORY
    person.tap(write_tap(Action.CATEGORY, "road"))
    person.location(18.6, 99.1)
    now = said(person)
    assert (now.step, now.draft.category_key, now.draft.place.lat) == (Step.CONFIRM, "road", 18.6)
    person.tap(write_tap(Action.CHANGE, "nonsense"))
    assert said(person).step is Step.CONFIRM


def test_skipped_questions_are_not_asked_again(person):
    person.text("ไฟดับ")
    for step in ("photo", "place", "category"):
        person.tap(write_tap(Action.SKIP, step))
    assert said(person).step is Step.CONFIRM


# ── photos ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("with_index", [True, False])
def test_photos_sent_together_keep_their_order(person, with_index):
    before = person.photo()
    photos = person.photos([b"1", b"2", b"3"], with_index=with_index)
    after = person.photo()
    ids = [each["message"]["id"] for each in (before, *photos, after)]
    events = person.events[:]
    Random(1).shuffle(events)
    found = fold(*events).draft.photo_ids
    if with_index:
        assert list(found) == ids
    else:
        assert (found[0], found[-1], set(found)) == (ids[0], ids[-1], set(ids))


def test_one_waits_until_all_photos_of_a_set_have_come(person):
    person.text("ไฟดับ")
    photos = person.photos([b"1", b"2", b"3"])
    missing = [fold(person.events[0], *photos[:number]).photos_missing for number in (1, 2, 3)]
    assert missing == [2, 1, 0]
    person.text("ตรงนี้")
    assert fold(person.events[0], photos[0], person.events[-1]).photos_missing == 0


def test_photos_overtaken_by_confirm_go_with_their_set(person):
    person.text("ไฟดับ")
    photos = person.photos([b"1", b"2", b"3"])
    person.tap(CONFIRM)
    photos[2]["timestamp"] = person.at_ms + 500
    stranger = person.photo()
    now = said(person)
    assert len(now.filings[0].photo_ids) == 3
    assert now.draft.photo_ids == (stranger["message"]["id"],)


# ── taking back ───────────────────────────────────────────────────────────────────────────────────


def test_what_is_unsent_before_filing_is_not_filed(person):
    secret = person.text("เบอร์โทร 0812345678")
    person.text("ไฟดับ")
    photo = person.photo()
    place = person.location(18.5, 99.0)
    for event in (secret, photo, place):
        person.unsend(event)
    person.tap(CONFIRM)
    now = said(person)
    [filing] = now.filings
    assert (filing.text, filing.photo_ids, filing.place) == ("ไฟดับ", (), None)
    assert now.forgotten_ids == {event["message"]["id"] for event in (secret, photo, place)}


def test_what_is_unsent_after_filing_leaves_the_filing_without_it(person):
    text, photo = person.text("ไฟดับหน้าบ้านนายดำ"), person.photo()
    person.tap(CONFIRM)
    person.unsend(text)
    [filing] = said(person).filings
    assert (filing.text, len(filing.photo_ids), filing.is_emptied) == ("", 1, False)
    assert text["message"]["id"] in filing.message_ids
    person.unsend(photo)
    [filing] = said(person).filings
    assert filing.is_emptied


def test_a_filing_needs_something_that_was_not_yet_unsent(person):
    text = person.text("ไฟดับ")
    person.unsend(text)
    person.tap(CONFIRM)
    now = said(person)
    assert (now.filings, now.prompt) == ((), Prompt.NOTHING_TO_FILE)


def test_unsending_the_word_confirm_takes_nothing_back(person):
    person.text("ไฟดับ")
    word = person.text("ยืนยัน")
    person.unsend(word)
    assert len(said(person).filings) == 1


def test_a_message_whose_words_are_forgotten_still_stood_there(person):
    """After an unsend the stored event holds no words: the filing it stood in must not vanish."""
    text = person.text("ไฟดับหน้าบ้านนายดำ")
    person.tap(CONFIRM)
    person.unsend(text)
    del text["message"]["text"]
    [filing] = said(person).filings
    assert filing.is_emptied


def test_the_last_wording_counts(person):
    text = person.text("ไฟดับ")
    person.edit(text, "ไฟดับสามดวง")
    person.tap(CONFIRM)
    person.edit(text, "ไฟดับสี่ดวง")
    now = said(person)
    assert [filing.text for filing in now.filings] == ["ไฟดับสี่ดวง"]
    assert now.draft.is_blank


def test_a_greeting_edited_into_a_complaint_is_one(person):
    greeting = person.text("สวัสดี")
    person.edit(greeting, "สวัสดี ไฟดับครับ")
    assert said(person).draft.text == "สวัสดี ไฟดับครับ"


# ── what concerns reports that exist ──────────────────────────────────────────────────────────────


def test_an_answer_is_what_follows_the_tap_even_a_mere_yes(person):
    tap = person.tap(write_tap(Action.ANSWER, "K7QM-2XPD", "q1"))
    assert said(person).prompt is Prompt.ASK_ANSWER
    assert said(person).additions == ()
    person.text("ใช่ครับ")
    photo = person.photo()
    now = said(person)
    [answer] = now.additions
    assert (answer.key, answer.number, answer.question) == (tap["webhookEventId"], "K7QM-2XPD", "q1")
    assert (answer.text, answer.photo_ids) == ("ใช่ครับ", (photo["message"]["id"],))
    assert (now.draft.is_blank, now.prompt, now.prompt_about) == (True, Prompt.ADDED, "K7QM-2XPD")


def test_an_answer_ends_with_the_next_tap_or_a_long_silence(person):
    person.tap(write_tap(Action.ANSWER, "K7QM-2XPD"))
    person.text("ดับทั้งซอย")
    person.at_ms += 31 * 60 * 1000
    person.text("ถนนเป็นหลุม")
    now = said(person)
    assert [addition.text for addition in now.additions] == ["ดับทั้งซอย"]
    assert now.draft.text == "ถนนเป็นหลุม"
    person.tap(write_tap(Action.ANSWER, "K7QM-2XPD"))
    person.text("ยกเลิก")
    now = said(person)
    assert (now.draft.text, now.prompt) == ("ถนนเป็นหลุม", Prompt.CANCELLED)


def test_a_draft_may_be_handed_to_a_report_that_exists(person):
    person.text("ลืมบอก อยู่เสาที่สาม")
    person.tap(write_tap(Action.ADD, "K7QM-2XPD"))
    now = said(person)
    assert [(each.number, each.text) for each in now.additions] == [("K7QM-2XPD", "ลืมบอก อยู่เสาที่สาม")]
    assert (now.filings, now.draft.is_blank) == ((), True)
    person.tap(write_tap(Action.ADD, "K7QM-2XPD"))
    assert said(person).prompt is Prompt.NOTHING_TO_FILE


def test_stars_and_reopening(person):
    person.tap(write_tap(Action.RATE, "K7QM-2XPD", 2))
    person.tap(write_tap(Action.REOPEN, "K7QM-2XPD"))
    person.text("ยังดับอยู่")
    now = said(person)
    assert [(each.number, each.score) for each in now.ratings] == [("K7QM-2XPD", 2)]
    assert [each.number for each in now.reopenings] == ["K7QM-2XPD"]
    assert [(each.key, each.text) for each in now.additions] == [(now.reopenings[0].key, "ยังดับอยู่")]


@pytest.mark.parametrize("score", ["0", "6", "", "x", "๕"])
def test_stars_are_one_to_five(person, score):
    person.tap(write_tap(Action.RATE, "K7QM-2XPD", score))
    assert (said(person).ratings, said(person).prompt) == ((), Prompt.OLD_BUTTON)


# ── all the rest ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("act", "prompt"),
    [
        (lambda person: person.sticker(), Prompt.CANNOT_READ),
        (lambda person: person.other("video"), Prompt.CANNOT_READ),
        (lambda person: person.other("audio"), Prompt.CANNOT_READ),
        (lambda person: person.other("file"), Prompt.CANNOT_READ),
        (lambda person: person.text("เรื่องของฉัน"), Prompt.MY_REPORTS),
        (lambda person: person.tap(write_tap(Action.MINE)), Prompt.MY_REPORTS),
        (lambda person: person.text("help"), Prompt.HELP),
        (lambda person: person.text("🙏🙏"), Prompt.THANKS),
        (lambda person: person.tap("action=buy"), Prompt.OLD_BUTTON),
        (lambda person: person.follow(again=True), Prompt.WELCOME),
    ],
)
def test_each_has_its_answer_and_leaves_the_draft_alone(person, act, prompt):
    person.text("ไฟดับ")
    act(person)
    now = said(person)
    assert (now.prompt, now.draft.text) == (prompt, "ไฟดับ")
    person.odd("beacon", beacon={"hwid": "1"})
    person.odd("somethingNew")
    assert said(person).prompt is prompt


def test_who_blocks_and_comes_back(person):
    person.follow()
    person.unfollow()
    assert (said(person).is_following, said(person).prompt) == (False, Prompt.NONE)
    person.text("ไฟดับ")
    assert said(person).is_following


def test_nothing_at_all_means_nothing():
    assert fold() == Conversation()


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        ("สวัสดีครับ", Phrase.GREETING),
        ("สวัสดีครับ ไฟดับ", Phrase.OTHER),
        ("ขอบคุณมากนะคะ", Phrase.THANKS),
        ("ยืนยันค่ะ", Phrase.CONFIRM),
        ("ยกเลิกไม่ได้เลย ปุ่มเสีย", Phrase.OTHER),
        ("Ok!", Phrase.YES),
        ("ครับ", Phrase.THANKS),
        ("ดี", Phrase.GREETING),
        ("ถนนไม่ดี", Phrase.OTHER),
        ("น้ำท่วมมากๆ ครับ", Phrase.OTHER),
        ("ไม่มีน้ำใช้", Phrase.OTHER),
        ("ช่วยด้วย", Phrase.OTHER),
        ("ข้าม" * 30, Phrase.OTHER),
    ],
)
def test_only_a_whole_message_is_a_phrase(words, phrase):
    assert read_phrase(words) is phrase


# ── the property ──────────────────────────────────────────────────────────────────────────────────

ACTS = st.sampled_from(
    [
        lambda person: person.text("ไฟดับหน้าวัด"),
        lambda person: person.text("อยู่เสาที่สาม"),
        lambda person: person.text("ใช่ครับ"),
        lambda person: person.text("ข้าม"),
        lambda person: person.text("ยกเลิก"),
        lambda person: person.photo(),
        lambda person: person.photos([b"1", b"2"]),
        lambda person: person.photos([b"1", b"2", b"3"], with_index=False),
        lambda person: person.location(18.5, 99.0),
        lambda person: person.tap(LAMP),
        lambda person: person.tap(CONFIRM),
        lambda person: person.tap(CONFIRM),
        lambda person: person.tap(CANCEL),
        lambda person: person.tap(write_tap(Action.CHANGE, "place")),
        lambda person: person.tap(write_tap(Action.ANSWER, "K7QM-2XPD", "q")),
        lambda person: person.tap(write_tap(Action.ADD, "K7QM-2XPD")),
        lambda person: person.tap(write_tap(Action.RATE, "K7QM-2XPD", 4)),
        lambda person: person.tap(write_tap(Action.REOPEN, "K7QM-2XPD")),
        lambda person: person.unsend(_some_message(person)),
        lambda person: person.edit(_some_message(person), "แก้คำแล้ว"),
        lambda person: person.unfollow(),
        lambda person: person.follow(),
        lambda person: person.sticker(),
        lambda person: person.odd("beacon"),
    ]
)


def _some_message(person: Person):
    sent = [event for event in person.events if event["type"] == "message"]
    return person.rnd.choice(sent) if sent else {"message": {"id": "0", "type": "text"}}


@settings(max_examples=300)
@given(st.lists(ACTS, max_size=14), st.booleans(), st.randoms(use_true_random=False))
def test_order_of_arrival_and_repetition_are_invisible(acts, same_moment, rnd):
    person = Person(Random(rnd.getrandbits(32)))
    for act in acts:
        act(person)
        if same_moment:
            person.at_ms -= 900
    plain = fold(*person.events)
    post = person.events + [again(event) for event in person.events if rnd.random() < 0.4]
    rnd.shuffle(post)
    assert fold(*post) == plain


@given(st.lists(ACTS, max_size=14), st.integers(0, 2**32))
def test_every_word_and_photo_is_in_one_place_only(acts, seed):
    person = Person(Random(seed))
    for act in acts:
        act(person)
    now = said(person)
    held = [*now.draft.message_ids, *(each for filing in now.filings for each in filing.message_ids)]
    held += [each for addition in now.additions for each in addition.photo_ids]
    assert len(held) == len(set(held))
    shown = [*now.draft.photo_ids, *(each for filing in now.filings for each in filing.photo_ids)]
    assert now.forgotten_ids.isdisjoint(shown)
    assert len({filing.key for filing in now.filings}) == len(now.filings)
