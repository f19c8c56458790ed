"""From a word in the chat to the officer's close and the message that tells of it; and all that goes wrong between."""

import datetime as dt
from random import Random

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from cddp.foundation.notify.models import Message, MessageState, MessageTrouble
from cddp.foundation.values.thai_text import search_key
from cddp.operations.complaints.choices import LinkMethod, NoteKind, Outcome, ReportState
from cddp.operations.complaints.models import (
    Category,
    Intake,
    LineContact,
    Need,
    NeedLink,
    NeedNote,
    Photo,
    Report,
    Reporter,
    ServiceLevel,
)
from cddp.operations.complaints.rules.line_taps import Action, write_tap
from cddp.operations.complaints.services import line_filing, line_reading, line_replies
from cddp.operations.complaints.services.linking import link_reports
from cddp.operations.complaints.services.moving import change_state, close_need
from cddp.operations.complaints.services.notes import add_note
from cddp.operations.complaints.services.receiving import UnableToTakeReport
from cddp.operations.complaints.services.voices import open_contact
from cddp.operations.complaints.tests.line_talks import (
    CANCEL,
    CONFIRM,
    LIGHTING,
    person,
    picture,
    post,
    tell_listeners,
    waiting,
    work,
)
from cddp.operations.complaints.tests.needs import category
from tests.fakes.line import MONTHLY, Fault
from tests.fakes.line_people import Person, again
from tests.towns import make_user

HUGE = b"\xff\xd8\xff" + b"x" * (31 * 2**20)


@pytest.fixture(autouse=True)
def _lighting(town):
    ServiceLevel.objects.create(category=category(), priority="normal", working_days=5)


@pytest.fixture
def say(client, town, line, line_account):
    """Deliver events and run what follows at once: `say(someone.text("…"))`."""

    def deliver_and_work(*events, also_later=False) -> None:
        post(client, town, line, *events)
        work(also_later=also_later)

    return deliver_and_work


@pytest.fixture
def someone(line):
    return person(line)


@pytest.fixture
def clerk(town):
    return make_user("clerk", "complaints_officer")


def file_lamp(say, someone, *, words="ไฟถนนดับหน้าวัดป่าสัก มืดมาก") -> Report:
    say(someone.text(words))
    say(someone.tap(write_tap(Action.SKIP, "photo")))
    say(someone.location(18.5803, 99.0075, address="หน้าวัดป่าสัก"))
    say(someone.tap(LIGHTING))
    say(someone.tap(CONFIRM))
    return Report.objects.latest("created_at")


def last_told(line, someone) -> str:
    return line.told(someone.user_id)[-1]


def finish(clerk, report, words="เปลี่ยนหลอดไฟใหม่ทั้งต้นแล้ว") -> Need:
    now = timezone.now()
    need = change_state(clerk, report.need_id, version=None, state=ReportState.IN_PROGRESS, at=now)
    need = close_need(clerk, need.pk, version=None, outcome=Outcome.DONE, words=words, at=now)
    tell_listeners()
    work()
    return need


# ── from the first word to the last message ───────────────────────────────────────────────────────


