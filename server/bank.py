"""The composition root: the one place that joins settings, store, knowledge, models and the graph into a running bank."""

# pyright: reportMissingTypeStubs=false

import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.context import Principal, RunContext
from agent.decision import Decision
from server.auth.auth import Auth, build_auth
from server.keys import KeyRing
from server.next_steps import NextSteps
from server.settings import Settings
from server.store.account_store import SqlAccountStore
from server.store.audit import AuditChain
from server.store.board import BoardReader
from server.store.cipher import Cipher
from server.store.contacts import ContactStore
from server.store.database import Database
from server.store.desk import StoreDesk
from server.store.engine import open_engine
from server.store.history_reader import HistoryReader
from server.store.insights import InsightStore
from server.store.ledger_store import LedgerStore
from server.store.live_events import LiveEvents
from server.store.migrate import migrate
from server.store.neighbour_stress import NeighbourStress
from server.store.outgoing import OutgoingMessages
from server.store.plans import PlanStore
from server.store.proposals import ProposalStore
from server.store.recorder import StoreRecorder
from server.store.runs import RunStore
from server.store.set_aside import SetAside
from server.store.snapshot import SnapshotStore
from server.store.stress_record import StressRecord
from server.store.stress_scores import StressScores
from server.store.stress_states import StressStates
from server.store.suggestions import SuggestionLog
from server.store.threads import ThreadStore
from server.store.twins import TwinStore
from server.store.view import StoreView
from server.stress_reasons import StressReasons
from tools.compliance.pack import load_pack
from tools.compliance.rendering import RENDERING
from tools.errors import NotFoundError, UnavailableError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

    from agent.models.built_in import BuiltInModel
    from knowledge.catalogue import Catalogue
    from knowledge.retrieve import Retriever
    from server.messages.sender import Sender
    from server.store.model_watch import StoreModelWatch
    from server.stream.stream import Stream

WIRE_VERSION = "1.0"
DEMO_SOURCE = "demo"


def utc_now() -> datetime:
    """The clock of a running bank."""
    return datetime.now(UTC)


