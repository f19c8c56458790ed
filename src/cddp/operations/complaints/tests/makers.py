"""เรื่องตัวอย่างของการทดสอบ: rows as Traffy writes them, invented."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from cddp.foundation.tenancy.current import required_municipality_id
from cddp.operations.complaints.models import ImportBatch, Report
from cddp.operations.complaints.services.traffy import import_tickets, open_batch

BUCKET = "https://storage.googleapis.com/traffy_public_bucket/"


def ticket(number: int | str = 1, **changes: Any) -> dict[str, Any]:
    """Return a sound row of the public search API."""
    name = number if isinstance(number, str) else f"2026-T{number:05d}"
    return {
        "ticket_id": name,
        "type": "ถนน",
        "org": "เทศบาลทดสอบ",
        "description": f"ถนนเป็นหลุมลึกหน้าตลาด {name}",
        "photo_url": f"{BUCKET}attachment/2026-08/{name}.jpg",
        "after_photo": "",
        "address": "ถนนสันกลาง ตำบลบ้านกลาง ลำพูน",
        "timestamp": "2026-08-05 06:58:08.802506+00",
        "problem_type_abdul": ["ถนน"],
        "star": None,
        "count_reopen": "0",
        "note": None,
        "state": "รอรับเรื่อง",
        "last_activity": "2026-08-05 06:58:08.802506+00",
        "coords": ["99.01000", "18.58000"],
    } | changes


def import_lines(folder: Path, *lines: dict[str, Any] | str, name: str = "tickets.ndjson") -> ImportBatch:
    """Write the lines to a file and take it into the current town."""
    path = folder / name
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return import_file(path)


def import_file(path: Path) -> ImportBatch:
    """Take a file into the current town."""
    batch = open_batch(file_name=path.name)
    return import_tickets(partial(path.open, "rb"), batch.pk, municipality_id=required_municipality_id())


def report_of(number: int) -> Report:
    """Return the report of a ticket made by `ticket(number)`."""
    return Report.objects.get(number=f"2026-T{number:05d}")