def test_one_conversation_from_greeting_to_stars(say, someone, line, clerk):
    say(someone.follow())
    assert "แจ้งปัญหาบ้านเมืองได้ที่แชตนี้" in last_told(line, someone)
    say(someone.text("ไฟถนนดับหน้าวัดป่าสัก มืดมาก"))
    assert "มีรูปไหม" in last_told(line, someone)
    say(*someone.photos([picture("red"), picture("blue")]))
    assert "ได้รับรูปแล้ว 2 รูป" in last_told(line, someone)
    say(someone.location(18.5803, 99.0075, title="วัดป่าสัก", address="ต.บ้านกลาง"))
    assert "ประเภทไหน" in last_told(line, someone)
    offered = line.replies[-1].messages[0]["quickReply"]["items"]
    assert offered[0]["action"]["data"] == LIGHTING, "the likeliest category comes first"
    say(someone.tap(LIGHTING))
    assert "เรื่อง: ไฟถนนดับหน้าวัดป่าสัก" in last_told(line, someone)
    assert "สถานที่: วัดป่าสัก" in last_told(line, someone)
    assert Report.objects.count() == 0
    say(someone.tap(CONFIRM))

    report = Report.objects.get()
    assert f"เลขที่ {report.number}" in last_told(line, someone)
    assert (report.channel, report.description) == ("line", "ไฟถนนดับหน้าวัดป่าสัก มืดมาก")
    assert (report.category.key, report.address) == ("lighting", "วัดป่าสัก ต.บ้านกลาง")
    assert (round(report.point.x, 4), round(report.point.y, 4)) == (99.0075, 18.5803)
    assert open_contact(Reporter.objects.get()).line_user_id == someone.user_id
    assert report.photos.count() == 2
    assert line.pushes == []

    now = timezone.now()
    need = change_state(clerk, report.need_id, version=None, state=ReportState.TRIAGED, at=now)
    tell_listeners()
    work()
    [promise] = line.pushes
    assert promise.to == someone.user_id
    assert "คาดว่าเสร็จภายใน" in promise.text
    close_need(clerk, need.pk, version=None, outcome=Outcome.DONE, words="เปลี่ยนหลอดไฟใหม่แล้ว", at=now)
    tell_listeners()
    work()
    assert len(line.pushes) == 2
    assert "แล้วเสร็จ" in line.pushes[1].text
    assert "เปลี่ยนหลอดไฟใหม่แล้ว" in line.pushes[1].text
    stars = line.pushes[1].messages[0]["quickReply"]["items"]
    say(someone.tap(stars[0]["action"]["data"]))
    report.refresh_from_db()
    assert report.rating == 5
    assert "ขอบคุณสำหรับคะแนน" in last_told(line, someone)
    assert {message.state for message in Message.objects.all()} == {MessageState.SENT}
    assert [message.reference for message in Message.objects.all()] == [report.number] * 2


def test_what_is_pushed_are_three_milestones_and_nothing_else(say, someone, line, clerk):
    report = file_lamp(say, someone)
    now = timezone.now()

    def then(act, *args, **more):
        act(clerk, report.need_id, *args, at=now, **more)
        tell_listeners()
        work()
        return len(line.pushes)

    assert then(change_state, version=None, state=ReportState.TRIAGED) == 1
    assert then(change_state, version=None, state=ReportState.IN_PROGRESS, note="ช่างเข้าตรวจแล้ว") == 1
    assert then(add_note, "รออะไหล่", kind=NoteKind.PUBLIC) == 1
    assert then(add_note, "เสาต้นไหน", kind=NoteKind.QUESTION) == 1
    assert (
        then(close_need, version=None, outcome=Outcome.IN_PLAN, words="รอติดตั้งใหม่ทั้งซอย", plan_year=2570) == 2
    )
    assert "แผนพัฒนาท้องถิ่นปี 2570" in line.pushes[1].text
    assert then(close_need, version=None, outcome=Outcome.DONE, words="เปลี่ยนหลอดไฟใหม่แล้ว") == 3
    assert then(add_note, "ขอบคุณที่แจ้ง", kind=NoteKind.PUBLIC) == 3


@pytest.mark.parametrize("outcome", [Outcome.NOT_OURS, Outcome.CANNOT])
def test_other_ends_are_read_not_pushed(say, someone, line, clerk, outcome):
    report = file_lamp(say, someone)
    close_need(
        clerk,
        report.need_id,
        version=None,
        outcome=outcome,
        words="เป็นเสาไฟฟ้าของการไฟฟ้า",
        agency="การไฟฟ้าส่วนภูมิภาค",
        at=timezone.now(),
    )
    tell_listeners()
    work()
    assert line.pushes == []
    say(someone.text("เรื่องของฉัน"))
    assert str(outcome.label) in last_told(line, someone)


def test_each_voice_of_a_problem_is_told_once_of_its_own_report(say, someone, line, clerk):
    other = person(line, 2)
    first, second, third = file_lamp(say, someone), file_lamp(say, other), file_lamp(say, someone)
    apart = [report.pk for report in (second, third) if report.need_id != first.need_id]
    if apart:
        link_reports(clerk, apart, first.need_id, method=LinkMethod.MANUAL, at=timezone.now())
    finish(clerk, first)
    ended = [sent for sent in line.pushes if "แล้วเสร็จ" in sent.text]
    assert sorted(sent.to for sent in ended) == sorted([someone.user_id, other.user_id])
    own = next(sent for sent in ended if sent.to == someone.user_id)
    assert third.number in own.text


