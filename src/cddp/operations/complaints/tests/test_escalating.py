"""The chain of command: each level hears once, and the job reads no more than what is late."""

import datetime as dt

import pytest
from django.db import connection

from cddp.foundation.accounts.models import Division
from cddp.foundation.notify.models import Notification
from cddp.foundation.tenancy.current import town_context
from cddp.foundation.values.thai_dates import BANGKOK
from cddp.operations.complaints.choices import Priority
from cddp.operations.complaints.models import Escalation, Need, ServiceLevel
from cddp.operations.complaints.services.escalating import escalate_overdue
from cddp.operations.complaints.services.moving import close_need, reopen_need
from cddp.operations.complaints.services.pausing import pause_clock
from cddp.operations.complaints.tests.needs import NOW, category, tell
from tests.towns import make_user

SECOND = dt.timedelta(seconds=1)


def close_of(day, month=12):
    return dt.datetime(2026, month, day, 16, 30, tzinfo=BANGKOK)


DUE = close_of(1)
LEVELS = (DUE + SECOND, close_of(4) + SECOND, close_of(10) + SECOND)


@pytest.fixture
def works(town):
    return Division.objects.create(code="works", name="กองช่าง")


@pytest.fixture
def people(works):
    """A director of the division and one of another, the clerk, the mayor."""
    people = {role: make_user(role, role) for role in ("director", "clerk", "mayor", "technician")}
    people["stranger_director"] = make_user("other-director", "director")
    for role in ("director", "technician"):
        people[role].membership.division = works
        people[role].membership.save()
    return people


@pytest.fixture
def need(works, people):
    ServiceLevel.objects.create(category=category(), priority=Priority.NORMAL, working_days=3)
    need = Need.objects.get(pk=tell().need_id)
    need.division, need.assignee = works, people["technician"].membership
    need.save()
    assert need.due_at == DUE
    return need


def told():
    return sorted(Notification.objects.values_list("user__username", flat=True))


def test_nobody_hears_before_the_deadline(need):
    assert escalate_overdue(at=DUE) == 0
    assert told() == []


def test_each_level_hears_once(need):
    expected = [["director", "technician"], ["clerk"], ["mayor"]]
    for level, (moment, names) in enumerate(zip(LEVELS, expected, strict=True), start=1):
        Notification.objects.all().delete()
        assert escalate_overdue(at=moment) == 1
        assert escalate_overdue(at=moment + SECOND) == 0
        need.refresh_from_db()
        assert need.escalation_level == level
        assert told() == names
    assert list(Escalation.objects.values_list("level", flat=True)) == [1, 2, 3]
    assert "director" in Escalation.objects.get(level=1).told


def test_what_was_found_late_rises_through_all_levels_at_once(need):
    assert escalate_overdue(at=LEVELS[2]) == 1
    assert Escalation.objects.count() == 3
    assert told() == ["clerk", "director", "mayor", "technician"]
    assert Notification.objects.first().link == need.get_absolute_url()


def test_a_post_that_nobody_holds_is_passed_over_upwards(need):
    need.division = None
    need.save()
    escalate_overdue(at=LEVELS[0])
    assert told() == ["clerk", "technician"]


def test_of_private_matters_only_those_hear_who_may_see_them(need):
    need.is_private, need.assignee = True, None
    need.save()
    escalate_overdue(at=LEVELS[2])
    assert told() == ["clerk"]


def test_many_at_once_are_one_line(need):
    for number in range(1, 5):
        other = Need.objects.get(pk=tell(east_m=900 * number).need_id)
        other.division = need.division
        other.save()
    assert escalate_overdue(at=LEVELS[0]) == 5
    (line,) = Notification.objects.filter(user__username="director")
    assert "5 เรื่อง" in line.title


def test_a_portion_at_a_time(need):
    tell(east_m=900)
    assert escalate_overdue(at=LEVELS[0], most=1) == 1
    assert escalate_overdue(at=LEVELS[0], most=1) == 1
    assert escalate_overdue(at=LEVELS[0], most=1) == 0


def test_what_is_paused_or_closed_does_not_rise(people, need):
    other = tell(east_m=900).need_id
    pause_clock(people["technician"], need.pk, version=None, reason="รออะไหล่", at=NOW)
    close_need(people["technician"], other, version=None, outcome="done", words="เปลี่ยนหลอดไฟแล้ว", at=NOW)
    assert escalate_overdue(at=LEVELS[2]) == 0


def test_what_came_back_is_late_anew(people, need):
    escalate_overdue(at=LEVELS[0])
    worker = people["technician"]
    close_need(worker, need.pk, version=None, outcome="done", words="เปลี่ยนหลอดไฟแล้ว", at=LEVELS[0])
    reopen_need(worker, need.pk, note="ดับอีก", at=LEVELS[1])
    assert escalate_overdue(at=close_of(10) + SECOND) == 1
    assert list(Escalation.objects.values_list("level", flat=True)) == [1, 1]


def test_a_neighbour_hears_nothing(towns, need):
    with town_context(towns[1].pk):
        make_user("neighbour", "mayor")
        assert escalate_overdue(at=LEVELS[2]) == 0


def test_rows_of_the_chain_are_never_changed(need):
    escalate_overdue(at=LEVELS[0])
    from django.db import Error, transaction

    with pytest.raises(Error), transaction.atomic():
        Escalation.objects.update(told="")


@pytest.fixture
def many(need):
    """Twenty thousand open problems that are not late, and a hundred that are."""
    columns = [
        f.column
        for f in Need._meta.concrete_fields
        if not f.generated and f.column not in ("id", "number", "due_at")
    ]
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO complaints_need (id, number, due_at, {names})
                SELECT gen_random_uuid(), 'C-' || g,
                       %s::timestamptz + (CASE WHEN g <= 100 THEN -g ELSE g END) * interval '1 minute', {names}
                FROM complaints_need, generate_series(1, 20000) AS g WHERE complaints_need.id = %s""",
            [LEVELS[0], need.pk],
        )
        cursor.execute("SET ROLE cddp_owner")
        cursor.execute("ANALYZE complaints_need")
        cursor.execute("SET ROLE cddp_app")


def test_what_is_late_is_read_from_the_index_as_one_range(many):
    plan = Need.objects.overdue(LEVELS[0]).order_by("due_at", "id").explain()
    assert "need_due" in plan
    assert "due_at <" in plan.split("Index Cond", 1)[1].split("\n")[0]
    assert "Sort" not in plan


def test_the_job_of_all_towns_asks_each_town_once(need, towns):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from cddp.operations.complaints.tasks import escalate_everywhere

    escalate_everywhere(timestamp=0)
    jobs = ProcrastinateJob.objects.filter(task_name="complaints.escalate")
    assert sorted(job.args["municipality_id"] for job in jobs) == sorted(town.pk for town in towns)
