"""Paper: our own fonts in the file, nothing from outside, page numbers in Thai, no cost until something is printed."""

import os
import re
import subprocess
import sys
import zlib
from uuid import uuid4

import pytest
from weasyprint.urls import URLFetchingError, fetch

from cddp.foundation.ui.build import font_files, is_built
from cddp.foundation.ui.paper import render_pdf
from cddp.foundation.ui.paper_files import OwnFiles

STACKED = "ที่นี่ น้ำ ปู่ กี่ กิ๊ก ฐู 1,234 บาท"

built = pytest.mark.skipif(not is_built(), reason="only where the front end was built (./cddp up does)")


@pytest.fixture
def page(settings, tmp_path):
    """Return a function that prints a body text."""
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]

    def render(body, **context):
        start = (
            '{% extends "ui/paper.html" %}{% block running_title %}รายงาน{% endblock %}{% block content %}'
        )
        sheet = tmp_path / f"{uuid4()}.html"  # templates are remembered by name
        sheet.write_text(f"{start}{body}{{% endblock %}}")
        return render_pdf(sheet.name, context)

    return render


def unpacked(pdf: bytes) -> bytes:
    """Return the whole file with its packed streams opened."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    opened = []
    for stream in streams:
        try:
            opened.append(zlib.decompress(stream))
        except zlib.error:
            opened.append(b"")
    return pdf + b"\n".join(opened)


@built
def test_thai_and_latin_are_set_in_our_own_fonts(town, page):
    pdf = page(f"<h1>{STACKED}</h1><p>{STACKED}</p>")
    assert pdf.startswith(b"%PDF-")
    fonts = set(re.findall(rb"/BaseFont\s*/[A-Z]+\+([A-Za-z-]+)", unpacked(pdf)))
    assert len(fonts) >= 4
    assert all(font.startswith((b"Plex-Thai", b"Plex-Latin")) for font in fonts)


@built
def test_each_script_and_weight_has_its_file():
    assert set(font_files()) == {"thai-400", "thai-600", "latin-400", "latin-600"}
    assert all(path.exists() for path in font_files().values())


def sheets_of(pdf: bytes) -> int:
    return int(re.search(rb"/Type /Pages/Kids [^>]*/Count (\d+)", unpacked(pdf))[1])


def test_long_text_gets_more_sheets(town, page):
    assert sheets_of(page("<p>สั้น</p>")) == 1
    assert sheets_of(page(f"<p>{STACKED * 400}</p>")) >= 3


def test_the_sheet_names_the_town_and_the_time(town, settings, tmp_path):
    from django.template.loader import render_to_string

    html = render_to_string("ui/paper.html", {"town": town, "printed_at": None})
    assert town.display_name in html
    assert 'content: "หน้า " counter(page) "/" counter(pages)' in html


def test_what_people_wrote_is_text_and_not_markup(town, page):
    pdf = page("<p>{{ said }}</p>", said='<img src="http://127.0.0.1:1/x.png"><style>@page{size:A3}</style>')
    width = re.search(rb"/MediaBox\s*\[\s*0 0 ([0-9.]+)", unpacked(pdf))
    assert float(width[1]) == pytest.approx(595.3, abs=0.1)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/x.png",
        "https://example.org/x.css",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "data:text/plain,x",
        "font:../../build.py",
        "font:thai-900",
        "static:../templates/ui/base.html",
        "static:/etc/passwd",
        "static:ui/manifest.json",
    ],
)
def test_nothing_but_our_own_files_is_read(address):
    with pytest.raises(URLFetchingError), fetch(OwnFiles(), address):
        pass


def test_our_own_drawing_is_read():
    with fetch(OwnFiles(), "static:brand/icon.svg") as found:
        assert found.content_type == "image/svg+xml"
        assert found.read().startswith(b"<svg")


def test_the_printer_is_loaded_only_when_something_is_printed():
    code = "import sys, cddp.foundation.ui.paper; sys.exit('weasyprint' in sys.modules)"
    script = f"import django; django.setup(); {code}"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@built
def test_it_prints_on_a_server_without_any_font(tmp_path):
    """Our fonts come with us: no package of fonts is needed."""
    (tmp_path / "fonts.conf").write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    script = (
        "import django, sys; django.setup()\n"
        "from cddp.foundation.ui.paper import render_pdf\n"
        "from cddp.foundation.tenancy.models import Municipality\n"
        "pdf = render_pdf('ui/paper.html', {'town': Municipality(name_th='บ้านทดสอบ', kind='town')})\n"
        "sys.stdout.buffer.write(pdf)"
    )
    environment = os.environ | {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True)
    assert b"Plex-Thai" in unpacked(done.stdout)
    assert b"Step 1" not in done.stderr  # the log of a server has no use for it


@built
def test_a_picture_in_the_page_is_printed_and_no_other_data(town, page, caplog):
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    assert b"/Image" in unpacked(page(f'<img src="data:image/png;base64,{dot}" alt="">'))
    assert b"/Image" not in unpacked(page(f'<img src="data:image/svg+xml;base64,{dot}" alt="">'))
    assert "only our own files" in caplog.text
