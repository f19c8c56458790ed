"""แจ้งผู้บังคับบัญชา: what is late is put before the next person up, once a level, by a job that runs all day.

Who is in the chain stands in `rules.deadlines.ESCALATION`. A post that nobody holds is passed over, upwards.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import Membership
from cddp.foundation.accounts.queries import list_colleagues
from cddp.foundation.audit import services as audit
from cddp.foundation.notify.services import notify
from cddp.operations.complaints.models import Escalation, Need
from cddp.operations.complaints.queries.terms import list_holidays
from cddp.operations.complaints.rules.deadlines import ESCALATION, escalation_cutoffs

AT_ONCE = 500
NAMED_SINGLY = 3
TOLD_SIGNS = 300


def escalate_overdue(*, at: dt.datetime, most: int = AT_ONCE) -> int:
    """Raise what is late to the level it has reached and tell those above; return how many problems rose.

    Reads the index of open deadlines from its beginning to now. A row that somebody holds waits for the next run.
    """
    cutoffs = escalation_cutoffs(at, holidays=list_holidays())
    reached = [
        Q(escalation_level__lt=each.level, due_at__lt=cutoff)
        for each, cutoff in zip(ESCALATION, cutoffs, strict=True)
    ]
    rows = Need.objects.overdue(at).filter(reached[0] | reached[1] | reached[2])
    needs = list(rows.order_by("due_at", "id").select_for_update(skip_locked=True, of=("self",))[:most])
    if not needs:
        return 0
    chain = Chain(list_colleagues(permission="complaints.view"))
    escalations = [row for need in needs for row in _raise(need, cutoffs, chain, at)]
    Escalation.objects.bulk_create(escalations)
    Need.objects.bulk_update(needs, ["escalation_level"])
    chain.tell()
    audit.record("complaints.need.escalated", Need, changes={"needs": [0, len(needs)]})
    return len(needs)


def _raise(
    need: Need, cutoffs: Sequence[dt.datetime], chain: "Chain", at: dt.datetime
) -> Iterator[Escalation]:
    for each, cutoff in zip(ESCALATION, cutoffs, strict=True):
        if need.escalation_level < each.level and need.due_at < cutoff:
            need.escalation_level = each.level
            people = chain.people_for(need, each.level)
            told = ", ".join(str(member.user) for member in people)[:TOLD_SIGNS]
            yield Escalation(need=need, level=each.level, told=told, at=at)


@dataclass
class Chain:
    """สายบังคับบัญชา: the people of the town by their posts, and what each of them is to be told."""

    members: Sequence[Membership]
    news: dict[UUID, list[Need]] = field(default_factory=lambda: defaultdict(list))

    def people_for(self, need: Need, level: int) -> list[Membership]:
        """Return who is told at this level, and keep it for `tell`; the one who works on it hears of the first."""
        people = next(
            (found for each in ESCALATION[level - 1 :] if (found := self._in_post(need, each.role))), []
        )
        if level == 1:
            people += [
                member for member in self.members if member.pk == need.assignee_id and member not in people
            ]
        for member in people:
            if need not in self.news[member.user_id]:
                self.news[member.user_id].append(need)
        return people

    def tell(self) -> None:
        """Put one line for each problem before each person, or one for all when there are many."""
        for user_id, needs in self.news.items():
            if len(needs) > NAMED_SINGLY:
                title = _("มีเรื่องเกินกำหนด %(count)s เรื่องที่ต้องติดตาม") % {"count": len(needs)}
                notify([user_id], title, link=f"{reverse('complaints:inbox')}?due=overdue")
                continue
            for need in needs:
                title = _("เรื่อง %(number)s เกินกำหนดแล้ว") % {"number": need.number}
                notify([user_id], title, link=need.get_absolute_url())

    def _in_post(self, need: Need, role: str) -> list[Membership]:
        return [
            member
            for member in self.members
            if role in member.roles
            and (role != "director" or (need.division_id and member.division_id == need.division_id))
            and (not need.is_private or "complaints.view_private" in member.permissions)
        ]
