"""ประวัติของทรัพย์สิน: what happened in its life, what was seen of it and when it did not work, as one story."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cddp.foundation.accounts.models import Division, Membership
from cddp.foundation.values.money import format_baht
from cddp.foundation.values.thai_dates import format_short
from cddp.registers.assets.choices import (
    Acquisition,
    AssetState,
    Disposal,
    EventKind,
    Funding,
)
from cddp.registers.assets.models import Asset, AssetAttribute, AssetClass, AssetEvent, AssetModel
from cddp.registers.assets.queries.attributes import words_of
from cddp.registers.assets.queries.choices import area_names

MOST_MOMENTS: Final = 60
ICONS: Final = {
    EventKind.REGISTERED: "file-text",
    EventKind.CHANGED: "pencil",
    EventKind.MOVED: "map-pin",
    EventKind.RESHAPED: "route",
    EventKind.SPLIT: "split",
    EventKind.HANDED_OVER: "user-check",
    EventKind.STATE: "package",
    EventKind.COUNTED: "qr-code",
    EventKind.DISPOSED: "archive",
    EventKind.RESTORED: "rotate-ccw",
}
LABELS: Final = {
    "asset_class_id": gettext_lazy("ประเภท"),
    "model_id": gettext_lazy("รุ่น"),
    "division_id": gettext_lazy("กองที่ดูแล"),
    "holder_id": gettext_lazy("ผู้ใช้งาน"),
    "parent_id": gettext_lazy("เป็นส่วนหนึ่งของ"),
}
# Said by the event's words or its kind, or of no use to a reader.
UNTOLD: Final = frozenset({"shape", "part", "part_of", "at_m", "joined", "version", "disposal_words"})
CHOICES: Final = {
    "state": AssetState,
    "acquisition": Acquisition,
    "funding": Funding,
    "disposal": Disposal,
}


@dataclass(frozen=True)
class Moment:
    """เหตุการณ์หนึ่งครั้ง: `changes` are (what, before, after) in words."""

    icon: str
    title: str
    at: dt.datetime
    by: str = ""
    body: str = ""
    changes: Sequence[tuple[str, str, str]] = field(default=())


def list_moments(asset: Asset, fields: Sequence[AssetAttribute]) -> list[Moment]:
    """Return the life of an asset, the newest first: events, outages; looks stand in a list of their own."""
    events = list(asset.events.order_by("-at", "-id")[:MOST_MOMENTS])
    names = _names_in(events)
    moments = [_of_event(event, names, fields) for event in events]
    for outage in asset.outages.all()[:MOST_MOMENTS]:
        began = _("ใช้การไม่ได้ (%(source)s)") % {"source": outage.get_source_display()}
        moments.append(Moment("triangle-alert", began, outage.from_at, outage.by_label, outage.words))
        if outage.until_at is not None:
            moments.append(Moment("circle-check", _("กลับมาใช้ได้"), outage.until_at, outage.ended_by_label))
    return sorted(moments, key=lambda each: each.at, reverse=True)[:MOST_MOMENTS]


def _of_event(event: AssetEvent, names: Mapping[str, str], fields: Sequence[AssetAttribute]) -> Moment:
    changes = () if event.kind == EventKind.REGISTERED else tuple(_changes(event.changes, names, fields))
    kind = EventKind(event.kind)
    return Moment(ICONS[kind], str(kind.label), event.at, event.by_label, event.words, changes)


def _changes(
    changes: Mapping[str, Any], names: Mapping[str, str], fields: Sequence[AssetAttribute]
) -> Iterable[tuple[str, str, str]]:
    by_key = {f"attr.{each.key}": each for each in fields}
    for name, pair in changes.items():
        if name in UNTOLD or not isinstance(pair, list) or len(pair) != 2:
            continue
        if name in by_key:
            label = by_key[name].name
            words = ["" if each is None else words_of(by_key[name], each) for each in pair]
        else:
            label = str(LABELS.get(name) or _label(name))
            words = [_word(name, each, names) for each in pair]
        if any(words):
            yield label, words[0], words[1]


def _label(name: str) -> str:
    try:
        return str(getattr(Asset._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:  # a blank that the class no longer has
        return name.removeprefix("attr.")


def _word(name: str, value: Any, names: Mapping[str, str]) -> str:
    if value in (None, ""):
        return ""
    if name.endswith("_satang"):
        return format_baht(int(value))
    if name.endswith(("_on", "_until")):
        return format_short(dt.date.fromisoformat(str(value)[:10]))
    if name == "length_m":
        return _("%(metres)s เมตร") % {"metres": f"{float(value):,.0f}"}
    if name in CHOICES:
        return str(dict(CHOICES[name].choices).get(value, value))
    return names.get(str(value), "" if name.endswith("_id") else str(value))


def _names_in(events: Iterable[AssetEvent]) -> dict[str, str]:
    """Return the names of all rows and villages that the events speak of, by one query for each kind."""
    told: dict[str, set[str]] = {}
    for event in events:
        for name, pair in event.changes.items():
            if name.endswith(("_id", "_code")) and isinstance(pair, list):
                told.setdefault(name, set()).update(str(each) for each in pair if each)
    names = area_names(told.get("area_code", ()))
    for name, model in (
        ("division_id", Division),
        ("asset_class_id", AssetClass),
        ("model_id", AssetModel),
        ("parent_id", Asset),
    ):
        if told.get(name):
            names |= {str(row.pk): str(row) for row in model.objects.filter(pk__in=told[name])}
    if told.get("holder_id"):
        holders = Membership.objects.filter(pk__in=told["holder_id"]).select_related("user")
        names |= {str(each.pk): str(each.user) for each in holders}
    return names
