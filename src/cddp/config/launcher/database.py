"""What must be in the server before Django speaks to it: roles, template database, database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from cddp.config.launcher.cluster import SUPERUSER
from cddp.config.launcher.layout import Layout
from cddp.config.launcher.leakproof import EXTENSIONS, mark_statement, missing_marks_query

DATABASE = "cddp"
TEMPLATE = "cddp_template"
TEST_TEMPLATE = "cddp_test_template"
OWNER = "cddp_owner"
PROGRAM = "cddp_app"

#: Role → its attributes. The owner may make databases so that tests can copy the template.
ROLES = {
    OWNER: "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION",
    PROGRAM: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION",
}

#: What the program may do with tables that the owner will make; kept in the template, so every copy has it.
DEFAULT_RIGHTS = (
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {PROGRAM}",
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {PROGRAM}",
)

Connection = psycopg.Connection[tuple[object, ...]]


@contextmanager
def as_superuser(layout: Layout, database: str = "postgres") -> Iterator[Connection]:
    """A connection of the private cluster's superuser, each statement its own transaction."""
    with psycopg.connect(
        host=str(layout.sockets), user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=10
    ) as connection:
        yield connection


def prepare_database(layout: Layout) -> None:
    """Bring roles, template and database to the wanted state. Cheap when they are already so."""
    with as_superuser(layout) as connection:
        make_roles(connection)
        existing = {str(row[0]) for row in connection.execute("SELECT datname FROM pg_database")}
    if TEMPLATE not in existing:
        make_template(layout)
    else:
        refresh_template(layout)
    if DATABASE not in existing:
        make_database(layout, DATABASE)
    with as_superuser(layout, DATABASE) as connection:
        set_marks(connection)


def make_roles(connection: Connection) -> None:
    """Create or correct the two roles; the owner may become the program, never the other way."""
    existing = {str(row[0]) for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role, attributes in ROLES.items():
        verb = "ALTER" if role in existing else "CREATE"
        connection.execute(f"{verb} ROLE {role} {attributes}".encode())
    belongs = connection.execute(f"SELECT pg_has_role('{OWNER}', '{PROGRAM}', 'MEMBER')".encode()).fetchone()
    if belongs != (True,):
        connection.execute(f"GRANT {PROGRAM} TO {OWNER}".encode())


def make_template(layout: Layout) -> None:
    """Make the template under a passing name first, so that a crash in the middle leaves no half template."""
    draft = f"{TEMPLATE}_draft"
    with as_superuser(layout) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)".encode())
        connection.execute(
            f"CREATE DATABASE {draft} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'".encode()
        )
    with as_superuser(layout, draft) as connection:
        fill_template(connection)
    with as_superuser(layout) as connection:
        connection.execute(f"ALTER DATABASE {draft} RENAME TO {TEMPLATE}".encode())
        # A template may be copied by anyone with CREATEDB, but only while nobody is connected to it.
        connection.execute(f"ALTER DATABASE {TEMPLATE} IS_TEMPLATE true ALLOW_CONNECTIONS false".encode())


def fill_template(connection: Connection) -> None:
    """Extensions, default rights and marks."""
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    for statement in DEFAULT_RIGHTS:
        connection.execute(statement.encode())
    set_marks(connection)


def note_on(connection: Connection, name: str) -> object:
    """Return what was written on a database about how it was made; None when nothing was, or it is not there."""
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return row[0] if row else None


def write_note(connection: Connection, name: str, note: str) -> None:
    """Write on a database how it was made."""
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(note))
    )


def refresh_template(layout: Layout) -> None:
    """Add to an existing template what a newer version of the program asks for."""
    with as_superuser(layout) as connection:
        note = f"{hash_of_wishes()}"
        if note_on(connection, TEMPLATE) == note:
            return
        connection.execute(f"ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS true".encode())
    try:
        with as_superuser(layout, TEMPLATE) as connection:
            fill_template(connection)
    finally:
        with as_superuser(layout) as connection:
            connection.execute(f"ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS false".encode())
    with as_superuser(layout) as connection:
        write_note(connection, TEMPLATE, note)


def hash_of_wishes() -> str:
    """Changes when the list of extensions, rights or marks changes."""
    import hashlib

    wishes = repr((EXTENSIONS, DEFAULT_RIGHTS, missing_marks_query()))
    return hashlib.sha256(wishes.encode()).hexdigest()[:16]


def make_database(layout: Layout, name: str) -> None:
    """Copy the template; the owner of the copy owns its schema and all that migrations make in it."""
    with as_superuser(layout) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(OWNER)
            )
        )


def drop_database(layout: Layout, name: str) -> None:
    """Drop a database, ending its connections."""
    with as_superuser(layout) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def set_marks(connection: Connection) -> list[str]:
    """Mark what is not yet marked LEAKPROOF; returns the signatures that were changed."""
    missing = [str(row[0]) for row in connection.execute(missing_marks_query().encode())]
    for signature in missing:
        connection.execute(mark_statement(signature).encode())
    return missing


def has_towns(address: str) -> bool:
    """Whether any town was made in this database."""
    with psycopg.connect(address) as connection:
        if connection.execute("SELECT to_regclass('tenancy_municipality')").fetchone() == (None,):
            return False
        return connection.execute("SELECT 1 FROM tenancy_municipality LIMIT 1").fetchone() is not None
