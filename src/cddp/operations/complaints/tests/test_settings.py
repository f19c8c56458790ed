"""Settings: the litany for each screen, what each changes, and that the trial of the rules tells the truth."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cddp.foundation.accounts.models import Division
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import CategoryFamily, Channel, Placeholder, Priority
from cddp.operations.complaints.models import (
    Agency,
    Category,
    Holiday,
    MessageTemplate,
    Need,
    RoutingRule,
    ServiceLevel,
)
from cddp.operations.complaints.queries.settings import list_rules, try_rules
from cddp.operations.complaints.rules.wording import fill, list_strangers
from cddp.operations.complaints.services.setting_up import set_up_town
from cddp.operations.complaints.tests.needs import NOW, PLACE, category, tell
from cddp.registers.residents.models import Area
from tests.towns import make_user

PAGES = (
    "settings",
    "promises",
    "holidays",
    "routing",
    "rule_new",
    "wordings",
    "wording_new",
    "agencies",
    "agency_new",
)
ACTS = ("holiday_observed", "holiday_remove", "rule_move", "rule_remove", "wording_in_use", "agency_in_use")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def keeper(town):
    """Owner of the work: sets the town up."""
    return make_user("keeper", "town_admin")


@pytest.fixture
def reader(town):
    """Colleague who works with complaints, but sets nothing up."""
    return make_user("reader", "complaints_officer")


@pytest.fixture
def works(town):
    return Division.objects.create(code="works", name="กองช่าง")


@pytest.fixture
def client_of(login, keeper):
    return login(keeper)


def url_of(name, *args):
    return reverse(f"complaints:{name}", args=args)


def last_act():
    return AuditEntry.objects.order_by("-at", "-id").first()


# ── the litany ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_sent_to_sign_in(client, town, name):
    assert client.get(url_of(name)).status_code == 302


@pytest.mark.parametrize("name", PAGES)
def test_who_does_not_set_up_is_refused(login, reader, name):
    assert login(reader).get(url_of(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_the_keeper_sees_each_page_with_an_empty_town_and_a_full_one(client_of, town, name):
    assert client_of.get(url_of(name)).status_code == 200
    set_up_town(at=NOW)
    assert client_of.get(url_of(name)).status_code == 200


@pytest.mark.parametrize("name", ["rule_edit", "wording_edit", "agency_edit"])
def test_an_unknown_id_is_not_found(client_of, name):
    assert client_of.get(url_of(name, uuid4())).status_code == 404
    assert client_of.post(url_of(name, uuid4()), {}).status_code == 404


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_not_asked_for_by_looking(client_of, name):
    assert client_of.get(url_of(name, uuid4())).status_code == 405


@pytest.mark.parametrize("name", ACTS)
def test_an_act_on_an_unknown_id_is_not_found(client_of, name):
    assert client_of.post(url_of(name, uuid4())).status_code == 404


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_refused_to_who_does_not_set_up(login, reader, name):
    assert login(reader).post(url_of(name, uuid4())).status_code == 403


def test_the_rows_of_a_neighbour_do_not_exist_here(login, towns, town):
    with town_context(towns[1].pk):
        rows = [
            ("agency_edit", Agency.objects.create(name="อื่น")),
            ("wording_edit", MessageTemplate.objects.create(name="อื่น", body="อื่น")),
        ]
        day = Holiday.objects.create(date=dt.date(2026, 12, 25), name="อื่น")
    client = login(make_user("keeper", "town_admin"))
    for name, row in rows:
        assert client.get(url_of(name, row.pk)).status_code == 404
    assert client.post(url_of("holiday_remove", day.pk)).status_code == 404


def cost(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    spare = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    return sum(1 for query in captured if not query["sql"].startswith(spare))


def fill_with_rows(number, works):
    for each in range(number):
        Agency.objects.get_or_create(name=f"หน่วยงาน {each}")
        MessageTemplate.objects.get_or_create(name=f"ข้อความ {each}", defaults={"body": "เรื่อง {number}"})
        RoutingRule.objects.create(order=each, division=works, category=category())
        Holiday.objects.get_or_create(
            date=dt.date(2026, 1, 1) + dt.timedelta(days=each), defaults={"name": "หยุด"}
        )


@pytest.mark.parametrize("name", PAGES)
def test_the_price_of_a_page_does_not_grow(client_of, works, name):
    prices = []
    for number in (3, 30):
        fill_with_rows(number, works)
        prices.append(cost(client_of, url_of(name)))
    assert prices[0] == prices[1]
    assert prices[1] <= 14


# ── days off ──────────────────────────────────────────────────────────────────────────────────────


def test_a_year_is_filled_and_shown(client_of):
    response = client_of.post(url_of("holidays_fill"), {"year": "2569"})
    assert response.url == f"{url_of('holidays')}?year=2569"
    page = client_of.get(response.url).content.decode()
    for words in ("วันสงกรานต์", "13 เม.ย. 2569", "วันพืชมงคล"):
        assert words in page
    assert "วันแรงงานแห่งชาติ" not in page
    assert last_act().action == "complaints.holiday.filled"


def test_a_day_is_added_closed_opened_and_removed(client_of):
    client_of.post(url_of("holidays"), {"date": "24/12/2569", "name": "หยุดพิเศษ"})
    day = Holiday.objects.get()
    assert (day.date, day.name) == (dt.date(2026, 12, 24), "หยุดพิเศษ")
    assert last_act().changes["name"] == [None, "หยุดพิเศษ"]
    client_of.post(url_of("holiday_observed", day.pk), {"observed": "0"})
    day.refresh_from_db()
    assert not day.is_observed
    assert client_of.post(url_of("holiday_remove", day.pk), {"year": "2569"}).status_code == 302
    assert not Holiday.objects.exists()
    assert last_act().action == "complaints.holiday.removed"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"date": "31/2/2569", "name": "พิมพ์ผิด"}, "วันที่"),
        ({"date": "", "name": "ไม่มีวัน"}, "กรุณากรอกข้อมูลช่องนี้"),
        ({"date": "1/12/2569", "name": "ซ้ำกัน"}, "มีในตารางแล้ว"),
    ],
)
def test_a_wrong_day_keeps_what_was_typed(client_of, sent, words):
    Holiday.objects.create(date=dt.date(2026, 12, 1), name="เดิม")
    response = client_of.post(url_of("holidays"), sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert sent["name"] in page
    assert Holiday.objects.count() == 1


@pytest.mark.parametrize("year", ["x", "-1", "9999999999", "๒๕๖๙", ""])
def test_a_strange_year_is_this_year(client_of, year):
    assert client_of.get(url_of("holidays"), {"year": year}).context["year"] == 2569


def test_it_says_how_many_deadlines_moved(client_of):
    ServiceLevel.objects.create(category=category(), priority=Priority.NORMAL, working_days=3)
    need = Need.objects.get(pk=tell().need_id)
    response = client_of.post(url_of("holidays"), {"date": "30/11/2569", "name": "หยุดพิเศษ"}, follow=True)
    assert "เลื่อนกำหนดเสร็จ 1 เรื่อง" in response.content.decode()
    moved = Need.objects.get(pk=need.pk).due_at
    assert moved - need.due_at == dt.timedelta(days=1)


# ── promises ──────────────────────────────────────────────────────────────────────────────────────


def test_promises_are_set_changed_and_taken_away(client_of):
    lamp = category()
    url = url_of("promises")
    client_of.post(url, {"default.normal": "15", f"{lamp.pk}.normal": "7", f"{lamp.pk}.urgent": "3"})
    known = {(row.category_id, row.priority): row.working_days for row in ServiceLevel.objects.all()}
    assert known == {(None, "normal"): 15, (lamp.pk, "normal"): 7, (lamp.pk, "urgent"): 3}
    assert 'value="7"' in client_of.get(url).content.decode()
    client_of.post(url, {"default.normal": "15", f"{lamp.pk}.normal": "5"})
    known = {(row.category_id, row.priority): row.working_days for row in ServiceLevel.objects.all()}
    assert known == {(None, "normal"): 15, (lamp.pk, "normal"): 5}
    changes = last_act().changes
    assert changes == {f"{lamp.pk}.normal": [7, 5], f"{lamp.pk}.urgent": [3, None]}


@pytest.mark.parametrize("typed", ["-1", "366", "เจ็ด", "1.5"])
def test_a_wrong_promise_keeps_what_was_typed(client_of, typed):
    response = client_of.post(url_of("promises"), {"default.normal": typed, "default.urgent": "3"})
    page = response.content.decode()
    assert response.status_code == 422
    assert f'value="{typed}"' in page
    assert 'value="3"' in page
    assert not ServiceLevel.objects.exists()


def test_nothing_changed_is_nothing_recorded(client_of):
    client_of.post(url_of("promises"), {"default.normal": "15"})
    before = AuditEntry.objects.count()
    client_of.post(url_of("promises"), {"default.normal": "15"})
    assert AuditEntry.objects.count() == before


# ── routes ────────────────────────────────────────────────────────────────────────────────────────


def rule(**more):
    return {"category_id": "", "family": "", "area_code": "", "channel": "", "assignee_id": "", "priority": "normal",
            "is_active": "on"} | more  # fmt: skip


def test_a_rule_is_added_at_the_end_changed_and_removed(client_of, works):
    lamp = category()
    url = url_of("rule_new")
    client_of.post(url, rule(division_id=str(works.pk), category_id=str(lamp.pk)))
    client_of.post(url, rule(division_id=str(works.pk), family="road", priority="urgent"))
    first, second = RoutingRule.objects.order_by("order")
    assert (first.category_id, first.division_id) == (lamp.pk, works.pk)
    assert (second.family, second.priority) == ("road", "urgent")
    client_of.post(url_of("rule_edit", second.pk), rule(division_id=str(works.pk), channel="line"))
    second.refresh_from_db()
    assert (second.family, second.channel, second.priority) == ("", "line", "normal")
    client_of.post(url_of("rule_remove", first.pk))
    assert list(RoutingRule.objects.values_list("pk", flat=True)) == [second.pk]
    assert last_act().action == "complaints.routing_rule.removed"


def test_rules_change_places(client_of, works):
    pks = [RoutingRule.objects.create(order=50, division=works).pk for _each in range(3)]
    client_of.post(url_of("rule_move", pks[2]), {"way": "up"})
    assert [each.pk for each in list_rules()] == [pks[0], pks[2], pks[1]]
    client_of.post(url_of("rule_move", pks[0]), {"way": "down"})
    assert [each.pk for each in list_rules()] == [pks[2], pks[0], pks[1]]
    client_of.post(url_of("rule_move", pks[2]), {"way": "up"})
    assert [each.pk for each in list_rules()] == [pks[2], pks[0], pks[1]]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "กรุณากรอกข้อมูลช่องนี้"),
        ({"division_id": str(uuid4())}, "เลือก"),
        ({"family": "road", "category": True, "works": True}, "ไม่ต้องเลือกกลุ่มเรื่อง"),
        ({"assignee": True, "works": True}, "ไม่ได้อยู่ในกองที่เลือก"),
    ],
)
def test_a_wrong_rule_keeps_what_was_typed(client_of, works, sent, words):
    sent = dict(sent)
    if sent.pop("category", False):
        sent["category_id"] = str(category().pk)
    if sent.pop("works", False):
        sent["division_id"] = str(works.pk)
    if sent.pop("assignee", False):
        sent["assignee_id"] = str(make_user("elsewhere", "technician").membership.pk)
    response = client_of.post(url_of("rule_new"), rule(channel="phone", **sent))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert '<option value="phone" selected>' in page
    assert not RoutingRule.objects.exists()


def test_the_trial_tells_which_rule_wins_and_why_not_the_others(client_of, works):
    other = Division.objects.create(code="health", name="กองสาธารณสุข")
    RoutingRule.objects.create(order=1, division=other, channel="line")
    RoutingRule.objects.create(order=2, division=other, category=category(), is_active=False)
    winner = RoutingRule.objects.create(order=3, division=works, category=category())
    RoutingRule.objects.create(order=4, division=other)
    ServiceLevel.objects.create(priority="normal", working_days=3)
    response = client_of.get(
        url_of("routing"), {"category": str(category().pk), "area": "", "channel": "web"}
    )
    assert response.context["trial"].winner == winner.pk
    page = response.content.decode()
    for words in ("ใช้ข้อนี้", "ไม่ตรง:", "พักใช้", "มีข้อก่อนหน้าใช้ไปแล้ว", "1 ธ.ค. 2569 16:30 น."):
        assert words in page


def test_an_area_without_an_outline_is_told_of(client_of, works):
    Area.objects.create(code="01", name="ไม่มีแนวเขต")
    page = client_of.get(url_of("routing"), {"area": "01", "channel": "web"}).content.decode()
    assert "ยังไม่มีแนวเขต" in page


def test_a_wrong_trial_is_told_and_tries_nothing(client_of, works):
    response = client_of.get(url_of("routing"), {"category": "ไม่มี", "channel": "web"})
    assert response.status_code == 200
    assert response.context["trial"] is None


conditions = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["", "lighting", "road"]),
        "family": st.sampled_from(["", "light", "road"]),
        "area_code": st.sampled_from(["", "01", "02"]),
        "channel": st.sampled_from(["", "line", "web"]),
        "is_active": st.booleans(),
    }
)


@given(
    written=st.lists(conditions, max_size=6),
    key=st.sampled_from([None, "lighting", "road"]),
    area=st.sampled_from(["", "01", "02"]),
    channel=st.sampled_from(["line", "web"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_what_the_trial_says_is_what_the_statement_for_real_reports_does(
    keeper, works, written, key, area, channel
):
    categories = {each.key: each for each in Category.objects.all()} or {"lighting": category()}
    categories = {each.key: each for each in Category.objects.all()}
    x, y = PLACE
    for place, code in enumerate(("01", "02")):
        box = Polygon.from_bbox((x + place, y, x + place + 0.5, y + 0.5))
        Area.objects.update_or_create(code=code, defaults={"name": code, "boundary": MultiPolygon(box)})
    RoutingRule.objects.all().delete()
    divisions = [
        Division.objects.get_or_create(code=f"d{each}", defaults={"name": f"กอง {each}"})[0]
        for each in range(6)
    ]
    for each, asked in enumerate(written):
        RoutingRule.objects.create(
            order=each, division=divisions[each], **asked | {"category": categories.get(asked["category"])}
        )
    chosen = categories[key].pk if key else None
    rules = list_rules()
    trial = try_rules(keeper, rules, category_id=chosen, area_code=area, channel=channel)
    led_to = next((each.division_id for each in rules if each.pk == trial.winner), None)
    assert trial.terms.division_id == led_to


# ── wordings ──────────────────────────────────────────────────────────────────────────────────────


def test_a_wording_is_written_previewed_and_changed(client_of):
    url = url_of("wording_new")
    sent = {"name": "รับแล้ว", "body": "รับเรื่อง {number} เสร็จใน {due}"}
    preview = client_of.post(url, sent | {"preview": "1"})
    assert preview.status_code == 200
    assert "รับเรื่อง N-7K3M9QXA เสร็จใน 4 ธ.ค. 2569" in preview.content.decode()
    assert not MessageTemplate.objects.exists()
    fragment = client_of.post(url, sent, headers={"HX-Request": "true"}).content.decode()
    assert "N-7K3M9QXA" in fragment
    assert "<html" not in fragment
    assert client_of.post(url, sent).status_code == 302
    row = MessageTemplate.objects.get()
    client_of.post(url_of("wording_edit", row.pk), sent | {"name": "รับเรื่อง", "version": row.version})
    row.refresh_from_db()
    assert (row.name, row.version) == ("รับเรื่อง", 2)
    assert last_act().changes["name"] == ["รับแล้ว", "รับเรื่อง"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": "เดิม", "body": "ซ้ำชื่อ"}, "มีชื่อนี้แล้ว"),
        ({"name": "ใหม่", "body": "ถึงคุณ {ชื่อ} และ {phone}"}, "ไม่รู้จักช่องว่าง {ชื่อ}, {phone}"),
        ({"name": "", "body": "ไม่มีชื่อ"}, "กรุณากรอกข้อมูลช่องนี้"),
    ],
)
def test_a_wrong_wording_keeps_what_was_typed(client_of, sent, words):
    MessageTemplate.objects.create(name="เดิม", body="เดิม")
    response = client_of.post(url_of("wording_new"), sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert sent["body"] in page
    assert MessageTemplate.objects.count() == 1


def test_of_two_who_change_a_wording_the_second_is_told_and_loses_nothing(client_of):
    row = MessageTemplate.objects.create(name="ชื่อ", body="ของคนแรก", version=2)
    sent = {"name": "ชื่อ", "body": "ของคนที่สอง", "version": "1"}
    response = client_of.post(url_of("wording_edit", row.pk), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "ของคนแรก" in page
    assert "ของคนที่สอง" in page
    assert client_of.post(url_of("wording_edit", row.pk), sent | {"version": "2"}).status_code == 302


def test_a_wording_is_taken_out_of_use_and_back(client_of):
    row = MessageTemplate.objects.create(name="ชื่อ", body="ข้อความ")
    client_of.post(url_of("wording_in_use", row.pk), {"active": "0"})
    row.refresh_from_db()
    assert not row.is_active
    client_of.post(url_of("wording_in_use", row.pk), {"active": "1"})
    row.refresh_from_db()
    assert row.is_active


def test_what_people_wrote_is_never_run(client_of):
    nasty = "<script>alert(1)</script>"
    MessageTemplate.objects.create(name=nasty, body=nasty)
    Agency.objects.create(name=nasty)
    Holiday.objects.create(date=dt.date(2026, 12, 1), name=nasty)
    for name in ("wordings", "agencies", "holidays"):
        assert nasty not in client_of.get(url_of(name)).content.decode()


@given(st.text(max_size=200))
def test_filling_changes_only_the_known_blanks(text):
    values = dict.fromkeys(Placeholder.values, "ค่า")
    written = text.replace("{", "(").replace("}", ")")
    assert fill(written, values) == written
    assert fill(f"{written}{{number}}{written}", values) == f"{written}ค่า{written}"
    assert list_strangers(f"{written}{{number}}") == []


@given(st.sampled_from(["{x}", "{number.__class__}", "{0}", "{}", "{{number}}", "%s", "{number!r}"]))
def test_nothing_strange_is_filled(written):
    assert fill(written, {"number": "N"}) == written.replace("{number}", "N")


# ── agencies ──────────────────────────────────────────────────────────────────────────────────────


def test_an_agency_is_added_changed_and_taken_out_of_use(client_of):
    client_of.post(url_of("agency_new"), {"name": "กรมทางหลวง", "phone": "1586", "what_for": "ทางหลวง"})
    row = Agency.objects.get()
    client_of.post(
        url_of("agency_edit", row.pk), {"name": "กรมทางหลวง", "phone": "1586 ต่อ 2", "what_for": ""}
    )
    row.refresh_from_db()
    assert (row.phone, row.what_for) == ("1586 ต่อ 2", "")
    client_of.post(url_of("agency_in_use", row.pk), {"active": "0"})
    row.refresh_from_db()
    assert not row.is_active
    assert last_act().changes == {"is_active": [True, False]}


def test_a_wrong_agency_keeps_what_was_typed(client_of):
    Agency.objects.create(name="กรมทางหลวง")
    response = client_of.post(url_of("agency_new"), {"name": "กรมทางหลวง", "phone": "1586"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "มีชื่อนี้แล้ว" in page
    assert "1586" in page


def test_the_hub_says_what_is_missing(client_of):
    page = client_of.get(url_of("settings")).content.decode()
    assert "ยังไม่ได้กำหนด" in page
    assert "ยังไม่ได้ใส่วันหยุดของปีนี้" in page
    set_up_town(at=NOW)
    Holiday.objects.filter(date__year=2027).delete()
    assert "ยังไม่ได้ใส่วันหยุดของปีหน้า" in client_of.get(url_of("settings")).content.decode()


def test_every_family_and_channel_has_its_word():
    assert all(CategoryFamily(each).label for each in CategoryFamily.values)
    assert all(Channel(each).label for each in Channel.values)
