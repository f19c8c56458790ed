"""หน้าจอของทะเบียน: the litany for every screen (STYLE, habit 9)."""

import re
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.registers.residents.models import CurrentFact, Fact, FactType, House, Merge, Person
from cddp.registers.residents.services.fact_types import sync_declared_fact_types
from cddp.registers.residents.services.facts import record_fact
from cddp.registers.residents.services.houses import add_household, change_house
from cddp.registers.residents.services.identity import set_citizen_id
from cddp.registers.residents.services.merging import merge
from cddp.registers.residents.tests import samples
from tests.towns import make_user

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}
PURPOSE = {"purpose": "service", "detail": ""}


@pytest.fixture
def register(town):
    """A house with two people, a fact type, and a statement."""
    sync_declared_fact_types()
    house = samples.house("12/3", point=Point(99.01, 18.58, srid=4326))
    person = samples.person("สมศรี", "ใจดี", at=house)
    other = samples.person("บุญมี", "แก้วมา", at=house, sex="male")
    kind = FactType.objects.get(key="water_supply")
    return {"house": house, "person": person, "other": other, "kind": kind}


@pytest.fixture
def desk(login, registrar):
    """A registrar who has said why they look."""
    client = login(registrar)
    client.post(reverse("residents:purpose"), PURPOSE)
    return client


def addresses(register):
    house, person = register["house"], register["person"]
    stay = person.memberships.get()
    return {
        "house": reverse("residents:house", args=[house.pk]),
        "house_edit": reverse("residents:house_edit", args=[house.pk]),
        "house_point": reverse("residents:house_point", args=[house.pk]),
        "person_new": reverse("residents:person_new", args=[house.pk]),
        "person": reverse("residents:person", args=[person.pk]),
        "person_edit": reverse("residents:person_edit", args=[person.pk]),
        "move": reverse("residents:move", args=[person.pk]),
        "death": reverse("residents:death", args=[person.pk]),
        "stay_end": reverse("residents:stay_end", args=[stay.pk]),
        "quick_house": reverse("residents:quick_fact", args=["houses", house.pk]),
        "quick_person": reverse("residents:quick_fact", args=["people", person.pk]),
        "choose_other": reverse("residents:choose_other", args=["people", person.pk]),
        "compare": reverse("residents:compare", args=["people", person.pk, register["other"].pk]),
        "fact_type_edit": reverse("residents:fact_type_edit", args=[register["kind"].pk]),
        "area_edit": reverse("residents:area_edit", args=[house.area_id]),
    }


LISTS = ["find", "houses", "house_new", "without_point", "people", "purpose"]
LISTS += ["fact_types", "fact_type_new", "duplicates", "areas", "area_new"]
FOR_READERS = {"house", "find", "houses", "areas"}


class TestEveryScreen:
    def test_works_for_the_registrar(self, register, desk):
        for name, address in addresses(register).items():
            assert desk.get(address).status_code == 200, name
        for name in LISTS:
            assert desk.get(reverse(f"residents:{name}")).status_code == 200, name

    def test_reader_is_refused_what_is_not_theirs(self, register, login, officer):
        client = login(officer)
        for name, address in addresses(register).items():
            assert client.get(address).status_code == (200 if name in FOR_READERS else 403), name
        for name in LISTS:
            assert client.get(reverse(f"residents:{name}")).status_code == (
                200 if name in FOR_READERS else 403
            ), name

    def test_stranger_gets_404(self, register, login, stranger, towns):
        client = login(stranger)
        with town_context(towns[1].pk):
            client.post(reverse("residents:purpose"), PURPOSE)
            for name, address in addresses_of_neighbour(register):
                assert client.get(address).status_code == 404, name

    def test_visitor_is_sent_to_sign_in(self, register, client):
        for address in addresses(register).values():
            assert client.get(address).status_code == 302

    def test_bad_ids_are_404(self, register, desk):
        for address in addresses(register).values():
            unknown = re.sub(r"[0-9a-f-]{36}", str(uuid4()), address, count=1)
            assert desk.get(unknown).status_code == 404, unknown
        assert desk.get("/residents/houses/no-uuid/").status_code == 404
        assert desk.get(f"/residents/dogs/{uuid4()}/quick-fact/").status_code == 404

    def test_get_is_refused_on_writes(self, register, desk, registrar):
        fact = record_fact(register["kind"], register["house"], "mains", by=registrar)
        done = merge(samples.person("ก", "ข"), samples.person("ก", "ข"), by=registrar)
        for name, pk in {
            "reveal": register["person"].pk,
            "fact_withdraw": fact.pk,
            "fact_type_retire": register["kind"].pk,
            "merge_undo": done.pk,
        }.items():
            assert desk.get(reverse(f"residents:{name}", args=[pk])).status_code == 405, name

    def test_no_inline_style_or_script(self, register, desk):
        for address in addresses(register).values():
            html = desk.get(address).content.decode()
            assert " style=" not in html
            assert "<script>" not in html
            assert " onclick=" not in html


