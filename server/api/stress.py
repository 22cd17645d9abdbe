"""Stress of clients for managers: one client in depth, the board, the log of contacts; for staff the numbers and what was set aside."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from agent.context import ClientName, Principal, View
from agent.shown_driver import ShownDriver
from server.api.bank import ChatBank, bank_of
from server.api.customers import client_of
from server.auth.principal import require_role
from server.board import MOST_TASKS, Board, BoardTeller
from server.protocol import Id
from server.store.contacts import Contact, ContactAction, GivenContact, GivenOutcome
from server.store.set_aside import SetAsideCode
from tools.ledger.query import Band
from tools.value import Value

_Manager = Annotated[Principal, Depends(require_role("rm"))]
_Staff = Annotated[Principal, Depends(require_role("staff"))]
_Either = Annotated[Principal, Depends(require_role("rm", "staff"))]
_Bank = Annotated[ChatBank, Depends(bank_of)]
_Text = Annotated[str, Path(max_length=100)]
_Days = Annotated[int, Query(ge=1, le=365)]
_Tasks = Annotated[int, Query(ge=1, le=200)]

HISTORY_DAYS = 180
_TRANSACTIONS = 20
_LONGEST_NOTE = 500


class ScorePoint(Value):
    """The score on one day."""

    as_of: date
    score: float | None
    band: Band


class BookedLine(Value):
    """One booking; text comes from outside. Money in minor units of `currency`, outgoings negative."""

    booked_on: date
    description: str
    category: str
    amount_minor: int
    currency: str
    status: Literal["booked", "failed"]


class ClientStress(Value):
    """How strained one client is, why, how that came, and the newest bookings.

    Attributes:
        probability: calibrated probability behind the score; None where it was not kept.
        history: stored scores of 180 days, oldest first.
        transactions: the last 20, the newest first.
    """

    customer_id: str
    ref: str
    name: str
    as_of: date
    score: float | None
    band: Band
    probability: float | None
    model: str | None
    drivers: tuple[ShownDriver, ...]
    history: tuple[ScorePoint, ...]
    contacts: tuple[Contact, ...]
    transactions: tuple[BookedLine, ...]


class ContactInput(Value):
    """What came of a contact with a client of your book. `key` is of your making: the same one again changes nothing.

    Without `happened_on` it was today.
    """

    key: Id
    ref: str = Field(max_length=100)
    action: ContactAction
    outcome: GivenOutcome
    happened_on: date | None = None
    follow_up_on: date | None = None
    note: str = Field(default="", max_length=_LONGEST_NOTE)


class SetAsideLine(Value):
    """An event that was not taken. Its content is not shown: it speaks of customers."""

    id: int
    source: str
    event_id: str
    code: SetAsideCode
    reason: str
    at: datetime


class SetAsideAnswer(Value):
    """How many events were set aside by code, and the newest of them."""

    counts: dict[str, int]
    events: tuple[SetAsideLine, ...]


def stress_router() -> APIRouter:
    """The endpoints about stress. They need `app.state.auth` and `bank`."""
    router = APIRouter(tags=["stress"])

    @router.get("/customers/{ref}/stress")
    def of_client(ref: _Text, who: _Manager, bank: _Bank) -> ClientStress:
        """Score, drivers, history and the last 20 bookings of one client of your book."""
        view = bank.view(who)
        return _client_stress(view, client_of(view, ref), bank)

    @router.get("/stress/board")
    def board(who: _Either, bank: _Bank, days: _Days = 30, tasks: _Tasks = MOST_TASKS) -> Board:
        """Bands, movers of the last days, today's list and the log of contacts of your book; for staff how many are in each band."""
        return BoardTeller(bank.view(who), bank, bank.now()).board(days, tasks)

    @router.get("/stress/set-aside")
    def set_aside(who: _Staff, bank: _Bank, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> SetAsideAnswer:  # noqa: ARG001 (who: only for staff)
        """Events of the stream that could not be taken, counted, and the newest of them with their reasons."""
        shown = {"id", "source", "event_id", "code", "reason", "at"}
        events = tuple(SetAsideLine(**event.model_dump(include=shown)) for event in bank.set_aside.list(limit))
        return SetAsideAnswer(counts=bank.set_aside.counts(), events=events)

    _add_contacts(router)
    return router


def _add_contacts(router: APIRouter) -> None:
    @router.post("/stress/contacts")
    def log(given: ContactInput, who: _Manager, bank: _Bank) -> Contact:
        """Log what came of a contact, and when to come back to it."""
        client = client_of(bank.view(who), given.ref)
        told = given.model_dump(exclude={"ref", "happened_on"})
        happened_on = given.happened_on or bank.now().date()
        return bank.contacts.log(who, client.customer_id, GivenContact(happened_on=happened_on, **told))

    @router.delete("/stress/contacts/{key}", status_code=204)
    def take_back(key: _Text, who: _Manager, bank: _Bank) -> None:
        """Take back what you logged."""
        bank.contacts.take_back(who, key)


def _client_stress(view: View, client: ClientName, bank: ChatBank) -> ClientStress:
    row, scores = view.snapshot(client.customer_id), bank.stress_scores.history(client.customer_id, HISTORY_DAYS)
    newest = scores[-1] if scores else None
    bookings = sorted(view.client_history(client.customer_id).transactions, key=lambda move: (move.booked_on, move.id), reverse=True)
    return ClientStress(
        customer_id=client.customer_id,
        ref=client.ref,
        name=client.name,
        as_of=row.as_of,
        score=row.stress_score,
        band=row.stress_band,
        probability=newest.probability if newest and newest.as_of == row.as_of else None,
        model=newest.model if newest else None,
        drivers=bank.reasons.of(view.principal, (row,)).get(client.customer_id, ()),
        history=tuple(ScorePoint(as_of=day.as_of, score=day.score, band=day.band) for day in scores),
        contacts=bank.contacts.of_clients(view.principal, (client.customer_id,)),
        transactions=tuple(
            BookedLine(
                booked_on=move.booked_on,
                description=move.description,
                category=move.category,
                amount_minor=move.amount_minor,
                currency=move.currency,
                status=move.status,
            )
            for move in bookings[:_TRANSACTIONS]
        ),
    )
