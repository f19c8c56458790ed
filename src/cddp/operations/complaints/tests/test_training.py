"""Commands: teach the classifier with a small file of invented reports, and measure it honestly."""

import csv
import gzip
import io
import itertools
import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from cddp.operations.complaints.management.training.examples import (
    Example,
    part_examples,
    read_labelled,
    read_tickets,
)
from cddp.operations.complaints.management.training.measuring import (
    Judged,
    guess_by_majority,
    guess_by_words,
    macro_f1,
    measure_categories,
    measure_confidence,
    measure_thresholds,
    share_right,
)
from cddp.operations.complaints.rules.classifying import Suggestion, model_from, suggest_categories
from cddp.operations.complaints.rules.held_out import drop_twins, is_held_out, sameness_key
from tests.shared import REPOSITORY

WHAT = {
    "ถนน": ["ถนนเป็นหลุม", "ผิวถนนแตก", "ถนนทรุดตัว", "หลุมบนถนนลึก"],
    "ต้นไม้": ["กิ่งไม้หัก", "ต้นไม้ล้ม", "ต้นไม้เอียง", "ขอตัดกิ่งไม้"],
    "ขยะ": ["ขยะล้นถัง", "ไม่มีคนเก็บขยะ", "ขยะส่งกลิ่น", "คนทิ้งขยะ"],
}
WHERE = ["หน้าตลาดสด", "ข้างวัดดอนแก้ว", "ท้ายหมู่บ้านสันทราย", "ริมลำเหมือง", "ใกล้โรงเรียน", "ปากทางสวนลำไย", "หลังอนามัย"]
WHEN = ["ตั้งแต่เมื่อวาน", "มาสองเดือนแล้ว", "ทุกวันจันทร์", "หลังฝนใหญ่", "ก่อนปีใหม่", "เป็นประจำ"]
SECRET = "คุณอรทัย 081-555-0199 บ้านเลขที่ 45/6"


def invented_rows():
    for number, (label, where, when) in enumerate(itertools.product(WHAT, WHERE, WHEN)):
        for what in WHAT[label]:
            yield what + where + when, label, f"['99.{number % 90 + 10}0', '18.500']"


def written_labelled(folder, rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["", "comment", "coords", "type"])
    writer.writerows([str(number), text, place, label] for number, (text, label, place) in enumerate(rows))
    path = folder / "labelled.csv.gz"
    path.write_bytes(gzip.compress(out.getvalue().encode()))
    return path


def example(text, *categories, place="99.000 18.500"):
    return Example(text, categories, place, sameness_key(text))


def judged(category, suggested, confidence):
    return Judged(example("ก", category), (Suggestion(suggested, confidence, ("ก",)),) if suggested else ())


def test_the_command_teaches_measures_and_writes_the_same_bytes_again(tmp_path, capsys):
    rows = list(invented_rows())
    # One person writes a name and a number again and again, from one place.
    rows += [
        (f"{SECRET} {what} {when}", "ถนน", "['99.001', '18.501']") for what in WHAT["ถนน"] for when in WHEN
    ]
    labelled = written_labelled(tmp_path, rows)
    tickets = tmp_path / "tickets.ndjson"
    line = {"description": "เสียงดังมาก", "type": "เสียงรบกวน,อื่นๆ", "coords": ["99.1", "18.5"]}
    tickets.write_text(json.dumps(line) + "\n", encoding="utf-8")

    first, again = tmp_path / "first.json.gz", tmp_path / "again.json.gz"
    report = tmp_path / "report.md"
    for out in (first, again):
        call_command("train_classifier", labelled=labelled, tickets=tickets, out=out, report=report)
    assert first.read_bytes() == again.read_bytes()

    model = model_from(first.read_bytes())
    assert model.categories == ("cleanliness", "road", "tree")
    assert suggest_categories("ถนนเป็นหลุม", model=model)[0].category == "road"
    assert not any("อร" in piece or "ทัย" in piece for piece in model.pieces)
    assert not any(sign in piece for piece in model.pieces for sign in "123456789")
    told = report.read_text(encoding="utf-8")
    assert "| this model | 100.0% | 1.000 |" in told
    assert "เสียงรบกวน `noise`" in told.split("Never suggested")[1]
    assert told.strip() in capsys.readouterr().out


PROGRAM = """
import hashlib
from cddp.operations.complaints.management.training.learning import learn, packed
from cddp.operations.complaints.tests.test_training import invented_parts
print(hashlib.sha256(packed(learn(invented_parts().learn))).hexdigest())
"""


def invented_parts():
    labelled = [example(text, label, place=place) for text, label, place in invented_rows()]
    return part_examples(
        labelled[::2], [example(f"{one.text}แล้ว", *one.categories) for one in labelled[1::2]]
    )


def test_sets_in_another_order_change_nothing():
    """Python shuffles its sets anew in each process."""
    told = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=REPOSITORY,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1


