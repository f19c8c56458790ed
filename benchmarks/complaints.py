"""วัดเรื่องร้องเรียน: ./cddp bench complaints: filing, the officer's list and the look-up of near problems.

At 100,000 problems in a town and at 1,000,000, in a database of its own that is dropped at the end.
See docs/how-to/benchmarks.md.
"""

import os
import sys

import _city
from _complaints_rows import DATABASE, clean_up, grow, keep_as_small, provide_town
from _measure import Report, say

os.environ.update(_city.variables(DATABASE, "app"))


def main() -> int:
    """Measure everything; the exit code is 1 when a goal is missed."""
    import django

    django.setup()
    # These use Django's models, so they can be imported only now.
    import _complaints_filing as filing
    import _complaints_reading as reading
    from _people import signed_in_cookies

    report = Report("complaints")
    try:
        say("making a town of its own")
        provide_town()
        grow(1, 100_000)
        filing.measure_cost(report)
        filing.measure_speed(report, "100k", seed=3)
        reading.measure(report, "100k")
        cookies = signed_in_cookies()
        keep_as_small()
        grow(100_001, 1_000_000)
        reading.measure(report, "1m")
        reading.compare(report, cookies)
        filing.measure_speed(report, "1m", seed=4)
    finally:
        clean_up()
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
