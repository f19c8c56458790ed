"""The project's own PostgreSQL cluster: made once, reached through a private socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from cddp.config.launcher.console import LauncherError
from cddp.config.launcher.layout import POSTGRES_USER, SOCKET_NAME, Layout

SUPERUSER = "cddp_super"
OLDEST_POSTGRES = 15
START_SECONDS = 90
POSTGRES_HOME = Path("/usr/lib/postgresql")
# A connection keeps some 4 MB that lie free: else glibc gives them back after each statement, and a map tile asks the
# kernel for 675 pages anew each time. Blocks over 2 MB (sorts, hashes) are given back as before.
KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2 << 20), "MALLOC_TRIM_THRESHOLD_": str(4 << 20)}


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs PostgreSQL's own programs as an unprivileged user, also when we are root."""

    binaries: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one program to its end; never raises for a non-zero exit."""
        command = [str(self.binaries / program), *arguments]
        entry = server_user()
        identity = {} if entry is None else {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": "/", **KEPT_MEMORY}
        done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            **identity,  # type: ignore[call-overload]
        )
        return done


def server_user() -> pwd.struct_passwd | None:
    """The user the server runs as: `postgres` when we are root (it refuses root), else ourselves (None)."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(POSTGRES_USER)
    except KeyError as error:
        raise LauncherError(
            "ไม่พบผู้ใช้ postgres ในระบบ ต้องติดตั้ง postgresql-15 ก่อน",
            "The system has no user 'postgres'; install postgresql-15.",
        ) from error


def find_binaries(layout: Layout) -> Path:
    """The folder with initdb: of the version that made the cluster, else the newest with PostGIS."""
    made_by = layout.postgres / "PG_VERSION"
    if made_by.exists():
        folder = POSTGRES_HOME / made_by.read_text().strip() / "bin"
        if (folder / "pg_ctl").exists():
            return folder
        raise LauncherError(
            f"ฐานข้อมูลนี้สร้างด้วย PostgreSQL {folder.parent.name} แต่เครื่องนี้ไม่มีรุ่นนั้น",
            f"The cluster was made by PostgreSQL {folder.parent.name}, which is not installed here.",
        )
    usable = [version for version in installed_versions() if has_postgis(version)]
    if not usable:
        raise LauncherError(
            "ไม่พบ PostgreSQL 15 ขึ้นไปที่มี PostGIS", "No PostgreSQL 15 or later with PostGIS was found."
        )
    return POSTGRES_HOME / str(max(usable)) / "bin"


def installed_versions() -> list[int]:
    """Major versions of PostgreSQL servers on this machine, 15 and later."""
    found = [folder.name for folder in POSTGRES_HOME.glob("*") if (folder / "bin" / "initdb").exists()]
    return sorted(int(name) for name in found if name.isdigit() and int(name) >= OLDEST_POSTGRES)


def has_postgis(version: int) -> bool:
    """Whether PostGIS is installed for that major version."""
    return Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists()


def start_cluster(layout: Layout) -> bool:
    """Make the cluster if there is none and start it if it is down. True if this call started it."""
    runner = Runner(find_binaries(layout))
    make_folders(layout)
    if not (layout.postgres / "PG_VERSION").exists():
        make_cluster(layout, runner)
    write_settings(layout)
    if postmaster_of(layout) is not None and answers(layout):
        return False
    drop_stale_locks(layout)
    launch(layout, runner)
    return True


def make_folders(layout: Layout) -> None:
    """The data folder, the cluster's folder and the socket's folder, with their owners and modes."""
    layout.data.mkdir(parents=True, exist_ok=True)
    entry = server_user()
    layout.postgres.parent.mkdir(parents=True, exist_ok=True)
    layout.sockets.parent.mkdir(parents=True, exist_ok=True)
    for folder in (layout.postgres, layout.sockets):
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.stat().st_uid
        if entry is not None and owner != entry.pw_uid:
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        elif entry is None and owner != os.geteuid():
            raise LauncherError(
                f"โฟลเดอร์ {folder} เป็นของผู้ใช้อื่น (เคยเริ่มด้วย root?) ให้เริ่มด้วยผู้ใช้เดิม หรือตั้ง CDDP_DATA_DIR",
                f"{folder} belongs to another user; start as that user or set CDDP_DATA_DIR.",
            )
        folder.chmod(0o700)
    link_socket_folder(layout)


def link_socket_folder(layout: Layout) -> None:
    """Let `<data>/run` lead to the socket, so that tools which know only the data folder find it too."""
    usual = layout.data / "run"
    if usual == layout.sockets or (usual.exists() and not usual.is_symlink()):
        return
    if not usual.is_symlink() or usual.readlink() != layout.sockets:
        usual.unlink(missing_ok=True)
        usual.symlink_to(layout.sockets)


