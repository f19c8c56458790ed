"""The supervisor with real children: what dies comes back, and all end together."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cddp.config.launcher.supervisor import Child, Supervisor

SLEEPER = "import time; print('สวัสดี', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def child(name: str, program: str, *, comes_second: bool = False) -> Child:
    return Child(name, [sys.executable, "-c", program], dict(os.environ), comes_second=comes_second)


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        await asyncio.sleep(0.02)


def has_said(words: str, log: Path) -> Callable[[], bool]:
    return lambda: log.exists() and words in log.read_text(encoding="utf-8")


def pid_of(one: Child) -> int:
    return one.running.pid if one.running else 0


def test_a_killed_child_is_started_again_and_all_stop_in_time(tmp_path: Path) -> None:
    one = child("one", SLEEPER)
    supervisor = Supervisor([one], tmp_path, first_pause=0.05)

    async def scenario() -> float:
        running = asyncio.create_task(supervisor.run())
        await until(has_said("สวัสดี", tmp_path / "one.log"))
        first = pid_of(one)
        os.kill(first, signal.SIGKILL)
        await until(lambda: pid_of(one) not in {0, first})
        assert one.restarts == 1
        asked = time.monotonic()
        supervisor.stopping.set()
        await running
        return time.monotonic() - asked

    assert asyncio.run(scenario()) < 3
    assert one.running is None


def test_a_child_whose_own_children_keep_the_pipe_open_is_still_seen_to_die(tmp_path: Path) -> None:
    family = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]); time.sleep(60)"
    )
    one = child("one", family)
    supervisor = Supervisor([one], tmp_path, first_pause=0.05)

    async def scenario() -> None:
        running = asyncio.create_task(supervisor.run())
        await until(has_said("สวัสดี", tmp_path / "one.log"))
        first = pid_of(one)
        os.kill(first, signal.SIGKILL)
        await until(lambda: pid_of(one) not in {0, first})
        supervisor.stopping.set()
        await running

    asyncio.run(scenario())


def test_a_child_that_will_not_stop_is_ended(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("cddp.config.launcher.supervisor.STOP_SECONDS", 0.3)
    one = child("one", STUBBORN)
    supervisor = Supervisor([one], tmp_path)

    async def scenario() -> None:
        running = asyncio.create_task(supervisor.run())
        await until(has_said("up", tmp_path / "one.log"))
        supervisor.stopping.set()
        await asyncio.wait_for(running, 5)

    asyncio.run(scenario())
    assert one.running is None


def test_the_second_row_waits_for_the_greeting(tmp_path: Path) -> None:
    one, two = child("one", SLEEPER), child("two", SLEEPER, comes_second=True)
    supervisor = Supervisor([one, two], tmp_path)
    seen: list[int] = []

    async def greeting() -> None:
        await until(lambda: pid_of(one) > 0)
        seen.append(pid_of(two))

    async def scenario() -> None:
        running = asyncio.create_task(supervisor.run(greeting))
        await until(lambda: pid_of(two) > 0)
        supervisor.stopping.set()
        await running

    asyncio.run(scenario())
    assert seen == [0]


def test_what_is_looked_after_is_looked_at_again_and_again(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("cddp.config.launcher.supervisor.LOOK_SECONDS", 0.02)
    looks: list[float] = []
    supervisor = Supervisor([], tmp_path, look_after=lambda: looks.append(time.monotonic()))

    async def scenario() -> None:
        running = asyncio.create_task(supervisor.run())
        await until(lambda: len(looks) >= 3)
        supervisor.stopping.set()
        await running

    asyncio.run(scenario())
