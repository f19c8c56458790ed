"""งานเบื้องหลังของงานซ่อมบำรุง: each file adds its own."""

from cddp.operations.maintenance.tasks import stock  # noqa: F401  (marks its jobs)
