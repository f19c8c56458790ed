"""เมืองสาธิตในฐานข้อมูล: complete, repeatable, searchable, counted."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from cddp.config.demo import making
from cddp.config.demo.accounts import POSTS, demo_password, list_demo_accounts
from cddp.config.demo.towns import bangkok_test_town, named_towns
from cddp.foundation.accounts.models import User
from cddp.foundation.places.models import AdministrativeArea
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.insight.maps.models import TileCount
from cddp.operations.complaints.models import Need, Report
from cddp.operations.maintenance.models import StockLevel, WorkOrder
from cddp.operations.maintenance.queries.rounds import find_depot
from cddp.operations.maintenance.services.recounting import compare
from cddp.registers.assets.models import Asset
from cddp.registers.residents.models import (
    Area,
    CurrentFact,
    Fact,
    House,
    Household,
    HouseholdMembership,
    Person,
)
from cddp.registers.residents.rules.houses import number_order_of, search_text_of
from cddp.registers.residents.rules.people import search_name_of
from cddp.registers.residents.services.identity import find_by_citizen_id, masked_citizen_id

HOUSEHOLDS = 120


@pytest.fixture
def as_owner(db: None):
    """The demo is made by the owner of the tables; row-level security holds for them too."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET ROLE cddp_owner")
        yield
        cursor.execute("SET ROLE cddp_app")


@pytest.fixture
def town(as_owner: None):
    order = making.Order(households=HOUSEHOLDS, seed=2569, now=timezone.now().replace(microsecond=0))
    made = named_towns()[0]
    assert making.make_town(made, order)
    with town_context(made.id):
        yield made


def test_a_town_has_its_name_outline_and_attribution(town):
    row = Municipality.objects.get(pk=town.id)
    assert row.display_name == "เทศบาลตำบลบ้านกลาง (สาธิต)"
    assert row.boundary.num_points > 50
    assert "OCHA" in row.attribution
    assert "CC BY-IGO" in row.attribution


def test_the_register_is_whole(town):
    assert House.objects.count() == Household.objects.count() == HOUSEHOLDS
    assert Person.objects.count() == round(HOUSEHOLDS * 2.7)
    assert Area.objects.count() == 11
    stays = HouseholdMembership.objects
    assert stays.values("person").distinct().count() == Person.objects.count()
    heads = Household.objects.annotate(
        heads=Count("memberships__person", filter=Q(memberships__role="head"), distinct=True)
    )
    assert set(heads.values_list("heads", flat=True)) == {1}


def test_what_is_searched_is_as_the_register_writes_it(town):
    for house in House.objects.select_related("area")[:40]:
        words = search_text_of(
            number=house.number,
            moo=house.area.number,
            area_name=house.area.name,
            road=house.road,
            lane=house.lane,
            house_code=house.house_code,
        )
        assert house.search_text == words
        assert house.number_order == number_order_of(house.number)
    for person in Person.objects.all()[:40]:
        assert person.search_name == search_name_of(person.given_name, person.family_name)


def test_houses_stand_in_their_area(town):
    for area in Area.objects.all():
        inside = area.boundary.prepared
        points = House.objects.filter(area=area).exclude(point=None).values_list("point", flat=True)
        assert all(inside.contains(point) for point in points)


def test_numbers_are_sealed_for_the_town(town):
    person = Person.objects.exclude(citizen_id_encrypted=None).first()
    assert masked_citizen_id(person)[2:6] == "9800"
    assert find_by_citizen_id("1-9899-00000-00-1") is None


def test_facts_have_their_newest_value(town):
    assert Fact.objects.count() > HOUSEHOLDS
    assert CurrentFact.objects.filter(fact_type__key="vulnerability_colour").exists()
    for current in CurrentFact.objects.select_related("fact")[:50]:
        newest = Fact.objects.filter(fact_type=current.fact_type_id, subject_id=current.subject_id)
        assert current.fact_id == newest.order_by("-observed_at", "-id").first().pk
    assert not Fact.objects.filter(observed_at__gt=timezone.now()).exists()


