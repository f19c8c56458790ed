"""เขียนหลายแถว: rows of several models in one round trip are what saving each by itself would have made."""

import copy

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cddp.foundation.audit.context import Acting, acting
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.audit.services import prepare
from cddp.foundation.values.identifiers import uuid7
from cddp.operations.complaints.models import Need, NeedStatus, Report, Reporter, ReportStatus
from cddp.operations.complaints.services.fast_rows import insert_together
from cddp.operations.complaints.services.voices import Contact
from cddp.operations.complaints.tests.needs import category, tell

NOT_COMPARED = {"id", "number", "follow_code", "created_at", "intake", "need", "report"}


@pytest.fixture(autouse=True)
def _town(town):
    category()


def likeness_of(row) -> dict:
    """Return what a row holds, but for what is each row's own and the moment at which it was written."""
    fields = [field for field in row._meta.concrete_fields if not getattr(field, "auto_now_add", False)]
    return {field.name: getattr(row, field.attname) for field in fields if field.name not in NOT_COMPARED}


def fresh(row):
    """Return an unsaved copy with an id of its own."""
    twin = copy.copy(row)
    twin._state = copy.copy(row._state)
    twin.pk, twin._state.adding = uuid7(), True
    return twin


def told():
    contact = Contact(name="คำแสน", phone="0812345678")
    report = tell("ไฟดับ 100%s % ; INSERT 'x' \\ 🌊", contact=contact, address="หน้าวัด").report
    Report.objects.filter(pk=report.pk).update(category_labels=['ก,"ข', "ค\\ง", "{}", "", "NULL"])
    return Need.objects.get(pk=report.need_id), Report.objects.get(pk=report.pk)


def status_of(report):
    changes = {"ที่": [None, 'ก"\\'], "n": [1.5, True], "{}": []}
    return ReportStatus.objects.create(
        report=report,
        state="received",
        at=report.requested_at,
        recorded_at=report.requested_at,
        changes=changes,
    )


def audit_entry():
    with acting(Acting(address="2001:db8::7", label="สมศรี")):
        entry = prepare("complaints.tried", Report, changes={"ก": [None, 'ข"\\']})
    entry.save()
    return AuditEntry.objects.get(pk=entry.pk)


def test_rows_are_those_that_saving_makes():
    need, report = told()
    rows = [need, NeedStatus.objects.get(), report, Reporter.objects.get()]
    rows += [status_of(report), audit_entry()]
    twins = [fresh(row) for row in rows]
    twins[0].number, twins[2].number, twins[2].follow_code = "N-TWIN", "TWIN-0001", "TWIN"
    twins[1].need_id, twins[2].need_id, twins[3].report_id = twins[0].pk, twins[0].pk, twins[2].pk
    twins[4].report_id = twins[2].pk
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
