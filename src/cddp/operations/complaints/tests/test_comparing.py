"""เทียบข้อความ: what counts as saying the same, and what a machine may join by itself. All sentences are invented."""

import dataclasses
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.operations.complaints.rules.comparing import (
    COMPARED_SIGNS,
    Agreement,
    cited_numbers,
    compare,
    contradict,
    read_wording,
)
from cddp.operations.complaints.rules.linking import AUTO_THRESHOLD, Likeness, joins_by_itself

FORM = """กรุณาอ่านข้อมูลบรรยายประกอบการปักหมุด
ปัญหา : {matter}
จุดเกิดเหตุ : หน้าร้านข้าวซอยแม่คำ
บ้านเลขที่ : 12
ซอย : สันป่าข่อย 3
ถนน : สันกลาง
เขต : บ้านกลาง
#9999"""


def share(one: str, other: str) -> float:
    return compare(read_wording(one), read_wording(other)).share


def test_the_same_words_are_the_same_whatever_surrounds_them():
    bare = "ไฟทางหน้าวัดดับมาหลายคืน"
    polite = "รบกวนหน่อยครับ ไฟทางหน้าวัดดับมาหลายคืน ขอบคุณครับ"
    assert share(bare, polite) == 1
    assert share("ไฟทางหน้าวัดดับ", "ไฟทางหน้าวัดดบ") > 0.6  # a vowel was lost in typing
    assert share(bare, "ถนนเป็นหลุมหน้าโรงเรียน") < 0.1


def test_of_a_form_only_the_matter_counts():
    """Two tickets of a call centre about one house agree in all their address lines, and in nothing else."""
    branch = FORM.format(matter="กิ่งลำไยล้ำเข้ามาในรั้ว")
    smell = FORM.format(matter="ร้านข้างบ้านเปิดเพลงเสียงดังทุกคืน")
    assert share(branch, smell) < 0.1
    assert share(branch, "กิ่งลำไยล้ำเข้ามาในรั้ว") == 1
    # One line with a colon is no form: people write so too.
    assert share("ถนน: เป็นหลุมใหญ่", "ถนนเป็นหลุมใหญ่") == 1


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("เสาไฟหมายเลข 4 ดับ", "เสาไฟหมายเลข 6 ดับ", True),
        ("เสาไฟหมายเลข ๔ ดับ", "เสาไฟหมายเลข 4 ดับ", False),
        ("ซอย 3 แยก 1 เป็นหลุม", "ซอย 3 แยก 2 เป็นหลุม", True),
        ("ซอย 3 เป็นหลุม", "ซอย 3 หน้าบ้าน 12/4 เป็นหลุม", False),  # the second says more, not other
        ("ดับมา 3 วันแล้ว", "ดับมา 5 วันแล้ว", False),
        ("วันที่ 22 มี.ค. เวลา 19.42 น. เสียงดัง", "วันที่ 30 มี.ค. เวลา 21.51 น. เสียงดัง", False),
        ("โทร 081-234-5678", "โทร 089 876 5432", False),
        ("แจ้งครั้งที่ 2", "แจ้งครั้งที่ 4", False),
        ("มองไม่เห็นรถด้านซ้าย", "มองไม่เห็นรถด้านขวา", True),
        ("กีดขวางด้านซ้าย", "กีดขวางทางเดิน", False),  # no right-hand side in "กีดขวาง"
    ],
)
def test_numbers_and_sides_that_differ(one, other, expected):
    assert contradict(read_wording(one), read_wording(other)) is expected


def test_numbers_of_earlier_reports_are_found():
    text = "อ้างอิงเรื่องเดิม 2026-A1B2C3 และ k7qm-2xpd ยังไม่เสร็จ เบอร์ 123456 โทร 0812345678"
    assert cited_numbers(text) == ["2026-A1B2C3", "K7QM-2XPD"]
    assert cited_numbers("ติดตามเลขที่ 7KQRF2 สถานะเสร็จสิ้น") == ["7KQRF2"]
    assert cited_numbers("ถนนเป็นหลุม") == []


