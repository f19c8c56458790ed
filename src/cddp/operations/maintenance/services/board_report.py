"""กระดานงานซ่อมเป็นคำและตาราง: from which screen, spreadsheet and paper are made, so that all three say the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cddp.foundation.values.money import format_amount
from cddp.foundation.values.thai_dates import format_short
from cddp.operations.maintenance.queries import board as figures
from cddp.operations.maintenance.queries.board import BoardScope, Broken, Line, WorkFigures
from cddp.operations.maintenance.rules.board import days_of, mean_days, per_hundred
from cddp.registers.assets.choices import Condition
from cddp.registers.assets.queries.figures import Lamps

Value = str | int | float | None
PERCENT = 100


@dataclass(frozen=True)
class Summary:
    """ตัวเลขหลัก: one number and how it is counted; `name` says which one it is."""

    name: str
    label: str
    value: Value
    unit: str
    how: str


@dataclass(frozen=True)
class Row:
    """แถว: what is read, and the key of the rows behind it."""

    key: str
    values: Sequence[Value]


@dataclass(frozen=True)
class Table:
    """ตารางหนึ่งของกระดาน: the first column names, the others are numbers unless `words` says otherwise."""

    what: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Row]
    counted: int = 1
    words: frozenset[int] = field(default_factory=frozenset)
    note: str = ""
    decimals: int = 1
    # Columns that only the files have: the screen would squeeze the names.
    in_files: frozenset[int] = field(default_factory=frozenset)

    @property
    def lines(self) -> list[list[str]]:
        """Return the rows as they are read on screen and paper."""
        return [[shown(value, self.decimals) for value in row.values] for row in self.rows]


@dataclass(frozen=True)
class BoardReport:
    """กระดานงานซ่อม."""

    title: str
    scope: str
    summary: Sequence[Summary]
    tables: Sequence[Table]

    def table(self, what: str) -> Table:
        """Return one table by what it is about."""
        return next(table for table in self.tables if table.what == what)


@dataclass(frozen=True)
class Facts:
    """สิ่งที่นับได้: all that the board is made of. Lamps and roads are None where one class is asked for."""

    work: WorkFigures
    broken: Broken
    lamps: Lamps | None
    roads: Mapping[int | None, float] | None


def write_board(facts: Facts, scope: BoardScope, *, areas: Mapping[str, str], where: str) -> BoardReport:
    """Return the board in words and tables."""
    span = scope.span
    days = f"{format_short(span.first)} – {format_short(span.last)}"
    return BoardReport(
        title=_("กระดานงานซ่อมบำรุง"),
        scope=f"{days} · {where}",
        summary=_summary(facts),
        tables=[
            _broken_table(facts.broken),
            _repair_table(facts.work),
            _wait_table(facts.work),
            _model_table(facts.work),
            _place_table(facts.work),
            _cost_table(figures.COST_ASSET, _("ค่าใช้จ่ายตามทรัพย์สิน"), _("ทรัพย์สิน"), facts.work, _label_and_name),
            _cost_table(
                figures.COST_AREA,
                _("ค่าใช้จ่ายตามหมู่/ชุมชน"),
                _("หมู่/ชุมชน"),
                facts.work,
                lambda line: areas.get(line.key) or _("ไม่ทราบพื้นที่"),
            ),
            _planned_table(facts.work),
            *([] if facts.roads is None else [_road_table(facts.roads)]),
        ],
    )


def shown(value: Value, decimals: int = 1) -> str:
    """Return a value as it is read."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return f"{value:,.{decimals}f}" if isinstance(value, float) else f"{value:,}"


# ── the numbers ───────────────────────────────────────────────────────────────────────────────────


def _summary(facts: Facts) -> list[Summary]:
    work, share = facts.work, facts.work.on_time_share
    return [
        Summary(
            "broken",
            _("ชำรุดอยู่ตอนนี้"),
            facts.broken.count,
            _("ชิ้น"),
            _("ทรัพย์สินที่มีผู้แจ้งว่าใช้การไม่ได้ และยังไม่มีใครบอกว่าใช้ได้แล้ว"),
        ),
        Summary(
            "repair",
            _("เวลาซ่อมเฉลี่ย"),
            work.mean_days,
            _("วัน"),
            _("ตั้งแต่ขอซ่อม หรือตั้งแต่ชำรุดถ้าก่อนหน้านั้น จนช่างทำเสร็จ เฉพาะงานซ่อมแก้ไขที่เสร็จในช่วงนี้ (%(count)s ใบ)")
            % {"count": f"{work.repaired:,}"},
        ),
        Summary(
            "preventive",
            _("งานตามแผนตรงเวลา"),
            None if share is None else round(PERCENT * share, 1),
            "%",
            _("งานบำรุงรักษาที่ครบกำหนดในช่วงนี้ ทำเสร็จภายในวันครบกำหนด เทียบกับที่เสร็จแล้วหรือเลยกำหนด"),
        ),
        *([] if facts.lamps is None else [_lit(facts.lamps)]),
        Summary(
            "cost",
            _("ค่าใช้จ่าย"),
            format_amount(work.cost_satang),
            _("บาท"),
            _("ค่าแรง ค่าอะไหล่ และค่าจ้าง ของงานทุกชนิดที่เสร็จในช่วงนี้"),
        ),
    ]


def _lit(lamps: Lamps) -> Summary:
    return Summary(
        "lamps",
        _("ดวงไฟที่ติด"),
        round(PERCENT * lamps.lit_share, 1) if lamps.total else None,
        "%",
        _("จากดวงไฟสาธารณะ %(total)s ดวง ดับ %(dark)s ดวง")
        % {"total": f"{lamps.total:,}", "dark": f"{lamps.dark:,}"},
    )


