"""ทะเบียนคุมทรัพย์สิน: the town's threshold, and the register of a fiscal year in words, tables and as a spreadsheet."""

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import xlsxwriter
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.audit import services as audit
from cddp.foundation.tenancy.town_settings import keep_setting
from cddp.foundation.ui.listing.export import neutralise
from cddp.foundation.values.money import format_amount
from cddp.foundation.values.thai_dates import fiscal_year, fiscal_year_span, format_long, format_short
from cddp.registers.assets import policies
from cddp.registers.assets.choices import Keeping
from cddp.registers.assets.models import Asset, AssetClass
from cddp.registers.assets.queries.depreciation import (
    THRESHOLD_SETTING,
    RegisterLine,
    Sums,
    Valuation,
    read_threshold,
    value_of,
)
from cddp.registers.assets.rules import depreciation as rule

MONEY: Final = ("cost", "opening", "additions", "charge", "disposals", "accumulated", "closing")
# Those whose value the books follow; the rest are counted by number only.
VALUED: Final = (Keeping.WRITTEN_OFF, Keeping.HELD)


@dataclass(frozen=True)
class ClassRow:
    """บรรทัดของประเภทหนึ่ง: what the books follow, and how many lie below the threshold."""

    class_id: UUID
    name: str
    sums: Sums
    low: Sums

    @property
    def money(self) -> list[str]:
        """Return the sums as they are read."""
        return amounts(self.sums)


@dataclass(frozen=True)
class Register:
    """ทะเบียนคุมของปีงบประมาณหนึ่ง."""

    year: int
    title: str
    span: str
    is_running: bool
    rows: Sequence[ClassRow]
    whole: ClassRow
    incomplete: int
    threshold: int

    @property
    def notes(self) -> list[str]:
        """Return how it was reckoned, for those who check it."""
        return formula(self.year, self.threshold)


@transaction.atomic
def set_threshold(by: User | None, satang: int) -> int:
    """Settle below which cost a thing of this town is not written off."""
    policies.require(by, "assets.configure")
    before = read_threshold()
    row = keep_setting(THRESHOLD_SETTING, satang)
    audit.record("assets.capital_threshold.changed", row, changes={"satang": [before, satang]})
    return satang


def write_register(
    year: int,
    sums: Mapping[tuple[UUID, Keeping], Sums],
    classes: Iterable[AssetClass],
    *,
    incomplete: int,
    threshold: int,
    today: dt.date,
) -> Register:
    """Return the register of a fiscal year: a row for each class, and the whole."""
    nothing = Sums()
    rows = []
    for each in classes:
        valued = sum((sums.get((each.pk, keeping), nothing) for keeping in VALUED), nothing)
        low = sums.get((each.pk, Keeping.LOW_VALUE), nothing)
        if valued.count or low.count:
            rows.append(ClassRow(each.pk, each.name, valued, low))
    first, last = fiscal_year_span(year)
    whole = ClassRow(
        UUID(int=0),
        _("รวม"),
        sum((row.sums for row in rows), nothing),
        sum((row.low for row in rows), nothing),
    )
    return Register(
        year=year,
        title=_("ทะเบียนคุมทรัพย์สินและค่าเสื่อมราคา ปีงบประมาณ %(year)s") % {"year": year},
        span=f"{format_long(first)} – {format_long(last)}",
        is_running=last >= today,
        rows=rows,
        whole=whole,
        incomplete=incomplete,
        threshold=threshold,
    )


def amounts(sums: Sums) -> list[str]:
    """Return the seven sums as they are read; a dash for nothing."""
    return [format_amount(getattr(sums, name)) if getattr(sums, name) else "–" for name in MONEY]


def formula(year: int, threshold: int) -> list[str]:
    """Return how the charges of a year are reckoned."""
    return [
        _("วิธีเส้นตรง: ค่าเสื่อมต่อปี = (ราคาทุน − มูลค่าคงเหลือ 1 บาท) ÷ อายุการใช้งาน (ปี)"),
        _(
            "ปีแรก = (ราคาทุน − 1) × จำนวนวัน ÷ (อายุ × จำนวนวันของปีงบประมาณ) นับตั้งแต่วันที่ได้มา "
            "ปีเต็ม = ค่าเสื่อมต่อปี ปีสุดท้าย = ราคาทุน − 1 − ค่าเสื่อมสะสม"
        ),
        _("ปีงบประมาณ %(year)s มี %(days)s วัน (1 ตุลาคม ถึง 30 กันยายน ปีที่มี 29 กุมภาพันธ์นับ 366 วัน)")
        % {"year": year, "days": rule.days_of(year)},
        _("จำหน่ายระหว่างปี: คิดถึงวันก่อนวันจำหน่าย มูลค่าที่เหลือออกจากทะเบียนในวันนั้น"),
        _("ปัดเศษครึ่งขึ้นเป็นสตางค์ทีละงวด อายุตามประกาศที่ใช้ในวันที่ได้มา เว้นแต่กำหนดอายุเฉพาะรายการ"),
        _("ราคาทุนต่ำกว่า %(baht)s บาท ไม่คิดค่าเสื่อมราคา คุมจำนวนไว้") % {"baht": format_amount(threshold)},
        _(
            "ต้นปี + เพิ่ม − ค่าเสื่อมปีนี้ − จำหน่าย (มูลค่าตามบัญชีวันจำหน่าย) = ปลายปี "
            "และราคาทุนของที่คงอยู่ − ค่าเสื่อมสะสม = ปลายปี"
        ),
    ]