def test_listeners_told_twice_push_once(say, someone, line, clerk):
    from cddp.operations.complaints.services.line_telling import tell_end

    report = file_lamp(say, someone)
    need = finish(clerk, report)
    tell_end(need.pk, Outcome.DONE)
    work()
    assert len(line.pushes) == 2
    assert Message.objects.count() == 2


def test_nobody_hears_that_it_is_done_when_it_was_opened_again_meanwhile(say, someone, line, clerk):
    report = file_lamp(say, someone)
    now = timezone.now()
    close_need(clerk, report.need_id, version=None, outcome=Outcome.DONE, words="เปลี่ยนหลอดไฟใหม่แล้ว", at=now)
    say(someone.tap(write_tap(Action.REOPEN, report.number)))
    tell_listeners()
    work()
    assert [sent for sent in line.pushes if "แล้วเสร็จ" in sent.text] == []


# ── arriving badly ────────────────────────────────────────────────────────────────────────────────


def test_the_confirmation_may_come_first(say, someone, line):
    text, place, confirm = someone.text("ไฟดับหน้าวัด"), someone.location(18.58, 99.0), someone.tap(CONFIRM)
    say(confirm)
    assert "ยังไม่มีข้อความหรือรูป" in last_told(line, someone)
    say(place)
    assert Report.objects.count() == 0
    say(text)
    report = Report.objects.get()
    assert (report.description, report.point is not None) == ("ไฟดับหน้าวัด", True)
    assert f"เลขที่ {report.number}" in last_told(line, someone)


def test_what_comes_late_amends_a_report_that_nobody_has_touched(say, someone, line):
    first, late, photo = someone.text("ไฟดับ"), someone.text("อยู่เสาที่สาม"), someone.photo(picture())
    place, kind, confirm = someone.location(18.58, 99.0), someone.tap(LIGHTING), someone.tap(CONFIRM)
    say(first, confirm)
    told = len(line.replies)
    say(late, photo, place, kind)
    report = Report.objects.get()
    need = report.need
    assert report.description == "ไฟดับ\nอยู่เสาที่สาม"
    assert (report.category.key, report.photos.count()) == ("lighting", 1)
    assert (need.category, need.title, need.shape is not None) == (report.category, "ไฟดับ", True)
    assert need.has_deadline, "the promise of the category that came late"
    assert search_key("เสาที่สาม", drop_tones=True) in need.search_text
    assert NeedNote.objects.count() == 0
    assert len(line.replies) == told, "the person was answered already"


def test_what_comes_late_to_a_report_in_work_is_added_as_a_note(say, someone, clerk):
    first, late, place = someone.text("ไฟดับ"), someone.text("อยู่เสาที่สาม"), someone.location(18.58, 99.0)
    confirm = someone.tap(CONFIRM)
    say(first, confirm)
    report = Report.objects.get()
    change_state(clerk, report.need_id, version=None, state=ReportState.TRIAGED, at=timezone.now())
    say(late)
    say(place)
    say(again(late))
    report.refresh_from_db()
    assert (report.description, report.point) == ("ไฟดับ", None)
    notes = [note.body for note in NeedNote.objects.filter(kind=NoteKind.ANSWER).order_by("at", "id")]
    assert notes[0] == "อยู่เสาที่สาม"
    assert "18.58" in notes[1]
    assert len(notes) == 2


def test_a_confirmation_that_comes_late_makes_no_report_of_the_same_words(say, someone):
    text, first, second = someone.text("ไฟดับ"), someone.tap(CONFIRM), someone.tap(CONFIRM)
    say(text, second)
    say(first)
    assert Report.objects.count() == 1
    say(again(text), again(first), again(second))
    assert Report.objects.get().description == "ไฟดับ"


def test_a_confirmation_between_two_texts_parts_them_in_two_reports(say, someone):
    lamp, first = someone.text("ไฟดับ"), someone.tap(CONFIRM)
    photo, road, second = someone.photo(picture()), someone.text("ถนนเป็นหลุม"), someone.tap(CONFIRM)
    say(lamp, photo, road, second)
    assert Report.objects.get().description == "ไฟดับ\nถนนเป็นหลุม"
    say(first)
    assert sorted(Report.objects.values_list("description", flat=True)) == ["ถนนเป็นหลุม", "ไฟดับ"]
    assert Photo.objects.get().report.description == "ถนนเป็นหลุม"


