"""Late events change what a filing holds; they make no second report of the same words."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.values.thai_text import normalise
from cddp.operations.complaints.rules.line_chat import fold_conversation
from cddp.operations.complaints.rules.line_events import bare_part, event_of, kept_part, read_events
from cddp.operations.complaints.rules.line_reports import Reported, late_words, match_filings, without_words
from cddp.operations.complaints.rules.line_taps import Action, write_tap
from tests.fakes.line_people import Person, body_of

CONFIRM = write_tap(Action.CONFIRM)


def events_of(*events):
    return read_events(body_of(events)).events


def filings_of(*events):
    return fold_conversation(events_of(*events)).filings


def known(filings):
    return {
        filing.key: Reported(filing.message_ids, (filing.confirmed_at_ms, filing.key)) for filing in filings
    }


def test_a_filing_is_known_by_its_key():
    person = Person(Random(1))
    events = [person.text("ไฟดับ"), person.tap(CONFIRM), person.text("ถนนพัง"), person.tap(CONFIRM)]
    first, second = filings_of(*events)
    plan = match_filings((first, second), known([first]))
    assert (plan.new, plan.known, plan.gone) == ((second,), {first.key: first}, ())


def test_a_late_first_confirmation_takes_over_the_report_of_the_second():
    person = Person(Random(2))
    text, first, second = person.text("ไฟดับ"), person.tap(CONFIRM), person.tap(CONFIRM)
    made = known(filings_of(text, second))
    [filing] = filings_of(text, first, second)
    plan = match_filings([filing], made)
    assert filing.key == first["webhookEventId"]
    assert (plan.new, plan.known, plan.gone) == ((), {second["webhookEventId"]: filing}, ())


def test_a_late_confirmation_between_two_texts_makes_one_report_more():
    person = Person(Random(3))
    events = [person.text("ไฟดับ"), person.tap(CONFIRM), person.text("ถนนพัง"), person.tap(CONFIRM)]
    made = known(filings_of(events[0], *events[2:]))
    plan = match_filings(filings_of(*events), made)
    assert [filing.text for filing in plan.new] == ["ไฟดับ"]
    assert [filing.text for filing in plan.known.values()] == ["ถนนพัง"]


def test_a_late_cancelling_leaves_a_report_without_a_filing():
    person = Person(Random(4))
    text, cancel, confirm = person.text("ไฟดับ"), person.tap(write_tap(Action.CANCEL)), person.tap(CONFIRM)
    made = known(filings_of(text, confirm))
    plan = match_filings(filings_of(text, cancel, confirm), made)
    assert (plan.new, dict(plan.known), plan.gone) == ((), {}, (confirm["webhookEventId"],))


def test_a_report_of_words_that_were_cancelled_is_that_of_what_was_really_confirmed():
    person = Person(Random(9))
    wrong, cancel = person.text("ผิดเรื่อง"), person.tap(write_tap(Action.CANCEL))
    text, first, second = person.text("ไฟดับ"), person.tap(CONFIRM), person.tap(CONFIRM)
    made = known(filings_of(wrong, second))
    [filing] = filings_of(wrong, cancel, text, first, second)
    plan = match_filings([filing], made)
    assert (plan.new, plan.known, plan.gone) == ((), {second["webhookEventId"]: filing}, ())


def test_words_that_came_late_are_those_not_yet_on_record():
    person = Person(Random(5))
    [filing] = filings_of(person.text("ไฟดับ "), person.text("อยู่เสาที่ ๓"), person.tap(CONFIRM))
    assert [words for _id, words in late_words("ไฟดับ", filing)] == ["อยู่เสาที่ ๓"]
    assert late_words("ไฟดับ\nอยู่เสาที่ ๓", filing) == []


def test_words_are_taken_out_whole():
    assert without_words("ไฟดับ\nโทร 0812345678\nหน้าวัด", ["โทร 0812345678 "]) == "ไฟดับ\nหน้าวัด"
    assert without_words("ไฟดับ", ["ไฟดับ"]) == ""
    assert without_words("ไฟดับ", ["", " "]) == "ไฟดับ"
    assert without_words("บรรทัดหนึ่ง\nบรรทัดสอง\nสาม", ["บรรทัดหนึ่ง\nบรรทัดสอง"]) == "สาม"


@given(st.lists(st.text("กขค ", min_size=1, max_size=4), max_size=5), st.data())
def test_no_forgotten_words_stay(texts, data):
    forgotten = data.draw(st.lists(st.sampled_from(texts), unique=True)) if texts else []
    left = without_words(normalise("\n".join(texts)), forgotten)
    assert all(normalise(words) not in left.split("\n") for words in forgotten if words.strip())


def test_what_is_kept_names_nobody_and_reads_the_same():
    person = Person(Random(6))
    person.text("ไฟดับ")
    person.photos([b"1", b"2"])
    person.location(18.5, 99.0)
    person.tap(CONFIRM)
    came = events_of(*person.events)
    stored = [kept_part(event) for event in came]
    assert person.user_id not in str(stored)
    again = [event_of(each, event_id=event.event_id) for each, event in zip(stored, came, strict=True)]
    assert fold_conversation(again) == fold_conversation(came)


def test_of_groups_nothing_that_was_said_is_kept():
    event = Person(Random(7)).text("เรื่องลับของกลุ่ม")
    event["source"] = {"type": "group", "groupId": "C1", "userId": "U1"}
    [came] = events_of(event)
    assert "ลับ" not in str(kept_part(came))
    assert "C1" not in str(kept_part(came))


def test_of_a_message_taken_back_only_its_place_in_the_talk_stays():
    person = Person(Random(8))
    text, _photo = person.text("ไฟดับหน้าบ้านนายดำ"), person.photos([b"1", b"2"])[0]
    place, confirm = person.location(18.5, 99.0, address="บ้านนายดำ"), person.tap(CONFIRM)
    for event in (text, place):
        person.unsend(event)
    stored = {event.event_id: kept_part(event) for event in events_of(*person.events)}
    for event in (text, place):
        stored[event["webhookEventId"]] = bare_part(stored[event["webhookEventId"]])
    assert "ดำ" not in str(stored)
    assert "18.5" not in str(stored)
    [filing] = fold_conversation(event_of(each, event_id=key) for key, each in stored.items()).filings
    [whole] = filings_of(*person.events)
    assert (filing.key, filing.texts, filing.photo_ids) == (confirm["webhookEventId"], (), whole.photo_ids)
    assert (filing.place, filing.is_emptied) == (None, False)


ACTS = st.sampled_from(
    [
        lambda person: person.text("ไฟดับ"),
        lambda person: person.text("ถนนพัง"),
        lambda person: person.photo(),
        lambda person: person.tap(CONFIRM),
        lambda person: person.tap(CONFIRM),
        lambda person: person.text("ยืนยัน"),
        lambda person: person.tap(write_tap(Action.CANCEL)),
    ]
)


@given(st.lists(ACTS, max_size=8), st.data())
def test_however_torn_the_reading_the_reports_are_as_many_as_the_filings(acts, data):
    """Reports are made and matched after every arrival; none is ever unmade. At the end none is left over."""
    person = Person(Random(1))
    for act in acts:
        act(person)
    arrived: list = []
    reports: dict[str, Reported] = {}
    for event in data.draw(st.permutations(person.events)):
        arrived.append(event)
        plan = match_filings(filings_of(*arrived), reports)
        reports |= known(plan.new)
    at_the_end = match_filings(filings_of(*arrived), reports)
    assert at_the_end.new == ()
    assert set(at_the_end.known.values()) == set(filings_of(*person.events))
    assert len(at_the_end.known) == len(filings_of(*person.events)), "no filing is two reports"
    cancels = sum(
        event.get("postback", {}).get("data") == write_tap(Action.CANCEL) for event in person.events
    )
    assert len(at_the_end.gone) <= cancels, "only what was cancelled is a report too many"
