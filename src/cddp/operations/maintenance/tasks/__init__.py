"""งานเบื้องหลังของงานซ่อมบำรุง: each file adds its own."""

from cddp.operations.maintenance.tasks import rounds, stock  # noqa: F401  (mark their jobs)
