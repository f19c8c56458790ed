"""เครื่องมือของการเดินหน้าจอ: a real browser on the real product."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.product import Product, running
from tests.e2e.visitor import ARGUMENTS, DESK, PHONE, Visitor


@pytest.fixture(scope="session")
def product(tmp_path_factory) -> Iterator[Product]:
    """Give the running product: its address, and the folder of its logs and files.

    CDDP_E2E_ADDRESS names one that runs already, for whoever writes journeys.
    """
    if address := os.environ.get("CDDP_E2E_ADDRESS"):
        yield Product(address, Path(os.environ.get("CDDP_E2E_DATA", "/nowhere")))
        return
    data = tmp_path_factory.mktemp("product")
    own = tmp_path_factory.getbasetemp()
    # Workers of xdist have one folder above their own.
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "towns"
    with running(data, shared) as address:
        yield Product(address, data)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in() -> dict[str, dict]:
    """The sessions already open, by username: one may not sign in more than 30 times in a minute."""
    return {}


def _visit(
    browser: Browser, product: Product, viewport: dict[str, int], signed_in: dict
) -> Iterator[Visitor]:
    visitor = Visitor(browser, product.address, viewport, signed_in)
    yield visitor
    visitor.context.close()
    assert visitor.complaints == [], "the browser complained"


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def visitor(request, browser, product, signed_in) -> Iterator[Visitor]:
    """The same journey at a desk and on a phone."""
    yield from _visit(browser, product, request.param, signed_in)


@pytest.fixture
def at_desk(browser, product, signed_in) -> Iterator[Visitor]:
    yield from _visit(browser, product, DESK, signed_in)


@pytest.fixture
def at_phone(browser, product, signed_in) -> Iterator[Visitor]:
    yield from _visit(browser, product, PHONE, signed_in)


@pytest.fixture
def colleague(browser, product, signed_in) -> Iterator[Visitor]:
    """A second person at a desk of their own."""
    yield from _visit(browser, product, DESK, signed_in)


def pytest_collection_modifyitems(items) -> None:
    # Two walk side by side: whoever has the longest way sets out first.
    items.sort(key=lambda item: item.path.name != "test_screens.py")
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.e2e)
