"""Rules: the category that a text suggests, its confidence, its reasons, and what the shipped model holds."""

import math
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from itertools import islice

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cddp.operations.complaints.management.training.examples import (
    held_out_part,
    keys_of_labels,
    read_labelled,
    read_tickets,
)
from cddp.operations.complaints.management.training.measuring import judge, share_right
from cddp.operations.complaints.rules.classifying import (
    LONGEST_PIECE,
    MODEL_FILE,
    MOST_SUGGESTIONS,
    PRESELECT_FROM,
    Model,
    fold_text,
    shipped_model,
    suggest_categories,
)
from cddp.operations.complaints.services.categories import REFERENCE
from tests.shared import REPOSITORY, shared_path

ENTRIES = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))["categories"]
SENTENCE = "ถนนหน้าตลาดเป็นหลุมลึก รถล้มมาสองคันแล้ว ขอให้เทศบาลมาซ่อมก่อนหน้าฝนด้วยครับ แจ้งไปหลายรอบยังเงียบอยู่"


@pytest.mark.parametrize(
    ("text", "category", "word"),
    [
        ("ถนนเป็นหลุมเป็นบ่อ หน้าโรงเรียน", "road", "ถนน"),
        ("ไฟทางดับทั้งซอย มืดมาก", "lighting", "ไฟทางดับ"),
        ("มีหมาจรจัดหลายตัวไล่กัดเด็ก", "stray-animals", "หมา"),
        ("ข้างบ้านเปิดเพลงเสียงดังทุกคืน", "noise", "เสียงดัง"),
        ("ขยะล้นถัง ไม่มีใครมาเก็บ", "cleanliness", "ขยะ"),
        ("ท่อตัน น้ำไม่ระบาย", "drain", "ท่อตัน"),
        ("น้ำท่วมเข้าบ้าน สูงถึงเข่า", "flood", "น้ำท่วม"),
        ("รถจอดขวางทางเข้าบ้าน", "obstruction", "จอดขวาง"),
        ("กิ่งต้นไม้ใหญ่ใกล้หัก ขอให้มาตัดต้นไม้", "tree", "ต้นไม้"),
        ("ราวสะพานข้ามลำเหมืองหัก", "bridge", "สะพาน"),
        ("ทางเท้าแตก คนแก่เดินสะดุด", "footpath", "ทางเท้า"),
    ],
)
def test_a_plain_sentence_finds_its_category_and_says_by_which_word(text, category, word):
    first = suggest_categories(text)[0]
    assert first.category == category
    assert first.confidence >= PRESELECT_FROM
    assert any(word in reason for reason in first.reasons)


@pytest.mark.parametrize(
    "text", ["", "   ", "ๆ", "ถน", "12/34 56", "🙂🙂🙂", "\x00\n", "!?…", "ขอบคุณครับ", "xyzzy"]
)
def test_a_text_that_says_too_little_gets_no_suggestion(text):
    assert suggest_categories(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "น้ำประปาไม่ไหลสองวันแล้ว",
        "ขอความช่วยเหลือผู้ป่วยติดเตียง",
        "เก้าอี้ในศาลาพัง",
        "สงสัยทุจริตโครงการของหมู่บ้าน",
    ],
)
def test_what_the_model_never_learnt_is_not_chosen_beforehand(text):
    assert all(found.confidence < PRESELECT_FROM for found in suggest_categories(text))


def test_two_problems_in_one_text_are_both_offered():
    found = suggest_categories("ต้นไม้ล้มทับสายไฟ")
    assert {one.category for one in found[:2]} == {"tree", "cables"}
    assert found[0].confidence < PRESELECT_FROM


@pytest.mark.parametrize(
    "other",
    [
        "ถนน  เป็นหลุม\nหน้าบ้าน 45/6",
        "ถนน เป็นหลุม หน้าบ้าน ๑๒๓",
        "ถนน เป็นหลุม หน้าบ้าน 081-234-5678!!",
        "ถนน เป็นหลุม\u200b หน้าบ้าน 7 https://example.test/a?b=1",
        "ถนน เป็นหลุม หน้าบ้าน 7 somchai@example.test",
    ],
)
def test_numbers_signs_and_addresses_change_nothing(other):
    assert suggest_categories(other) == suggest_categories("ถนน เป็นหลุม หน้าบ้าน 7")


def test_no_reason_holds_a_number():
    for found in suggest_categories("ถนน 081-234-5678 เป็นหลุม 99 หลุม ที่ถนน ๑๒"):
        assert found.reasons
        assert not any(sign.isdigit() for reason in found.reasons for sign in reason)


thai_texts = st.text(alphabet=st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B), max_size=300)
any_texts = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)


