"""Every Thai word on a screen has its English one."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.architecture.house_order import REPOSITORY

CATALOGUE = "locale/en/LC_MESSAGES/django.po"
SOURCE = REPOSITORY / "src" / "cddp"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """Extract every message again, in a copy, starting from the catalogue on record."""
    copy = tmp_path_factory.mktemp("words") / "cddp"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("static", "__pycache__", "*.mo", "tests"))
    command = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "-l",
        "en",
        "--no-wrap",
        "--no-obsolete",
        "-v",
        "0",
    ]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "src")}
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    return copy / CATALOGUE


def entries(path, *options) -> list[str]:
    listed = subprocess.run(
        ["msgattrib", *options, "--no-wrap", path], check=True, capture_output=True, text=True
    )
    return re.findall(r'^msgid "(.+)"$', listed.stdout, flags=re.MULTILINE)


def test_nothing_is_left_untranslated(fresh):
    assert entries(fresh, "--untranslated") == []


def test_nothing_is_only_guessed(fresh):
    assert entries(fresh, "--only-fuzzy") == []


def test_placeholders_survive_translation(fresh):
    checked = subprocess.run(
        ["msgfmt", "--check", "-o", "/dev/null", fresh], check=False, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr


def test_a_missing_word_would_be_noticed(tmp_path):
    catalogue = tmp_path / "django.po"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    catalogue.write_text(head + 'msgid "บ้าน"\nmsgstr ""\n', encoding="utf-8")
    assert entries(catalogue, "--untranslated") == ["บ้าน"]
