"""น้ำหนักและความเร็วของหน้าจอ: bytes over the wire and the largest paint on a slow phone.

The profile is the one Lighthouse calls mobile: 4 × slower processor, 150 ms round trip, 1.6 Mbit/s down,
0.75 Mbit/s up, 412 × 823. The browser's cache is empty for each screen; bytes are as compressed on the
wire, headers included, in KiB as Lighthouse counts them.
"""

import statistics
import tempfile
from pathlib import Path
from typing import Any

from _measure import Figure, report
from playwright.sync_api import BrowserContext, Page, sync_playwright

SCREENS = {"overview": ("/overview/", 250), "map": ("/map/", 800)}
PAINT_GOAL_S = 2.5
ROUNDS = 3
LARGEST_PAINT = """
() => new Promise((resolve) => {
  let seconds = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seconds = entry.startTime / 1024;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => resolve(seconds), 500);
})
"""


def main() -> list[Figure]:
    """Measure each screen of the demo town on the product itself."""
    import django

    django.setup()
    from tests.e2e.product import running
    from tests.e2e.visitor import ARGUMENTS, DEMO_PASSWORD

    figures: list[Figure] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        state = _signed_in(browser.new_context(), address, DEMO_PASSWORD)
        for name, (path, goal_kib) in SCREENS.items():
            seen = [_open(browser.new_context(**_phone(state)), address + path) for _round in range(ROUNDS)]
            kibibytes = statistics.median(each[0] for each in seen) / 1024
            paint_s = statistics.median(each[1] for each in seen)
            figures.append(Figure(f"screens.{name}_weight", kibibytes, "KiB", goal_kib))
            figures.append(Figure(f"screens.{name}_largest_paint", paint_s, "s", PAINT_GOAL_S))
        browser.close()
    return figures


def _phone(state: Any) -> dict[str, Any]:
    return {
        "viewport": {"width": 412, "height": 823},
        "storage_state": state,
        "has_touch": True,
        "is_mobile": True,
    }


def _signed_in(context: BrowserContext, address: str, password: str) -> Any:
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("[name=login]", "banklang-mayor")
    page.fill("[name=password]", password)
    page.click("main button.button-primary")
    page.wait_for_url("**/desk/")
    state = context.storage_state()
    context.close()
    return state


def _open(context: BrowserContext, url: str) -> tuple[int, float]:
    """Return the bytes received and the seconds to the largest paint of one cold visit."""
    page = context.new_page()
    received = _slow_down(page)
    page.goto(url, wait_until="networkidle", timeout=60_000)
    page.wait_for_timeout(1500)
    paint_s = float(page.evaluate(LARGEST_PAINT))
    context.close()
    return sum(received), paint_s


def _slow_down(page: Page) -> list[int]:
    session = page.context.new_cdp_session(page)
    received: list[int] = []
    session.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return received


if __name__ == "__main__":
    raise SystemExit(report(main()))
