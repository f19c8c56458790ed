"""An operator's own PostgreSQL (CDDP_DATABASE_URL): looked at before use, never changed."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from cddp.config.launcher.console import LauncherError
from cddp.config.launcher.database import DATABASE, DEFAULT_RIGHTS, OWNER, PROGRAM, ROLES
from cddp.config.launcher.environment import DATABASE_URL, owner_url
from cddp.config.launcher.leakproof import (
    EXTENSIONS,
    LEAKPROOF_FUNCTIONS,
    mark_statement,
    missing_marks_query,
)

OLDEST_SERVER = 150000
OLDEST_POSTGIS = (3, 3)


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What was seen of an outside server."""

    version: int
    encoding: str
    extensions: dict[str, str]
    unmarked: tuple[str, ...]


def inspect_server(url: str) -> ServerFacts:
    """Look at the server; raises LauncherError if it cannot be reached."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            extensions = connection.execute("SELECT extname, extversion FROM pg_extension").fetchall()
            encoding = connection.execute("SHOW server_encoding").fetchone()
            unmarked = connection.execute(missing_marks_query().encode()).fetchall()
            return ServerFacts(
                version=connection.info.server_version,
                encoding=str(encoding[0]) if encoding else "",
                extensions={str(name): str(version) for name, version in extensions},
                unmarked=tuple(str(row[0]) for row in unmarked),
            )
    except psycopg.OperationalError as error:
        raise LauncherError(
            f"ต่อฐานข้อมูลตาม {DATABASE_URL} ไม่ได้ ตรวจที่อยู่ ชื่อผู้ใช้ และรหัสผ่าน",
            f"Cannot reach the database named by {DATABASE_URL}.",
            hint=without_secrets(str(error), url),
        ) from error


def without_secrets(text: str, url: str) -> str:
    """The text of a driver's error with the password of `url` taken out."""
    from urllib.parse import unquote, urlsplit

    secret = urlsplit(url).password
    for form in {secret, unquote(secret)} if secret else set():
        text = text.replace(form, "***")
    return text.strip()


def shortcomings(facts: ServerFacts) -> list[str]:
    """What an administrator must change by hand first, one line each; empty when the server will do."""
    found = []
    if facts.version < OLDEST_SERVER:
        found.append(f"PostgreSQL {facts.version // 10000}: ต้องใช้รุ่น 15 ขึ้นไป · version 15 or later is needed")
    if facts.encoding != "UTF8":
        found.append(f"encoding {facts.encoding}: ต้องเป็น UTF8 · must be UTF8")
    postgis = facts.extensions.get("postgis")
    if postgis and tuple(int(part) for part in postgis.split(".")[:2]) < OLDEST_POSTGIS:
        found.append(f"PostGIS {postgis}: ต้องใช้รุ่น 3.3 ขึ้นไป · version 3.3 or later is needed")
    return found


def needed_statements(facts: ServerFacts) -> list[str]:
    """The SQL that a superuser must run in that database, in order."""
    extensions = [
        f"CREATE EXTENSION IF NOT EXISTS {name};" for name in EXTENSIONS if name not in facts.extensions
    ]
    marks = [f"{mark_statement(name)};" for name in LEAKPROOF_FUNCTIONS if name in facts.unmarked]
    return extensions + marks


def whole_script() -> str:
    """A psql script for an empty server: roles, database, extensions, rights and marks."""
    lines = [
        "-- Makes an outside PostgreSQL (15 or later, with PostGIS 3.3 or later) ready for CDDP. As superuser:",
        "--   psql -v owner_password=… -v app_password=… -f outside-database.sql",
        "-- Printed by `./cddp database-sql`.",
        "\\set ON_ERROR_STOP on",
        f"CREATE ROLE {OWNER} {ROLES[OWNER]} PASSWORD :'owner_password';",
        f"CREATE ROLE {PROGRAM} {ROLES[PROGRAM]} PASSWORD :'app_password';",
        f"GRANT {PROGRAM} TO {OWNER};",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';",
        f"\\connect {DATABASE}",
        *(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in EXTENSIONS),
        *(f"{statement};" for statement in DEFAULT_RIGHTS),
        *(f"{mark_statement(name)};" for name in LEAKPROOF_FUNCTIONS),
    ]
    return "\n".join(lines) + "\n"


def check_outside_database() -> None:
    """Raise LauncherError with the exact SQL to run if the outside database lacks anything."""
    facts = inspect_server(owner_url())
    bad = shortcomings(facts)
    if bad:
        raise LauncherError("ฐานข้อมูลภายนอกใช้ไม่ได้", "The outside database will not do.", hint="\n".join(bad))
    statements = needed_statements(facts)
    if statements:
        raise LauncherError(
            "ฐานข้อมูลภายนอกยังขาดส่วนขยายหรือเครื่องหมาย LEAKPROOF ให้ผู้ดูแลฐานข้อมูล (superuser) รันคำสั่งนี้",
            "A superuser must run this SQL in the outside database first:",
            hint="\n".join(statements),
        )
