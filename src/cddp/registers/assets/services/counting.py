"""การตรวจนับทรัพย์สินประจำปี: open a round, write down what was found, close it.

Regulation of the Ministry of Finance on supplies 2560, clause 213: each year the head of the body appoints those
who count from the first working day of the fiscal year and report within 30 working days what is damaged, worn out,
lost or no longer needed. Clause 214: a further committee then looks into it, so nothing here decides what becomes of
a thing: only the officer who closes a round says that what nobody found is missing.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Division, User
from cddp.foundation.audit import services as audit
from cddp.foundation.values.thai_dates import BANGKOK, format_short
from cddp.foundation.values.thai_text import normalise, normalise_line
from cddp.registers.assets import policies
from cddp.registers.assets.choices import AssetState, Condition, EventKind, Source, StockTakeResult
from cddp.registers.assets.errors import UnableToCount
from cddp.registers.assets.models import Asset, AssetClass, AssetEvent, StockTake, StockTakeLine
from cddp.registers.assets.queries.counting import LEFT, is_in_scope, scope_of
from cddp.registers.assets.queries.finding import find_by_code
from cddp.registers.assets.services.holding import label_of, lock_asset, write_event
from cddp.registers.assets.services.inspecting import inspect
from cddp.registers.assets.services.outages import end_open_outage

OPEN_AND_CLOSE: Final = "assets.count"
COUNT: Final = "assets.inspect"
_NOTE: Final = 300
_BATCH: Final = 1_000


@dataclass(frozen=True)
class Sighting:
    """การพบครั้งหนึ่ง: what one member of the committee found; `id` is made where it was found, so it counts once."""

    id: UUID
    result: str
    condition: int | None = None
    note: str = ""
    seen_at: dt.datetime | None = None


@transaction.atomic
def open_round(
    by: User | None,
    *,
    name: str,
    fiscal_year: int,
    asset_class_id: UUID | None = None,
    division_id: UUID | None = None,
    committee: str = "",
    at: dt.datetime,
) -> StockTake:
    """Begin a round over what the town has now, of one class or one division or all. Raises UnableToCount."""
    policies.require(by, OPEN_AND_CLOSE)
    tidy = normalise_line(name)[:120]
    if not tidy:
        raise UnableToCount(_("กรุณาตั้งชื่อรอบการตรวจนับ"), code="name")
    if asset_class_id is not None and not AssetClass.objects.filter(pk=asset_class_id).exists():
        raise UnableToCount(_("ไม่พบประเภททรัพย์สินนี้แล้ว"), code="class")
    if division_id is not None and not Division.objects.filter(pk=division_id).exists():
        raise UnableToCount(_("ไม่พบกองนี้แล้ว"), code="division")
    take = StockTake(
        name=tidy,
        fiscal_year=fiscal_year,
        asset_class_id=asset_class_id,
        division_id=division_id,
        committee=normalise(committee)[:2_000],
        opened_at=at,
        by_label=label_of(by),
    )
    take.save(force_insert=True)
    count = _add_lines(take)
    if not count:
        raise UnableToCount(_("ไม่มีทรัพย์สินในขอบเขตนี้ โปรดเลือกขอบเขตใหม่"), code="empty")
    audit.record("assets.stock_take.opened", take, changes={"lines": [None, count]})
    return take


def _add_lines(take: StockTake) -> int:
    """Write a line for each thing the town still has; by the database itself, since there may be 100,000."""
    rows = Asset.objects.kept().filter(scope_of(take)).order_by()
    chosen, params = rows.values_list("id", "municipality_id").query.sql_with_params()
    sql = f"""
        INSERT INTO {StockTakeLine._meta.db_table}
            (id, municipality_id, stock_take_id, asset_id, result, condition, note, seen_at, by, by_label)
        SELECT gen_random_uuid(), chosen.town, %s, chosen.id, '', NULL, '', NULL, NULL, ''
        FROM ({chosen}) AS chosen (id, town)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [take.pk, *params])
        return int(cursor.rowcount)


# ── counting ──────────────────────────────────────────────────────────────────────────────────────