def addresses_of_neighbour(register):
    # Read in the town of the rows; asked for in the neighbour's name.
    from tests.towns import TOWN_ID

    with town_context(TOWN_ID):
        return list(addresses(register).items())


class TestHouse:
    def test_page_shows_people_facts_and_history(self, register, desk, registrar):
        record_fact(register["kind"], register["house"], "mains", by=registrar)
        html = desk.get(addresses(register)["house"]).content.decode()
        for words in ("สมศรี ใจดี", "ประปา", "เจ้าหน้าที่บันทึก", "เพิ่มบ้านในทะเบียน", "city-map"):
            assert words in html

    def test_reader_sees_numbers_not_names(self, register, login, officer):
        html = login(officer).get(addresses(register)["house"]).content.decode()
        assert "สมศรี" not in html
        assert "2 คน" in html

    def test_edit_saves_and_bad_input_keeps_what_was_typed(self, register, desk):
        address = addresses(register)["house_edit"]
        answer = desk.post(address, {"number": "", "road": "ถนนที่พิมพ์ไว้", "version": 1})
        assert answer.status_code == 422
        assert "ถนนที่พิมพ์ไว้" in answer.content.decode()
        area = register["house"].area_id
        assert desk.post(address, {"number": "99", "area": area, "version": 1}).status_code == 302
        assert House.objects.get(pk=register["house"].pk).number == "99"

    def test_two_at_once_shows_the_difference_and_loses_nothing(self, register, desk, registrar):
        house = register["house"]
        change_house(house, version=1, road="ถนนของเพื่อน", by=registrar)
        typed = {"number": "12/3", "area": house.area_id, "road": "ถนนของฉัน", "version": 1}
        answer = desk.post(addresses(register)["house_edit"], typed)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "ถนนของเพื่อน" in html
        assert "ถนนของฉัน" in html
        newer = re.search(r'name="version" value="(\d+)"', html).group(1)
        assert desk.post(addresses(register)["house_edit"], typed | {"version": newer}).status_code == 302

    def test_new_house_with_taken_code_is_refused_in_words(self, register, desk):
        made = {"number": "1", "house_code": "51011234567"}
        assert desk.post(reverse("residents:house_new"), made).status_code == 302
        answer = desk.post(reverse("residents:house_new"), made | {"number": "2"})
        assert answer.status_code == 422
        assert "รหัสประจำบ้านนี้เป็นของบ้านอื่น" in answer.content.decode()

    def test_point_by_tap_then_next_in_the_work_list(self, register, desk):
        first, second = samples.house("20"), samples.house("21")
        page = desk.get(reverse("residents:house_point", args=[first.pk]) + "?work=1").content.decode()
        assert str(second.pk) in page
        typed = {"lat": "18.581", "lng": "99.011", "version": 1, "next_house": str(second.pk)}
        answer = desk.post(reverse("residents:house_point", args=[first.pk]) + "?work=1", typed)
        assert answer.headers["Location"].startswith(reverse("residents:house_point", args=[second.pk]))
        assert House.objects.get(pk=first.pk).point_source == "map"
        swapped = desk.post(
            reverse("residents:house_point", args=[second.pk]), {"lat": "99.0", "lng": "18.5"}
        )
        assert swapped.status_code == 422

    def test_list_filters_by_fact_point_and_area(self, register, desk, registrar):
        record_fact(register["kind"], register["house"], "mains", by=registrar)
        samples.house("77", moo=5)
        address = reverse("residents:houses")
        for query, seen, hidden in [
            ("?fact=water_supply:mains", ">12/3<", ">77<"),
            ("?placed=0", ">77<", ">12/3<"),
            (f"?area={register['house'].area_id}", "12/3", ">77<"),
            ("?q=77", ">77<", ">12/3<"),
            ("?q=12/3 หมู่ 4", "12/3", ">77<"),
        ]:
            rows = desk.get(address + query, **HTMX).content.decode()
            assert seen in rows, query
            assert hidden not in rows.split("list-status")[1], query
        assert desk.get(address + "?export=csv").status_code == 200


