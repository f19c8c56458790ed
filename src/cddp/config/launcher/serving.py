"""`up` and `down`: the program in the foreground or the background, one at a time for a data folder."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import IO

from cddp.config.launcher import environment, preparation
from cddp.config.launcher.cluster import postmaster_of, start_cluster, stop_cluster
from cddp.config.launcher.console import LauncherError, say, step
from cddp.config.launcher.layout import Layout
from cddp.config.launcher.supervisor import Child, Supervisor

FIRST_PORT = 8000
PORTS_TRIED = 50
HEALTH_SECONDS = 90.0
DOWN_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Running:
    """What a running supervisor says of itself in `var/supervisor.json`."""

    pid: int
    address: str


def up(layout: Layout, arguments: list[str]) -> int:
    """Prepare everything, then run web and worker until told to stop (or leave them in the background)."""
    options = read_options(arguments)
    began = time.monotonic()
    already = find_running(layout)
    if already is not None:
        say(f"กำลังทำงานอยู่แล้วที่ {already.address} (หยุดด้วย ./cddp down)", "already running")
        return 0
    with preparation.alone(layout):
        preparation.prepare_machine(layout)
        started_cluster = preparation.prepare_server(layout)
        preparation.prepare_tables(layout)
        preparation.collect_static(layout)
        preparation.load_demo(layout)
    port = choose_port(options.host, options.port)
    if options.detach:
        return detach(layout, options.host, port, stop_database=started_cluster, began=began)
    return serve(layout, options.host, port, stop_database=started_cluster, began=began)


def read_options(arguments: list[str]) -> argparse.Namespace:
    """The words after `up` and `web`."""
    parser = argparse.ArgumentParser(prog="./cddp up", description="เริ่มระบบ · start everything")
    parser.add_argument("--host", default=os.environ.get("CDDP_HOST", "127.0.0.1"))
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("CDDP_PORT", "0")), help="0 = 8000 หรือถัดไป"
    )
    parser.add_argument("--detach", action="store_true", help="ทำงานเบื้องหลัง · run in the background")
    return parser.parse_args(arguments)


def choose_port(host: str, wanted: int) -> int:
    """The wanted port, or for 0 the first free one from 8000 on. Raises LauncherError if none is free."""
    candidates = [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for port in candidates:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((host, port))
                return port
    raise LauncherError(
        f"พอร์ต {wanted or FIRST_PORT} ถูกใช้อยู่ เลือกพอร์ตอื่นด้วย --port", "The port is taken; choose with --port."
    )


def serve(layout: Layout, host: str, port: int, *, stop_database: bool, began: float | None) -> int:
    """Run the supervisor here until it is told to stop; the database stops last.

    `began` is the monotonic second at which the person gave the command; None stays silent.
    """
    with hold_place(layout) as place:
        address = address_of(host, port)
        json.dump(asdict(Running(os.getpid(), address)), place)
        place.flush()
        supervisor = Supervisor(
            children(layout, host, port), layout.logs, look_after=partial(revive_database, layout)
        )

        async def greet() -> None:
            await wait_until_healthy(layout, host, port, supervisor)
            if began is not None:
                await asyncio.to_thread(announce, layout, address, time.monotonic() - began)

        try:
            asyncio.run(supervisor.run(greet))
        finally:
            say("หยุดเว็บและงานเบื้องหลังแล้ว", "web and worker are stopped")
            if stop_database and not environment.uses_outside_database():
                stop_cluster(layout)
                say("หยุดฐานข้อมูลแล้ว", "database is stopped")
    return 0


def revive_database(layout: Layout) -> None:
    """Start the private database again when somebody killed it; nothing committed is lost."""
    if environment.uses_outside_database() or postmaster_of(layout) is not None:
        return
    say("! ฐานข้อมูลหยุดทำงาน กำลังเริ่มใหม่", "the database died, starting it again")
    start_cluster(layout)


def children(layout: Layout, host: str, port: int) -> list[Child]:
    """The web server and the worker."""
    variables = environment.django_environment(layout, "app")
    return [
        Child("web", web_command(host, port), variables),
        Child("worker", worker_command(), variables, comes_second=True),
    ]


def web_command(host: str, port: int) -> list[str]:
    """Granian with one process for each core; threads are few because each may hold a database connection."""
    workers = os.environ.get("CDDP_WEB_PROCESSES") or str(min(max(os.cpu_count() or 2, 2), 8))
    threads = os.environ.get("CDDP_WEB_THREADS", "6")
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", workers, "--blocking-threads", threads, "--backpressure", "256"),
        *("--no-ws", "--http", "1"),
        *("--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "6"),
        *("--log-level", "warning"),
        "cddp.config.wsgi:application",
    ]


def worker_command() -> list[str]:
    """The job runner: two jobs at once; a job gets six seconds to end before it is left for later."""
    options = ("--concurrency", "2", "--shutdown-graceful-timeout", "6")
    return [sys.executable, "-m", "django", "procrastinate", "worker", *options]


async def wait_until_healthy(layout: Layout, host: str, port: int, supervisor: Supervisor) -> None:
    """Wait for /healthz; say so if it does not come, and stop."""
    deadline = time.monotonic() + HEALTH_SECONDS
    while time.monotonic() < deadline:
        if await asyncio.to_thread(is_healthy, host, port):
            return
        await asyncio.sleep(0.1)
    supervisor.stopping.set()
    record = layout.logs / "web.log"
    tail = record.read_text(encoding="utf-8", errors="replace")[-2500:] if record.exists() else ""
    raise LauncherError("เว็บไม่ตอบใน 90 วินาที ดูบันทึกท้ายนี้", f"The web did not answer; log: {record}", hint=tail)


def is_healthy(host: str, port: int) -> bool:
    """Whether /healthz answers 200."""
    import http.client

    connection = http.client.HTTPConnection(reachable_host(host), port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers=health_headers())
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def health_headers() -> dict[str, str]:
    """Headers that pass for the program's own settings of allowed hosts and of TLS in front."""
    host = (
        os.environ.get("CDDP_ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".").replace("*", "localhost")
    )
    return {"Host": host, "X-Forwarded-Proto": "https"}


def reachable_host(host: str) -> str:
    """An address at which a server bound to `host` can be reached from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104


def address_of(host: str, port: int) -> str:
    """The address to type into a browser on this machine."""
    shown = reachable_host(host)
    return f"http://{'localhost' if shown in {'127.0.0.1', '::1'} else shown}:{port}/"


def announce(layout: Layout, address: str, seconds: float) -> None:
    """Print where the program is and who may sign in."""
    print(f"\n  แพลตฟอร์มข้อมูลเมืองพร้อมแล้ว · ready in {seconds:.1f} s\n\n    {address}\n", flush=True)
    with contextlib.suppress(LauncherError):
        print(preparation.demo_accounts(layout), flush=True)
    print(f"  หยุดด้วย Ctrl-C หรือ ./cddp down · บันทึกการทำงาน (log): {layout.logs}\n", flush=True)


def detach(layout: Layout, host: str, port: int, *, stop_database: bool, began: float) -> int:
    """Start the supervisor in a session of its own and return once the web answers."""
    command = [sys.executable, "-m", "cddp", "supervise", host, str(port), "1" if stop_database else "0"]
    with (layout.logs / "supervisor.log").open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd="/"
        )
    with step("เริ่มเว็บและงานเบื้องหลัง", "web and worker"):
        deadline = time.monotonic() + HEALTH_SECONDS
        while not is_healthy(host, port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise LauncherError(
                    "เริ่มระบบเบื้องหลังไม่สำเร็จ",
                    f"It did not start; see {layout.logs}/supervisor.log and web.log.",
                )
            time.sleep(0.1)
    announce(layout, address_of(host, port), time.monotonic() - began)
    return 0


def supervise(layout: Layout, arguments: list[str]) -> int:
    """The background half of `up --detach` (not for people)."""
    host, port, stop_database = arguments
    return serve(layout, host, int(port), stop_database=stop_database == "1", began=None)


@contextlib.contextmanager
def hold_place(layout: Layout) -> Iterator[IO[str]]:
    """Hold `var/supervisor.json` locked while we live: the lock, not the file, says that somebody runs."""
    layout.data.mkdir(parents=True, exist_ok=True)
    path = layout.data / "supervisor.json"
    with path.open("a+", encoding="utf-8") as place:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LauncherError("ระบบกำลังทำงานอยู่แล้ว", "Another supervisor is running.") from error
        place.truncate(0)
        yield place
        path.unlink(missing_ok=True)


def find_running(layout: Layout) -> Running | None:
    """The supervisor that works on this data folder, None if there is none."""
    path = layout.data / "supervisor.json"
    try:
        with path.open(encoding="utf-8") as place:
            if is_free(place):
                return None
            return Running(**json.load(place))
    except (OSError, ValueError, TypeError):
        return None


def is_free(place: IO[str]) -> bool:
    """Whether nobody holds the lock on an open file."""
    try:
        fcntl.flock(place, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def down(layout: Layout, arguments: list[str]) -> int:
    """Stop web and worker, wherever they were started, then the private database."""
    stop_program(layout)
    if not environment.uses_outside_database():
        with step("หยุดฐานข้อมูล", "database"):
            stop_cluster(layout)
    return 0


def stop_program(layout: Layout) -> bool:
    """Stop a running supervisor and wait for its end. True if there was one."""
    running = find_running(layout)
    if running is None:
        return False
    with step("หยุดเว็บและงานเบื้องหลัง", "web and worker"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGTERM)
        deadline = time.monotonic() + DOWN_SECONDS
        while find_running(layout) is not None and time.monotonic() < deadline:
            time.sleep(0.05)
        if find_running(layout) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(running.pid, signal.SIGKILL)
    return True
