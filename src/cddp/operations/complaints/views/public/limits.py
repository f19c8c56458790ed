"""กันใช้ในทางที่ผิด: limits without riddles to solve. Whoever meets one is told whom to call instead.

An address is counted by its keyed fingerprint, never kept. In villages many phones share the address of their mobile
network, so the limits are wide; the town's own limit is counted from the reports themselves.
"""

import datetime as dt
import ipaddress
from dataclasses import dataclass

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest

from cddp.foundation.audit.context import current_acting
from cddp.foundation.files.cipher import keyed_hash
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.choices import Channel
from cddp.operations.complaints.models import Report

STAMP = "complaints.form"
QUICKEST_S = 3
MOST_OF_TOWN = 1_000


@dataclass(frozen=True)
class Limit:
    """ขีดจำกัด: so many of one thing from one address in so many seconds."""

    name: str
    most: int
    seconds: int


REPORTS = Limit("report", 30, 3600)
LOOKS = Limit("near", 120, 600)
WORDS = Limit("words", 60, 3600)
WRONG_CODES = Limit("code", 10, 900)


def is_beyond(request: HttpRequest, limit: Limit) -> bool:
    """Tell whether this address has used up the limit, without counting."""
    return bool(cache.get(_key(request, limit), 0) >= limit.most)


def count(request: HttpRequest, limit: Limit) -> bool:
    """Count one more; return whether it is still within the limit."""
    key = _key(request, limit)
    if cache.add(key, 1, limit.seconds):
        return True
    try:
        return bool(cache.incr(key) <= limit.most)
    except ValueError:  # ran out between the two
        cache.add(key, 1, limit.seconds)
        return True


def is_town_flooded(at: dt.datetime) -> bool:
    """Tell whether more came by the web within the hour than people of one town would write."""
    recent = Report.objects.filter(channel=Channel.WEB, requested_at__gt=at - dt.timedelta(hours=1))
    return bool(recent.order_by()[: MOST_OF_TOWN + 1].count() > MOST_OF_TOWN)


def opened_stamp() -> str:
    """Return a sign of when the form was made, which nobody can make up."""
    return signing.TimestampSigner(salt=STAMP).sign("form")


def is_too_quick(stamp: str) -> bool:
    """Tell whether a form came back faster than a person can write, or without its stamp."""
    signer = signing.TimestampSigner(salt=STAMP)
    try:
        signer.unsign(stamp)
    except signing.BadSignature:
        return True
    try:
        signer.unsign(stamp, max_age=QUICKEST_S)
    except signing.SignatureExpired:
        return False
    return True


def _key(request: HttpRequest, limit: Limit) -> str:
    visitor = keyed_hash(_network_of(current_acting().address or ""), context="visitor").hex()[:24]
    return f"complaints.limit:{limit.name}:{required_municipality_id()}:{visitor}"


def _network_of(address: str) -> str:
    """Return the address; of IPv6 the part that one household has."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((read, 64), strict=False)) if read.version == 6 else address
