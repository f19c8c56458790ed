"""PostgreSQL's client programs: which ones, and with what environment."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from cddp.config.launcher.cluster import POSTGRES_HOME
from cddp.config.launcher.console import LauncherError


def client_program(name: str) -> str:
    """The newest `pg_dump` or `pg_restore` here: a client may be newer than its server, never older."""
    found = sorted(POSTGRES_HOME.glob(f"*/bin/{name}"), key=version_of)
    if found:
        return str(found[-1])
    usual = shutil.which(name)
    if usual is None:
        raise LauncherError(f"ไม่พบโปรแกรม {name}", f"{name} is missing; install postgresql-client.")
    return usual


def version_of(path: Path) -> int:
    """Major version of the server package that a program belongs to, 0 if unknown."""
    name = path.parent.parent.name
    return int(name) if name.isdigit() else 0


def program_environment() -> dict[str, str]:
    """Our environment without variables that would send a client somewhere else."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {
        "LC_ALL": "C.UTF-8"
    }