class TestPerson:
    def test_first_look_asks_for_a_purpose(self, register, login, registrar):
        client, address = login(registrar), addresses(register)["person"]
        first = client.get(address).content.decode()
        assert "สมศรี" not in first
        assert 'name="purpose"' in first
        answer = client.post(
            reverse("residents:purpose"), {"purpose": "other", "detail": "", "next": address}
        )
        assert answer.status_code == 422
        typed = {"purpose": "registry", "detail": "คำร้องที่ 5", "next": address}
        assert client.post(reverse("residents:purpose"), typed).headers["Location"] == address
        html = client.get(address).content.decode()
        assert "สมศรี ใจดี" in html
        assert "คำร้องที่ 5" in html
        entry = AuditEntry.objects.get(action="residents.person.viewed")
        assert entry.target_id == register["person"].pk
        assert "คำร้องที่ 5" in entry.purpose

    def test_purpose_leads_nowhere_else(self, login, registrar):
        typed = PURPOSE | {"next": "https://example.org/"}
        answer = login(registrar).post(reverse("residents:purpose"), typed)
        assert answer.headers["Location"] == reverse("residents:people")

    def test_number_is_masked_and_shown_once_for_a_reason(self, register, desk, registrar):
        digits = samples.citizen_id()
        set_citizen_id(register["person"], digits, by=registrar)
        html = desk.get(addresses(register)["person"]).content.decode()
        assert digits not in html
        assert "xxxxx" in html
        address = reverse("residents:reveal", args=[register["person"].pk])
        assert desk.post(address, {"purpose": ""}, **HTMX).status_code == 422
        shown = desk.post(address, {"purpose": "ออกหนังสือรับรอง"}, **HTMX)
        assert digits in shown.content.decode()
        assert shown.headers["Cache-Control"] == "no-store"
        assert digits not in desk.get(addresses(register)["person"]).content.decode()
        assert AuditEntry.objects.filter(action="residents.person.citizen_id_revealed").count() == 1

    def test_edit_keeps_the_number_when_left_masked(self, register, desk, registrar):
        digits, person = samples.citizen_id(), register["person"]
        set_citizen_id(person, digits, by=registrar)
        address = addresses(register)["person_edit"]
        html = desk.get(address).content.decode()
        masked = re.search(r'name="citizen_id" value="([^"]+)"', html).group(1)
        version = re.search(r'name="version" value="(\d+)"', html).group(1)
        typed = {"given_name": "สมศรี", "family_name": "ใหม่", "sex": "female", "birth": "1/5/2493"}
        answer = desk.post(address, typed | {"citizen_id": masked, "version": version})
        assert answer.status_code == 302
        changed = Person.objects.get(pk=person.pk)
        assert (changed.family_name, changed.citizen_id_hash is not None) == ("ใหม่", True)

    def test_doubtful_number_asks_for_a_reason_and_keeps_all(self, register, desk):
        address = addresses(register)["person_edit"]
        wrong = "1234567890123"
        typed = {"given_name": "ที่พิมพ์ไว้", "sex": "female", "citizen_id": wrong, "version": 1}
        answer = desk.post(address, typed)
        assert answer.status_code == 422
        assert "ที่พิมพ์ไว้" in answer.content.decode()
        assert Person.objects.get(pk=register["person"].pk).given_name == "สมศรี"
        assert desk.post(address, typed | {"override_reason": "ตรงตามบัตร"}).status_code == 302

    def test_add_move_end_and_death(self, register, desk):
        target = samples.house("50", moo=5)
        made = {"given_name": "หนูน้อย", "sex": "unknown", "kind": "resident", "role": "child"}
        assert desk.post(addresses(register)["person_new"], made).status_code == 302
        child = Person.objects.get(given_name="หนูน้อย")
        move = {"house": "50 หมู่ 5", "kind": "resident", "role": "child", "started_on": "1/1/2569"}
        assert desk.post(reverse("residents:move", args=[child.pk]), move).status_code == 302
        assert child.memberships.get(ended_on=None).household.house == target
        nowhere = desk.post(reverse("residents:move", args=[child.pk]), move | {"house": "999 หมู่ 9"})
        assert nowhere.status_code == 422
        stay = child.memberships.get(ended_on=None)
        end = reverse("residents:stay_end", args=[stay.pk])
        assert desk.post(end, {"ended_on": "1/1/2560", "reason": "moved_out"}).status_code == 422
        assert desk.post(end, {"ended_on": "1/6/2569", "reason": "moved_out"}).status_code == 302
        died = desk.post(addresses(register)["death"], {"death_date": "1/1/2569"})
        assert died.status_code == 302
        assert Person.objects.get(pk=register["person"].pk).vital_state == "dead"

    def test_list_is_recorded_and_filters_by_age_sex_and_fact(self, register, desk, registrar):
        alone = FactType.objects.get(key="living_alone")
        record_fact(alone, register["person"], "ใช่", by=registrar)
        address = reverse("residents:people")
        for query, seen, hidden in [
            ("?sex=male", "บุญมี", "สมศรี"),
            ("?age=70-79&sex=female", "สมศรี", "บุญมี"),
            ("?fact=living_alone:true", "สมศรี", "บุญมี"),
            ("?kind=resident", "ล้างทั้งหมด", "สมศรี"),
            (f"?area={register['house'].area_id}&kind=registered", "สมศรี", "หมู่ 99"),
        ]:
            rows = desk.get(address + query, **HTMX).content.decode()
            assert seen in rows, query
            assert hidden not in rows, query
        listed = AuditEntry.objects.filter(action="residents.person.listed", target_id=register["person"].pk)
        assert listed.exists()

    def test_volunteer_sees_only_own_moo(self, register, login):
        volunteer = make_user("volunteer", "volunteer", area_codes=("moo-5",))
        client = login(volunteer)
        client.post(reverse("residents:purpose"), PURPOSE)
        for name in ("house", "person", "quick_house"):
            assert client.get(addresses(register)[name]).status_code == 404, name
        found = client.post(reverse("residents:find"), {"q": "สมศรี"}).content.decode()
        assert "สมศรี ใจดี" not in found


