"""ตัวเลขเปิดเผย: the few sums of a town that anybody may see; nothing below five is ever told."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import caches
from django.db.models import Count, Max, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cddp.foundation.accounts.models import User
from cddp.foundation.extension_points import SearchResult, search_providers
from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.choices import ReportState
from cddp.operations.complaints.models import Report
from cddp.registers.residents.choices import MembershipKind, RegistryState, VitalState
from cddp.registers.residents.models import House, HouseholdMembership

# Open figures: one to four people or reports might be recognised (k = 5).
SMALLEST_SHOWN = 5
KEPT_S = 300
ROUNDED_TO = 10
AGES = ((0, 14), (15, 59), (60, 69), (70, 79), (80, 130))
SEARCH_SHOWN = 8


@dataclass(frozen=True)
class OpenFigure:
    """ตัวเลขเปิดเผยหนึ่งตัว: `value` is None where it is too small to be told."""

    label: str
    value: int | None
    unit: str


@dataclass(frozen=True)
class OpenFigures:
    """ตัวเลขเปิดเผยของเทศบาล."""

    people: Sequence[OpenFigure]
    ages: Sequence[OpenFigure]
    reports: Sequence[OpenFigure]
    newest_report_at: dt.datetime | None
    counted_at: dt.datetime

    @property
    def age_figures(self) -> dict[str, object]:
        """Return the ages as <city-chart> takes them."""
        return {
            "labels": [each.label for each in self.ages],
            "series": [{"name": _("คน"), "values": [each.value for each in self.ages]}],
        }


def open_figures() -> OpenFigures:
    """Return the open figures of the current town; at most five minutes old."""
    key = f"open_figures:{required_municipality_id()}:{translation.get_language()}"
    kept: OpenFigures | None = caches["local"].get(key)
    if kept is None:
        kept = _count(timezone.localdate())
        caches["local"].set(key, kept, KEPT_S)
    return kept


def _count(today: dt.date) -> OpenFigures:
    ages = _count_ages(today)
    reports = Report.objects.aggregate(
        **{state.value: Count("pk", filter=Q(state=state)) for state in ReportState},
        newest=Max("requested_at"),
    )
    houses = House.objects.active().filter(is_central_register=False).count()
    return OpenFigures(
        people=[
            OpenFigure(_("ประชากรในทะเบียนบ้าน"), told(ages["total"]), _("คน")),
            OpenFigure(_("บ้าน"), told(houses), _("หลัง")),
            OpenFigure(_("ผู้สูงอายุ 60 ปีขึ้นไป"), told(ages["elderly"]), _("คน")),
        ],
        ages=[OpenFigure(_age_words(low, high), told(ages[f"from_{low}"]), _("คน")) for low, high in AGES],
        reports=[
            OpenFigure(str(state.label), told(reports[state.value]), _("เรื่อง"))
            for state in ReportState
            if reports[state.value]
        ],
        newest_report_at=reports["newest"],
        counted_at=timezone.now(),
    )


def _count_ages(today: dt.date) -> dict[str, int]:
    """Count people by age in one statement."""
    born = "person__birth_date"
    counted: dict[str, int] = HouseholdMembership.objects.filter(
        ended_on=None,
        kind=MembershipKind.REGISTERED,
        person__state=RegistryState.ACTIVE,
        person__vital_state=VitalState.ALIVE,
    ).aggregate(
        total=Count("pk"),
        elderly=Count("pk", filter=Q(**{f"{born}__lte": years_before(today, 60)})),
        **{
            f"from_{low}": Count(
                "pk",
                filter=Q(
                    **{f"{born}__lte": years_before(today, low), f"{born}__gt": years_before(today, high + 1)}
                ),
            )
            for low, high in AGES
        },
    )
    return counted


def years_before(day: dt.date, years: int) -> dt.date:
    """Return the same day so many years ago; 28 February for a leap day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return dt.date(day.year - years, 2, 28)


def told(count: int) -> int | None:
    """Return a count as it may be told to anybody: rounded to tens, None for one to four."""
    if 0 < count < SMALLEST_SHOWN:
        return None
    return round(count / ROUNDED_TO) * ROUNDED_TO if count > 100 else count


def _age_words(low: int, high: int) -> str:
    if high > 100:
        return _("%(low)s ปีขึ้นไป") % {"low": low}
    return _("%(low)s–%(high)s ปี") % {"low": low, "high": high}


@dataclass(frozen=True)
class SearchGroup:
    """ผลการค้นหากลุ่มหนึ่ง: what one provider found."""

    label: str
    results: Sequence[SearchResult]


def search_everywhere(user: User, text: str) -> list[SearchGroup]:
    """Ask every provider the person may ask; groups without results are left out."""
    found = []
    for provider in search_providers:
        if user.has_perm(provider.permission):
            results = list(provider.find(user, text, SEARCH_SHOWN))
            if results:
                found.append(SearchGroup(str(provider.label), results))
    return found
