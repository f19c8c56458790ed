"""`./cddp backup FILE`: one consistent archive, made while people work.

The dump, the counts and the checksums are taken in one exported snapshot. Uploaded files lie under the hash
of their content and are only ever added, so copying them after the snapshot finds every file that it names.
The archive is a plain tar: dump and photographs inside are compressed already.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import shutil
import subprocess
import tarfile
import time
from pathlib import Path

import psycopg

from cddp.config.launcher import environment
from cddp.config.launcher.console import LauncherError, say, step
from cddp.config.launcher.layout import Layout
from cddp.config.launcher.manifest import HashingReader, Manifest, fingerprint, measure_tables, sha256_of
from cddp.config.launcher.postgres_tools import client_program, program_environment
from cddp.config.launcher.preparation import admin_address, prepare_server_quietly

DUMP_NAME = "database.dump"
MANIFEST_NAME = "manifest.json"


def backup(layout: Layout, arguments: list[str]) -> int:
    """Write the archive to FILE.part and give it its name only when it is whole."""
    options = read_options(arguments)
    target = Path(options.file).expanduser().absolute()
    began = time.monotonic()
    prepare_server_quietly(layout)
    check_bypass(backup_address(layout))
    check_room(layout, target)
    draft = target.with_name(target.name + ".part")
    dump = target.with_name(target.name + ".dump.part")
    try:
        manifest = dump_database(layout, dump)
        write_archive(layout, draft, dump, manifest, with_keys=options.with_keys)
        draft.replace(target)
    finally:
        dump.unlink(missing_ok=True)
        draft.unlink(missing_ok=True)
    warn_of_keys(layout, with_keys=options.with_keys)
    rows = sum(int(count) for count, _ in manifest.tables.values())
    size = target.stat().st_size / 2**20
    say(
        f"สำรองแล้ว {len(manifest.tables)} ตาราง {rows:,} แถว {len(manifest.files):,} ไฟล์ "
        f"{size:,.1f} MB → {target}",
        f"backup done in {time.monotonic() - began:.1f} s",
    )
    return 0


def read_options(arguments: list[str]) -> argparse.Namespace:
    """The words after `backup`."""
    parser = argparse.ArgumentParser(prog="./cddp backup", description="สำรองข้อมูล · back up")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--with-keys", action="store_true", help="รวมกุญแจเข้ารหัส · include the keys")
    return parser.parse_args(arguments)


def backup_address(layout: Layout) -> str:
    """The address of the one who may read every town: for an outside database a role of its own."""
    return os.environ.get(environment.BACKUP_DATABASE_URL) or admin_address(layout)


def check_bypass(address: str) -> None:
    """A backup must see the rows of every town: refuse a role that row-level security would blind."""
    with psycopg.connect(address) as connection:
        row = connection.execute(
            "SELECT rolsuper OR rolbypassrls, current_user FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if row is None or not row[0]:
        name = row[1] if row else "?"
        raise LauncherError(
            f"ผู้ใช้ฐานข้อมูล {name} มองไม่เห็นแถวของทุกเมือง จึงสำรองไม่ครบ",
            f"The database role {name} is bound by row-level security and cannot back up every town.",
            hint="CREATE ROLE cddp_backup LOGIN BYPASSRLS PASSWORD '…' IN ROLE pg_read_all_data;\n"
            f"{environment.BACKUP_DATABASE_URL}=postgresql://cddp_backup:…@host/cddp ./cddp backup FILE",
        )


def check_room(layout: Layout, target: Path) -> None:
    """Refuse early when the folder cannot hold the dump twice and the files once."""
    if not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        raise LauncherError(f"เขียนลง {target.parent} ไม่ได้", f"Cannot write into {target.parent}.")
    with psycopg.connect(admin_address(layout)) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    files = sum(path.stat().st_size for path in layout.files.rglob("*") if path.is_file())
    # A compressed dump takes about a quarter of the tables and indexes it came from; it lies there twice.
    wanted = int(row[0] if row else 0) // 2 + files + 50 * 2**20
    free = shutil.disk_usage(target.parent).free
    if free < wanted:
        raise LauncherError(
            f"พื้นที่ที่ {target.parent} ไม่พอ: เหลือ {free // 2**20:,} MB ต้องการราว {wanted // 2**20:,} MB",
            "Not enough disk space for the backup.",
        )


def dump_database(layout: Layout, dump: Path) -> Manifest:
    """Dump in an exported snapshot; measure the tables in the same snapshot while the dump runs."""
    address = backup_address(layout)
    with psycopg.connect(address) as connection, step("สำรองฐานข้อมูล", "dump, counts and checksums"):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None  # noqa: S101
        # PostGIS brings its own list of reference systems; only a superuser could load it again.
        options = ["--format=custom", f"--snapshot={row[0]}", "--exclude-table-data=spatial_ref_sys"]
        command = [client_program("pg_dump"), *options, f"--file={dump}", address]
        dumping = subprocess.Popen(  # noqa: S603
            command, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL, env=program_environment()
        )
        try:
            manifest = describe(layout, connection)
        finally:
            _, words = dumping.communicate()
        if dumping.returncode != 0:
            raise LauncherError("pg_dump ไม่สำเร็จ", "pg_dump failed.", hint=words.strip()[-1500:])
        return manifest


def describe(layout: Layout, connection: psycopg.Connection[tuple[object, ...]]) -> Manifest:
    """A manifest of the database as this transaction sees it; files are added while they are copied."""
    extensions = connection.execute("SELECT extname, extversion FROM pg_extension ORDER BY 1").fetchall()
    return Manifest(
        created_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        program=program_version(layout),
        server=str(connection.info.server_version),
        extensions={str(name): str(version) for name, version in extensions},
        tables=measure_tables(connection),
        keys=key_fingerprints(layout),
    )


def program_version(layout: Layout) -> str:
    """The commit that made the backup, "unknown" outside a git clone."""
    done = (
        subprocess.run(  # noqa: S603
            ["git", "-C", str(layout.root), "rev-parse", "HEAD"],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        if shutil.which("git")
        else None
    )
    return done.stdout.strip() if done and done.returncode == 0 else "unknown"


def key_fingerprints(layout: Layout) -> dict[str, str]:
    """Fingerprint of each key file here: tells at restore whether the right keys are in place."""
    paths = [layout.keys / name for name in environment.KEY_NAMES]
    return {path.name: fingerprint(path.read_bytes()) for path in paths if path.exists()}


def write_archive(layout: Layout, draft: Path, dump: Path, manifest: Manifest, *, with_keys: bool) -> None:
    """Dump, files, keys when asked for, and last the manifest."""
    with step("รวมไฟล์แนบเข้าชุดสำรอง", "files"), private_tar(draft) as archive:
        object.__setattr__(manifest, "dump_sha256", sha256_of(dump))
        archive.add(dump, DUMP_NAME, filter=anonymous)
        for path in sorted(layout.files.rglob("*")):
            if path.is_file() and not path.name.endswith(".part"):
                add_file(archive, path, str(path.relative_to(layout.files)), manifest)
        if with_keys:
            object.__setattr__(manifest, "keys_included", True)
            for name in environment.KEY_NAMES:
                archive.add(layout.keys / name, f"keys/{name}", filter=anonymous)
        text = manifest.to_json()
        entry = tarfile.TarInfo(MANIFEST_NAME)
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))


def private_tar(path: Path) -> tarfile.TarFile:
    """A new archive that only its maker may read: it holds every resident's data."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return tarfile.open(fileobj=os.fdopen(descriptor, "wb"), mode="w", format=tarfile.PAX_FORMAT)