# ── the tables ────────────────────────────────────────────────────────────────────────────────────


def _broken_table(broken: Broken) -> Table:
    return Table(
        "broken",
        _("ชำรุดอยู่ตอนนี้"),
        [_("ประเภท"), _("ชิ้น")],
        [Row(str(key), [name, count]) for key, name, count in broken.by_class],
    )


def _repair_table(work: WorkFigures) -> Table:
    return Table(
        figures.REPAIR,
        _("เวลาซ่อมตามประเภท"),
        [_("ประเภท"), _("ซ่อมเสร็จ (ใบ)"), _("เฉลี่ย (วัน)"), _("นานที่สุด (วัน)")],
        [
            Row(
                line.key,
                [
                    line.label or _("ไม่ระบุทรัพย์สิน"),
                    line.count,
                    mean_days(line.first, line.count),
                    days_of(line.second),
                ],
            )
            for line in work.of(figures.REPAIR)
        ],
    )


def _wait_table(work: WorkFigures) -> Table:
    return Table(
        figures.WAIT,
        _("อะไหล่ที่ทำให้งานหยุด"),
        [_("อะไหล่"), _("งานที่รอ (ใบ)"), _("รอรวม (วัน)"), _("ยังรออยู่ (ใบ)")],
        [
            Row(
                line.key,
                [line.label or _("ไม่ได้เขียนว่ารออะไร"), line.count, days_of(line.first), round(line.second)],
            )
            for line in work.of(figures.WAIT)
        ],
        note=_("นับจากอะไหล่ที่จองหรือเบิกให้งานนั้นหลังเริ่มรอ ถ้ายังไม่มี ใช้คำที่ช่างเขียนไว้ งานที่รอหลายอย่างนับทุกอย่าง"),
    )


def _model_table(work: WorkFigures) -> Table:
    return Table(
        figures.MODEL,
        _("ชำรุดซ้ำตามรุ่น"),
        [_("รุ่น"), _("ชำรุด (ครั้ง)"), _("กี่ชิ้น"), _("ซ้ำ (ครั้ง)"), _("ครั้งต่อ 100 ชิ้น")],
        [
            Row(
                line.key,
                [
                    f"{line.label} ({line.more})",
                    line.count,
                    round(line.first),
                    line.count - round(line.first),
                    per_hundred(line.count, round(line.second)),
                ],
            )
            for line in work.of(figures.MODEL)
        ],
        note=_("นับงานซ่อมแก้ไขที่ขอในช่วงนี้ ไม่รวมที่ยกเลิก เฉพาะรุ่นที่มีชิ้นหนึ่งชำรุดเกินหนึ่งครั้ง"),
    )


def _place_table(work: WorkFigures) -> Table:
    return Table(
        figures.PLACE,
        _("ชำรุดซ้ำที่เดิม"),
        [_("ทรัพย์สินหรือจุด"), _("ที่ตั้ง"), _("ชำรุด (ครั้ง)")],
        [Row(line.key, [line.label, line.more or "–", line.count]) for line in work.of(figures.PLACE)],
        counted=2,
        words=frozenset({1}),
    )


def _label_and_name(line: Line) -> str:
    return line.label if line.label == line.more else f"{line.label} {line.more}"


def _cost_table(what: str, title: str, head: str, work: WorkFigures, name_of: Callable[[Line], str]) -> Table:
    return Table(
        what,
        title,
        [head, _("งาน (ใบ)"), _("ค่าแรง (บาท)"), _("อะไหล่ (บาท)"), _("ค่าจ้าง (บาท)"), _("รวม (บาท)")],
        [
            Row(
                line.key,
                [
                    name_of(line),
                    line.count,
                    *(_baht(each) for each in (line.first, line.second, line.third)),
                    _baht(line.first + line.second + line.third),
                ],
            )
            for line in work.of(what)
        ],
        decimals=2,
        in_files=frozenset({2, 3, 4}),
    )


def _planned_table(work: WorkFigures) -> Table:
    planned = work.planned
    decided = planned.first + planned.second + planned.third
    counts = [
        ("", _("ครบกำหนดในช่วงนี้"), planned.count),
        (figures.ON_TIME, _("เสร็จตรงเวลา"), round(planned.first)),
        (figures.LATE, _("เสร็จช้ากว่ากำหนด"), round(planned.second)),
        (figures.OVERDUE, _("เลยกำหนด ยังไม่เสร็จ"), round(planned.third)),
    ]
    return Table(
        figures.PREVENTIVE,
        _("งานบำรุงรักษาตามแผน"),
        ["", _("ใบ"), _("สัดส่วน (%)")],
        [
            Row(
                key,
                [words, count, round(PERCENT * count / decided, 1) if key and decided else None],
            )
            for key, words, count in counts
        ],
    )


def _road_table(roads: Mapping[int | None, float]) -> Table:
    ordered: list[int | None] = [*sorted(key for key in roads if key is not None), None]
    return Table(
        "roads",
        _("ถนนตามสภาพ"),
        [_("สภาพ"), _("ระยะทาง (กม.)")],
        [
            Row(str(key or figures.NONE), [_condition(key), round(roads[key], 2)])
            for key in ordered
            if roads.get(key)
        ],
        decimals=2,
    )


def _condition(key: int | None) -> str:
    return _("ยังไม่เคยตรวจ") if key is None else str(Condition(key).label)


def _baht(satang: float) -> float:
    return round(satang / 100, 2)
