"""The wire: the frames of the socket, as pydantic models. `server/types_file.py` makes the web's types of them.

One JSON object per text frame. Event `i` of an `events` frame has number `seq + i`; numbers of a run start at 1 and have no holes.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from agent.contact import LONGEST_TEXT
from agent.context import Role
from agent.decision import Act, Decision
from agent.shown_driver import InputUnit
from server.store.live_events import LiveKind
from tools.errors import UsageError
from tools.ledger.query import Band

VERSION = "1.0"
#: Largest frame a client may send, in bytes; a message of 4,000 characters fits many times over.
LARGEST_FRAME = 64 * 1024
CLIENT_OPS = ("hello", "run", "attach", "cancel", "ping", "watch")

#: Event dicts are built by hand, because making models of them costs three times as much; tests hold them against `event_types`.
Event = dict[str, Any]

Id = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$")]


class Frame(BaseModel):
    """A part of the wire: frozen, closed to unknown fields, camelCase outside."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)


class ResumePoint(Frame):
    """A run that the client still follows, and the number of the last event it has."""

    run_id: Id
    after: int = Field(ge=0)


class UserMessage(Frame):
    """What the person wrote."""

    id: str = Field(max_length=100)
    role: Literal["user"]
    content: str


class ResumePayload(Frame):
    """What belongs to an act: the key that makes a repeat harmless, why it was declined, what was changed before approving."""

    key: Id
    reason: str | None = Field(default=None, max_length=400)
    amount: Annotated[str, StringConstraints(max_length=20, pattern=r"^\d+(\.\d+)?$")] | None = None
    by: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)] | None = None


class Resume(Frame):
    """The person's act about one proposal. Only this decides; the words of a message never do."""

    interrupt_id: Id
    status: Act
    payload: ResumePayload

    def decision(self) -> Decision:
        """The act as the conversation takes it.

        Raises:
            UsageError: (`bad_request`) an amount or a day that is none.
        """
        given = self.payload
        try:
            return Decision(
                proposal=self.interrupt_id,
                status=self.status,
                key=given.key,
                reason=given.reason or "",
                amount=None if given.amount is None else Decimal(given.amount),
                by=None if given.by is None else date.fromisoformat(given.by),
                text=given.text,
            )
        except ValueError:
            raise UsageError("The amount or the day is none. Give an amount above 0 and a day that exists.", code="bad_request") from None


class RunInput(Frame):
    """AG-UI's RunAgentInput as our client sends it: the thread's earlier messages are the server's own business.

    With `resume` the run carries out an act about a proposal, and the message only names it.
    """

    thread_id: Id
    run_id: Id
    messages: tuple[UserMessage, ...] = Field(min_length=1, max_length=1)
    state: dict[str, Any]
    tools: tuple[Any, ...]
    context: tuple[Any, ...]
    forwarded_props: dict[str, Any]
    resume: tuple[Resume, ...] = Field(default=(), max_length=1)


class Hello(Frame):
    """The first frame: a one-use ticket of POST /auth/ticket, and the runs to follow from where the client was."""

    op: Literal["hello"]
    ticket: str = Field(max_length=200)
    proto: str = Field(max_length=20)
    resume: tuple[ResumePoint, ...] = Field(max_length=50)


class Run(Frame):
    """Ask. The same run id again attaches to the run instead."""

    op: Literal["run"]
    input: RunInput


class Attach(Frame):
    """Follow a run of one's own behind event `after`."""

    op: Literal["attach"]
    run_id: Id
    after: int = Field(ge=0)


class Cancel(Frame):
    """Stop a run of one's own. Closing the socket does not."""

    op: Literal["cancel"]
    run_id: Id


class Ping(Frame):
    """Is somebody there? `t` comes back."""

    op: Literal["ping"]
    t: int


class Watch(Frame):
    """Hear what changes about one's clients, behind change number `after`, or from now on. For relationship managers and staff."""

    op: Literal["watch"]
    after: int | None = Field(default=None, ge=0)


