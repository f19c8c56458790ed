"""วัดทะเบียนทรัพย์สิน: ./cddp bench assets: tiles of 100,000 assets against bare SQL, and the list of fifty.

In a database of its own that is dropped at the end. See docs/how-to/benchmarks.md.
"""

import os
import sys

import _city
from _assets_rows import DATABASE, clean_up, grow, provide_town
from _measure import Report, alternate, median, say

os.environ.update(_city.variables(DATABASE, "app"))
SMALL, LARGE = 10_000, 100_000
FLATTEST = 1.25
LIST = "/assets/"


def main() -> int:
    """Measure everything; the exit code is 1 when a goal is missed."""
    import django

    django.setup()
    report = Report("assets")
    try:
        say("making a town of its own")
        provide_town()
        grow(1, SMALL)
        small = measure_list(report, "10k")
        grow(SMALL + 1, LARGE)
        large = measure_list(report, "100k")
        # The two were not measured side by side, so each one's best run is what can be compared.
        report.at_most("list_flatness", large / small, "x", FLATTEST)
        # These use Django's models, so they can be imported only now.
        import _assets_tiles
        from _people import sign_in

        with _city.running_server(DATABASE) as port:
            _assets_tiles.measure(report, sign_in(port))
    finally:
        clean_up()
    return report.finish()


def measure_list(report: Report, rows: str) -> float:
    """Count the statements of the list of assets and how long it takes; return its best run in milliseconds."""
    from _lists import count_queries
    from _people import sign_in, signed_in_client

    count_queries(report, signed_in_client(), f"list_{rows}", LIST)
    with _city.running_server(DATABASE) as port:
        site = sign_in(port)
        taken = alternate({"page": lambda: _open(site)}, rounds=30, warm_up=8)
    report.told(f"list_{rows}", median(taken["page"]), "ms", taken)
    report.told(f"list_{rows}_best", min(taken["page"]), "ms")
    return min(taken["page"])


def _open(site: _city.Site) -> None:
    status, _headers, body = site.get(LIST)
    shown = body.count(b"<tr")
    if status != 200 or shown < 50:
        raise SystemExit(f"the list answers {status} with {shown} rows")


if __name__ == "__main__":
    sys.exit(main())
