"""รั่วไหล: where personal data must not be found: logs, addresses, jobs, public pages, error pages, other towns."""

import logging
import re
import threading
from dataclasses import fields
from datetime import date
from inspect import getmembers, isclass
from urllib.parse import quote, unquote

import pytest
from django.db import connection
from django.test import override_settings
from django.urls import include, path, reverse

from cddp.config.log_words import MaskingFormatter
from cddp.foundation.accounts.access import public
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.tenancy.current import current_municipality_id, town_context
from cddp.operations.complaints import events as complaint_events
from cddp.registers.residents import events as resident_events
from cddp.registers.residents.services.identity import set_citizen_id
from cddp.registers.residents.tests import samples
from tests.towns import NEIGHBOUR_ID, TOWN_ID, make_user

NAME, FAMILY = "สมปอง", "รักสงบยิ่ง"
ADDRESS_IN = re.compile(r"""(?:href|src|action|hx-(?:get|post)|data-[a-z-]*url)=["']([^"']*)["']""")
PURPOSE = "ตรวจสอบสิทธิ์เบี้ยยังชีพ"


@pytest.fixture
def home(town):
    return samples.house("12/3")


@pytest.fixture
def someone(home):
    return samples.person(NAME, FAMILY, at=home, phone="0812345678")


@pytest.fixture
def digits(someone):
    number = samples.citizen_id(4_711)
    set_citizen_id(someone, number)
    return number


@pytest.fixture
def desk(login, registrar):
    client = login(registrar)
    session = client.session
    session["residents.purpose"] = PURPOSE
    session.save()
    return client


def text_columns() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT table_name, column_name FROM information_schema.columns
               WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY')
                 AND table_name NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns')"""
        )
        return list(cursor.fetchall())


def places_of(needle: str) -> list[str]:
    """Return the columns of the whole database that hold this text, in the name of the current town."""
    with connection.cursor() as cursor:
        found = []
        for table, column in text_columns():
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{table}" WHERE position(%s in "{column}"::text) > 0)',
                [needle],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
        return sorted(found)


# ── the identity number ───────────────────────────────────────────────────────────────────────────


def test_an_identity_number_stands_nowhere_in_the_database(desk, someone, digits):
    for address in (reverse("residents:find"), "/search/"):
        assert NAME in desk.post(address, {"q": digits}).content.decode()
    desk.post(reverse("residents:reveal", args=[someone.pk]), {"purpose": f"ออกหนังสือให้ {digits}"})
    assert (
        digits
        in desk.post(
            reverse("residents:reveal", args=[someone.pk]), {"purpose": "ออกหนังสือรับรอง"}
        ).content.decode()
    )
    desk.post(
        reverse("residents:purpose"), {"purpose": "registry", "detail": f"คำร้องของ {digits}", "next": ""}
    )
    assert places_of(digits) == []
    assert AuditEntry.objects.filter(action="residents.person.citizen_id_revealed").count() == 2


def test_the_search_of_the_database_finds_what_is_there(someone):
    # Breaks the guard once: a name is kept in the clear, and is found.
    assert "residents_person.given_name" in places_of(NAME)


def test_an_identity_number_in_an_address_is_not_looked_up(desk, someone, digits):
    for address in (reverse("residents:find"), "/search/"):
        assert NAME not in desk.get(f"{address}?q={digits}").content.decode()
    assert places_of(digits) == []


def test_only_the_reveal_shows_a_whole_number(desk, someone, digits, home):
    pages = [
        reverse("residents:person", args=[someone.pk]),
        reverse("residents:person_edit", args=[someone.pk]),
        reverse("residents:house", args=[home.pk]),
        reverse("residents:people"),
        reverse("residents:people") + "?export=csv",
        reverse("residents:people") + "?print=1",
        f"/api/v1/people/{someone.pk}?purpose={PURPOSE}",
    ]
    for page in pages:
        answer = desk.get(page)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200, page
        assert digits not in content.decode(), page


# ── logs ──────────────────────────────────────────────────────────────────────────────────────────


def boom(request, number=""):
    raise ValueError(
        f"cannot read 3-5099-00123-45-1 of {NAME}\nDETAIL:  Failing row contains ({NAME}, 0812345678)."
    )


urlpatterns = [path("boom/", public(boom)), path("", include("cddp.config.urls"))]
handler500 = "cddp.foundation.ui.errors.server_error"


