"""งานเบื้องหลังของทรัพย์สิน: one file for each room."""

from cddp.registers.assets.tasks import roads  # noqa: F401  (marks its jobs)
