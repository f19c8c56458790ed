"""ระบบจริงสำหรับการเดินหน้าจอ: the product itself, on a database of its own, with small demo towns."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.architecture.house_order import REPOSITORY

START_SECONDS = 60
BASE_NAME = "cddp_e2e"
HOUSEHOLDS = "240"
# Whose database it is: each run of the tests has its own, and of two that run side by side each.
NAMED_BY = ("CDDP_TEST_SUFFIX", "PYTEST_XDIST_WORKER")


@dataclass(frozen=True)
class Product:
    """ระบบที่กำลังทำงาน: where it answers, and the folder of its logs and files."""

    address: str
    data: Path


def environment(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of the product's processes: the same cluster and keys, other files and database."""
    from django.conf import settings

    entry = settings.DATABASES["default"]
    return os.environ | {
        "PYTHONPATH": str(REPOSITORY / "src"),
        "DJANGO_SETTINGS_MODULE": "cddp.config.settings",
        "CDDP_SOCKET_DIR": entry["HOST"],
        "CDDP_DATABASE_NAME": "_".join([BASE_NAME, *filter(None, map(os.environ.get, NAMED_BY))]),
        "CDDP_KEYS_DIR": str(settings.KEYS_DIR),
        "CDDP_DATA_DIR": str(data),
        "CDDP_LOG_LEVEL": "INFO",
        "CDDP_DATABASE_ROLE": "app",
        # Six processes read the same modules: compile them once, beside the logs.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(data / "bytecode"),
        **more,
    }


def make_database(variables: dict[str, str], template: str) -> None:
    """Make the database anew from the template, as its owner."""
    name = variables["CDDP_DATABASE_NAME"]
    address = f"host={variables['CDDP_SOCKET_DIR']} user=cddp_owner dbname=postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def django(variables: dict[str, str], *arguments: str, role: str = "app") -> str:
    """Run one management command and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env=variables | {"CDDP_DATABASE_ROLE": role},
        check=False,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@contextmanager
def running(data: Path, shared: Path) -> Iterator[str]:
    """Run a copy of the demo towns until the end of the block; give the address.

    Runs that go side by side share the folder `shared`: whoever comes first makes the towns there.
    """
    variables = environment(data)
    towns = make_towns(shared)
    shutil.copytree(shared, data, dirs_exist_ok=True)
    make_database(variables, towns)
    with serving(data) as address:
        yield address


def make_towns(shared: Path) -> str:
    """Make the database with the demo towns and the files that belong to it, unless they are there; return its name."""
    from django.conf import settings

    shared.mkdir(exist_ok=True)
    variables = environment(shared)
    name = variables["CDDP_DATABASE_NAME"] = f"{BASE_NAME}_{os.environ.get('CDDP_TEST_SUFFIX', '')}_towns"
    done = shared / "towns-are-made"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make_database(variables, settings.DATABASES["default"]["TEST"]["TEMPLATE"])
            django(variables, "migrate", "-v", "0", role="owner")
            django(variables, "collectstatic", "--no-input", "-v", "0")
            django(variables, "load_reference_data", role="owner")
            django(variables, "demo", "--households", HOUSEHOLDS, role="owner")
            done.touch()
    return name


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """Run web server and worker until the end of the block; give the address. Their logs lie in `data`."""
    variables = environment(data)
    port = _free_port()
    commands = {
        "web": [
            "granian",
            "--interface",
            "wsgi",
            "--port",
            str(port),
            "--workers",
            "1",
            "--blocking-threads",
            "4",
        ],
        "worker": ["django", "procrastinate", "worker", "--concurrency", "2"],
    }
    commands["web"] += ["--no-ws", "--log-level", "warning", "cddp.config.wsgi:application"]
    started = [_start(name, command, variables, data) for name, command in commands.items()]
    try:
        _wait_until_healthy(port)
        yield f"http://localhost:{port}"
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=15)


def _start(name: str, command: list[str], variables: dict[str, str], data: Path) -> subprocess.Popen[bytes]:
    log = (data / f"{name}.log").open("wb")
    return subprocess.Popen(
        [sys.executable, "-m", *command], env=variables, stdout=log, stderr=log, cwd=REPOSITORY
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(port: int) -> None:
    for _attempt in range(START_SECONDS * 5):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the web server did not answer")