@override_settings(ROOT_URLCONF="tests.access.test_leaks")
def test_a_fault_tells_the_browser_nothing_and_the_log_no_number(client, town, caplog):
    client.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/boom/")
    assert answer.status_code == 500
    shown = answer.content.decode()
    assert not {"Traceback", "ValueError", NAME, "3-5099"} & set(shown.split())
    assert NAME not in shown
    written = "\n".join(MaskingFormatter("%(message)s").format(record) for record in caplog.records)
    assert "ValueError" in written
    assert "00123" not in written
    assert "0812345678" not in written
    assert "Failing row" not in written


def test_the_key_of_traffys_doorbell_stands_in_no_log(client, db, caplog):
    with caplog.at_level(logging.DEBUG):
        client.get("/traffy/webhook/test-town/an-unguessable-key/")
    written = "\n".join(MaskingFormatter("%(message)s").format(record) for record in caplog.records)
    assert "/traffy/webhook/test-town/…/" in written
    assert "an-unguessable-key" not in written


def test_nothing_personal_is_logged_in_a_day_s_work(desk, someone, digits, home, caplog):
    with caplog.at_level(logging.DEBUG):
        desk.post(reverse("residents:find"), {"q": digits})
        desk.post(reverse("residents:find"), {"q": f"{NAME} {FAMILY}"})
        desk.get(reverse("residents:person", args=[someone.pk]))
        desk.post(reverse("residents:reveal", args=[someone.pk]), {"purpose": "ออกหนังสือรับรอง"})
        desk.get(reverse("residents:people") + "?export=xlsx")
    # Statements are only logged in debugging (django.db.backends), never by the settings of the product.
    lines = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert not [line for line in lines if digits in line or NAME in line or FAMILY in line]


# ── addresses, jobs, public pages ─────────────────────────────────────────────────────────────────


def test_no_address_on_a_page_holds_a_name_or_number(desk, someone, digits, home):
    pages = [
        "/desk/",
        reverse("residents:find"),
        reverse("residents:people"),
        reverse("residents:people") + "?sort=-name",
        reverse("residents:houses"),
        reverse("residents:house", args=[home.pk]),
        reverse("residents:person", args=[someone.pk]),
        reverse("residents:duplicates"),
    ]
    contents = [desk.get(page).content.decode() for page in pages]
    contents.append(desk.post("/search/", {"q": NAME}).content.decode())
    assert NAME in "".join(contents)
    for content in contents:
        for address in ADDRESS_IN.findall(content):
            assert not [w for w in (NAME, FAMILY, digits, "0812345678") if w in unquote(address)], address
            assert quote(NAME) not in address


@pytest.mark.parametrize(
    "event",
    [
        event
        for module in (resident_events, complaint_events)
        for _name, event in getmembers(module, isclass)
        if event.__module__ == module.__name__
    ],
    ids=lambda event: event.__name__,
)
def test_an_event_carries_no_words_of_people(event):
    # Jobs lie in a table that all towns share: an event names rows, it does not describe them.
    words = {
        "name",
        "given_name",
        "family_name",
        "phone",
        "note",
        "text",
        "purpose",
        "value",
        "description",
        "title",
    }
    assert not words & {field.name for field in fields(event)}


def test_jobs_hold_nothing_personal(desk, someone, digits):
    assert [
        p for p in places_of(NAME) if p.startswith(("procrastinate", "django_session", "shared_cache"))
    ] == []


def test_a_town_s_public_page_shows_nobody(client, someone, towns):
    for address in ("/", f"/t/{towns[0].slug}/"):
        content = client.get(address).content.decode()
        assert NAME not in content
        assert "0812345678" not in content


