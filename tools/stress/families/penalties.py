"""What the bank has charged or refused: debits that failed, penalty interest, overdraft interest, fees."""

from collections.abc import Mapping

from tools.stress.channel import WINDOW_DAYS, Channel
from tools.stress.families.family import Family, Input, Post, Sort
from tools.stress.families.settings import settings
from tools.stress.families.windows import QUARTER, Floats, Windows, bounded, known_if, ratio


def _posts(sort: Sort) -> tuple[Post, ...]:
    if sort.incoming:
        return ()
    if sort.failed:
        return (Post(Channel.FAILED_COUNT, 0, 1),)
    fee = (Post(Channel.FEES, -1),) if sort.group == "fees" else ()
    penalty = (Post(Channel.PENALTIES_COUNT, 0, 1),) if sort.category == "penalty_interest" else ()
    interest = (Post(Channel.OVERDRAFT_INTEREST_COUNT, 0, 1),) if sort.category == "overdraft_interest" else ()
    return (*fee, *penalty, *interest)


def _read(windows: Windows) -> Mapping[str, Floats]:
    seen = windows.reaches(1)
    fees = 100 * ratio(windows.total(Channel.FEES, QUARTER), windows.total(Channel.SPENDING, QUARTER))
    return {
        "failed_debits": known_if(windows.total(Channel.FAILED_COUNT, settings().failed_days), seen),
        "failed_debits_lately": known_if(windows.lately(Channel.FAILED_COUNT), seen),
        "penalty_interest": known_if(windows.total(Channel.PENALTIES_COUNT, QUARTER), seen),
        "penalty_interest_184d": known_if(windows.total(Channel.PENALTIES_COUNT, WINDOW_DAYS), seen),
        "penalties_lately": known_if(windows.lately(Channel.PENALTIES_COUNT), seen),
        "overdraft_interest": known_if(windows.total(Channel.OVERDRAFT_INTEREST_COUNT, QUARTER), seen),
        "fees_share": bounded(fees, 0.0, 100.0),
    }


FAMILY = Family(
    name="penalties",
    posts=_posts,
    inputs=(
        Input(name="failed_debits", family="penalties", direction=1, unit="count", remedy="cover_debits_on_due_day"),
        Input(name="failed_debits_lately", family="penalties", direction=1, unit="count", remedy="cover_debits_on_due_day"),
        Input(name="penalty_interest", family="penalties", direction=1, unit="count", remedy="stay_above_zero"),
        Input(name="penalty_interest_184d", family="penalties", direction=1, unit="count", remedy="stay_above_zero"),
        Input(name="penalties_lately", family="penalties", direction=1, unit="count", remedy="stay_above_zero"),
        Input(name="overdraft_interest", family="penalties", direction=1, unit="count", remedy="stay_above_zero"),
        Input(name="fees_share", family="penalties", direction=1, unit="percent", remedy="stay_above_zero"),
    ),
    read=_read,
)
