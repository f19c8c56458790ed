"""What Vite built: every page's weight, and that Django finds each file."""

import json

import brotli
import pytest

from cddp.foundation.ui.build import BUILT, SOURCES, entry_files, is_built

pytestmark = pytest.mark.skipif(not is_built(), reason="only where the front end was built (./cddp up does)")


def weight(address: str) -> int:
    return len(brotli.compress((BUILT / address.partition("/ui/")[2]).read_bytes()))


def test_the_shell_is_light():
    files = entry_files("shell")
    assert (
        sum(weight(file) for kind in ("scripts", "preloads", "styles") for file in files[kind]) <= 60 * 1024
    )


def test_the_chart_is_light_and_apart_from_the_shell():
    assert weight(entry_files("chart")["scripts"][0]) <= 140 * 1024
    shell = (BUILT / entry_files("shell")["scripts"][0].partition("/ui/")[2]).read_text()
    assert "zrender" not in shell
    assert entry_files("chart")["scripts"][0].rpartition("/")[2] in shell


def test_two_weights_of_two_scripts_are_all_the_fonts():
    fonts = list((BUILT / "assets").glob("*.woff2"))
    assert len(fonts) == 4
    assert sum(font.stat().st_size for font in fonts) <= 70 * 1024
    assert len(entry_files("shell")["fonts"]) == 2


def test_every_file_of_the_manifest_is_there():
    manifest = json.loads((BUILT / "manifest.json").read_text())
    assert [entry["file"] for entry in manifest.values() if not (BUILT / entry["file"]).exists()] == []
    assert {"shell", "chart", "print"} <= {name for name, source in SOURCES.items() if source in manifest}


def test_nothing_calls_home_or_evaluates_text():
    for script in BUILT.rglob("*.js"):
        text = script.read_text()
        assert "new Function(" not in text or "map" in script.name
        assert "data:font" not in text