def test_a_cancelling_that_comes_late_is_told_to_the_officers(say, someone):
    text, cancel, confirm = someone.text("ไฟดับ"), someone.tap(CANCEL), someone.tap(CONFIRM)
    say(text, confirm)
    say(cancel)
    assert NeedNote.objects.count() == 0, "the words that were really confirmed may still be on their way"
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        work(also_later=True)
        say(again(cancel), someone.text("สวัสดี"))
    assert Report.objects.count() == 1
    [note] = NeedNote.objects.all()
    assert "กดยกเลิกก่อน" in note.body


def test_every_photo_of_a_set_is_waited_for_before_answering(say, someone, line):
    say(someone.text("ไฟดับ"))
    photos = someone.photos([picture(), picture(), picture()])
    told = len(line.replies)
    for photo in photos[:2]:
        say(photo)
    assert len(line.replies) == told
    say(photos[2])
    assert len(line.replies) == told + 1
    assert "ได้รับรูปแล้ว 3 รูป" in last_told(line, someone)


def test_a_photo_that_never_comes_is_not_waited_for_for_ever(say, someone, line):
    say(someone.text("ไฟดับ"))
    photos = someone.photos([picture(), picture()])
    say(photos[0])
    assert "มีรูปไหม" in last_told(line, someone)
    [job] = waiting("complaints.read_line")
    assert job.args["has_waited"]
    work(also_later=True)
    assert "ได้รับรูปแล้ว 1 รูป" in last_told(line, someone)


def test_nobody_answers_while_another_speaks_for_the_account(say, someone, line):
    someone.mode = "standby"
    say(someone.text("ไฟดับ"), someone.tap(CONFIRM))
    assert line.replies == []
    assert Report.objects.count() == 1


def test_a_token_that_is_too_old_is_not_tried(say, someone, line, client, town):
    post(client, town, line, someone.text("ไฟดับ"))
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=70)):
        work()
    assert [path for _method, path in line.requests if path.endswith("reply")] == []
    assert LineContact.objects.get().last_seen_at is not None


def test_a_reply_that_line_does_not_take_costs_nothing_but_the_reply(say, someone, line):
    line.faults["reply"].append(Fault(500))
    say(someone.text("ไฟดับ"), someone.tap(CONFIRM))
    assert Report.objects.count() == 1
    assert (line.replies, Message.objects.count()) == ([], 0)


def test_reading_again_finds_nothing_to_do(say, someone, line):
    report = file_lamp(say, someone)
    counts = [model.objects.count() for model in (Report, Need, NeedNote, Photo, NeedLink)]
    told = len(line.replies)
    contact = LineContact.objects.get()
    reading = line_reading.read_contact(contact.pk, at=timezone.now())
    assert (reading.situation, reading.photos) == (None, ())
    assert counts == [model.objects.count() for model in (Report, Need, NeedNote, Photo, NeedLink)]
    assert len(line.replies) == told
    report.refresh_from_db()
    assert report.description == "ไฟถนนดับหน้าวัดป่าสัก มืดมาก"


