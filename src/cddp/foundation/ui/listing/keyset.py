"""การแบ่งหน้าด้วยตำแหน่ง: pages that neither skip nor repeat a row while others write, at any depth, at one price.

A cursor is the sort values and the id of the row at the edge of a page, encrypted: it stands in the address,
where a person's name may not. NULLs come last, going up or down.
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import Combinable, OrderBy

SALT = "cddp.ui.keyset"


@dataclass(frozen=True)
class SortOrder:
    """ลำดับ: the expressions to order by, all up or all down; the id breaks ties."""

    name: str
    keys: tuple[Combinable, ...]
    descending: bool = False


@dataclass(frozen=True)
class Page:
    """หนึ่งหน้า: rows and the cursors of the neighbours ("" = there is none)."""

    rows: Sequence[Any]
    previous: str
    next: str


@dataclass(frozen=True)
class Key:
    """One sort key as the query knows it. Only a key that may be NULL pays for NULLs: the plain order fits an index."""

    alias: str
    nullable: bool


def _may_be_null(model: type[Model], key: Combinable) -> bool:
    path: str = getattr(key, "name", "__") if isinstance(key, F) else "__"
    if "__" in path:
        return True
    try:
        return bool(getattr(model._meta.get_field(path), "null", True))
    except FieldDoesNotExist:
        return True  # an annotation


def in_order(queryset: QuerySet[Any], order: SortOrder) -> QuerySet[Any]:
    """Return all rows in the order of the pages, for files and paper."""
    rows, keys = _with_keys(queryset, order)
    return rows.order_by(*_ordering(keys, descending=order.descending, nulls_last=True))


def _with_keys(queryset: QuerySet[Any], order: SortOrder) -> tuple[QuerySet[Any], list[Key]]:
    keys = [
        Key(f"_sort_{number}", nullable=_may_be_null(queryset.model, key))
        for number, key in enumerate(order.keys)
    ]
    return queryset.annotate(**{key.alias: sort for key, sort in zip(keys, order.keys, strict=True)}), keys


def page_of(queryset: QuerySet[Any], order: SortOrder, cursor: str, size: int) -> Page:
    """Return one page of `queryset`. A cursor that is broken, forged or of another order gives the first page."""
    rows, keys = _with_keys(queryset, order)
    place = _read_cursor(cursor, order)
    if place is None:
        return _forward(rows, keys, order, size, after=None)
    backward, values = place
    if not backward:
        return _forward(rows, keys, order, size, after=values)
    page = _backward(rows, keys, order, size, before=values)
    # Near the beginning a short page would be left over: show the first page whole.
    return page if page is not None else _forward(rows, keys, order, size, after=None)


def _forward(
    rows: QuerySet[Any], keys: list[Key], order: SortOrder, size: int, after: list[Any] | None
) -> Page:
    if after is not None:
        rows = rows.filter(_beyond(keys, after, descending=order.descending, nulls_last=True))
    found = list(rows.order_by(*_ordering(keys, descending=order.descending, nulls_last=True))[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(
        rows=found,
        previous=_cursor(order, keys, found[0], backward=True) if after is not None and found else "",
        next=_cursor(order, keys, found[-1], backward=False) if more else "",
    )


def _backward(
    rows: QuerySet[Any], keys: list[Key], order: SortOrder, size: int, before: list[Any]
) -> Page | None:
    rows = rows.filter(_beyond(keys, before, descending=not order.descending, nulls_last=False))
    found = list(
        rows.order_by(*_ordering(keys, descending=not order.descending, nulls_last=False))[: size + 1]
    )
    if len(found) < size:
        return None
    more = len(found) > size
    found = found[:size][::-1]
    return Page(
        rows=found,
        previous=_cursor(order, keys, found[0], backward=True) if more else "",
        next=_cursor(order, keys, found[-1], backward=False),
    )


def _ordering(keys: list[Key], *, descending: bool, nulls_last: bool) -> list[OrderBy]:
    # The id runs the same way as the keys, so an index on (…, key, id) can be read either way.
    nulls = {"nulls_last": True} if nulls_last else {"nulls_first": True}
    return [
        *(OrderBy(F(key.alias), descending=descending, **(nulls if key.nullable else {})) for key in keys),
        OrderBy(F("pk"), descending=descending),
    ]


def _beyond(keys: list[Key], values: list[Any], *, descending: bool, nulls_last: bool) -> Q:
    """Return the condition of the rows that come after `values` in this order."""
    further = "lt" if descending else "gt"
    condition = Q(**{f"pk__{further}": values[-1]})
    for key, value in reversed(list(zip(keys, values[:-1], strict=True))):
        if value is None:
            # NULLs last: only other NULLs follow. NULLs first: every value follows.
            same = Q(**{f"{key.alias}__isnull": True}) & condition
            condition = same if nulls_last else same | Q(**{f"{key.alias}__isnull": False})
            continue
        condition = Q(**{f"{key.alias}__{further}": value}) | (Q(**{key.alias: value}) & condition)
        if key.nullable and nulls_last:
            condition |= Q(**{f"{key.alias}__isnull": True})
    first = keys[0] if keys else None
    if first is not None and values[0] is not None and not first.nullable:
        # Says nothing new, but lets PostgreSQL start inside the index instead of at its beginning.
        condition &= Q(**{f"{first.alias}__{further}e": values[0]})
    return condition


def _cursor(order: SortOrder, keys: list[Key], row: Model, *, backward: bool) -> str:
    values = [getattr(row, key.alias) for key in keys]
    content = [
        order.name,
        int(order.descending),
        int(backward),
        [_plain(value) for value in values],
        str(row.pk),
    ]
    return _cipher().encrypt(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).decode()


def _cipher() -> Fernet:
    return _cipher_of(settings.SECRET_KEY)


@lru_cache(maxsize=2)
def _cipher_of(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{SALT}:{secret}".encode()).digest()))


def _read_cursor(cursor: str, order: SortOrder) -> tuple[bool, list[Any]] | None:
    if not cursor:
        return None
    try:
        name, descending, backward, values, pk = json.loads(_cipher().decrypt(cursor.encode()))
    except (InvalidToken, ValueError, TypeError):
        return None
    if (name, bool(descending)) != (order.name, order.descending) or len(values) != len(order.keys):
        return None
    return bool(backward), [*(_typed(value) for value in values), pk]


def _plain(value: Any) -> Any:
    """Return a JSON value that keeps every digit (Django's encoder would cut microseconds)."""
    match value:
        case dt.datetime():
            return {"datetime": value.isoformat()}
        case dt.date():
            return {"date": value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
        case UUID():
            return {"uuid": str(value)}
        case _:
            return value


def _typed(value: Any) -> Any:
    match value:
        case {"datetime": text}:
            return dt.datetime.fromisoformat(text)
        case {"date": text}:
            return dt.date.fromisoformat(text)
        case {"decimal": text}:
            return Decimal(text)
        case {"uuid": text}:
            return UUID(text)
        case _:
            return value