def heads() -> list[str]:
    """Return the heads of the seven sums."""
    return [
        _("ราคาทุน"), _("ต้นปี"), _("เพิ่ม"), _("ค่าเสื่อมปีนี้"), _("จำหน่าย"), _("ค่าเสื่อมสะสม"), _("ปลายปี"),
    ]  # fmt: skip


# ── one thing ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class CardRow:
    """บรรทัดของบัตรทรัพย์สิน: one fiscal year with its formula in figures."""

    year: int
    days: str
    working: str
    charge: str
    accumulated: str
    closing: str
    is_now: bool = False


def card_rows(valuation: Valuation, *, now: int) -> list[CardRow]:
    """Return the years of one thing with the working of each, so that it can be checked by hand."""
    terms = valuation.terms
    if terms is None or not terms.life_years or not terms.writable_satang:
        return []
    return [_card_row(terms, each, is_now=each.year == now) for each in rule.schedule(terms)]


def _card_row(terms: rule.Terms, each: rule.FiscalYear, *, is_now: bool) -> CardRow:
    return CardRow(
        year=each.year,
        days=f"{each.days}/{each.day_basis}",
        working=_working(terms, each),
        charge=format_amount(each.charge),
        accumulated=format_amount(each.accumulated or each.released),
        closing=format_amount(each.closing),
        is_now=is_now,
    )


def _working(terms: rule.Terms, each: rule.FiscalYear) -> str:
    whole, life = format_amount(terms.writable_satang), terms.life_years or 1
    gathered = each.accumulated or each.released
    if gathered == terms.writable_satang and each.charge:
        return f"{whole} − {format_amount(gathered - each.charge)}"
    if each.days == each.day_basis:
        return f"{whole} ÷ {life}"
    return f"{whole} × {each.days} ÷ ({life} × {each.day_basis})" if each.days else "–"


def keeping_words(valuation: Valuation) -> str:
    """Return in a line how a thing is kept in the books."""
    if valuation.keeping == Keeping.INCOMPLETE:
        return _("ยังคำนวณไม่ได้ เพราะไม่มีราคาทุนหรือวันที่ได้มา")
    if valuation.keeping == Keeping.LOW_VALUE:
        return _("ราคาทุนต่ำกว่าเกณฑ์ ไม่คิดค่าเสื่อมราคา")
    if valuation.keeping == Keeping.HELD:
        return _("ไม่คิดค่าเสื่อมราคา เพราะประเภทนี้ไม่มีอายุการใช้งานในวันที่ได้มา")
    return ""


def facts_of(asset: Asset, *, today: dt.date | None = None) -> dict[str, Any]:
    """Return what the page of an asset says of its value."""
    day = today or timezone.localdate()
    valuation, now = value_of(asset), fiscal_year(day)
    terms = valuation.terms if valuation.keeping != Keeping.LOW_VALUE else None
    return {
        "asset": asset,
        "valuation": valuation,
        "words": keeping_words(valuation),
        "is_own_life": valuation.source == "own",
        "year": rule.fiscal_year_of(terms, now) if terms else None,
        "value_now": rule.book_value(terms, day) if terms else None,
        "ends_on": rule.last_day(terms.acquired_on, terms.life_years) if terms and terms.life_years else None,
        "rows": card_rows(valuation, now=now),
        "year_ends_on": fiscal_year_span(now)[1],
    }


# ── a spreadsheet ─────────────────────────────────────────────────────────────────────────────────


