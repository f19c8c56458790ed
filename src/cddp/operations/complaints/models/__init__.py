"""เรื่องร้องเรียน: what came in, the voices read from it, the problems they speak of, and the work on them."""

from cddp.operations.complaints.models.categories import Category, CategoryMapping
from cddp.operations.complaints.models.intakes import ImportBatch, Intake, OddRow, RefusedDelivery
from cddp.operations.complaints.models.needs import NEVER, Need, NeedLink, NeedStatus
from cddp.operations.complaints.models.people import LineContact, Photo, Reporter
from cddp.operations.complaints.models.reports import Report, ReportStatus
from cddp.operations.complaints.models.traffy import TraffyAccount, TraffyOutgoing
from cddp.operations.complaints.models.work import (
    Agency,
    DeadlinePause,
    Escalation,
    Holiday,
    MessageTemplate,
    NeedAssignment,
    NeedNote,
    NeedWork,
    RoutingRule,
    ServiceLevel,
)

__all__ = [
    "NEVER",
    "Agency",
    "Category",
    "CategoryMapping",
    "DeadlinePause",
    "Escalation",
    "Holiday",
    "ImportBatch",
    "Intake",
    "LineContact",
    "MessageTemplate",
    "Need",
    "NeedAssignment",
    "NeedLink",
    "NeedNote",
    "NeedStatus",
    "NeedWork",
    "OddRow",
    "Photo",
    "RefusedDelivery",
    "Report",
    "ReportStatus",
    "Reporter",
    "RoutingRule",
    "ServiceLevel",
    "TraffyAccount",
    "TraffyOutgoing",
]
