"""What each person wants to be told unasked, and what they have dismissed: scoped by whose it is, in every query."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator
from sqlalchemy import delete, insert, select

from agent.context import Principal
from server.store.database import Access, Database
from server.store.tables.insight import DISMISSALS, INSIGHT_SETTINGS
from tools.errors import UsageError
from tools.product import Jurisdiction
from tools.twin.insight.insight import KINDS, InsightKind, is_insight_key
from tools.value import Value

#: Older dismissals are forgotten: their situations have passed.
MOST_DISMISSALS = 500
#: The clock on the wall of whoever has set no zone.
HOME_ZONES: dict[Jurisdiction, str] = {"uk": "Europe/London", "eu": "Europe/Berlin", "us": "America/New_York", "in": "Asia/Kolkata"}


class InsightSettings(Value):
    """Which kinds of insight somebody wants, and when.

    Attributes:
        off: kinds that are not told.
        quiet_from, quiet_to: local hours between which nothing is told, the first one included; both or none. They may pass midnight.
        zone: IANA name of the zone whose hours they are.
    """

    off: tuple[InsightKind, ...] = ()
    quiet_from: int | None = Field(default=None, ge=0, le=23)
    quiet_to: int | None = Field(default=None, ge=0, le=23)
    zone: str = Field(default="Europe/London", max_length=60)

    @field_validator("off")
    @classmethod
    def _in_order(cls, off: tuple[InsightKind, ...]) -> tuple[InsightKind, ...]:
        return tuple(kind for kind in KINDS if kind in off)

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        if zone not in _zones():
            raise ValueError("is no time zone. Give a name such as Europe/London")
        return zone

    @model_validator(mode="after")
    def _both_or_none(self) -> "InsightSettings":
        if (self.quiet_from is None) != (self.quiet_to is None) or (self.quiet_from is not None and self.quiet_from == self.quiet_to):
            raise ValueError("quiet hours need a first and a last hour that differ. Give both, or neither")
        return self

    def held_back_until(self, now: datetime) -> datetime | None:
        """The end of the quiet hours that `now` lies in, in UTC; None outside of them."""
        if self.quiet_from is None or self.quiet_to is None:
            return None
        local = now.astimezone(ZoneInfo(self.zone))
        since_start = (local.hour - self.quiet_from) % 24
        if since_start >= (self.quiet_to - self.quiet_from) % 24:
            return None
        tomorrow = self.quiet_to <= local.hour
        end = local.replace(hour=self.quiet_to, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=tomorrow)
        return end.astimezone(UTC)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def home_settings(jurisdiction: Jurisdiction) -> InsightSettings:
    """The settings of somebody who has set nothing: everything is told at any hour."""
    return InsightSettings(zone=HOME_ZONES[jurisdiction])


class InsightStore:
    """Dismissals and settings of the people who sign in. Every method is scoped by the subject."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def dismissed(self, subject: str) -> frozenset[str]:
        """Keys of the insights that this person does not want to see."""
        with self._database.reading(Access(subject=subject)) as connection:
            return frozenset(connection.scalars(select(DISMISSALS.c.key).where(DISMISSALS.c.subject == subject)))

    def dismiss(self, subject: str, key: str) -> None:
        """Do not show an insight to this person again; again is in order.

        Raises:
            UsageError: (`bad_insight_key`) what has not the form of a key.
        """
        _require_key(key)
        mine = DISMISSALS.c.subject == subject
        with self._database.writing(Access(subject=subject)) as connection:
            connection.execute(delete(DISMISSALS).where(mine, DISMISSALS.c.key == key))
            connection.execute(insert(DISMISSALS).values(subject=subject, key=key, at=self._clock()))
            newest = select(DISMISSALS.c.key).where(mine).order_by(DISMISSALS.c.at.desc(), DISMISSALS.c.key).limit(MOST_DISMISSALS)
            kept = list(connection.scalars(newest))
            connection.execute(delete(DISMISSALS).where(mine, DISMISSALS.c.key.not_in(kept)))

    def undo(self, subject: str, key: str) -> None:
        """Show it again; for one that was not dismissed nothing changes. Raises as `dismiss`."""
        _require_key(key)
        with self._database.writing(Access(subject=subject)) as connection:
            connection.execute(delete(DISMISSALS).where(DISMISSALS.c.subject == subject, DISMISSALS.c.key == key))

    def settings(self, subject: str, default: InsightSettings) -> InsightSettings:
        """What this person has chosen; `default` for somebody who has chosen nothing yet."""
        with self._database.reading(Access(subject=subject)) as connection:
            row = connection.execute(select(INSIGHT_SETTINGS).where(INSIGHT_SETTINGS.c.subject == subject)).one_or_none()
        if row is None:
            return default
        # A kind that a later version has dropped is no reason to lose the rest.
        off = tuple(kind for kind in KINDS if kind in row.off.split())
        return InsightSettings.model_validate({"off": off, "quiet_from": row.quiet_from, "quiet_to": row.quiet_to, "zone": row.zone})

    def wanted(self, principal: Principal, kinds: Collection[str], now: datetime) -> frozenset[str]:
        """Which of these kinds this person wants to be told at this moment: none in the own quiet hours."""
        chosen = self.settings(principal.subject, home_settings(principal.jurisdiction))
        return frozenset() if chosen.held_back_until(now) else frozenset(kinds) - frozenset[str](chosen.off)

    def set_settings(self, subject: str, chosen: InsightSettings) -> None:
        """Keep what this person chooses."""
        values = {"off": " ".join(chosen.off), "quiet_from": chosen.quiet_from, "quiet_to": chosen.quiet_to, "zone": chosen.zone}
        with self._database.writing(Access(subject=subject)) as connection:
            connection.execute(delete(INSIGHT_SETTINGS).where(INSIGHT_SETTINGS.c.subject == subject))
            connection.execute(insert(INSIGHT_SETTINGS).values(subject=subject, **values))


def _require_key(key: str) -> None:
    if not is_insight_key(key):
        raise UsageError("That is no insight that can be dismissed. Use the key that it came with.", code="bad_insight_key")
