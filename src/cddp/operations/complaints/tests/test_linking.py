"""รวมและแยก: nothing is lost, and taking back is the identity."""

import datetime as dt

import pytest
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import LinkMethod, ReportState
from cddp.operations.complaints.errors import NeedChangedMeanwhile, UnableToChangeNeed, UnableToLink
from cddp.operations.complaints.models import Need, NeedLink, Report
from cddp.operations.complaints.services.linking import link_reports, merge_needs, split_report, undo_act
from cddp.operations.complaints.services.moving import close_need
from cddp.operations.complaints.tests.needs import NOW, category, tell
from tests.towns import make_user

HOUR = dt.timedelta(hours=1)
NOT_COMPARED = {"version"}


@pytest.fixture
def triager(town):
    category()
    return make_user("triager", "complaints_officer")


def picture():
    """Return all problems and reports as they are, less what only counts changes."""
    needs = {
        n.pk: {f.attname: getattr(n, f.attname) for f in Need._meta.concrete_fields}
        for n in Need.objects.all()
    }
    reports = {
        r.pk: {f.attname: getattr(r, f.attname) for f in Report._meta.concrete_fields}
        for r in Report.objects.all()
    }
    for row in needs.values():
        row.pop("version")
    return needs, reports


def make_problems(count: int) -> list[Need]:
    return [
        Need.objects.get(
            pk=tell(
                f"เรื่องที่ {number}", east_m=300 * number, at=NOW + number * HOUR, phone=f"08123456{number:02d}"
            ).need_id
        )
        for number in range(count)
    ]


def test_two_problems_become_one_and_two_again(triager):
    one, two = make_problems(2)
    before = picture()
    act = merge_needs(triager, two.pk, one.pk, version=one.version, at=NOW + 5 * HOUR)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.reports_count, one.voices, two.reports_count, two.is_open) == (2, 2, 0, False)
    assert two.merged_into_id == one.pk
    undo_act(triager, act, at=NOW + 6 * HOUR)
    assert picture() == before
    assert NeedLink.objects.get().undone_at is not None


def test_merging_brings_a_closed_problem_back_and_undoing_closes_it_again(triager):
    one, two, three = make_problems(3)
    close_need(
        triager, one.pk, version=one.version, outcome="done", words="เปลี่ยนหลอดไฟแล้ว", at=NOW + HOUR / 2
    )
    before = picture()
    first = merge_needs(triager, two.pk, one.pk, version=None, at=NOW + 5 * HOUR)
    middle = picture()
    second = merge_needs(triager, three.pk, one.pk, version=None, at=NOW + 6 * HOUR)
    one.refresh_from_db()
    assert (one.came_back_count, one.state, one.reports_count) == (1, ReportState.RECEIVED, 3)
    undo_act(triager, second, at=NOW + 7 * HOUR)
    assert picture() == middle
    undo_act(triager, first, at=NOW + 8 * HOUR)
    assert picture() == before


def test_work_that_was_done_since_stays(triager):
    one, two = make_problems(2)
    act = merge_needs(triager, two.pk, one.pk, version=None, at=NOW + 5 * HOUR)
    close_need(triager, one.pk, version=None, outcome="done", words="ซ่อมเสร็จทั้งสองจุด", at=NOW + 6 * HOUR)
    undo_act(triager, act, at=NOW + 7 * HOUR)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, one.reports_count) == (ReportState.FINISHED, 1)
    assert (two.reports_count, two.merged_into_id) == (1, None)


def test_splitting_and_undoing_the_split(triager):
    one, two = make_problems(2)
    merge_needs(triager, two.pk, one.pk, version=None, at=NOW + 5 * HOUR)
    before = picture()
    report = Report.objects.filter(need=one).last()
    own = split_report(triager, report.pk, at=NOW + 6 * HOUR)
    assert Report.objects.get(pk=report.pk).need_id == own.pk
    undo_act(triager, NeedLink.objects.filter(method=LinkMethod.SPLIT).get().act, at=NOW + 7 * HOUR)
    needs, reports = picture()
    needs.pop(own.pk)
    assert (needs, reports) == before
    own.refresh_from_db()
    assert (own.reports_count, own.is_open, own.merged_into_id) == (0, False, one.pk)


