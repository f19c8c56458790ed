"""เรื่องร้องเรียน: what came in, the reports read from it, and what is odd about them."""

from cddp.operations.complaints.models.categories import Category, CategoryMapping
from cddp.operations.complaints.models.intakes import ImportBatch, Intake, OddRow
from cddp.operations.complaints.models.reports import Report, ReportStatus

__all__ = ["Category", "CategoryMapping", "ImportBatch", "Intake", "OddRow", "Report", "ReportStatus"]