def test_the_mayor_sees_no_person(login, someone, digits, home):
    client = login(make_user("mayor", "mayor"))
    for address in (
        reverse("residents:house", args=[home.pk]),
        "/overview/",
        "/desk/",
        f"/map/pick/houses/{home.pk}/",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert NAME not in answer.content.decode(), address
    for address in (reverse("residents:find"), "/search/"):
        assert NAME not in client.post(address, {"q": FAMILY}).content.decode()
    assert client.get(reverse("residents:person", args=[someone.pk])).status_code == 403


# ── every look is recorded, with its purpose ──────────────────────────────────────────────────────


def test_without_a_purpose_nothing_of_a_person_is_shown(login, registrar, someone):
    client = login(registrar)
    for name in ("person", "person_edit", "move", "death"):
        answer = client.get(reverse(f"residents:{name}", args=[someone.pk]))
        assert NAME not in answer.content.decode()
        assert 'name="purpose"' in answer.content.decode()
    for query in ("?export=csv", "?export=xlsx", "?print=1"):
        answer = client.get(reverse("residents:people") + query)
        assert 'name="purpose"' in answer.content.decode()
        assert NAME not in answer.content.decode()
    assert not AuditEntry.objects.filter(target_id=someone.pk, action__contains="view")


@pytest.mark.parametrize(
    ("ask", "purpose"),
    [
        (lambda c, p, h: c.get(reverse("residents:person", args=[p.pk])), PURPOSE),
        (lambda c, p, h: c.get(reverse("residents:house", args=[h.pk])), PURPOSE),
        (lambda c, p, h: c.get(reverse("residents:people")), PURPOSE),
        (lambda c, p, h: c.get(reverse("residents:people") + "?print=1"), PURPOSE),
        (lambda c, p, h: c.post(reverse("residents:find"), {"q": NAME}), PURPOSE),
        (lambda c, p, h: c.post("/search/", {"q": NAME}), "ค้นหา"),
        (lambda c, p, h: c.get(reverse("residents:quick_fact", args=["people", p.pk])), PURPOSE),
        (lambda c, p, h: c.get(f"/api/v1/people/{p.pk}?purpose=สอบทานข้อมูล"), "สอบทานข้อมูล"),
    ],
    ids=["person", "house", "list", "print", "find", "search", "quick-fact", "api"],
)
def test_a_look_is_recorded_with_its_purpose(desk, registrar, someone, home, ask, purpose):
    before = AuditEntry.objects.filter(target_id=someone.pk).count()
    answer = ask(desk, someone, home)
    assert answer.status_code == 200
    assert {NAME, str(someone.pk)} & set(re.findall(rf"{NAME}|{someone.pk}", answer.content.decode()))
    looks = AuditEntry.objects.filter(target_id=someone.pk, actor_id=registrar.pk)
    assert AuditEntry.objects.filter(target_id=someone.pk).count() == before + 1
    assert looks.latest("at").purpose == purpose


# ── nothing goes over into the next request, thread or town ───────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_a_connection_carries_no_town_over():
    def told() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('cddp.municipality', true), current_setting('cddp.user', true)"
            )
            return tuple(value or "" for value in cursor.fetchone())

    with town_context(TOWN_ID):
        assert told()[0] == str(TOWN_ID)
        with town_context(NEIGHBOUR_ID):
            assert told()[0] == str(NEIGHBOUR_ID)
        assert told()[0] == str(TOWN_ID)
    assert told() == ("", "")
    with pytest.raises(ZeroDivisionError), town_context(TOWN_ID):
        raise ZeroDivisionError
    assert told() == ("", "")
    assert current_municipality_id() is None


def test_a_thread_begins_in_no_town(town):
    found = []
    thread = threading.Thread(target=lambda: found.append(current_municipality_id()))
    thread.start()
    thread.join()
    assert (found, current_municipality_id()) == ([None], TOWN_ID)


def test_a_stopped_member_sees_nothing_from_the_next_request_on(desk, registrar, someone):
    from cddp.foundation.accounts.models import Membership

    assert desk.get(reverse("residents:people")).status_code == 200
    Membership.objects.filter(user=registrar).update(is_active=False)
    for address in (
        reverse("residents:people"),
        reverse("residents:person", args=[someone.pk]),
        "/map/layers.json",
    ):
        assert desk.get(address).status_code == 403
    assert desk.get(f"/api/v1/people/{someone.pk}?purpose={PURPOSE}").status_code == 401


def test_a_shared_name_for_a_cursor_opens_no_other_list(desk, someone):
    for number in range(60):
        samples.person(f"{NAME}{number}", FAMILY, born=date(1960, 1, 1))
    following = desk.get(reverse("residents:people")).context["list"].result.next
    assert following
    for address in ("/residents/houses/", "/residents/houses/without-point/", "/complaints/", "/ui/notices/"):
        for cursor in (following, following[:-2], "x" * 400, "%00", ""):
            assert desk.get(f"{address}?sort=name&after={cursor}").status_code == 200
