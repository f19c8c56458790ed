"""บันทึกของโปรแกรม: what is written to logs, with identity numbers, telephones and rows of tables taken out.

A second line only: nothing personal is meant to be logged. But an error of the database quotes the row it refused,
and an error of Python the value it could not read.
"""

import logging
import re

from cddp.foundation.values.masking import mask_text

# "DETAIL:  Failing row contains (…)." and "CONTEXT:  … (…)": PostgreSQL's own words, up to the end of the line.
_QUOTED_ROW = re.compile(r"^(\s*(?:DETAIL|CONTEXT|HINT|LINE \d+):).*$", re.M)
# Traffy signs nothing: the key in the address of our doorbell is all that tells it from a stranger. And whoever holds
# the code in the address of a citizen's page is that citizen to us.
_KEY_IN_ADDRESS = re.compile(r"(/traffy/webhook/[^/\s]+/|/t/[^/\s]+/follow/)[^/\s]+")


class MaskingFormatter(logging.Formatter):
    """รูปแบบที่ปิดบังข้อมูลส่วนบุคคล: a line as usual, then masked, its traceback too."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = _QUOTED_ROW.sub(r"\1 …", super().format(record))
        return mask_text(_KEY_IN_ADDRESS.sub(r"\1…", line))
