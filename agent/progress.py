"""What a run tells while it works: steps, specialists, tools with the person's own arguments, the gate. Never a draft, never a figure.

Every message is a plain dict with `kind`:
  step        {name, phase: start|end, label?, summary?, ms?, plan?, outcome?, rules?, figures?, removed?, notices?, record?}
  specialist  {id, name, phase, ms?, summary?}
  tool        {id, specialist, name, phase, arguments?, outcome?, figures?, ms?}
  facts       {facts: {id: Fact}, texts: {id: text}}
  block       {block: Block}
  finished    {verdict, model, fell_back, language, seconds, record}
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any


def tell(**message: Any) -> None:
    """Send one message to whoever follows this run."""
    from langgraph.config import get_stream_writer

    get_stream_writer()(message)


@contextmanager
def step(name: str) -> Generator[Callable[..., None]]:
    """Tell that a step starts and ends; call the yielded function to say what it did."""
    said: dict[str, Any] = {}
    begin = time.perf_counter()
    tell(kind="step", name=name, phase="start")
    yield said.update
    tell(kind="step", name=name, phase="end", ms=_since(begin), **said)


@contextmanager
def specialist_at_work(identity: str, name: str) -> Generator[Callable[..., None]]:
    """Tell that a specialist starts and ends."""
    said: dict[str, Any] = {}
    begin = time.perf_counter()
    tell(kind="specialist", id=identity, name=name, phase="start")
    yield said.update
    tell(kind="specialist", id=identity, name=name, phase="end", ms=_since(begin), **said)


def _since(begin: float) -> int:
    return round((time.perf_counter() - begin) * 1000)
