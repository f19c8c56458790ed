"""ไฟล์ที่กระดาษใช้ได้: what a printed page may load: our fonts, and drawings from our static folder.

Apart from paper.py because it takes WeasyPrint to load, which brings no types.
"""

from pathlib import Path
from typing import Any

from django.utils._os import safe_join
from weasyprint.urls import URLFetcher, URLFetcherResponse

from cddp.foundation.ui.build import BUILT, font_files

STATIC = BUILT.parent
CONTENT_TYPES = {".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png"}


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Answers "font:thai-400" and "static:brand/icon.svg"; all else stays unread: no network, no other file."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("font", "static"), allow_redirects=False)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        kind, _, name = url.partition(":")
        path = {"font": _find_font, "static": _find_static}.get(kind, _refuse)(name)
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": CONTENT_TYPES[path.suffix]})


def _find_font(name: str) -> Path:
    return font_files()[name]


def _find_static(name: str) -> Path:
    # Raises when the name leads out of the folder.
    return Path(safe_join(STATIC, name))


def _refuse(name: str) -> Path:
    raise ValueError("paper loads only our own files")
