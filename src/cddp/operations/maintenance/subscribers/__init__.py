"""งานซ่อมฟังเหตุการณ์ของทรัพย์สิน."""

from cddp.operations.maintenance.subscribers import rounds, stock  # noqa: F401  (mark their listeners)
