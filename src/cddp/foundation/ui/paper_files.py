"""ไฟล์ที่กระดาษใช้ได้: what a printed page may load: our fonts, drawings from our static folder, pictures in the page.

Apart from paper.py because it takes WeasyPrint to load, which brings no types.
"""

import base64
import re
from pathlib import Path
from typing import Any

from django.utils._os import safe_join
from weasyprint.urls import URLFetcher, URLFetcherResponse

from cddp.foundation.ui.build import BUILT, font_files

STATIC = BUILT.parent
# A picture that the page itself carries, such as a photo or a signature: nothing is fetched for it.
_PICTURE = re.compile(r"data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/]+={0,2})")
CONTENT_TYPES = {".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png"}


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Answers "font:thai-400", "static:brand/icon.svg" and pictures in the page; all else stays unread: no network,
    no other file."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("font", "static", "data"), allow_redirects=False)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if picture := _PICTURE.fullmatch(url):
            return URLFetcherResponse(url, base64.b64decode(picture[2]), {"Content-Type": picture[1]})
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