class TestQuickFact:
    def test_two_taps_then_undo(self, register, desk):
        address = addresses(register)["quick_house"]
        first = desk.get(address, **HTMX).content.decode()
        assert "น้ำใช้ในบ้าน" in first
        second = desk.get(f"{address}?type={register['kind'].pk}", **HTMX).content.decode()
        assert 'value="mains"' in second
        saved = desk.post(address, {"type": str(register["kind"].pk), "value": "mains"}, **HTMX)
        assert saved.status_code == 200
        assert "toasts" in saved.headers["HX-Trigger"]
        fact = Fact.objects.get()
        assert reverse("residents:fact_withdraw", args=[fact.pk]) in saved.content.decode()
        desk.post(reverse("residents:fact_withdraw", args=[fact.pk]), **HTMX)
        assert not CurrentFact.objects.exists()

    def test_typed_number_date_and_note(self, register, desk):
        kind = FactType.objects.get(key="elderly_in_house")
        typed = {
            "type": str(kind.pk),
            "value": "",
            "typed": "๑๒",
            "observed_on": "1/11/2569",
            "note": "จาก อสม.",
        }
        assert desk.post(addresses(register)["quick_house"], typed).status_code == 302
        fact = Fact.objects.get()
        assert (fact.value, fact.note, fact.observed_at.date().isoformat()) == (12, "จาก อสม.", "2026-11-01")

    def test_bad_value_keeps_what_was_typed(self, register, desk):
        kind = FactType.objects.get(key="elderly_in_house")
        typed = {"type": str(kind.pk), "typed": "หลายคน", "note": "หมายเหตุเดิม"}
        html = desk.post(addresses(register)["quick_house"], typed, **HTMX).content.decode()
        assert "ต้องเป็นตัวเลข" in html
        assert "หลายคน" in html
        assert "หมายเหตุเดิม" in html
        assert desk.post(addresses(register)["quick_house"], typed).status_code == 422
        assert not Fact.objects.exists()


class TestFactTypes:
    def test_make_with_choices_edit_and_retire(self, desk, town):
        made = {
            "name": "สภาพส้วม",
            "level": "house",
            "value_kind": "choice",
            "sensitivity": "internal",
            "fresh_months": "24",
            "choices-TOTAL_FORMS": "3",
            "choices-INITIAL_FORMS": "0",
            "choices-0-label": "ดี",
            "choices-0-colour": "#27864b",
            "choices-1-label": "ต้องซ่อม",
            "choices-1-colour": "#c0392b",
            "choices-2-label": "",
            "choices-2-colour": "#000000",
        }
        one = made | {"choices-1-label": ""}
        refused = desk.post(reverse("residents:fact_type_new"), one)
        assert refused.status_code == 422
        assert "อย่างน้อยสอง" in refused.content.decode()
        assert desk.post(reverse("residents:fact_type_new"), made).status_code == 302
        kind = FactType.objects.get(name="สภาพส้วม")
        assert [choice["label"] for choice in kind.choices] == ["ดี", "ต้องซ่อม"]
        desk.post(reverse("residents:fact_type_retire", args=[kind.pk]))
        assert not FactType.objects.get(pk=kind.pk).is_active

    def test_declared_type_changes_only_its_freshness(self, register, desk):
        address = addresses(register)["fact_type_edit"]
        assert desk.post(address, {"fresh_months": "6", "name": "อื่น"}).status_code == 302
        kind = FactType.objects.get(pk=register["kind"].pk)
        assert (kind.fresh_months, kind.name) == (6, "น้ำใช้ในบ้าน")


