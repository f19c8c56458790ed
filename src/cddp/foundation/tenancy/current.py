"""เทศบาลปัจจุบัน: which town the running code works for, in Python and in the database at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

_municipality_id: ContextVar[int | None] = ContextVar("municipality_id", default=None)
_user_id: ContextVar[UUID | None] = ContextVar("user_id", default=None)


class NoTownChosen(RuntimeError):
    """A row of a town is written while no town is set: a mistake of the program, never of a person."""


def current_municipality_id() -> int | None:
    """Return the national code of the town in whose name the code runs, or None."""
    return _municipality_id.get()


def required_municipality_id() -> int:
    """Return the current town's code; raise NoTownChosen when none is set."""
    municipality_id = _municipality_id.get()
    if municipality_id is None:
        raise NoTownChosen
    return municipality_id


def _tell_database(municipality_id: int | None, user_id: UUID | None) -> None:
    # Local to the transaction, so that a connection handed on by a pooler carries nothing over.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('cddp.municipality', %s, true), set_config('cddp.user', %s, true)",
            [str(municipality_id or ""), str(user_id or "")],
        )


@contextmanager
def town_context(municipality_id: int | None, *, user_id: UUID | None = None) -> Iterator[None]:
    """Open a transaction in the name of one town; row-level security then shows that town's rows only.

    `municipality_id=None` shows no town's rows, except the memberships of `user_id` (sign-in).
    May be nested: the outer town is restored on leaving.
    """
    outer = (_municipality_id.get(), _user_id.get())
    with transaction.atomic():
        town_token = _municipality_id.set(municipality_id)
        user_token = _user_id.set(user_id)
        _tell_database(municipality_id, user_id)
        try:
            yield
            # After an error the rolled back savepoint brings the outer town back, and a further statement would
            # only hide what went wrong.
            if len(connection.savepoint_ids) and not connection.needs_rollback:
                _tell_database(*outer)
        finally:
            _municipality_id.reset(town_token)
            _user_id.reset(user_token)
