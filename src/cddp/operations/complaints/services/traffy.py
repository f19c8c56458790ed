"""นำเข้าเรื่องจาก Traffy: a file of tickets, from the upload screen or the command line, as often as wanted."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from uuid import UUID

from django.utils import timezone

from cddp.foundation.audit import services as audit
from cddp.foundation.events import publish
from cddp.foundation.tenancy.current import required_municipality_id, town_context
from cddp.foundation.tenancy.models import Municipality
from cddp.foundation.values.errors import UnableTo
from cddp.operations.complaints.choices import BatchState, Channel, OutgoingKind
from cddp.operations.complaints.events import ReportsImported
from cddp.operations.complaints.gateways import OpenFile, RawRow, read_rows
from cddp.operations.complaints.models import CategoryMapping, ImportBatch, TraffyOutgoing
from cddp.operations.complaints.queries.traffy import find_account
from cddp.operations.complaints.rules.categories import LabelMeaning
from cddp.operations.complaints.rules.traffy import key_of_label
from cddp.operations.complaints.rules.traffy_writing import own_states_of, read_statuses
from cddp.operations.complaints.rules.versions import Verdict
from cddp.operations.complaints.services.moving import take_external_state
from cddp.operations.complaints.services.portions import (
    Portion,
    Surroundings,
    prepared_boundary,
    read_portion,
)
from cddp.operations.complaints.services.setting_up import set_up_town

PORTION = 1000
Progress = Callable[[int, int], None]


def open_batch(*, file_name: str, started_by: UUID | None = None) -> ImportBatch:
    """Make the record of an import that is about to run."""
    return ImportBatch.objects.create(
        channel=Channel.TRAFFY, file_name=file_name[:255], started_by=started_by
    )


def import_tickets(
    open_file: OpenFile, batch_id: UUID, *, municipality_id: int, on_progress: Progress | None = None
) -> ImportBatch:
    """Take the tickets of a file into the town, a thousand in a transaction; return the finished batch.

    May be run again after a crash: it goes on after the last portion that was committed. What the file itself
    does wrong ends the batch as failed, with words for the screen; nothing already taken is lost.
    """
    try:
        total = sum(1 for _row in read_rows(open_file))
        with town_context(municipality_id):
            set_up_town(at=timezone.now())
            ImportBatch.objects.filter(pk=batch_id).update(state=BatchState.RUNNING, rows_total=total)
        _take_rows(open_file, batch_id, municipality_id, on_progress or (lambda done, total: None), total)
    except UnableTo as refusal:
        return _finish(batch_id, municipality_id, BatchState.FAILED, refusal.message)
    return _finish(batch_id, municipality_id, BatchState.DONE, "")


def _take_rows(
    open_file: OpenFile, batch_id: UUID, municipality_id: int, on_progress: Progress, total: int
) -> None:
    with town_context(municipality_id):
        around = surroundings_of(ImportBatch.objects.get(pk=batch_id))
    rows = read_rows(open_file)
    # A portion that was committed before a crash is only read, to know which numbers stood in it.
    for raw in islice(rows, around.batch.rows_done):
        around.seen.add(str((raw.row or {}).get("ticket_id", "")))
    for portion_of_rows in _portions(rows):
        with town_context(municipality_id):
            take_portion(around, portion_of_rows)
        on_progress(around.batch.rows_done, total)


def _portions(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    while portion := list(islice(rows, PORTION)):
        yield portion


def surroundings_of(batch: ImportBatch, *, is_poll: bool = False) -> Surroundings:
    """Return what must be known of the town before its rows are read."""
    meanings: dict[str, list[LabelMeaning]] = defaultdict(list)
    for mapping in CategoryMapping.objects.filter(channel=Channel.TRAFFY):
        meanings[mapping.label].append(
            LabelMeaning(mapping.category_id, mapping.year_from, mapping.year_until)
        )
    town = Municipality.objects.get(pk=required_municipality_id())
    account = find_account()
    return Surroundings(
        batch=batch,
        now=timezone.now(),
        meanings=meanings,
        boundary=prepared_boundary(town.boundary),
        own_states=own_states_of(read_statuses(account.statuses)) if account else {},
        is_poll=is_poll,
    )


def take_portion(around: Surroundings, rows: Sequence[RawRow]) -> Portion:
    """Take some rows into the town within the caller's transaction: reports, their problems, the batch's counts."""
    batch = ImportBatch.objects.select_for_update().get(pk=around.batch.pk)
    around.batch = batch
    portion = read_portion(around, rows)
    portion.write()
    for move in portion.moves:
        take_external_state(move.report, state=move.state, label=move.label, note=move.note, at=move.at)
    _see_own_changes(portion.shown)
    batch.rows_done += len(rows)
    batch.added += portion.verdicts[Verdict.ADDED]
    batch.changed += portion.verdicts[Verdict.CHANGED]
    batch.unchanged += portion.verdicts[Verdict.UNCHANGED]
    batch.set_aside += portion.verdicts[Verdict.SET_ASIDE]
    batch.placed += portion.placed
    batch.odd_rows += portion.odd_rows
    for reason, count in portion.reasons.items():
        batch.odd_counts[reason] = batch.odd_counts.get(reason, 0) + count
    batch.save(
        update_fields=[
            "rows_done",
            "added",
            "changed",
            "unchanged",
            "set_aside",
            "placed",
            "odd_rows",
            "odd_counts",
        ]
    )
    return portion


def _see_own_changes(shown: Mapping[UUID, str]) -> None:
    """Note which of our own changes Traffy shows now: `shown` holds the label of each report that came changed."""
    waiting = TraffyOutgoing.objects.filter(
        report__in=shown, kind=OutgoingKind.STATE, body__awaits_sight=True
    ).select_for_update(of=("self",))
    for row in waiting if shown else ():
        if key_of_label(row.body["label"]) == key_of_label(shown[row.report_id]):
            row.body["awaits_sight"] = False
            row.save(update_fields=["body"])


def _finish(batch_id: UUID, municipality_id: int, state: BatchState, message: str) -> ImportBatch:
    with town_context(municipality_id):
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        batch.state, batch.message, batch.finished_at = state, message[:400], timezone.now()
        batch.save(update_fields=["state", "message", "finished_at"])
        audit.record(
            f"complaints.import.{state}",
            batch,
            changes={"rows": batch.rows_done, "added": batch.added, "changed": batch.changed},
        )
        # Of a file that broke off in the middle, what came before is there all the same.
        if state is BatchState.DONE or batch.added:
            publish(ReportsImported(batch_id=batch.pk, added=batch.added, changed=batch.changed))
    return batch
