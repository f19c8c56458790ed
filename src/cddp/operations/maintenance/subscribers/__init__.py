"""งานซ่อมฟังเหตุการณ์ของทรัพย์สิน."""

from cddp.operations.maintenance.subscribers import stock  # noqa: F401  (marks its listeners)
