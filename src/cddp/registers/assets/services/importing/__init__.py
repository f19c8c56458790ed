"""นำเข้าทรัพย์สิน: upload → reading → columns → dry run → import → undo.

Reading and judging values happens row by row in Python (`staging`), positions, matching, the import and its undoing
as set operations of the database, so that 5,000 features take seconds.
"""

from cddp.registers.assets.services.importing.applying import apply_import
from cddp.registers.assets.services.importing.checking import check_import
from cddp.registers.assets.services.importing.opening import (
    cancel_import,
    change_reading,
    choose_columns,
    confirm_import,
    open_import,
    read_import,
    use_projection,
)
from cddp.registers.assets.services.importing.undoing import plan_undo, request_undo, undo_import

__all__ = [
    "apply_import",
    "cancel_import",
    "change_reading",
    "check_import",
    "choose_columns",
    "confirm_import",
    "open_import",
    "plan_undo",
    "read_import",
    "request_undo",
    "undo_import",
    "use_projection",
]
