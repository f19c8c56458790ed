"""`./cddp restore FILE` and `./cddp reset`: nothing old is dropped before the new is whole and verified."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import psycopg

from cddp.config.launcher import environment
from cddp.config.launcher.backup import (
    DUMP_NAME,
    MANIFEST_NAME,
    backup_address,
    check_bypass,
    key_fingerprints,
)
from cddp.config.launcher.console import LauncherError, say, step
from cddp.config.launcher.database import DATABASE, as_superuser, drop_database, make_database, set_marks
from cddp.config.launcher.layout import Layout
from cddp.config.launcher.manifest import (
    Difference,
    Manifest,
    compare,
    list_tables,
    measure_tables,
    sha256_of,
)
from cddp.config.launcher.postgres_tools import client_program, program_environment
from cddp.config.launcher.preparation import admin_address, alone, prepare_server
from cddp.config.launcher.serving import find_running, stop_program

DRAFT_DATABASE = "cddp_restoring"


def restore(layout: Layout, arguments: list[str]) -> int:
    """Restore beside what is there, verify every table and file, and only then change over."""
    options = read_options(arguments)
    source = Path(options.file).expanduser().absolute()
    began = time.monotonic()
    if find_running(layout) is not None:
        raise LauncherError("ระบบกำลังทำงานอยู่ หยุดก่อนด้วย ./cddp down", "Stop the program first: ./cddp down")
    with (
        alone(layout),
        open_archive(source) as archive,
        tempfile.TemporaryDirectory(dir=layout.data) as folder,
    ):
        environment.check_disk(layout, 2 * source.stat().st_size + environment.FREE_BYTES_WANTED)
        manifest = read_manifest(archive)
        environment.make_keys(layout)
        prepare_server(layout)
        refuse_to_overwrite(layout, force=options.force)
        unpack(archive, Path(folder), manifest)
        found = load_database(layout, Path(folder) / DUMP_NAME)
        if not is_same(manifest, found, Path(folder)):
            return give_up(layout)
        change_over(layout, Path(folder))
        place_keys(layout, Path(folder), manifest)
    say(f"กู้คืนแล้วและตรวจตรงกันทุกตาราง ({manifest.created_at})", f"restored in {time.monotonic() - began:.1f} s")
    return 0


def read_options(arguments: list[str]) -> argparse.Namespace:
    """The words after `restore`."""
    parser = argparse.ArgumentParser(prog="./cddp restore", description="กู้คืนข้อมูล · restore")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--force", action="store_true", help="แทนที่ข้อมูลที่มีอยู่ · replace what is there")
    return parser.parse_args(arguments)


def open_archive(source: Path) -> tarfile.TarFile:
    """Open a backup; raises LauncherError for what is none."""
    try:
        return tarfile.open(source, mode="r:*")
    except (OSError, tarfile.TarError) as error:
        raise LauncherError(f"เปิดชุดสำรอง {source} ไม่ได้", f"Cannot open the backup: {error}") from error


def read_manifest(archive: tarfile.TarFile) -> Manifest:
    """The manifest, which is written last: an archive cut short has none."""
    try:
        member = archive.extractfile(MANIFEST_NAME)
        assert member is not None  # noqa: S101
        return Manifest.from_json(member.read())
    except (KeyError, tarfile.TarError, ValueError, AssertionError) as error:
        raise LauncherError(
            "ไฟล์นี้ไม่ใช่ชุดสำรองของระบบ หรือถูกตัดกลางคัน", f"Not a whole backup of this program: {error}"
        ) from error


def refuse_to_overwrite(layout: Layout, *, force: bool) -> None:
    """A database with tables is replaced only on request."""
    with psycopg.connect(admin_address(layout)) as connection:
        tables = list_tables(connection)
    if not tables:
        return
    if environment.uses_outside_database():
        raise LauncherError(
            "ฐานข้อมูลภายนอกต้องว่างก่อนกู้คืน", "An outside database must be empty (no tables) before a restore."
        )
    if not force:
        raise LauncherError(
            "ฐานข้อมูลนี้มีข้อมูลอยู่ สั่ง ./cddp reset ก่อน หรือเติม --force เพื่อแทนที่",
            "There is data already: run ./cddp reset first, or add --force.",
        )


def unpack(archive: tarfile.TarFile, folder: Path, manifest: Manifest) -> None:
    """Take the archive apart and check the hash of the dump."""
    with step("แตกชุดสำรอง", "unpacking"):
        for entry in archive:
            extract(archive, entry, folder)
        if sha256_of(folder / DUMP_NAME) != manifest.dump_sha256:
            raise LauncherError(
                "ชุดสำรองเสียหาย: ไฟล์ฐานข้อมูลไม่ตรงกับรหัสตรวจ", "The dump's SHA-256 does not match."
            )


def extract(archive: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """Write one entry; anything but a plain file at one of our own places is refused."""
    path = Path(entry.name)
    ours = entry.name in {DUMP_NAME, MANIFEST_NAME} or path.parts[0] in {"files", "keys"}
    content = archive.extractfile(entry) if entry.isfile() else None
    if not ours or path.is_absolute() or ".." in path.parts or content is None:
        raise LauncherError(f"ชุดสำรองมีรายการแปลกปลอม: {entry.name}", "The backup holds a foreign entry.")
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(content, file, 2**20)


def load_database(layout: Layout, dump: Path) -> dict[str, list[str]]:
    """Load the dump into a fresh copy of the template (or the outside database) and measure it."""
    if environment.uses_outside_database():
        address, reader = environment.owner_url(), backup_address(layout)
        check_bypass(reader)
    else:
        drop_database(layout, DRAFT_DATABASE)
        make_database(layout, DRAFT_DATABASE)
        address = reader = admin_address(layout, DRAFT_DATABASE)
    with step("กู้คืนฐานข้อมูล", "loading the dump"):
        run_restore(address, dump)
    with step("ตรวจนับทุกตาราง", "counting and checking every table"), psycopg.connect(reader) as connection:
        return measure_tables(connection)


def run_restore(address: str, dump: Path) -> None:
    """Run pg_restore; raises LauncherError with its words if anything fails."""
    options = ["--exit-on-error", f"--dbname={address}"]
    # Our own draft is simply dropped when something fails; an outside database must stay as empty as it was.
    outside = environment.uses_outside_database()
    options += ["--no-owner", "--no-comments", "--single-transaction"] if outside else ["--jobs=2"]
    done = subprocess.run(  # noqa: S603
        [client_program("pg_restore"), *options, str(dump)],
        capture_output=True,
        text=True,
        check=False,
        env=program_environment(),
    )
    if done.returncode != 0:
        raise LauncherError("กู้คืนฐานข้อมูลไม่สำเร็จ", "pg_restore failed.", hint=done.stderr.strip()[-2000:])


def is_same(manifest: Manifest, found: dict[str, list[str]], folder: Path) -> bool:
    """Compare tables and files with the manifest and print what was compared."""
    wrong_tables = compare(manifest.tables, found)
    wrong_files = compare(manifest.files, measure_files(folder / "files"))
    print_table(manifest.tables, found)
    for difference in wrong_tables + wrong_files:
        print_difference(difference)
    files = f"{len(manifest.files) - len(wrong_files)}/{len(manifest.files)}"
    say(f"ตารางตรงกัน {len(manifest.tables) - len(wrong_tables)}/{len(manifest.tables)} ไฟล์ตรงกัน {files}")
    return not wrong_tables and not wrong_files


def measure_files(folder: Path) -> dict[str, list[str]]:
    """Size and hash of every unpacked file."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): [str(path.stat().st_size), sha256_of(path)] for path in paths}


