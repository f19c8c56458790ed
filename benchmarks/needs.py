"""วัดการรวมเรื่อง: ./cddp bench needs: 6,000 real tickets become needs; how many, how right, how fast.

`--sample` shows the drawn links with their texts, to judge them by eye; a judgement is a line in
tests/samples/traffy_verdicts.csv. The tickets lie beside the repository and are for measuring only: without them
nothing is measured. See docs/needs-from-traffy.md.
"""

import os
import sys

import _city
from _measure import Report, say

DATABASE = f"cddp_bench_needs_{os.getpid()}"
os.environ.update(_city.variables(DATABASE, "app"))


def main() -> int:
    """Import, adopt and judge in a database of its own; the exit code is 1 when a goal is missed."""
    from tests.shared import shared_path

    try:
        shared_path("data", "traffy", "dev_tickets_6000.ndjson.gz")
    except FileNotFoundError as missing:
        say(str(missing))
        return 0
    report = Report("needs")
    shows_sample = "--sample" in sys.argv
    if shows_sample:
        sys.argv.remove("--sample")
    _city.make_database(DATABASE)
    try:
        import django

        django.setup()
        import _adoption

        _adoption.measure(report, shows_sample=shows_sample)
    finally:
        _city.drop_database(DATABASE)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
