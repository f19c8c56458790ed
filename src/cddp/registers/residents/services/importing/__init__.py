"""นำเข้าทะเบียนราษฎร์: upload → columns → dry run → import → undo.

Reading and judging happens row by row in Python (`staging`), everything else as set operations of the database
(`matching`, `applying`, `undoing`), so that 100,000 rows take seconds.
"""

from cddp.registers.residents.services.importing.applying import apply_batch
from cddp.registers.residents.services.importing.batches import (
    cancel_batch,
    change_reading,
    choose_columns,
    confirm_batch,
    import_registry_file,
    open_batch,
)
from cddp.registers.residents.services.importing.checking import check_batch
from cddp.registers.residents.services.importing.undoing import plan_undo, request_undo, undo_batch

__all__ = [
    "apply_batch",
    "cancel_batch",
    "change_reading",
    "check_batch",
    "choose_columns",
    "confirm_batch",
    "import_registry_file",
    "open_batch",
    "plan_undo",
    "request_undo",
    "undo_batch",
]
