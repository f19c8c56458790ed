"""บ้าน: numbers sort as people count, two at once lose nothing."""

import pytest
from django.contrib.gis.geos import Point
from hypothesis import given
from hypothesis import strategies as st

from cddp.foundation.audit.queries import list_history
from cddp.registers.residents.errors import UnableToAct, UnableToChangeChanged, UnableToChangeHouse
from cddp.registers.residents.models import House
from cddp.registers.residents.rules.houses import number_order_of, search_text_of
from cddp.registers.residents.services.areas import change_area
from cddp.registers.residents.services.houses import change_house, end_house, make_house, set_point
from cddp.registers.residents.tests import samples
from tests.towns import make_user


def test_house_numbers_sort_naturally():
    written = ["13", "12/10", "2", "12", "12/3", "๑"]
    assert sorted(written, key=number_order_of) == ["๑", "2", "12", "12/3", "12/10", "13"]


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_sort_number_fits_the_column(main, sub):
    assert 0 <= number_order_of(f"{main}/{sub}") <= 2_147_483_647


def test_search_text_forgives_tones_and_spaces():
    text = search_text_of(number="๑๒/๓", moo=4, area_name="บ้านกลาง", road="ถนน เจริญ")
    assert text == ".12/3 .หมู4 .ม4 .บานกลาง .ถนนเจริญ"


@pytest.mark.django_db
class TestHouse:
    def test_make_has_a_household_and_history(self, town, registrar):
        made = make_house(number=" 12 / 3", area=samples.area(), house_code="5101-123456-7", by=registrar)
        assert (made.number, made.house_code, made.households.count()) == ("12/3", "51011234567", 1)
        assert list_history(made.pk)[0].action == "residents.house.made"

    def test_taken_code_is_refused(self, town, registrar):
        make_house(number="1", house_code="51011234567", by=registrar)
        with pytest.raises(UnableToChangeHouse):
            make_house(number="2", house_code="51011234567", by=registrar)

    def test_odd_code_is_kept_as_written(self, town):
        assert make_house(number="1", house_code="51-ABC").house_code == "51-ABC"

    def test_stale_change_shows_the_difference(self, town, registrar):
        made = samples.house("12")
        change_house(made, version=1, number="12/1", by=registrar)
        with pytest.raises(UnableToChangeChanged) as refusal:
            change_house(made, version=1, number="12/2", road="ถนนใหม่", by=registrar)
        assert [(d.theirs, d.mine) for d in refusal.value.difference] == [("12/1", "12/2"), ("–", "ถนนใหม่")]
        assert House.objects.get(pk=made.pk).number == "12/1"

    def test_point_comes_with_its_source_and_can_be_taken_off(self, town, registrar):
        made = set_point(samples.house(), Point(99.01, 18.58, srid=4326), "map", by=registrar)
        assert (made.point_source, House.objects.without_point().count()) == ("map", 0)
        assert House.objects.get(pk=made.pk).point_3857.srid == 3857
        assert set_point(made, None, "map", by=registrar).point_source == ""

    @pytest.mark.parametrize("place", [(18.58, 99.01), (0, 0), (99, 45)])
    def test_point_outside_the_country_is_refused(self, town, registrar, place):
        with pytest.raises(UnableToChangeHouse) as refusal:
            set_point(samples.house(), Point(*place, srid=4326), "map", by=registrar)
        assert refusal.value.code == "point_outside"

    def test_renaming_an_area_changes_what_its_houses_are_found_by(self, town, registrar):
        made = samples.house()
        change_area(made.area, name="บ้านใหม่", by=registrar)
        assert "บานใหม" in House.objects.get(pk=made.pk).search_text

    def test_inhabited_house_cannot_end(self, town, registrar):
        made = samples.house()
        samples.person(at=made)
        with pytest.raises(UnableToChangeHouse):
            end_house(made, reason="รื้อถอน", by=registrar)
        assert end_house(samples.house("99"), reason="รื้อถอน", by=registrar).state == "ended"

    def test_colleague_without_the_right_is_refused(self, town, officer):
        with pytest.raises(UnableToAct):
            change_house(samples.house(), version=1, number="1", by=officer)

    def test_volunteer_sees_only_own_moo(self, town):
        volunteer = make_user("volunteer", "volunteer", area_codes=("moo-4",))
        mine, other = samples.house("1", moo=4), samples.house("1", moo=5)
        neighbour, far = samples.person(at=mine), samples.person(at=other)
        assert list(House.objects.visible_to(volunteer)) == [mine]
        assert list(type(neighbour).objects.visible_to(volunteer)) == [neighbour]
        assert far not in type(far).objects.visible_to(volunteer)
