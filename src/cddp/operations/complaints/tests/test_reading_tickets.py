"""Rules: what a row says, and what is odd about it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.operations.complaints.choices import OddReason, ReportState
from cddp.operations.complaints.rules.categories import LabelMeaning, choose_category
from cddp.operations.complaints.rules.points import EAST, NORTH, SOUTH, WEST, is_in_thailand, read_point
from cddp.operations.complaints.rules.traffy import STATE_OF_LABEL, looks_like_ticket, read_ticket
from cddp.operations.complaints.rules.versions import Verdict, judge_version
from cddp.operations.complaints.tests.makers import BUCKET, ticket

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


def read(**changes):
    return read_ticket(ticket(**changes), now=NOW)


def reasons(read_one):
    return [oddity.reason for oddity in read_one.oddities]


def test_a_sound_row_has_nothing_odd():
    found = read()
    assert found.oddities == ()
    assert (found.number, found.state, found.category_labels) == (
        "2026-T00001",
        ReportState.RECEIVED,
        ("ถนน",),
    )
    assert (found.point.longitude, found.point.latitude) == (99.01, 18.58)
    assert found.requested_at == dt.datetime(2026, 8, 5, 6, 58, 8, 802506, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "", "problem_type_abdul": [""]}, OddReason.EMPTY_TYPE),
        ({"description": " \r\n "}, OddReason.EMPTY_TEXT),
        ({"description": "น้ำท่วม\ufffcหน้าบ้าน"}, OddReason.HIDDEN_CHARACTERS),
        ({"description": "น้ำ\x00ท่วม"}, OddReason.HIDDEN_CHARACTERS),
        ({"description": "น้ำท่วมหน้าบ้าน".encode().decode("cp1252", "replace").replace("\ufffd", "\x81")}, None),
        ({"photo_url": BUCKET}, OddReason.NO_PHOTO),
        ({"photo_url": "javascript:alert(1)"}, OddReason.BAD_PHOTO),
        ({"coords": None}, OddReason.NO_POINT),
        ({"coords": ["", ""]}, OddReason.NO_POINT),
        ({"coords": ["99.01"]}, OddReason.UNREADABLE_POINT),
        ({"coords": ["ตลาด", "18.5"]}, OddReason.UNREADABLE_POINT),
        ({"coords": ["nan", "inf"]}, OddReason.UNREADABLE_POINT),
        ({"coords": ["0.00000", "0.00000"]}, OddReason.ZERO_POINT),
        ({"coords": ["18.58", "99.01"]}, OddReason.SWAPPED_POINT),
        ({"coords": ["-90.43568", "38.62674"]}, OddReason.OUTSIDE_THAILAND),
        ({"coords": ["990.1", "18.58"]}, OddReason.IMPOSSIBLE_POINT),
        ({"state": "รอจัดสรรงบ"}, OddReason.UNKNOWN_STATE),
        ({"state": ""}, OddReason.EMPTY_STATE),
        ({"timestamp": "เมื่อวาน"}, OddReason.UNREADABLE_TIME),
        ({"timestamp": None}, OddReason.UNREADABLE_TIME),
        ({"timestamp": "2030-01-01 00:00:00+00"}, OddReason.FUTURE_TIME),
        ({"star": "9"}, OddReason.BAD_RATING),
        ({"ticket_id": ""}, OddReason.MISSING_ID),
    ],
)
def test_each_oddity_is_named_and_the_row_is_kept(changes, reason):
    found = read(**changes)
    assert found.number
    assert reason is None or reasons(found) == [reason]


def test_a_swapped_pair_is_turned_round():
    point = read(coords=["18.58", "99.01"]).point
    assert (point.longitude, point.latitude) == (99.01, 18.58)


def test_a_missing_id_is_made_from_the_content_and_stays_the_same():
    one, again = read(ticket_id="", state="รอรับเรื่อง"), read(ticket_id=None, state="เสร็จสิ้น")
    assert one.number == again.number
    assert one.number != read(ticket_id="", description="อื่น").number


def test_times_without_an_offset_are_those_of_bangkok():
    assert read(timestamp="2026-08-20 22:25:37.43").requested_at.hour == 15


def test_a_row_of_the_exchange_api_reads_the_same():
    row = {
        "ticket_id": "2026-B9WGC7", "type": "ทางเท้า", "organization": "เทศบาล, กองช่าง", "description": "ทางเท้าแตก",
        "photo": BUCKET, "latitude": 18.58, "longitude": 99.01, "timestamp": "2026-08-20 22:25:37.433959",
        "status": "ส่งต่อ(ใหม่)", "star": 0, "count_reopen": 0,
    }  # fmt: skip
    found = read_ticket(row, now=NOW)
    assert (found.state, found.state_label) == (ReportState.FORWARDED, "ส่งต่อ(ใหม่)")
    assert found.point.longitude == 99.01
    assert found.rating is None
    assert reasons(found) == [OddReason.NO_PHOTO]


def test_an_unknown_state_is_shown_as_it_came_and_counts_as_in_progress():
    found = read(state="รอจัดสรรงบ")
    assert (found.state, found.state_label) == (ReportState.IN_PROGRESS, "รอจัดสรรงบ")


@given(st.sampled_from(sorted(STATE_OF_LABEL)))
def test_every_known_label_has_a_fixed_state(label):
    found = read(state=f" {label} ")
    assert found.state in ReportState
    assert OddReason.UNKNOWN_STATE not in reasons(found)


@given(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))
def test_a_point_in_thailand_is_taken_either_way_round(longitude, latitude):
    there, turned = read_point([longitude, latitude]), read_point([str(latitude), str(longitude)])
    assert (there.longitude, there.latitude, there.odd) == (longitude, latitude, None)
    assert (turned.longitude, turned.latitude, turned.odd) == (longitude, latitude, OddReason.SWAPPED_POINT)


@given(st.lists(st.one_of(st.none(), st.floats(), st.integers(), st.text()), max_size=4))
def test_whatever_stands_there_a_point_is_in_thailand_or_odd(pair):
    found = read_point(pair)
    if found.is_placed:
        assert is_in_thailand(found.longitude, found.latitude)
    else:
        assert found.odd is not None


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(ticket())), anything))
def test_no_row_breaks_the_reader(row):
    found = read_ticket(row, now=NOW)
    assert found.number
    assert found.state in ReportState


def test_what_is_no_ticket_is_told_apart():
    assert looks_like_ticket(ticket())
    assert not looks_like_ticket({"เลขที่": 1})
    assert not looks_like_ticket(["ticket_id"])


def test_a_label_means_what_it_meant_in_its_year():
    meanings = {
        "ไฟฟ้า": [LabelMeaning("light", 2000), LabelMeaning("power", 2025)],
        "ถนน": [LabelMeaning("road", 2000)],
    }
    assert choose_category(["ไฟฟ้า"], 2023, meanings) == ("light", [])
    assert choose_category(["ไฟฟ้า"], 2026, meanings) == ("power", [])
    assert choose_category(["ใหม่", "ถนน"], 2026, meanings) == ("road", ["ใหม่"])
    assert choose_category([], 2026, meanings) == (None, [])


def judge(row_hash, moved_at, *, is_repeated=False):
    return judge_version(
        row_hash,
        moved_at,
        latest_hash="new",
        known_hashes={"old", "new"},
        known_moved_at=NOW,
        is_repeated=is_repeated,
    )


def test_a_version_never_turns_the_state_back():
    later, earlier = NOW + dt.timedelta(hours=1), NOW - dt.timedelta(hours=1)
    assert judge("new", NOW) is Verdict.UNCHANGED
    assert judge("new", NOW, is_repeated=True) is Verdict.SET_ASIDE
    assert judge("newer", later) is Verdict.CHANGED
    assert judge("newer", NOW) is Verdict.CHANGED
    assert judge("unseen", earlier) is Verdict.SET_ASIDE
    assert judge("old", later) is Verdict.SET_ASIDE
