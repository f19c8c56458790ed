"""ข้อความที่เผยแพร่ได้: by whatever form a number is written, it does not get out; ordinary words stay."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.values.thai_text import to_arabic_digits, to_thai_digits
from cddp.operations.complaints.rules.public_text import HIDDEN, public_text, public_title

WORDS = st.sampled_from(
    ["ถนนพังมาก", "โทร", "ติดต่อ", "ไฟดับ หน้าวัด", "ครับ", "(", "เบอร์:", "น้ำท่วม\n", "", "ซอย 5 ", "หมู่ 4 "]
)
GAPS = st.sampled_from(["", "", "-", " ", " - ", ".", "–", ") ", "_", "\u200b"])


@st.composite
def written(draw, digits):
    """The digits as somebody may type them: gaps, Thai or full-width digits, words around."""
    number = draw(digits)
    gap = draw(GAPS)
    cuts = draw(st.sets(st.integers(1, len(number) - 1), max_size=4))
    parts, before = [], 0
    for cut in [*sorted(cuts), len(number)]:
        parts.append(number[before:cut])
        before = cut
    shown = gap.join(parts)
    how = draw(st.sampled_from(["arabic", "thai", "wide"]))
    if how == "thai":
        shown = to_thai_digits(shown)
    elif how == "wide":
        shown = shown.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    return number, f"{draw(WORDS)}{shown}{draw(WORDS)}"


def only_digits(text):
    return re.sub(r"\D", "", to_arabic_digits(text))


PHONES = st.from_regex(r"0[689][0-9]{8}|0[2345][0-9]{7}|66[689][0-9]{8}", fullmatch=True)
IDS = st.from_regex(r"[1-8][0-9]{12}", fullmatch=True)


@given(written(PHONES))
def test_no_telephone_gets_out(case):
    number, text = case
    shown = only_digits(public_text(text))
    assert number[-5:] not in shown or len(shown) <= 2
    assert len(shown) <= 2  # the numbers of a lane and a village, written around it


@given(written(IDS))
def test_no_identity_number_gets_out(case):
    _number, text = case
    assert len(only_digits(public_text(text))) <= 2


@given(
    st.sampled_from(["บ้านเลขที่ {}", "เลขที่ {} หมู่ 4", "{} ม.4", "บ้าน {}", "อยู่ {} ถ.สันกลาง", "หน้าบ้าน{}"]),
    st.integers(10, 999),
    st.integers(1, 99),
    st.booleans(),
)
def test_no_house_number_gets_out(form, first, second, thai):
    house = f"{first}/{second}"
    text = form.format(to_thai_digits(house) if thai else house)
    assert house not in to_arabic_digits(public_text(text))
    assert str(first) not in to_arabic_digits(public_text(text))


@given(st.text(max_size=200))
def test_nothing_breaks_it_and_twice_is_once(text):
    once = public_text(text)
    assert public_text(once) == once
    assert len(public_title(text)) <= 80


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("ติดต่อ somchai.jaidee@example.com ได้", "somchai"),
        ("ส่งมาที่ somchai @ example.co.th", "example"),
        ("ไลน์ somchai_99 ครับ", "somchai_99"),
        ("Line ID: @banklang", "banklang"),
        ("ไอดีไลน์ = nong.a", "nong"),
        ("เพจ facebook SomchaiPage", "SomchaiPage"),
        ("แผนที่ https://maps.app.goo.gl/AbCd เลย", "goo.gl"),
        ("พิกัด 18.580312,99.007512", "5803"),
        ("รถทะเบียน กข 1234 เชียงใหม่ จอดขวาง", "1234"),
        ("รถกระบะป้ายทะเบียน1กก4567", "4567"),
        ("มี 1กข 234 จอดทุกวัน", "234"),
        ("ป้าย บว-๗๘๙๐ ลำพูน", "๗๘๙๐"),
        ("นายสมชาย ใจดี เอาขยะมาทิ้ง", "สมชาย"),
        ("นายสมชาย ใจดี เอาขยะมาทิ้ง", "ใจดี"),
        ("นางสาวสมหญิง รักสงบ", "สมหญิง"),
        ("น.ส. สมหญิง รักสงบ", "สมหญิง"),
        ("ด.ช.แดง ถูกหมากัด", "แดง"),
        ("คุณสมปอง บ้านข้าง ๆ", "สมปอง"),
        ("ผมชื่อ สมชาย ใจดี", "สมชาย"),
        ("นายกฤษณะ ขายของบนทางเท้า", "กฤษณะ"),
        ("โทร ศูนย์แปดหนึ่งสองสามสี่ห้าหกเจ็ดแปด", "สองสามสี่"),
        ("โฉนดเลขที่ 45678", "45678"),
        ("ห้อง 305 ส่งเสียงดัง", "305"),
    ],
)
def test_what_leads_to_somebody_is_hidden(text, gone):
    shown = public_text(text)
    assert gone not in shown
    assert "xx" in shown


@pytest.mark.parametrize(
    "text",
    [
        "ถนนเป็นหลุมลึก 30 ซม. ยาว 200 เมตร",
        "น้ำท่วมตั้งแต่วันที่ 26/11/2569 เวลา 18.30 น.",
        "ไฟดับ 3 ดวง หมู่ 4 ซอย 12",
        "พังมาตั้งแต่ปี 2565-2566 ไม่มีใครมาซ่อม",
        "ขอให้นายกเทศมนตรีมาดู",
        "ทนายความและเจ้านายไม่เกี่ยว",
        "คุณภาพน้ำแย่มาก ขอบคุณค่ะ",
        "บ้าน 20 หลังเดือดร้อน",
        "เปิด 24/7 เสียงดัง",
        "โทร 1669 แล้วไม่มีใครรับ",
        "ถนน 4 เลน รถตก 2 คัน",
        "งบประมาณ 1,250,000 บาท",
    ],
)
def test_ordinary_words_stay(text):
    assert public_text(text) == text


def test_title_cut_inside_a_number_shows_no_part_of_it():
    assert public_title("ไฟดับหน้าบ้าน โทร 08123…") == "ไฟดับหน้าบ้าน โทร…"
    assert public_title("\n\nบรรทัดแรก\nบรรทัดสอง") == "บรรทัดแรก"
    assert public_title("") == ""
    assert HIDDEN in public_title("นายแดง ดี")
