"""Which events of a batch can be booked, and why the others cannot: each of those goes aside alone, with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from server.store.known_accounts import KnownAccount
from server.store.set_aside import NewSetAside, SetAsideCode
from server.stream.message import UnreadableEventError, decode
from tools.ledger.transaction import Transaction

#: What is older than this was written by a clock that had not been set.
_FIRST_DAY = date(1970, 1, 1)
_NO_SUCH = "No account of this number is known in this source. Import the account, then send the event again."
_OTHER_CURRENCY = "The account is not kept in this currency. Send the amount in the account's currency."
_LATER = "The booking date lies in the future. Correct the date, or send the event on that day."
_EARLIER = "The booking date lies before the account was opened. Correct the date, or import the account with its earlier beginning."
_DIFFERS = "An event of this id was booked with other content, which stays. Send a correction under an id of its own."
_ERASED = "The customer was erased at their own request, so nothing of them is kept. Nothing can be done."


@dataclass(frozen=True, slots=True)
class Read:
    """One event that can be read, with the bytes that it came as."""

    transaction: Transaction
    body: bytes

    def aside(self, code: SetAsideCode, reason: str, subject: str | None = None) -> NewSetAside:
        """The event as one that is not taken; `subject` is the customer it speaks of, as far as known."""
        text = self.body.decode("utf-8", "replace")
        event = NewSetAside(source=self.transaction.source, event_id=self.transaction.external_id, code=code, reason=reason, text=text)
        return event if subject is None else event.model_copy(update={"subject": subject})


@dataclass(slots=True)
class Sifted:
    """The events of a batch: what was read, and what is set aside."""

    read: list[Read] = field(default_factory=list[Read])
    aside: list[NewSetAside] = field(default_factory=list[NewSetAside])


def read_bodies(bodies: Sequence[bytes]) -> Sifted:
    """Read each event of a batch."""
    found = Sifted()
    for body in bodies:
        try:
            found.read.append(Read(decode(body), body))
        except UnreadableEventError as error:
            text = body.decode("utf-8", "replace")
            found.aside.append(NewSetAside(source=error.source, event_id=error.event_id, code="unreadable", reason=str(error), text=text))
    return found


def refusal(read: Read, account: KnownAccount | None, today: date) -> NewSetAside | None:
    """Why an event cannot be booked on its account; None when it can. `today` is the day on the wall's calendar."""
    transaction = read.transaction
    if account is None:
        return read.aside("unknown_account", _NO_SUCH)
    if transaction.currency != account.currency:
        return read.aside("wrong_currency", _OTHER_CURRENCY, account.owner)
    if transaction.booked_on > today:
        return read.aside("future_date", _LATER, account.owner)
    if transaction.booked_on < max(account.opened_on, _FIRST_DAY):
        return read.aside("ancient_date", _EARLIER, account.owner)
    return None


def differing(read: Read, owner: str) -> NewSetAside:
    """An event whose id is known with other content."""
    return read.aside("differs", _DIFFERS, owner)


def of_erased(read: Read) -> NewSetAside:
    """An event of a customer who was erased: only that there was one."""
    return read.aside("erased", _ERASED).model_copy(update={"text": ""})