def sight_code(by: User, take_id: UUID, code: str, sighting: Sighting, *, at: dt.datetime) -> StockTakeLine:
    """Write down what was found of the thing whose label or number was read. Raises UnableToCount, Http404."""
    policies.require(by, COUNT)
    asset = find_by_code(by, code)
    if asset is None:
        words = _("ไม่พบทรัพย์สินที่มีรหัส “%(code)s” ในทะเบียน") % {"code": code[:60]}
        raise UnableToCount(words, code="unknown")
    return sight(by, take_id, asset.pk, sighting, at=at)


@transaction.atomic
def sight(by: User, take_id: UUID, asset_id: UUID, sighting: Sighting, *, at: dt.datetime) -> StockTakeLine:
    """Write down what was found of one thing. The same sighting again changes nothing, nor does an older one.

    A thing that was missing is in use again when somebody finds it. Raises UnableToCount, Http404.
    """
    policies.require(by, COUNT)
    _check(sighting)
    asset = lock_asset(by, asset_id)
    take = _find_round(by, take_id)
    line = _line_of(take, asset)
    seen_at = min(max(sighting.seen_at or at, take.opened_at), at)
    known = AssetEvent.objects.filter(pk=sighting.id).first()
    if known is not None:
        if known.asset_id != asset.pk:
            raise UnableToCount(_("ผลการนับนี้เป็นของทรัพย์สินอื่นแล้ว โปรดสแกนใหม่"), code="other_asset")
        return line
    if not take.is_open:
        words = _("รอบนี้ปิดแล้วเมื่อ %(day)s ผลนี้จึงไม่ได้บันทึก") % {"day": format_short(take.closed_at or at)}
        raise UnableToCount(words, code="closed")
    note = normalise_line(sighting.note)[:_NOTE]
    if line.seen_at is None or line.seen_at < seen_at:
        _put(by, line, sighting, note, seen_at)
    _tell(by, asset, f"{take.name}: {_words_of(sighting, note)}", sighting, seen_at)
    if sighting.condition is not None and sighting.result != StockTakeResult.MISSING:
        inspect(
            by,
            asset.pk,
            inspection_id=sighting.id,
            condition=sighting.condition,
            on=seen_at.astimezone(BANGKOK).date(),
            notes=note,
            source=Source.COUNT,
            at=seen_at,
        )
    return line


def _check(sighting: Sighting) -> None:
    if sighting.result not in StockTakeResult.values:
        raise UnableToCount(_("กรุณาเลือกผลการตรวจนับ"), code="result")
    if sighting.condition is not None and sighting.condition not in Condition.values:
        raise UnableToCount(_("กรุณาเลือกสภาพ 1 ถึง 5"), code="condition")


def _find_round(by: User, take_id: UUID) -> StockTake:
    take = (
        StockTake.objects.visible_to(by).select_related("asset_class", "division").filter(pk=take_id).first()
    )
    if take is None:
        raise Http404
    return take


def _line_of(take: StockTake, asset: Asset) -> StockTakeLine:
    """Return the line of a thing, locked; one that came into the register after the round began gets its line now."""
    if asset.state == AssetState.DISPOSED:
        day = format_short(asset.disposed_on) if asset.disposed_on else ""
        words = _("ทรัพย์สินนี้จำหน่ายออกจากทะเบียนแล้วเมื่อ %(day)s หากยังพบของอยู่โปรดแจ้งงานพัสดุ")
        raise UnableToCount(words % {"day": day}, code="disposed")
    line = StockTakeLine.objects.select_for_update().filter(stock_take=take, asset=asset).first()
    if line is None:
        if not is_in_scope(take, asset):
            scope = " · ".join(str(each) for each in (take.asset_class, take.division) if each)
            raise UnableToCount(_("ไม่อยู่ในรอบนี้ ซึ่งนับเฉพาะ %(scope)s") % {"scope": scope}, code="scope")
        line, _is_new = StockTakeLine.objects.get_or_create(stock_take=take, asset=asset)
    # Whoever closes the round meanwhile has the lines that are left; what it says now holds.
    take.refresh_from_db(fields=["closed_at"])
    return line


