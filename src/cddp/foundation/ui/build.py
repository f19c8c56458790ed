"""ผลการสร้างส่วนหน้า: what Vite wrote: hashed file names of each entry, and the drawings of the icons."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

BUILT = Path(__file__).parent / "static" / "ui"
SOURCES = {
    "shell": "src/shell.ts",
    "chart": "src/chart/city-chart.ts",
    "map": "src/map/map.ts",
    "print": "src/print.ts",
}
_FONT = re.compile(r"-((?:thai|latin)-[0-9]{3})-normal-[^/]*\.woff2$")


def is_built() -> bool:
    """Tell whether `npm run build` has been run."""
    return (BUILT / "manifest.json").exists()


def _read(name: str) -> dict[str, Any]:
    try:
        # The time of the file is in the key, so a rebuild during development is seen at once.
        return _read_once(name, (BUILT / name).stat().st_mtime_ns if settings.DEBUG else 0)
    except FileNotFoundError:
        return {}


# By name: a page asks some hundred times, and a path is slow to compare.
@lru_cache(maxsize=8)
def _read_once(name: str, _changed: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((BUILT / name).read_text(encoding="utf-8"))
    return found


def icon_paths(name: str) -> str:
    """Return the inner SVG of an icon, or "" when it was not built."""
    return str(_read("icons.json").get(name, ""))


def entry_files(name: str) -> dict[str, list[str]]:
    """Return the addresses {"scripts", "preloads", "styles", "fonts"} of an entry, none when it was not built."""
    manifest = _read("manifest.json")
    entry = manifest.get(SOURCES[name])
    if entry is None:
        return {"scripts": [], "preloads": [], "styles": [], "fonts": []}
    needed = [entry, *(manifest[key] for key in entry.get("imports", ()))]
    fonts = [file for chunk in needed for file in chunk.get("assets", ()) if file.endswith(".woff2")]
    return {
        "scripts": [_address(entry["file"])],
        "preloads": [_address(chunk["file"]) for chunk in needed[1:]],
        "styles": [_address(file) for chunk in needed for file in chunk.get("css", ())],
        "fonts": [_address(file) for file in fonts if "400" in file],
    }


def font_files() -> dict[str, Path]:
    """Return where each font lies by its script and weight, {"thai-400": …}; nothing when it was not built."""
    entry = _read("manifest.json").get(SOURCES["shell"], {})
    found = ((_FONT.search(file), BUILT / file) for file in entry.get("assets", ()))
    return {match[1]: path for match, path in found if match}


def form_worker() -> Path | None:
    """Return the service worker that <offline-draft> registers, a script that stands alone; None when not built."""
    return worker_of("src/elements/offline-draft.ts")


def worker_of(element: str) -> Path | None:
    """Return the service worker that an element ("src/elements/….ts") registers; None when not built."""
    entry = _read("manifest.json").get(element, {})
    return next((BUILT / file for file in entry.get("assets", ()) if file.endswith(".js")), None)


def _address(file: str) -> str:
    # Vite has put a hash in the name already. Django's storage would give a second name to the same file, and
    # a chunk that imports the first would load it twice: so the address is plain, and whitenoise is told
    # (settings.WHITENOISE_IMMUTABLE_FILE_TEST) that it never changes.
    return f"{settings.STATIC_URL}ui/{file}"
