"""ข้อความสำเร็จรูป: words with {blanks} that are filled in from the problem."""

import re
from collections.abc import Mapping

from cddp.operations.complaints.choices import Placeholder

_BLANK = re.compile(r"\{([^{}\n]{0,40})\}")


def fill(body: str, values: Mapping[str, str]) -> str:
    """Return the words with each known blank filled; one without a value becomes nothing, others stay as written."""
    return _BLANK.sub(lambda found: values.get(found[1], "") if found[1] in Placeholder else found[0], body)


def list_strangers(body: str) -> list[str]:
    """Return the blanks that nobody could fill, as written, each once."""
    found = (match[1] for match in _BLANK.finditer(body))
    return list(dict.fromkeys(name for name in found if name not in Placeholder))
