"""วัดคลังอะไหล่: ./cddp bench maintenance: the look-up of parts on a work order, and movements by many at once.

In a database of its own that is dropped at the end. See docs/how-to/benchmarks.md.
"""

import os
import sys

import _city
from _maintenance_rows import DATABASE, TOWN_ID, clean_up, fill_stores, provide_town
from _measure import Report, alternate, median, say

os.environ.update(_city.variables(DATABASE, "app"))
MOST_QUERIES = 5
SECONDS = float(os.environ.get("CDDP_BENCH_SECONDS", "6"))


def main() -> int:
    """Measure everything; the exit code is 1 when a goal is missed."""
    import django

    django.setup()
    report = Report("maintenance")
    try:
        say("making a town of its own")
        provide_town()
        fill_stores()
        measure_look_up(report)
        # It uses Django's models, so it can be imported only now.
        import _maintenance_moving as moving

        moving.measure(report, seconds=SECONDS)
    finally:
        clean_up()
    return report.finish()


def measure_look_up(report: Report) -> None:
    """Count the statements of the panel of a work order, whose asset 200 parts fit, and how long they take."""
    from _people import worker
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cddp.foundation.tenancy.current import town_context
    from cddp.operations.maintenance.models import WorkOrder
    from cddp.operations.maintenance.queries.parts import list_fitting

    user = worker()
    with town_context(TOWN_ID):
        work = WorkOrder.objects.filter(number__startswith="B").first()
        assert work is not None
        with CaptureQueriesContext(connection) as captured:
            found = list_fitting(user, WorkOrder.objects.get(pk=work.pk))
        report.told("look_up_parts", len(found), "parts")
        # The work order itself is the first statement.
        report.at_most("look_up_queries", len(captured) - 1, "queries", MOST_QUERIES)
        taken = alternate({"look_up": lambda: list_fitting(user, work)}, rounds=20)
        report.told("look_up", median(taken["look_up"]), "ms", taken)


if __name__ == "__main__":
    sys.exit(main())
