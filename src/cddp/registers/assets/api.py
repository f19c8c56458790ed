"""ส่วนต่อประสานของทรัพย์สิน: a door for lamp controllers and other sensors to say what stopped and what works again.

A token of a member with "assets.inspect" speaks for the sensor. Each message may come twice, late or out of order:
the same outage is never opened twice, and only the sensor that began one ends it by its `reference`.
"""

import datetime as dt
from typing import Annotated
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema
from pydantic import AfterValidator, AwareDatetime

from cddp.foundation.accounts.models import User
from cddp.registers.assets.choices import Source
from cddp.registers.assets.models import Asset, Outage
from cddp.registers.assets.queries.finding import find_by_code, get_asset
from cddp.registers.assets.services.outages import begin_outage, end_outage

router = Router(tags=["assets"])

EARLIEST_YEAR = 1900
# A clock that runs ahead: what lies further in the future is a fault of the sender.
AHEAD = dt.timedelta(minutes=10)


def _storable(text: str) -> str:
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("ข้อความมีอักขระที่เก็บไม่ได้")
    return text


def _sound(moment: dt.datetime) -> dt.datetime:
    if moment.year < EARLIEST_YEAR or moment > timezone.now() + AHEAD:
        raise ValueError("เวลาที่แจ้งไม่ถูกต้อง")
    return moment


Text = Annotated[str, AfterValidator(_storable)]
Moment = Annotated[AwareDatetime, AfterValidator(_sound)]


class AssetOut(Schema):
    """ทรัพย์สิน."""

    id: UUID
    number: str
    name: str
    asset_class: str
    state: str
    condition: int | None
    latitude: float | None
    longitude: float | None


class OutageIn(Schema):
    """แจ้งว่าใช้การไม่ได้: `asset` is an asset number, the address on its label, or its id."""

    asset: Annotated[Text, Field(min_length=1, max_length=300)]
    reference: Annotated[Text, Field(min_length=1, max_length=80)]
    words: Annotated[Text, Field(max_length=300)] = ""
    at: Moment | None = None


class OutageEndIn(Schema):
    """แจ้งว่ากลับมาใช้ได้: ends the outage that this `reference` began; any other stays open."""

    asset: Annotated[Text, Field(min_length=1, max_length=300)]
    reference: Annotated[Text, Field(min_length=1, max_length=80)]
    at: Moment | None = None


class OutageOut(Schema):
    """ช่วงที่ใช้การไม่ได้: `is_ours` tells whether the asker's reference began it."""

    id: UUID
    asset_id: UUID
    from_at: dt.datetime
    until_at: dt.datetime | None
    is_ours: bool


class EndedOut(Schema):
    """ผลของการแจ้งว่ากลับมาใช้ได้: null when nothing of that reference was open."""

    ended: OutageOut | None


def _caller(request: HttpRequest, permission: str) -> User:
    user = request.user
    if not isinstance(user, User) or not user.has_perm(permission):
        raise PermissionDenied
    return user


def _asset(user: User, code: str) -> Asset:
    asset = find_by_code(user, code)
    if asset is None:
        raise Http404
    return asset


def _outage(outage: Outage, reference: str) -> OutageOut:
    return OutageOut(
        id=outage.pk,
        asset_id=outage.asset_id,
        from_at=outage.from_at,
        until_at=outage.until_at,
        is_ours=outage.reference == reference,
    )


@router.get("/assets/{uuid:asset_id}", response=AssetOut, summary="ทรัพย์สินหนึ่งรายการ")
def read_asset(request: HttpRequest, asset_id: UUID) -> AssetOut:
    """Return one asset."""
    asset = get_asset(_caller(request, "assets.view"), asset_id)
    point = asset.shape if asset.shape is not None and asset.shape.geom_type == "Point" else None
    return AssetOut(
        id=asset.pk,
        number=asset.number,
        name=asset.name,
        asset_class=asset.asset_class.key,
        state=asset.state,
        condition=asset.condition,
        latitude=point.y if point else None,
        longitude=point.x if point else None,
    )


@router.post("/assets/outages", response={200: OutageOut}, summary="เซนเซอร์แจ้งว่าใช้การไม่ได้")
def say_out(request: HttpRequest, given: OutageIn) -> OutageOut:
    """Begin an outage; the one that is open is answered as it is."""
    user = _caller(request, "assets.inspect")
    asset = _asset(user, given.asset)
    outage = begin_outage(
        user,
        asset.pk,
        source=Source.SENSOR,
        reference=given.reference,
        words=given.words,
        from_at=given.at or timezone.now(),
    )
    return _outage(outage, given.reference)


@router.post("/assets/outages/end", response={200: EndedOut}, summary="เซนเซอร์แจ้งว่ากลับมาใช้ได้")
def say_works(request: HttpRequest, given: OutageEndIn) -> EndedOut:
    """End the outage that this reference began."""
    user = _caller(request, "assets.inspect")
    asset = _asset(user, given.asset)
    ended = end_outage(user, asset.pk, reference=given.reference, at=given.at or timezone.now())
    return EndedOut(ended=_outage(ended, given.reference) if ended else None)
