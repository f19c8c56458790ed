"""Everything that must be true before the program or its tests run, in order, each step skipped when done."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import psycopg
from psycopg.conninfo import make_conninfo

from cddp.config.launcher import environment, outside, packages
from cddp.config.launcher.cluster import SUPERUSER, postmaster_of, start_cluster, stop_cluster
from cddp.config.launcher.console import say, step
from cddp.config.launcher.database import (
    DATABASE,
    TEST_TEMPLATE,
    as_superuser,
    drop_database,
    make_database,
    note_on,
    prepare_database,
    write_note,
)
from cddp.config.launcher.frontend import build_front_end, built_folder
from cddp.config.launcher.layout import Layout
from cddp.config.launcher.stamps import Stamp, digest_of

#: Any change here may change tables, policies or reference data.
SCHEMA_INPUTS = (
    "src/cddp/**/*.py",
    "src/cddp/**/*.sql",
    "src/cddp/**/*.yaml",
    "policy/*.yaml",
    "requirements.lock",
)
UNRELATED = frozenset({"tests", "__pycache__", "launcher"})


@contextmanager
def alone(layout: Layout) -> Iterator[None]:
    """Let one preparation at a time work on a data folder; a second one waits."""
    layout.data.mkdir(parents=True, exist_ok=True)
    with (layout.data / ".preparing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare_machine(layout: Layout, *, for_tests: bool = False) -> None:
    """Disk, system packages, keys, front end, translations."""
    environment.check_disk(layout)
    wanted = packages.CLIENT_PACKAGES if environment.uses_outside_database() else packages.RUN_PACKAGES
    packages.install_missing(layout, wanted + (packages.TEST_PACKAGES if for_tests else ()))
    if environment.make_keys(layout):
        say(f"สร้างกุญแจเข้ารหัสไว้ที่ {layout.keys} เก็บสำเนาไว้ที่ปลอดภัย", "keys made; keep a safe copy of them")
    build_front_end(layout)
    compile_catalogues(layout)


def prepare_server(layout: Layout) -> bool:
    """The database server and an empty database with extensions. True if this call started a cluster."""
    if environment.uses_outside_database():
        with step("ตรวจฐานข้อมูลภายนอก", "checking the outside database"):
            outside.check_outside_database()
        return False
    if layout.postgres.parent != layout.data:
        say(f"PostgreSQL เข้าไม่ถึง {layout.data} จึงเก็บฐานข้อมูลไว้ที่ {layout.postgres}", "data folder moved")
    with step("เริ่มฐานข้อมูล PostgreSQL + PostGIS ส่วนตัว", "private database cluster"):
        started = start_cluster(layout)
        prepare_database(layout)
    return started


def prepare_server_quietly(layout: Layout) -> None:
    """The same without a word when the server already runs, for commands whose output is what matters."""
    if postmaster_of(layout) is None:
        prepare_server(layout)


def prepare_tables(layout: Layout) -> None:
    """Migrations, row-level security, reference data: skipped when nothing changed since the last time."""
    stamp = Stamp(layout, "tables", schema_digest(layout))
    if stamp.is_fresh():
        return
    with step("ปรับตารางในฐานข้อมูล", "migrating"):
        environment.run_django(layout, "migrate", "--no-input", capture=True)
        environment.run_django(layout, "createcachetable", capture=True)
    with step("โหลดข้อมูลอ้างอิง", "loading reference data"):
        environment.run_django(layout, "load_reference_data", capture=True)
    schema_digest.cache_clear()
    Stamp(layout, "tables", schema_digest(layout)).write()


def prepare_test_template(layout: Layout) -> None:
    """Migrate the database that all test databases are copies of: each would take half a minute by itself."""
    made_by = digest_of(layout.root, ("src/cddp/**/migrations/*.py", "requirements.lock"))
    with as_superuser(layout) as connection:
        if note_on(connection, TEST_TEMPLATE) == made_by:
            return
    with step("เตรียมฐานข้อมูลของการทดสอบ", "migrating the template of the test databases"):
        drop_database(layout, TEST_TEMPLATE)
        make_database(layout, TEST_TEMPLATE)
        environment.run_django(
            layout, "migrate", "--no-input", capture=True, CDDP_DATABASE_NAME=TEST_TEMPLATE
        )
    with as_superuser(layout) as connection:
        write_note(connection, TEST_TEMPLATE, made_by)


@cache
def schema_digest(layout: Layout) -> str:
    """Digest of the code that shapes tables and of the database it was applied to."""
    return digest_of(layout.root, SCHEMA_INPUTS, extra=database_identity(layout), skip=UNRELATED)


def database_identity(layout: Layout) -> str:
    """A word that differs between one database and the next, and between states of its migrations."""
    with psycopg.connect(admin_address(layout)) as connection:
        migrated: object = None
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() != (None,):
            migrated = connection.execute("SELECT count(*), max(id) FROM django_migrations").fetchone()
        row = connection.execute(
            "SELECT (SELECT system_identifier FROM pg_control_system()), oid, datname FROM pg_database "
            "WHERE datname = current_database()"
        ).fetchone()
    return repr((row, migrated))


def admin_address(layout: Layout, database: str = DATABASE) -> str:
    """The address for work beyond the program's rights: the private superuser, or the outside owner."""
    if environment.uses_outside_database():
        return environment.owner_url()
    return make_conninfo(host=str(layout.sockets), user=SUPERUSER, dbname=database)


