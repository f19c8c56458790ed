"""งานเบื้องหลังของทรัพย์สิน: one file for each room."""

from cddp.registers.assets.tasks import imports, roads  # noqa: F401  (marks their jobs)