class TestDuplicates:
    def test_suggest_compare_merge_undo(self, register, desk, registrar):
        double = samples.person("สมศรี", "ใจดี")
        page = desk.get(reverse("residents:duplicates")).content.decode()
        assert "ชื่อตรงกัน" in page
        address = reverse("residents:compare", args=["people", register["person"].pk, double.pk])
        assert "เก็บไว้" in desk.get(address).content.decode()
        assert desk.post(address, {"decision": "merge", "reason": "คนเดียวกัน"}).status_code == 302
        done = Merge.objects.get()
        assert desk.get(reverse("residents:person", args=[double.pk])).status_code == 200
        assert desk.post(reverse("residents:merge_undo", args=[done.pk])).status_code == 302
        assert desk.post(reverse("residents:merge_undo", args=[done.pk])).status_code == 422

    def test_pair_said_to_be_two_disappears(self, register, desk):
        double = samples.person("สมศรี", "ใจดี")
        address = reverse("residents:compare", args=["people", register["person"].pk, double.pk])
        desk.post(address, {"decision": "distinct"})
        assert "ชื่อตรงกัน" not in desk.get(reverse("residents:duplicates")).content.decode()

    def test_other_row_is_chosen_by_the_one_box(self, register, desk):
        double = samples.person("สมสรี", "ใจดี")
        address = reverse("residents:choose_other", args=["people", register["person"].pk])
        html = desk.post(address, {"q": "สมสรี"}).content.decode()
        assert reverse("residents:compare", args=["people", register["person"].pk, double.pk]) in html
        houses = reverse("residents:choose_other", args=["houses", register["house"].pk])
        assert desk.post(houses, {"q": "12/3"}).status_code == 200

    def test_households_of_a_house_are_compared_from_its_page(self, register, desk, registrar):
        second = add_household(register["house"], by=registrar)
        first = samples.household(register["house"])
        address = reverse("residents:compare", args=["households", first.pk, second.pk])
        assert address in desk.get(addresses(register)["house"]).content.decode()
        assert desk.get(address).status_code == 200
        assert desk.post(address, {"decision": "merge"}).status_code == 302

    def test_refused_merge_says_why(self, register, desk):
        answer = desk.post(addresses(register)["compare"], {"decision": "merge"})
        assert answer.status_code == 422
        assert "เพศไม่ตรงกัน" in answer.content.decode()

    def test_houses_with_one_number_are_suggested(self, register, desk):
        samples.house("12/3")
        assert "บ้านเลขที่ตรงกัน" in desk.get(reverse("residents:duplicates")).content.decode()


class TestQueryCounts:
    """A page costs the same number of queries whether it shows 3 rows or 30."""

    LIMIT = 12

    @pytest.mark.parametrize(
        "name", ["houses", "people", "without_point", "areas", "fact_types", "duplicates"]
    )
    def test_lists(self, register, desk, name):
        counts = []
        for rows in (3, 27):
            for number in range(rows):
                samples.person(f"ซ้ำ{rows}", "ทดสอบ", at=samples.house(f"{rows}{number}", moo=4 + number % 3))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert desk.get(reverse(f"residents:{name}")).status_code == 200
            counts.append(_asked(queries))
        assert counts[1] <= max(self.LIMIT, counts[0]), counts
        assert counts[1] <= counts[0] + 1, counts

    @pytest.mark.parametrize("name", ["house", "person"])
    def test_pages(self, register, desk, registrar, name):
        counts = []
        for rows in (3, 27):
            for number in range(rows):
                samples.person(f"คน{number}", "ทดสอบ", at=register["house"])
                record_fact(register["kind"], register["house"], "mains", by=registrar)
            with CaptureQueriesContext(connection) as queries:
                desk.get(addresses(register)[name])
            counts.append(_asked(queries))
        assert counts[0] == counts[1], counts


def _asked(queries):
    # Savepoints are no work for the database.
    return sum(1 for query in queries if "SAVEPOINT" not in query["sql"])