def collect_static(layout: Layout) -> None:
    """Gather and compress the static files when one of them changed."""
    patterns = (
        "src/cddp/*/*/static/**/*",
        "src/cddp/*/static/**/*",
        "requirements.lock",
        "src/cddp/config/settings.py",
    )
    results = [layout.data / "static" / "staticfiles.json"]
    stamp = Stamp(layout, "static", digest_of(layout.root, patterns), results=results)
    if stamp.is_fresh():
        return
    with step("รวบรวมไฟล์หน้าเว็บ", "collecting static files"):
        built_folder(layout).mkdir(parents=True, exist_ok=True)
        environment.run_django(layout, "collectstatic", "--no-input", "--clear", capture=True)
    stamp.write()


def compile_catalogues(layout: Layout) -> None:
    """Turn each translation catalogue into its binary form, beside it."""
    for catalogue in sorted((layout.source / "cddp").glob("**/locale/*/LC_MESSAGES/*.po")):
        binary = catalogue.with_suffix(".mo")
        if binary.exists() and binary.stat().st_mtime >= catalogue.stat().st_mtime:
            continue
        subprocess.run(["msgfmt", "--output-file", str(binary), str(catalogue)], check=True)  # noqa: S603, S607


def load_demo(layout: Layout) -> None:
    """Fill a database that has no town yet with the demo towns."""
    from cddp.config.launcher.database import has_towns

    if os.environ.get("CDDP_DEMO", "1") == "0":
        return
    if has_towns(admin_address(layout)):
        return
    with step("สร้างเมืองสาธิต", "making the demo towns"):
        environment.run_django(layout, "demo")


def demo_accounts(layout: Layout) -> str:
    """Who may sign in to the demo, as the command of that name tells; kept until code or database change."""
    kept = layout.stamps / "demo-accounts.txt"
    stamp = Stamp(layout, "demo-accounts", schema_digest(layout), results=[kept])
    if not stamp.is_fresh():
        kept.write_text(environment.run_django(layout, "demo_accounts", capture=True), encoding="utf-8")
        stamp.write()
    return kept.read_text(encoding="utf-8")


def stop_server(layout: Layout) -> None:
    """Stop a cluster that a preparation of ours had started."""
    with step("หยุดฐานข้อมูล", "database"):
        stop_cluster(layout)
