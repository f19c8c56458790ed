"""การตรวจระบบ: say at the start that the front end was not built, instead of showing pages without looks."""

from typing import Any

from django.core import checks
from django.core.checks import CheckMessage

from cddp.foundation.ui.build import is_built


@checks.register()
def check_front_end_is_built(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if is_built():
        return []
    return [checks.Warning("ยังไม่ได้สร้างส่วนหน้าเว็บ", hint="npm ci && npm run build", id="ui.W001")]
