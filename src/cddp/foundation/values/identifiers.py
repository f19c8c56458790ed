"""รหัสแถว: UUID version 7, made by whoever creates the row, so that new rows land side by side in the index.

Source: RFC 9562 §5.7 and §6.2 method 2 (monotonic random): 48 bits of Unix milliseconds, then 74 random
bits; within one millisecond the random part of the former id is raised by a random step, so ids of one
process only grow.
"""

import os
import secrets
import time
from threading import Lock
from uuid import UUID

_RANDOM_BITS = 74
_STEP_BITS = 32


class _Sequence:
    """The last id given out; one per process."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.millisecond = -1
        self.tail = 0

    def next(self, now_ms: int) -> tuple[int, int]:
        with self.lock:
            if now_ms > self.millisecond:
                # The top bit stays 0 so that a millisecond has room for at least 2**73 / 2**32 steps.
                self.millisecond, self.tail = now_ms, secrets.randbits(_RANDOM_BITS - 1)
            else:
                self.tail += 1 + secrets.randbits(_STEP_BITS)
                if self.tail >> _RANDOM_BITS:
                    self.millisecond, self.tail = self.millisecond + 1, secrets.randbits(_RANDOM_BITS - 1)
            return self.millisecond, self.tail


_sequence = _Sequence()


def _start_anew() -> None:
    global _sequence  # noqa: PLW0603 - a forked child must not continue its parent's tail, nor wait on its lock
    _sequence = _Sequence()


os.register_at_fork(after_in_child=_start_anew)


def uuid7() -> UUID:
    """Return a new UUIDv7, greater than every one this process made before, even if the clock is set back."""
    millisecond, tail = _sequence.next(time.time_ns() // 1_000_000)
    return _assemble(millisecond, tail)


def _assemble(millisecond: int, tail: int) -> UUID:
    rand_a, rand_b = tail >> 62, tail & ((1 << 62) - 1)
    return UUID(int=(millisecond & (2**48 - 1)) << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def made_at_ms(identifier: UUID) -> int:
    """Return the Unix time in milliseconds at which a UUIDv7 was made; ValueError for other versions."""
    if identifier.version != 7:
        raise ValueError("only a UUID version 7 tells when it was made")
    return identifier.int >> 80
