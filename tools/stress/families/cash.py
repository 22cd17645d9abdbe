"""Cash taken out, and what is spent on wishes: shares of what comes in and goes out."""

from collections.abc import Mapping

from tools.stress.channel import Channel
from tools.stress.families.family import Family, Input, Post, Sort
from tools.stress.families.settings import settings
from tools.stress.families.windows import MONTH, QUARTER, Floats, Windows, bounded, known_if, ratio


def _posts(sort: Sort) -> tuple[Post, ...]:
    if sort.failed or sort.incoming:
        return ()
    wish = (Post(Channel.WISHES, -1),) if sort.category in settings().wishes else ()
    cash = (Post(Channel.CASH, -1), Post(Channel.CASH_COUNT, 0, 1)) if sort.category == "cash" else ()
    return (*wish, *cash)


def _read(windows: Windows) -> Mapping[str, Floats]:
    wishes, cash = settings().wishes_days, settings().cash_days
    before = windows.total(Channel.CASH, QUARTER, MONTH) / (QUARTER / MONTH)
    growth = bounded(100 * ratio(windows.total(Channel.CASH, MONTH), before) - 100, 0.0, 300.0)
    wished = 100 * ratio(windows.total(Channel.WISHES, wishes), windows.total(Channel.INCOME, wishes))
    return {
        "discretionary_share": bounded(wished, 0.0, 300.0),
        "cash_share": bounded(100 * ratio(windows.total(Channel.CASH, cash), windows.total(Channel.SPENDING, cash)), 0.0, 100.0),
        "cash_withdrawals_lately": known_if(windows.lately(Channel.CASH_COUNT), windows.reaches(1)),
        "cash_growth": known_if(growth, windows.reaches(MONTH + QUARTER)),
    }


FAMILY = Family(
    name="cash",
    posts=_posts,
    inputs=(
        Input(name="discretionary_share", family="cash", direction=1, enough=20, unit="percent", remedy="spend_less_on_wishes"),
        Input(name="cash_share", family="cash", direction=1, enough=15, unit="percent", remedy="take_less_cash"),
        Input(name="cash_withdrawals_lately", family="cash", direction=1, unit="count", remedy="take_less_cash"),
        Input(name="cash_growth", family="cash", direction=1, unit="percent", remedy="take_less_cash"),
    ),
    read=_read,
)