def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """An entry without the name of the person who made the backup."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def add_file(archive: tarfile.TarFile, path: Path, name: str, manifest: Manifest) -> None:
    """Copy one uploaded file and note its size and hash; one that was deleted meanwhile is left out."""
    try:
        with path.open("rb") as file:
            entry = anonymous(archive.gettarinfo(arcname=f"files/{name}", fileobj=file))
            reader = HashingReader(file)
            archive.addfile(entry, reader)
    except FileNotFoundError:
        return
    manifest.files[name] = [str(entry.size), reader.hash.hexdigest()]


def warn_of_keys(layout: Layout, *, with_keys: bool) -> None:
    """Say what the archive can and cannot do without the keys."""
    if with_keys:
        say("⚠ ชุดสำรองนี้มีกุญแจเข้ารหัสอยู่ด้วย เก็บเหมือนเก็บเลขบัตรประชาชนของทุกคน", "keys are inside: lock it away")
    else:
        say(
            f"⚠ ชุดสำรองไม่มีกุญแจ เลขประจำตัวที่เข้ารหัสจะอ่านไม่ได้หากกุญแจใน {layout.keys} หาย เก็บสำเนากุญแจแยกไว้",
            "keys are not inside (--with-keys): without them encrypted identity numbers stay unreadable",
        )