@given(st.one_of(thai_texts, any_texts, any_texts.map(lambda text: SENTENCE + text)))
def test_any_text_gives_sorted_confidences_between_nought_and_one(text):
    found = suggest_categories(text)
    shares = [one.confidence for one in found]
    assert len(found) <= MOST_SUGGESTIONS
    assert shares == sorted(shares, reverse=True)
    assert all(0 < share <= 1 for share in shares)
    assert sum(shares) <= 1 + 1e-9
    assert len({one.category for one in found}) == len(found)
    folded = fold_text(text).text
    assert all(reason and reason in folded for one in found for reason in one.reasons)


@given(any_texts)
def test_folding_loses_no_sign_between_the_bounds_and_keeps_no_digit(text):
    folded = fold_text(text)
    assert "".join(folded.piece((at, at + 1)) for at in range(len(folded.bounds) - 1)) == folded.text
    assert not any(sign.isdigit() and sign != "0" for sign in folded.text)


def test_scores_are_the_sum_of_the_weights_of_the_pieces():
    pieces = {"ถน": (1.0, (3, -3)), "ไม้": (1.0, (-1, 1))}
    model = Model(("road", "tree"), (0.0, 0.0), 1.0, pieces)
    road, tree = suggest_categories("ถนนมีต้นไม้", model=model)
    # (3 − 1) against (−3 + 1), each over the length √2 of a text with two known pieces
    assert (road.category, tree.category) == ("road", "tree")
    assert road.confidence == pytest.approx(1 / (1 + math.exp(-4 / math.sqrt(2))))
    assert (road.reasons, tree.reasons) == (("ถน",), ("ไม้",))


def least_seconds(text, times):
    seconds = []
    for _ in range(times):
        began = time.process_time()
        suggest_categories(text)
        seconds.append(time.process_time() - began)
    return min(seconds)


def test_it_is_quick_and_stays_so_for_texts_of_any_length():
    shipped_model()
    assert len(SENTENCE) > 90
    assert least_seconds(SENTENCE, 20) < 0.003
    assert least_seconds(SENTENCE * 1000, 5) < 0.1


def test_serving_needs_no_numpy():
    program = (
        "import sys; from cddp.operations.complaints.rules.classifying import suggest_categories as s;"
        "assert s('ถนนเป็นหลุม'); assert 'numpy' not in sys.modules and 'django.db' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=REPOSITORY / "src")


def test_the_model_file_holds_short_pieces_without_numbers_or_addresses():
    assert MODEL_FILE.stat().st_size <= 1_000_000
    model = shipped_model()
    assert len(model.pieces) > 1000
    for piece, (rarity, weights) in model.pieces.items():
        # As few letters as this hold no phone, no house number, no whole name.
        assert 1 <= len(fold_text(piece).bounds) - 1 <= LONGEST_PIECE + 2
        assert len(piece) <= 12
        assert re.search("[a-zก-ฮ]", piece), piece
        assert not any(sign.isdigit() and sign != "0" for sign in piece), piece
        assert "00" not in piece
        assert rarity > 0
        assert len(weights) == len(model.categories)


def test_the_model_speaks_of_our_categories_only():
    assert set(shipped_model().categories) <= {entry["key"] for entry in ENTRIES} - {"other"}


def test_every_piece_of_the_model_stands_at_five_places_or_more():
    keys = keys_of_labels(ENTRIES)
    examples = read_labelled(shared_path("data", "traffy", "dev_labelled_val_6978.csv.gz"), keys)
    examples += read_tickets(shared_path("data", "traffy", "dev_tickets_6000.ndjson.gz"), keys)
    texts_at = defaultdict(str)
    for example in examples:
        texts_at[example.place] += fold_text(example.text).text
    texts = list(texts_at.values())
    for piece in shipped_model().pieces:
        assert len(list(islice((1 for text in texts if piece in text), 5))) == 5, piece


def test_the_shipped_model_does_on_held_out_texts_what_the_report_says():
    path = shared_path("data", "traffy", "dev_labelled_val_6978.csv.gz")
    examples = held_out_part(read_labelled(path, keys_of_labels(ENTRIES)))
    assert len(examples) > 1000
    judged = judge(examples, shipped_model())
    right = share_right(judged)
    commonest = Counter(one.categories[0] for one in examples).most_common(1)[0][1] / len(examples)
    assert right >= commonest + 0.5

    written = (REPOSITORY / "docs" / "classifier.md").read_text(encoding="utf-8")
    told = re.search(r"\| this model \| ([\d.]+)% \|", written)
    assert told is not None
    assert abs(right - float(told[1]) / 100) <= 0.01

    sure = [one for one in judged if one.confidence >= PRESELECT_FROM]
    assert len(sure) >= 0.7 * len(judged)
    assert share_right(sure) >= 0.95