def test_a_pin_that_stands_at_the_office_says_so():
    assert read_wording("ปักหมุดที่สำนักงานเขตเพราะไม่ทราบพิกัด").pin_is_elsewhere
    assert not read_wording("ปักหมุดหน้าบ้านแล้ว").pin_is_elsewhere


@given(st.text(max_size=400), st.text(max_size=400))
def test_comparing_never_fails_and_is_even_handed(one, other):
    first, second = read_wording(one), read_wording(other)
    assert compare(first, second) == compare(second, first)
    assert contradict(first, second) == contradict(second, first)
    assert 0 <= compare(first, second).share <= 1
    assert not contradict(first, first)


@pytest.mark.parametrize("piece", ["\n", "1-2 ", "01", "ถนน : ", "ศูนย์เรื่องราวร้องทุกข์", "ก" * 50])
def test_no_text_takes_long(piece):
    """A text of 20,000 signs built to make patterns stumble costs a few milliseconds; most of the limit is slack."""
    text = piece * (20_000 // len(piece))
    began = time.perf_counter()
    wording = read_wording(text)
    assert time.perf_counter() - began < 0.25
    assert len(wording.trigrams) <= COMPARED_SIGNS


# ── may the system join them ──────────────────────────────────────────────────────────────────────

ALIKE = Agreement(share=0.8, contained=0.95, shared=60, shorter=63)
SURE = Likeness(distance_m=4, radius_m=40, same_category=True, same_family=True, days_apart=3, wording=ALIKE)


@pytest.mark.parametrize(
    ("changes", "joins"),
    [
        ({}, True),
        ({"distance_m": 41}, False),
        ({"distance_m": None}, False),
        ({"days_apart": 61}, False),
        ({"contradicts": True}, False),
        ({"place_is_sure": False}, False),
        ({"same_category": False, "other_category": True}, True),  # the words agree well enough
        (
            {"same_category": False, "other_category": True, "wording": Agreement(0.4, 0.6, 60, 100)},
            False,
        ),
        # The same words are proof only where they are many.
        ({"distance_m": 9, "wording": Agreement(1, 1, 4, 4)}, False),
        # Within hours: sent twice, or one thing after another.
        ({"days_apart": 0.01, "distance_m": 1}, True),
        ({"days_apart": 0.01, "distance_m": 4}, False),
        ({"days_apart": 0.01, "distance_m": 1, "wording": Agreement(0.5, 0.8, 60, 75)}, False),
        ({"days_apart": 0.01, "distance_m": 4, "wording": Agreement(1, 1, 60, 60)}, True),
        ({"days_apart": 0.01, "distance_m": 8, "wording": Agreement(1, 1, 60, 60)}, False),
        ({"days_apart": 0.01, "distance_m": 40, "radius_m": 150}, True),  # a flood
        # Whoever cites a report means it.
        ({"distance_m": None, "is_cited": True, "wording": Agreement(0, 0, 0, 0)}, True),
    ],
)
def test_what_joins_by_itself(changes, joins):
    likeness = dataclasses.replace(SURE, **changes)
    assert joins_by_itself(likeness, is_private=False) is joins
    assert not joins_by_itself(likeness, is_private=True)


def test_every_observation_moves_the_score_its_way():
    assert SURE.score > AUTO_THRESHOLD
    assert dataclasses.replace(SURE, distance_m=30).score < SURE.score
    assert dataclasses.replace(SURE, same_category=False).score < SURE.score
    assert dataclasses.replace(SURE, wording=Agreement(0.1, 0.2, 10, 50)).score < SURE.score


def test_near_and_of_the_category_is_always_shown():
    quiet = dataclasses.replace(SURE, distance_m=38, wording=Agreement(0, 0, 0, 0))
    assert quiet.is_worth_showing
    assert not dataclasses.replace(quiet, same_category=False).is_worth_showing
    stranger = dataclasses.replace(SURE, same_category=False, same_family=False)
    assert stranger.is_worth_showing  # another family, but the same words
    assert not dataclasses.replace(stranger, wording=Agreement(0.1, 0.1, 5, 50)).is_worth_showing
