"""ตัวกรองที่มีข้อ “ไม่มี”: a choice of a filter for the rows that have none of what it asks for."""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q, QuerySet

NONE: Final = "none"

Narrow = Callable[[QuerySet[Any], list[str]], QuerySet[Any]]


def or_none(words: Any, options: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """Return the options below the one for rows without any."""
    return [(NONE, str(words)), *options]


def by_key(path: str) -> Narrow:
    """Narrow by the values chosen; NONE means the rows where `path` is null."""

    def narrow(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        named = [value for value in values if value != NONE]
        found = Q(**{f"{path}__in": named})
        return rows.filter(found | Q(**{f"{path}__isnull": True}) if NONE in values else found)

    return narrow


def by_code(path: str) -> Narrow:
    """Narrow by the codes chosen; NONE means the rows where `path` is an empty text."""
    return lambda rows, codes: rows.filter(
        **{f"{path}__in": ["" if code == NONE else code for code in codes]}
    )
