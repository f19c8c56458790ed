"""Missing system packages: found by their files, and named to whoever can install them."""

import os
import shutil

import pytest

from cddp.config.launcher.console import LauncherError
from cddp.config.launcher.packages import (
    RUN_PACKAGES,
    Package,
    asking_words,
    missing_packages,
    program,
    root_prefix,
)


def test_what_the_running_program_needs_is_here() -> None:
    assert missing_packages(RUN_PACKAGES) == []


def test_a_missing_program_is_named() -> None:
    packages = (Package("bash", program("bash")), Package("no-such", program("no-such-program")))
    assert missing_packages(packages) == ["no-such"]


def test_without_root_or_sudo_the_error_names_the_packages_in_both_languages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    with pytest.raises(LauncherError) as caught:
        root_prefix(["postgresql-15", "gettext"])
    for words in (caught.value.thai, caught.value.english, caught.value.hint):
        assert "postgresql-15 gettext" in words
    assert "create_main_cluster" in caught.value.hint


def test_without_apt_the_packages_are_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(LauncherError, match="gettext"):
        root_prefix(["gettext"])


def test_root_needs_no_prefix_and_words_fit_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert root_prefix(["gettext"]) == []
    assert "create_main_cluster" not in asking_words(["gettext"])
