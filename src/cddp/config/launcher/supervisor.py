"""One process that keeps web and worker running: restarts what dies, stops all within ten seconds."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

from cddp.config.launcher.console import LauncherError, complain, say

STOP_SECONDS = 8.0
LONGEST_PAUSE = 30.0
#: A child that lived this long is taken as healthy: its next fall starts with the shortest pause again.
HEALTHY_SECONDS = 60.0
LOG_BYTES = 10 * 2**20
LOG_FILES = 5
LOOK_SECONDS = 2.0
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """A program to keep running."""

    name: str
    command: list[str]
    environment: dict[str, str]
    #: Starts only when the greeting is over: on two cores the web answers a second sooner.
    comes_second: bool = False
    restarts: int = 0
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)


def die_with_parent() -> None:
    """In the child: be told to stop when the supervisor is killed, so that none is left alone."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs its children until it is told to stop."""

    def __init__(
        self,
        children: list[Child],
        logs: Path,
        *,
        first_pause: float = 1.0,
        look_after: Callable[[], None] | None = None,
    ) -> None:
        self.children = children
        self.logs = logs
        self.first_pause = first_pause
        self.look_after = look_after
        self.stopping = asyncio.Event()
        self.greeted = asyncio.Event()

    async def run(self, when_started: Callable[[], Coroutine[None, None, None]] | None = None) -> None:
        """Start all children, call `when_started`, keep them until SIGTERM or SIGINT, then stop them."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopping.set)
        self.logs.mkdir(parents=True, exist_ok=True)
        keepers = [asyncio.create_task(self.keep(child)) for child in self.children]
        if self.look_after is not None:
            keepers.append(asyncio.create_task(self.look_around(self.look_after)))
        greeting = asyncio.create_task(self.greet(when_started))
        try:
            await self.stopping.wait()
        finally:
            greeting.cancel()
            self.greeted.set()
            await asyncio.gather(*(self.stop(child) for child in self.children))
            await asyncio.gather(*keepers, return_exceptions=True)
        if greeting.done() and not greeting.cancelled():
            greeting.result()

    async def greet(self, when_started: Callable[[], Coroutine[None, None, None]] | None) -> None:
        """Await the caller's greeting; whatever becomes of it, let the second row start."""
        try:
            if when_started is not None:
                await when_started()
        finally:
            self.greeted.set()

    async def keep(self, child: Child) -> None:
        """Start one child again whenever it ends, with a pause that grows while it keeps falling."""
        if child.comes_second:
            await self.greeted.wait()
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

    async def look_around(self, look_after: Callable[[], None]) -> None:
        """Call `look_after` every two seconds: it puts right what is not our child (the database)."""
        while not self.stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), LOOK_SECONDS)
                return
            try:
                await asyncio.to_thread(look_after)
            except LauncherError as error:
                complain(error)

    async def live_once(self, child: Child) -> int:
        """One life of a child: its words go to a log that turns over by size. Returns its exit code.

        Not asyncio's own subprocess: that waits for the pipe's end too, which a killed web server's orphaned
        workers keep open, so its death would go unnoticed.
        """
        child.running = subprocess.Popen(  # noqa: S603
            child.command,
            env=child.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509
        )
        copying = threading.Thread(target=copy_lines, args=(child, self.logs), daemon=True)
        copying.start()
        try:
            return await asyncio.to_thread(child.running.wait)
        finally:
            end_group(child.running.pid)
            copying.join(timeout=1)
            child.running = None

    async def stop(self, child: Child) -> None:
        """Ask one child to end; after `STOP_SECONDS` end it and whatever it started."""
        process = child.running
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while child.running is not None and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        if child.running is not None:
            end_group(process.pid)


def end_group(pid: int) -> None:
    """Kill what is left of a child's process group (a killed web server leaves its workers on the port)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def copy_lines(child: Child, logs: Path) -> None:
    """Copy a child's output into its log, line by line, until it ends."""
    assert child.running is not None and child.running.stdout is not None  # noqa: S101, PT018
    record = RotatingFileHandler(
        logs / f"{child.name}.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
    )
    with child.running.stdout as lines, contextlib.closing(record):
        for line in lines:
            text = line.decode("utf-8", "replace").rstrip("\n")
            record.emit(logging.LogRecord("", logging.INFO, "", 0, text, None, None))
