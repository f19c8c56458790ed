"""วันหยุดราชการ: the public holidays that a town's own table of days off begins with.

Source: the `holidays` package, which follows the Royal Gazette and the resolutions of the Cabinet year by
year. Its categories PUBLIC and GOVERNMENT together are the days on which offices of the state are closed,
the days in lieu included, less the two below. What is announced late is not in it: วันพืชมงคล of a year to
come, the Cabinet's extra days, a province's own days. The town adds those to its table on the screen, and
the table alone is what deadlines look at.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

# Children's Day always falls on a Saturday; Labour Day is a day off for banks and companies, not for the state.
NOT_OF_THE_STATE: Final = ("วันเด็กแห่งชาติ", "วันแรงงานแห่งชาติ", "ชดเชยวันแรงงานแห่งชาติ")


def thai_public_holidays(years: Iterable[int]) -> dict[dt.date, str]:
    """Return the days off of the state in these years (ค.ศ.), in order, each with its Thai name."""
    # The package takes half a second to load: only the screen that fills a year's table asks for it.
    from holidays import GOVERNMENT, PUBLIC
    from holidays.countries.thailand import Thailand

    thailand: Any = Thailand
    listed: dict[dt.date, str] = thailand(years=list(years), language="th", categories=(PUBLIC, GOVERNMENT))
    named = {day: _names_of_state(names) for day, names in sorted(listed.items())}
    return {day: name for day, name in named.items() if name}


def _names_of_state(names: str) -> str:
    return "; ".join(name for name in names.split("; ") if name not in NOT_OF_THE_STATE)
