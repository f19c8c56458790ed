"""Debian packages that the program stands on: installed by apt only when missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cddp.config.launcher.cluster import has_postgis, installed_versions
from cddp.config.launcher.console import LauncherError, step
from cddp.config.launcher.layout import Layout


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package and a cheap look at whether what we need of it is here."""

    name: str
    is_present: Callable[[], bool]


def library(stem: str) -> Callable[[], bool]:
    """Whether a shared library lies in one of the usual folders."""
    return lambda: any(any(Path(folder).glob(f"{stem}.so*")) for folder in library_folders())


def library_folders() -> list[Path]:
    """Where Debian and its relatives keep shared libraries."""
    machine = os.uname().machine
    return [
        Path(f"/usr/lib/{machine}-linux-gnu"),
        Path("/usr/lib64"),
        Path("/usr/lib"),
        Path("/usr/local/lib"),
    ]


def program(*names: str) -> Callable[[], bool]:
    """Whether one of the programs is on the path."""
    return lambda: any(shutil.which(name) for name in names)


RUN_PACKAGES = (
    Package("postgresql-15", lambda: bool(installed_versions())),
    Package("postgresql-15-postgis-3", lambda: any(map(has_postgis, installed_versions()))),
    Package("libgdal32", library("libgdal")),
    Package("libgeos-c1v5", library("libgeos_c")),
    Package("libproj25", library("libproj")),
    Package("gettext", program("msgfmt")),
    # WeasyPrint loads them to set a page: shaping and line breaks of Thai, and the part of a font that a PDF needs.
    Package("libpango-1.0-0", library("libpango-1.0")),
    Package("libpangoft2-1.0-0", library("libpangoft2-1.0")),
    Package("libharfbuzz-subset0", library("libharfbuzz-subset")),
)
#: With CDDP_DATABASE_URL no server is needed here, but pg_dump and pg_restore are.
CLIENT_PACKAGES = (Package("postgresql-client", program("pg_dump")), *RUN_PACKAGES[2:])
TEST_PACKAGES = (
    Package("chromium", program("chromium", "chromium-browser", "google-chrome")),
    Package("fonts-noto-core", lambda: any(Path("/usr/share/fonts").glob("**/NotoSansThai*"))),
    # Makes the GeoPackages and shapefiles that the tests import, and reads what the export wrote.
    Package("gdal-bin", program("ogr2ogr")),
    # Node inside Playwright's wheel links against it.
    Package("libatomic1", library("libatomic")),
    Package("git", program("git")),
)


def missing_packages(packages: tuple[Package, ...]) -> list[str]:
    """Names of the packages that are not here."""
    return [package.name for package in packages if not package.is_present()]


def install_missing(layout: Layout, packages: tuple[Package, ...]) -> list[str]:
    """Install what is missing; returns the names. Raises LauncherError that names the packages to ask for."""
    missing = missing_packages(packages)
    if not missing:
        return []
    prefix = root_prefix(missing)
    layout.logs.mkdir(parents=True, exist_ok=True)
    with step(f"ติดตั้งแพ็กเกจระบบ {len(missing)} รายการด้วย apt", f"installing {' '.join(missing)}"):
        if any(name.startswith("postgresql") for name in missing):
            forbid_main_cluster(prefix)
        apt(layout, prefix, missing)
    left = missing_packages(packages)
    if left:
        raise LauncherError(
            f"ติดตั้งแล้วยังไม่พบ: {' '.join(left)}", f"Still missing after installing: {' '.join(left)}"
        )
    return missing


def root_prefix(missing: list[str]) -> list[str]:
    """How to become root: nothing to do, sudo, or an error that says what to ask the administrator for."""
    if not shutil.which("apt-get"):
        raise LauncherError(
            f"เครื่องนี้ไม่มี apt ติดตั้งสิ่งที่เทียบเท่ากับแพ็กเกจ Debian เหล่านี้ก่อน: {' '.join(missing)}",
            f"No apt here: install what corresponds to these Debian packages first: {' '.join(missing)}",
        )
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)  # noqa: S607
        if silent.returncode == 0 or sys.stdin.isatty():
            return ["sudo"]
    raise LauncherError(
        f"ต้องติดตั้งแพ็กเกจระบบก่อน: {' '.join(missing)} แต่ผู้ใช้นี้ไม่มีสิทธิ์ root หรือ sudo",
        f"System packages are missing ({' '.join(missing)}) and this user is neither root nor able to sudo.",
        hint=asking_words(missing),
    )


def asking_words(missing: list[str]) -> str:
    """The command an administrator runs once for this user."""
    lines = ["ขอให้ผู้ดูแลเครื่องสั่งครั้งเดียว แล้วสั่ง ./cddp ใหม่ · ask your administrator to run once:", ""]
    if any(name.startswith("postgresql-1") for name in missing):
        lines.append("  mkdir -p /etc/postgresql-common/createcluster.d")
        lines.append(
            "  echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/cddp.conf"
        )
    lines.append(f"  apt-get update && apt-get install --no-install-recommends {' '.join(missing)}")
    return "\n".join(lines)


def forbid_main_cluster(prefix: list[str]) -> None:
    """Keep Debian from making and starting a server of its own (ours is private); leave an existing one."""
    if any(Path("/etc/postgresql").glob("*/*")):
        return
    folder = "/etc/postgresql-common/createcluster.d"
    subprocess.run([*prefix, "mkdir", "-p", folder], check=False)  # noqa: S603
    subprocess.run(  # noqa: S603
        [*prefix, "tee", f"{folder}/cddp.conf"],
        input=b"# written by cddp: the program runs a private cluster\ncreate_main_cluster = false\n",
        stdout=subprocess.DEVNULL,
        check=False,
    )


def apt(layout: Layout, prefix: list[str], names: list[str]) -> None:
    """Run apt-get update and install; the whole output goes to var/log/apt.log."""
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    commands = (
        [*quiet, "update"],
        [*quiet, "-o", "Dpkg::Options::=--force-confold", "install", "--no-install-recommends", *names],
    )
    record = layout.logs / "apt.log"
    with record.open("ab") as output:
        for command in commands:
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)  # noqa: S603
            # A broken third-party source fails `update` and need not keep Debian's own packages away.
            if done.returncode != 0 and "update" not in command:
                tail = record.read_text(encoding="utf-8", errors="replace")[-1500:]
                raise LauncherError(
                    f"apt ติดตั้งไม่สำเร็จ (บันทึกอยู่ที่ {record})", f"apt failed; its log is {record}.", hint=tail
                )
