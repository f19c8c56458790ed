import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.values import thai_text
from cddp.foundation.values.thai_text import normalise, repair_mojibake, search_key, sort_key

thai = st.text(alphabet=st.characters(min_codepoint=0x0E01, max_codepoint=0x0E4E))
mixed = st.text(
    alphabet=st.one_of(st.characters(), st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B))
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("น้ํา", "น้ำ"),
        ("นํ้า", "น้ำ"),
        ("นํา", "นำ"),
        ("น้้ำ", "น้ำ"),
        ("เเม่", "แม่"),
        ("ที่่", "ที่"),
        ("ท่ี", "ที่"),
        ("สิทธ์ิ", "สิทธิ์"),
        ("บ้าน\u200bกลาง", "บ้านกลาง"),
        ("บ้าน\u00a0\u00a0กลาง ", "บ้าน กลาง"),
        ("\ufeffก\ufffcข", "กข"),
        ("ก\r\nข", "ก\nข"),
        ("e\u0301", "é"),
        ("ก\tข", "ก ข"),
        ("ก ุ้ง", "กุ้ง"),
        ("ํา", "ำ"),
    ],
)
def test_what_looks_the_same_is_kept_the_same(written, kept):
    assert normalise(written) == kept


@given(mixed)
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(mixed)
def test_a_line_has_no_breaks(text):
    assert not set(thai_text.normalise_line(text)) & {"\n", "\r", "\u2028", "\u0085"}


def test_digits_both_ways():
    assert thai_text.to_arabic_digits("บ้านเลขที่ ๑๒/๓") == "บ้านเลขที่ 12/3"
    assert thai_text.to_thai_digits("12/3") == "๑๒/๓"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("นาย สมชาย  ใจดี", "สมชายใจดี"),
        ("น.ส.สมหญิง", "นางสาว สมหญิง"),
        ("๑๒/๓", "12/3"),
        ("SMITH", "smith"),
        ("น้ํา", "น้ำ"),
    ],
)
def test_search_keys_meet(one, other):
    assert search_key(one) == search_key(other)


def test_search_key_keeps_what_matters():
    assert search_key("12/3") != search_key("123")
    assert search_key("ปา") != search_key("ป่า")
    assert search_key("ปา", drop_tones=True) == search_key("ป่า", drop_tones=True)
    assert search_key("นายูง") == "นายูง", "a place that begins like a title"
    assert search_key("นายสมชาย", drop_title=False) == "นายสมชาย"


def misread(text: str, wrong: str) -> str:
    def one(octet: int) -> str:
        try:
            return bytes([octet]).decode(wrong)
        except UnicodeDecodeError:
            return chr(octet)

    return "".join(one(octet) for octet in text.encode("utf-8"))


def test_mojibake_as_it_is_really_seen():
    assert repair_mojibake("ºéÒ¹¡ÅÒ§") == "บ้านกลาง"
    assert repair_mojibake(misread("บ้านกลาง หมู่ที่ ๓", "cp874")) == "บ้านกลาง หมู่ที่ ๓"
    assert repair_mojibake(misread("บ้านกลาง หมู่ที่ ๓", "cp1252")) == "บ้านกลาง หมู่ที่ ๓"
    assert repair_mojibake("บ้านกลาง".encode().decode("latin-1")) == "บ้านกลาง"


@pytest.mark.parametrize(
    "sound", ["บ้านกลาง", "Café Größe", "São Paulo é", "12/3", "", "เธอเน้น", "naïve", "“เธอ”"]
)
def test_sound_text_is_left_alone(sound):
    assert repair_mojibake(sound) == sound
    assert not thai_text.is_mojibake(sound)


@given(
    thai.filter(
        lambda text: (
            sum("ก" <= sign <= "ฮ" for sign in text) >= 2
            and all(unicodedata.category(s) != "Cn" for s in text)
        )
    )
)
def test_every_misread_thai_text_comes_back(text):
    assert repair_mojibake(misread(text, "cp874")) == text
    assert thai_text.is_mojibake(misread(text, "cp874"))


def test_order_of_the_dictionary():
    words = ["กา", "ก่า", "ก้า", "เก", "เกม", "แก้ว", "โก๋", "ไก่", "ขาว", "เขา", "คน"]
    assert sorted([*words[5:], *words[:5]], key=sort_key) == words


@given(st.lists(mixed))
def test_sort_keys_order_anything(texts):
    assert len(sorted(texts, key=sort_key)) == len(texts)