def test_counts_of_the_map_are_right_at_once(town):
    counted = TileCount.objects.filter(layer="houses", z=0).values_list("count", flat=True)
    assert sum(counted) == House.objects.exclude(point=None).count()


def test_a_second_run_adds_nothing(as_owner):
    words = ["demo", "--households", "40", "--towns", "2"]
    first, second = StringIO(), StringIO()
    call_command(*words, stdout=first)
    call_command(*words, stdout=second)
    assert "สร้างใหม่ 2 เมือง" in first.getvalue()
    assert "ไม่ได้เพิ่มอะไร" in second.getvalue()
    with town_context(named_towns()[1].id):
        assert House.objects.count() == 40
        # The people of the first town stay there.
        assert not Person.objects.filter(municipality_id=named_towns()[0].id).exists()


def test_the_same_seed_gives_the_same_rows(as_owner):
    order = making.Order(households=60, seed=7, now=timezone.now().replace(microsecond=0))
    town, seen = named_towns()[2], []
    for _ in range(2):
        with transaction.atomic():
            making.make_town(town, order)
            with town_context(town.id):
                seen.append(
                    (
                        list(House.objects.order_by("id").values_list("id", "number", "house_code", "point")),
                        list(Person.objects.order_by("id").values_list("id", "given_name", "birth_date")),
                        list(Fact.objects.order_by("id").values_list("id", "subject_id", "value")),
                        list(
                            Report.objects.order_by("id").values_list("id", "number", "description", "state")
                        ),
                        list(
                            Need.objects.order_by("id").values_list(
                                "id", "number", "state", "voices", "due_at"
                            )
                        ),
                    )
                )
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_the_town_owns_things_and_keeps_them_working(town):
    assert Asset.objects.filter(asset_class__is_lamp=True).count() > 20
    assert Asset.objects.filter(asset_class__is_road=True, length_m__gt=0).exists()
    states = set(WorkOrder.objects.values_list("state", flat=True))
    assert {"requested", "planned", "in_progress", "awaiting_parts", "done", "accepted"} <= states
    # Whose work is over is not dark any more; whose work waits is.
    dark = set(Asset.objects.filter(state="broken").values_list("pk", flat=True))
    assert dark == set(
        WorkOrder.objects.exclude(state__in=("done", "accepted")).values_list("asset", flat=True)
    )
    assert StockLevel.objects.filter(on_hand__gt=0).exists()
    assert compare() == []
    technician = User.objects.get(username="banklang-technician")
    depot = find_depot(technician)
    assert depot is not None
    assert depot.name == "คลังพัสดุ ก"


def test_each_role_has_an_account(town):
    assert list(User.objects.filter(username="banklang-mayor").values_list("is_active", flat=True)) == [True]
    assert User.objects.get(username="banklang-registrar").check_password(demo_password())
    roles = [account.username for account in list_demo_accounts()]
    assert len(roles) == len(POSTS) + 1
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    assert "banklang-volunteer" in out.getvalue()
    assert demo_password() in out.getvalue()


def test_the_bangkok_test_town_has_accounts_and_no_houses(as_owner):
    order = making.Order(households=40, seed=1, now=timezone.now())
    assert making.make_town(bangkok_test_town(), order)
    assert not making.make_town(bangkok_test_town(), order)
    with town_context(bangkok_test_town().id):
        assert not House.objects.exists()


def test_impossible_sizes_are_refused(as_owner):
    with pytest.raises(CommandError, match="1 ถึง 98"):
        call_command("demo", "--towns", "0")
    with pytest.raises(CommandError, match="อย่างน้อยหนึ่งครัวเรือน"):
        call_command("demo", "--households", "2", "--towns", "3")


def test_reference_data_may_be_loaded_again(as_owner):
    for _ in range(2):
        call_command("load_reference_data", stdout=StringIO())
    assert AdministrativeArea.objects.filter(level="tambon").count() == 5
    ban_klang = AdministrativeArea.objects.get(code="510112")
    assert ban_klang.name_th == "บ้านกลาง"
    assert ban_klang.boundary.num_points == 75
    assert AdministrativeArea.objects.get(code="51").name_th == "ลำพูน"
