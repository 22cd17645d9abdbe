"""Exposure to lending apps and gambling, and money from others that is at once passed on."""

from collections.abc import Mapping

import numpy as np

from tools.stress.channel import WINDOW_DAYS, Channel
from tools.stress.families.family import Family, Input, Post, Sort
from tools.stress.families.settings import settings
from tools.stress.families.windows import QUARTER, Floats, Windows, bounded, known_if, ratio

_SENT = {"transfer_out", "cash", "crypto"}


def _posts(sort: Sort) -> tuple[Post, ...]:
    if sort.failed:
        return ()
    if sort.category == "lending_apps":
        return (Post(Channel.LENDING_COUNT, 0, 1), *((Post(Channel.BORROWED, 1),) if sort.incoming else ()))
    if sort.incoming:
        return (Post(Channel.RECEIVED, 1),) if sort.category == "transfer_in" and sort.account != "card" else ()
    gambled = (Post(Channel.GAMBLING, -1), Post(Channel.GAMBLING_COUNT, 0, 1)) if sort.category == "gambling" else ()
    sent = (Post(Channel.SENT, -1),) if sort.category in _SENT else ()
    return (*gambled, *sent)


def _read(windows: Windows) -> Mapping[str, Floats]:
    seen = windows.reaches(1)
    return {
        "lending_app_uses": known_if(windows.total(Channel.LENDING_COUNT, settings().lending_days), seen),
        "lending_apps_lately": known_if(windows.lately(Channel.LENDING_COUNT), seen),
        "borrowed_share": bounded(100 * ratio(windows.total(Channel.BORROWED, QUARTER), windows.income), 0.0, 300.0),
        "gambling_share": bounded(100 * ratio(windows.total(Channel.GAMBLING, QUARTER), windows.income), 0.0, 300.0),
        "gambling_lately": known_if(windows.lately(Channel.GAMBLING_COUNT), seen),
        "passed_on": _passed_on(windows),
    }


def _passed_on(windows: Windows) -> Floats:
    """Percent of the money received from others that left again within two days: at most what was sent then, and in all."""
    days, within = settings().passing_window_days, settings().passing_days
    received = windows.days(Channel.RECEIVED)[:, WINDOW_DAYS - days :]
    sent = np.concatenate((windows.days(Channel.SENT)[:, WINDOW_DAYS - days :], np.zeros((len(received), within))), axis=1)
    soon = sum((sent[:, ahead : ahead + days] for ahead in range(within + 1)), start=np.zeros_like(received))
    matched = np.minimum(np.minimum(received, soon).sum(axis=1), sent.sum(axis=1))
    whole = received.sum(axis=1)
    return known_if(np.where(whole > 0, bounded(100 * ratio(matched, whole), 0.0, 100.0), 0.0), windows.reaches(1))


FAMILY = Family(
    name="exposure",
    posts=_posts,
    inputs=(
        Input(name="lending_app_uses", family="exposure", direction=1, unit="count", remedy="use_no_lending_apps"),
        Input(name="lending_apps_lately", family="exposure", direction=1, unit="count", remedy="use_no_lending_apps"),
        Input(name="borrowed_share", family="exposure", direction=1, unit="percent", remedy="use_no_lending_apps"),
        Input(name="gambling_share", family="exposure", direction=1, unit="percent", remedy="gamble_less"),
        Input(name="gambling_lately", family="exposure", direction=1, unit="count", remedy="gamble_less"),
        Input(name="passed_on", family="exposure", direction=1, unit="percent"),
    ),
    read=_read,
)
