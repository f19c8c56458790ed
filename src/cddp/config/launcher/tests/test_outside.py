"""An operator's own PostgreSQL: what is missing is said as SQL, passwords never."""

from cddp.config.launcher.layout import find_layout
from cddp.config.launcher.leakproof import EXTENSIONS, LEAKPROOF_FUNCTIONS
from cddp.config.launcher.outside import (
    ServerFacts,
    needed_statements,
    shortcomings,
    whole_script,
    without_secrets,
)

GOOD = ServerFacts(150004, "UTF8", dict.fromkeys(EXTENSIONS, "3.4.0"), ())


def test_a_good_server_needs_nothing() -> None:
    assert shortcomings(GOOD) == []
    assert needed_statements(GOOD) == []


def test_old_server_wrong_encoding_and_old_postgis_are_named() -> None:
    bad = ServerFacts(140010, "SQL_ASCII", {"postgis": "3.1.4"}, ())
    assert len(shortcomings(bad)) == 3


def test_missing_extensions_and_marks_become_sql_in_order() -> None:
    empty = ServerFacts(160000, "UTF8", {}, tuple(LEAKPROOF_FUNCTIONS))
    statements = needed_statements(empty)
    assert statements[0] == "CREATE EXTENSION IF NOT EXISTS postgis;"
    assert "ALTER FUNCTION textlike(text, text) LEAKPROOF;" in statements
    assert len(statements) == len(EXTENSIONS) + len(LEAKPROOF_FUNCTIONS)


def test_password_is_taken_out_of_an_error() -> None:
    url = "postgresql://town:s%40fe@db/cddp"
    assert "s@fe" not in without_secrets("password s@fe refused", url)
    assert "s%40fe" not in without_secrets(f"bad address {url}", url)


def test_the_script_in_deploy_is_what_the_program_prints() -> None:
    kept = find_layout().root / "deploy" / "outside-database.sql"
    assert kept.read_text(encoding="utf-8") == whole_script(), (
        "run ./cddp database-sql > deploy/outside-database.sql"
    )
