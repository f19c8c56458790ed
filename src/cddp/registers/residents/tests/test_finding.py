"""ช่องค้นหาเดียว: names with typing errors, numbers exactly, houses by number and moo; nothing leaks."""

import logging

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.audit.models import AuditEntry
from cddp.registers.residents.models import Person
from cddp.registers.residents.queries.finding import find_anything, find_people
from cddp.registers.residents.rules.finding import Query, read_query
from cddp.registers.residents.services.identity import set_citizen_id
from cddp.registers.residents.tests import samples


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("3-5099-12345-12-3", Query(citizen_id="3509912345123")),
        ("๓๕๐๙๙๑๒๓๔๕๑๒๓", Query(citizen_id="3509912345123")),
        ("5101-123456-7", Query(house_code="51011234567")),
        ("081-234-5678", Query(phone="0812345678")),
        ("12/3 หมู่ 4", Query(number="12/3", moo=4)),
        ("12/3 ม.4", Query(number="12/3", moo=4)),
        ("บ้านเลขที่ 12 หมู่ที่ ๔", Query(number="12", moo=4)),
        ("12", Query(number="12")),
        ("หมู่ 4", Query(moo=4)),
        ("ม.4 บ้านกลาง", Query(moo=4, words="บานกลาง")),
        ("นางสมศรี ใจดี", Query(words="สมศรี ใจดี")),
        ("  ", Query()),
    ],
)
def test_one_box_understands(text, query):
    assert read_query(text) == query


@given(st.text(max_size=60))
def test_any_text_is_understood_somehow(text):
    assert isinstance(read_query(text), Query)


@pytest.fixture
def people(town):
    house = samples.house("12/3", road="เจริญเมือง")
    samples.house("112")
    samples.house("12/3", moo=5)
    names = [("สมศรี", "ใจดี"), ("บุญส่ง", "แก้วมา"), ("ทวีศักดิ์", "แสนอินทร์"), ("จินตนา", "วงศ์คำ")]
    return {
        given: samples.person(given, family, at=house if given == "สมศรี" else None) for given, family in names
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("สมศรี ใจดี", "สมศรี"),
        ("สมสี ใจดี", "สมศรี"),
        ("สมศี", "สมศรี"),
        ("สมสี", "สมศรี"),
        ("นางสาวสมศรี", "สมศรี"),
        ("ใจดี", "สมศรี"),
        ("บุญสง แกวมา", "บุญส่ง"),
        ("บุญส่ง แก้วม่า", "บุญส่ง"),
        ("ทวีศักด แสนอิน", "ทวีศักดิ์"),
        ("จินตะนา", "จินตนา"),
        ("วงคำ จินตนา", "จินตนา"),
    ],
)
def test_names_are_found_with_typing_errors(people, registrar, typed, wanted):
    found = find_anything(registrar, typed)
    assert people[wanted] in found.people


@pytest.mark.django_db
class TestFinding:
    def test_of_many_alike_the_nearest_letters_come_first(self, people, registrar):
        for number in range(40):
            samples.person("สมพร", f"ยศ{number}")
        assert find_anything(registrar, "สมสี").people[0] == people["สมศรี"]

    def test_houses_by_number_and_moo(self, people, registrar):
        assert [str(h) for h in find_anything(registrar, "12/3 หมู่ 4").houses] == ["12/3 หมู่ 4 บ้านกลาง"]
        assert len(find_anything(registrar, "12").houses) == 2
        assert [h.number for h in find_anything(registrar, "เจริญเมือง").houses] == ["12/3"]
        assert [a.number for a in find_anything(registrar, "ม.5").areas] == [5]

    def test_number_and_phone_are_exact(self, people, registrar):
        digits = samples.citizen_id()
        set_citizen_id(people["จินตนา"], digits)
        assert list(find_anything(registrar, digits).people) == [people["จินตนา"]]
        assert find_anything(registrar, digits[:-1] + "x").people == []
        caller = samples.person("มีโทร", phone="081-234-5678")
        assert list(find_anything(registrar, "0812345678").people) == [caller]

    def test_reader_finds_houses_only(self, people, officer):
        assert find_anything(officer, "สมศรี").people == []
        assert len(find_anything(officer, "12/3").houses) == 2

    def test_screen_takes_the_words_in_a_post_and_records_whom_it_showed(
        self, people, login, registrar, caplog
    ):
        digits = samples.citizen_id()
        set_citizen_id(people["สมศรี"], digits)
        client = login(registrar)
        with caplog.at_level(logging.DEBUG):
            html = client.post(
                reverse("residents:find"), {"q": digits}, HTTP_HX_REQUEST="true"
            ).content.decode()
        assert "สมศรี ใจดี" in html
        entry = AuditEntry.objects.get(action="residents.person.listed", target_id=people["สมศรี"].pk)
        # The statements that the test client logs hold hashes, never the digits.
        assert digits not in caplog.text + str(entry.changes) + entry.purpose
        by_address = client.get(reverse("residents:find"), {"q": digits})
        assert (by_address.status_code, by_address.headers["Location"]) == (302, reverse("residents:find"))

    def test_search_uses_its_index_under_row_security(self, people, registrar):
        Person.objects.bulk_create(
            Person(given_name=f"ชื่อ{n}", search_name=f"ชือ{n} สกุล{n % 97}") for n in range(15_000)
        )
        with connection.cursor() as cursor:
            # The program itself may not gather statistics.
            cursor.execute("RESET ROLE; SET ROLE cddp_owner; ANALYZE residents_person; SET ROLE cddp_app")
        plan = find_people(registrar, Query(words="สมศรี ใจดี")).explain()
        assert "Bitmap Index Scan on person_search" in plan
        assert "Index Cond: ((municipality_id =" in plan
        assert "%>" in plan.split("Index Cond")[1]
