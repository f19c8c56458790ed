"""วัดการจัดเรื่องเข้าปัญหา: take the tickets in, adopt them, and hold the links against what was judged by eye."""

import json
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from time import perf_counter

from _measure import Report, median, say
from django.db import connection

from cddp.foundation.tenancy.current import town_context
from cddp.foundation.tenancy.models import Municipality, MunicipalityKind
from cddp.operations.complaints.models import Need, NeedLink
from cddp.operations.complaints.queries import candidates
from cddp.operations.complaints.services.adopting import adopt_lone_reports
from cddp.operations.complaints.services.traffy import import_tickets, open_batch
from tests.samples.traffy_links import (
    Judged,
    draw_sample,
    interval,
    is_held_out,
    labelled_rows,
    read_verdicts,
)
from tests.shared import shared_path

TICKETS_TOWN, LABELLED_TOWN = 9002, 9003
PRECISION = 0.95
SECONDS_PER_1000 = 10

# Pairs that a person would call near: one family, within the reach of the later one's category, 30 days apart.
NEAR_PAIRS = """
SELECT count(*) FILTER (WHERE a.need_id = b.need_id), count(*) FILTER (WHERE a.need_id <> b.need_id)
FROM complaints_report b
LEFT JOIN complaints_category cb ON cb.id = b.category_id
JOIN complaints_report a
  ON a.point_3857 && ST_Expand(b.point_3857, 300) AND (a.requested_at, a.id) < (b.requested_at, b.id)
LEFT JOIN complaints_category ca ON ca.id = a.category_id
WHERE NOT a.is_private AND NOT b.is_private
  AND coalesce(ca.family, 'other') = coalesce(cb.family, 'other') AND ST_X(a.point) > 1
  AND ST_Distance(a.point::geography, b.point::geography) <= coalesce(cb.radius_m, 40)
  AND b.requested_at - a.requested_at <= interval '30 days'
"""


def measure(report: Report, *, shows_sample: bool) -> None:
    """Fill two towns without an outline, so that no ticket falls outside, and tell what became of the tickets."""
    path = shared_path("data", "traffy", "dev_tickets_6000.ndjson.gz")
    look_ups: list[float] = []
    took = take_in(TICKETS_TOWN, path, look_ups)
    tell_counts(report, took, look_ups)
    links = read_links(TICKETS_TOWN)
    held_out = [link for link in links if is_held_out(link.later)]
    sample = draw_sample(held_out)
    tell_precision(report, "held_out", held_out)
    tell_precision(report, "sample", sample)
    tell_recall(report)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labelled.ndjson"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in labelled_rows())
        take_in(LABELLED_TOWN, path, look_ups)
    tell_precision(report, "other_tickets", read_links(LABELLED_TOWN))
    if shows_sample:
        show(sample)


def take_in(town_id: int, path: Path, look_ups: list[float]) -> float:
    """Make a town, import the file and adopt until nothing is left; return the seconds the adoption took."""
    make_town(town_id)
    with town_context(town_id):
        batch = open_batch(file_name=path.name)
    import_tickets(partial(path.open, "rb"), batch.pk, municipality_id=town_id)
    asked = candidates._rows

    def timed(statement: str, values: dict[str, object]) -> object:
        began = perf_counter()
        rows = asked(statement, values)
        look_ups.append((perf_counter() - began) * 1000)
        return rows

    candidates._rows = timed
    began = perf_counter()
    left = True
    while left:
        with town_context(town_id):
            left = adopt_lone_reports().left
    candidates._rows = asked
    return perf_counter() - began


def make_town(town_id: int) -> None:
    """Add the town as the owner; all else is done as the program's role."""
    connection.close()
    connection.settings_dict["USER"] = "cddp_owner"
    Municipality.objects.create(
        id=town_id,
        slug=f"needs-{town_id}",
        kind=MunicipalityKind.OTHER,
        name_th="ทดสอบ",
        name_en="needs",
        is_demo=True,
    )
    connection.close()
    connection.settings_dict["USER"] = "cddp_app"


def tell_counts(report: Report, took: float, look_ups: list[float]) -> None:
    """Print how many needs there are, of which sizes, and how long it took."""
    with town_context(TICKETS_TOWN):
        sizes = Counter(Need.objects.values_list("reports_count", flat=True))
        came_back = Need.objects.filter(came_back_count__gt=0).count()
        links = NeedLink.objects.count()
    tickets = sum(size * count for size, count in sizes.items())
    report.told("tickets", tickets, "tickets")
    report.told("needs", sum(sizes.values()), "needs")
    report.told("links", links, "links")
    report.told("came_back", came_back, "needs")
    say("needs by number of tickets: " + ", ".join(f"{size}: {sizes[size]:,}" for size in sorted(sizes)))
    report.at_most("adopt_1000_tickets", took / tickets * 1000, "s", SECONDS_PER_1000)
    report.told("look_up", median(look_ups), "ms", {"look_up": look_ups})


def read_links(town_id: int) -> list[Judged]:
    """Return each automatic link as the first ticket of the need and the one that joined it."""
    with town_context(town_id):
        links = NeedLink.objects.select_related("report", "need").order_by(
            "report__requested_at", "report_id"
        )
        found = []
        for link in links:
            first = link.need.reports.order_by("requested_at", "pk")[0]
            words = f"{link.score:.2f} " + " · ".join(link.reason_words)
            texts = (first.description, link.report.description)
            found.append(Judged(first.number, link.report.number, words, texts))
        return found


def tell_precision(report: Report, name: str, links: list[Judged]) -> None:
    """Hold links against the judgements; a link that nobody judged is told, and does not count."""
    verdicts = read_verdicts()
    judged = [verdicts[link.pair] for link in links if link.pair in verdicts]
    if len(judged) < len(links):
        unknown = [f"{link.earlier} {link.later}" for link in links if link.pair not in verdicts]
        say(f"{name}: never judged: {', '.join(unknown)}")
    right = sum(verdict.is_same for verdict in judged)
    low, high = interval(right, len(judged))
    say(f"{name}: {right} of {len(judged)} right, 95 % interval {low:.3f} to {high:.3f}")
    report.at_least(f"precision_{name}", right / max(1, len(judged)), "of_1", PRECISION)


def tell_recall(report: Report) -> None:
    """Estimate how much of what is one need was joined: from a judged sample of the near pairs that were not."""
    with town_context(TICKETS_TOWN), connection.cursor() as cursor:
        cursor.execute(NEAR_PAIRS)
        together, apart = cursor.fetchone()
    near = [verdict.is_same for verdict in read_verdicts().values() if verdict.group == "near"]
    shares = (sum(near) / len(near), *interval(sum(near), len(near)))
    joined = together * report.value_of("precision_held_out")
    recall, high, low = (joined / (joined + apart * share) for share in shares)
    say(f"near pairs: {together} in one need, {apart} in two, of which {shares[0]:.2f} are one need by eye")
    say(
        f"recall of near pairs: {recall:.2f}, 95 % interval {low:.2f} to {high:.2f}; the others are suggested"
    )
    report.told("recall_near_pairs", recall, "of_1")


def show(sample: list[Judged]) -> None:
    """Print the sample with its texts, for somebody who judges it anew."""
    verdicts = read_verdicts()
    for link in sample:
        verdict = verdicts.get(link.pair)
        say(f"{link.earlier} {link.later} [{verdict.word if verdict else '?'}] {link.words}")
        for text in link.texts:
            say("    " + " ".join(text.split()))