def print_table(expected: dict[str, list[str]], found: dict[str, list[str]]) -> None:
    """One line a table: rows in the backup, rows restored, whether the checksums are equal."""
    print(f"\n  {'ตาราง · table':<52}{'สำรอง':>12}{'กู้คืน':>12}  checksum")
    for name, (count, checksum) in sorted(expected.items()):
        now = found.get(name, ["0", ""])
        mark = "✓" if now == [count, checksum] else "✗"
        print(f"  {name:<52}{int(count):>12,}{int(now[0]):>12,}  {mark}")
    print(flush=True)


def print_difference(difference: Difference) -> None:
    """Say what was expected and what was found."""
    print(f"✗ {difference.name}: {difference.expected} ≠ {difference.found}", file=sys.stderr)


def give_up(layout: Layout) -> int:
    """Leave everything as it was."""
    if environment.uses_outside_database():
        say("✗ ข้อมูลที่กู้คืนไม่ตรงกับชุดสำรอง อย่าใช้ฐานข้อมูลนี้ ลบตารางแล้วกู้คืนใหม่", "mismatch: do not use this database")
        return 1
    drop_database(layout, DRAFT_DATABASE)
    say("✗ ข้อมูลที่กู้คืนไม่ตรงกับชุดสำรอง จึงไม่เปลี่ยนข้อมูลเดิม", "mismatch: nothing was changed")
    return 1