def test_too_few_examples_are_refused_and_nothing_is_written(tmp_path):
    labelled = written_labelled(tmp_path, list(invented_rows())[:20])
    out, report = tmp_path / "model.json.gz", tmp_path / "report.md"
    with pytest.raises(CommandError):
        call_command("train_classifier", labelled=labelled, out=out, report=report)
    assert not out.exists()
    assert not report.exists()


def test_no_measured_text_nor_its_twin_is_learnt_from():
    texts = ["".join(words) for words in itertools.product(["ถนนพัง", "ไฟดับ", "น้ำท่วมขัง"], WHERE, WHEN)]
    labelled = [example(text, "road") for text in texts]
    # the same texts again, with courtesy, numbers and a word more
    tickets = [example(f"แจ้ง {text} 12/3 ค่ะ", "road") for text in texts]
    tickets += [example(f"{text}แล้ว", "road") for text in texts]
    parts = part_examples(labelled, tickets)
    measured = {one.key for one in (*parts.labelled, *parts.tickets)}
    taught = [one.key for one in (*parts.learn, *parts.tune)]
    assert len(parts.labelled) > 10
    assert len(taught) > 10
    assert not measured & set(taught)
    assert len(set(taught)) == len(taught)
    assert all(is_held_out(one.text) for one in parts.labelled)
    assert not {f"{one.key}แล้ว" for one in parts.labelled} & set(taught)


def test_the_split_depends_on_the_words_alone():
    assert sameness_key("แจ้งถนนพัง 12/3 ค่ะ") == sameness_key("ถนน พัง") == "ถนนพัง"
    for text in WHERE:
        assert is_held_out(text) == is_held_out(f"ขอแจ้ง {text} 99 ครับ")


def test_twins_are_dropped_and_different_texts_stay():
    keys = ["น้ำท่วมขังหน้าตลาดสดมาสองวัน", "น้ำท่วมขังหน้าตลาดสดมาสองวันแล้ว", "ไฟดับหน้าตลาดสด"]
    assert drop_twins(keys, after=()) == [0, 2]
    assert drop_twins(keys, after=["น้ำท่วมขังหน้าตลาดสดมาสองวันนี้"]) == [2]


def test_labels_are_merged_and_rows_without_one_left_out(tmp_path):
    keys = {"ถนน": "road", "ขยะ": "cleanliness", "ความสะอาด": "cleanliness", "อื่นๆ": "other"}
    path = tmp_path / "tickets.ndjson"
    rows = [
        {"description": "หลุมใหญ่", "type": "ถนน,อื่นๆ", "coords": ["99.01234", "18.5"]},
        {"description": "กองขยะ", "type": "ขยะ,ความสะอาด", "coords": None},
        {"description": "ไม่รู้", "type": "", "coords": ["0", "0"]},
        {"description": None, "type": "ถนน", "coords": ["0", "0"]},
        {"description": "อะไร", "type": "ป้ายใหม่", "coords": ["0", "0"]},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    found = read_tickets(path, keys)
    assert [(one.text, one.categories, one.place) for one in found] == [
        ("หลุมใหญ่", ("road",), "99.012 18.500"),
        ("กองขยะ", ("cleanliness",), ""),
    ]
    labelled = written_labelled(tmp_path, [("ถนน\nพัง", "ถนน", "['99.1', '18.5']"), ("", "ถนน", "")])
    assert [one.text for one in read_labelled(labelled, keys)] == ["ถนน\nพัง"]


def test_figures_by_category():
    rows = [judged("road", "road", 0.9), judged("road", "tree", 0.6), judged("tree", "tree", 0.8)]
    rows.append(judged("tree", None, 0))
    road, tree = measure_categories(rows)
    assert (road.category, road.count, road.precision, road.recall) == ("road", 2, 1.0, 0.5)
    assert (tree.category, tree.count, tree.precision, tree.recall) == ("tree", 2, 0.5, 0.5)
    assert macro_f1([road, tree]) == pytest.approx((2 / 3 + 0.5) / 2)
    # saying nothing is not being right
    assert share_right(rows) == 0.5


def test_figures_by_confidence():
    rows = [judged("road", "road", 0.97), judged("road", "tree", 0.85), judged("road", "road", 0.85)]
    by_threshold = {one.confidence: one for one in measure_thresholds(rows)}
    assert (by_threshold[0.95].share, by_threshold[0.95].precision) == (pytest.approx(1 / 3), 1.0)
    assert by_threshold[0.8].precision == pytest.approx(2 / 3)
    low, high = measure_confidence(rows)
    assert (low.count, low.claimed, low.came_true) == (2, pytest.approx(0.85), 0.5)
    assert (high.lowest, high.highest, high.count) == (0.95, 1.0, 1)


def test_baselines():
    taught = [example("ก", "tree"), example("ข", "tree"), example("ค", "road")]
    asked = [example("ขยะบนถนน", "cleanliness"), example("เงียบ", "road")]
    assert [one.first for one in guess_by_majority(asked, taught)] == ["tree", "tree"]
    words = {"ถนน": "road", "ขยะ": "cleanliness"}
    assert [one.first for one in guess_by_words(asked, words, taught)] == ["cleanliness", "tree"]
