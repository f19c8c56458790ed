"""ทุกหน้าจอ: the litany on each screen there is: found in the menu, and by one step from each list."""

import pytest

from tests.e2e.litany import examine
from tests.e2e.visitor import Visitor

ADMIN = "banklang-town-admin"
PUBLIC = ("/", "/t/ban-klang/", "/accounts/login/")


def _menu(visitor: Visitor) -> list[str]:
    visitor.open("/desk/")
    return visitor.page.locator("nav.rail a.menu-link").evaluate_all("links => links.map(l => l.getAttribute('href'))")


def _first(visitor: Visitor, address: str, selector: str) -> str:
    visitor.open(address)
    return str(visitor.page.locator(selector).first.get_attribute("href"))


def _examine_all(visitor: Visitor, addresses: list[str]) -> list[str]:
    wrong = []
    for address in addresses:
        visitor.open(address)
        wrong += [f"{address} {each}" for each in examine(visitor.page)]
    return wrong


def test_public_screens(at_desk):
    assert _examine_all(at_desk, list(PUBLIC)) == []


def test_every_screen_of_the_menu(at_desk):
    at_desk.be(ADMIN)
    addresses = _menu(at_desk)
    assert len(addresses) >= 13
    assert _examine_all(at_desk, addresses) == []
