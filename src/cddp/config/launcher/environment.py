"""What the launcher hands to Django: key files and environment variables."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from cddp.config.launcher.console import LauncherError
from cddp.config.launcher.layout import Layout

DATABASE_URL = "CDDP_DATABASE_URL"
OWNER_DATABASE_URL = "CDDP_OWNER_DATABASE_URL"
#: Only for `backup` of an outside database: the owner must not bypass row-level security all day.
BACKUP_DATABASE_URL = "CDDP_BACKUP_DATABASE_URL"
KEY_NAMES = ("secret_key", "identity_key", "lookup_key")
FREE_BYTES_WANTED = 500 * 2**20

#: Django commands that change the shape of the database or its provisioned tables, hence run as its owner.
OWNER_COMMANDS = frozenset(
    {"migrate", "createcachetable", "load_reference_data", "demo", "flush", "sqlmigrate", "makemigrations"}
)


def uses_outside_database() -> bool:
    """Whether the operator named a PostgreSQL of their own."""
    return bool(os.environ.get(DATABASE_URL))


def owner_url() -> str:
    """The outside database's address for the owner: the second variable, else the first."""
    return os.environ.get(OWNER_DATABASE_URL) or os.environ.get(DATABASE_URL, "")


def role_for(command: str) -> str:
    """`owner` for commands that define tables, `app` for everything else."""
    return "owner" if command in OWNER_COMMANDS else "app"


def django_environment(layout: Layout, role: str = "app") -> dict[str, str]:
    """The environment of a Django process that works as `role` ("app" or "owner")."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cddp.config.settings",
        "PYTHONPATH": str(layout.source),
        "PYTHONUNBUFFERED": "1",
        "LC_ALL": "C.UTF-8",
        "CDDP_DATA_DIR": str(layout.data),
        "CDDP_SOCKET_DIR": str(layout.sockets),
        "CDDP_DATABASE_ROLE": role,
    }


def run_django(layout: Layout, *arguments: str, capture: bool = False, **variables: str) -> str:
    """Run one Django command in a process of its own; raises LauncherError with its words if it fails.

    Its warnings are shown only then; its output is shown, or returned with `capture`. `variables` join its environment.
    """
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "django", *arguments],
        env={"CDDP_LOG_LEVEL": "WARNING", **django_environment(layout, role_for(arguments[0])), **variables},
        cwd=layout.root,
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.PIPE,
    )
    if done.returncode != 0:
        tail = ((done.stdout or "") + (done.stderr or ""))[-3000:]
        raise LauncherError(
            f"คำสั่ง {arguments[0]} ไม่สำเร็จ", f"The command {arguments[0]} failed.", hint=tail.strip()
        )
    return done.stdout or ""


def make_keys(layout: Layout) -> list[str]:
    """Make the key files that are missing, readable by the program's user only; returns their names."""
    layout.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    for name in KEY_NAMES:
        target = layout.keys / name
        if target.exists():
            continue
        value = secrets.token_urlsafe(64).encode() if name == "secret_key" else secrets.token_bytes(32)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(value)
        made.append(name)
    return made


def check_disk(layout: Layout, wanted: int = FREE_BYTES_WANTED) -> None:
    """Refuse to start on a full disk: PostgreSQL would stop in the middle of somebody's work."""
    try:
        layout.data.mkdir(parents=True, exist_ok=True)
        layout.logs.mkdir(exist_ok=True)
        layout.files.mkdir(exist_ok=True)
    except OSError as error:
        raise LauncherError(
            f"เขียนลงโฟลเดอร์ {layout.data} ไม่ได้: ดิสก์เต็มหรือไม่มีสิทธิ์",
            f"Cannot write to {layout.data}: {error.strerror}.",
        ) from error
    for folder in {layout.data, nearest_existing(layout)}:
        free = shutil.disk_usage(folder).free
        if free < wanted:
            raise LauncherError(
                f"พื้นที่ดิสก์ไม่พอ: เหลือ {free // 2**20:,} MB ต้องการอย่างน้อย {wanted // 2**20:,} MB ที่ {folder}",
                f"Disk space is short: {free // 2**20:,} MB free, {wanted // 2**20:,} MB needed at {folder}.",
                hint="ลบไฟล์ที่ไม่ใช้ หรือย้ายข้อมูลด้วย CDDP_DATA_DIR=/ที่/ใหม่ · free some space or set CDDP_DATA_DIR",
            )


def nearest_existing(layout: Layout) -> Path:
    """The folder whose file system will hold the cluster."""
    return next(folder for folder in (layout.postgres, *layout.postgres.parents) if folder.exists())
