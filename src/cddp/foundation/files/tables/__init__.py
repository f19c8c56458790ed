"""อ่านตารางจากไฟล์จริง: real spreadsheets (CSV in any Thai encoding, XLSX) read row by row in constant memory.

    with open_table(path, "ราษฎร.xlsx") as table:
        for row in table.rows(): …

Nothing here knows Django or the meaning of a column.
"""

from cddp.foundation.files.tables.cells import Cell, Column, Row, RowCounts
from cddp.foundation.files.tables.errors import UnableToReadTable
from cddp.foundation.files.tables.limits import TableLimits
from cddp.foundation.files.tables.source import TableSource, open_table

__all__ = [
    "Cell",
    "Column",
    "Row",
    "RowCounts",
    "TableLimits",
    "TableSource",
    "UnableToReadTable",
    "open_table",
]
