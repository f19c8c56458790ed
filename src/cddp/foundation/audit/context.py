"""ผู้กระทำ: who acts now, and in which request, for the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True)
class Acting:
    """Who acts: `label` is the person's name at that time, `request_id` ties the entries of one request."""

    user_id: UUID | None = None
    label: str = ""
    request_id: str = ""
    address: str | None = None
    purpose: str = ""


NOBODY = Acting()
_acting: ContextVar[Acting] = ContextVar("acting", default=NOBODY)


def current_acting() -> Acting:
    """Return who acts now; a job without a person has an empty label."""
    return _acting.get()


@contextmanager
def acting(who: Acting) -> Iterator[None]:
    """Let everything recorded inside bear this actor."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


def state_purpose(purpose: str) -> None:
    """Set why the person looks at personal data, for the rest of this request."""
    _acting.set(replace(_acting.get(), purpose=purpose))
