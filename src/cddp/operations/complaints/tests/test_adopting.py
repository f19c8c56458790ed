"""จัดเรื่องเข้าปัญหา: tickets that came in bulk find their problem, also for what happened long ago. Invented rows."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import LinkMethod, ReportState
from cddp.operations.complaints.models import (
    NEVER,
    Category,
    Holiday,
    Need,
    NeedLink,
    NeedStatus,
    Report,
    ServiceLevel,
)
from cddp.operations.complaints.services import adopting
from cddp.operations.complaints.services.adopting import adopt_lone_reports
from cddp.operations.complaints.services.linking import undo_act
from cddp.operations.complaints.tasks import adopt_reports, adopt_reports_soon
from cddp.operations.complaints.tests.makers import import_lines, report_of, ticket
from cddp.operations.complaints.tests.needs import METRE, NOW, PLACE, tell
from tests.towns import make_user

DONE = "เสร็จสิ้น"
WORDS = "ถนนทรุดเป็นหลุมลึกหน้าตลาดสดเทศบาล รถจักรยานยนต์ล้มบ่อย"
BEGIN = dt.datetime(2026, 8, 1, 3, tzinfo=dt.UTC)


def told(number: int, day: float, *, until: float | None = None, state: str = "", east_m: float = 0, **more):
    """Return a ticket told on a day, moved last on another; with an end it is done."""
    moved = BEGIN + dt.timedelta(days=day if until is None else until)
    return ticket(
        number,
        description=more.pop("text", WORDS),
        timestamp=(BEGIN + dt.timedelta(days=day)).isoformat(),
        last_activity=moved.isoformat(),
        state=state or (DONE if until is not None else "รอรับเรื่อง"),
        coords=[str(PLACE[0] + east_m * METRE / 0.948), str(PLACE[1])],
        **more,
    )


def take(folder, *rows, name: str = "tickets.ndjson"):
    import_lines(folder, *rows, name=name)
    return adopt_lone_reports()


def need() -> Need:
    return Need.objects.get(reports_count__gt=0)


def test_the_first_voice_opens_and_the_later_one_joins(town, tmp_path):
    done = take(tmp_path, told(2, 3), told(1, 0))
    assert (done.taken, done.opened, done.joined, done.left) == (2, 1, 1, False)
    assert report_of(1).need == report_of(2).need
    assert (need().reports_count, need().opened_at, need().last_told_at) == (
        2,
        BEGIN,
        BEGIN + dt.timedelta(days=3),
    )
    link = NeedLink.objects.get()
    assert (link.report, link.method, link.from_need) == (report_of(2), LinkMethod.AUTO, None)
    assert link.score >= 0.75
    assert "ประเภทเดียวกัน" in link.reason_words


def test_what_the_system_joined_an_officer_takes_apart(town, tmp_path):
    take(tmp_path, told(1, 0), told(2, 3))
    undo_act(make_user("triager", "complaints_officer"), NeedLink.objects.get().act, at=timezone.now())
    assert Need.objects.filter(reports_count=1).count() == 2
    assert adopt_lone_reports().taken == 0


def test_what_is_unlike_gets_a_problem_of_its_own(town, tmp_path):
    done = take(
        tmp_path,
        told(1, 0),
        told(2, 3, text="ฝาท่อหน้าธนาคารหายไป กลัวเด็กตก"),
        told(3, 3, east_m=300),
        told(4, 90),
        told(5, 3) | {"coords": ["0", "0"]},
    )
    assert (done.opened, done.joined) == (5, 0)


def test_private_matters_are_never_joined(town, tmp_path):
    private = {"type": "ร้องเรียน", "problem_type_abdul": ["ร้องเรียน"]}
    done = take(tmp_path, told(1, 0, **private), told(2, 3, **private), told(3, 4, text="ติดตาม 2026-T00001"))
    assert (done.opened, done.joined) == (3, 0)
    assert Report.objects.filter(is_private=True).count() == 2


def test_whoever_cites_the_number_joins_from_anywhere(town, tmp_path):
    done = take(
        tmp_path,
        told(1, 0),
        told(2, 3, east_m=2_000, text="อ้างอิง 2026-T00001 ยังไม่ได้รับการแก้ไข", type="", problem_type_abdul=[""]),
    )
    assert done.joined == 1


# ── closing and coming back ───────────────────────────────────────────────────────────────────────


def test_a_problem_told_again_after_its_end_came_back_and_is_open(town, tmp_path):
    ServiceLevel.objects.create(priority="normal", working_days=5)
    take(tmp_path, told(1, 0, until=5), told(2, 20))
    came = need()
    assert (came.state, came.is_open, came.came_back_count) == (ReportState.RECEIVED, True, 1)
    assert came.finished_at is None
    assert BEGIN + dt.timedelta(days=20) < came.due_at < NEVER
    assert list(NeedStatus.objects.values_list("state", "came_back").order_by("at", "pk"))[:2] == [
        ("finished", False),
        ("received", True),
    ]


def test_what_came_back_and_ended_again_long_ago_is_told_too(town, tmp_path):
    take(tmp_path, told(1, 0, until=5), told(2, 20, until=25), told(3, 50, until=52))
    came = need()
    assert (came.state, came.is_open, came.came_back_count) == (ReportState.FINISHED, False, 2)
    assert came.finished_at == BEGIN + dt.timedelta(days=52)
    assert came.due_at == NEVER


def test_a_voice_older_than_the_end_is_no_coming_back(town, tmp_path):
    """It was told while the first was open, and is open still: the problem is not done for this one."""
    take(tmp_path, told(1, 0, until=9), told(2, 4))
    assert (need().is_open, need().came_back_count) == (True, 0)


def test_two_that_ended_together_stay_ended(town, tmp_path):
    take(tmp_path, told(1, 0, until=9), told(2, 4, until=9))
    assert (need().is_open, need().came_back_count) == (False, 0)


def test_an_open_problem_keeps_the_state_of_its_own_work(town, tmp_path):
    take(tmp_path, told(1, 0, state="กำลังดำเนินการ"), told(2, 4, until=5))
    assert (need().state, need().is_open) == (ReportState.IN_PROGRESS, True)


def test_it_does_not_matter_in_how_many_portions(town, tmp_path):
    rows = [told(1, 0, until=5), told(2, 20, until=25), told(3, 50)]
    import_lines(tmp_path, *rows)
    portions = [adopt_lone_reports(limit=1) for _ in rows]
    assert [each.left for each in portions] == [True, True, False]
    assert (need().reports_count, need().came_back_count, need().is_open) == (3, 2, True)


def test_our_own_voices_follow_when_a_ticket_opens_their_problem_again(town, tmp_path):
    first = tell(WORDS, key="road", at=BEGIN)
    closed_at = BEGIN + dt.timedelta(days=2)
    closed = {"state": "finished", "finished_at": closed_at}
    Need.objects.update(is_open=False, state_since=closed_at, **closed)
    Report.objects.update(**closed)
    assert take(tmp_path, told(1, 20)).joined == 1
    first.report.refresh_from_db()
    assert first.report.state == ReportState.RECEIVED
    assert first.report.finished_at is None


# ── again, in all towns, from older versions ──────────────────────────────────────────────────────


def test_the_same_file_again_changes_nothing(town, tmp_path):
    rows = [told(1, 0, until=5), told(2, 20)]
    take(tmp_path, *rows)
    before = list(Need.objects.values_list("pk", "version", "came_back_count", "state"))
    done = take(tmp_path, *rows, name="again.ndjson")
    assert done.taken == 0
    assert list(Need.objects.values_list("pk", "version", "came_back_count", "state")) == before
    assert NeedLink.objects.count() == 1


def test_only_news_is_told_as_news(town, tmp_path, monkeypatch):
    heard = []
    monkeypatch.setattr(adopting, "publish", lambda event: heard.append(type(event).__name__))
    take(tmp_path, told(1, 0, until=5), told(2, 20))
    assert heard == []
    now = timezone.now() - dt.timedelta(hours=30)
    fresh = (now - BEGIN) / dt.timedelta(days=1)
    take(
        tmp_path,
        told(3, fresh, text="กิ่งไม้หักขวางหน้าโรงเรียนอนุบาล"),
        told(4, fresh + 1, text="กิ่งไม้หักขวางหน้าโรงเรียนอนุบาล", until=fresh + 1),
        name="fresh.ndjson",
    )
    assert heard == ["ReportReceived", "NeedOpened", "ReportReceived", "NeedGrew"]


def waiting_jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="complaints.adopt_reports", status="todo").count()


def test_an_import_asks_for_the_adoption_once(town, tmp_path, monkeypatch):
    adopt_reports_soon()
    adopt_reports_soon()
    assert waiting_jobs() == 1
    ProcrastinateJob.objects.filter(task_name="complaints.adopt_reports").update(status="doing")
    monkeypatch.setattr(
        "cddp.operations.complaints.tasks.adopt_lone_reports", lambda: adopt_lone_reports(limit=1)
    )
    import_lines(tmp_path, told(1, 0), told(2, 90))
    adopt_reports.task(municipality_id=town.pk)
    assert (Report.objects.filter(need=None).count(), waiting_jobs()) == (1, 1)


def lone_reports_of_both(towns, tmp_path) -> None:
    for number, town in enumerate(towns):
        with town_context(town.pk):
            import_lines(tmp_path, told(1, 0), told(2, 3 + 90 * number), name=f"{town.pk}.ndjson")


def count_needs(towns) -> list[int]:
    counts = []
    for town in towns:
        with town_context(town.pk):
            counts.append(Need.objects.count())
    return counts


def test_the_command_adopts_in_all_towns_or_in_one(towns, tmp_path):
    lone_reports_of_both(towns, tmp_path)
    out = StringIO()
    call_command("adopt_reports", "--town", "neighbour", stdout=out)
    assert count_needs(towns) == [0, 2]
    call_command("adopt_reports", stdout=out)
    assert count_needs(towns) == [1, 2]
    assert "ปัญหาใหม่ 1 · รวมกับปัญหาเดิม 1" in out.getvalue()
    with pytest.raises(CommandError, match="ไม่มีเทศบาล"):
        call_command("adopt_reports", "--town", "nowhere")


def test_the_start_of_a_new_version_sets_towns_up_and_asks_for_the_adoption(towns, tmp_path):
    lone_reports_of_both(towns, tmp_path)
    ProcrastinateJob.objects.filter(task_name="complaints.adopt_reports").delete()
    with town_context(towns[0].pk):
        Category.objects.filter(key="road").update(name="ถนนและซอย")
        adopt_lone_reports()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET ROLE cddp_owner")
    try:
        call_command("load_reference_data", stdout=StringIO())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE cddp_app")
    jobs = ProcrastinateJob.objects.filter(task_name="complaints.adopt_reports")
    assert [job.args["municipality_id"] for job in jobs] == [towns[1].pk]
    with town_context(towns[0].pk):
        assert Category.objects.get(key="road").name == "ถนนและซอย"
        assert ServiceLevel.objects.exists()
        assert Holiday.objects.filter(date__year=NOW.year).exists()
