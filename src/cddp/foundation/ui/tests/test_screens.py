"""The frame: errors, refusals, toasts, towns, language, notices."""

import json
from types import SimpleNamespace

import pytest
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse
from django.test import RequestFactory

from cddp.foundation.notify.models import Notification
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.ui import errors
from cddp.foundation.ui.build import is_built
from cddp.foundation.ui.middleware import ScreenWordsMiddleware
from cddp.foundation.ui.progress import Progress, respond_with_progress
from cddp.foundation.values.errors import UnableTo, UnableToChangeStale
from tests.towns import NEIGHBOUR_ID, TOWN_ID, make_user


@pytest.fixture
def administrator(town):
    return make_user("administrator", "town_admin")


def request_for(user=None, *, htmx=False, **headers):
    request = RequestFactory().get("/somewhere/", headers=headers)
    request.user = user or SimpleNamespace(is_authenticated=False)
    request.session = {}
    request.htmx = htmx
    request._messages = FallbackStorage(request)
    return request


def test_a_missing_page_says_the_same_to_everybody(client, db):
    answer = client.get("/no/such/house/")
    assert answer.status_code == 404
    assert "ไม่พบหน้าที่ต้องการ" in answer.content.decode()
    assert "such" not in answer.content.decode()


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (errors.bad_request, 400, "คำขอไม่ถูกต้อง"),
        (errors.permission_denied, 403, "คุณไม่มีสิทธิ์ใช้หน้านี้"),
        (errors.page_not_found, 404, "ไม่พบหน้าที่ต้องการ"),
        (errors.server_error, 500, "ระบบขัดข้องชั่วคราว"),
        (errors.csrf_failure, 403, "หน้านี้เปิดค้างไว้นานเกินไป"),
    ],
)
def test_errors_speak_thai_and_hide_their_cause(view, status, words):
    request = request_for()
    secret = "House 99 of Somchai"
    answer = view(request) if view is errors.server_error else view(request, secret)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert secret not in answer.content.decode()


def refuse(error, **options):
    request = request_for(**options)
    screen = ScreenWordsMiddleware(lambda asked: screen.process_exception(asked, error))
    return screen(request)


@pytest.mark.parametrize(
    ("error", "status"), [(UnableTo("ปิดไม่ได้"), 422), (UnableToChangeStale("มีคนแก้ก่อน"), 409)]
)
def test_a_refusal_is_a_page_or_a_toast(error, status):
    page = refuse(error, referer="http://testserver/before/")
    assert page.status_code == status
    assert error.message in page.content.decode()
    assert 'href="http://testserver/before/"' in page.content.decode()
    toast = refuse(error, htmx=True)
    assert toast.status_code == status
    assert toast["HX-Reswap"] == "none"
    assert json.loads(toast["HX-Trigger"]) == {"toasts": [{"level": "error", "text": error.message}]}


def test_a_refusal_never_leads_to_another_site():
    page = refuse(UnableTo("ไม่ได้"), referer="http://evil.example/")
    assert "evil.example" not in page.content.decode()


def test_other_faults_are_left_to_django():
    assert ScreenWordsMiddleware(lambda request: None).process_exception(request_for(), ValueError()) is None


@pytest.mark.parametrize(
    ("already", "kept"), [("", {}), ("changed", {"changed": None}), ('{"a": 1}', {"a": 1})]
)
def test_messages_join_the_triggers_of_a_fragment(already, kept):
    def view(request):
        messages.success(request, "บันทึกแล้ว")
        return HttpResponse(headers={"HX-Trigger": already} if already else {})

    answer = ScreenWordsMiddleware(view)(request_for(htmx=True))
    assert json.loads(answer["HX-Trigger"]) == kept | {"toasts": [{"level": "success", "text": "บันทึกแล้ว"}]}


def test_progress_asks_again_until_it_is_over():
    request = request_for()
    running = respond_with_progress(request, Progress("นำเข้า", 3, 10)).content.decode()
    assert 'hx-trigger="every 1s"' in running
    assert 'value="30"' in running
    assert "value=" not in respond_with_progress(request, Progress("นำเข้า", 0, 0)).content.decode()
    over = respond_with_progress(request, Progress("นำเข้า", 10, 10, is_finished=True, next_url="/result/"))
    assert over["HX-Redirect"] == "/result/"
    failed = respond_with_progress(request, Progress("นำเข้า", 3, 10, failure="ไฟล์เสีย"))
    assert "ไฟล์เสีย" in failed.content.decode()
    assert "hx-trigger" not in failed.content.decode()


def test_the_gallery_is_for_those_who_may(login, administrator, officer, client):
    assert client.get("/ui/gallery/").status_code == 302
    assert login(officer).get("/ui/gallery/").status_code == 403
    page = login(administrator).get("/ui/gallery/").content.decode()
    assert "style=" not in page
    assert "<script>" not in page
    assert "(สาธิต)" in page


def test_a_person_of_two_towns_changes_over_and_nobody_else(login, administrator, officer):
    with town_context(NEIGHBOUR_ID):
        make_user("administrator", "officer")
    client = login(administrator)
    client.post("/ui/town/", {"municipality": TOWN_ID})
    assert 'name="municipality" value="5295"' in client.get("/ui/gallery/").content.decode()
    assert client.post("/ui/town/", {"municipality": NEIGHBOUR_ID}).status_code == 302
    assert client.session["municipality_id"] == NEIGHBOUR_ID
    assert client.get("/ui/gallery/").status_code == 403
    client = login(officer)
    assert client.post("/ui/town/", {"municipality": NEIGHBOUR_ID}).status_code == 404
    assert client.get("/ui/town/").status_code == 405


def test_language_is_kept_and_leads_nowhere_else(login, administrator):
    client = login(administrator)
    answer = client.post("/ui/language/", {"language": "en", "next": "http://evil.example/"})
    assert answer["Location"] == "/desk/"
    administrator.refresh_from_db()
    assert administrator.language == "en"
    client.post("/ui/language/", {"language": "xx"})
    administrator.refresh_from_db()
    assert administrator.language == "en"


def test_notices_are_listed_and_read(login, administrator, officer):
    Notification.objects.create(user=administrator, title="นำเข้าเสร็จแล้ว")
    Notification.objects.create(user=officer, title="ของคนอื่น")
    client = login(administrator)
    page = client.get("/ui/notices/").content.decode()
    assert "นำเข้าเสร็จแล้ว" in page
    assert "ของคนอื่น" not in page
    client.post("/ui/notices/read/", {"next": "/ui/notices/"})
    assert not Notification.objects.filter(user=administrator, read_at=None).exists()
    assert Notification.objects.filter(user=officer, read_at=None).exists()


def test_the_theme_comes_from_the_cookie(login, administrator):
    client = login(administrator)
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/ui/notices/").content.decode()
    client.cookies["theme"] = '"><script>'
    assert "data-theme=" not in client.get("/ui/notices/").content.decode()


@pytest.mark.skipif(not is_built(), reason="only where the front end was built")
def test_the_shell_is_preloaded(login, administrator):
    page = login(administrator).get("/ui/notices/").content.decode()
    assert 'type="module" src="/static/ui/shell-' in page
    assert 'rel="preload" as="font"' in page
