"""รับเรื่องทาง Open311: a POST of another program becomes a report, once, in the name of the key's member.

The program's own reference tells a repeated call from a new one: its Idempotency-Key; without one, all it sent,
when that names a device or a person, is taken for the same when it comes again within minutes.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.files.cipher import keyed_hash
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.choices import Channel
from cddp.operations.complaints.choices import GeoReportProblem as Reasons
from cddp.operations.complaints.policies import may_file, refuse_unless
from cddp.operations.complaints.queries.open311 import find_service_of_post
from cddp.operations.complaints.queries.public import find_open_need
from cddp.operations.complaints.rules.open311 import NEED_ID, Problem
from cddp.operations.complaints.rules.open311_asking import Posted
from cddp.operations.complaints.services.receiving import Incoming, Receipt, receive
from cddp.operations.complaints.services.voices import Contact

# A client that hears nothing tries again within seconds; a person who asks again does so another day.
SAME_WITHIN: Final = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Sending:
    """การส่งครั้งหนึ่ง: by whom, when, and the client's own name for it ("" for none)."""

    sender: User
    at: dt.datetime
    idempotency_key: str = ""


def take_request(posted: Posted, sending: Sending) -> Receipt | Problem:
    """Take a posted request in, or return what is wrong with it. Raises UnableToTakeReport as `receive` does."""
    refuse_unless(may_file(sending.sender))
    now_id, earlier_id = _names_of(posted, sending)
    category_id, came_earlier = find_service_of_post(posted.service_code, earlier_id=earlier_id)
    if category_id is None:
        return Problem(Reasons.UNKNOWN_SERVICE)
    need_id = None
    if posted.need_number:
        need = find_open_need(posted.need_number)
        if need is None:
            return Problem(Reasons.UNKNOWN_NEED, f"attribute[{NEED_ID}]")
        need_id = need.pk
    incoming = _incoming(
        posted, sending, earlier_id if came_earlier else now_id, category_id=category_id, need_id=need_id
    )
    receipt = receive(incoming)
    _keep_address_of_picture(receipt, posted)
    return receipt


def notice_of(receipt: Receipt) -> str:
    """Return what the sender reads: that it is taken in, and what to ask for it by."""
    return _("เทศบาลรับเรื่องแล้ว ติดตามผลได้ด้วยเลขที่ %(number)s") % {"number": receipt.report.number}


def _incoming(
    posted: Posted, sending: Sending, external_id: str, *, category_id: UUID, need_id: UUID | None
) -> Incoming:
    return Incoming(
        channel=Channel.OPEN311,
        external_id=external_id,
        payload=posted.envelope,
        description=posted.text("description"),
        requested_at=sending.at,
        received_at=sending.at,
        category_id=category_id,
        point=Point(*posted.point, srid=4326) if posted.point else None,
        address=posted.text("address_string") or _address_by_id(posted),
        contact=Contact(name=posted.name, phone=posted.text("phone"), email=posted.text("email")),
        joins_need_id=need_id,
        told_before=posted.told_before,
    )


def _address_by_id(posted: Posted) -> str:
    # The code is of the client's own register of addresses: shown as it came, for an officer to look up.
    code = posted.text("address_id")
    return _("รหัสที่อยู่ %(code)s") % {"code": code} if code else ""


def _names_of(posted: Posted, sending: Sending) -> tuple[str, str]:
    """Return what this sending is known by, and what an equal one shortly before would have been.

    Keyed, since what is hashed holds telephones; one sender's names mean nothing to another.
    """
    if sending.idempotency_key:
        name = _hashed(sending, f"key\x1f{sending.idempotency_key}")
        return name, name
    if not posted.names_its_sender:
        name = uuid7().hex
        return name, name
    slot = int(sending.at.timestamp() // SAME_WITHIN.total_seconds())
    now_id, earlier_id = (_hashed(sending, f"{each}\x1f{posted.whole}") for each in (slot, slot - 1))
    return now_id, earlier_id


def _hashed(sending: Sending, text: str) -> str:
    member = sending.sender.membership
    context = f"open311:{required_municipality_id()}:{member.pk if member else ''}"
    return keyed_hash(text, context=context).hex()


def _keep_address_of_picture(receipt: Receipt, posted: Posted) -> None:
    """Write down where the client says a picture is. We never fetch it: an address that somebody else chooses would
    let them make our server call into the town hall's own network. An officer may open it from the report's page.
    """
    url = posted.text("media_url")
    if url and receipt.is_new:
        receipt.report.photo_urls = [url]
        receipt.report.save(update_fields=["photo_urls"])
