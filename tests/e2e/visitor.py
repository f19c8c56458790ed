"""ผู้ใช้หน้าจอ: one person at one screen, and what they know how to do there."""

import os
import re

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.architecture.house_order import REPOSITORY
from tests.e2e.litany import settle
from tests.e2e.pictures import keep

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
WAIT_MS = 15_000

expect.set_options(timeout=WAIT_MS)


class Visitor:
    """What the browser complains of meanwhile is an error of ours: the fixture asserts that there is nothing."""

    def __init__(
        self, browser: Browser, address: str, viewport: dict[str, int], signed_in: dict[str, dict]
    ) -> None:
        self.address = address
        self.is_phone = viewport == PHONE
        self.complaints: list[str] = []
        self._browser, self._viewport, self._signed_in = browser, viewport, signed_in
        self._open_window(None)

    def _open_window(self, state: dict | None) -> None:
        self.context = self._browser.new_context(
            viewport=self._viewport,
            locale="th-TH",
            timezone_id="Asia/Bangkok",
            has_touch=self.is_phone,
            is_mobile=self.is_phone,
            storage_state=state,
            reduced_motion="reduce",  # nothing to wait for, and no transition to break off
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.context.on("page", self._watch)
        self.page: Page = self.context.new_page()

    def _watch(self, page: Page) -> None:
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        # A refusal of the Content-Security-Policy is written to the console as an error.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    # ── coming and going ────────────────────────────────────────────────────────────────────────

    def sign_in(self, username: str) -> Page:
        """Sign in by the form, in a session of one's own; the desk opens."""
        self.page.goto(f"{self.address}/accounts/login/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", DEMO_PASSWORD)
        self.page.click("main form.form button.button-primary")
        self.page.wait_for_url(re.compile("/desk/"))
        return self.page

    def be(self, username: str) -> Page:
        """Go on in the session that this person has open already, or sign in."""
        if username not in self._signed_in:
            self.sign_in(username)
            self._signed_in[username] = self.context.storage_state()
        else:
            self.context.close()
            self._open_window(self._signed_in[username])
        return self.page

    def open(self, path: str) -> Page:
        """Open an address of the product."""
        answer = self.page.goto(f"{self.address}{path}")
        assert answer, path
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page

    def first_link(self, path: str, selector: str) -> str:
        """Return where the first such link of a page leads."""
        self.open(path)
        return str(self.page.locator(selector).first.get_attribute("href"))

    def state_purpose(self) -> None:
        """Say why one looks at people, for the rest of the session."""
        self.open("/residents/purpose/")
        self.page.get_by_label("ให้บริการประชาชนที่มาติดต่อ").check()
        self.page.get_by_role("button", name="ดำเนินการต่อ").click()
        self.page.wait_for_url(re.compile("/residents/people/"))

    # ── the map ─────────────────────────────────────────────────────────────────────────────────

    def wait_for_map(self) -> Locator:
        """Wait until the map has drawn all that it asked for."""
        self.page.wait_for_function(
            "() => { const m = document.querySelector('city-map');"
            " return m?.getAttribute('aria-busy') === 'false'"
            " && m.canvas?.map.areTilesLoaded() && !m.canvas.map.isMoving(); }"
        )
        return self.page.locator("city-map")

    def look_closer(self, layer: str, zoom: float) -> None:
        """Go by the address to where most rows of the layer stand, and wait until they are drawn."""
        self.page.evaluate(_GO_TO_MOST, [layer, zoom])
        self.wait_for_map()

    def drawn(self, layer: str) -> list[dict]:
        """Return the rows of a layer that stand on the map: id, place in pixels, colour, properties."""
        return self.page.evaluate(_DRAWN, layer)

    def wait_until_drawn(self, layer: str, row_id: str) -> None:
        """Wait until a row stands on the map where nothing covers it."""
        self.page.wait_for_function(
            f"([layer, id]) => ({_DRAWN})(layer).some(each => each.id === id)", arg=[layer, row_id]
        )

    # ── looking ─────────────────────────────────────────────────────────────────────────────────

    def count(self, text: str) -> int:
        """Return the first whole number in a text: "1,234 หลัง" → 1234."""
        found = re.search(r"\d[\d,]*", text)
        assert found, text
        return int(found[0].replace(",", ""))

    def keep_picture(self, name: str, *sizes: dict[str, int]) -> None:
        """Keep the picture in docs/pictures when asked (CDDP_PICTURES=1): as the screen is, or in these sizes."""
        if not os.environ.get("CDDP_PICTURES"):
            return
        for size in sizes or (self._viewport,):
            self.page.set_viewport_size(size)
            settle(self.page)
            self.page.evaluate(_TIDY)
            keep(self.page.screenshot(animations="disabled"), PICTURES / f"{name}-{size['width']}.png")
        self.page.set_viewport_size(self._viewport)


_TIDY = """async () => {
  document.querySelectorAll('.toast').forEach(each => each.remove());
  document.querySelectorAll('[data-map-box]').forEach(each => each.scrollTop = 0);
  await document.fonts.ready;
}"""
_GO_TO_MOST = """([layer, zoom]) => {
  const map = document.querySelector('city-map').canvas.map;
  const places = map.querySourceFeatures(layer, {sourceLayer: 'rows'}).map(each => each.geometry.coordinates);
  const near = ([x, y]) => places.filter(([u, v]) => Math.hypot(u - x, v - y) < 0.0015).length;
  const [lng, lat] = places.reduce((best, each) => near(each) > near(best) ? each : best);
  return new Promise(done => { map.once('idle', () => done()); location.hash = `#${zoom}/${lat}/${lng}`; });
}"""
# The style's own colours are asked of MapLibre, as a person sees them.
_DRAWN = """layer => {
  const map = document.querySelector('city-map').canvas.map;
  const frame = map.getCanvas().getBoundingClientRect();
  const seen = new Map();
  for (const each of map.queryRenderedFeatures()) {
    const { id } = each.properties;
    if (each.source !== layer || each.sourceLayer !== 'rows' || each.geometry.type !== 'Point' || seen.has(id)) continue;
    const at = map.project(each.geometry.coordinates);
    const place = [frame.left + at.x, frame.top + at.y];
    if (document.elementFromPoint(...place) !== map.getCanvas()) continue;
    const colour = JSON.stringify(each.layer.paint?.['circle-color'] ?? '');
    seen.set(id, {id, x: place[0], y: place[1], colour, properties: each.properties});
  }
  return [...seen.values()];
}"""
