"""What has to be paid whatever comes: commitments and repayments against income, and bills that come late."""

from collections.abc import Mapping

import numpy as np

from tools.stress.channel import WINDOW_DAYS, Channel
from tools.stress.families.arrivals import arrivals
from tools.stress.families.family import Family, Input, Post, Sort
from tools.stress.families.month import days_after
from tools.stress.families.settings import settings
from tools.stress.families.windows import MONTH, QUARTER, Floats, Windows, bounded, known_if, ratio

_MOST_PERCENT = 300.0


def _posts(sort: Sort) -> tuple[Post, ...]:
    if sort.failed or sort.incoming or sort.account == "card":
        return ()
    bill = (Post(Channel.UTILITIES_COUNT, 0, 1),) if sort.category in settings().utilities else ()
    if sort.group == "credit":
        return (Post(Channel.REPAID, -1), *bill)
    return (Post(Channel.COMMITMENTS, -1), *bill) if sort.group == "commitment" else bill


def _read(windows: Windows) -> Mapping[str, Floats]:
    owed, repaid = windows.total(Channel.COMMITMENTS, QUARTER), windows.total(Channel.REPAID, QUARTER)
    return {
        "commitments_to_income": _against_income(windows, owed + repaid),
        "repayments_to_income": _against_income(windows, repaid),
        **_bills(windows),
    }


def _against_income(windows: Windows, paid: Floats) -> Floats:
    """Percent of the income of the same days; the most where there was none to pay it from, 0 where nothing was paid."""
    share = np.where(windows.income > 0, 100 * ratio(paid, windows.income), np.where(paid > 0, _MOST_PERCENT, 0.0))
    return known_if(bounded(share, 0.0, _MOST_PERCENT), windows.reaches(MONTH))


def _bills(windows: Windows) -> Mapping[str, Floats]:
    """Utility bills later than the usual gap; before there is a rhythm, days after the day of the month in the settings."""
    chosen = settings()
    paid = arrivals(windows.days(Channel.UTILITIES_COUNT) > 0)
    fixed = days_after(windows, paid, chosen.utilities_after_day, chosen.utilities_latest_days)
    late = bounded(paid.days_late(chosen.utilities_latest_days), 0.0, WINDOW_DAYS)
    return {
        "late_utility": np.where(np.isfinite(paid.usual_gap), late, fixed),
        "late_utilities_lately": paid.late_lately(chosen.utilities_grace_days),
    }


FAMILY = Family(
    name="commitments",
    posts=_posts,
    inputs=(
        Input(name="commitments_to_income", family="commitments", direction=1, enough=35, unit="percent", remedy="lower_commitments"),
        Input(name="repayments_to_income", family="commitments", direction=1, enough=10, unit="percent", remedy="lower_commitments"),
        Input(name="late_utility", family="commitments", direction=1, enough=3, unit="days", remedy="pay_utilities_on_time"),
        Input(name="late_utilities_lately", family="commitments", direction=1, unit="count", remedy="pay_utilities_on_time"),
    ),
    read=_read,
)
