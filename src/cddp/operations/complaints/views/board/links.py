"""ทางจากตัวเลขไปยังรายการ: each number of the board opens the inbox at exactly its rows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from cddp.foundation.values.thai_dates import to_buddhist_year
from cddp.operations.complaints.choices import CLOSED_STATES, ReportState
from cddp.operations.complaints.queries.board import BoardScope

NOBODY = "none"


@dataclass(frozen=True)
class Links:
    """ทางไปยังรายการภายในขอบเขตหนึ่ง."""

    scope: BoardScope

    def open(self, **chosen: str) -> str:
        """Return the address of what is open, narrowed further."""
        return self._inbox(chosen)

    def of_age(self, earliest: dt.date | None, latest: dt.date) -> str:
        """Return the address of what is open and was first told of between two days."""
        chosen = {"opened_to": _typed(latest)}
        return self._inbox(chosen if earliest is None else chosen | {"opened_from": _typed(earliest)})

    def opened(self, first: dt.date, last: dt.date, **chosen: str) -> str:
        """Return the address of what was first told of between two days, whatever became of it."""
        days = {"opened_from": _typed(first), "opened_to": _typed(last)}
        return self._inbox(chosen | days, states=list(ReportState))

    def finished(self, first: dt.date, last: dt.date, **chosen: str) -> str:
        """Return the address of what ended between two days."""
        days = {"finished_from": _typed(first), "finished_to": _typed(last)}
        return self._inbox(chosen | days, states=CLOSED_STATES)

    def came_back(self, first: dt.date, last: dt.date) -> str:
        """Return the address of what came back between two days, whatever became of it."""
        days = {"returned_from": _typed(first), "returned_to": _typed(last)}
        return self._inbox(days, states=list(ReportState))

    def _inbox(self, chosen: dict[str, str], *, states: Sequence[ReportState] = ()) -> str:
        here = {"division": self.scope.division, "area": self.scope.area_code}
        asked: dict[str, str | list[str]] = {"queue": "all"}
        asked |= {name: value for name, value in (here | chosen).items() if value}
        if states:
            asked["state"] = [state.value for state in states]
        return f"{reverse('complaints:inbox')}?{urlencode(asked, doseq=True)}"


def key_of(pk: UUID | str | None) -> str:
    """Return an id as the filters of the inbox write it."""
    return str(pk) if pk else NOBODY


def _typed(day: dt.date) -> str:
    return f"{day.day}/{day.month}/{to_buddhist_year(day)}"
