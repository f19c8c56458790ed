"""ทะเบียนคุมทรัพย์สิน: what each thing of the town was worth in a fiscal year, reckoned by the database.

rules/depreciation.py says the rule; the SQL here says the same in whole satang so that a register of 100,000 things
adds up while a page is drawn. A test holds both against each other on many invented things.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Min, Q, QuerySet

from cddp.foundation.tenancy.town_settings import read_setting
from cddp.foundation.values.thai_dates import fiscal_year, fiscal_year_span
from cddp.registers.assets.choices import Keeping
from cddp.registers.assets.models import Asset, DepreciationRate
from cddp.registers.assets.rules import depreciation as rule

THRESHOLD_SETTING: Final = "assets.capital_threshold_satang"
EARLIEST_YEAR: Final = 2490
_SUMS: Final = ("cost", "opening", "additions", "charge", "disposals", "accumulated", "closing")
_BATCH: Final = 2_000


@dataclass(frozen=True)
class Valuation:
    """มูลค่าของทรัพย์สินหนึ่ง: how it is kept in the accounts, and by which terms."""

    keeping: Keeping
    terms: rule.Terms | None
    source: str = ""


@dataclass(frozen=True)
class Sums:
    """ยอดรวมในปีงบประมาณ: `cost` is that of what is still owned at the end."""

    count: int = 0
    cost: int = 0
    opening: int = 0
    additions: int = 0
    charge: int = 0
    disposals: int = 0
    accumulated: int = 0
    closing: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.count + other.count, *(getattr(self, name) + getattr(other, name) for name in _SUMS))


@dataclass(frozen=True)
class RegisterLine:
    """บรรทัดหนึ่งของทะเบียนคุม."""

    asset_id: UUID
    class_id: UUID
    number: str
    name: str
    acquired_on: dt.date
    disposed_on: dt.date | None
    cost_satang: int
    life_years: int | None
    keeping: Keeping
    days: int
    sums: Sums


# ── one thing ─────────────────────────────────────────────────────────────────────────────────────


def read_threshold() -> int:
    """Return below which cost (satang) a thing of the current town is not written off."""
    kept = read_setting(THRESHOLD_SETTING)
    return kept if isinstance(kept, int) and kept >= 0 else rule.THRESHOLD_SATANG


def value_of(
    asset: Asset, *, threshold: int | None = None, rates: Sequence[DepreciationRate] | None = None
) -> Valuation:
    """Return how one asset is valued: by the rate in force on the day it was acquired, or by its own life."""
    if asset.cost_satang is None or asset.acquired_on is None:
        return Valuation(Keeping.INCOMPLETE, None)
    known = list(asset.asset_class.rates.all()) if rates is None else rates
    rate = max(
        (each for each in known if each.effective_from <= asset.acquired_on),
        key=lambda each: each.effective_from,
        default=None,
    )
    life = asset.life_years or (rate.life_years if rate else None)
    residual = rate.residual_satang if rate else rule.RESIDUAL_SATANG
    is_low = asset.cost_satang < (read_threshold() if threshold is None else threshold)
    keeping = Keeping.LOW_VALUE if is_low else Keeping.WRITTEN_OFF if life else Keeping.HELD
    terms = rule.Terms(
        cost_satang=asset.cost_satang,
        acquired_on=asset.acquired_on,
        life_years=None if is_low else life,
        residual_satang=residual,
        disposed_on=asset.disposed_on,
    )
    own = "" if not asset.life_years else "own"
    return Valuation(keeping, terms, own or (rate.source if rate else ""))


def book_value(asset: Asset, on: dt.date) -> int | None:
    """Return what an asset is worth in the books at the end of a day; None where the register cannot tell."""
    valuation = value_of(asset)
    if valuation.terms is None or valuation.keeping == Keeping.LOW_VALUE:
        return None
    return rule.book_value(valuation.terms, on)


# ── the register of a year ────────────────────────────────────────────────────────────────────────


def list_years(*, today: dt.date) -> list[int]:
    """Return the fiscal years for which there can be a register, the newest first."""
    oldest = Asset.objects.aggregate(oldest=Min("acquired_on"))["oldest"]
    now = fiscal_year(today)
    first = max(fiscal_year(oldest), EARLIEST_YEAR) if oldest else now
    return list(range(now, min(first, now) - 1, -1))


def in_register(rows: QuerySet[Asset], year: int) -> QuerySet[Asset]:
    """Narrow to what the town owned on some day of a fiscal year, with the facts that a value needs."""
    first, last = fiscal_year_span(year)
    owned = rows.filter(Q(disposed_on=None) | Q(disposed_on__gte=first), acquired_on__lte=last)
    return owned.filter(cost_satang__isnull=False)


def incomplete(rows: QuerySet[Asset], year: int) -> QuerySet[Asset]:
    """Narrow to what cannot stand in the register: no cost, or nobody knows when it was acquired."""
    first, _last = fiscal_year_span(year)
    lacking = rows.filter(Q(cost_satang=None) | Q(acquired_on=None))
    return lacking.filter(Q(disposed_on=None) | Q(disposed_on__gte=first))


def sum_by_class(
    rows: QuerySet[Asset], year: int, *, threshold: int | None = None
) -> dict[tuple[UUID, Keeping], Sums]:
    """Return the sums of a year by class and by how things are kept."""
    inner, params = _reckoned(rows, year, threshold)
    sums = ", ".join(f"sum({name})::bigint" for name in _SUMS)
    sql = f"SELECT class_id, keeping, count(*), {sums} FROM ({inner}) AS line GROUP BY class_id, keeping"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {(row[0], Keeping(row[1])): Sums(*row[2:]) for row in cursor.fetchall()}


def iterate_lines(rows: QuerySet[Asset], year: int, *, limit: int | None = None) -> Iterator[RegisterLine]:
    """Yield the lines of a year by class and number, some thousands at a time."""
    inner, params = _reckoned(rows, year)
    order = "ORDER BY class_order, class_name, class_id, number, asset_id"
    cut = f"LIMIT {int(limit)}" if limit is not None else ""
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {_LINE} FROM ({inner}) AS line {order} {cut}", params)
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                yield _line_of(row)


_LINE: Final = (
    "asset_id, class_id, number, name, acquired_on, disposed_on, cost_satang, life, keeping, days, 1, "
    + ", ".join(_SUMS)
)


def _line_of(row: Sequence[Any]) -> RegisterLine:
    facts: list[Any] = [*row[:8], Keeping(row[8]), row[9], Sums(*row[10:])]
    return RegisterLine(*facts)


def _reckoned(rows: QuerySet[Asset], year: int, threshold: int | None = None) -> tuple[str, list[Any]]:
    """Return the SQL of the register's lines of a fiscal year."""
    owned = in_register(rows, year).order_by().select_related(None)
    names = (
        "id",
        "asset_class_id",
        "number",
        "name",
        "acquired_on",
        "disposed_on",
        "cost_satang",
        "life_years",
    )
    chosen, params = owned.values_list(*names).query.sql_with_params()
    first, last = fiscal_year_span(year)
    columns = (
        "asset_id",
        "class_id",
        "number",
        "name",
        "acquired_on",
        "disposed_on",
        "cost_satang",
        "own_life",
    )
    sql = _SQL.format(
        chosen=chosen,
        columns=", ".join(columns),
        before=_accumulated("first_day"),
        after=_accumulated("end_day"),
    )
    facts = [read_threshold() if threshold is None else threshold, rule.RESIDUAL_SATANG, first, last]
    return sql, [*params, *facts]


