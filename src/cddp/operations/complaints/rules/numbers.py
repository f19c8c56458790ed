"""เลขที่และรหัสติดตาม: short codes that people read aloud, and a secret that cannot be guessed.

Alphabet: Crockford's base 32 (no I, L, O, U), so that what is heard on the phone is typed right. Eight signs are
40 bits: at 100,000 reports one chance in ten million that a new number is taken. Twelve are 60 bits.
"""

import secrets
from typing import Final

from cddp.foundation.values.thai_text import to_arabic_digits

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_SIGNS: Final = 8
FOLLOW_SIGNS: Final = 12
_LOOKALIKES: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_number(prefix: str = "") -> str:
    """Return a number such as "K7QM-2XPD", or "N-K7QM2XPD" with a prefix."""
    signs = _draw(NUMBER_SIGNS)
    return f"{prefix}-{signs}" if prefix else f"{signs[:4]}-{signs[4:]}"


def new_follow_code() -> str:
    """Return a secret such as "K7QM-2XPD-9TRW": who holds it may follow, answer and rate the report."""
    signs = _draw(FOLLOW_SIGNS)
    return "-".join(signs[place : place + 4] for place in range(0, FOLLOW_SIGNS, 4))


def tidy_code(text: str) -> str:
    """Return what a person typed in the form in which codes are kept: capitals, dashes, no look-alikes."""
    signs = "".join(sign for sign in to_arabic_digits(text).upper() if sign.isascii() and sign.isalnum())
    signs = signs.translate(_LOOKALIKES)
    return "-".join(signs[place : place + 4] for place in range(0, len(signs), 4))


def _draw(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))
