"""แม่แบบหน้าจอ: what a strict Content-Security-Policy forbids stands in no template, and nothing unescaped.

Each rule has examples that it must catch and examples that it must let through.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted(settings.SOURCE.rglob("templates/**/*.html"))
PYTHON = sorted(path for path in settings.SOURCE.rglob("*.py") if "tests" not in path.parts)

# Each of these would be refused by the browser, or would ask for a weaker policy.
INLINE = {
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")", re.I),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"'{]", re.I),
    "htmx event attribute": re.compile(r"\s(?:data-)?hx-(?:on|vals\s*=\s*[\"']?(?:js|javascript):)", re.I),
    "script address": re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.I),
    "foreign address": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*[\"']?(?:https?:)?//", re.I
    ),
}
# Paper is set by WeasyPrint, never by a browser: its style sheet travels in the page.
PAPER = {"ui/paper.html", "assets/labels/sheets.html"}
UNESCAPED = re.compile(r"\|\s*(?:safe|safeseq)\b|{%\s*autoescape\s+off")
# Why each may stand unescaped.
MAY_BE_UNESCAPED = {
    "ui/forms/field.html": "help texts are written by us; Django's own (passwords) are HTML lists",
}
MARK_SAFE = re.compile(r"\bmark_safe\(|\bSafeString\(|__html__")
MAY_MARK_SAFE = {
    "foundation/ui/templatetags/assets.py": "icons and attributes from our own build",
    "foundation/ui/cells.py": "a dash, and nothing",
    "foundation/ui/filling.py": "a form filled with values that are escaped one by one",
    "foundation/ui/listing/bound.py": "nothing",
    "foundation/ui/listing/drawing.py": "rows joined of cells that are escaped one by one",
    "registers/assets/services/labels.py": "a QR code that segno drew of our own address",
}
# Text of a person in an address: GET forms put what is typed there.
GET_FORM = re.compile(r"<form\b[^>]*method=\"get\"[^>]*>", re.I)


def name_of(path: Path) -> str:
    return path.as_posix().partition("/templates/")[2]


def faults_in(text: str) -> Iterator[str]:
    for fault, form in INLINE.items():
        if form.search(text):
            yield fault


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_needs_no_weaker_policy(path):
    allowed = ["inline style"] if name_of(path) in PAPER else []
    assert list(faults_in(path.read_text(encoding="utf-8"))) == allowed


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_nothing_stands_unescaped_without_a_reason(path):
    found = UNESCAPED.search(path.read_text(encoding="utf-8"))
    assert found is None or name_of(path) in MAY_BE_UNESCAPED


def test_nothing_is_marked_safe_without_a_reason():
    marked = {
        str(path.relative_to(settings.SOURCE))
        for path in PYTHON
        if MARK_SAFE.search(path.read_text(encoding="utf-8"))
    }
    assert marked == set(MAY_MARK_SAFE)


def test_reasons_are_still_needed():
    unescaped = {name_of(path) for path in TEMPLATES if UNESCAPED.search(path.read_text(encoding="utf-8"))}
    assert unescaped == set(MAY_BE_UNESCAPED)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_posting_form_carries_its_token(path):
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(r"<form\b[^>]*method=\"post\".*?</form>", text, re.I | re.S):
        # The envelope of an act made on a phone carries it.
        carries = "csrf_token" in found.group() or "rounds/_envelope.html" in found.group()
        assert carries, found.group()[:120]


@pytest.mark.parametrize("name", ["ui/partials/topbar.html", "portal/search.html", "residents/find.html"])
def test_boxes_for_names_and_numbers_post_what_is_typed(name):
    (path,) = [path for path in TEMPLATES if name_of(path) == name]
    text = path.read_text(encoding="utf-8")
    assert GET_FORM.search(text) is None
    assert "hx-get" not in text


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("inline script", "<script>alert(1)</script>"),
        ("inline script", '<SCRIPT type="module">x</SCRIPT>'),
        ("inline style", '<p style="color:red">'),
        ("inline style", "<style>p{}</style>"),
        ("event attribute", '<a onclick="x()">'),
        ("event attribute", "<body onload='x()'>"),
        ("htmx event attribute", '<a hx-on:click="x()">'),
        ("htmx event attribute", "<a hx-vals='js:{a: 1}'>"),
        ("script address", '<a href="javascript:x()">'),
        ("foreign address", '<script src="//elsewhere.example/x.js"></script>'),
        ("foreign address", '<img src="https://elsewhere.example/x.png">'),
    ],
)
def test_a_fault_would_be_noticed(fault, text):
    assert fault in list(faults_in(text))


@pytest.mark.parametrize(
    "text",
    [
        '<script type="module" src="{{ address }}"></script>',
        '<script type="application/json" id="figures">{}</script>',
        '<p class="style" data-style="x">one=1</p>',
        '<a href="https://elsewhere.example/">',
        '<button hx-confirm="x">',
        "{% blocktranslate with one=each %}",
    ],
)
def test_what_is_allowed_passes(text):
    assert list(faults_in(text)) == []
