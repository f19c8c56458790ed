"""หนึ่งเที่ยวไปฐานข้อมูล: name the town and read one row, sent in one go.

A tile is one small read; a wait for each of begin, town, row and commit would cost as much as the reading. PostgreSQL
takes what comes in one go as one transaction, one statement after another: the town is set before row-level security
looks at the first row, and forgotten after the last.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from django.db import OperationalError, connection

from cddp.foundation.tenancy.current import town_context

# No parallel workers: starting them takes longer than a tile, and takes a processor from the next request.
NAME_THE_TOWN = """SELECT set_config('cddp.municipality', %s, true), set_config('cddp.user', %s, true),
    set_config('max_parallel_workers_per_gather', '0', true)"""


def fetch_in_town(
    municipality_id: int, user_id: UUID, statement: str, values: Sequence[Any]
) -> tuple[Any, ...]:
    """Return the one row of a reading statement, run in the name of a town and a person."""
    if connection.in_atomic_block:
        with town_context(municipality_id, user_id=user_id), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return tuple(cursor.fetchone())
    try:
        return _fetch(municipality_id, user_id, statement, values)
    except OperationalError:
        # Asking first whether a kept connection still lives would be one more wait for each tile. If it does not,
        # it is asked again on a new one: it only reads.
        if connection.is_usable():
            raise
        connection.close()
        return _fetch(municipality_id, user_id, statement, values)


def _fetch(municipality_id: int, user_id: UUID, statement: str, values: Sequence[Any]) -> tuple[Any, ...]:
    connection.ensure_connection()
    direct: psycopg.Connection[Any] = connection.connection
    # Django compiles for values written in by the client; only the answer is asked for as bytes.
    text = psycopg.ClientCursor(direct).mogrify(statement, values)
    with connection.wrap_database_errors, direct.pipeline():
        psycopg.Cursor(direct).execute(NAME_THE_TOWN, [str(municipality_id), str(user_id)])
        answer = psycopg.Cursor(direct)
        answer.execute(text.encode(), binary=True)
    row = answer.fetchone()
    assert row is not None  # noqa: S101  (a tile statement always gives one row)
    return tuple(row)
