"""A row of the toolbox: one tool as the conversation may use it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from agent.context import Role
from agent.finding import Finding
from tools.ledger.history import History

Effect = Literal["read", "compute", "note", "propose"]


class Arguments(BaseModel):
    """Arguments of a tool as a planner gives them. Nothing unknown is accepted: a customer id has no place here (invariant I1)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoArguments(Arguments):
    """A tool that needs nothing."""


@dataclass(frozen=True)
class Tool:
    """What may be called by whom, what it does, and the function that does it.

    `run` takes its arguments (a parameter annotated with the arguments class) and loaded values by their type: History, Features,
    Twin, Plan, StressStatus, View, ModelWatch, Catalogue, Retriever, Principal, FindingBuilder, Clock. It cannot ask for anybody else's.
    """

    name: str
    specialist: str
    roles: frozenset[Role]
    effect: Effect
    arguments: type[Arguments]
    about: str
    run: Callable[..., Finding]

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameter name -> type of what `run` wants."""
        hints = get_type_hints(self.run)
        return {name: hints[name] for name in inspect.signature(self.run).parameters}

    @property
    def about_one_customer(self) -> bool:
        """Whether it reads one customer's history, so that an RM must name the client."""
        return History in self.parameters.values()

    def arguments_for(self, role: Role) -> type[Arguments]:
        """The arguments as this role gives them: an RM names a client of the own book, a customer names nobody."""
        if role == "customer" or not self.about_one_customer:
            return self.arguments
        return create_model(
            f"{self.arguments.__name__}OfClient",
            __base__=self.arguments,
            client=(str, Field(description="The client as the RM named it: a name, a customer number or source:account.", max_length=80)),
        )

    def schema(self, role: Role) -> dict[str, Any]:
        """The tool as a model sees it (OpenAI form)."""
        parameters = self.arguments_for(role).model_json_schema()
        parameters.pop("title", None)
        return {"type": "function", "function": {"name": self.name, "description": self.about, "parameters": parameters}}
