"""เรื่องร้องเรียนสมมติ: lively, whole, and by the same rules as real ones."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings
from PIL import Image

from cddp.config.demo import making
from cddp.config.demo.pictures import DRAWINGS, SIZE, draw_picture
from cddp.config.demo.registry import AreaRow, HouseSketch
from cddp.config.demo.towns import DemoTown, named_towns
from cddp.config.demo.troubles import Trouble, invent_troubles, load_phrases
from cddp.foundation.files.models import StoredFile
from cddp.foundation.files.services import open_stored
from cddp.foundation.tenancy.current import town_context
from cddp.operations.complaints.choices import CLOSED_STATES, Channel, Outcome, PhotoVisibility, ReportState
from cddp.operations.complaints.models import (
    NEVER,
    Agency,
    Category,
    DeadlinePause,
    Escalation,
    Holiday,
    MessageTemplate,
    Need,
    NeedAssignment,
    NeedLink,
    NeedNote,
    Photo,
    Report,
    Reporter,
    RoutingRule,
    ServiceLevel,
)
from cddp.operations.complaints.queries.terms import find_terms
from cddp.operations.complaints.services.counting import recount
from cddp.operations.complaints.services.voices import open_contact

# A fixture of the module alone would not make a test database, and work on the real one.
pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 26, 3, tzinfo=dt.UTC)
HOUSEHOLDS = 1_200


def houses(count: int = 300) -> list[HouseSketch]:
    area = AreaRow("1", 1, "บ้านสมมติ", "สมมติ", "moo")
    return [
        HouseSketch(
            str(n), str(n), str(n), n, f"ซอย {n % 4}" if n % 3 else "", area, 99 + n / 9_000, 18.5, True
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def troubles() -> list[Trouble]:
    return invent_troubles(Random(7), houses(), NOW, voices=600)


# ── what is invented ──────────────────────────────────────────────────────────────────────────────


def test_there_are_as_many_voices_as_asked_for(troubles):
    assert sum(len(each.voices) for each in troubles) == 600
    sizes = Counter(len(each.voices) for each in troubles)
    assert sizes[1] > sizes[2] > sizes[3] > 0
    assert max(sizes) >= 5


def test_lives_run_forward_and_not_beyond_now(troubles):
    for each in troubles:
        times = [each.voices[0].at, *(step.at for step in each.steps)]
        assert times == sorted(times)
        assert max(*times, *(voice.at for voice in each.voices)) <= NOW
        assert each.voices == sorted(each.voices, key=lambda voice: voice.at)


def test_every_end_is_an_honest_one(troubles):
    ends = [each.steps[-1] for each in troubles if not each.is_open]
    assert {step.outcome for step in ends} == {Outcome.DONE, Outcome.NOT_OURS, Outcome.CANNOT}
    assert all(step.note for step in ends)
    assert all(step.agency for step in ends if step.outcome == Outcome.NOT_OURS)
    plans = [step for each in troubles for step in each.steps if step.outcome == Outcome.IN_PLAN]
    assert plans
    assert all(step.plan_year == step.at.year + 544 for step in plans)


def test_who_comes_back_was_finished_before(troubles):
    came_back = 0
    for each in troubles:
        for before, step in zip(each.steps, each.steps[1:], strict=False):
            if step.came_back:
                came_back += 1
                assert before.outcome == Outcome.DONE
    assert came_back > 10


def test_each_sentence_can_be_filled_in():
    for category in load_phrases()["categories"].values():
        for kind in category["troubles"]:
            assert kind["picture"] in DRAWINGS if "picture" in kind else True
            assert kind["done"]
            for said in kind["said"]:
                filled = said.format(road="ก", lane="ซอย 1 ", area="บ้าน", days=3, number="1/2")
                assert "{" not in filled


@pytest.mark.parametrize("name", DRAWINGS)
def test_pictures_differ_before_and_after(name):
    before, after = (draw_picture(name, Random(1), is_after=after).getvalue() for after in (False, True))
    again = draw_picture(name, Random(1), is_after=False).getvalue()
    assert before == again != after
    assert Image.open(draw_picture(name, Random(2), is_after=False)).size == SIZE


# ── what is written ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def storages(tmp_path_factory) -> dict[str, Any]:
    """Files of the town, in a folder of their own."""
    return settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path_factory.mktemp("files")},
        }
    }


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, program_role, storages) -> Iterator[DemoTown]:
    """One demo town for the whole module, taken back at the end."""
    town = named_towns()[0]
    order = making.Order(households=HOUSEHOLDS, seed=2569, now=NOW)
    with django_db_blocker.unblock(), override_settings(STORAGES=storages), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE; SET ROLE cddp_owner")
        making.make_town(town, order)
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE cddp_app")
        with town_context(town.id):
            yield town
        transaction.set_rollback(True)


def test_every_report_has_its_problem(made):
    assert Report.objects.count() == HOUSEHOLDS // 6
    assert not Report.objects.filter(need=None).exists()
    assert not Need.objects.filter(reports_count=0).exists()
    assert 0.45 < Need.objects.count() / Report.objects.count() < 0.85
    assert NeedLink.objects.count() == Report.objects.count() - Need.objects.count()
    assert Need.objects.filter(reports_count__gte=5, channels__gte=2).exists()
    assert Need.objects.filter(came_back_count__gt=0).count() >= 3


def test_every_channel_and_state_is_there(made):
    assert set(Report.objects.values_list("channel", flat=True)) == set(Channel) - {Channel.OPEN311}
    assert set(Need.objects.values_list("state", flat=True)) == set(ReportState)


def test_counts_are_those_that_a_recount_gives(made):
    names = (
        "reports_count",
        "voices",
        "unnamed",
        "channels",
        "months",
        "opened_at",
        "last_told_at",
        "is_open",
    )
    before = list(Need.objects.order_by("pk").values_list(*names))
    recount(Need.objects.values_list("pk", flat=True))
    assert list(Need.objects.order_by("pk").values_list(*names)) == before


def test_histories_end_in_the_state_of_the_row(made):
    for need in Need.objects.prefetch_related("statuses", "reports__statuses"):
        steps = list(need.statuses.all())
        assert (steps[0].state, steps[-1].state) == (ReportState.RECEIVED, need.state)
        assert steps[-1].at == need.state_since <= NOW
        assert sum(step.came_back for step in steps) == need.came_back_count
        for report in need.reports.all():
            told = list(report.statuses.all())
            assert told[0].at == report.requested_at
            assert told[-1].state == report.state == need.state
            assert told[-1].at == report.updated_at


def test_deadlines_run_only_where_something_is_owed(made):
    assert not Need.objects.filter(is_open=False, due_at__lt=NEVER).exists()
    assert not Need.objects.filter(state__in=CLOSED_STATES, finished_at=None).exists()
    overdue = Need.objects.overdue(NOW)
    assert overdue.exists()
    assert set(Escalation.objects.values_list("need_id", flat=True)) >= set(
        overdue.filter(escalation_level__gt=0).values_list("pk", flat=True)
    )
    assert Need.objects.filter(is_open=True, due_at__gt=NOW, due_at__lt=NEVER).exists()


def test_work_is_given_out_by_the_towns_rules(made):
    lamp = Category.objects.get(key="lighting")
    terms = find_terms(lamp.pk, None, Channel.WEB)
    lamps = Need.objects.filter(category=lamp)
    assert set(lamps.values_list("division_id", "assignee_id")) == {(terms.division_id, terms.assignee_id)}
    assert RoutingRule.objects.count() == 12
    assert NeedAssignment.objects.exists()
    assert set(NeedNote.objects.values_list("kind", flat=True)) >= {"internal", "public", "question"}


def test_who_spoke_is_sealed_and_nobodys_number(made):
    assert Reporter.objects.count() > Report.objects.count() / 2
    for reporter in Reporter.objects.exclude(phone_sealed=None)[:20]:
        contact = open_contact(reporter)
        assert contact.phone.startswith("053000")
        assert contact.name.encode() not in bytes(reporter.name_sealed)
    assert Need.objects.filter(is_private=True).count() >= 1
    assert not Need.objects.filter(is_private=True, reports_count__gt=1).exists()


def test_pictures_are_drawn_published_waiting_and_withheld(made, storages):
    assert set(Photo.objects.values_list("visibility", flat=True)) == set(PhotoVisibility)
    assert Photo.objects.filter(kind="after", visibility=PhotoVisibility.PUBLISHED).exists()
    with override_settings(STORAGES=storages):
        for photo in Photo.objects.select_related("file")[:3]:
            with open_stored(photo.file) as stream:
                assert Image.open(stream).size == SIZE
    for need in Need.objects.filter(photos_waiting__gt=0):
        assert need.photos.filter(visibility=PhotoVisibility.WAITING).count() == need.photos_waiting
    assert StoredFile.objects.count() >= 2 * Photo.objects.count()


def test_shapes_are_points_stretches_and_areas(made):
    kinds = {need.shape.geom_type for need in Need.objects.exclude(shape=None)}
    assert kinds == {"Point", "LineString", "Polygon"}
    assert all(need.shape.valid for need in Need.objects.exclude(shape=None))


def test_the_town_has_its_own_rules(made):
    assert ServiceLevel.objects.count() > 10
    assert MessageTemplate.objects.count() >= 5
    assert Agency.objects.filter(phone__startswith="053-000").count() == 2
    assert Holiday.objects.filter(date__year=NOW.year).count() > 10


def test_some_wait_for_parts_or_rain(made):
    for pause in DeadlinePause.objects.select_related("need"):
        assert pause.need.paused_at == pause.from_at
        assert pause.need.due_at == NEVER
