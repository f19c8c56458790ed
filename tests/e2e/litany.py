"""บทตรวจหน้าจอ: what must hold of every screen, whatever it shows."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
# One row of a table is like another: looking at fifty takes seconds, and finds what six tell.
PLACE = {"exclude": [["tbody tr:nth-child(n+7)"]]}
GRAVE = {"serious", "critical"}
NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}
# Pages cut long Thai words and may hide what is wide in a scroller of its own; the page itself never slides sideways.
_WIDER = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return '';
  const outside = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.right > document.documentElement.clientWidth + 1;
  });
  return wide + ' px: ' + outside.slice(0, 4).map(e => e.tagName + '.' + e.className).join(' < ');
}"""
_ENGLISH = re.compile(r"\b(?:None|undefined|NaN|null|\[object Object\]|Traceback)\b|\{\{|\{%|%\(\w+\)s")


def settle(page: Page) -> None:
    """Wait until fragments, maps and charts of the page have come."""
    page.wait_for_load_state("load")
    # Colours change over some milliseconds, from the frame after the one that asks for it.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request')"
        " && [...document.querySelectorAll('city-map')].every(m => m.getAttribute('aria-busy') === 'false')"
        " && !document.querySelector('[data-map-layers][aria-busy=true]')"
        " && (!document.querySelector('.map-sheet') || document.body.dataset.mapReady === 'true')"
        " && document.getAnimations().every(each => each.playState !== 'running')"
    )


def examine(page: Page) -> list[str]:
    """Look at the page wide in light and narrow in dark; return what is wrong, in words.

    A sheet of A3 is as wide as it is: it may slide sideways on a phone.
    """
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(WIDE)
    settle(page)
    wrong = _head(page) + _words(page) + _axe(page, "desk, light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size(NARROW)
    settle(page)
    wider = page.evaluate(_WIDER) if not page.locator(".map-sheet").count() else ""
    wrong += [f"wider than a phone by {wider}"] if wider else []
    wrong += _axe(page, "phone, dark")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(WIDE)
    return wrong


def _head(page: Page) -> list[str]:
    wrong = []
    if page.locator("html").get_attribute("lang") != "th":
        wrong.append("no lang=th")
    # What an open dialog or a hidden menu holds does not count.
    if (headings := page.locator("h1").count()) != 1:
        wrong.append(f"{headings} h1")
    if len(page.title()) < 4:
        wrong.append(f"title: {page.title()!r}")
    return wrong


def _words(page: Page) -> list[str]:
    text = page.locator("body").inner_text()
    return [f"words of a machine: {found!r}" for found in sorted(set(_ENGLISH.findall(text)))]


def _axe(page: Page, where: str) -> list[str]:
    found = AXE.run(page, PLACE, {"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{where}: {each['id']}: {node['target'][0]} {node['any'][0]['message'] if node['any'] else each['help']}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"][:3]
    ]