def test_a_report_that_joined_on_filing_gets_a_home_of_its_own(triager):
    first = tell()
    second = tell(joins_need_id=first.need_id, east_m=3)
    undo_act(triager, NeedLink.objects.get().act, at=NOW + HOUR)
    second.report.refresh_from_db()
    assert second.report.need_id != first.need_id
    assert Need.objects.get(pk=first.need_id).reports_count == 1


@pytest.mark.parametrize("again", ["undo", "moved"])
def test_what_cannot_be_taken_back_is_said(triager, again):
    one, two, three = make_problems(3)
    act = merge_needs(triager, two.pk, one.pk, version=None, at=NOW + 5 * HOUR)
    if again == "undo":
        undo_act(triager, act, at=NOW + 6 * HOUR)
    else:
        moved = Report.objects.filter(need=one).order_by("pk").last()
        link_reports(triager, [moved.pk], three.pk, method=LinkMethod.MANUAL, at=NOW + 6 * HOUR)
    with pytest.raises(UnableToLink):
        undo_act(triager, act, at=NOW + 7 * HOUR)


def test_an_old_page_is_refused(triager):
    one, two = make_problems(2)
    with pytest.raises(NeedChangedMeanwhile):
        merge_needs(triager, two.pk, one.pk, version=one.version + 1, at=NOW)


def test_only_who_triages_may(triager):
    one, two = make_problems(2)
    with pytest.raises(UnableToChangeNeed):
        merge_needs(make_user("looker", "officer"), two.pk, one.pk, version=None, at=NOW)


def test_a_stranger_finds_nothing(triager, towns):
    one, two = make_problems(2)
    with town_context(towns[1].pk):
        stranger = make_user("other", "complaints_officer")
        with pytest.raises(Http404):
            merge_needs(stranger, two.pk, one.pk, version=None, at=NOW)


MOVES = st.lists(
    st.tuples(st.sampled_from(["merge", "split", "close", "undo"]), st.integers(0, 30), st.integers(0, 30)),
    min_size=1,
    max_size=10,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, target=st.integers(0, 30))
def test_link_then_unlink_is_the_identity_whatever_was_before(triager, moves, target):
    """After any history of merging, splitting, closing and undoing, one more link and its undoing change nothing."""
    with town_context(triager.membership.municipality_id):
        from django.db import transaction

        with transaction.atomic():
            make_problems(4)
            when = NOW + 10 * HOUR
            for step, (kind, first, second) in enumerate(moves):
                apply(triager, kind, first, second, at=when + step * HOUR)
            assert_nothing_lost()
            sources = list(Need.objects.filter(reports_count__gt=0).order_by("pk"))
            if len(sources) > 1:
                source = sources[target % len(sources)]
                into = sources[(target + 1) % len(sources)]
                before = picture()
                act = merge_needs(triager, source.pk, into.pk, version=None, at=when + 50 * HOUR)
                assert_nothing_lost()
                undo_act(triager, act, at=when + 51 * HOUR)
                assert picture() == before
            transaction.set_rollback(True)


def apply(user, kind: str, first: int, second: int, *, at: dt.datetime) -> None:
    needs = list(Need.objects.filter(reports_count__gt=0).order_by("pk"))
    one, two = needs[first % len(needs)], needs[second % len(needs)]
    try:
        if kind == "merge" and one != two:
            merge_needs(user, one.pk, two.pk, version=None, at=at)
        elif kind == "split":
            split_report(user, one.reports.order_by("pk").first().pk, at=at)
        elif kind == "close" and one.is_open:
            close_need(user, one.pk, version=None, outcome="done", words="ดำเนินการเรียบร้อยแล้ว", at=at)
        elif kind == "undo":
            acts = (
                NeedLink.objects.filter(undone_at=None).order_by("-at", "-pk").values_list("act", flat=True)
            )
            if acts:
                undo_act(user, acts[first % len(acts)], at=at)
    except UnableToLink:
        pass


def assert_nothing_lost() -> None:
    assert Report.objects.filter(need=None).count() == 0
    for need in Need.objects.all():
        assert need.reports_count == need.reports.count()
        assert need.voices == need.reports.exclude(voice_hash=None).values("voice_hash").distinct().count()
        assert need.is_open == (need.reports_count > 0 and need.state not in ("finished", "irrelevant"))
        assert (need.merged_into_id is None) == (need.reports_count > 0)
