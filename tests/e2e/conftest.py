"""เครื่องมือของการเดินหน้าจอ: a real browser on the real product."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.architecture.house_order import REPOSITORY
from tests.e2e.product import running

PICTURES = REPOSITORY / "docs" / "pictures"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
DEMO_PASSWORD = os.environ.get("CDDP_DEMO_PASSWORD", "demo-2569-city")


@pytest.fixture(scope="session")
def product(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """Give the address of the running product and the folder of its logs."""
    data = tmp_path_factory.mktemp("product")
    with running(data) as address:
        yield address, data


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """ผู้ใช้หน้าจอ: one person at one screen; what the browser complains of is an error of ours."""

    def __init__(self, browser: Browser, address: str, viewport: dict[str, int]) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport=viewport, locale="th-TH", timezone_id="Asia/Bangkok", has_touch=viewport == PHONE
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message) -> None:
        # A refusal of the Content-Security-Policy is written to the console as an error.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def sign_in(self, username: str) -> Page:
        self.page.goto(f"{self.address}/accounts/login/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", DEMO_PASSWORD)
        self.page.click("main button.button-primary")
        self.page.wait_for_url(re.compile("/desk/"))
        return self.page

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    def keep_picture(self, name: str) -> None:
        """Keep the picture in docs when asked: CDDP_PICTURES=1."""
        if os.environ.get("CDDP_PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=PICTURES / f"{name}-{self.page.viewport_size['width']}.png")


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def visitor(request, browser, product) -> Iterator[Visitor]:
    """The same journey at a desk and on a phone."""
    visitor = Visitor(browser, product[0], request.param)
    yield visitor
    visitor.context.close()
    assert visitor.complaints == []


@pytest.fixture
def at_desk(browser, product) -> Iterator[Visitor]:
    visitor = Visitor(browser, product[0], DESK)
    yield visitor
    visitor.context.close()
    assert visitor.complaints == []


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.e2e)
