import pytest
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.values.person_name import (
    PersonName,
    canonical_title,
    join_name,
    sex_of_title,
    split_name,
)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("นายสมชาย  ใจดี", ("นาย", "สมชาย", "ใจดี")),
        ("น.ส.สมหญิง ณ อยุธยา", ("นางสาว", "สมหญิง", "ณ อยุธยา")),
        ("นางสาว สมหญิง ใจดี", ("นางสาว", "สมหญิง", "ใจดี")),
        ("น.ส สมหญิง ใจดี", ("นางสาว", "สมหญิง", "ใจดี")),
        ("นางนวล ใจดี", ("นาง", "นวล", "ใจดี")),
        ("ด.ช. ก้อง ดี", ("เด็กชาย", "ก้อง", "ดี")),
        ("ด.ญ.เมย์ ดี", ("เด็กหญิง", "เมย์", "ดี")),
        ("เด็กหญิงเมย์ ดี", ("เด็กหญิง", "เมย์", "ดี")),
        ("พล.ต.อ.สมชาย ใจดี", ("พล.ต.อ.", "สมชาย", "ใจดี")),
        ("ว่าที่ ร.ต. สมชาย ใจดี", ("ว่าที่ ร.ต.", "สมชาย", "ใจดี")),
        ("ว่าที่ร้อยตรี สมชาย ใจดี", ("ว่าที่ ร้อยตรี", "สมชาย", "ใจดี")),
        ("ว่าที่ ร.ต.หญิง สมศรี ดี", ("ว่าที่ ร.ต.หญิง", "สมศรี", "ดี")),
        ("จ.ส.อ. สมชาย ใจดี", ("จ.ส.อ.", "สมชาย", "ใจดี")),
        ("ดร.สม ใจดี", ("ดร.", "สม", "ใจดี")),
        ("ผศ.ดร.สม ใจดี", ("ผศ.ดร.", "สม", "ใจดี")),
        ("พระมหาสม ฐิตธมฺโม", ("พระมหา", "สม", "ฐิตธมฺโม")),
        ("พระสม ฐิตธมฺโม", ("พระ", "สม", "ฐิตธมฺโม")),
        ("สามเณร ก้อง ดี", ("สามเณร", "ก้อง", "ดี")),
        ("ม.ร.ว.สม ดี", ("หม่อมราชวงศ์", "สม", "ดี")),
        ("สมชาย", ("", "สมชาย", "")),
        ("นายิกา ดี", ("", "นายิกา", "ดี")),
        ("คุณวุฒิ ดี", ("", "คุณวุฒิ", "ดี")),
        ("ส. ใจดี", ("", "ส.", "ใจดี")),
        ("", ("", "", "")),
        ("Mr. John Smith", ("นาย", "John", "Smith")),
        ("\u200bนาย\u00a0สมชาย\u00a0ใจดี", ("นาย", "สมชาย", "ใจดี")),
    ],
)
def test_names_fall_into_their_parts(written, parts):
    assert split_name(written) == PersonName(*parts)


def test_joined_as_thai_writes():
    assert join_name("นาย", "สมชาย", "ใจดี") == "นายสมชาย ใจดี"
    assert join_name("พล.ต.อ.", "สมชาย", "ใจดี") == "พล.ต.อ. สมชาย ใจดี"
    assert join_name("", "สมชาย", "") == "สมชาย"
    assert PersonName("นาง", "นวล", "").full == "นางนวล"


@given(
    st.sampled_from(["นาย", "นาง", "นางสาว", "เด็กชาย", "เด็กหญิง", "พ.ต.อ.", "ว่าที่ ร.ต."]),
    st.sampled_from(["สมชาย", "นวล", "เมย์", "ไก่", "อรุณ"]),
    st.sampled_from(["ใจดี", "ณ ลำพูน", "แก้วมา", ""]),
)
def test_a_joined_name_splits_again(title, given_name, family):
    assert split_name(join_name(title, given_name, family)) == PersonName(title, given_name, family)


@given(st.text())
def test_nothing_written_is_lost_from_a_name(text):
    name = split_name(text)
    assert name.given or not name.family


@pytest.mark.parametrize(
    ("title", "sex"),
    [
        ("นาย", "male"),
        ("ด.ช.", "male"),
        ("พระครู", "male"),
        ("น.ส.", "female"),
        ("นาง", "female"),
        ("ด.ญ.", "female"),
        ("ร.ต.หญิง", "female"),
        ("ดร.", ""),
        ("", ""),
    ],
)
def test_sex_as_far_as_the_title_tells(title, sex):
    assert sex_of_title(title) == sex


def test_canonical_titles():
    assert canonical_title("น . ส .") == "นางสาว"
    assert canonical_title("ด.ช") == "เด็กชาย"
    assert canonical_title("นาย") == "นาย"
