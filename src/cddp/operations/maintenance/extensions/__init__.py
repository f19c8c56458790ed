"""สิ่งที่งานซ่อมบำรุงให้แก่หน้าจออื่น: each file adds its own."""

from cddp.operations.maintenance.extensions import (  # noqa: F401  (each adds its own)
    boards,
    retention,
    rounds,
    schedules,
    stock,
    work,
)