def change_over(layout: Layout, folder: Path) -> None:
    """Put the verified database and files in the place of the old ones."""
    if not environment.uses_outside_database():
        with as_superuser(layout, DRAFT_DATABASE) as connection:
            set_marks(connection)
            connection.execute("ANALYZE")
        drop_database(layout, DATABASE)
        with as_superuser(layout) as connection:
            connection.execute(f"ALTER DATABASE {DRAFT_DATABASE} RENAME TO {DATABASE}".encode())
    unpacked = folder / "files"
    unpacked.mkdir(exist_ok=True)
    shutil.rmtree(layout.files, ignore_errors=True)
    unpacked.rename(layout.files)


def place_keys(layout: Layout, folder: Path, manifest: Manifest) -> None:
    """Use the backup's keys if it has them (the old ones are kept aside); else say if ours are others."""
    if manifest.keys_included and manifest.keys != key_fingerprints(layout):
        aside = layout.data / f"keys-before-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}"
        layout.keys.rename(aside)
        (folder / "keys").rename(layout.keys)
        layout.keys.chmod(0o700)
        for path in layout.keys.iterdir():
            path.chmod(0o600)
        say(f"ใช้กุญแจจากชุดสำรอง กุญแจเดิมย้ายไปที่ {aside}", "keys taken from the backup")
        return
    here = key_fingerprints(layout)
    foreign = [name for name in ("identity_key", "lookup_key") if manifest.keys.get(name) != here.get(name)]
    if foreign:
        say(
            f"⚠ กุญแจ {' '.join(foreign)} ไม่ใช่ดอกเดียวกับตอนสำรอง เลขประจำตัวที่เข้ารหัสจะอ่านไม่ได้ "
            f"นำกุญแจเดิมมาวางที่ {layout.keys}",
            "these keys are not the backup's: put the original key files there",
        )


def reset(layout: Layout, arguments: list[str]) -> int:
    """Drop all data and leave an empty system; keys are kept unless `--keys` asks for new ones."""
    parser = argparse.ArgumentParser(prog="./cddp reset", description="ล้างข้อมูลทั้งหมด · drop all data")
    parser.add_argument("--yes", action="store_true", help="ไม่ต้องถาม · do not ask")
    parser.add_argument("--keys", action="store_true", help="ทิ้งกุญแจด้วย · drop the keys too")
    options = parser.parse_args(arguments)
    if environment.uses_outside_database():
        raise LauncherError("reset ใช้กับฐานข้อมูลภายนอกไม่ได้", "reset never touches an outside database.")
    if not options.yes and not is_confirmed(layout):
        say("ไม่ได้ลบอะไร", "nothing was changed")
        return 1
    stop_program(layout)
    with alone(layout):
        prepare_server(layout)
        with step("ล้างฐานข้อมูลและไฟล์แนบ", "dropping database and files"):
            drop_database(layout, DATABASE)
            make_database(layout, DATABASE)
            for folder in (layout.files, *([layout.keys] if options.keys else [])):
                shutil.rmtree(folder, ignore_errors=True)
            layout.files.mkdir(parents=True, exist_ok=True)
    say("ว่างเปล่าแล้ว เริ่มใหม่ด้วย ./cddp up", "empty; start again with ./cddp up")
    return 0


def is_confirmed(layout: Layout) -> bool:
    """Ask at the terminal; without one the answer is no."""
    if not os.isatty(sys.stdin.fileno()):
        say("เติม --yes เพื่อยืนยันการล้างข้อมูล", "add --yes to confirm")
        return False
    answer = input(f"ลบข้อมูลทั้งหมดใน {layout.data}? พิมพ์ 'ลบ' หรือ 'yes' เพื่อยืนยัน: ")
    return answer.strip().lower() in {"ลบ", "yes"}
