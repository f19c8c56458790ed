"""What a backup says of itself: counts and checksums of every table and file, taken in one snapshot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

FORMAT = 1
BLOCK = 2**20

#: Rows become text under these settings, so that two servers write equal rows equally.
FIXED_SETTINGS = {
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "search_path": "public",
}

#: Tables of ours: not the system's, not an extension's.
TABLES_QUERY = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_t'
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                      AND d.deptype = 'e')
    ORDER BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`tables`: name → [rows, checksum]; `files`: path → [bytes, sha256]."""

    created_at: str
    program: str
    server: str
    extensions: dict[str, str]
    tables: dict[str, list[str]]
    files: dict[str, list[str]] = field(default_factory=dict)
    dump_sha256: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    keys_included: bool = False
    format: int = FORMAT

    def to_json(self) -> bytes:
        """The text kept as manifest.json."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read a manifest; raises ValueError for a format that this version does not know."""
        content = json.loads(text)
        if content.get("format") != FORMAT:
            raise ValueError(f"format {content.get('format')}")
        return cls(**content)


@dataclass(frozen=True, slots=True)
class Difference:
    """One table or file that is not what the manifest says; None stands for "is not there"."""

    name: str
    expected: list[str] | None
    found: list[str] | None


def list_tables(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[str, str]]:
    """(schema, name) of every table that a backup holds."""
    return [(str(schema), str(name)) for schema, name in connection.execute(TABLES_QUERY)]


def measure_tables(
    connection: psycopg.Connection[tuple[object, ...]],
    progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, list[str]]:
    """Row count and an order-free checksum (sum of 64-bit row hashes) of every table."""
    for name, value in FIXED_SETTINGS.items():
        connection.execute(
            sql.SQL("SELECT set_config({}, {}, true)").format(sql.Literal(name), sql.Literal(value))
        )
    tables = list_tables(connection)
    measured = {}
    for number, (schema, name) in enumerate(tables, start=1):
        row = connection.execute(
            sql.SQL(
                "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM ONLY {} t"
            ).format(sql.Identifier(schema, name))
        ).fetchone()
        assert row is not None  # noqa: S101
        measured[f"{schema}.{name}"] = [str(row[0]), str(row[1])]
        if progress is not None:
            progress(number, len(tables), name)
    return measured


def compare(expected: dict[str, list[str]], found: dict[str, list[str]]) -> list[Difference]:
    """What differs, by name; empty when both say the same."""
    return [
        Difference(name, expected.get(name), found.get(name))
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(key: bytes) -> str:
    """A short word that tells two keys apart and gives neither away."""
    return hashlib.sha256(b"cddp key fingerprint\0" + key).hexdigest()[:16]


class HashingReader:
    """Reads a file for an archive and hashes what passes, so that each byte is read once."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read and hash the next bytes."""
        block = self.file.read(size)
        self.hash.update(block)
        return block
