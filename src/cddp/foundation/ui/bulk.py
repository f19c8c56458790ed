"""ทำหลายรายการพร้อมกัน: ask once, then do each by itself; what could not be done is said one by one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from cddp.foundation.values.errors import UnableTo

T = TypeVar("T")
MOST_AT_ONCE: Final = 200


@dataclass
class Outcome(Generic[T]):
    """ผลของการทำหลายรายการ: the rows that were done, and those that were not, each with the words why."""

    done: list[T] = field(default_factory=list)
    failed: list[tuple[T, str]] = field(default_factory=list)


def seen_versions(request: HttpRequest, name: str) -> dict[UUID, int]:
    """Read "id:version" of each ticked row; at most MOST_AT_ONCE."""
    found: dict[UUID, int] = {}
    for text in request.POST.getlist(name)[:MOST_AT_ONCE]:
        identifier, _colon, version = text.partition(":")
        try:
            found[UUID(identifier)] = int(version)
        except ValueError:
            continue
    return found


def do_each(rows: Iterable[T], do: Callable[[T], bool]) -> Outcome[T]:
    """Do it to each in a savepoint of its own; `do` returns whether there was anything to do."""
    outcome: Outcome[T] = Outcome()
    for row in rows:
        try:
            with transaction.atomic():
                was_done = do(row)
        except UnableTo as refusal:
            outcome.failed.append((row, refusal.message))
        else:
            if was_done:
                outcome.done.append(row)
    return outcome
