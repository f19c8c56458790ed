"""ของที่การทดสอบ LINE ใช้ร่วมกัน: a running fake, and a town whose account is set up with it."""

from collections.abc import Iterator

import pytest

from cddp.foundation.notify.line_accounts import save_line_account
from cddp.foundation.notify.models import LineAccount
from tests.fakes.line import FakeLine, running
from tests.towns import make_user


@pytest.fixture
def line(settings) -> Iterator[FakeLine]:
    """LINE itself, on the loopback; the program's addresses lead there."""
    fake = FakeLine()
    with running(fake) as address:
        settings.LINE_API_URL = settings.LINE_DATA_URL = address
        yield fake


def connect(line: FakeLine, *, monthly_limit: int = 300) -> LineAccount:
    """Set up the current town's account with this LINE, as the administrator does."""
    return save_line_account(
        channel_id="1650000000",
        channel_secret=line.channel_secret,
        access_token=line.access_token,
        basic_id="@testtown",
        monthly_limit=monthly_limit,
        by=make_user("line_admin", "town_admin"),
    )


@pytest.fixture
def line_account(town, line) -> LineAccount:
    """The test town speaks by LINE."""
    return connect(line)
