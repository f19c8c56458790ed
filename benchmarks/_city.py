"""เมืองสำหรับวัด: a database of its own with 1,000,000 houses in 20 towns, and the web server in front of it.

The database `cddp_bench` is kept between runs; its comment tells the recipe it was made by.
"""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import psycopg
from _measure import say

from cddp.config.launcher import serving
from cddp.config.launcher.layout import find_layout

DATABASE = "cddp_bench"
HOUSES = 1_000_000
TOWNS = 20
RECIPE = f"{HOUSES} houses, {TOWNS} towns, seed 2569, recipe 1"


def socket_folder() -> str:
    """Return where the private cluster listens."""
    return os.environ.get("CDDP_SOCKET_DIR") or str(find_layout().sockets)


def connect(database: str, role: str = "cddp_owner") -> psycopg.Connection[tuple[object, ...]]:
    """Open a connection of one role, each statement by itself."""
    return psycopg.connect(host=socket_folder(), user=role, dbname=database, autocommit=True)


def variables(database: str, role: str) -> dict[str, str]:
    """Return the environment of a Django process on this database."""
    source = str(Path(__file__).resolve().parents[1] / "src")
    return {
        **os.environ,
        "PYTHONPATH": source,
        "DJANGO_SETTINGS_MODULE": "cddp.config.settings",
        "CDDP_DATABASE_ROLE": role,
        "CDDP_DATABASE_NAME": database,
        "CDDP_SOCKET_DIR": socket_folder(),
        "CDDP_LOG_LEVEL": "WARNING",
    }


def run_django(database: str, *words: str) -> None:
    """Run one command as the owner of the tables."""
    command = [sys.executable, "-m", "django", *words]
    done = subprocess.run(
        command, env=variables(database, "owner"), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}: {done.stderr[-2000:]}")


def make_database(database: str) -> None:
    """Copy the template and bring the tables to the state of the code."""
    with connect("postgres") as server:
        server.execute(f'CREATE DATABASE "{database}" TEMPLATE cddp_template')
    migrate(database)


def migrate(database: str) -> None:
    """Migrate; cheap when nothing changed."""
    run_django(database, "migrate", "--no-input")
    run_django(database, "createcachetable")
    run_django(database, "load_reference_data")


def drop_database(database: str) -> None:
    """Drop a database if it is there; only the superuser may end an autovacuum that works in it just then."""
    with connect("postgres", "cddp_super") as server:
        server.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def provide_city() -> float:
    """Make the million houses unless they are there; return the seconds it took (0 when they were)."""
    with connect("postgres") as server:
        row = server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
    if row is not None and row[0] == RECIPE:
        migrate(DATABASE)
        return 0.0
    say(f"making {HOUSES:,} houses in {TOWNS} towns; kept for the next time")
    drop_database(DATABASE)
    make_database(DATABASE)
    began = time.perf_counter()
    run_django(DATABASE, "demo", "--households", str(HOUSES), "--towns", str(TOWNS))
    took = time.perf_counter() - began
    settle()
    return took


def settle() -> None:
    """Bring statistics, visibility and search indexes to rest, as autovacuum does within minutes; then stamp."""
    with connect(DATABASE) as city:
        for index in ("house_search", "person_search"):
            city.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
        city.execute("VACUUM ANALYZE")
        city.execute(f"COMMENT ON DATABASE {DATABASE} IS '{RECIPE}'")


class Site:
    """เว็บที่กำลังทำงาน: one kept-alive connection with the cookie of somebody who is signed in."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Host": f"localhost:{port}", "Cookie": cookie, "Accept-Encoding": "identity"}

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers (lower case) and body."""
        self._connection.request("GET", path, headers=self._headers | headers)
        response = self._connection.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()


@contextlib.contextmanager
def running_server(database: str, application: str = "") -> Iterator[int]:
    """Start the web server as the launcher does, as the program's role; yield its port.

    `application` is another module of this folder to serve, as "module:application".
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        command = serving.web_command("127.0.0.1", port)
        command[-1] = application or command[-1]
        process = subprocess.Popen(
            command, env=variables(database, "app"), stdout=log, stderr=log, cwd=Path(__file__).parent
        )
        try:
            deadline = time.monotonic() + 60
            while not serving.is_healthy("127.0.0.1", port):
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise SystemExit(
                        f"the web server did not start: {log.read()[-2000:].decode(errors='replace')}"
                    )
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()
