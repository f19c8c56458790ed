"""ทุกหน้าจอ: the litany on each screen there is: all of the menu, and what lies behind the lists.

The screens of an import are examined where the journeys pass them: they need a file.
"""

from tests.e2e.litany import examine
from tests.e2e.visitor import Visitor

ADMIN = "banklang-town-admin"
PUBLIC = ("/", "/t/ban-klang/", "/accounts/login/")
FIRST_ROW = "#list-results td.cell-first a"


def _examine_all(visitor: Visitor, addresses: list[str]) -> None:
    wrong = []
    for address in addresses:
        visitor.open(address)
        wrong += [f"{address} {each}" for each in examine(visitor.page)]
    assert not wrong, "\n".join(wrong)


def test_public_screens(at_desk):
    _examine_all(at_desk, list(PUBLIC))


def test_every_screen_of_the_menu(at_desk):
    at_desk.be(ADMIN)
    menu = at_desk.open("/desk/").locator("nav.rail a.menu-link")
    addresses = menu.evaluate_all("links => links.map(each => each.getAttribute('href'))")
    assert len(addresses) >= 14
    _examine_all(at_desk, addresses)


def test_screens_of_the_register(at_desk):
    at_desk.be(ADMIN)
    at_desk.state_purpose()
    house = at_desk.first_link("/residents/houses/", FIRST_ROW)
    person = at_desk.first_link("/residents/people/", FIRST_ROW)
    houses = [
        str(each.get_attribute("href")).split("/")[-2]
        for each in at_desk.open("/residents/houses/").locator(FIRST_ROW).all()
    ]
    addresses = [
        house, f"{house}edit/", f"{house}point/", f"{house}quick-fact/", f"{house}people/new/",
        person, f"{person}edit/", f"{person}move/", f"{person}death/",
        at_desk.first_link(person, "main a[href*='/residents/stays/']"),
        f"/residents/duplicates/houses/{houses[0]}/{houses[1]}/",
        "/residents/houses/new/", "/residents/purpose/", "/residents/imports/new/",
        "/residents/areas/new/", at_desk.first_link("/residents/areas/", "main a[href$='/edit/']"),
        "/residents/fact-types/new/", at_desk.first_link("/residents/fact-types/", "main a[href$='/edit/']"),
        "/search/",
    ]  # fmt: skip
    _examine_all(at_desk, addresses)


def test_screens_of_the_rest(at_desk):
    at_desk.be(ADMIN)
    member = at_desk.first_link("/administration/members/", FIRST_ROW)
    report = at_desk.first_link("/complaints/", FIRST_ROW)
    addresses = [
        member, "/administration/members/new/", "/administration/tokens/",
        report, "/complaints/imports/", "/complaints/odd/",
        "/overview/print/", "/residents/houses/?print=1", "/map/print/",
        "/ui/notices/", "/ui/gallery/",
        "/accounts/password/change/", "/accounts/sessions/", "/accounts/2fa/",
    ]  # fmt: skip
    _examine_all(at_desk, addresses)


def test_what_is_not_there_is_told(at_desk):
    page = at_desk.be(ADMIN)
    answer = page.goto(f"{at_desk.address}/residents/houses/00000000-0000-7000-8000-000000000000/")
    assert answer
    assert answer.status == 404
    assert examine(page) == []
