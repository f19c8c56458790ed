"""The page of one report: its problem, who spoke, and how it came to be joined."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cddp.foundation.audit.models import AuditEntry
from cddp.operations.complaints.choices import LinkMethod
from cddp.operations.complaints.models import Need, Report
from cddp.operations.complaints.services.linking import merge_needs
from cddp.operations.complaints.tests.staff import told


@pytest.fixture
def need(triager) -> Need:
    return told(phone="0812345678")


def test_the_page_of_a_report_leads_to_its_problem(login, triager, need):
    report = need.reports.get()
    content = login(triager).get(report.get_absolute_url()).content.decode()
    assert need.get_absolute_url() in content
    assert "0812345678" not in content


def test_who_spoke_is_shown_once_for_a_reason_that_is_kept(login, triager, reader, foreigner, need):
    report = need.reports.get()
    url = reverse("complaints:contact", args=[report.pk])
    assert login(reader).post(url, {"purpose": "ask"}).status_code == 403
    assert login(foreigner).post(url, {"purpose": "ask"}).status_code == 404
    client = login(triager)
    assert client.get(url).status_code == 405
    refused = client.post(url, {"purpose": "other", "detail": "ดู"})
    assert refused.status_code == 422
    assert "0812345678" not in refused.content.decode()
    assert not AuditEntry.objects.filter(action="complaints.reporter.viewed").exists()
    shown = client.post(url, {"purpose": "visit", "detail": "นัดวันศุกร์"})
    assert "0812345678" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    entry = AuditEntry.objects.get(action="complaints.reporter.viewed")
    assert (entry.target_id, entry.purpose) == (report.pk, "นัดหมายเข้าพื้นที่: นัดวันศุกร์")
    assert "0812345678" not in client.get(report.get_absolute_url()).content.decode()


def test_a_report_of_nobody_known_says_so(login, triager):
    report = Report.objects.get(need=told("น้ำไม่ไหล"))
    shown = login(triager).post(reverse("complaints:contact", args=[report.pk]), {"purpose": "ask"})
    assert "ไม่มีข้อมูลผู้แจ้ง" in shown.content.decode()


def test_the_history_of_joining_stands_on_the_report(login, triager, need):
    other = told("ไฟดับอีกดวง", east_m=200)
    report = other.reports.get()
    merge_needs(triager, other.pk, need.pk, version=None, method=LinkMethod.MANUAL, at=timezone.now())
    content = login(triager).get(report.get_absolute_url()).content.decode()
    assert f"ย้ายจาก {other.number} ไป {need.number}" in content
