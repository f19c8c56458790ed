"""The audit trail only grows, and says who, in which request, and why."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from cddp.foundation.audit.context import Acting, acting, state_purpose
from cddp.foundation.audit.models import AuditEntry
from cddp.foundation.audit.services import changes_between, record, record_looks
from cddp.foundation.tenancy.models import TownSetting


@pytest.fixture
def setting(town):
    return TownSetting.objects.create(key="colours", value={})


def test_an_entry_bears_actor_request_and_purpose(setting):
    who = Acting(user_id=uuid4(), label="นางสาวทดสอบ", request_id="r1", address="127.0.0.1")
    with acting(who):
        state_purpose("ตรวจสอบสิทธิเบี้ยยังชีพ")
        entry = record("tenancy.setting.changed", setting, changes={"name": ["ก", "กองช่าง"]})
    entry.refresh_from_db()
    assert (entry.actor_id, entry.actor_label, entry.request_id) == (who.user_id, "นางสาวทดสอบ", "r1")
    assert entry.purpose == "ตรวจสอบสิทธิเบี้ยยังชีพ"
    assert (entry.target_kind, entry.target_id) == ("tenancy.townsetting", setting.pk)


@pytest.mark.parametrize(
    "write", ["UPDATE audit_auditentry SET action = 'x'", "DELETE FROM audit_auditentry"]
)
def test_the_database_refuses_to_change_the_past(setting, write):
    from django.db import connection

    record("tenancy.setting.made", setting)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write)
    assert AuditEntry.objects.count() == 1


def test_a_list_of_people_is_recorded_in_one_statement(setting, django_assert_num_queries):
    with django_assert_num_queries(1):
        record_looks("residents.people.listed", TownSetting, [uuid4() for _ in range(50)], purpose="เยี่ยมบ้าน")
    assert AuditEntry.objects.filter(purpose="เยี่ยมบ้าน").count() == 50


def test_changes_between_names_only_what_differs():
    assert changes_between({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == {"b": [2, 3], "c": [None, 4]}
