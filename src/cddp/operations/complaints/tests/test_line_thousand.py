"""A thousand people talk at once over a bad line: a thousand reports, each whole, none twice."""

import time
from collections import Counter
from random import Random

import pytest
from django.utils import timezone

from cddp.operations.complaints.models import Intake, LineContact, Need, NeedNote, Photo, Report
from cddp.operations.complaints.queries.line import CategoryNames
from cddp.operations.complaints.rules.line_chat import fold_conversation
from cddp.operations.complaints.rules.line_events import read_events
from cddp.operations.complaints.rules.line_taps import Action, write_tap
from cddp.operations.complaints.services.voices import line_hash_of
from cddp.operations.complaints.tests.line_talks import CANCEL, CONFIRM, picture, post, run, waiting, work
from cddp.operations.complaints.tests.needs import PLACE, category
from tests.fakes.line_people import Person, badly_delivered, body_of

TALKS = 1000
AGAIN_SHARE = 0.10
READ_BETWEEN = 20
KEYS = ("lighting", "road", "drain", "cleanliness", "tree")
WORDS = ("ไฟถนนดับ", "ถนนเป็นหลุมลึก", "ท่อตัน น้ำขัง", "ขยะไม่มีใครเก็บ", "กิ่งไม้พาดสายไฟ")
JPEG = picture(side=16)


def talk(someone: Person) -> None:
    """Let one person file one report, in one of the many ways people do."""
    rnd = someone.rnd
    if rnd.random() < 0.4:
        someone.follow()
    if rnd.random() < 0.3:
        someone.text("สวัสดีครับ")
    if rnd.random() < 0.1:
        someone.text("ผิดเรื่อง")
        someone.tap(CANCEL)
    text = someone.text(f"{rnd.choice(WORDS)} เรื่องที่ {rnd.randrange(10**6)}")
    if rnd.random() < 0.1:
        someone.sticker()
    if rnd.random() < 0.1:
        someone.photos([JPEG] * rnd.randint(1, 3), with_index=rnd.random() < 0.7)
    else:
        someone.tap(write_tap(Action.SKIP, "photo"))
    if rnd.random() < 0.9:
        someone.location(PLACE[1] + rnd.uniform(-0.05, 0.05), PLACE[0] + rnd.uniform(-0.05, 0.05))
    if rnd.random() < 0.15:
        someone.unsend(someone.text("โทร 0812345678"))
    if rnd.random() < 0.05:
        someone.edit(text, f"{rnd.choice(WORDS)} แก้แล้ว {rnd.randrange(10**6)}")
    someone.tap(write_tap(Action.CATEGORY, rnd.choice(KEYS)))
    if rnd.random() < 0.15:
        someone.text("ยืนยันค่ะ")
    else:
        someone.tap(CONFIRM)
    if rnd.random() < 0.1:
        someone.tap(CONFIRM)
    if rnd.random() < 0.3:
        someone.text("ขอบคุณครับ")


@pytest.fixture
def people(line):
    rnd = Random(2569)
    now_ms = int(timezone.now().timestamp() * 1000) - 120_000
    made = [
        Person(Random(rnd.getrandbits(64)), line, at_ms=now_ms + rnd.randrange(60_000))
        for _each in range(TALKS)
    ]
    for someone in made:
        talk(someone)
    return made


def test_a_thousand_talks_give_exactly_a_thousand_reports(client, town, line, line_account, people):
    category()
    line.quota = None
    rnd = Random(42)
    began = time.monotonic()
    post_bag = badly_delivered(
        [someone.events for someone in people], rnd, again_share=AGAIN_SHARE, most_at_once=40
    )
    for number, delivery in enumerate(post_bag):
        post(client, town, line, *delivery)
        if number % 30 == 29:
            # Workers read what there is by now, however torn: of some people little, of others nearly all.
            jobs = waiting("complaints.read_line")
            for job in rnd.sample(jobs, min(READ_BETWEEN, len(jobs))):
                run(job)
    work("complaints.read_line", most=5000, also_later=True)
    work(most=5000, also_later=True)
    spent = time.monotonic() - began

    events = sum(len(someone.events) for someone in people)
    assert sum(map(len, post_bag)) == events + round(events * AGAIN_SHARE)
    assert Intake.objects.filter(sender_hash__isnull=False).count() == events
    assert waiting() == []
    assert LineContact.objects.count() == TALKS
    assert Report.objects.count() == TALKS
    names = CategoryNames()
    reports = {bytes(report.voice_hash): report for report in Report.objects.select_related("category")}
    assert len(reports) == TALKS, "one each"
    photos = Counter(Photo.objects.values_list("report_id", flat=True))
    for someone in people:
        # What LINE would have told us on a good day, in order and once.
        told = fold_conversation(read_events(body_of(someone.events)).events, category_words=names)
        [filing] = told.filings
        report = reports[line_hash_of(someone.user_id)]
        assert report.description == filing.text
        assert (report.category.key, report.point is not None) == (
            filing.category_key,
            filing.place is not None,
        )
        assert photos[report.pk] == len(filing.photo_ids)
        assert "0812345678" not in report.description
    assert NeedNote.objects.count() == 0
    assert Need.objects.filter(reports_count__gt=0).count() <= TALKS
    assert "0812345678" not in str(list(Intake.objects.values_list("payload", flat=True)))
    print(f"\n{TALKS} talks, {events} events, {len(post_bag)} deliveries: {spent:.1f} s")
