"""กติกาเก็บรักษาของเรื่องร้องเรียน; how long, and why, stands in policy/retention.yaml."""

from cddp.foundation.extension_points import RetentionRule, retention_rules
from cddp.operations.complaints.services import forgetting

retention_rules.add(RetentionRule(key="complaints.reporters", apply=forgetting.forget_reporters))
retention_rules.add(RetentionRule(key="complaints.payloads", apply=forgetting.forget_payloads))
retention_rules.add(RetentionRule(key="complaints.line_contacts", apply=forgetting.forget_line_contacts))
retention_rules.add(RetentionRule(key="complaints.refusals", apply=forgetting.forget_refusals))