class Bank:
    """Everything a server or a command needs, made once. Heavy parts (models, index, graph) are made when first asked for."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = utc_now) -> None:
        """Opens nothing heavy: makes the home folder and the keys, and brings the schema up to date (with a backup first)."""
        self.settings, self.now = settings, now
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.keys = KeyRing(settings.keys_folder)
        engine = open_engine(settings.database_url)
        migrate(engine, settings.home / "backups")
        self.database = Database(engine)
        self.cipher = Cipher(self.database, self.keys)
        self.audit = AuditChain(self.database, self.cipher, self.keys, settings.home / "anchors.jsonl", now)
        self.accounts = SqlAccountStore(self.database, self.cipher)
        self.auth: Auth = build_auth(self.accounts, self.keys, settings, now=now, demo=lambda: self.is_demo)
        self.threads = ThreadStore(self.database, self.cipher, now)
        self.insights = InsightStore(self.database, now)
        self.live_events = LiveEvents(self.database, now)
        self.stress_scores = StressScores(self.database)
        self.neighbours = NeighbourStress(self.database, HistoryReader(self.database, self.cipher), self.stress_scores)
        self.set_aside = SetAside(self.database, self.cipher, now)
        self.reasons = StressReasons(self.database)
        self.next_steps = NextSteps(self.database, self.cipher)
        self.board = BoardReader(self.database, self.cipher)
        self.contacts = ContactStore(self.database, self.cipher, now)
        self.runs = RunStore(self.database, self.cipher, now)
        self.twins = TwinStore(self.database, self.cipher, now)
        self.plans = PlanStore(self.database, self.cipher, self.audit, now)
        self.proposals = ProposalStore(self.database, self.cipher, self.audit, now, lambda: self.catalogue.products)
        self.outgoing = OutgoingMessages(self.database, self.cipher, now)
        self.suggestions = SuggestionLog(self.database, self.cipher)
        self.recorder = StoreRecorder(self.database, self.cipher, self.audit, now)
        self._graph: CompiledStateGraph[Any, Any, Any, Any] | None = None
        self._saver: BaseCheckpointSaver[Any] | None = None
        self._warming = threading.Lock()

    @cached_property
    def snapshots(self) -> SnapshotStore:
        """The rows that queries run over."""
        from server.summarise import Summariser

        return SnapshotStore(self.database, HistoryReader(self.database, self.cipher), self.twins, Summariser(), self.stress)

    @cached_property
    def stress(self) -> StressRecord:
        """Activities and scores, by the model that this version ships."""
        from server.stream.scorer import ModelScorer
        from tools.stress.model.file import shipped_model

        return StressRecord(StressStates(), self.stress_scores, ModelScorer(shipped_model(), self.neighbours.of))

    def stream(self, today: Callable[[], date] | None = None) -> "Stream":
        """What takes events; `today` is the day after which nothing can have been booked, that of the bank's clock unless given."""
        from server.stream.stream import open_stream

        clock = today or (lambda: self.now().date())
        return open_stream(self.database, self.cipher, self.stress, self.snapshots, self.live_events, self.set_aside, clock)

    @cached_property
    def sender(self) -> "Sender":
        """What hands over the messages that people have approved."""
        from server.messages.messengers import messengers_of
        from server.messages.sender import Sender

        return Sender(self.outgoing, messengers_of(self.settings), self.now)

    @cached_property
    def ledger(self) -> LedgerStore:
        """Writes of the ledger."""
        return LedgerStore(self.database, self.cipher, self._refresh, self.now)

    def _refresh(self, customer_ids: Sequence[str], progress: Callable[[str, int], None]) -> None:
        """Refresh snapshots; what they are made of (twin, stress) is loaded only then."""
        self.snapshots.refresh(customer_ids, progress)
        self._look_around(sorted({one.partition(":")[0] for one in customer_ids}))

    def _look_around(self, sources: Sequence[str]) -> None:
        """Work out the stress around the customers of these sources where there is a legal basis; without one nothing of it is kept."""
        if self.settings.network_legal_basis is None:
            self.neighbours.forget()
            return
        for source in sources:
            self.neighbours.refresh(source)

    @cached_property
    def catalogue(self) -> "Catalogue":
        """Products and policies."""
        from knowledge.catalogue import load_catalogue

        return load_catalogue()

    @cached_property
    def retriever(self) -> "Retriever":
        """Search over the published passages."""
        from knowledge.embedding import default_encoder
        from knowledge.retrieve import open_retriever

        return open_retriever(self.settings.home / "index", self.catalogue, default_encoder(), self.settings.chroma_url)

    @cached_property
    def built_in_model(self) -> "BuiltInModel":
        """The deterministic model that needs no key and no network."""
        from agent.models.built_in import BuiltInModel

        return BuiltInModel()

    @cached_property
    def model(self) -> "BaseChatModel":
        """The configured model, or the built-in one."""
        settings = self.settings
        if settings.model is None:
            return self.built_in_model
        from agent.models.openai_compatible import openai_model

        key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
        return openai_model(settings.model, key, settings.openai_base_url, settings.model_timeout_seconds)

    @property
    def is_demo(self) -> bool:
        """Whether this bank's customers are the demo bank's."""
        return DEMO_SOURCE in self.business_dates()

    def business_dates(self) -> dict[str, date]:
        """The newest booking of each source."""
        return self.ledger.business_dates()

    def require_customers(self) -> None:
        """Raise UnavailableError (`no_bank`) when there is no bank to speak of yet."""
        if not self.business_dates():
            raise UnavailableError(
                "There is no bank here yet. Run `personaforge seed` for the demo bank, or `personaforge import` for your own data.",
                code="no_bank",
            )

    def require_customer(self, customer_id: str | None) -> None:
        """Raise NotFoundError when somebody is named (`source:number`) whom this bank does not have."""
        reader = HistoryReader(self.database, self.cipher)
        if customer_id is not None and next(reader.histories([customer_id]), None) is None:
            raise NotFoundError(f"There is no customer {customer_id} here. Write source and number, such as demo:1042.")

    def view(self, principal: Principal) -> StoreView:
        """What one principal may read."""
        return StoreView(self.database, self.cipher, principal, lambda: self.now().date())

    def model_watch(self, principal: Principal) -> "StoreModelWatch":
        """How the stress model does, for staff."""
        # Imported here: it brings what computes figures, which is loaded after the port is bound.
        from server.store.model_watch import StoreModelWatch
        from tools.stress.model.file import shipped_model

        return StoreModelWatch(self.database, self.cipher, principal, shipped_model, self.settings.network_legal_basis)

    def warm(self) -> None:
        """Make everything a first question needs. Called in a thread after the port is bound; twice at once is one warm-up."""
        with self._warming:
            self.retriever.search("warm up", audience="customer", jurisdiction=self.settings.jurisdiction, on=self.now().date(), k=1)
            from agent.toolbox import toolbox
            from tools.twin.simulate.noise import noise_bank

            toolbox()
            noise_bank(1, 16, 0, 0)
            self.built_in_model.warm_up()
            _ = self.model

    def catch_up(self) -> None:
        """Work out the figures of customers that have none: after an import that was broken off, or with those of an earlier version."""
        self.reasons.warm_up()
        behind = self.snapshots.behind()
        if behind:
            from server.store.ledger_store import no_progress

            self.snapshots.refresh(behind, no_progress)
        dates = self.business_dates()
        self._look_around(sorted(source for source, day in dates.items() if self.neighbours.as_of(source) != day))
        # What a stream that was stopped left to do: scores of the day, and summaries of those who were booked on.
        self.stream().settle(set(self.business_dates()), lambda: False)

    @asynccontextmanager
    async def conversation(self) -> AsyncGenerator[None]:
        """Open the graph with its memory; closed at the end."""
        from agent.graph import build_graph
        from server.checkpoints import open_checkpointer

        async with open_checkpointer(self.settings.database_url, self.keys) as saver:
            self._graph, self._saver = build_graph(saver), saver
            try:
                yield
            finally:
                self._graph = self._saver = None

    def context_for(self, principal: Principal, thread_id: str, run_id: str, text: str, decision: Decision | None = None) -> RunContext:
        """What one run may know and do."""
        return RunContext(
            principal=principal,
            view=self.view(principal),
            recorder=self.recorder,
            desk=StoreDesk(self.proposals, principal),
            watch=self.model_watch(principal),
            catalogue=self.catalogue,
            retriever=self.retriever,
            model=self.model,
            fallback=self.built_in_model,
            run_id=run_id,
            thread_id=thread_id,
            now=self.now,
            said=text,
            decision=decision,
            routing=self.settings.routing,
            model_name=self.settings.model or "built-in",
            model_timeout_seconds=self.settings.model_timeout_seconds,
            versions=self.versions(principal),
        )

    def versions(self, principal: Principal) -> dict[str, str]:
        """What is recorded with each turn, so that it can be replayed."""
        return {
            "wire": WIRE_VERSION,
            "rules": load_pack(principal.jurisdiction).version,
            "figures": RENDERING,
            "catalogue": self.catalogue.version,
            "model": self.settings.model or "built-in",
            **({"network_legal_basis": self.settings.network_legal_basis} if self.settings.network_legal_basis else {}),
        }

    async def run_messages(
        self, principal: Principal, thread_id: str, run_id: str, text: str, decision: Decision | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Run one turn, of a message or of an act, and yield what it tells. Raises UnavailableError when the conversation is not open."""
        import asyncio

        from agent.turn import run_turn

        if self._graph is None:
            raise UnavailableError("The assistant is still starting. Try again in a moment.", code="starting")
        context = await asyncio.to_thread(self.context_for, principal, thread_id, run_id, text, decision)
        async for message in run_turn(self._graph, context):
            yield message

    async def forget_thread(self, thread_id: str) -> None:
        """Remove a deleted thread's memory."""
        if self._saver is not None:
            await self._saver.adelete_thread(thread_id)
