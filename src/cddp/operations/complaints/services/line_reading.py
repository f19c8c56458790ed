"""อ่านบทสนทนาของคนหนึ่ง: fold what one person ever sent, bring their reports in line, and find what to say.

Nothing here speaks to LINE: that is done when all of this is committed. Running it again changes nothing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.foundation.tenancy.models import Municipality
from cddp.operations.complaints.queries.line import CategoryNames
from cddp.operations.complaints.rules.line_chat import fold_conversation
from cddp.operations.complaints.rules.line_meaning import Conversation
from cddp.operations.complaints.services.line_answers import take_answers
from cddp.operations.complaints.services.line_contacts import (
    Received,
    list_received,
    lock_contact,
    note_read,
    user_id_of,
)
from cddp.operations.complaints.services.line_filing import Filed, WantedPhoto, bring_in_line
from cddp.operations.complaints.services.line_forgetting import forget_unsent
from cddp.operations.complaints.services.line_replies import Situation

# A token is good for a minute from when LINE sent the event; what is older is not worth the call.
TOKEN_GOOD_FOR = dt.timedelta(seconds=50)
# The rest of a set of photos comes within seconds, or not at all.
WAIT_FOR_PHOTOS_S = 8
WAIT_TO_SETTLE_S = 15 * 60


@dataclass(frozen=True)
class Reading:
    """ผลการอ่าน: what is left to do when it is committed: the reply is worded then, so that no wording can undo what
    was taken in. `wait_s`: look again after so long, more is on its way.
    """

    reply_token: str = ""
    situation: Situation | None = None
    photos: tuple[WantedPhoto, ...] = ()
    wait_s: int = 0


def read_contact(contact_id: UUID, *, has_waited: bool = False, at: dt.datetime) -> Reading:
    """Read one person's events anew. `has_waited`: reply even though a photo of a set is still missing."""
    contact = lock_contact(contact_id)
    if contact is None:
        return Reading()
    received = list_received(contact, at=at)
    names = CategoryNames()
    talk = fold_conversation((each.event for each in received), category_words=names)
    seen = {each.event.event_id: each.event.at_ms for each in received}
    new_ids = {each.event.event_id for each in received if each.is_new}
    # First, so that no word that was taken back is looked at again.
    forget_unsent(contact, talk.forgotten_ids, at=at)
    filed = bring_in_line(contact, user_id_of(contact), talk, names, seen=seen, at=at)
    answered = take_answers(contact, talk, new_ids=new_ids, at=at)
    note_read(contact, talk, received)
    photos = (*filed.photos, *answered.photos)
    wait_s = WAIT_TO_SETTLE_S if filed.is_unsettled and not has_waited else 0
    if talk.photos_missing and not has_waited:
        return Reading(photos=photos, wait_s=WAIT_FOR_PHOTOS_S)
    token = _token(received, talk, filed, has_waited=has_waited, at=at)
    if not token:
        return Reading(photos=photos, wait_s=wait_s)
    town = Municipality.objects.get(pk=required_municipality_id())
    return Reading(token, Situation(contact, talk, town, names, filed, answered, at), photos, wait_s)


def _token(
    received: Sequence[Received], talk: Conversation, filed: Filed, *, has_waited: bool, at: dt.datetime
) -> str:
    """Return the newest token that is still good, when there is something to answer."""
    last = next((each for each in received if each.event.event_id == talk.last_event_id), None)
    if last is None or last.event.is_standby or not talk.is_following:
        return ""
    # Photos of one set bear one moment: which of them is the last says nothing.
    its_set = last.event.set_id
    is_new = last.is_new or any(each.is_new and its_set and each.event.set_id == its_set for each in received)
    is_news = is_new or filed.new or filed.refusals
    still_waits = has_waited and talk.photos_missing
    if not is_news and not still_waits:
        return ""
    usable = [
        each
        for each in received
        if each.event.reply_token
        and not each.event.is_standby
        and (each.is_new or still_waits)
        and at - each.received_at < TOKEN_GOOD_FOR
    ]
    newest = max(usable, key=lambda each: (each.received_at, each.event.place_in_talk), default=None)
    return newest.event.reply_token if newest is not None else ""
