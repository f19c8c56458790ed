"""ผู้ฟังเหตุการณ์ของเรื่องร้องเรียน: each channel listens in a file of its own."""

from cddp.operations.complaints.subscribers import (  # noqa: F401  (each adds its own)
    adopting,
    lamps,
    line,
    maintenance,
    traffy,
)
