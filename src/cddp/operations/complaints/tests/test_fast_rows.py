"""เขียนหลายแถว: rows of several models in one round trip are what saving each by itself would have made."""

import copy

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.models import Need, NeedStatus, Report, Reporter
from cddp.operations.complaints.services.fast_rows import insert_together
from cddp.operations.complaints.services.voices import Contact
from cddp.operations.complaints.tests.needs import category, tell

NOT_COMPARED = {"id", "number", "follow_code", "created_at", "intake", "need", "report"}


@pytest.fixture(autouse=True)
def _town(town):
    category()


def likeness_of(row) -> dict:
    fields = [field for field in row._meta.concrete_fields if field.name not in NOT_COMPARED]
    return {field.name: getattr(row, field.attname) for field in fields}


def fresh(row):
    """Return an unsaved copy with an id of its own."""
    twin = copy.copy(row)
    twin._state = copy.copy(row._state)
    twin.pk, twin._state.adding = uuid7(), True
    return twin


def told():
    contact = Contact(name="คำแสน", phone="0812345678")
    report = tell("ไฟดับ 100%s % ; INSERT 'x' \\ 🌊", contact=contact, address="หน้าวัด").report
    return Need.objects.get(pk=report.need_id), Report.objects.get(pk=report.pk)


def test_rows_are_those_that_saving_makes():
    need, report = told()
    rows = [need, NeedStatus.objects.get(), report, Reporter.objects.get()]
    twins = [fresh(row) for row in rows]
    twins[0].number, twins[2].number, twins[2].follow_code = "N-TWIN", "TWIN-0001", "TWIN"
    twins[1].need_id, twins[2].need_id, twins[3].report_id = twins[0].pk, twins[0].pk, twins[2].pk
    with CaptureQueriesContext(connection) as seen:
        insert_together(twins)
    assert len(seen) == 1
    for row, twin in zip(rows, twins, strict=True):
        kept = type(row).objects.get(pk=twin.pk)
        assert likeness_of(kept) == likeness_of(row)
        assert twin._state.adding is False
    assert twins[2].point_3857.srid == 3857  # what the database computes is read when asked for


def test_all_or_none():
    need, _report = told()
    good, doubled = fresh(need), fresh(need)
    good.number = "N-GOOD"
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together([good, doubled])
    assert Need.objects.count() == 1