def make_cluster(layout: Layout, runner: Runner) -> None:
    """Run initdb. Trust is safe here: the only door is a socket in a folder of mode 0700."""
    done = runner.run(
        "initdb",
        f"--pgdata={layout.postgres}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth-local=trust",
        "--auth-host=reject",
        "--data-checksums",
        "--no-instructions",
    )
    if done.returncode != 0:
        for left_over in layout.postgres.iterdir():
            shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()
        raise LauncherError("สร้างฐานข้อมูลไม่สำเร็จ", "initdb failed.", hint=done.stderr.strip())
    with (layout.postgres / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write("\ninclude_if_exists = 'cddp.conf'  # written anew at every start\n")


def write_settings(layout: Layout) -> None:
    """Write `cddp.conf`: sized to this machine's memory, silent about people's values."""
    target = layout.postgres / "cddp.conf"
    text = "".join(f"{name} = '{value}'\n" for name, value in server_settings(layout).items())
    if target.exists() and target.read_text(encoding="utf-8") == text:
        return
    target.write_text(text, encoding="utf-8")
    entry = server_user()
    if entry is not None:
        os.chown(target, entry.pw_uid, entry.pw_gid)


def server_settings(layout: Layout) -> dict[str, str]:
    """Settings of the server for a small machine (2 cores, 4–24 GB) that also runs the program."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(layout.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "120",
        "shared_buffers": f"{min(max(memory // 8, 128), 2048)}MB",
        "effective_cache_size": f"{max(memory // 2, 512)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(memory // 16, 64), 512)}MB",
        "max_wal_size": "4GB",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "100",
        # Short queries: compiling them costs more than it saves (4.3 times slower for one peer).
        "jit": "off",
        "timezone": "Asia/Bangkok",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgres-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_size": "0",
        # Statements and DETAIL lines would carry names and identity numbers into the log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }


def launch(layout: Layout, runner: Runner) -> None:
    """Start the server and wait until it takes connections. After a crash this includes its recovery."""
    opening = str(layout.postgres / "start.log")
    for attempt in range(3):
        done = runner.run(
            "pg_ctl", "start", "-w", "-s", "-t", str(START_SECONDS), "-D", str(layout.postgres), "-l", opening
        )
        if done.returncode == 0:
            return
        # After kill -9 of the server its children need a moment to leave the shared memory.
        time.sleep(1 + attempt)
        drop_stale_locks(layout)
    tail = Path(opening).read_text(encoding="utf-8", errors="replace")[-1500:]
    raise LauncherError("เริ่มฐานข้อมูลไม่สำเร็จ ดูบันทึกด้านล่าง", "PostgreSQL did not start.", hint=done.stderr + tail)


def stop_cluster(layout: Layout) -> bool:
    """Stop the server; open connections are ended, their transactions roll back. True if it was running."""
    if postmaster_of(layout) is None:
        return False
    runner = Runner(find_binaries(layout))
    done = runner.run("pg_ctl", "stop", "-w", "-s", "-t", "30", "-m", "fast", "-D", str(layout.postgres))
    if done.returncode != 0:
        raise LauncherError("หยุดฐานข้อมูลไม่สำเร็จ", "PostgreSQL did not stop.", hint=done.stderr.strip())
    return True


def postmaster_of(layout: Layout) -> int | None:
    """The process id of the running server of this very cluster, None if it is down."""
    return living_server(layout.postgres / "postmaster.pid", layout.postgres)


def living_server(pid_file: Path, cluster: Path) -> int | None:
    """The process named in `pid_file` if it lives and works in `cluster`; a reused number is not believed."""
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        home = os.readlink(f"/proc/{pid}/cwd")
    except (OSError, ValueError):
        return None
    return pid if Path(home) == cluster.resolve() else None


def drop_stale_locks(layout: Layout) -> None:
    """Remove lock files left by a killed server whose process number now belongs to somebody else.

    PostgreSQL clears its own stale locks unless the number is in use again by the same user, which happens
    after a restart of a machine or container.
    """
    locks = (layout.postgres / "postmaster.pid", layout.sockets / f"{SOCKET_NAME}.lock")
    for lock in locks:
        if lock.exists() and living_server(lock, layout.postgres) is None:
            lock.unlink(missing_ok=True)


def answers(layout: Layout) -> bool:
    """Whether the socket takes connections."""
    import psycopg

    try:
        with psycopg.connect(host=str(layout.sockets), user=SUPERUSER, dbname="postgres", connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False
