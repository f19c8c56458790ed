"""กติกาเก็บรักษาของทรัพย์สิน; how long, and why, stands in policy/retention.yaml."""

from cddp.foundation.extension_points import RetentionRule, retention_rules
from cddp.registers.assets.services import forgetting

retention_rules.add(RetentionRule(key="assets.imports", apply=forgetting.forget_imports))
retention_rules.add(RetentionRule(key="assets.traces", apply=forgetting.forget_traces))
