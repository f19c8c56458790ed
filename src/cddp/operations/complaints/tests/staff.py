"""เครื่องมือทดสอบหน้าจอเจ้าหน้าที่: a problem told just now, what a page costs, what a form carries."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cddp.operations.complaints.models import Need
from cddp.operations.complaints.tests.needs import tell

FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config")


def told(text: str = "ไฟทางดับหน้าวัดป่าสัก มืดมาก", **more) -> Need:
    """Take a report in just now, and return its problem."""
    return Need.objects.get(pk=tell(text, at=more.pop("at", timezone.now()), **more).need_id)


def cost(client, url: str) -> int:
    """Return how many queries a page costs, its second look, the frame of each request left out."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return sum(1 for query in captured if not query["sql"].startswith(FRAME))


def sent(need: Need, **more) -> dict[str, object]:
    """Return what each form of the page carries, with the blanks of one of them."""
    need.refresh_from_db()
    return {"version": need.version, "seen_at": need.updated_at.isoformat(), **more}