def write_register_book(register: Register, lines: Iterable[RegisterLine], *, town: str, scope: str) -> bytes:
    """Return the register as XLSX: the classes with their totals, every thing, and how it was reckoned."""
    stream = io.BytesIO()
    # Row by row, so that 100,000 things do not lie in memory as cells.
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    looks = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF0F4", "text_wrap": True}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "total": book.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"}),
        "bold": book.add_format({"bold": True, "top": 1}),
    }
    _write_classes(book, looks, register, [town, f"{register.span} · {scope}"])
    _write_lines(book, looks, register, lines)
    _write_notes(book, register)
    book.close()
    return stream.getvalue()


def _write_classes(book: Any, looks: Mapping[str, Any], register: Register, titles: Sequence[str]) -> None:
    sheet = book.add_worksheet(_("สรุปตามประเภท"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(MONEY) + 3, 17)
    sheet.write_string(0, 0, register.title, looks["title"])
    for line, words in enumerate(titles, 1):
        sheet.write_string(line, 0, neutralise(words))
    names = [_("ประเภท"), _("จำนวน"), *heads(), _("ต่ำกว่าเกณฑ์ (รายการ)"), _("ต่ำกว่าเกณฑ์ (ราคาทุน)")]
    for place, words in enumerate(names):
        sheet.write_string(4, place, words, looks["head"])
    for line, row in enumerate([*register.rows, register.whole], 5):
        is_whole = row is register.whole
        sheet.write_string(line, 0, neutralise(row.name), looks["bold"] if is_whole else None)
        sheet.write_number(line, 1, row.sums.count, looks["bold"] if is_whole else None)
        for place, name in enumerate(MONEY, 2):
            _write_money(sheet, line, place, getattr(row.sums, name), looks["total" if is_whole else "money"])
        sheet.write_number(line, len(MONEY) + 2, row.low.count, looks["bold"] if is_whole else None)
        _write_money(sheet, line, len(MONEY) + 3, row.low.cost, looks["total" if is_whole else "money"])
    sheet.freeze_panes(5, 1)
    _for_paper(sheet)


def _write_lines(
    book: Any, looks: Mapping[str, Any], register: Register, lines: Iterable[RegisterLine]
) -> None:
    sheet = book.add_worksheet(_("รายการ"))
    names = [
        _("เลขครุภัณฑ์"), _("ชื่อ"), _("ประเภท"), _("วันที่ได้มา"), _("ราคาทุนเมื่อได้มา"), _("อายุ (ปี)"),
        _("วันที่คิดในปีนี้"), *heads(), _("วันที่จำหน่าย"), _("การบันทึกมูลค่า"),
    ]  # fmt: skip
    for place, words in enumerate(names):
        sheet.set_column(place, place, 34 if place == 1 else 17)
        sheet.write_string(0, place, words, looks["head"])
    sheet.freeze_panes(1, 2)
    keepings = {each: str(each.label) for each in Keeping}
    classes = {row.class_id: row.name for row in register.rows}
    whole, place = Sums(), 0
    for place, line in enumerate(lines, 1):
        _write_line(sheet, place, line, [classes.get(line.class_id, ""), keepings[line.keeping]], looks)
        if line.keeping in VALUED:
            whole += line.sums
    sheet.write_string(place + 1, 1, _("รวมที่บันทึกมูลค่า"), looks["bold"])
    for column, name in enumerate(MONEY, 7):
        _write_money(sheet, place + 1, column, getattr(whole, name), looks["total"])
    _for_paper(sheet)


def _write_line(
    sheet: Any, row: int, line: RegisterLine, words: Sequence[str], looks: Mapping[str, Any]
) -> None:
    sheet.write_string(row, 0, neutralise(line.number))
    sheet.write_string(row, 1, neutralise(line.name))
    sheet.write_string(row, 2, neutralise(words[0]))
    sheet.write_string(row, 3, format_short(line.acquired_on))
    _write_money(sheet, row, 4, line.cost_satang, looks["money"])
    if line.life_years:
        sheet.write_number(row, 5, line.life_years)
    sheet.write_number(row, 6, line.days)
    is_valued = line.keeping in VALUED
    for column, name in enumerate(MONEY, 7):
        if is_valued:
            _write_money(sheet, row, column, getattr(line.sums, name), looks["money"])
    if line.disposed_on:
        sheet.write_string(row, 14, format_short(line.disposed_on))
    sheet.write_string(row, 15, words[1])


def _write_notes(book: Any, register: Register) -> None:
    sheet = book.add_worksheet(_("วิธีคำนวณ"))
    sheet.set_column(0, 0, 120)
    for row, words in enumerate(register.notes):
        sheet.write_string(row, 0, neutralise(words))


def _write_money(sheet: Any, row: int, column: int, satang: int, look: Any) -> None:
    sheet.write_number(row, column, Decimal(satang) / 100, look)


def _for_paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&R{_('หน้า')} &P/&N")
