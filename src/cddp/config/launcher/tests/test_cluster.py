"""A real cluster of its own: made, killed, revived, stopped. Takes a few seconds."""

import os
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cddp.config.launcher import cluster
from cddp.config.launcher.cluster import postmaster_of, start_cluster, stop_cluster
from cddp.config.launcher.database import PROGRAM, TEMPLATE, as_superuser, prepare_database
from cddp.config.launcher.layout import Layout, find_layout
from cddp.config.launcher.leakproof import missing_marks_query


@pytest.fixture(scope="module")
def place() -> Iterator[Layout]:
    # Not tmp_path: its folders are closed to the user `postgres` when root runs the tests.
    with tempfile.TemporaryDirectory(prefix="cddp-cluster-") as folder:
        Path(folder).chmod(0o755)
        place = find_layout({"CDDP_DATA_DIR": folder})
        start_cluster(place)
        prepare_database(place)
        yield place
        stop_cluster(place)


def test_settings_are_ours(place: Layout) -> None:
    with as_superuser(place) as connection:
        for name, wanted in {"jit": "off", "listen_addresses": "", "log_error_verbosity": "terse"}.items():
            assert connection.execute(f"SHOW {name}".encode()).fetchone() == (wanted,)


def test_the_socket_is_behind_a_private_folder(place: Layout) -> None:
    assert stat.S_IMODE(place.sockets.stat().st_mode) == 0o700


def test_the_template_has_all_marks_and_the_program_may_not_bypass(place: Layout) -> None:
    with as_superuser(place, "cddp") as connection:
        assert connection.execute(missing_marks_query().encode()).fetchall() == []
        assert connection.execute("SELECT show_trgm('กำแพง') <> '{}'").fetchone() == (True,)
        rights = "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = %s"
        assert connection.execute(rights, [PROGRAM]).fetchone() == (False, False, False)


def test_the_owner_copies_the_template_and_the_program_may_use_its_tables(place: Layout) -> None:
    prepare_database(place)  # a second time changes nothing and fails nowhere
    address = {"host": str(place.sockets), "autocommit": True}
    with psycopg.connect(dbname="postgres", user="cddp_owner", **address) as owner:
        owner.execute(f"CREATE DATABASE copied TEMPLATE {TEMPLATE}".encode())
    with psycopg.connect(dbname="copied", user="cddp_owner", **address) as owner:
        owner.execute("CREATE TABLE thing (id int)")
    with psycopg.connect(dbname="copied", user=PROGRAM, **address) as program:
        program.execute("INSERT INTO thing VALUES (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            program.execute("CREATE TABLE own (id int)")


def test_a_killed_server_starts_again_with_what_was_committed(place: Layout) -> None:
    with as_superuser(place, "cddp") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    victim = postmaster_of(place)
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while postmaster_of(place) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert start_cluster(place)
    assert not start_cluster(place)
    with as_superuser(place, "cddp") as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_a_process_number_used_by_somebody_else_is_not_believed(tmp_path: Path) -> None:
    lock = tmp_path / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{tmp_path}\n")
    assert cluster.living_server(lock, tmp_path / "postgres") is None
    lock.write_text("not a number")
    assert cluster.living_server(lock, tmp_path) is None