AnyClientFrame = Hello | Run | Attach | Cancel | Ping | Watch
ClientFrame = Annotated[AnyClientFrame, Field(discriminator="op")]


class Person(Frame):
    """Who the socket belongs to."""

    login: str
    name: str
    role: Role


class Ready(Frame):
    """Answer to hello."""

    op: Literal["ready"] = "ready"
    proto: str
    principal: Person


class Events(Frame):
    """Events of a run from number `seq` on."""

    op: Literal["events"] = "events"
    run_id: str
    seq: int
    events: tuple[Event, ...]


class Gap(Frame):
    """The events before number `from` are gone for good, because the store no longer has them."""

    op: Literal["gap"] = "gap"
    run_id: str
    from_: int = Field(serialization_alias="from")


class Pong(Frame):
    """Answer to ping."""

    op: Literal["pong"] = "pong"
    t: int


class Failure(Frame):
    """What went wrong: a stable code and a sentence with its remedy."""

    op: Literal["error"] = "error"
    code: str
    message: str
    run_id: str | None = None


class NewsDriver(Frame):
    """One reason of a score: the customer's own value of it and the words that follow the value."""

    words: str
    value: float | None = None
    unit: InputUnit


class NewsItem(Frame):
    """What changed about one client of the own book: from where to where, when (`at`), and why. `insight` is the kind of one."""

    id: int
    customer_id: str
    ref: str
    name: str
    kind: LiveKind
    as_of: date
    score: float | None = None
    band: Band
    score_before: float | None = None
    band_before: Band
    drivers: tuple[NewsDriver, ...] = ()
    insight: str | None = None
    at: datetime


class NewsBands(Frame):
    """How many clients of one source are in each band now: of the own book, for staff of the whole bank."""

    source: str
    as_of: date
    healthy: int
    watchlist: int
    critical: int
    too_short: int


class News(Frame):
    """Everything up to change number `last`, each once. With `gap` older changes are not told: load the board again.

    The first one answers `watch`. Of several changes of one client that were waiting, only where they began and ended is told.
    """

    op: Literal["news"] = "news"
    last: int
    items: tuple[NewsItem, ...] = ()
    bands: tuple[NewsBands, ...] | None = None
    gap: bool = False


ServerFrame = Ready | Events | Gap | Pong | Failure | News

_CLIENT: TypeAdapter[AnyClientFrame] = TypeAdapter(ClientFrame)
_ACCEPTED = "hello, run, attach, cancel, ping and watch"


def read_frame(text: str) -> AnyClientFrame:
    """A client's frame. Raises UsageError (`bad_frame`) that says what is wrong and never repeats the value."""
    try:
        given: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _bad("The frame is no valid JSON. Send one JSON object per frame.") from None
    if not isinstance(given, dict):
        raise _bad("The frame is no JSON object. Send one JSON object per frame.")
    op = cast("dict[str, Any]", given).get("op")
    if op not in CLIENT_OPS:
        raise _bad(f"The frame has no known `op`. Accepted are {_ACCEPTED}.")
    try:
        # As JSON, so that lists are tuples and nothing else is bent into shape.
        return _CLIENT.validate_json(text, strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"][1:]) or "frame"
        raise _bad(
            f"The field {field} of `{op}` does not hold: {first['msg'][:1].lower()}{first['msg'][1:]}. Correct it and send it again."
        ) from None


def frame_text(frame: Ready | Gap | Pong | Failure | News) -> str:
    """A frame as sent: absent instead of null."""
    return frame.model_dump_json(by_alias=True, exclude_none=True)


def events_text(run_id: str, seq: int, events: list[Event]) -> str:
    """An `events` frame as sent."""
    return orjson.dumps({"op": "events", "runId": run_id, "seq": seq, "events": events}).decode()


def _bad(message: str) -> UsageError:
    return UsageError(message, code="bad_frame")
