"""`personaforge chat`: the conversation in a terminal, with the same steps as the page shows."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.context import Principal
from tools.errors import PersonaForgeError

if TYPE_CHECKING:
    from server.bank import Bank


def chat(
    login: Annotated[str, typer.Option("--as", help="Login, or a role: customer, rm, staff.")] = "customer",
    thread: Annotated[str | None, typer.Option("--thread", help="Go on in a conversation.")] = None,
) -> None:
    """Talk to the assistant. An empty line or Ctrl-D ends it."""
    from server.cli.opened import open_bank

    bank = open_bank()
    bank.require_customers()
    asyncio.run(_talk(bank, login, thread))


async def _talk(bank: "Bank", login: str, thread: str | None) -> None:
    from agent.phrasing import starting_questions
    from server.cli.opened import principal_named

    principal = principal_named(bank, login)
    thread_id = bank.threads.thread(principal.subject, thread).id if thread else bank.threads.create(principal.subject, "terminal").id
    async with bank.conversation():
        print(f"You are talking to the bank’s AI assistant, not a person. Signed in as {principal.name}.")
        print("For example: " + "  ·  ".join(starting_questions(principal.role)))
        while words := await asyncio.to_thread(_read):
            try:
                await _turn(bank, principal, thread_id, words)
            except PersonaForgeError as error:
                print(error.message, file=sys.stderr)


async def _turn(bank: "Bank", principal: Principal, thread_id: str, words: str) -> None:
    import uuid

    from pydantic import TypeAdapter

    from agent.reply import Block, plain_block
    from agent.turn import accepted_text

    blocks: TypeAdapter[Block] = TypeAdapter(Block)
    run_id, text = uuid.uuid4().hex, accepted_text(words)
    bank.runs.claim(principal.subject, thread_id, run_id, text)
    async for message in bank.run_messages(principal, thread_id, run_id, text):
        match message:
            case {"kind": "tool", "phase": "start"}:
                print(f"  … {message['name']} {_arguments(message['arguments'])}", file=sys.stderr)
            case {"kind": "block"}:
                shown = plain_block(blocks.validate_python(message["block"]))
                print(f"\n{shown}" if shown else "", end="\n" if shown else "")
            case {"kind": "finished"}:
                verdict = message["verdict"]
                print(f"\nChecked ({verdict['outcome']}): {verdict['figures']} figures traced, {message['seconds']} s.\n", file=sys.stderr)
            case _:
                pass
    bank.runs.set_state(run_id, "finished")


def _arguments(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in arguments.items())


def _read() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        return ""
