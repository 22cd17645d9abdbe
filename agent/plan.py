"""A plan: which specialist makes which calls, made before any tool has run (invariant I4)."""

from typing import Any

from tools.value import Value

#: Why the built-in model planned when another one answered and nothing of it could be used.
UNUSABLE_PLAN = "unusable_plan"
MAX_TASKS = 3
MAX_CALLS = 6


class PlannedCall(Value):
    """One call as planned: a tool of this role and its arguments, already validated against the tool's schema.

    `shown` are the arguments as the person may see them while the call runs, where these differ (see `agent.own_arguments`).
    """

    id: str
    name: str
    arguments: dict[str, Any]
    shown: dict[str, Any] | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What is told of the arguments."""
        return self.arguments if self.shown is None else self.shown


class Task(Value):
    """Calls of one specialist in one wave; wave 2 starts when wave 1 is done."""

    specialist: str
    calls: tuple[PlannedCall, ...]
    wave: int = 1


class Plan(Value):
    """What the supervisor decided.

    Exactly one of these holds: `tasks` (work to do), or `act` (`small_talk`, `out_of_scope`, `ask`, `not_understood`, or `said` for
    words of a model that chose no tool, in `words`).

    Attributes:
        missed: parts of the message, in the person's words, that no call answers.
        dropped: names of calls the model asked for and may not make; they were not run.
        model: who planned; `fell_back` why the built-in one had to.
    """

    tasks: tuple[Task, ...] = ()
    act: str | None = None
    words: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    model: str = "built-in"
    fell_back: str | None = None

    @property
    def waves(self) -> int:
        """How many waves there are."""
        return max((task.wave for task in self.tasks), default=0)


class Frame(Value):
    """A call made in an earlier turn, for follow-ups ("and if it were 10k?", "what about Anna?")."""

    name: str
    arguments: dict[str, Any]


class PastTurn(Value):
    """An earlier turn as a planner may see it: the person's words and what was called, no results."""

    text: str
    frames: tuple[Frame, ...] = ()
