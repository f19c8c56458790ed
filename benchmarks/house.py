"""วัดแผนที่ ค้นหา และนำเข้า: ./cddp bench house: a million houses in 20 towns, through the whole web server.

Each figure is a ratio to the leanest thing that can be done, measured in the same run in alternating rounds, or
milliseconds on this machine, or a count. See docs/how-to/benchmarks.md.
"""

import os
import sys

import _city
from _measure import Report, say

os.environ.update(_city.variables(_city.DATABASE, "app"))


def main() -> int:
    """Measure everything; the exit code is 1 when a goal is missed."""
    report = Report("house")
    took = _city.provide_city()
    if took:
        report.at_most("load_1000000_houses", took, "s", 300)
    import django

    django.setup()
    # These use Django's models, so they can be imported only now.
    import _imports
    import _lists
    import _names
    import _plans
    import _tiles
    from _people import sign_in

    with _city.running_server(_city.DATABASE) as port:
        site = sign_in(port)
        _tiles.measure(report, site)
        _names.measure(report, site)
    _plans.check(report, _tiles.fullest(14, at_most=4_000))
    _tiles.check_counts(report)
    _lists.measure(report)
    say("importing 100,000 rows into a fresh database")
    _imports.measure(report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