def _put(by: User, line: StockTakeLine, sighting: Sighting, note: str, seen_at: dt.datetime) -> None:
    line.result = StockTakeResult(sighting.result).value
    line.condition, line.note, line.seen_at = sighting.condition, note, seen_at
    line.by, line.by_label = by.pk, label_of(by)
    line.save(update_fields=["result", "condition", "note", "seen_at", "by", "by_label"])


def _words_of(sighting: Sighting, note: str) -> str:
    return " · ".join(filter(None, [str(StockTakeResult(sighting.result).label), note]))


def _tell(by: User, asset: Asset, words: str, sighting: Sighting, seen_at: dt.datetime) -> None:
    """Add the sighting to the life of the thing, under its own id; and bring back what was missing."""
    result = StockTakeResult(sighting.result)
    AssetEvent(
        id=sighting.id,
        asset=asset,
        kind=EventKind.COUNTED,
        changes={"result": [None, result.value]},
        words=words,
        at=seen_at,
        by=by.pk,
        by_label=label_of(by),
    ).save(force_insert=True)
    if asset.state == AssetState.MISSING and result != StockTakeResult.MISSING:
        asset.state = AssetState.IN_USE.value
        asset.version += 1
        asset.save(update_fields=["state", "version", "updated_at"])
        changes = {"state": [AssetState.MISSING.value, asset.state]}
        write_event(by, asset, EventKind.STATE, changes=changes, words=_("พบในการตรวจนับ"), at=seen_at)


# ── closing ───────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def close_round(by: User | None, take_id: UUID, *, mark_missing: bool, at: dt.datetime) -> StockTake:
    """End a round: what nobody looked for counts as not found. With `mark_missing` the register says so as well."""
    policies.require(by, OPEN_AND_CLOSE)
    rows = StockTake.objects.all() if by is None else StockTake.objects.visible_to(by)
    take = rows.select_for_update().filter(pk=take_id).first()
    if take is None:
        raise Http404
    if not take.is_open:
        raise UnableToCount(_("รอบนี้ปิดแล้ว"), code="closed")
    left = StockTakeLine.objects.filter(stock_take=take, result=LEFT)
    left.filter(asset__state=AssetState.DISPOSED).delete()
    unseen = left.update(result=StockTakeResult.MISSING, note=_("ไม่มีผู้ตรวจพบจนปิดรอบ"), by_label=label_of(by))
    take.closed_at = at
    take.save(update_fields=["closed_at"])
    marked = _mark_missing(by, take, at) if mark_missing else 0
    changes = {"unseen": [None, unseen], "marked_missing": [None, marked]}
    audit.record("assets.stock_take.closed", take, changes=changes)
    return take


def _mark_missing(by: User | None, take: StockTake, at: dt.datetime) -> int:
    lost = StockTakeLine.objects.filter(stock_take=take, result=StockTakeResult.MISSING)
    gone = [AssetState.MISSING, AssetState.DISPOSED]
    rows = Asset.objects.filter(pk__in=lost.values("asset_id")).exclude(state__in=gone)
    assets = list(rows.select_for_update(of=("self",)).only("id", "municipality_id", "state").order_by("id"))
    events = [_lost(by, asset, take, at) for asset in assets]
    for asset in assets:
        if asset.state == AssetState.BROKEN:
            end_open_outage(by, asset, at=at)
    # One statement for all of them: a town may have lost sight of many.
    rows.update(state=AssetState.MISSING, version=F("version") + 1, updated_at=at)
    AssetEvent.objects.bulk_create(events, batch_size=_BATCH)
    return len(assets)


def _lost(by: User | None, asset: Asset, take: StockTake, at: dt.datetime) -> AssetEvent:
    return AssetEvent(
        asset=asset,
        kind=EventKind.STATE,
        changes={"state": [asset.state, AssetState.MISSING.value]},
        words=_("ไม่พบในการตรวจนับ %(round)s") % {"round": take.name},
        at=at,
        by=by.pk if by is not None else None,
        by_label=label_of(by),
    )
