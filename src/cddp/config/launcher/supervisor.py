"""One process that keeps web and worker running: restarts what dies, stops all within ten seconds."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

from cddp.config.launcher.console import say

STOP_SECONDS = 8.0
LONGEST_PAUSE = 30.0
#: A child that lived this long is taken as healthy: its next fall starts with the shortest pause again.
HEALTHY_SECONDS = 60.0
LOG_BYTES = 10 * 2**20
LOG_FILES = 5
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """A program to keep running."""

    name: str
    command: list[str]
    environment: dict[str, str]
    restarts: int = 0
    running: asyncio.subprocess.Process | None = field(default=None, repr=False)


def die_with_parent() -> None:
    """In the child: be told to stop when the supervisor is killed, so that none is left alone."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs its children until it is told to stop."""

    def __init__(self, children: list[Child], logs: Path, *, first_pause: float = 1.0) -> None:
        self.children = children
        self.logs = logs
        self.first_pause = first_pause
        self.stopping = asyncio.Event()

    async def run(self, when_started: Callable[[], Coroutine[None, None, None]] | None = None) -> None:
        """Start all children, call `when_started`, keep them until SIGTERM or SIGINT, then stop them."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopping.set)
        self.logs.mkdir(parents=True, exist_ok=True)
        keepers = [asyncio.create_task(self.keep(child)) for child in self.children]
        greeting = asyncio.create_task(when_started()) if when_started else None
        try:
            await self.stopping.wait()
        finally:
            if greeting is not None:
                greeting.cancel()
            await asyncio.gather(*(self.stop(child) for child in self.children))
            await asyncio.gather(*keepers, return_exceptions=True)
        if greeting is not None and greeting.done() and not greeting.cancelled():
            greeting.result()

    async def keep(self, child: Child) -> None:
        """Start one child again whenever it ends, with a pause that grows while it keeps falling."""
        pause = self.first_pause
        while not self.stopping.is_set():
            started = time.monotonic()
            code = await self.live_once(child)
            if self.stopping.is_set():
                return
            if time.monotonic() - started > HEALTHY_SECONDS:
                pause = self.first_pause
            child.restarts += 1
            say(
                f"! {child.name} หยุดทำงาน ({code}) จะเริ่มใหม่ใน {pause:.0f} วินาที",
                f"restarting in {pause:.0f} s",
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def live_once(self, child: Child) -> int:
        """One life of a child: its words go to a log that turns over by size. Returns its exit code."""
        record = RotatingFileHandler(
            self.logs / f"{child.name}.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
        )
        child.running = await asyncio.create_subprocess_exec(
            *child.command,
            env=child.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
            limit=2**20,
        )
        try:
            copying = asyncio.create_task(copy_lines(child.running, record))
            code = await child.running.wait()
            end_group(child.running.pid)
            await asyncio.wait([copying], timeout=1)
            copying.cancel()
            return code
        finally:
            child.running = None
            record.close()

    async def stop(self, child: Child) -> None:
        """Ask one child to end; after `STOP_SECONDS` end it and whatever it started."""
        process = child.running
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            end_group(process.pid)


def end_group(pid: int) -> None:
    """Kill what is left of a child's process group (a killed web server leaves its workers on the port)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


async def copy_lines(process: asyncio.subprocess.Process, record: RotatingFileHandler) -> None:
    """Copy a child's output into its log, line by line."""
    import logging

    assert process.stdout is not None  # noqa: S101
    while True:
        try:
            line = await process.stdout.readline()
        except ValueError:  # a line longer than the buffer: drop it, keep reading
            continue
        if not line:
            return
        text = line.decode("utf-8", "replace").rstrip("\n")
        record.emit(logging.LogRecord("", logging.INFO, "", 0, text, None, None))
