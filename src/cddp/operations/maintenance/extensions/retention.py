"""กติกาเก็บรักษาของงานซ่อมบำรุง; how long, and why, stands in policy/retention.yaml."""

from cddp.foundation.extension_points import RetentionRule, retention_rules
from cddp.operations.maintenance.services.forgetting import forget_sent_acts

retention_rules.add(RetentionRule(key="maintenance.sent_acts", apply=forget_sent_acts))
