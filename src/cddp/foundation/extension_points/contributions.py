"""สิ่งที่แอปส่งเข้ามา: the shapes of what an app may contribute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    # Only for types: contributions are imported before Django's apps are ready.
    from django.db.models import Q, QuerySet
    from django.http import HttpRequest

    from cddp.foundation.accounts.models import User


@dataclass(frozen=True)
class MenuItem:
    """เมนู: one entry of the staff menu. `group` is a key of ui's groups (work, registers, insight, settings).

    Of several permissions any one opens it, as with `@requires`; "" is for all staff.
    """

    key: str
    label: Any
    url_name: str
    icon: str
    permission: str | tuple[str, ...]
    group: str = "work"
    order: int = 50
    on_phone_bar: bool = False
    count: Callable[[User], int] | None = None

    def opens_to(self, user: User) -> bool:
        """Tell whether this person has it in their menu."""
        wanted = (self.permission,) if isinstance(self.permission, str) else self.permission
        return wanted == ("",) or any(user.has_perm(each) for each in wanted)


@dataclass(frozen=True)
class LegendEntry:
    """คำอธิบายสัญลักษณ์: one colour of a layer and what it means. `value` matches the feature's "class"."""

    value: str
    label: Any
    colour: str
    icon: str = ""


@dataclass(frozen=True)
class LayerField:
    """ตัวกรองของชั้นข้อมูล: one thing a layer can be filtered or coloured by, with its choices."""

    key: str
    label: Any
    choices: Sequence[LegendEntry] = ()


@dataclass(frozen=True)
class LayerQuery:
    """คำขอชั้นข้อมูล: what the map asks of a layer. `colour_by` is a LayerField key or "fact:<key>"."""

    colour_by: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    at: date | None = None


@dataclass(frozen=True)
class MapLayer:
    """ชั้นแผนที่: a layer of the map.

    `rows(user, query)` returns a queryset of `model` limited by `visible_to(user)` and by "geometry is not null"
    (the condition of its partial index), annotated with the names in `properties` (few: what the style and a pick
    need) and with "map_class" for colouring (the `value` of a LegendEntry); `geometry_field` names the stored
    EPSG:3857 column. Points with `counted=True` keep maintained counts for low zooms. They count the rows of the
    model's table that meet `counted_where` (a Q on its own columns): what `rows` gives one who sees the whole town
    and filters nothing. `version_tables` are those whose change makes tiles stale (default: the model's own).

    `details(user, id)` fills the box shown on a pick: title, subtitle, url, rows [(label, value)], and optionally
    template and context of a fragment put under the rows. `list_columns` are columns of ui's list for a selection
    (default: the row's name); `row_url(row)` leads to its page.
    """

    key: str
    label: Any
    permission: str
    geometry: str  # "point", "line" or "polygon"
    rows: Callable[[User, LayerQuery], QuerySet[Any]]
    geometry_field: str
    properties: Sequence[str] = ()
    legend: Callable[[User, LayerQuery], Sequence[LegendEntry]] = lambda user, query: ()
    fields: Callable[[User], Sequence[LayerField]] = lambda user: ()
    details: Callable[[User, UUID], Mapping[str, Any] | None] = lambda user, feature_id: None
    version_tables: Sequence[str] = ()
    list_url_name: str = ""
    min_zoom: int = 0
    model: str = ""  # "residents.House": whose table is drawn, counted and watched
    counted: bool = False
    counted_where: Q | None = None
    list_columns: Sequence[Any] = ()
    row_url: Callable[[Any], str] | None = None
    export_permission: str = ""  # to take a selection away as a file; "" = `permission`
    visible_at_start: bool = True
    order: int = 50


@dataclass(frozen=True)
class IndicatorRow:
    """แถวของตัวชี้วัด: one bar, slice or point; `url` opens the rows behind it, `map_url` shows them."""

    label: Any
    value: float
    url: str = ""
    map_url: str = ""
    group: str = ""


Measure = Callable[["User", str, date], Sequence[IndicatorRow]]


@dataclass(frozen=True)
class Indicator:
    """ตัวชี้วัด: a number or a series on a dashboard.

    `measure(user, area_code, on)` returns its rows (a single number is one row); `kind` chooses the picture:
    number, share, bar, line, pyramid. `unit` is Thai ("คน"). `url_name` opens to the rows of the whole.
    """

    key: str
    label: Any
    permission: str
    measure: Measure
    kind: str = "number"
    unit: Any = ""
    group: str = "people"
    explanation: Any = ""
    order: int = 50


@dataclass(frozen=True)
class SearchResult:
    """ผลการค้นหา: one line of the global search box."""

    title: str
    subtitle: str
    url: str
    icon: str = ""


@dataclass(frozen=True)
class SearchProvider:
    """ผู้ให้ผลการค้นหา: `find(user, text, limit)` returns the best results the user may see."""

    key: str
    label: Any
    permission: str
    find: Callable[[User, str, int], Iterable[SearchResult]]
    order: int = 50


@dataclass(frozen=True)
class FactTypeDeclaration:
    """ชนิดข้อเท็จจริงที่แอปประกาศ: a fact type that every town has from the start."""

    key: str
    name: str
    level: str  # "house", "household" or "person"
    value_kind: str  # "number", "text", "boolean", "date", "choice"
    unit: str = ""
    choices: Sequence[tuple[str, str, str]] = ()  # (value, Thai label, colour)
    sensitivity: str = "internal"
    fresh_months: int | None = 12
    description: str = ""
    order: int = 50


@dataclass(frozen=True)
class PagePanel:
    """แผงในหน้าของแอปอื่น: a panel that an upper app adds to a page of a lower one ("residents.house").

    `context(request, subject)` returns the template's values, or None to leave the panel out.
    """

    key: str
    page: str
    title: Any
    template: str
    context: Callable[[HttpRequest, Any], Mapping[str, Any] | None]
    permission: str
    order: int = 50


@dataclass(frozen=True)
class WaitingItem:
    """งานที่รออยู่: a kind of work that waits, shown on the staff desk and first on the mayor's overview.

    `count(user)` returns the rows that wait and that the user may see, which are counted in one statement with
    those of all other items, or how many there are, in one query of its own. None and no rows leave the item out.
    `url(user)` opens exactly those rows. `explanation` says in one line why it matters.
    """

    key: str
    label: Any
    unit: Any
    icon: str
    permission: str
    count: Callable[[User], QuerySet[Any] | int | None]
    url: Callable[[User], str]
    explanation: Any = ""
    order: int = 50


@dataclass(frozen=True)
class RetentionRule:
    """กติกาเก็บรักษา: how rows of a policy key are made anonymous or deleted when their time is over."""

    key: str
    apply: Callable[[date], int]
    order: int = 50