def test_a_reply_that_cannot_be_worded_undoes_no_report(
    say, someone, client, town, line, line_account, monkeypatch
):
    monkeypatch.setattr(line_replies, "_receipt", lambda now, report: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        say(someone.text("ไฟดับ"), someone.tap(CONFIRM))
    assert Report.objects.count() == 1


def test_what_cannot_be_taken_is_said_and_nothing_is_kept(say, someone, line, monkeypatch):
    def refuse(incoming):
        raise UnableToTakeReport("ข้อความยาวเกินไป")

    monkeypatch.setattr(line_filing, "receive", refuse)
    say(someone.text("ไฟดับ"), someone.tap(CONFIRM))
    assert last_told(line, someone) == "ยังรับเรื่องนี้ไม่ได้\nข้อความยาวเกินไป"
    told = len(line.replies)
    monkeypatch.undo()
    say(someone.text("ขอบคุณ"))
    assert Report.objects.count() == 1, "what was refused for a passing reason is taken with the next word"
    assert len(line.replies) == told + 1


# ── taking back ───────────────────────────────────────────────────────────────────────────────────


def everything_stored() -> str:
    """Return all rows of the complaints' and notify's tables as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND (table_name LIKE 'complaints_%' OR table_name LIKE 'notify_%')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        told = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            told += [row for (row,) in cursor.fetchall()]
    return "\n".join(told)


@pytest.mark.parametrize("is_touched", [False, True])
def test_an_unsent_message_is_forgotten_wherever_it_stands(say, someone, line, clerk, is_touched):
    secret = someone.text("นายดำ-ความลับ เมาแล้วขับชนเสา")
    text, photo = someone.text("ไฟดับ"), someone.photo(picture())
    say(secret, text, photo, someone.tap(LIGHTING), someone.tap(CONFIRM))
    report = Report.objects.get()
    assert "ความลับ" in report.need.title
    if is_touched:
        change_state(clerk, report.need_id, version=None, state=ReportState.TRIAGED, at=timezone.now())
        tell_listeners()
        work()
    assert "ความลับ" in everything_stored()
    say(someone.unsend(secret), someone.unsend(photo))
    assert "ความลับ" not in everything_stored()
    report.refresh_from_db()
    assert (report.description, report.need.title) == ("ไฟดับ", "ไฟดับ")
    photo_row = Photo.objects.get()
    assert (photo_row.file, photo_row.preview, photo_row.forgotten_at is not None) == (None, None, True)
    assert Intake.objects.filter(forgotten_at__isnull=False).count() == 2
    say(again(secret), again(photo))
    assert "ความลับ" not in everything_stored()
    assert Report.objects.count() == 1


def test_an_unsent_message_that_arrives_after_its_unsend_is_forgotten_too(say, someone):
    secret = someone.text("นายดำ-ความลับ")
    unsend = someone.unsend(secret)
    say(unsend)
    say(secret)
    assert "ความลับ" not in everything_stored()


def test_an_unsent_photo_is_not_fetched(say, someone, line, client, town):
    photo = someone.photo(picture())
    post(client, town, line, photo, someone.text("ไฟดับ"), someone.tap(CONFIRM))
    work("complaints.read_line")
    assert len(waiting("complaints.fetch_line_photo")) == 1
    post(client, town, line, someone.unsend(photo))
    work("complaints.read_line")
    work()
    assert Photo.objects.count() == 0
    assert [path for _method, path in line.requests if "/content" in path] == []


def test_when_all_is_unsent_the_report_stays_empty_for_the_record(say, someone):
    text, confirm = someone.text("นายดำ-ความลับ ทำไฟดับ"), someone.tap(CONFIRM)
    say(text, confirm)
    say(someone.unsend(text))
    report = Report.objects.get()
    assert (report.description, report.title) == ("", report.number)
    assert "ความลับ" not in everything_stored()
    say(someone.text("สวัสดี"))
    assert Report.objects.count() == 1


def test_an_unsent_answer_is_forgotten(say, someone, clerk):
    report = file_lamp(say, someone)
    say(someone.tap(write_tap(Action.ANSWER, report.number)))
    answer = someone.text("นายดำ-ความลับ เป็นคนทำ")
    say(answer)
    assert "ความลับ" in everything_stored()
    say(someone.unsend(answer))
    assert "ความลับ" not in everything_stored()
    assert NeedNote.objects.get().body == "(ผู้แจ้งลบข้อความนี้)"


# ── photos ────────────────────────────────────────────────────────────────────────────────────────


def test_a_photo_is_drawn_anew_and_kept_once(say, someone, line):
    photo = someone.photo(picture("green"))
    say(photo, someone.text("ไฟดับ"), someone.tap(CONFIRM))
    say(again(photo))
    kept = Photo.objects.get()
    assert (kept.source_id, kept.by_label) == (f"line:{photo['message']['id']}", "LINE")
    assert kept.file.content_type == "image/jpeg"


def test_line_that_is_slow_with_a_photo_is_asked_again(say, someone, line):
    line.faults["content"].extend([Fault(503), Fault(202)])
    say(someone.photo(picture()), someone.text("ไฟดับ"), someone.tap(CONFIRM))
    assert Photo.objects.count() == 0
    work(also_later=True)
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda line, key: line.contents.pop(key), "LINE ไม่มีข้อมูลนี้แล้ว"),
        (lambda line, key: line.contents.update({key: (b"%PDF-1.7 ...", "image/jpeg")}), "PDF"),
        (
            lambda line, key: line.contents.update(
                {key: (b"\xff\xd8\xff" + b"x" * (31 * 2**20), "image/jpeg")}
            ),
            "เมกะไบต์",
        ),
        (lambda line, key: line.faults["content"].extend([Fault(503)] * 20), "ติดต่อ LINE ไม่ได้"),
    ],
)
def test_a_photo_that_cannot_be_kept_is_told_to_the_officers(say, someone, line, spoil, reason):
    photo = someone.photo(picture())
    spoil(line, photo["message"]["id"])
    say(photo, someone.text("ไฟดับ"), someone.tap(CONFIRM), also_later=True)
    [note] = NeedNote.objects.all()
    assert (note.kind, note.by_label) == (NoteKind.INTERNAL, "LINE")
    assert "เก็บไม่ได้" in note.body
    assert reason in note.body
    assert Photo.objects.count() == 0


# ── joining, answering, rating ────────────────────────────────────────────────────────────────────


def test_somebody_is_asked_whether_it_is_the_same_and_joins_with_one_tap(say, someone, line):
    known = file_lamp(say, someone)
    other = person(line, 2)
    say(other.text("หลอดไฟติด ๆ ดับ ๆ ตรงหน้าวัดป่าสัก"))
    say(other.tap(write_tap(Action.SKIP, "photo")))
    say(other.location(18.58033, 99.00753))
    say(other.tap(LIGHTING))
    assert "เป็นเรื่องเดียวกันไหม" in last_told(line, other)
    assert "มืดมาก" not in last_told(line, other), "no officer has read those words yet"
    join = line.replies[-1].messages[0]["quickReply"]["items"][0]["action"]["data"]
    say(other.tap(join))
    need = Need.objects.get()
    assert (need.pk, need.voices) == (known.need_id, 2)
    assert NeedLink.objects.get().method == LinkMethod.CITIZEN
    assert "รวมเป็นอีกหนึ่งเสียง" in last_told(line, other)


def test_an_officers_question_is_put_when_the_person_writes_next(say, someone, line, clerk):
    report = file_lamp(say, someone)
    add_note(clerk, report.need_id, "เสาต้นไหน ต้นที่เท่าไรจากวัด", kind=NoteKind.QUESTION, at=timezone.now())
    say(someone.text("เรื่องของฉัน"))
    assert "เสาต้นไหน" in last_told(line, someone)
    button = line.replies[-1].messages[-1]["quickReply"]["items"][0]["action"]
    assert button["label"] == "ตอบคำถาม"
    say(someone.tap(button["data"]))
    assert "เสาต้นไหน" in last_told(line, someone)
    say(someone.text("ต้นที่สามครับ"))
    assert "ส่งถึงเจ้าหน้าที่แล้ว" in last_told(line, someone)
    answer = NeedNote.objects.get(kind=NoteKind.ANSWER)
    assert (answer.body, answer.report) == ("ต้นที่สามครับ", report)
    say(someone.text("ขอบคุณ"))
    assert "เสาต้นไหน" not in last_told(line, someone)


def test_my_reports_are_mine_alone(say, someone, line):
    report, other = file_lamp(say, someone), person(line, 2)
    say(other.text("เรื่องของฉัน"))
    assert "ยังไม่มีเรื่องที่แจ้ง" in last_told(line, other)
    say(someone.text("เรื่องของฉัน"))
    assert report.number in last_told(line, someone)
    assert "รอรับเรื่อง" in last_told(line, someone)
    for action in (Action.ANSWER, Action.REOPEN):
        say(other.tap(write_tap(action, report.number)))
    say(other.text("ขอแก้"))
    say(other.tap(write_tap(Action.RATE, report.number, 1)))
    assert "ไม่พบเรื่องเลขที่นี้" in last_told(line, other)
    report.refresh_from_db()
    assert (report.rating, NeedNote.objects.count()) == (None, 0)


def test_whoever_is_unhappy_has_it_opened_again_and_says_why(say, someone, line, clerk):
    report = file_lamp(say, someone)
    need = finish(clerk, report)
    say(someone.tap(write_tap(Action.RATE, report.number, 1)))
    again_button = line.replies[-1].messages[0]["quickReply"]["items"][0]["action"]
    say(someone.tap(again_button["data"]))
    assert "ให้เจ้าหน้าที่ดูอีกครั้งแล้ว" in last_told(line, someone)
    say(someone.text("ดับอีกแล้ว"), someone.photo(picture()))
    need.refresh_from_db()
    report.refresh_from_db()
    assert (need.state, need.came_back_count, report.rating) == (ReportState.RECEIVED, 1, 1)
    assert NeedNote.objects.get(kind=NoteKind.ANSWER).body == "ดับอีกแล้ว"
    assert report.photos.count() == 1
    say(again(someone.events[-3]))
    need.refresh_from_db()
    assert need.came_back_count == 1


def test_stars_count_once_though_read_many_times(say, someone, line, clerk):
    from cddp.operations.complaints.services.rating import rate

    report = file_lamp(say, someone)
    finish(clerk, report)
    say(someone.tap(write_tap(Action.RATE, report.number, 2)))
    rate(report.pk, 5, at=timezone.now())
    say(someone.text("ขอบคุณ"))
    report.refresh_from_db()
    assert report.rating == 5, "what was tapped long ago does not overwrite what was said since"


def test_too_early_stars_are_refused_in_words(say, someone, line):
    report = file_lamp(say, someone)
    say(someone.tap(write_tap(Action.RATE, report.number, 3)))
    assert last_told(line, someone) == "ให้คะแนนได้เมื่อเรื่องเสร็จแล้ว"


# ── blocked, out of quota ─────────────────────────────────────────────────────────────────────────


def test_somebody_who_blocked_us_is_listed_not_pushed(say, someone, line, clerk):
    report = file_lamp(say, someone)
    say(someone.unfollow())
    assert LineContact.objects.get().blocked_at is not None
    finish(clerk, report)
    assert line.pushes == []
    assert {(m.state, m.trouble) for m in Message.objects.all()} == {
        (MessageState.UNDELIVERABLE, MessageTrouble.BLOCKED)
    }
    say(someone.follow(again=True))
    assert LineContact.objects.get().blocked_at is None


def test_who_blocks_while_a_message_waits_is_not_pushed(say, someone, line, clerk, client, town):
    report = file_lamp(say, someone)
    change_state(clerk, report.need_id, version=None, state=ReportState.TRIAGED, at=timezone.now())
    tell_listeners()
    assert Message.objects.get().state == MessageState.QUEUED
    post(client, town, line, someone.unfollow())
    work("complaints.read_line")
    work()
    assert (Message.objects.get().trouble, line.pushes) == (MessageTrouble.BLOCKED, [])


def test_at_the_end_of_the_month_the_promise_is_listed(say, someone, line, clerk):
    report = file_lamp(say, someone)
    line.faults["push"].append(Fault(429, MONTHLY))
    finish(clerk, report)
    assert line.pushes == []
    assert {m.trouble for m in Message.objects.all()} == {MessageTrouble.MONTHLY_LIMIT}


def test_a_category_that_is_no_longer_offered_is_not_taken_from_a_report(say, someone):
    file_lamp(say, someone)
    Category.objects.filter(key="lighting").update(is_active=False)
    say(someone.text("ขอบคุณ"))
    assert Report.objects.get().category.key == "lighting"


def test_links_lead_to_the_page_of_the_report(say, someone, line, settings, town):
    settings.PUBLIC_URL = "https://town.example"
    report = file_lamp(say, someone)
    assert f"https://town.example/t/{town.slug}/follow/{report.follow_code}/" in last_told(line, someone)


def test_an_old_talk_is_left_alone(say, line, client, town, line_account):
    """What was confirmed long ago is settled, even when its beginning is no longer read."""
    someone = Person(Random(5), line, at_ms=int((timezone.now() - dt.timedelta(days=70)).timestamp() * 1000))
    say(someone.text("ไฟดับ"))
    someone.at_ms += 20 * 86_400_000
    say(someone.tap(CONFIRM))
    assert Report.objects.count() == 0
    someone.at_ms = int(timezone.now().timestamp() * 1000)
    say(someone.text("ถนนพัง"), someone.tap(CONFIRM))
    assert Report.objects.get().description == "ถนนพัง"