def _accumulated(day: str) -> str:
    """Say rules.depreciation.accumulated_before in SQL; `day` names a column."""
    return f"""CASE
        WHEN whole = 0 OR {day} <= acquired_on THEN 0
        WHEN {day} > over_day THEN whole
        WHEN {_year(day)} = begun THEN {_part(f"({day} - acquired_on)", "begun")}
        ELSE least(whole, {_part(f"({_first_of('begun + 1')} - acquired_on)", "begun")}
            + ({_year(day)} - begun - 1) * ((2 * whole + life) / (2 * life))
            + {_part(f"({day} - {_first_of(_year(day))})", _year(day))})
        END"""


def _year(day: str) -> str:
    """Say in which year of the common era the fiscal year of a day ends."""
    return f"(extract(year FROM {day})::int + (extract(month FROM {day}) >= 10)::int)"


def _first_of(year: str) -> str:
    return f"make_date({year} - 1, 10, 1)"


def _part(days: str, year: str) -> str:
    basis = f"(life::bigint * ({_first_of(f'{year} + 1')} - {_first_of(year)}))"
    return f"((2 * whole * {days} + {basis}) / (2 * {basis}))"


_SQL: Final = """
    WITH chosen ({columns}) AS ({chosen}),
    town AS (SELECT %s::bigint AS threshold, %s::bigint AS baht, %s::date AS first_day, %s::date AS last_day),
    rates AS (
        SELECT asset_class_id, effective_from, life_years, residual_satang,
               lead(effective_from) OVER (PARTITION BY asset_class_id ORDER BY effective_from) AS until
        FROM assets_depreciationrate
    ),
    termed AS (
        SELECT chosen.*, town.first_day, town.last_day,
               class.name AS class_name, class.order AS class_order,
               CASE WHEN cost_satang < threshold THEN 'low_value'
                    WHEN coalesce(own_life, rates.life_years) IS NULL THEN 'held' ELSE 'written_off' END AS keeping,
               coalesce(own_life, rates.life_years)::int AS life,
               coalesce(rates.residual_satang, baht) AS residual,
               {begun} AS begun,
               (disposed_on IS NOT NULL AND disposed_on <= town.last_day) AS is_gone
        FROM chosen
        CROSS JOIN town
        JOIN assets_assetclass AS class ON class.id = chosen.class_id
        LEFT JOIN rates ON rates.asset_class_id = chosen.class_id AND rates.effective_from <= acquired_on
            AND (rates.until IS NULL OR rates.until > acquired_on)
    ),
    ended AS (
        SELECT termed.*,
               CASE WHEN keeping = 'written_off' THEN greatest(0, cost_satang - residual) ELSE 0 END AS whole,
               CASE WHEN is_gone THEN disposed_on ELSE last_day + 1 END AS end_day,
               (acquired_on + make_interval(years => life))::date AS anniversary
        FROM termed
    ),
    lived AS (
        SELECT ended.*, anniversary - CASE
            WHEN to_char(acquired_on, 'MMDD') = '0229' AND to_char(anniversary, 'MMDD') = '0228' THEN 0 ELSE 1
            END AS over_day
        FROM ended
    ),
    charged AS (SELECT lived.*, {before} AS was, {after} AS now FROM lived)
    SELECT asset_id, class_id, class_name, class_order, number, name, acquired_on, disposed_on, cost_satang, life,
           keeping,
           CASE WHEN whole = 0 THEN 0 ELSE greatest(0, least(end_day, over_day + 1)
               - greatest(first_day, acquired_on)) END AS days,
           CASE WHEN is_gone THEN 0 ELSE cost_satang END AS cost,
           CASE WHEN acquired_on >= first_day THEN 0 ELSE cost_satang - was END AS opening,
           CASE WHEN acquired_on >= first_day THEN cost_satang ELSE 0 END AS additions,
           now - was AS charge,
           CASE WHEN is_gone THEN cost_satang - now ELSE 0 END AS disposals,
           CASE WHEN is_gone THEN 0 ELSE now END AS accumulated,
           CASE WHEN is_gone THEN 0 ELSE cost_satang - now END AS closing
    FROM charged
    """.replace("{begun}", _year("acquired_on"))
