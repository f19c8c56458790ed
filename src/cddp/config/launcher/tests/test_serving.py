"""Ports, places and addresses of a running program."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from cddp.config.launcher.console import LauncherError
from cddp.config.launcher.layout import Layout
from cddp.config.launcher.serving import address_of, choose_port, find_running, hold_place


@pytest.fixture
def place(tmp_path: Path) -> Layout:
    return Layout(tmp_path, tmp_path / "var", tmp_path / "var" / "postgres", tmp_path / "var" / "run")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_refused_when_asked_for(taken_port: int) -> None:
    with pytest.raises(LauncherError, match=str(taken_port)):
        choose_port("127.0.0.1", taken_port)


def test_the_next_free_port_is_taken_when_none_was_asked_for(
    taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cddp.config.launcher.serving.FIRST_PORT", taken_port)
    assert choose_port("127.0.0.1", 0) > taken_port


def test_address_can_be_opened_from_this_machine() -> None:
    assert address_of("0.0.0.0", 8000) == "http://localhost:8000/"
    assert address_of("192.168.1.5", 8001) == "http://192.168.1.5:8001/"


def test_the_lock_not_the_file_says_that_somebody_runs(place: Layout) -> None:
    place.data.mkdir()
    (place.data / "supervisor.json").write_text(json.dumps({"pid": 1, "address": "http://old/"}))
    assert find_running(place) is None
    with hold_place(place) as file:
        json.dump({"pid": os.getpid(), "address": "http://localhost:8000/"}, file)
        file.flush()
        running = find_running(place)
        assert running is not None
        assert running.pid == os.getpid()
        with pytest.raises(LauncherError), hold_place(place):
            pass
    assert find_running(place) is None
