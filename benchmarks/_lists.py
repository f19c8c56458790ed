"""นับคำสั่งฐานข้อมูล: how many queries each list page costs, with the town's 50,000 rows behind it."""

from collections.abc import Iterator

from _measure import Report, say
from _people import signed_in_client
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from cddp.foundation.extension_points import menu_items

MOST_QUERIES = 12
# The transaction around each request, and the town it works for, are the frame of every page.
NOT_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT set_config('cddp.municipality'")


def measure(report: Report) -> None:
    """Open each page of the menu twice (the first fills what processes remember) and count the second."""
    client = signed_in_client()
    for name, path in pages():
        count_queries(report, client, name, path)


def count_queries(report: Report, client: Client, name: str, path: str) -> None:
    """Open one page twice and report what the second costs."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        status = client.get(path).status_code
    if status != 200:
        report.at_most(f"status_{name}", status, "http_status", 200)
        return
    count = sum(not each["sql"].startswith(NOT_QUERIES) for each in queries)
    report.at_most(f"queries_{name}", count, "queries", MOST_QUERIES)


def pages() -> Iterator[tuple[str, str]]:
    """Yield the name and address of each page in the menu."""
    for item in menu_items:
        try:
            yield item.url_name.replace(":", "_"), reverse(item.url_name)
        except NoReverseMatch:
            say(f"{item.url_name} has no address yet")
