"""สอนแบบจำลองแนะนำประเภท: train_classifier --labelled FILE [--tickets FILE] --out FILE [--report FILE]."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cddp.operations.complaints.management.training.examples import (
    Example,
    Parts,
    keys_of_labels,
    part_examples,
    read_labelled,
    read_tickets,
)
from cddp.operations.complaints.management.training.measuring import (
    fitting_temperature,
    guess_by_majority,
    guess_by_words,
    judge,
    lowest_good_threshold,
    measure_thresholds,
)
from cddp.operations.complaints.management.training.writing import Findings, report
from cddp.operations.complaints.rules.classifying import model_from
from cddp.operations.complaints.services.categories import REFERENCE

LEAST_MEASURED = 10


class Command(BaseCommand):
    """คำสั่งสอนแบบจำลอง."""

    help = "สอนแบบจำลองแนะนำประเภทเรื่องและวัดผล · teach the category model and measure it"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files to learn from and to write."""
        parser.add_argument(
            "--labelled", type=Path, required=True, help="CSV ที่มีข้อความและประเภทเดียว · CSV(.gz)"
        )
        parser.add_argument("--tickets", type=Path, help="เรื่องจาก Traffy หนึ่งเรื่องต่อบรรทัด · NDJSON(.gz)")
        parser.add_argument("--out", type=Path, required=True, help="ไฟล์แบบจำลองที่จะเขียน · model file")
        parser.add_argument(
            "--report",
            type=Path,
            default=settings.REPOSITORY / "docs" / "classifier.md",
            help="รายงานผลที่จะเขียน · report (docs/classifier.md)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, part, learn, measure, write."""
        entries = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))["categories"]
        keys = keys_of_labels(entries)
        names = {entry["key"]: entry["name"] for entry in entries}
        labelled = read_labelled(options["labelled"], keys)
        tickets = read_tickets(options["tickets"], keys) if options["tickets"] else []
        parts = part_examples(labelled, tickets)
        if min(len(parts.learn), len(parts.tune), len(parts.labelled)) < LEAST_MEASURED:
            raise CommandError("ตัวอย่างน้อยเกินไป สอนและวัดผลไม่ได้ · too few examples to learn and measure")
        packed, findings = _teach(parts, words=keys | {name: key for key, name in names.items()}, names=names)
        options["out"].write_bytes(packed)
        text = report(findings)
        options["report"].write_text(text, encoding="utf-8")
        self.stdout.write(text)


def _teach(parts: Parts, *, words: dict[str, str], names: dict[str, str]) -> tuple[bytes, Findings]:
    # numpy is there for those who teach, not for those who serve.
    from cddp.operations.complaints.management.training.learning import learn, packed, softened

    draft = learn(parts.learn)
    temperature = fitting_temperature(parts.tune, draft)
    single = [example for example in parts.tune if len(example.categories) == 1]
    threshold = lowest_good_threshold(measure_thresholds(judge(single, softened(draft, temperature))))
    taught: tuple[Example, ...] = (*parts.learn, *parts.tune)
    file = packed(softened(learn(taught), temperature))
    model = model_from(file)
    return file, Findings(
        model=model,
        packed_bytes=len(file),
        taught=len(taught),
        labelled=judge(parts.labelled, model),
        tickets=judge(parts.tickets, model),
        majority=guess_by_majority(parts.labelled, taught),
        by_words=guess_by_words(parts.labelled, words, taught),
        temperature=temperature,
        chosen_threshold=threshold,
        names=names,
    )
